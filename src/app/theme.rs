//! Light, dark, or as the reader's system has it.

/// Which colours the page has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// As the system has it, also when it changes.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Returns the name used in links, in storage and in `data-theme`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Returns the theme with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
    }

    /// Returns the theme that the button leads to.
    pub fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSS: &str = include_str!("../../static/styles/theme.css");

    /// The declarations of the rule that begins after `start`, one a line.
    fn declarations(start: &str) -> Vec<&'static str> {
        let (_, rule) = CSS.split_once(start).unwrap_or_else(|| panic!("theme.css has no `{start}`"));
        let (rule, _) = rule.split_once('}').expect("a rule has an end");
        rule.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
    }

    #[test]
    fn the_systems_dark_is_the_chosen_dark() {
        let chosen = declarations(":root[data-theme=\"dark\"] {");
        assert!(chosen.len() > 30, "{chosen:?}");
        assert_eq!(chosen, declarations(":root:not([data-theme=\"light\"]) {"));
    }

    #[test]
    fn the_button_goes_through_every_theme() {
        let all = [Theme::Auto, Theme::Light, Theme::Dark];
        let round: Vec<_> =
            std::iter::successors(Some(Theme::Auto), |theme| Some(theme.next())).take(3).collect();
        assert_eq!(round, all);
        assert_eq!(Theme::Dark.next(), Theme::Auto);
        assert!(all.iter().all(|theme| Theme::parse(theme.name()) == Some(*theme)));
    }
}

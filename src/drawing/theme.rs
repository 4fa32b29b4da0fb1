//! The page's colours as its style sheet has them, for what is drawn where no page is.

/// What a rule of the style sheet begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// Dark on light.
    Light,
    /// Light on dark, where somebody chose it.
    Dark,
    /// Light on dark, because the system is.
    DarkBySystem,
}

const CSS: &str = include_str!("../../static/styles/theme.css");

impl Shade {
    fn selector(self) -> &'static str {
        match self {
            Self::Light => ":root",
            Self::Dark => ":root[data-theme=\"dark\"]",
            Self::DarkBySystem => ":root:not([data-theme=\"light\"])",
        }
    }

    /// Returns the custom properties that the rule sets, each with its value.
    pub fn properties(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        // Whatever stands before a brace, after the last comment, rule or brace, are the rule's selectors.
        let mut rules = CSS.split('}').filter_map(|rule| rule.rsplit_once('{'));
        let is_ours = |before: &str| {
            let selectors = before.rsplit(['{', '/']).next().unwrap_or_default();
            selectors.split(',').any(|selector| selector.trim() == self.selector())
        };
        let rule = rules.find(|(before, _)| is_ours(before)).map_or("", |(_, rule)| rule);
        rule.split(';')
            .filter_map(|declaration| declaration.rsplit("*/").next()?.split_once(':'))
            .map(|(name, value)| (name.trim(), value.trim()))
    }

    /// Returns the value of a custom property, such as `--polling`; empty if the rule does not set it.
    pub fn value(self, name: &str) -> &'static str {
        self.properties().find(|(other, _)| *other == name).map_or("", |(_, value)| value)
    }
}

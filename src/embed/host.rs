//! What a page that holds an element looks like: light or dark.

use crate::app::theme::Theme;

/// Returns the colours of a page, as far as its outermost element says: by the classes of mdBook and of
/// many others, by the `data-theme` of Docusaurus and rustdoc.
///
/// Nothing said is [`Theme::Auto`]: then it is as the reader's system has it.
pub fn theme_of(classes: &str, data_theme: Option<&str>) -> Theme {
    let by_attribute = data_theme.map_or(Theme::Auto, |name| of_word(&name.to_ascii_lowercase()));
    if by_attribute != Theme::Auto {
        return by_attribute;
    }
    classes.split_ascii_whitespace().map(of_word).find(|theme| *theme != Theme::Auto).unwrap_or_default()
}

fn of_word(word: &str) -> Theme {
    match word {
        "light" | "rust" => Theme::Light,
        "dark" | "coal" | "navy" | "ayu" => Theme::Dark,
        _ => Theme::Auto,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_of_documentation_are_known() {
        // mdBook: its theme, among other classes.
        assert_eq!(theme_of("light sidebar-visible js", None), Theme::Light);
        assert_eq!(theme_of("js rust", None), Theme::Light);
        for dark in ["coal", "navy", "ayu"] {
            assert_eq!(theme_of(&format!("js {dark} sidebar-visible"), None), Theme::Dark, "{dark}");
        }
        // rustdoc and Docusaurus.
        assert_eq!(theme_of("", Some("light")), Theme::Light);
        assert_eq!(theme_of("docs-wrapper", Some("dark")), Theme::Dark);
        assert_eq!(theme_of("", Some("ayu")), Theme::Dark);
        // VitePress, Tailwind.
        assert_eq!(theme_of("dark", None), Theme::Dark);
    }

    #[test]
    fn a_page_that_says_nothing_is_as_the_system() {
        assert_eq!(theme_of("", None), Theme::Auto);
        assert_eq!(theme_of("darkly js", Some("solarized")), Theme::Auto);
        assert_eq!(theme_of("dark", Some("solarized")), Theme::Dark);
    }
}

//! What a pattern's page says about it, read off the documentation of its `PATTERN`.

/// A part of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// Its heading.
    pub heading: &'a str,
    /// A short paragraph, with code in backticks.
    pub text: String,
}

/// Returns the sections in the documentation of the constant `PATTERN` of a source: each begins with a line
/// `/// # Heading`. There are none where there is no such constant.
///
/// ```
/// use wakeline::patterns::explanation;
///
/// let sections = explanation(
///     "/// The pattern.
/// ///
/// /// # When to use it
/// ///
/// /// When `a`
/// /// needs `b`.
/// pub const PATTERN: Pattern = Pattern {",
/// );
/// assert_eq!((sections[0].heading, &*sections[0].text), ("When to use it", "When `a` needs `b`."));
/// ```
pub fn explanation(source: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for line in source.lines() {
        let Some(line) = line.strip_prefix("///") else {
            if line.contains("const PATTERN:") {
                return sections;
            }
            // It was the documentation of something else.
            sections.clear();
            continue;
        };
        let line = line.trim();
        if let Some(heading) = line.strip_prefix("# ") {
            sections.push(Section { heading, text: String::new() });
        } else if let Some(section) = sections.last_mut().filter(|_| !line.is_empty()) {
            if !section.text.is_empty() {
                section.text.push(' ');
            }
            section.text.push_str(line);
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::CATALOGUE;

    #[test]
    fn every_pattern_says_what_it_does_when_to_use_it_and_what_to_watch() {
        for pattern in CATALOGUE {
            let sections = explanation(pattern.source.as_str().expect("it is within the program"));
            let headings: Vec<_> = sections.iter().map(|section| section.heading).collect();
            let wanted = ["What it does", "When to use it", "What goes wrong without it", "What to watch"];
            assert_eq!(headings, wanted, "`{}`", pattern.id);
            for Section { heading, text } in sections {
                assert!(text.len() > 40 && text.ends_with('.'), "`{}`, {heading}: {text}", pattern.id);
                assert!(text.matches('`').count() % 2 == 0, "`{}`, {heading}: {text}", pattern.id);
            }
        }
    }

    #[test]
    fn the_documentation_of_anything_else_is_none() {
        let source =
            "/// # Errors\n///\n/// When it fails.\npub fn run() {}\n\npub const PATTERN: Pattern = A;\n";
        assert_eq!(explanation(source), []);
        assert_eq!(explanation("/// # A\n/// b\npub const OTHER: Pattern = A;\n"), []);
        assert_eq!(explanation(""), []);
    }
}

//! The attributes of `<wake-line>`.

use thiserror::Error;

use crate::app::embedding::Controls;
use crate::app::link::Link;
use crate::app::theme::Theme;

/// The attributes that decide what runs, under the names that they have in a link.
const SETUP: [&str; 6] = ["pattern", "twin", "seed", "schedule", "clock", "speed"];
/// The other attributes that mean something to the element, or to every element: a parameter of the same
/// name has to be written `param-NAME`.
const TAKEN: [&str; 30] = [
    "accesskey",
    "autofocus",
    "autoload",
    "class",
    "contenteditable",
    "controls",
    "dir",
    "draggable",
    "enterkeyhint",
    "exportparts",
    "height",
    "hidden",
    "id",
    "inert",
    "inputmode",
    "is",
    "itemprop",
    "lang",
    "name",
    "nonce",
    "part",
    "popover",
    "role",
    "slot",
    "spellcheck",
    "style",
    "tabindex",
    "theme",
    "title",
    "translate",
];

/// An attribute that was not understood; everything else goes on without it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OptionError {
    /// It decides what runs, and is refused in words that name it.
    #[error("{0}")]
    Setup(String),
    /// There is no such theme.
    #[error("`theme` does not take `{0}`: use `auto`, `light` or `dark`")]
    Theme(String),
    /// There are no such controls.
    #[error("`controls` does not take `{0}`: use `full`, `compact` or `none`")]
    Controls(String),
    /// There is no such parameter.
    #[error("the pattern `{pattern}` has no parameter `{name}`: {remedy}")]
    Param {
        /// The pattern.
        pattern: &'static str,
        /// The parameter that it does not have.
        name: String,
        /// What it has.
        remedy: String,
    },
}

/// What the attributes say.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What runs, how, and how fast.
    pub link: Link,
    /// The colours.
    pub theme: Theme,
    /// How much the reader can change.
    pub controls: Controls,
    /// What was not understood.
    pub problems: Vec<OptionError>,
}

impl Options {
    /// Reads the attributes of an element, in any order.
    pub fn parse(attributes: &[(String, String)]) -> Self {
        let get = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim());
        let mut link = Link::parse(get("pattern").unwrap_or_default());
        let mut problems: Vec<_> = std::mem::take(&mut link.problems)
            .into_iter()
            .map(|problem| OptionError::Setup(problem.trim_start_matches("the link names an ").to_owned()))
            .collect();
        let theme = link.theme.unwrap_or_default();
        let mut options = Self { link, theme, controls: Controls::Full, problems: Vec::new() };
        for (key, value) in attributes {
            if let Err(problem) = options.set(key, value.trim()) {
                problems.push(problem);
            }
        }
        options.problems = problems;
        options
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), OptionError> {
        match key {
            // It was read first.
            "pattern" => Ok(()),
            "theme" => {
                self.theme = Theme::parse(value).ok_or_else(|| OptionError::Theme(short(value)))?;
                Ok(())
            }
            "controls" => {
                let found = Controls::ALL.into_iter().find(|controls| controls.name() == value);
                self.controls = found.ok_or_else(|| OptionError::Controls(short(value)))?;
                Ok(())
            }
            _ if SETUP.contains(&key) => self.link.set(key, value).map_err(OptionError::Setup),
            _ => match (key.strip_prefix("param-"), self.has_param(key)) {
                (Some(name), _) if self.has_param(name) => self.set_param(name, value),
                (Some(name), _) => Err(self.no_param(name)),
                (None, true) if !TAKEN.contains(&key) => self.set_param(key, value),
                // Elements have many attributes, and frameworks add theirs.
                _ => Ok(()),
            },
        }
    }

    fn has_param(&self, name: &str) -> bool {
        self.link.setup.values.get(name).is_some()
    }

    fn set_param(&mut self, name: &str, value: &str) -> Result<(), OptionError> {
        self.link.setup.values.set(name, value).map_err(|error| OptionError::Setup(error.to_string()))
    }

    fn no_param(&self, name: &str) -> OptionError {
        let setup = &self.link.setup;
        let names: Vec<_> = setup.values.iter().map(|(param, _)| format!("`{}`", param.name)).collect();
        let remedy = match names.as_slice() {
            [] => "it takes none".to_owned(),
            names => format!("it has {}", names.join(", ")),
        };
        OptionError::Param { pattern: setup.pattern.id, name: short(name), remedy }
    }
}

/// Returns the attribute for a parameter: its own name, unless that means something else.
pub fn attribute_of(param: &str) -> String {
    let is_taken = TAKEN.contains(&param) || SETUP.contains(&param);
    if is_taken { format!("param-{param}") } else { param.to_owned() }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::{CATALOGUE, Twin};
    use crate::runtime::{Clock, Schedule};

    fn parse(attributes: &[(&str, &str)]) -> Options {
        let owned: Vec<_> =
            attributes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Options::parse(&owned)
    }

    fn problem(attributes: &[(&str, &str)]) -> String {
        let problems = parse(attributes).problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].to_string()
    }

    #[test]
    fn every_attribute_is_read_in_any_order() {
        let options = parse(&[
            ("param-fast", "55"),
            ("slow", "70"),
            ("seed", "7"),
            ("clock", "real"),
            ("schedule", "random"),
            ("speed", "2"),
            ("theme", "dark"),
            ("controls", "compact"),
            ("pattern", "race"),
        ]);
        let setup = &options.link.setup;
        assert_eq!(options.problems, []);
        assert_eq!(setup.pattern.id, "race");
        assert_eq!((setup.values.number("fast"), setup.values.number("slow")), (55, 70));
        assert_eq!((setup.seed, setup.clock, setup.schedule), (7, Clock::Real, Schedule::Random));
        assert_eq!((options.link.speed, options.theme), (2.0, Theme::Dark));
        assert_eq!(options.controls, Controls::Compact);
        let options = parse(&[("twin", "pitfall"), ("pattern", "lock-across-await")]);
        assert_eq!((options.link.setup.twin, options.problems), (Twin::Pitfall, vec![]));
    }

    #[test]
    fn a_whole_link_can_stand_for_the_pattern() {
        let options = parse(&[("pattern", "race?fast=55&theme=dark&at=41ms"), ("seed", "7")]);
        assert_eq!(options.problems, []);
        assert_eq!((options.link.setup.values.number("fast"), options.link.setup.seed), (55, 7));
        assert_eq!((options.link.at_nanos, options.theme), (Some(41_000_000), Theme::Dark));
    }

    #[test]
    fn what_elements_have_anyway_is_no_parameter() {
        let options = parse(&[
            ("pattern", "race"),
            ("class", "wide"),
            ("id", "fast"),
            ("height", "400"),
            ("data-fast", "1"),
            ("aria-label", "x"),
            ("v-cloak", ""),
        ]);
        assert_eq!(options, parse(&[("pattern", "race")]));
    }

    #[test]
    fn a_refused_value_is_named_and_the_rest_holds() {
        let options = parse(&[("pattern", "race"), ("fast", "lots"), ("slow", "70")]);
        assert_eq!(options.link.setup.values.number("slow"), 70);
        assert!(options.problems[0].to_string().contains("`fast` does not take `lots`"), "{options:?}");
        assert!(problem(&[("pattern", "rase")]).contains("unknown pattern `rase`"));
        assert!(problem(&[("theme", "pink")]).contains("`pink`: use `auto`"));
        assert!(problem(&[("controls", "many")]).contains("`many`: use `full`"));
        assert!(problem(&[("speed", "90")]).contains("`speed` does not take `90`"));
        assert!(problem(&[("seed", "x")]).contains("`seed` does not take `x`"));
        let unknown = problem(&[("pattern", "race"), ("param-colour", "red")]);
        assert!(unknown.contains("no parameter `colour`: it has `fast`"), "{unknown}");
    }

    #[test]
    fn every_parameter_can_be_an_attribute() {
        for pattern in CATALOGUE {
            for param in pattern.params {
                let name = param.name;
                assert_eq!(name, name.to_lowercase(), "HTML has lower-case attributes only");
                assert!(!SETUP.contains(&name), "`{name}` of `{}`", pattern.id);
                let default = param.kind.default_value().to_string();
                let long = format!("param-{name}");
                for attribute in [name, &long] {
                    let options = parse(&[("pattern", pattern.id), (attribute, &default)]);
                    assert_eq!(options.problems, [], "`{attribute}` of `{}`", pattern.id);
                }
            }
        }
    }

    #[test]
    fn a_parameter_with_a_name_that_is_taken_needs_its_prefix() {
        let number = |attributes| parse(attributes).link.setup.values.get("id").map(ToString::to_string);
        let default = number(&[("pattern", "typed-errors")]);
        assert_eq!(number(&[("pattern", "typed-errors"), ("id", "2")]), default, "an element has an id");
        let given = number(&[("pattern", "typed-errors"), ("param-id", "2")]);
        assert_eq!(given.as_deref(), Some("2"));
    }
}

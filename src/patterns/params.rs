//! Parameters: what a reader can change about a pattern, with limits and clear refusals.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

/// One parameter of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The name used in links and on the command line.
    pub name: &'static str,
    /// What the page calls it.
    pub label: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// What values it takes.
    pub kind: Kind,
}

/// What values a parameter takes, and which one it has at first.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A whole number.
    Count {
        /// The smallest.
        min: u32,
        /// The largest.
        max: u32,
        /// The one at first.
        default: u32,
    },
    /// A duration in whole milliseconds.
    Millis {
        /// The shortest.
        min: u32,
        /// The longest.
        max: u32,
        /// The one at first.
        default: u32,
    },
    /// A share, in whole percent from 0 to 100.
    Percent {
        /// The one at first.
        default: u32,
    },
    /// One of a few words; the first is the one at first.
    Choice {
        /// The words.
        options: &'static [&'static str],
    },
    /// Text of at most 500 bytes.
    Text {
        /// The one at first.
        default: &'static str,
    },
}

/// The longest text that a parameter takes, in bytes.
pub const MAX_TEXT: usize = 500;

impl Kind {
    /// Returns the kind's name, as `wakeline list --json` has it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Count { .. } => "count",
            Self::Millis { .. } => "millis",
            Self::Percent { .. } => "percent",
            Self::Choice { .. } => "choice",
            Self::Text { .. } => "text",
        }
    }

    /// Returns the smallest and largest number, for kinds that are numbers.
    pub fn range(&self) -> Option<(u32, u32)> {
        match *self {
            Self::Count { min, max, .. } | Self::Millis { min, max, .. } => Some((min, max)),
            Self::Percent { .. } => Some((0, 100)),
            Self::Choice { .. } | Self::Text { .. } => None,
        }
    }

    /// Returns the value that it has at first.
    pub fn default_value(&self) -> Value {
        match *self {
            Self::Count { default, .. } | Self::Millis { default, .. } | Self::Percent { default } => {
                Value::Number(default)
            }
            Self::Choice { options } => Value::Text(options.first().copied().unwrap_or_default().to_owned()),
            Self::Text { default } => Value::Text(default.to_owned()),
        }
    }
}

impl Param {
    /// Reads a value for this parameter.
    pub fn parse(&self, text: &str) -> Result<Value, ParamError> {
        let text = text.trim();
        let refuse =
            |wants: String| Err(ParamError::Refused { name: self.name, given: shortened(text), wants });
        match &self.kind {
            Kind::Count { .. } | Kind::Millis { .. } | Kind::Percent { .. } => {
                let (min, max) = self.kind.range().expect("numbers have a range");
                let digits = match self.kind {
                    Kind::Millis { .. } => text.strip_suffix("ms").unwrap_or(text).trim_end(),
                    Kind::Percent { .. } => text.strip_suffix('%').unwrap_or(text).trim_end(),
                    _ => text,
                };
                match digits.parse::<u32>() {
                    Ok(number) if (min..=max).contains(&number) => Ok(Value::Number(number)),
                    _ => refuse(format!("a whole number from {min} to {max}")),
                }
            }
            Kind::Choice { options } => match options.iter().find(|option| **option == text) {
                Some(option) => Ok(Value::Text((*option).to_owned())),
                None => refuse(format!("one of `{}`", options.join("`, `"))),
            },
            Kind::Text { .. } if text.len() > MAX_TEXT => refuse(format!("at most {MAX_TEXT} bytes")),
            Kind::Text { .. } if text.chars().any(char::is_control) => refuse("text on one line".to_owned()),
            Kind::Text { .. } => Ok(Value::Text(text.to_owned())),
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A count, milliseconds or percent.
    Number(u32),
    /// A choice or text.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// Why a parameter was not set.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParamError {
    /// The pattern has no such parameter.
    #[error("no parameter `{name}`: this pattern has {known}")]
    Unknown {
        /// The name that was given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The parameter does not take this value.
    #[error("parameter `{name}` does not take `{given}`: use {wants}")]
    Refused {
        /// The parameter.
        name: &'static str,
        /// The value that was given.
        given: String,
        /// What would be right.
        wants: String,
    },
}

/// The values of all of a pattern's parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    params: &'static [Param],
    values: Vec<Value>,
}

impl Values {
    /// Creates the values that the parameters have at first.
    pub fn defaults(params: &'static [Param]) -> Self {
        Self { params, values: params.iter().map(|param| param.kind.default_value()).collect() }
    }

    /// Sets the parameter `name` from text; on an error nothing changes.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), ParamError> {
        let Some(at) = self.params.iter().position(|param| param.name == name) else {
            let known: Vec<_> = self.params.iter().map(|param| format!("`{}`", param.name)).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(ParamError::Unknown { name: shortened(name), known });
        };
        self.values[at] = self.params[at].parse(text)?;
        Ok(())
    }

    /// Returns the parameters with their values, in the order of the catalogue.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Param, &Value)> {
        self.params.iter().zip(&self.values)
    }

    /// Returns a value by name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter().find(|(param, _)| param.name == name).map(|(_, value)| value)
    }

    /// Returns a number by name.
    ///
    /// # Panics
    ///
    /// Panics when the pattern has no such number: a slip in the pattern's own file.
    pub fn number(&self, name: &str) -> u32 {
        match self.get(name) {
            Some(Value::Number(number)) => *number,
            _ => panic!("the pattern declares a number `{name}`"),
        }
    }

    /// Returns a number by name, as a count of things.
    ///
    /// # Panics
    ///
    /// Panics when the pattern has no such number.
    pub fn count(&self, name: &str) -> usize {
        self.number(name) as usize
    }

    /// Returns a duration by name.
    ///
    /// # Panics
    ///
    /// Panics when the pattern has no such number.
    pub fn millis(&self, name: &str) -> Duration {
        Duration::from_millis(u64::from(self.number(name)))
    }

    /// Returns a choice or text by name.
    ///
    /// # Panics
    ///
    /// Panics when the pattern has no such text: a slip in the pattern's own file.
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Text(text)) => text,
            _ => panic!("the pattern declares a text `{name}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: &[Param] = &[
        Param { name: "tasks", label: "Tasks", help: "", kind: Kind::Count { min: 1, max: 9, default: 3 } },
        Param { name: "late", label: "Late", help: "", kind: Kind::Millis { min: 0, max: 500, default: 40 } },
        Param { name: "net", label: "Net", help: "", kind: Kind::Choice { options: &["simulated", "real"] } },
    ];

    #[test]
    fn a_refusal_names_the_value_and_the_remedy() {
        let mut values = Values::defaults(PARAMS);
        let refusal = |error: ParamError| error.to_string();
        assert_eq!(
            values.set("tasks", "10").map_err(refusal),
            Err("parameter `tasks` does not take `10`: use a whole number from 1 to 9".to_owned())
        );
        assert_eq!(
            values.set("tasks", "many").map_err(refusal),
            Err("parameter `tasks` does not take `many`: use a whole number from 1 to 9".to_owned())
        );
        assert_eq!(
            values.set("net", "fast").map_err(refusal),
            Err("parameter `net` does not take `fast`: use one of `simulated`, `real`".to_owned())
        );
        assert_eq!(
            values.set("task", "1").map_err(refusal),
            Err("no parameter `task`: this pattern has `tasks`, `late`, `net`".to_owned())
        );
        assert_eq!(values, Values::defaults(PARAMS));
    }

    #[test]
    fn units_may_be_written_out() {
        let mut values = Values::defaults(PARAMS);
        assert_eq!(values.set("late", "120 ms"), Ok(()));
        assert_eq!(values.millis("late"), Duration::from_millis(120));
    }
}

//! Twins: a pattern as it should be written, and the same as it commonly is.

use thiserror::Error;

use super::{Pattern, Start};

/// A pattern as it is commonly written wrong. It runs as written, with the same parameters.
#[derive(Debug)]
pub struct Pitfall {
    /// What is wrong, in a few words: `The loop never ends`.
    pub title: &'static str,
    /// What is wrong, why it is written that way, how it shows and what to do instead: a short paragraph, with
    /// code in backticks.
    pub explanation: &'static str,
    /// The file, as locations in a trace name it: `file!()`, or from the crate's root.
    pub file: &'static str,
    /// The file's text: the very code that runs.
    pub source: &'static str,
    /// Makes the future of the first task.
    pub start: Start,
}

/// Which of the two is run and shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Twin {
    /// The pattern as it should be.
    #[default]
    Corrected,
    /// The pattern as it is commonly written wrong.
    Pitfall,
}

impl Twin {
    /// Returns the name used on the command line and in links.
    pub fn name(self) -> &'static str {
        match self {
            Self::Corrected => "corrected",
            Self::Pitfall => "pitfall",
        }
    }
}

impl std::str::FromStr for Twin {
    type Err = TwinError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "corrected" => Ok(Self::Corrected),
            "pitfall" => Ok(Self::Pitfall),
            _ => Err(TwinError::Unknown { given: text.chars().take(60).collect() }),
        }
    }
}

/// Why there is no such twin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TwinError {
    /// The text names none.
    #[error("unknown twin `{given}`: use `corrected` or `pitfall`")]
    Unknown {
        /// What was given.
        given: String,
    },
    /// The pattern has no pitfall.
    #[error("`{id}` has no pitfall twin: leave `twin` out")]
    None {
        /// The pattern.
        id: &'static str,
    },
}

impl Pattern {
    /// Returns the pitfall, or why there is none.
    ///
    /// # Errors
    ///
    /// Fails for a pattern without one.
    pub fn pitfall(&self) -> Result<&'static Pitfall, TwinError> {
        self.pitfall.ok_or(TwinError::None { id: self.id })
    }

    /// Returns what makes the first task of a twin; of the pattern itself where it has no pitfall.
    pub fn start_of(&self, twin: Twin) -> Start {
        self.of(twin).map_or(self.start, |pitfall| pitfall.start)
    }

    /// Returns the file of a twin, from the crate's root.
    pub fn file_of(&self, twin: Twin) -> &'static str {
        self.of(twin).map_or(self.file, |pitfall| pitfall.file)
    }

    /// Returns the part of a twin's file that is the pattern itself, and the number of its first line: what
    /// stands between the lines `// region: shown` and `// endregion`.
    pub fn shown(&self, twin: Twin) -> (u32, &'static str) {
        let source = self.of(twin).map_or(self.source, |pitfall| pitfall.source);
        let mut first = 1;
        let mut start = 0;
        let mut at = 0;
        for (number, line) in (1..).zip(source.split_inclusive('\n')) {
            match line.trim() {
                "// region: shown" => (first, start) = (number + 1, at + line.len()),
                "// endregion" => return (first, &source[start..at]),
                _ => {}
            }
            at += line.len();
        }
        (first, &source[start..])
    }

    fn of(&self, twin: Twin) -> Option<&'static Pitfall> {
        self.pitfall.filter(|_| twin == Twin::Pitfall)
    }
}

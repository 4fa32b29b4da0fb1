//! Twins: a pattern as it should be written, and the same as it commonly is.

use thiserror::Error;

use super::{Pattern, Source, Start};

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
    pub source: Source,
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

    /// Returns the text of a twin's file.
    pub fn source_of(&self, twin: Twin) -> Source {
        self.of(twin).map_or(self.source, |pitfall| pitfall.source)
    }

    /// Returns the part of a twin's file that is the pattern itself, and the number of its first line, where the
    /// text is within the program; it always is natively.
    pub fn shown(&self, twin: Twin) -> Option<(u32, &'static str)> {
        self.source_of(twin).shown()
    }

    fn of(&self, twin: Twin) -> Option<&'static Pitfall> {
        self.pitfall.filter(|_| twin == Twin::Pitfall)
    }
}

//! The code that is shown, as far as it is here: what is not within the program is fetched once.

use std::collections::hash_map::Entry;
use std::ops::Deref;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use thiserror::Error;

use crate::net::FetchError;
use crate::patterns::{Source, SourceFile};

/// Why there is no code to show.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SourceError {
    /// The file did not come.
    #[error("{0}; the folder `patterns` has to stand beside the script of this page")]
    Fetch(#[from] FetchError),
    /// What came is not what was compiled.
    #[error(
        "`{url}` is of another version than this page, so it is not the code that runs here: reload the page"
    )]
    OtherVersion {
        /// The address.
        url: String,
    },
}

/// Code that is to be shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Code {
    /// It is here.
    Here(Text),
    /// It is on its way.
    Coming(SourceFile),
    /// It did not come.
    Missing(SourceFile, Rc<SourceError>),
}

/// The text of a file, of which many can have a share.
#[derive(Clone, Debug)]
pub enum Text {
    /// It is within the program.
    Included(&'static str),
    /// It was fetched.
    Fetched(Rc<str>),
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Included(text) => text,
            Self::Fetched(text) => text,
        }
    }
}

impl PartialEq for Text {
    /// Compared on every frame: the same place is the same text.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq::<str>(&**self, &**other) || **self == **other
    }
}

/// What was fetched, by address.
#[derive(Debug, Default)]
pub struct Sources(FxHashMap<&'static str, Fetched>);

#[derive(Debug)]
enum Fetched {
    Coming,
    Here(Rc<str>),
    Missing(Rc<SourceError>),
}

impl Sources {
    /// Returns the code to show.
    pub fn code(&self, source: Source) -> Code {
        let Some(file) = wanted(source) else {
            return Code::Here(Text::Included(source.as_str().unwrap_or_default()));
        };
        match self.0.get(file.address()) {
            Some(Fetched::Here(text)) => Code::Here(Text::Fetched(Rc::clone(text))),
            Some(Fetched::Missing(error)) => Code::Missing(file, Rc::clone(error)),
            Some(Fetched::Coming) | None => Code::Coming(file),
        }
    }

    /// Returns the file that is to be fetched for it, and from now on counts it as being on its way.
    pub fn ask(&mut self, source: Source) -> Option<SourceFile> {
        let file = wanted(source)?;
        match self.0.entry(file.address()) {
            Entry::Occupied(_) => None,
            Entry::Vacant(entry) => {
                entry.insert(Fetched::Coming);
                Some(file)
            }
        }
    }

    /// As [`ask`](Self::ask), for a file that did not come.
    pub fn ask_again(&mut self, source: Source) -> Option<SourceFile> {
        let file = wanted(source)?;
        if matches!(self.0.get(file.address()), Some(Fetched::Missing(_))) {
            self.0.remove(file.address());
        }
        self.ask(source)
    }

    /// Takes what came.
    pub fn arrived(&mut self, file: SourceFile, answer: Result<String, SourceError>) {
        let fetched = match answer {
            Ok(text) => Fetched::Here(text.into()),
            Err(error) => Fetched::Missing(Rc::new(error)),
        };
        self.0.insert(file.address(), fetched);
    }
}

/// The file of a source whose text is not within the program.
fn wanted(source: Source) -> Option<SourceFile> {
    source.file().filter(|_| source.as_str().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\nb\n";
    const APART: Source = Source::apart("patterns/a.rs", TEXT);

    fn lost() -> SourceError {
        FetchError::Status { url: "http://h/patterns/a.rs".to_owned(), status: 404 }.into()
    }

    #[test]
    fn what_is_within_the_program_is_not_fetched() {
        let mut sources = Sources::default();
        let source = Source::beside("patterns/a.rs", TEXT);
        assert_eq!(sources.ask(source), None);
        assert_eq!(sources.code(source), Code::Here(Text::Included(TEXT)));
    }

    #[test]
    fn a_file_is_fetched_once() {
        let mut sources = Sources::default();
        let file = sources.ask(APART).expect("it is not here");
        assert_eq!((sources.ask(APART), sources.ask_again(APART)), (None, None), "it is on its way");
        assert_eq!(sources.code(APART), Code::Coming(file));
        sources.arrived(file, Ok(TEXT.to_owned()));
        assert_eq!(sources.code(APART), Code::Here(Text::Included(TEXT)), "the same text is the same code");
        assert_eq!((sources.ask(APART), sources.ask_again(APART)), (None, None), "it is here");
    }

    #[test]
    fn a_file_that_did_not_come_is_asked_for_again_only_when_the_reader_asks() {
        let mut sources = Sources::default();
        let file = sources.ask(APART).expect("it is not here");
        sources.arrived(file, Err(lost()));
        assert_eq!(sources.ask(APART), None);
        let Code::Missing(_, error) = sources.code(APART) else { panic!("it is not here") };
        let told = error.to_string();
        assert!(told.contains("`http://h/patterns/a.rs` answered with status `404`"), "{told}");
        assert_eq!(sources.ask_again(APART), Some(file));
        assert_eq!(sources.code(APART), Code::Coming(file));
    }
}

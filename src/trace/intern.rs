//! Tables of what events name by number: strings and source locations.

use std::panic::Location;

use rustc_hash::FxHashMap;

use super::{LocationId, NameId};

/// How many distinct strings a trace keeps; later ones are all shown as `…`.
pub const MAX_NAMES: usize = 1 << 16;
/// How many bytes of distinct strings a trace keeps.
pub const MAX_NAME_BYTES: usize = 4 << 20;
/// How long one string may be, in bytes; longer ones are cut.
pub const MAX_NAME_LEN: usize = 4096;

/// A place in source code, as text that is equal on every platform.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file, from the crate's root, with forward slashes.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl From<&Location<'_>> for Place {
    fn from(location: &Location<'_>) -> Self {
        Self { file: from_crate_root(location.file()), line: location.line(), column: location.column() }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.file.rsplit('/').next().unwrap_or(&self.file);
        write!(f, "{name}:{}", self.line)
    }
}

/// Strings in the order in which they were first seen; number 0 is the empty string.
#[derive(Debug)]
pub(super) struct Names {
    ids: FxHashMap<String, NameId>,
    list: Vec<String>,
    bytes: usize,
    overflow: Option<NameId>,
    refused: u64,
}

impl Names {
    pub(super) fn new() -> Self {
        Self {
            ids: FxHashMap::from_iter([(String::new(), NameId::NONE)]),
            list: vec![String::new()],
            bytes: 0,
            overflow: None,
            refused: 0,
        }
    }

    pub(super) fn intern(&mut self, text: &str) -> NameId {
        let text = cut(text, MAX_NAME_LEN);
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        if self.list.len() >= MAX_NAMES || self.bytes + text.len() > MAX_NAME_BYTES {
            self.refused += 1;
            if let Some(id) = self.overflow {
                return id;
            }
            let id = self.add("…");
            self.overflow = Some(id);
            return id;
        }
        self.add(text)
    }

    fn add(&mut self, text: &str) -> NameId {
        let id = NameId(u32::try_from(self.list.len()).expect("the table is bounded by MAX_NAMES"));
        self.bytes += text.len();
        self.list.push(text.to_owned());
        self.ids.insert(text.to_owned(), id);
        id
    }

    /// How many strings did not fit and are shown as `…`.
    pub(super) fn refused(&self) -> u64 {
        self.refused
    }

    pub(super) fn list(&self) -> &[String] {
        &self.list
    }
}

/// Cuts at a character boundary.
fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    &text[..end]
}

/// Source locations in the order in which they were first seen; number 0 is "not known".
#[derive(Debug)]
pub(super) struct Locations {
    // The same line can have several `Location` statics (one a codegen unit), and how many differs
    // between targets: the address is only the quick way to an id, the text decides.
    by_address: FxHashMap<usize, LocationId>,
    by_place: FxHashMap<Place, LocationId>,
    list: Vec<Place>,
}

impl Locations {
    pub(super) fn new() -> Self {
        let unknown = Place { file: String::new(), line: 0, column: 0 };
        Self { by_address: FxHashMap::default(), by_place: FxHashMap::default(), list: vec![unknown] }
    }

    pub(super) fn intern(&mut self, location: &'static Location<'static>) -> LocationId {
        let address = std::ptr::from_ref(location).addr();
        if let Some(id) = self.by_address.get(&address) {
            return *id;
        }
        let id = self.place(Place::from(location));
        if id != LocationId::NONE {
            self.by_address.insert(address, id);
        }
        id
    }

    /// As [`intern`](Self::intern), for a line of which only the text is known; its column is the first.
    pub(super) fn line(&mut self, file: &str, line: u32) -> LocationId {
        self.place(Place { file: from_crate_root(file), line, column: 1 })
    }

    fn place(&mut self, place: Place) -> LocationId {
        if let Some(id) = self.by_place.get(&place) {
            return *id;
        }
        let Ok(number) = u16::try_from(self.list.len()) else { return LocationId::NONE };
        let id = LocationId(number);
        self.list.push(place.clone());
        self.by_place.insert(place, id);
        id
    }

    pub(super) fn list(&self) -> &[Place] {
        &self.list
    }
}

/// A build may name files by absolute path; a trace should not tell where it was built.
fn from_crate_root(file: &str) -> String {
    let file = file.replace('\\', "/");
    let is_absolute = file.starts_with('/') || file.as_bytes().get(1) == Some(&b':');
    match file.rfind("/src/") {
        Some(at) if is_absolute => file[at + 1..].to_owned(),
        _ => file,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_share_an_id() {
        let mut names = Names::new();
        let a = names.intern("worker");
        assert_eq!(names.intern("worker"), a);
        assert_ne!(names.intern("other"), a);
        assert_eq!(names.intern(""), NameId::NONE);
    }

    #[test]
    fn a_full_table_keeps_what_it_has_and_counts_the_rest() {
        let mut names = Names::new();
        let first = names.intern("0");
        for number in 1..MAX_NAMES + 10 {
            names.intern(&number.to_string());
        }
        assert_eq!(names.intern("0"), first);
        assert!(names.list().len() <= MAX_NAMES + 1);
        assert_eq!(names.refused(), 11);
        let late = names.intern("too late");
        assert_eq!(names.list()[late.0 as usize], "…");
    }

    #[test]
    fn a_long_string_is_cut_between_characters() {
        let mut names = Names::new();
        let id = names.intern(&"é".repeat(MAX_NAME_LEN));
        assert_eq!(names.list()[id.0 as usize].len(), MAX_NAME_LEN);
    }

    #[test]
    fn absolute_paths_are_shortened() {
        assert_eq!(from_crate_root("/home/me/wakeline/src/a/b.rs"), "src/a/b.rs");
        assert_eq!(from_crate_root("C:\\me\\src\\a.rs"), "src/a.rs");
        assert_eq!(from_crate_root("tests/x.rs"), "tests/x.rs");
    }
}

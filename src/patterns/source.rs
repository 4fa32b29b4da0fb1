//! The code that is shown: within the program, or in a file that the page fetches when it is wanted.
//!
//! A reader looks at one pattern at a time, so Wakeline's own page does not carry the text of all of them. What
//! it carries is where the file is and the checksum of what was compiled: what is fetched is shown only if it
//! is the code that runs.

use crate::SEPARATE_SOURCES;
use crate::trace::frame::CHECKSUM;

/// The text of a file with code that is shown.
///
/// ```
/// use wakeline::patterns::Source;
///
/// const SOURCE: Source = Source::text("// region: shown\nasync fn mine() {}\n// endregion\n");
/// assert_eq!(SOURCE.shown(), Some((2, "async fn mine() {}\n")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    text: Option<&'static str>,
    file: Option<SourceFile>,
}

impl Source {
    /// Creates it from the text, which is then within the program: `include_str!` of the file itself.
    pub const fn text(text: &'static str) -> Self {
        Self { text: Some(text), file: None }
    }

    /// Creates it for a file that stands beside the page as well, at an address relative to the page's script.
    /// Where sources are separate, nothing of the text is in the program.
    pub(crate) const fn beside(address: &'static str, text: &'static str) -> Self {
        let apart = Self::apart(address, text);
        if SEPARATE_SOURCES { apart } else { Self { text: Some(text), ..apart } }
    }

    /// Creates it for a file that has to be fetched.
    pub(crate) const fn apart(address: &'static str, text: &str) -> Self {
        Self { text: None, file: Some(SourceFile::new(address, text)) }
    }

    /// Returns the text, where it is within the program.
    pub const fn as_str(&self) -> Option<&'static str> {
        self.text
    }

    /// Returns the file that a page may fetch, where there is one.
    pub const fn file(&self) -> Option<SourceFile> {
        self.file
    }

    /// Returns the part of the text that is shown and the number of its first line, where the text is within
    /// the program; see [`region`].
    pub fn shown(&self) -> Option<(u32, &'static str)> {
        self.text.map(region)
    }
}

/// A file that a page fetches to show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceFile {
    address: &'static str,
    checksum: u32,
    lines: u32,
}

impl SourceFile {
    const fn new(address: &'static str, text: &str) -> Self {
        let shown = find(text.as_bytes());
        Self { address, checksum: CHECKSUM.checksum(text.as_bytes()), lines: shown.lines }
    }

    /// Returns the address, relative to the script of the page: `patterns/channels/mpsc.rs`.
    pub const fn address(&self) -> &'static str {
        self.address
    }

    /// Returns the checksum of what was compiled, as zip and PNG have it.
    pub const fn checksum(&self) -> u32 {
        self.checksum
    }

    /// Returns how many lines of it are shown, so that there is room for them before they are there.
    pub const fn lines(&self) -> u32 {
        self.lines
    }

    /// Returns the text, if these bytes are the file that was compiled.
    pub fn accept(&self, bytes: Vec<u8>) -> Option<String> {
        if CHECKSUM.checksum(&bytes) != self.checksum {
            return None;
        }
        String::from_utf8(bytes).ok()
    }
}

/// Names a file in this folder as a [`Source`].
macro_rules! source {
    ($path:literal) => {{
        const TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/patterns/", $path));
        $crate::patterns::Source::beside(concat!("patterns/", $path), TEXT)
    }};
}

/// Returns what stands between the lines `// region: shown` and `// endregion` of a text, and the number of its
/// first line; the whole text where there are no such lines.
pub fn region(text: &str) -> (u32, &str) {
    let Region { first, start, end, .. } = find(text.as_bytes());
    // Where lines begin, characters do.
    (first, &text[start..end])
}

/// Which part of a text is shown.
struct Region {
    first: u32,
    lines: u32,
    start: usize,
    end: usize,
}

/// Finds it while the program is compiled, too, so without iterators.
const fn find(text: &[u8]) -> Region {
    let (mut first, mut start) = (1, 0);
    let (mut number, mut at) = (1, 0);
    while at < text.len() {
        let (line, next) = line_at(text, at);
        if is(line, b"// region: shown") {
            (first, start) = (number + 1, next);
        } else if is(line, b"// endregion") {
            break;
        }
        (number, at) = (number + 1, next);
    }
    Region { first, lines: number - first, start, end: at }
}

/// Returns a line and where the next one begins.
const fn line_at(text: &[u8], at: usize) -> (&[u8], usize) {
    let (_, rest) = text.split_at(at);
    let mut length = 0;
    while length < rest.len() {
        length += 1;
        if rest[length - 1] == b'\n' {
            break;
        }
    }
    (rest.split_at(length).0, at + length)
}

const fn is(line: &[u8], mark: &[u8]) -> bool {
    let line = line.trim_ascii();
    if line.len() != mark.len() {
        return false;
    }
    let mut at = 0;
    while at < line.len() {
        if line[at] != mark[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_what_stands_between_its_marks() {
        assert_eq!(region("//! a\n\n  // region: shown\nb\nc\n// endregion\nd\n"), (4, "b\nc\n"));
        assert_eq!(region("a\nb"), (1, "a\nb"));
        assert_eq!(region("a\n// region: shown\nb"), (3, "b"));
        assert_eq!(region(""), (1, ""));
    }

    #[test]
    fn only_the_file_that_was_compiled_is_taken() {
        let file = SourceFile::new("patterns/a.rs", "// region: shown\na\nb\n// endregion\n");
        assert_eq!((file.address(), file.lines()), ("patterns/a.rs", 2));
        let bytes = b"// region: shown\na\nb\n// endregion\n".to_vec();
        assert_eq!(file.accept(bytes.clone()).expect("it is the same").into_bytes(), bytes);
        assert_eq!(file.accept(b"// region: shown\na\nc\n// endregion\n".to_vec()), None);
        assert_eq!(file.accept(Vec::new()), None);
    }
}

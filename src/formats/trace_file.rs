//! Wakeline's own trace file: what ran, and the frames of its trace as they are.
//!
//! ```text
//! file     = "WKTRACE" version:u8 length:u32le header crc32(header):u32le frame*
//! header   = JSON in UTF-8: an object with the fields of [`Header`]
//! frame    = as crate::trace::frame has it, one after another up to the end of the file
//! ```
//!
//! The whole may be gzipped, and what `wakeline run --trace FILE` writes is: events repeat themselves, and a gzipped
//! one takes less than 3 bytes. This room neither packs nor unpacks; a page leaves that to the browser's
//! `DecompressionStream`, and the command line to a crate.
//!
//! Fields of the header that a reader does not know are passed over and those that it misses are empty, so
//! that they can come and go. The version is for what cannot be read otherwise.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::trace::frame::checksum;

/// What a file begins with.
pub const MAGIC: [u8; 7] = *b"WKTRACE";
/// The version of the container; readers refuse any other. Frames have one of their own.
pub const VERSION: u8 = 1;
/// What a gzipped file begins with.
pub const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// How long a header may be, in bytes: a pattern's parameters take a few hundred.
pub const MAX_HEADER: usize = 1 << 20;
const BEFORE_HEADER: usize = MAGIC.len() + 1 + 4;

/// What ran, and how. Everything that makes a run the same again in virtual time stands in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// The version of Wakeline that wrote the file.
    pub wakeline: String,
    /// The pattern's id.
    pub pattern: String,
    /// `corrected` or `pitfall`.
    pub twin: String,
    /// The parameters' values, by name, as they would be typed.
    pub values: BTreeMap<String, String>,
    /// What random choices were drawn from.
    pub seed: u64,
    /// `fifo` or `random`; none where the runtime chooses by itself.
    pub schedule: Option<String>,
    /// `virtual` or `real`.
    pub clock: String,
    /// `sim` or `tokio`.
    pub runtime: String,
    /// How many worker threads there were.
    pub threads: usize,
}

/// Why the beginning of a trace file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// A newer or older writer made it.
    #[error(
        "trace file version `{found}` cannot be read, this build reads version `{VERSION}`: use the Wakeline that wrote it"
    )]
    Version {
        /// The version in the file.
        found: u8,
    },
    /// The file ends before its header does.
    #[error("the header of `{expected}` bytes has only `{found}`: the file is cut short, record it again")]
    Short {
        /// How many bytes there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// No header is that long.
    #[error("the header says it has `{found}` bytes, and the most is `{MAX_HEADER}`: the file is damaged")]
    TooLong {
        /// How many bytes it says it has.
        found: usize,
    },
    /// The checksum does not match.
    #[error("the header's checksum `{found:08x}` should be `{expected:08x}`: the file is damaged")]
    Checksum {
        /// The checksum in the file.
        expected: u32,
        /// The checksum of the header.
        found: u32,
    },
    /// It is whole, and not what a header is.
    #[error("the header is not what a header is: {what}")]
    Json {
        /// What the reader of JSON says.
        what: String,
    },
}

/// Writes a trace file, not gzipped. `frames` are encoded frames one after another.
///
/// # Errors
///
/// Fails when `out` does.
pub fn write(header: &Header, frames: &[u8], out: &mut impl Write) -> io::Result<()> {
    let header = serde_json::to_vec(header)?;
    let length = u32::try_from(header.len()).map_err(io::Error::other)?;
    out.write_all(&MAGIC)?;
    out.write_all(&[VERSION])?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&header)?;
    out.write_all(&checksum(&header).to_le_bytes())?;
    out.write_all(frames)
}

/// Returns the header of a file that begins with [`MAGIC`], and the frames after it, not yet looked at.
///
/// # Errors
///
/// Fails when the file is damaged, or of another version.
pub fn read(bytes: &[u8]) -> Result<(Header, &[u8]), HeaderError> {
    let short = |expected| HeaderError::Short { expected, found: bytes.len() };
    let (before, after) = bytes.split_at_checked(BEFORE_HEADER).ok_or_else(|| short(BEFORE_HEADER))?;
    let [.., version, a, b, c, d] = *before else { return Err(short(BEFORE_HEADER)) };
    if version != VERSION {
        return Err(HeaderError::Version { found: version });
    }
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    if length > MAX_HEADER {
        return Err(HeaderError::TooLong { found: length });
    }
    let whole = || short(BEFORE_HEADER + length + 4);
    let (header, after) = after.split_at_checked(length).ok_or_else(whole)?;
    let (sum, frames) = after.split_first_chunk::<4>().ok_or_else(whole)?;
    let (expected, found) = (u32::from_le_bytes(*sum), checksum(header));
    if expected != found {
        return Err(HeaderError::Checksum { expected, found });
    }
    let header =
        serde_json::from_slice(header).map_err(|error| HeaderError::Json { what: error.to_string() })?;
    Ok((header, frames))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        let values = BTreeMap::from([("fast".to_owned(), "40".to_owned())]);
        let words = |word: &str| word.to_owned();
        Header { pattern: words("race"), twin: words("corrected"), values, seed: 7, ..Header::default() }
    }

    fn file() -> Vec<u8> {
        let mut out = Vec::new();
        write(&header(), b"frames", &mut out).expect("memory takes it");
        out
    }

    #[test]
    fn what_is_written_reads_the_same() {
        assert_eq!(read(&file()), Ok((header(), &b"frames"[..])));
    }

    #[test]
    fn a_header_that_is_cut_anywhere_is_refused() {
        let file = file();
        for length in MAGIC.len()..file.len() - b"frames".len() {
            let error = read(&file[..length]).expect_err("it is cut");
            assert!(matches!(error, HeaderError::Short { found, .. } if found == length), "{error}");
        }
    }

    #[test]
    fn a_damaged_header_is_refused() {
        let mut damaged = file();
        damaged[BEFORE_HEADER + 3] ^= 1;
        assert!(matches!(read(&damaged), Err(HeaderError::Checksum { .. })));
        let mut newer = file();
        newer[MAGIC.len()] = 9;
        let text = read(&newer).expect_err("it is newer").to_string();
        assert!(text.contains("version `9`") && text.contains("use the Wakeline that wrote it"), "{text}");
        let mut long = file();
        long[BEFORE_HEADER - 1] = 0xff;
        assert!(matches!(read(&long), Err(HeaderError::TooLong { .. })));
    }

    #[test]
    fn fields_that_are_not_known_are_passed_over() {
        let mut out = Vec::new();
        write(&header(), b"", &mut out).expect("memory takes it");
        let json = br#"{"pattern":"race","colour":{"a":[1]}}"#;
        let mut file = [&MAGIC[..], &[VERSION], &(json.len() as u32).to_le_bytes(), json].concat();
        file.extend_from_slice(&checksum(json).to_le_bytes());
        assert_eq!(read(&file).expect("a header").0.pattern, "race");
    }
}

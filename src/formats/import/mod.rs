//! Opening a recording, whatever made it: bytes in, a model and what to say about it out.
//!
//! | file | reads |
//! |---|---|
//! | `wakeline` | [`trace_file`], and frames alone |
//! | `chrome` | the Trace Event Format: Chrome, Perfetto's JSON, `tracing-chrome`, Node, our own [`chrome`](super::chrome) |
//! | `console` | what `console-subscriber` writes where `TOKIO_CONSOLE_RECORD_PATH` says |
//!
//! Which one it is shows in the bytes; a file's name says nothing. A file that is cut short is opened as far as it
//! goes, and a note says so: recordings end when programs crash, and that is when they are wanted. Anything else that
//! is wrong is an [`ImportError`]. Every limit is stated, by the error or by the note that counts what is left out.

mod chrome;
mod console;
mod error;
mod json;
mod loom;
mod wakeline;

pub use error::ImportError;

use super::trace_file::{self, Header};
use crate::timeline::Model;
use crate::trace::frame;

/// The largest file that is opened, in bytes, after it was unpacked.
pub const MAX_BYTES: usize = 128 << 20;
/// How many lanes are made; what belongs to more is left out and counted.
pub const MAX_LANES: usize = 50_000;

/// A recording that was opened.
#[derive(Clone, Debug)]
pub struct Imported {
    /// What it says.
    pub model: Model,
    /// What to call it, in a few words.
    pub title: String,
    /// What was left out and what is not what it seems, in sentences.
    pub notes: Vec<String>,
    /// What made it.
    pub origin: Origin,
}

/// What made a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Wakeline: a trace file, with what ran, or frames alone.
    Wakeline(Option<Header>),
    /// Wakeline, by way of its Chrome trace.
    WakelineChrome,
    /// Anything that writes the Trace Event Format.
    Chrome,
    /// `console-subscriber`.
    TokioConsole,
}

impl Origin {
    /// Returns what to call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Wakeline(_) => "Wakeline trace",
            Self::WakelineChrome => "Chrome trace by Wakeline",
            Self::Chrome => "Chrome trace",
            Self::TokioConsole => "tokio-console recording",
        }
    }
}

/// Opens a recording.
///
/// # Errors
///
/// Fails when the bytes are of no format that can be read, are damaged, gzipped, or more than [`MAX_BYTES`].
pub fn import(bytes: &[u8]) -> Result<Imported, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportError::TooLarge { bytes: bytes.len() as u64 });
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    match text.first() {
        None => Err(ImportError::Empty),
        Some(_) if bytes.starts_with(&trace_file::MAGIC) || bytes.starts_with(&frame::MAGIC) => {
            wakeline::import(bytes)
        }
        Some(_) if bytes.starts_with(&trace_file::GZIP_MAGIC) => Err(ImportError::Gzipped),
        Some(_) if console::is_recording(text) => console::import(text),
        Some(b'[' | b'{') => chrome::import(text),
        Some(_) => Err(ImportError::unknown(bytes)),
    }
}

/// Returns `1 counter`, `3 counters`.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

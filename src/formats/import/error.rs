//! Why a recording cannot be opened.

use thiserror::Error;

use super::MAX_BYTES;
use crate::formats::trace_file::HeaderError;
use crate::trace::FrameError;

/// Why a recording cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// There is nothing in it.
    #[error("the file is empty: record again, and let the program end by itself")]
    Empty,
    /// It is larger than what is opened.
    #[error(
        "the file has `{bytes}` bytes, and at most `{MAX_BYTES}` are opened: record less, or cut it down"
    )]
    TooLarge {
        /// How many bytes there are.
        bytes: u64,
    },
    /// It is to be unpacked first.
    #[error("the file is gzipped: unpack it first, with `gunzip` or the like")]
    Gzipped,
    /// It is of no format that can be read.
    #[error(
        "the file begins with `{found}`, as none that can be opened does: there are Wakeline's own traces, Chrome and \
         Perfetto traces in JSON, and recordings of tokio-console"
    )]
    Unknown {
        /// Its first bytes: as text where they are, in hexadecimal where not.
        found: String,
    },
    /// It is a trace of Perfetto's, in protobuf.
    #[error("the file looks like a Perfetto trace in protobuf: turn it into JSON with `traceconv json FILE`")]
    Protobuf,
    /// It is what `--format json` writes.
    #[error(
        "the file is what `--format json` writes, which is for programs and does not read back: record the run with \
         `--trace FILE`"
    )]
    RunJson,
    /// It is JSON without events.
    #[error(
        "the file is JSON without `traceEvents`: a Chrome trace is an object that has them, or a list of events"
    )]
    NoTraceEvents,
    /// The header of a trace file cannot be read.
    #[error("{0}")]
    Header(#[from] HeaderError),
    /// A frame cannot be read.
    #[error("in the frame at byte `{at}`: {cause}; record it again")]
    Frame {
        /// Where the frame begins, from the beginning of the file.
        at: usize,
        /// What is wrong with it.
        cause: FrameError,
    },
    /// A frame is longer than any that is written.
    #[error(
        "the frame at byte `{at}` says it has `{found}` bytes, and the most is `{most}`: the file is damaged"
    )]
    LongFrame {
        /// Where the frame begins, from the beginning of the file.
        at: usize,
        /// How many bytes it says it has.
        found: usize,
        /// How many are read.
        most: usize,
    },
    /// It is not JSON, or not such as the format has.
    #[error("at line `{line}`, column `{column}`: {what}; the file is damaged, or is not what it begins as")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
        /// What the reader of JSON says.
        what: String,
    },
    /// A recording of tokio-console is of another version.
    #[error(
        "recordings of tokio-console of version `{found}` cannot be read: use a `console-subscriber` that writes `1`"
    )]
    ConsoleVersion {
        /// The version in the file.
        found: u64,
    },
    /// There is nothing in it that could be shown.
    #[error("the file has nothing to show: {left_out}")]
    Nothing {
        /// What there is instead.
        left_out: String,
    },
}

impl ImportError {
    /// Returns the error for bytes of no format that can be read.
    pub(super) fn unknown(bytes: &[u8]) -> Self {
        // Field 1 of a message, its length, and field 8, 58, … of a packet: what traces of Perfetto begin with.
        if bytes.first() == Some(&0x0a) {
            return Self::Protobuf;
        }
        let text = std::str::from_utf8(&bytes[..bytes.len().min(64)]);
        let valid = match &text {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
        };
        let shown: String = valid.chars().take_while(|char| !char.is_control()).take(16).collect();
        let hexadecimal = || bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self::Unknown { found: if shown.chars().count() < 4 { hexadecimal() } else { shown } }
    }

    /// Returns the error for what the reader of JSON says, `lines` lines into the file.
    pub(super) fn json(error: &serde_json::Error, lines: usize) -> Self {
        let text = error.to_string();
        let what = text.split(" at line ").next().unwrap_or(&text).chars().take(200).collect();
        Self::Json { line: lines + error.line().max(1), column: error.column().max(1), what }
    }
}

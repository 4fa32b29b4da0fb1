//! Frames: how events leave a run, as bytes with a version.
//!
//! ```text
//! frame    = "WKLN" version:u8 length:u32le body crc32(body):u32le
//! body     = first_seq dropped names_refused base_nanos
//!            first_name count string*          string = length utf-8
//!            first_location count place*       place  = string line column
//!            count event*                      event  = code:u8 field*
//! ```
//!
//! Every number without a width is an unsigned LEB128. Clocks are the distance to the clock before.
//! Within a frame lanes are signed distances to the lane of the event before, because a run speaks
//! of the same lane several times in a row. A trace file is nothing but frames one after another.

use crc::{CRC_32_ISO_HDLC, Crc, Table};
use thiserror::Error;

use super::bytes::{Reader, put_str, put_u64};
use super::codec::{EventReader, EventWriter};
use super::{Event, Place};

/// The version of the format; readers refuse any other.
pub const VERSION: u8 = 2;
/// What a frame begins with.
pub const MAGIC: [u8; 4] = *b"WKLN";
/// The checksum of zip and PNG, with the small table: the large one would be a tenth of the page's code.
pub(crate) const CHECKSUM: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);
const HEADER: usize = MAGIC.len() + 1 + 4;
const TRAILER: usize = 4;

/// Why bytes are not a frame.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The bytes do not begin as a frame does.
    #[error("not a Wakeline trace: it begins with `{found}` where a trace begins with `574b4c4e`")]
    Foreign {
        /// The first bytes, in hexadecimal.
        found: String,
    },
    /// A newer or older writer made it.
    #[error("trace version `{found}` cannot be read; this build reads version `{VERSION}`")]
    Version {
        /// The version in the frame.
        found: u8,
    },
    /// Fewer bytes than the frame says it has.
    #[error("the trace is cut short: a frame of `{expected}` bytes has only `{found}`")]
    Short {
        /// How many bytes there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The checksum does not match.
    #[error("the trace is damaged: checksum `{found:08x}` should be `{expected:08x}`")]
    Checksum {
        /// The checksum in the frame.
        expected: u32,
        /// The checksum of the bytes.
        found: u32,
    },
    /// The bytes are whole and yet make no sense.
    #[error("the trace is damaged at byte `{at}`: {what}")]
    Malformed {
        /// Where in the frame's body.
        at: usize,
        /// What was expected there.
        what: &'static str,
    },
}

/// Returns the checksum of a frame's body.
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    CHECKSUM.checksum(bytes)
}

/// A piece of a trace: the events since the last piece and the names they are the first to use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The number of the first event, counted from 0 over the whole run, lost ones included.
    pub first_seq: u64,
    /// How many events were lost before this frame's first, over the whole run.
    pub dropped: u64,
    /// How many strings the full name table turned into `…`, over the whole run.
    pub names_refused: u64,
    /// What the clock read before the first event.
    pub base_nanos: u64,
    /// The [`NameId`](super::NameId) of `names[0]`.
    pub first_name: u32,
    /// Strings not sent before.
    pub names: Vec<String>,
    /// The [`LocationId`](super::LocationId) of `locations[0]`.
    pub first_location: u32,
    /// Places not sent before.
    pub locations: Vec<Place>,
    /// The events, oldest first.
    pub events: Vec<Event>,
}

impl Frame {
    /// Appends the frame's bytes to `out`.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&MAGIC);
        out.push(VERSION);
        out.extend_from_slice(&[0; 4]);
        for number in [self.first_seq, self.dropped, self.names_refused, self.base_nanos] {
            put_u64(out, number);
        }
        put_u64(out, u64::from(self.first_name));
        put_u64(out, self.names.len() as u64);
        for name in &self.names {
            put_str(out, name);
        }
        put_u64(out, u64::from(self.first_location));
        put_u64(out, self.locations.len() as u64);
        for place in &self.locations {
            put_str(out, &place.file);
            put_u64(out, u64::from(place.line));
            put_u64(out, u64::from(place.column));
        }
        put_u64(out, self.events.len() as u64);
        let mut writer = EventWriter::new(out, self.base_nanos);
        for event in &self.events {
            writer.put(event);
        }
        let body = start + HEADER;
        let length = u32::try_from(out.len() - body).expect("a ring of events is far below 4 GB");
        out[body - 4..body].copy_from_slice(&length.to_le_bytes());
        let checksum = checksum(&out[body..]);
        out.extend_from_slice(&checksum.to_le_bytes());
    }

    /// Returns the frame's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode_into(&mut out);
        out
    }

    /// Reads the frame at the start of `bytes`; returns it and what follows it.
    pub fn decode_first(bytes: &[u8]) -> Result<(Self, &[u8]), FrameError> {
        let head = &bytes[..bytes.len().min(MAGIC.len())];
        if head != &MAGIC[..head.len()] || head.is_empty() {
            let found = head.iter().map(|byte| format!("{byte:02x}")).collect();
            return Err(FrameError::Foreign { found });
        }
        if bytes.len() < HEADER {
            return Err(FrameError::Short { expected: HEADER, found: bytes.len() });
        }
        if bytes[4] != VERSION {
            return Err(FrameError::Version { found: bytes[4] });
        }
        let length = u32::from_le_bytes([bytes[5], bytes[6], bytes[7], bytes[8]]) as usize;
        let expected = HEADER + length + TRAILER;
        if bytes.len() < expected {
            return Err(FrameError::Short { expected, found: bytes.len() });
        }
        let (frame, rest) = bytes.split_at(expected);
        let (body, trailer) = frame[HEADER..].split_at(length);
        let expected = u32::from_le_bytes([trailer[0], trailer[1], trailer[2], trailer[3]]);
        let found = checksum(body);
        if found != expected {
            return Err(FrameError::Checksum { expected, found });
        }
        Ok((decode_body(body)?, rest))
    }

    /// Reads one frame that is all of `bytes`.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let (frame, rest) = Self::decode_first(bytes)?;
        if !rest.is_empty() {
            return Err(FrameError::Malformed {
                at: bytes.len() - rest.len(),
                what: "nothing should follow the frame",
            });
        }
        Ok(frame)
    }

    /// Reads a whole trace: frames one after another.
    pub fn decode_all(mut bytes: &[u8]) -> Result<Vec<Self>, FrameError> {
        let mut frames = Vec::new();
        loop {
            let (frame, rest) = Self::decode_first(bytes)?;
            frames.push(frame);
            if rest.is_empty() {
                return Ok(frames);
            }
            bytes = rest;
        }
    }
}

fn decode_body(body: &[u8]) -> Result<Frame, FrameError> {
    let mut reader = Reader::new(body);
    let mut frame = Frame {
        first_seq: reader.u64()?,
        dropped: reader.u64()?,
        names_refused: reader.u64()?,
        base_nanos: reader.u64()?,
        first_name: reader.u32()?,
        ..Frame::default()
    };
    for _ in 0..reader.count()? {
        frame.names.push(reader.string()?);
    }
    frame.first_location = reader.u32()?;
    for _ in 0..reader.count()? {
        frame.locations.push(Place { file: reader.string()?, line: reader.u32()?, column: reader.u32()? });
    }
    let count = reader.count()?;
    // An event takes two bytes and more in a frame and sixteen in memory: what a damaged count says is not
    // believed beforehand.
    frame.events.reserve(count.min(1 << 16));
    let mut events = EventReader::new(reader, frame.base_nanos);
    for _ in 0..count {
        frame.events.push(events.get()?);
    }
    events.finish()?;
    Ok(frame)
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;

//! Wakeline's own traces.

use super::{ImportError, Imported, Origin};
use crate::formats::trace_file::{self, Header};
use crate::timeline::Model;
use crate::trace::{Frame, FrameError};

/// The longest frame that is read, in bytes: a ring of a million events makes 16 million at most, and events take
/// several times as much once they are read.
const MAX_FRAME: usize = 32 << 20;

pub(super) fn import(bytes: &[u8]) -> Result<Imported, ImportError> {
    let (header, frames) = match bytes.starts_with(&trace_file::MAGIC) {
        true => trace_file::read(bytes).map(|(header, frames)| (Some(header), frames))?,
        false => (None, bytes),
    };
    let mut model = Model::new();
    let mut notes = Vec::new();
    let mut rest = frames;
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        if let Some(length) = rest.get(5..).and_then(<[u8]>::first_chunk) {
            let found = u32::from_le_bytes(*length) as usize;
            if found > MAX_FRAME {
                return Err(ImportError::LongFrame { at, found, most: MAX_FRAME });
            }
        }
        match Frame::decode_first(rest) {
            Ok((frame, after)) => {
                model.take_frame(&frame);
                rest = after;
            }
            Err(FrameError::Short { .. }) if model.event_count() > 0 => {
                notes.push(format!("the file is cut short: from byte {at} on nothing can be read"));
                break;
            }
            Err(cause) => return Err(ImportError::Frame { at, cause }),
        }
    }
    model.arrange();
    if model.event_count() == 0 {
        return Err(ImportError::Nothing { left_out: "nothing was recorded".to_owned() });
    }
    let title = header.as_ref().map_or_else(|| "Wakeline trace".to_owned(), title);
    Ok(Imported { model, title, notes, origin: Origin::Wakeline(header) })
}

/// Returns what to call a run: `race, pitfall, seed 7`.
fn title(header: &Header) -> String {
    let name = if header.pattern.is_empty() { "Wakeline trace" } else { &header.pattern };
    let twin = if header.twin == "pitfall" { ", pitfall" } else { "" };
    let runtime = if header.runtime == "tokio" { " on tokio" } else { "" };
    format!("{name}{runtime}{twin}, seed {}", header.seed)
}

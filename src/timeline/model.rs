//! The model: what all frames so far say.

use super::{Extent, Lane, Moment, Row};
use crate::trace::{Frame, FrameError, LaneId, LocationId, NameId, Place};

/// What is missing, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Events that the recorder or the way here lost.
    pub events: u64,
    /// Strings that are shown as `…`.
    pub names: u64,
    /// Events that this model did not keep because it is full.
    pub refused: u64,
}

/// A place in the order at which events are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The moment after which they are missing.
    pub after: Moment,
    /// How many.
    pub events: u64,
}

/// What all frames so far say.
#[derive(Clone, Debug, Default)]
pub struct Model {}

impl Model {
    /// Creates the model of a run that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in what a frame says. Any frame is fine: what is lost or makes no sense is bridged.
    pub fn apply(&mut self, frame: &Frame) {
        todo!("{frame:?}")
    }

    /// Takes in one or more frames as bytes. After an error the model is as it was before.
    pub fn apply_bytes(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        for frame in Frame::decode_all(bytes)? {
            self.apply(&frame);
        }
        Ok(())
    }

    /// Returns how much there is of the run.
    pub fn extent(&self) -> Extent {
        todo!()
    }

    /// Returns the moment of the event with this number; 0 is the start.
    pub fn moment(&self, order: u32) -> Option<Moment> {
        todo!("{order}")
    }

    /// Returns the moment at a time: after everything that happened up to then.
    pub fn moment_at_nanos(&self, nanos: u64) -> Moment {
        todo!("{nanos}")
    }

    /// Returns a lane.
    pub fn lane(&self, id: LaneId) -> Option<&Lane> {
        todo!("{id:?}")
    }

    /// Returns all lanes in the order in which they were first heard of.
    pub fn lanes(&self) -> &[Lane] {
        todo!()
    }

    /// Returns the lanes in display order: tasks as they were spawned, children below their parents.
    pub fn rows(&self) -> &[Row] {
        todo!()
    }

    /// Returns an interned string; `…` when it was lost.
    pub fn text(&self, name: NameId) -> &str {
        todo!("{name:?}")
    }

    /// Returns a place in the source, where known.
    pub fn place(&self, location: LocationId) -> Option<&Place> {
        todo!("{location:?}")
    }

    /// Returns what is missing.
    pub fn dropped(&self) -> Dropped {
        todo!()
    }

    /// Returns where events are missing.
    pub fn gaps(&self) -> &[Gap] {
        todo!()
    }

    /// Returns how much memory the model takes, in bytes.
    pub fn heap_bytes(&self) -> usize {
        todo!()
    }
}

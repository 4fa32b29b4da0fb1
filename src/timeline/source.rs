//! Which line of the source is which part of the timeline.

use super::{Lane, Model, Moment, Span, Wait};
use crate::trace::{LaneId, LocationId};

/// What a lane has to do with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// It waits there.
    Parked(Wait),
    /// It waited there, has been woken and not been polled yet.
    Woken(Wait),
    /// It was spawned or named there, and lives.
    Created,
}

/// A mark in the gutter of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineMark {
    /// The lane.
    pub lane: LaneId,
    /// Where; see [`Model::place`].
    pub location: LocationId,
    /// What the lane has to do with it.
    pub kind: MarkKind,
}

impl Model {
    /// Returns where each living lane is parked and was created at a moment, in display order.
    pub fn lines_at(&self, moment: Moment) -> Vec<LineMark> {
        todo!("{moment:?}")
    }

    /// Returns the spans after `from` and up to `to` in which a lane was parked on a line. A file is
    /// named by its whole path or by its last parts.
    pub fn spans_on_line(
        &self,
        file: &str,
        line: u32,
        from: Moment,
        to: Moment,
    ) -> impl Iterator<Item = Span> + '_ {
        let _ = (file, line, from, to);
        std::iter::empty()
    }

    /// Returns the lanes that were spawned or named on a line.
    pub fn lanes_on_line(&self, file: &str, line: u32) -> impl Iterator<Item = &Lane> + '_ {
        let _ = (file, line);
        std::iter::empty()
    }
}

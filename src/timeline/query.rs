//! The state of everything at a moment.

use super::{LaneEnd, Model, Moment, Span, Wait, Wake};
use crate::trace::{LaneId, RunEnd};

/// What a lane does at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneState {
    /// It has not been heard of yet.
    Unborn,
    /// It exists and was not polled yet (a child between its naming and its first poll).
    New,
    /// It lives, and does this.
    Live(Span),
    /// It has ended.
    Ended(LaneEnd),
}

/// What a lane did up to a moment. Times are in nanoseconds; in virtual time a poll takes none,
/// unless it worked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaneStats {
    /// How many polls have begun.
    pub polls: u32,
    /// How long it was polled.
    pub busy_nanos: u64,
    /// How long it was ready and waited for its turn.
    pub scheduled_nanos: u64,
    /// How long it waited for something else.
    pub idle_nanos: u64,
    /// The last wake (or its spawn).
    pub woken: Option<Wake>,
    /// What it waits for, while it is idle.
    pub parked: Option<Wait>,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunState {
    /// How and when it ended, if it did.
    pub end: Option<(RunEnd, Moment)>,
    /// How many tasks were spawned.
    pub tasks: usize,
    /// How many tasks have not ended.
    pub live_tasks: usize,
}

impl Model {
    /// Returns how many spans a lane has.
    pub fn span_count(&self, lane: LaneId) -> usize {
        todo!("{lane:?}")
    }

    /// Returns a span of a lane by its place.
    pub fn span(&self, lane: LaneId, index: usize) -> Option<Span> {
        todo!("{lane:?} {index}")
    }

    /// Returns the spans of a lane, oldest first.
    pub fn spans(&self, lane: LaneId) -> impl Iterator<Item = Span> + '_ {
        (0..self.span_count(lane)).filter_map(move |index| self.span(lane, index))
    }

    /// Returns the span of a lane that holds a moment. The last poll of a lane holds its end.
    pub fn span_at(&self, lane: LaneId, moment: Moment) -> Option<Span> {
        todo!("{lane:?} {moment:?}")
    }

    /// Returns what a lane does at a moment.
    pub fn state_at(&self, lane: LaneId, moment: Moment) -> LaneState {
        todo!("{lane:?} {moment:?}")
    }

    /// Returns what a lane did up to a moment.
    pub fn lane_stats(&self, lane: LaneId, moment: Moment) -> LaneStats {
        todo!("{lane:?} {moment:?}")
    }

    /// Returns how the run stands after all that was applied.
    pub fn run_state(&self) -> RunState {
        self.run_state_at(self.extent().end)
    }

    /// Returns how the run stood at a moment.
    pub fn run_state_at(&self, moment: Moment) -> RunState {
        todo!("{moment:?}")
    }
}

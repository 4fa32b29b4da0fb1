//! Wakes: the arrows of the timeline.

use super::{Model, Moment};
use crate::trace::{LaneId, LocationId, WakeCause};

/// Why a lane became scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// It was spawned, which is a task's first wake.
    Spawned,
    /// It was woken.
    Woken(WakeCause),
}

/// An arrow: a lane makes another one ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wake {
    /// The lane that woke, or [`LaneId::OUTSIDE`].
    pub by: LaneId,
    /// The lane that was woken.
    pub lane: LaneId,
    /// When: the arrow stands upright at this moment, from `by` to `lane`.
    pub moment: Moment,
    /// Why.
    pub cause: Cause,
    /// The line that woke it, where known.
    pub location: LocationId,
}

impl Model {
    /// Returns the wakes after `from` and up to `to`, in order. Spawns are not among them.
    pub fn wakes(&self, from: Moment, to: Moment) -> impl Iterator<Item = Wake> + '_ {
        let _ = (from, to);
        std::iter::empty()
    }

    /// Returns the wakes of and by a lane after `from` and up to `to`, in order.
    pub fn wakes_of(&self, lane: LaneId, from: Moment, to: Moment) -> impl Iterator<Item = Wake> + '_ {
        self.wakes(from, to).filter(move |wake| wake.lane == lane || wake.by == lane)
    }

    /// Returns the wake (or the spawn) that made `lane` ready for what it does at `moment`.
    ///
    /// The way back: go on at `wake.by`, `wake.moment`.
    pub fn wake_before(&self, lane: LaneId, moment: Moment) -> Option<Wake> {
        todo!("{lane:?} {moment:?}")
    }

    /// Returns the first wake (or spawn) by `lane` after `moment`; pass the beginning of a slice to
    /// ask what that poll did.
    ///
    /// The way forward: go on at `wake.lane` and [`Model::poll_after_wake`].
    pub fn wake_after(&self, lane: LaneId, moment: Moment) -> Option<Wake> {
        todo!("{lane:?} {moment:?}")
    }

    /// Returns the beginning of the poll that a wake led to, if there was one.
    pub fn poll_after_wake(&self, wake: &Wake) -> Option<Moment> {
        todo!("{wake:?}")
    }
}

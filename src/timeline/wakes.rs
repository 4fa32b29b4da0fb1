//! Wakes: the arrows of the timeline.

use super::events::Kind;
use super::{LaneKind, Model, Moment, State};
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

/// A wake as it is kept; the event at its order knows the woken lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawWake {
    pub(super) order: u32,
    pub(super) by: u32,
    pub(super) location: u16,
    pub(super) cause: WakeCause,
}

impl Model {
    /// Returns the wakes after `from` and up to `to`, in order. Spawns are not among them.
    pub fn wakes(&self, from: Moment, to: Moment) -> impl Iterator<Item = Wake> + '_ {
        self.raw_wakes(from, to).map(|wake| self.wake_from_raw(wake))
    }

    /// Returns the wakes of and by a lane after `from` and up to `to`, in order.
    pub fn wakes_of(&self, lane: LaneId, from: Moment, to: Moment) -> impl Iterator<Item = Wake> + '_ {
        let concerns = move |wake: &RawWake| wake.by == lane.0 || self.lane_of_event(wake.order) == lane;
        self.raw_wakes(from, to).filter(concerns).map(|wake| self.wake_from_raw(wake))
    }

    fn raw_wakes(&self, from: Moment, to: Moment) -> impl Iterator<Item = RawWake> + '_ {
        let first = self.wakes.partition_point(|wake| wake.order <= from.order);
        self.wakes.iter_from(first).take_while(move |wake| wake.order <= to.order)
    }

    /// Returns the wake (or the spawn) that made `lane` ready for what it does at `moment`.
    ///
    /// The way back: go on at `wake.by`, `wake.moment`.
    pub fn wake_before(&self, id: LaneId, moment: Moment) -> Option<Wake> {
        let lane = self.lane(id)?;
        let after = lane.spans.partition_point(|span| span.order <= moment.order);
        for index in (0..after).rev() {
            let span = lane.spans.get(index)?;
            if span.state() == State::Scheduled {
                return self.wake_of_span(id, span.order, span.refers_to());
            }
        }
        // A child is polled for the first time because the lane around it is.
        (!lane.is_placeholder && lane.spawned <= moment).then(|| self.birth(id)).flatten()
    }

    /// Returns the first wake (or spawn) by `lane` after `moment`; pass the beginning of a slice to
    /// ask what that poll did.
    ///
    /// The way forward: go on at `wake.lane` and [`Model::poll_after_wake`].
    pub fn wake_after(&self, lane: LaneId, moment: Moment) -> Option<Wake> {
        let first = self.wakes.partition_point(|wake| wake.order <= moment.order);
        let wake = self.wakes.iter_from(first).find(|wake| wake.by == lane.0);
        let wake = wake.map(|wake| self.wake_from_raw(wake));
        let is_spawn = |child: &&super::Lane| {
            child.parent == lane
                && child.kind == LaneKind::Task
                && !child.is_placeholder
                && child.spawned.order > moment.order
        };
        let spawned = self.lanes.iter().filter(is_spawn).min_by_key(|child| child.spawned);
        let spawned = spawned.and_then(|child| self.birth(child.id));
        [wake, spawned].into_iter().flatten().min_by_key(|wake| wake.moment)
    }

    /// Returns the beginning of the poll that a wake led to, if there was one.
    pub fn poll_after_wake(&self, wake: &Wake) -> Option<Moment> {
        self.next_poll(wake.lane, wake.moment)
    }

    /// Returns why a scheduled span began.
    pub(super) fn wake_of_span(&self, lane: LaneId, order: u32, refers_to: Option<u32>) -> Option<Wake> {
        match refers_to {
            Some(number) => self.wakes.get(number as usize).map(|wake| self.wake_from_raw(wake)),
            None if self.kind_of_event(order) == Some(Kind::Spawned) => self.birth(lane),
            None => None,
        }
    }

    /// Returns the wake that an event tells of.
    pub(super) fn wake_at(&self, order: u32) -> Option<Wake> {
        let number = self.wakes.partition_point(|wake| wake.order < order);
        let wake = self.wakes.get(number).filter(|wake| wake.order == order)?;
        Some(self.wake_from_raw(wake))
    }

    fn birth(&self, id: LaneId) -> Option<Wake> {
        let lane = self.lane(id)?;
        Some(Wake {
            by: lane.parent,
            lane: id,
            moment: lane.spawned,
            cause: Cause::Spawned,
            location: lane.location,
        })
    }

    fn wake_from_raw(&self, wake: RawWake) -> Wake {
        Wake {
            by: LaneId(wake.by),
            lane: self.lane_of_event(wake.order),
            moment: self.moment_of(wake.order),
            cause: Cause::Woken(wake.cause),
            location: LocationId(wake.location),
        }
    }
}

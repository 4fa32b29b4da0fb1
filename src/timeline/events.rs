//! What happened, one event after another.

use super::{Model, Moment, Wait, Wake};
use crate::trace::{End, LaneId, Level, NameId, Place, RunEnd};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A task was spawned by this lane.
    Spawned {
        /// The spawning lane; [`LaneId::OUTSIDE`] for the first task.
        by: LaneId,
    },
    /// A child appeared in this lane.
    Child {
        /// The lane around it.
        parent: LaneId,
    },
    /// The lane was woken.
    Woken(Wake),
    /// A poll begins.
    PollBegin {
        /// Which poll of the lane, from 1; 0 when it is not known.
        number: u32,
    },
    /// A poll ends.
    PollEnd,
    /// The lane says what it waits for.
    Waiting(Wait),
    /// The lane has ended.
    Ended {
        /// How.
        end: End,
        /// The text of an error or a panic.
        message: NameId,
    },
    /// A line for the reader.
    Log {
        /// How loud.
        level: Level,
        /// The line.
        message: NameId,
    },
    /// A value was shown.
    Value {
        /// What it is called.
        name: NameId,
        /// The value as text.
        value: NameId,
    },
    /// The run is over.
    RunEnded(RunEnd),
}

/// One event of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimelineEvent {
    /// When.
    pub moment: Moment,
    /// To which lane; [`LaneId::OUTSIDE`] for the run as a whole.
    pub lane: LaneId,
    /// What.
    pub what: Happening,
}

/// A line that the code wrote for the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// When.
    pub moment: Moment,
    /// Who wrote it.
    pub lane: LaneId,
    /// How loud.
    pub level: Level,
    /// The line.
    pub text: &'a str,
    /// Where it was written.
    pub place: Option<&'a Place>,
}

/// A value that the code showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueLine<'a> {
    /// When.
    pub moment: Moment,
    /// Who showed it.
    pub lane: LaneId,
    /// What it is called.
    pub name: &'a str,
    /// The value as text.
    pub value: &'a str,
}

impl Model {
    /// Returns how many events there are; they are numbered from 1.
    pub fn event_count(&self) -> u32 {
        todo!()
    }

    /// Returns the event with this number.
    pub fn event(&self, order: u32) -> Option<TimelineEvent> {
        todo!("{order}")
    }

    /// Returns the events with numbers in `orders`.
    pub fn events(&self, orders: std::ops::RangeInclusive<u32>) -> impl Iterator<Item = TimelineEvent> + '_ {
        let last = (*orders.end()).min(self.event_count());
        ((*orders.start()).max(1)..=last).filter_map(|order| self.event(order))
    }

    /// Returns the lines that the code wrote, oldest first.
    pub fn log_lines(&self) -> impl DoubleEndedIterator<Item = LogLine<'_>> + '_ {
        std::iter::empty()
    }

    /// Returns the values that the code showed, oldest first.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = ValueLine<'_>> + '_ {
        std::iter::empty()
    }

    /// Returns the latest value of each name of each lane at a moment, in the order of first showing.
    pub fn values_at(&self, moment: Moment) -> Vec<ValueLine<'_>> {
        todo!("{moment:?}")
    }
}

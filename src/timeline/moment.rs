//! A point of a run: the time, and the place in the order of what happened.

use serde::{Deserialize, Serialize};

/// A point of a run.
///
/// In virtual time many events share an instant, so a moment is the time *and* how many events have
/// happened. "At" a moment means after the event with that number. Moments compare by their order
/// first, because the time never goes back along the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// What the clock reads, in nanoseconds since the run's start.
    pub nanos: u64,
    /// How many events have happened; the first event's moment has 1. The clock's own steps are not
    /// counted, so this is the number of the step that a reader sees.
    pub order: u32,
}

impl Moment {
    /// Before anything has happened.
    pub const START: Self = Self { nanos: 0, order: 0 };
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.order, self.nanos).cmp(&(other.order, other.nanos))
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// How much there is of a run so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// Before the first event; later than [`Moment::START`] only if the first events were lost.
    pub begin: Moment,
    /// The last event, or the clock after it when it went on since.
    pub end: Moment,
    /// How many different times the events have.
    pub instants: usize,
}

impl Extent {
    /// Returns how much time the run took so far, in nanoseconds.
    pub fn nanos(&self) -> u64 {
        self.end.nanos.saturating_sub(self.begin.nanos)
    }

    /// Returns how many events there are.
    pub fn steps(&self) -> u32 {
        self.end.order - self.begin.order
    }
}

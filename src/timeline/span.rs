//! Spans: what a lane did from one moment to the next.

use super::{Moment, Wake};
use crate::trace::{LaneId, LocationId, WaitKind};

/// What a lane does, without the why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum State {
    /// Waiting for something outside itself.
    Idle = 0,
    /// In the ready queue: spawned or woken, and not polled yet.
    Scheduled = 1,
    /// Being polled.
    Polling = 2,
}

/// What a lane waits for, as it said itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// When it said so.
    pub moment: Moment,
    /// What kind of thing it waits for.
    pub on: WaitKind,
    /// The line that waits.
    pub location: LocationId,
    /// More about it; see [`WaitKind`].
    pub detail: u64,
}

/// What a lane does, with the why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanState {
    /// It waits; `None` when it did not say for what (a task whose children wait, a foreign future).
    Idle(Option<Wait>),
    /// It is in the ready queue because of this; `None` when the cause was lost.
    Scheduled(Option<Wake>),
    /// It is being polled.
    Polling {
        /// Which poll of the lane this is, from 1.
        number: u32,
    },
}

impl SpanState {
    /// Returns what the lane does, without the why.
    pub fn state(&self) -> State {
        match self {
            Self::Idle(_) => State::Idle,
            Self::Scheduled(_) => State::Scheduled,
            Self::Polling { .. } => State::Polling,
        }
    }
}

/// What a lane did from one moment to the next. The spans of a lane follow each other without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Whose it is.
    pub lane: LaneId,
    /// Its place among the lane's spans, from 0.
    pub index: usize,
    /// Its first moment.
    pub begin: Moment,
    /// The moment at which the next one begins or the lane is over; `None` while it goes on.
    pub end: Option<Moment>,
    /// What the lane does.
    pub state: SpanState,
}

/// A span as it is kept: the order at which it begins, and two bits of state before the number of
/// what the state refers to: a wake, a wait or which poll it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawSpan {
    pub(super) order: u32,
    bits: u32,
}

impl RawSpan {
    const NOTHING: u32 = (1 << 30) - 1;

    pub(super) fn new(order: u32, state: State, refers_to: Option<u32>) -> Self {
        let refers_to = refers_to.map_or(Self::NOTHING, |number| number.min(Self::NOTHING));
        Self { order, bits: (state as u32) << 30 | refers_to }
    }

    pub(super) fn state(self) -> State {
        match self.bits >> 30 {
            0 => State::Idle,
            1 => State::Scheduled,
            _ => State::Polling,
        }
    }

    pub(super) fn refers_to(self) -> Option<u32> {
        let number = self.bits & Self::NOTHING;
        (number != Self::NOTHING).then_some(number)
    }
}

/// A wait as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawWait {
    pub(super) detail: u64,
    pub(super) order: u32,
    pub(super) location: u16,
    pub(super) on: WaitKind,
}

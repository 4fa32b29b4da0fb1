//! The event vocabulary: what a run can say about itself.
//!
//! This module is the specification; every recorder, codec and view follows it.
//!
//! # Lanes
//!
//! A *lane* is one line of the timeline. A **task** lane is a future that the runtime polls by
//! itself ([`Event::Spawned`]). A **child** lane is a named future inside a task: a branch of a
//! `select!`, an item of a `buffer_unordered` ([`Event::Child`]). A child has no place in the ready
//! queue; it is polled within its parent's poll, so its slices nest in its parent's.
//!
//! Lane ids count up from 1 in the order in which lanes are made, and are never used twice in a run.
//! They promise nothing else: not that a smaller id runs first, nor that ids have no gaps. [`LaneId::OUTSIDE`] is not a lane: it
//! stands for what is outside the run, such as a timer or an answer from the network.
//!
//! # A task's states
//!
//! ```text
//!            Spawned (1)
//!               │
//!               ▼        PollBegin (3)
//!         ┌─ scheduled ────────────────▶ polling ──┐ Woken (4): again, while polling
//!         │     ▲                          │ ▲     │
//!         │     │ Woken (2)     PollEnd (5)│ └─────┘
//!         │     │                          │
//!         │     └──────── idle ◀───────────┤
//!         │                │               │
//!         │ Ended (7)      │ Ended (7)     │ Ended (6), PollEnd
//!         ▼                ▼               ▼
//!         └────────────▶ ended ◀───────────┘
//! ```
//!
//! 1. *Spawned*: the task exists and is in the ready queue at once; spawning is its first wake.
//! 2. *Woken* while idle: it enters the ready queue. Further wakes before its next poll change
//!    nothing and are not recorded: a task is queued once, however often it is woken.
//! 3. *PollBegin*: the executor took it from the queue and calls `poll`.
//! 4. *Woken* while polling: it asked for itself (`yield_now`, a message to itself). It stays
//!    "polling" and is scheduled again as soon as this poll ends.
//! 5. *PollEnd*: `poll` returned. Without an `Ended` before it the answer was `Pending`: the task is
//!    idle, and the last [`Event::Waiting`] within the poll says on what; after edge 4 it is
//!    scheduled instead.
//! 6. *Ended* within a poll: `poll` returned `Ready` ([`End::Completed`], or [`End::Failed`] for an
//!    `Err`), or it panicked ([`End::Panicked`]). The `PollEnd` that closes the slice follows.
//! 7. *Ended* outside a poll: the future was dropped before it was ready. [`End::Cancelled`] for a
//!    task whose abort was asked for, [`End::Dropped`] for a child whose parent let go of it and for
//!    a task that the end of the run cut short. As in tokio, an abort marks the task and wakes it
//!    ([`WakeCause::Abort`]); the future is dropped when the task's turn comes, so `Ended` is the
//!    instant of the drop and what it held is released right there.
//!
//! A child goes through the same states, with two differences: it begins idle, without a wake (it is
//! polled when its parent gets round to it, or never), and a wake that passes through it is recorded
//! for the child and then for the task around it, with one cause.
//!
//! # Resources and spans
//!
//! What lanes share, and the spans of `tracing` in them, have a specification of their own: [`super::resource`].
//!
//! # Tasks nobody looks at
//!
//! [`Event::Joined`] tells that somebody took a task's output, and [`Event::Detached`] that the last handle
//! by which anybody could have was dropped. A task that failed and was never joined is an error that
//! nobody has seen.
//!
//! # Time
//!
//! Events carry no time of their own. [`Event::Clock`] says what the clock reads from then on;
//! everything up to the next `Clock` happened at that instant, in the order of the events. In
//! virtual time a poll takes no time, so many events share an instant, and their order is the rest
//! of the truth.

use super::codes::from_u8;
use super::resource::{Op, ResourceId, ResourceKind, SpanId};
use serde::{Deserialize, Serialize};

/// Names a lane: a task or a named future within one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LaneId(pub u32);

impl LaneId {
    /// What is outside the run: a timer, an answer from the network, the reader's hand.
    pub const OUTSIDE: Self = Self(0);
}

/// Names an interned string of the same trace; [`NameId::NONE`] is the empty one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NameId(pub u32);

impl NameId {
    /// No name was given.
    pub const NONE: Self = Self(0);
}

/// Names an interned source location of the same trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocationId(pub u16);

impl LocationId {
    /// The place is not known.
    pub const NONE: Self = Self(0);
}

/// Why a lane was woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum WakeCause {
    /// Another lane (or the lane itself) called its waker: a task it joined ended, a message came.
    Lane = 0,
    /// A timer reached its deadline.
    Timer = 1,
    /// Something outside the run called the waker: a promise settled, a socket became ready.
    External = 2,
    /// The lane gave way by `yield_now`, and the queue has drained since.
    Yield = 3,
    /// Its abort was asked for; it will be dropped when its turn comes.
    Abort = 4,
}

/// What a lane waits for when it returns `Pending`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum WaitKind {
    /// A timer; `detail` is its deadline in nanoseconds since the run's start.
    Timer = 0,
    /// Another task's end; `detail` is its [`LaneId`].
    Join = 1,
    /// The next of a set of tasks to end; `detail` is how many are still in the set.
    JoinSet = 2,
    /// Real input or output; `detail` is the [`NameId`] of what it is.
    Io = 3,
    /// Its turn, after `yield_now`; `detail` is 0.
    Yield = 4,
    /// A resource; `detail` is its [`ResourceId`].
    Resource = 5,
    /// Somebody outside who asks the run to shut down; `detail` is 0.
    Signal = 6,
}

/// How a lane ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum End {
    /// Its future returned `Ready`.
    Completed = 0,
    /// Its future returned an `Err`; the message is the error's text.
    Failed = 1,
    /// The task was aborted and its future dropped.
    Cancelled = 2,
    /// Its future was dropped before it was ready, by whoever owned it.
    Dropped = 3,
    /// Its poll panicked; the message is the panic's.
    Panicked = 4,
}

/// How loud a log line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// What happened.
    Info = 0,
    /// Something went wrong and was dealt with.
    Warn = 1,
    /// Something failed.
    Error = 2,
}

/// How a whole run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum RunEnd {
    /// The first task's future is done.
    Finished = 0,
    /// Nothing is ready, no timer is set and nothing outside is under way: it can never go on.
    Stalled = 1,
    /// It was stopped from outside.
    Stopped = 2,
    /// It reached the limit of polls that it was given.
    LimitReached = 3,
    /// It did not come back from a poll, or took its whole engine down, and was ended with it. The futures
    /// were not dropped: nothing of theirs ran any more.
    Killed = 4,
}

/// One thing that happened; at most 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The clock reads `nanos` since the run's start from here on. It never goes back.
    Clock {
        /// Nanoseconds since the run's start.
        nanos: u64,
    },
    /// A task was spawned, and is scheduled.
    Spawned {
        /// The new task.
        lane: LaneId,
        /// The lane that spawned it; [`LaneId::OUTSIDE`] for the first task.
        parent: LaneId,
        /// Its name, if it was given one.
        name: NameId,
        /// Where it was spawned.
        location: LocationId,
    },
    /// A future within a lane was given a name; nobody has polled it yet.
    Child {
        /// The new child lane.
        lane: LaneId,
        /// The lane that made it.
        parent: LaneId,
        /// Its name.
        name: NameId,
        /// Where it was named.
        location: LocationId,
    },
    /// A lane was woken.
    Woken {
        /// The woken lane.
        lane: LaneId,
        /// The lane whose poll called the waker, or [`LaneId::OUTSIDE`].
        by: LaneId,
        /// Why.
        cause: WakeCause,
        /// The line that woke it, where known.
        location: LocationId,
    },
    /// A poll of the lane begins.
    PollBegin {
        /// The polled lane.
        lane: LaneId,
    },
    /// The poll of the lane that began last and is still open ends.
    PollEnd {
        /// The polled lane.
        lane: LaneId,
    },
    /// The lane's poll is about to return `Pending` because of this.
    Waiting {
        /// The waiting lane.
        lane: LaneId,
        /// What kind of thing it waits for.
        on: WaitKind,
        /// The line that waits.
        location: LocationId,
        /// More about it; see [`WaitKind`].
        detail: u64,
    },
    /// The lane has ended.
    Ended {
        /// The lane.
        lane: LaneId,
        /// How.
        end: End,
        /// The text of an error or a panic.
        message: NameId,
    },
    /// A line for the reader.
    Log {
        /// The lane that wrote it.
        lane: LaneId,
        /// How loud.
        level: Level,
        /// The line.
        message: NameId,
        /// Where it was written.
        location: LocationId,
    },
    /// A value worth showing, such as a count that a pattern keeps.
    Value {
        /// The lane that showed it.
        lane: LaneId,
        /// What it is called.
        name: NameId,
        /// The value as text.
        value: NameId,
    },
    /// A resource was made.
    Resource {
        /// The resource.
        resource: ResourceId,
        /// What it is.
        kind: ResourceKind,
        /// How much it holds: see [`ResourceKind`]; [`Event::UNBOUNDED`] for no limit.
        capacity: u32,
        /// The lane that made it.
        lane: LaneId,
        /// Where it was made.
        location: LocationId,
    },
    /// A resource was given a name.
    ResourceName {
        /// The resource.
        resource: ResourceId,
        /// Its name.
        name: NameId,
    },
    /// A lane does something with a resource.
    Op {
        /// The lane.
        lane: LaneId,
        /// The resource.
        resource: ResourceId,
        /// What it does.
        op: Op,
        /// Where.
        location: LocationId,
        /// How much, or which; see [`Op`].
        detail: u32,
    },
    /// A span of `tracing` was made within a lane; `name` has its fields too: `fetch id=3`.
    SpanNew {
        /// The lane.
        lane: LaneId,
        /// The span.
        span: SpanId,
        /// Its name with its fields.
        name: NameId,
        /// How loud.
        level: Level,
        /// Where it was made.
        location: LocationId,
    },
    /// The lane is within the span from here on.
    SpanEnter {
        /// The lane.
        lane: LaneId,
        /// The span.
        span: SpanId,
    },
    /// The lane is no longer within the span.
    SpanExit {
        /// The lane.
        lane: LaneId,
        /// The span.
        span: SpanId,
    },
    /// The span will not be entered again.
    SpanClose {
        /// The lane that let go of it.
        lane: LaneId,
        /// The span.
        span: SpanId,
    },
    /// Somebody took the task's output.
    Joined {
        /// The task.
        lane: LaneId,
        /// Who.
        by: LaneId,
    },
    /// The task's handle was dropped: nobody can learn how it ends.
    Detached {
        /// The task.
        lane: LaneId,
        /// Who dropped it.
        by: LaneId,
    },
    /// The run is over; nothing follows but `Ended` of what was cut short, and what that releases.
    RunEnded {
        /// How.
        end: RunEnd,
    },
}

impl Event {
    /// The capacity of what has no limit.
    pub const UNBOUNDED: u32 = u32::MAX;
}

from_u8!(WakeCause { Lane, Timer, External, Yield, Abort });
from_u8!(WaitKind { Timer, Join, JoinSet, Io, Yield, Resource, Signal });
from_u8!(End { Completed, Failed, Cancelled, Dropped, Panicked });
from_u8!(Level { Info, Warn, Error });
from_u8!(RunEnd { Finished, Stalled, Stopped, LimitReached, Killed });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_takes_at_most_16_bytes() {
        assert!(size_of::<Event>() <= 16, "an event takes {} bytes", size_of::<Event>());
    }

    #[test]
    fn codes_are_positions() {
        for (code, cause) in WakeCause::ALL.iter().enumerate() {
            assert_eq!(*cause as usize, code);
        }
        for (code, kind) in WaitKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, code);
        }
        for (code, end) in End::ALL.iter().enumerate() {
            assert_eq!(*end as usize, code);
        }
        for (code, level) in Level::ALL.iter().enumerate() {
            assert_eq!(*level as usize, code);
        }
        for (code, end) in RunEnd::ALL.iter().enumerate() {
            assert_eq!(*end as usize, code);
        }
    }
}

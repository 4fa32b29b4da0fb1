//! What lanes share, and the spans of `tracing`: the part of the vocabulary that is about more than one lane.
//!
//! A *resource* is what lanes share: a channel, a lock, a semaphore, a stream
//! ([`Event::Resource`](super::Event::Resource)). What lanes do with it is told by one family of events,
//! [`Event::Op`](super::Event::Op), whatever its kind:
//!
//! ```text
//!               Waits ──▶ Acquired / AcquiredShared ──▶ Released / ReleasedShared
//!                 │
//!                 └─────▶ Abandoned                     (dropped while it waited)
//!
//!               Waits ──▶ Sent n  · · · ▶  Received n   (n is the message's number)
//!                                    └ · ▶ Discarded n  (the resource was dropped with it inside)
//! ```
//!
//! A value's versions ([`ResourceKind::Watch`]) are sent and received like messages, by each receiver that sees
//! one. Whoever is let go on by a notify, a barrier, a token or a tracker has *received* that: 0, or the barrier's
//! round. A place that is reserved in a channel is acquired until a message goes in, or it is given back.
//!
//! A lane *waits* from `Waits` until the next operation of its own on the same resource, or its end. It
//! is told only when a future was polled and could not go on: an operation that is ready at once has no
//! `Waits`. Waiters are served in the order of their `Waits` where the resource is fair, as tokio's are.
//! The lane of `Released` is the one that had acquired, wherever the guard went meanwhile.
//!
//! Resource ids count up from 1 like lanes, and [`ResourceId::NONE`] is one made outside any run, of which
//! nothing is told.
//!
//! # Spans
//!
//! A *span* is one of `tracing`'s: [`Event::SpanNew`](super::Event::SpanNew), then any number of `SpanEnter`
//! and `SpanExit` in pairs, then `SpanClose`. Within a poll they nest; a span that an `.instrument(…)` entered is left
//! before the poll ends, so it has one piece for each poll.

use super::codes::from_u8;

/// Names a resource: what lanes share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(pub u32);

impl ResourceId {
    /// Made outside any run: nothing is told of it.
    pub const NONE: Self = Self(0);
}

/// Names a span of `tracing`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanId(pub u32);

/// What kind of thing a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ResourceKind {
    /// A channel of which every message goes to one receiver: there is one, or several take from the same
    /// queue. Its capacity is its buffer's.
    Mpsc = 0,
    /// A channel for one value.
    Oneshot = 1,
    /// A channel of which every receiver gets every value.
    Broadcast = 2,
    /// A value of which receivers see the latest.
    Watch = 3,
    /// A lock with one holder.
    Mutex = 4,
    /// A lock with many readers or one writer.
    RwLock = 5,
    /// A number of permits, which is its capacity.
    Semaphore = 6,
    /// A wake without a value.
    Notify = 7,
    /// A place where a number of lanes meet, which is its capacity.
    Barrier = 8,
    /// A cancellation token.
    Token = 9,
    /// A count of tasks to be waited for.
    Tracker = 10,
    /// A stream: values go in at one end and come out at the other.
    Stream = 11,
    /// A scope that its tasks cannot outlive.
    Scope = 12,
}

impl ResourceKind {
    /// Returns whether how full it is says more than what passes through it.
    pub fn has_level(self) -> bool {
        matches!(
            self,
            Self::Mpsc | Self::Mutex | Self::RwLock | Self::Semaphore | Self::Tracker | Self::Scope
        )
    }
}

/// What a lane does with a resource; see [`Event::Op`](super::Event::Op) for what `detail` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Op {
    /// It cannot go on and joins the waiters; `detail` is how much it wants.
    Waits = 0,
    /// It holds `detail` permits, or the lock alone.
    Acquired = 1,
    /// It holds the lock beside other readers.
    AcquiredShared = 2,
    /// It gives back `detail` permits, or the lock.
    Released = 3,
    /// It gives back what it held beside other readers.
    ReleasedShared = 4,
    /// It stops waiting without having got anything: its future was dropped, or there is nothing to come.
    Abandoned = 5,
    /// Message (or version) `detail` goes in.
    Sent = 6,
    /// Message (or version) `detail` comes out.
    Received = 7,
    /// Message `detail` is gone without anybody having received it.
    Discarded = 8,
    /// A receiver was too slow: `detail` messages are lost to it.
    Lagged = 9,
    /// No more can be sent or acquired; `detail` is what is left to receive.
    Closed = 10,
    /// `detail` lanes are told to go on: 1 for one, 0 for all that wait.
    Notified = 11,
    /// The token is cancelled, or the scope is.
    Cancelled = 12,
    /// The resource belongs to resource `detail`: a child token to its parent.
    ChildOf = 13,
    /// The permits there are become `detail`: some were added or forgotten.
    Resized = 14,
    /// A value goes into a stage of a stream; `detail` is the [`NameId`](super::NameId) of its text.
    ItemIn = 15,
    /// A value comes out of a stage of a stream; `detail` is the [`NameId`](super::NameId) of its text.
    ItemOut = 16,
    /// A value goes no further; `detail` is the [`NameId`](super::NameId) of its text.
    ItemDropped = 17,
    /// An error comes out of a stream; `detail` is the [`NameId`](super::NameId) of its text.
    ItemFailed = 18,
    /// The stream has ended: it returned `None`.
    StreamEnded = 19,
    /// The stream was dropped before its end.
    StreamDropped = 20,
    /// A task or a lane enters a tracker or a scope; `detail` is its [`LaneId`](super::LaneId), 0 if it has none.
    Entered = 21,
    /// It leaves the tracker or the scope.
    Left = 22,
}

from_u8!(ResourceKind {
    Mpsc,
    Oneshot,
    Broadcast,
    Watch,
    Mutex,
    RwLock,
    Semaphore,
    Notify,
    Barrier,
    Token,
    Tracker,
    Stream,
    Scope
});
from_u8!(Op {
    Waits,
    Acquired,
    AcquiredShared,
    Released,
    ReleasedShared,
    Abandoned,
    Sent,
    Received,
    Discarded,
    Lagged,
    Closed,
    Notified,
    Cancelled,
    ChildOf,
    Resized,
    ItemIn,
    ItemOut,
    ItemDropped,
    ItemFailed,
    StreamEnded,
    StreamDropped,
    Entered,
    Left
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_positions() {
        for (code, kind) in ResourceKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, code);
        }
        for (code, op) in Op::ALL.iter().enumerate() {
            assert_eq!(*op as usize, code);
        }
    }
}

//! Timers, in the order in which they fire.

use std::collections::BTreeMap;
use std::task::Waker;

/// Names a timer that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::runtime) struct TimerKey {
    deadline_nanos: u64,
    /// Timers of one deadline fire in the order in which they were set.
    seq: u64,
}

#[derive(Debug, Default)]
pub(super) struct Timers {
    set: BTreeMap<TimerKey, Waker>,
    next_seq: u64,
}

impl Timers {
    pub(super) fn insert(&mut self, deadline_nanos: u64, waker: Waker) -> TimerKey {
        let key = TimerKey { deadline_nanos, seq: self.next_seq };
        self.next_seq += 1;
        self.set.insert(key, waker);
        key
    }

    /// Returns whether a timer is there for `waker` already, or has fired and needs none.
    pub(super) fn will_wake(&self, key: TimerKey, waker: &Waker) -> bool {
        self.set.get(&key).is_none_or(|current| current.will_wake(waker))
    }

    /// Replaces the waker of a timer, and returns the one before; its place among the timers of its
    /// deadline stays.
    pub(super) fn replace(&mut self, key: TimerKey, waker: Waker) -> Option<Waker> {
        self.set.get_mut(&key).map(|current| std::mem::replace(current, waker))
    }

    /// Returns the waker so that the caller can drop it when no table is borrowed any more.
    pub(super) fn remove(&mut self, key: TimerKey) -> Option<Waker> {
        self.set.remove(&key)
    }

    pub(super) fn next_deadline(&self) -> Option<u64> {
        self.set.keys().next().map(|key| key.deadline_nanos)
    }

    /// Takes the first timer whose deadline is not after `now_nanos`.
    pub(super) fn pop_due(&mut self, now_nanos: u64) -> Option<Waker> {
        let entry = self.set.first_entry()?;
        (entry.key().deadline_nanos <= now_nanos).then(|| entry.remove())
    }

    pub(super) fn len(&self) -> usize {
        self.set.len()
    }

    pub(super) fn take_all(&mut self) -> BTreeMap<TimerKey, Waker> {
        std::mem::take(&mut self.set)
    }
}

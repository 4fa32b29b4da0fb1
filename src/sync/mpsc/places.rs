//! The places of a channel, counted or not.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

/// Counts the places of a channel.
pub(super) trait Places: Send + Sync + 'static {
    /// Gives back the places of what was received, or reserved and not used.
    fn add(&self, n: usize);
    /// Returns whether no place is taken, by a message or a reservation.
    fn are_idle(&self) -> bool;
    fn close(&self);
    fn are_closed(&self) -> bool;
}

/// So many, given out in order.
#[derive(Debug)]
pub(super) struct Bounded {
    pub(super) semaphore: Semaphore,
    pub(super) capacity: usize,
}

impl Places for Bounded {
    #[inline]
    fn add(&self, n: usize) {
        self.semaphore.add_permits(n);
    }

    fn are_idle(&self) -> bool {
        self.semaphore.available_permits() == self.capacity
    }

    fn close(&self) {
        self.semaphore.close();
    }

    fn are_closed(&self) -> bool {
        self.semaphore.is_closed()
    }
}

/// As many as anybody wants: twice the number that are taken, and one more when it is closed.
#[derive(Debug, Default)]
pub(super) struct Unbounded(AtomicUsize);

impl Unbounded {
    /// Takes a place; returns whether there is one: there is until it is closed.
    #[inline]
    pub(super) fn take(&self) -> bool {
        let taken = |state: usize| (state & 1 == 0).then(|| state + 2);
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, taken).is_ok()
    }
}

impl Places for Unbounded {
    #[inline]
    fn add(&self, n: usize) {
        self.0.fetch_sub(2 * n, Ordering::Release);
    }

    fn are_idle(&self) -> bool {
        self.0.load(Ordering::Acquire) <= 1
    }

    fn close(&self) {
        self.0.fetch_or(1, Ordering::AcqRel);
    }

    fn are_closed(&self) -> bool {
        self.0.load(Ordering::Acquire) & 1 == 1
    }
}

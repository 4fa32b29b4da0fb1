//! Which tasks of a set have ended, in the order in which they did.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

use futures::task::AtomicWaker;

#[derive(Debug, Default)]
pub(super) struct Ended {
    numbers: Mutex<VecDeque<u64>>,
    /// Whoever waits for the next one.
    set: AtomicWaker,
}

impl Ended {
    fn numbers(&self) -> MutexGuard<'_, VecDeque<u64>> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn register(&self, waker: &Waker) {
        self.set.register(waker);
    }

    pub(super) fn add(&self, number: u64) {
        self.numbers().push_back(number);
    }

    pub(super) fn next(&self) -> Option<u64> {
        self.numbers().pop_front()
    }

    pub(super) fn waker(self: &Arc<Self>, number: u64) -> Arc<EntryWaker> {
        Arc::new(EntryWaker { number, woken: AtomicBool::new(false), ended: Arc::clone(self) })
    }
}

/// What the handle of one task of a set is polled with.
#[derive(Debug)]
pub(super) struct EntryWaker {
    number: u64,
    woken: AtomicBool,
    ended: Arc<Ended>,
}

impl EntryWaker {
    /// Has the next wake count again.
    pub(super) fn rearm(&self) {
        self.woken.store(false, Ordering::Release);
    }
}

impl Wake for EntryWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.woken.swap(true, Ordering::AcqRel) {
            self.ended.add(self.number);
            self.ended.set.wake();
        }
    }
}

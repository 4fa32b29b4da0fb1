//! Which tasks of a set have ended, in the order in which they did.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

use futures::task::AtomicWaker;

/// A task of a set: its place in the set's table, which a later task may have after it, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) slot: usize,
    pub(super) number: u64,
}

#[derive(Debug, Default)]
pub(super) struct Ended {
    keys: Mutex<VecDeque<Key>>,
    /// Whoever waits for the next one.
    set: AtomicWaker,
}

impl Ended {
    fn keys(&self) -> MutexGuard<'_, VecDeque<Key>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn register(&self, waker: &Waker) {
        self.set.register(waker);
    }

    pub(super) fn add(&self, key: Key) {
        self.keys().push_back(key);
    }

    pub(super) fn next(&self) -> Option<Key> {
        self.keys().pop_front()
    }

    pub(super) fn waker(self: &Arc<Self>, key: Key) -> Arc<EntryWaker> {
        Arc::new(EntryWaker { key, woken: AtomicBool::new(false), ended: Arc::clone(self) })
    }
}

/// What the handle of one task of a set is polled with.
#[derive(Debug)]
pub(super) struct EntryWaker {
    key: Key,
    woken: AtomicBool,
    ended: Arc<Ended>,
}

impl EntryWaker {
    pub(super) fn key(&self) -> Key {
        self.key
    }

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
            self.ended.add(self.key);
            self.ended.set.wake();
        }
    }
}

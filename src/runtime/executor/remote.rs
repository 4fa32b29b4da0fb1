//! The part of an executor that other threads, and JavaScript between two polls, may touch.
//!
//! Tasks know their run by its number. Of their wakes nearly all come from the run's own thread, where
//! its executor is at hand; the others find it here. A reference in every task would cost each spawn
//! more than all of its bookkeeping.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use async_task::Runnable;
use futures::task::AtomicWaker;

use super::Meta;
use crate::runtime::child_waker::ChildWaker;

/// The runs there are: mostly one.
static RUNS: Mutex<Vec<(u32, Weak<Remote>)>> = Mutex::new(Vec::new());
static NEXT_RUN: AtomicU32 = AtomicU32::new(1);

#[derive(Debug)]
pub(in crate::runtime) struct Remote {
    run: u32,
    inbox: Mutex<Mail>,
    /// Whether the inbox may hold something: cheaper to ask before each poll than a lock.
    has_mail: AtomicBool,
    /// Whoever drives the executor waits here.
    pub(super) driver: AtomicWaker,
}

/// What was woken or aborted from outside.
#[derive(Debug, Default)]
pub(super) struct Mail {
    pub(super) children: Vec<Arc<ChildWaker>>,
    pub(super) tasks: Vec<Runnable<Meta>>,
    pub(super) aborts: Vec<Meta>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Remote {
    pub(super) fn new() -> Arc<Self> {
        let run = NEXT_RUN.fetch_add(1, Ordering::Relaxed);
        let remote = Arc::new(Self {
            run,
            inbox: Mutex::default(),
            has_mail: AtomicBool::new(false),
            driver: AtomicWaker::new(),
        });
        lock(&RUNS).push((run, Arc::downgrade(&remote)));
        remote
    }

    /// Returns the run with this number, if it is still there.
    pub(in crate::runtime) fn find(run: u32) -> Option<Arc<Self>> {
        lock(&RUNS).iter().find(|(number, _)| *number == run)?.1.upgrade()
    }

    pub(super) fn run(&self) -> u32 {
        self.run
    }

    fn put(&self, put: impl FnOnce(&mut Mail)) {
        put(&mut lock(&self.inbox));
        self.has_mail.store(true, Ordering::Release);
    }

    pub(super) fn push(&self, runnable: Runnable<Meta>) {
        self.put(|mail| mail.tasks.push(runnable));
        self.driver.wake();
    }

    pub(super) fn push_abort(&self, meta: Meta) {
        self.put(|mail| mail.aborts.push(meta));
        self.driver.wake();
    }

    /// Takes a named future's wake. The wake of its task follows and tells the driver.
    pub(in crate::runtime) fn push_child(&self, child: Arc<ChildWaker>) {
        self.put(|mail| mail.children.push(child));
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.has_mail.load(Ordering::Acquire)
    }

    #[inline]
    pub(super) fn take(&self) -> Option<Mail> {
        if self.is_empty() {
            return None;
        }
        // First the flag: what is pushed from here on raises it again.
        self.has_mail.store(false, Ordering::Release);
        Some(std::mem::take(&mut lock(&self.inbox)))
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        lock(&RUNS).retain(|(number, _)| *number != self.run);
    }
}

//! What tokio's paused clock reads, for those who cannot ask it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, ThreadId};

/// The last reading of a paused clock.
///
/// Only the runtime's own thread reads it. Elsewhere `tokio::time::Instant::now` is the time on the
/// wall: on the threads of an HTTP client that wakes a task, and outside the runtime, where what is
/// left of a run is dropped. Paused time stands still meanwhile, so the last reading is right there.
#[derive(Debug)]
pub(super) struct PausedClock {
    thread: ThreadId,
    nanos: AtomicU64,
    is_over: AtomicBool,
}

impl PausedClock {
    /// Creates the clock of a runtime that this thread runs.
    pub(super) fn new() -> Self {
        Self { thread: thread::current().id(), nanos: AtomicU64::new(0), is_over: AtomicBool::new(false) }
    }

    /// Says that the runtime has been left.
    pub(super) fn stop(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    /// Returns what it reads; `ask` asks tokio.
    pub(super) fn nanos(&self, ask: impl FnOnce() -> u64) -> u64 {
        if thread::current().id() == self.thread && !self.is_over.load(Ordering::Acquire) {
            self.nanos.store(ask(), Ordering::Release);
        }
        self.nanos.load(Ordering::Acquire)
    }
}

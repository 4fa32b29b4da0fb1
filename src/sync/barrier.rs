//! A place where a number of tasks meet; as `tokio::sync::Barrier`.
//!
//! It wraps `tokio::sync::Notify` rather than tokio's barrier, which rests on tokio's `watch`: that one
//! wakes in a random order as soon as any part of a build asks for tokio's `rt` or `macros`, and then no
//! run could be repeated.

use std::panic::Location;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::record::Resource;
use crate::trace::{Op, ResourceKind};

/// Lets tasks go on when a number of them have come; as `tokio::sync::Barrier`.
#[derive(Debug)]
pub struct Barrier {
    pub(super) resource: Resource,
    state: Mutex<State>,
    /// The last generation that went through.
    passed: AtomicUsize,
    notify: tokio::sync::Notify,
    n: usize,
}

#[derive(Debug)]
struct State {
    arrived: usize,
    generation: usize,
}

impl Barrier {
    /// Creates a barrier for `n` tasks; for none it is as one for a single task, which never waits.
    #[track_caller]
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        Self {
            resource: Resource::new(ResourceKind::Barrier, n),
            state: Mutex::new(State { arrived: 0, generation: 1 }),
            passed: AtomicUsize::new(0),
            notify: tokio::sync::Notify::new(),
            n,
        }
    }

    /// Waits until as many as the barrier is for have called this; the last of them leads.
    ///
    /// As in tokio, one that gives up waiting has come all the same.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = BarrierWaitResult> {
        let place = Location::caller();
        let meet = async move {
            let (generation, mut notified) = {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                let generation = state.generation;
                state.arrived += 1;
                if state.arrived == self.n {
                    state.arrived = 0;
                    state.generation += 1;
                    self.passed.store(generation, Ordering::Release);
                    drop(state);
                    self.resource.op(Op::Notified, 0, place);
                    self.notify.notify_waiters();
                    return (generation, BarrierWaitResult(true));
                }
                // Made while the lock is held: the one that comes last notifies after that.
                (generation, self.notify.notified())
            };
            loop {
                notified.await;
                notified = self.notify.notified();
                if self.passed.load(Ordering::Acquire) >= generation {
                    return (generation, BarrierWaitResult(false));
                }
            }
        };
        self.resource.wait(1, place, meet, |(generation, result), wait| {
            wait.got(Op::Received, generation);
            result
        })
    }
}

/// Tells which of those who waited came last; as `tokio::sync::BarrierWaitResult`.
#[derive(Clone, Debug)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Returns whether this one came last.
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

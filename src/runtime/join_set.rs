//! Sets of tasks that are joined in the order in which they end.

use std::borrow::Cow;
use std::future::poll_fn;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::stream::{FuturesUnordered, Stream};

use super::{AbortHandle, Builder, JoinError, JoinHandle, MaybeSend};
use crate::trace::{WaitKind, current};

/// A collection of tasks; as `tokio::task::JoinSet`. Dropping it aborts every task in it.
///
/// The tasks may end in any order, and [`join_next`](Self::join_next) gives them in that order.
#[derive(Debug)]
pub struct JoinSet<T> {
    handles: FuturesUnordered<JoinHandle<T>>,
}

impl<T> Default for JoinSet<T> {
    fn default() -> Self {
        Self { handles: FuturesUnordered::new() }
    }
}

impl<T: 'static> JoinSet<T> {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns how many tasks are in the set, ended ones that were not joined yet included.
    pub fn len(&self) -> usize {
        self.handles.len()
    }

    /// Returns whether there is nothing left to join.
    pub fn is_empty(&self) -> bool {
        self.handles.is_empty()
    }

    /// Spawns a task into the set.
    #[track_caller]
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + MaybeSend + 'static,
        T: MaybeSend,
    {
        self.build_task().spawn(future)
    }

    /// Returns a builder for a task with a name, as tokio's unstable `JoinSet::build_task`.
    pub fn build_task(&mut self) -> SetBuilder<'_, T> {
        SetBuilder { set: self, builder: Builder::new() }
    }

    /// Waits for the next task to end; `None` when the set is empty.
    ///
    /// Cancel-safe: a wait that is dropped takes no task out of the set.
    #[track_caller]
    pub fn join_next(&mut self) -> impl Future<Output = Option<Result<T, JoinError>>> + '_ {
        let location = Location::caller();
        poll_fn(move |cx| {
            let next = self.poll_join_next(cx);
            if next.is_pending() {
                // Written last: the set as a whole is what is waited for, not the handle in it that
                // happened to be polled.
                current::waiting(WaitKind::JoinSet, location, self.len() as u64);
            }
            next
        })
    }

    /// Returns a task that has ended, without waiting.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        match self.poll_join_next(&mut Context::from_waker(std::task::Waker::noop())) {
            Poll::Ready(next) => next,
            Poll::Pending => None,
        }
    }

    /// Polls for the next task to end.
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        Pin::new(&mut self.handles).poll_next(cx)
    }

    /// Asks for every task in the set to be cancelled; they stay in it until they are joined.
    #[track_caller]
    pub fn abort_all(&self) {
        for handle in &self.handles {
            handle.abort();
        }
    }

    /// Aborts every task and waits until they all have ended.
    #[track_caller]
    pub fn shutdown(&mut self) -> impl Future<Output = ()> + '_ {
        self.abort_all();
        let location = Location::caller();
        async move {
            while poll_fn(|cx| {
                let next = self.poll_join_next(cx);
                if next.is_pending() {
                    current::waiting(WaitKind::JoinSet, location, self.len() as u64);
                }
                next
            })
            .await
            .is_some()
            {}
        }
    }

    /// Takes every task out of the set without aborting it.
    pub fn detach_all(&mut self) {
        // A handle that is dropped detaches its task.
        self.handles.clear();
    }
}

impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        for handle in &self.handles {
            handle.abort_handle().abort();
        }
    }
}

/// Spawns a task with a name into a set.
#[derive(Debug)]
pub struct SetBuilder<'a, T> {
    set: &'a mut JoinSet<T>,
    builder: Builder<'a>,
}

impl<'a, T: 'static> SetBuilder<'a, T> {
    /// Gives the task a name, shown on its lane.
    pub fn name(self, name: impl Into<Cow<'a, str>>) -> Self {
        Self { set: self.set, builder: self.builder.name(name) }
    }

    /// Spawns the task into the set.
    #[track_caller]
    pub fn spawn<F>(self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + MaybeSend + 'static,
        T: MaybeSend,
    {
        let handle = self.builder.spawn(future);
        let abort = handle.abort_handle();
        self.set.handles.push(handle);
        abort
    }
}

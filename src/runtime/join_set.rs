//! Sets of tasks that are joined in the order in which they end.

use std::borrow::Cow;
use std::future::poll_fn;
use std::panic::Location;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use slab::Slab;

use super::ended::{Ended, EntryWaker, Key};
use super::{AbortHandle, Builder, JoinError, JoinHandle, MaybeSend, tokio};
use crate::trace::{WaitKind, current};

/// A collection of tasks; as `tokio::task::JoinSet`. Dropping it aborts every task in it.
///
/// The tasks may end in any order, and [`join_next`](Self::join_next) gives them in that order.
#[derive(Debug)]
pub struct JoinSet<T> {
    entries: Slab<Entry<T>>,
    next: u64,
    ended: Arc<Ended>,
}

#[derive(Debug)]
struct Entry<T> {
    handle: JoinHandle<T>,
    /// For a task that another thread had finished before its handle was here.
    output: Option<Result<T, JoinError>>,
    waker: Arc<EntryWaker>,
}

impl<T> Default for JoinSet<T> {
    fn default() -> Self {
        Self { entries: Slab::new(), next: 0, ended: Arc::default() }
    }
}

impl<T: 'static> JoinSet<T> {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns how many tasks are in the set, ended ones that were not joined yet included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there is nothing left to join.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
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
        self.join_next_at(Location::caller())
    }

    fn join_next_at(
        &mut self,
        location: &'static Location<'static>,
    ) -> impl Future<Output = Option<Result<T, JoinError>>> + '_ {
        poll_fn(move |cx| {
            let next = self.poll_join_next(cx);
            if next.is_pending() {
                current::waiting(WaitKind::JoinSet, location, self.len() as u64);
            }
            next
        })
    }

    /// Returns a task that has ended, without waiting.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        let mut cx = Context::from_waker(Waker::noop());
        let next = tokio::unconstrained(&mut cx, |_| self.poll_ended());
        if let Poll::Ready(next) = next { next } else { None }
    }

    /// Polls for the next task to end.
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        if self.is_empty() {
            return Poll::Ready(None);
        }
        self.ended.register(cx.waker());
        match self.poll_ended() {
            Poll::Ready(Some(output)) => Poll::Ready(Some(output)),
            Poll::Ready(None) => Poll::Pending,
            Poll::Pending => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    /// Takes out the task that ended first, if one did. Pending means what it means to tokio alone: the
    /// task that polls has used up its budget and has to come again.
    fn poll_ended(&mut self) -> Poll<Option<Result<T, JoinError>>> {
        while let Some(key) = self.ended.next() {
            let Some(entry) = self.entries.get_mut(key.slot).filter(|entry| entry.waker.key() == key) else {
                continue;
            };
            let output = match entry.output.take() {
                Some(output) => output,
                None => ready!(entry.poll()),
            };
            self.entries.remove(key.slot);
            return Poll::Ready(Some(output));
        }
        Poll::Ready(None)
    }

    /// Asks for every task in the set to be cancelled; they stay in it until they are joined.
    #[track_caller]
    pub fn abort_all(&self) {
        current::operation(Location::caller(), || self.abort_each());
    }

    fn abort_each(&self) {
        for slot in self.in_order() {
            self.entries[slot].handle.abort_handle().abort_from_nowhere();
        }
    }

    /// Aborts every task and waits until they all have ended.
    #[track_caller]
    pub fn shutdown(&mut self) -> impl Future<Output = ()> + '_ {
        let location = Location::caller();
        async move {
            // Not before somebody awaits it, as in tokio.
            current::operation(location, || self.abort_each());
            while self.join_next_at(location).await.is_some() {}
        }
    }

    /// Takes every task out of the set without aborting it.
    pub fn detach_all(&mut self) {
        for slot in self.in_order() {
            // A handle that is dropped detaches its task.
            self.entries.remove(slot);
        }
    }

    fn insert(&mut self, handle: JoinHandle<T>) {
        let vacant = self.entries.vacant_entry();
        let key = Key { slot: vacant.key(), number: self.next };
        self.next += 1;
        let entry = vacant.insert(Entry { handle, output: None, waker: self.ended.waker(key) });
        // From its first poll on the handle has a waker that tells the set in which order tasks end.
        let mut cx = Context::from_waker(Waker::noop());
        if let Poll::Ready(output) = tokio::unconstrained(&mut cx, |_| entry.poll()) {
            entry.output = Some(output);
            self.ended.add(key);
        }
    }
}

impl<T> JoinSet<T> {
    /// Returns the slots in the order of the spawns, which is that of the aborts.
    fn in_order(&self) -> Vec<usize> {
        let mut keys: Vec<Key> = self.entries.iter().map(|(_, entry)| entry.waker.key()).collect();
        keys.sort_unstable_by_key(|key| key.number);
        keys.into_iter().map(|key| key.slot).collect()
    }
}

impl<T> Entry<T> {
    fn poll(&mut self) -> Poll<Result<T, JoinError>> {
        self.waker.rearm();
        let waker = Waker::from(Arc::clone(&self.waker));
        self.handle.poll_quietly(&mut Context::from_waker(&waker))
    }
}

impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        for slot in self.in_order() {
            self.entries.remove(slot).handle.abort_handle().abort_from_nowhere();
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
        self.set.insert(handle);
        abort
    }
}

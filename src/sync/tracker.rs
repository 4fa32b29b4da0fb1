//! A count of tasks to be waited for; as `tokio_util::task::TaskTracker`.
//!
//! tokio-util's own needs tokio's runtime, which is not in the page, so this is built as that one is: a
//! count with a bit for whether it is closed, and `tokio::sync::Notify`.

use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::record::{Operation, Place, Resource, Wait};
use crate::runtime::{Builder, JoinHandle, MaybeSend};
use crate::trace::{LaneId, Op, ResourceKind, current};

/// Counts tasks and waits until there are none left; as `tokio_util::task::TaskTracker`. A clone is the
/// same tracker.
#[derive(Clone)]
pub struct TaskTracker {
    inner: Arc<Inner>,
}

struct Inner {
    resource: Resource,
    /// Twice the number of tasks, and one more when it is closed.
    state: AtomicUsize,
    on_last_exit: Notify,
}

const CLOSED: usize = 1;
const TASK: usize = 2;

impl Inner {
    fn is_closed_and_empty(&self) -> bool {
        self.state.load(Ordering::Acquire) == CLOSED
    }
}

impl TaskTracker {
    /// Creates an open tracker of no tasks.
    #[track_caller]
    #[must_use]
    pub fn new() -> Self {
        let resource = Resource::new(ResourceKind::Tracker, 0);
        Self { inner: Arc::new(Inner { resource, state: AtomicUsize::new(0), on_last_exit: Notify::new() }) }
    }

    pub(super) fn resource(&self) -> Resource {
        self.inner.resource
    }

    /// Waits until the tracker is closed and no task is left.
    ///
    /// As in tokio-util, it is enough that this was so at one time since the call.
    #[track_caller]
    pub fn wait(&self) -> TaskTrackerWaitFuture<'_> {
        // Made before the look, so that the last exit does not come in between.
        let notified = self.inner.on_last_exit.notified();
        let inner = Exit { notified, inner: (!self.inner.is_closed_and_empty()).then_some(&*self.inner) };
        let finish: Finish = |(), wait| wait.got(Op::Received, 0);
        TaskTrackerWaitFuture { inner: self.resource().wait(1, Location::caller(), inner, finish) }
    }

    /// Closes the tracker, so that [`wait`](Self::wait) can end; tasks can be added all the same. Returns
    /// whether it was open.
    #[track_caller]
    pub fn close(&self) -> bool {
        let place = Location::caller();
        let before = self.inner.state.fetch_or(CLOSED, Ordering::AcqRel);
        let was_open = before & CLOSED == 0;
        if was_open {
            self.resource().op(Op::Closed, before / TASK, place);
        }
        if before == 0 {
            self.resource().act(place, || self.inner.on_last_exit.notify_waiters());
        }
        was_open
    }

    /// Opens the tracker again; returns whether it was closed.
    pub fn reopen(&self) -> bool {
        self.inner.state.fetch_and(!CLOSED, Ordering::AcqRel) & CLOSED != 0
    }

    /// Returns whether the tracker is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inner.state.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Returns how many tasks are left.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.state.load(Ordering::Acquire) / TASK
    }

    /// Returns whether no task is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Spawns a task that counts until its future is dropped; see [`crate::runtime::spawn`].
    ///
    /// # Panics
    ///
    /// Panics outside a run, as that does.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + MaybeSend + 'static,
        F::Output: MaybeSend + 'static,
    {
        self.spawn_named(Builder::new(), future)
    }

    /// As [`spawn`](Self::spawn), by a builder that gives the task a name.
    #[track_caller]
    pub fn spawn_named<F>(&self, builder: Builder<'_>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + MaybeSend + 'static,
        F::Output: MaybeSend + 'static,
    {
        let place = Location::caller();
        self.inner.state.fetch_add(TASK, Ordering::Relaxed);
        let entry = self.resource().is_told().then(|| Arc::new(Mutex::new(false)));
        let token = TaskTrackerToken { tracker: self.clone(), place, entry: entry.clone() };
        let handle = builder.spawn(TrackedFuture { future, token });
        if let Some(entry) = entry {
            enter(&entry, self.resource(), handle.lane(), place);
        }
        handle
    }

    /// Counts a future until it is dropped.
    #[track_caller]
    pub fn track_future<F: Future>(&self, future: F) -> TrackedFuture<F> {
        TrackedFuture { future, token: self.token() }
    }

    /// Counts one more until the token is dropped.
    #[track_caller]
    pub fn token(&self) -> TaskTrackerToken {
        let place = Location::caller();
        self.inner.state.fetch_add(TASK, Ordering::Relaxed);
        self.resource().op(Op::Entered, 0, place);
        TaskTrackerToken { tracker: self.clone(), place, entry: None }
    }

    /// Returns whether both are the same tracker.
    #[must_use]
    pub fn ptr_eq(left: &Self, right: &Self) -> bool {
        Arc::ptr_eq(&left.inner, &right.inner)
    }
}

/// Records that a task has entered, unless it was told already. With several threads the task may run, and
/// even end, before the one that spawned it comes to say so.
fn enter(entry: &Mutex<bool>, resource: Resource, lane: LaneId, place: Place) {
    let mut told = entry.lock().unwrap_or_else(PoisonError::into_inner);
    if !std::mem::replace(&mut *told, true) {
        resource.op(Op::Entered, lane.0 as usize, place);
    }
}

impl Default for TaskTracker {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TaskTracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskTracker")
            .field("len", &self.len())
            .field("is_closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

/// Counts until it is dropped; as `tokio_util::task::task_tracker::TaskTrackerToken`.
#[derive(Debug)]
#[must_use = "a token that is not kept does not count"]
pub struct TaskTrackerToken {
    tracker: TaskTracker,
    place: Place,
    /// Whether it was told that the task which this is of has entered; `None` if it is of no task.
    entry: Option<Arc<Mutex<bool>>>,
}

impl TaskTrackerToken {
    /// Returns the tracker.
    #[must_use]
    pub fn task_tracker(&self) -> &TaskTracker {
        &self.tracker
    }
}

impl Clone for TaskTrackerToken {
    #[track_caller]
    fn clone(&self) -> Self {
        self.tracker.token()
    }
}

impl Drop for TaskTrackerToken {
    fn drop(&mut self) {
        let resource = self.tracker.resource();
        let lane = match &self.entry {
            Some(entry) => {
                // A task's future is dropped in the task's own lane.
                let lane = current::lane();
                enter(entry, resource, lane, self.place);
                lane
            }
            None => LaneId::OUTSIDE,
        };
        resource.op_in_drop(Op::Left, lane.0 as usize);
        if self.tracker.inner.state.fetch_sub(TASK, Ordering::AcqRel) == TASK + CLOSED {
            self.tracker.inner.on_last_exit.notify_waiters();
        }
    }
}

pin_project! {
    /// The future of [`TaskTracker::track_future`].
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub struct TrackedFuture<F> {
        // Dropped first: what it held is released before it is counted as gone.
        #[pin]
        future: F,
        token: TaskTrackerToken,
    }
}

impl<F: Future> Future for TrackedFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

type Finish = fn((), &mut Wait);

pin_project! {
    #[derive(Debug)]
    struct Exit<'a> {
        #[pin]
        notified: Notified<'a>,
        // `None` when there is nothing to wait for any more.
        inner: Option<&'a Inner>,
    }
}

impl Future for Exit<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let is_over =
            this.inner.is_none_or(|inner| inner.is_closed_and_empty() || this.notified.poll(cx).is_ready());
        if !is_over {
            return Poll::Pending;
        }
        *this.inner = None;
        Poll::Ready(())
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("state", &self.state).finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of [`TaskTracker::wait`].
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub struct TaskTrackerWaitFuture<'a> {
        #[pin]
        inner: Operation<Exit<'a>, Finish>,
    }
}

impl Future for TaskTrackerWaitFuture<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().inner.poll(cx)
    }
}

//! Handles to spawned tasks.

use std::any::Any;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use super::executor::{self, Meta, TaskOutput};
use super::panics::Panic;
use super::tokio;
use crate::trace::{Event, LaneId, WaitKind, current};

/// Waits for a task to end and gives its output; as `tokio::task::JoinHandle`.
///
/// Dropping the handle detaches the task: it runs on, and nobody learns how it ends.
pub struct JoinHandle<T> {
    inner: Inner<T>,
    location: &'static Location<'static>,
    /// Whether the output was taken.
    is_joined: bool,
}

enum Inner<T> {
    // An option, because only a task that is still held can be detached.
    Executor { meta: Meta, task: Option<TaskOutput<T>>, is_awaited: bool },
    Tokio(tokio::JoinHandle<T>),
}

impl<T> JoinHandle<T> {
    pub(super) fn executor(meta: Meta, task: TaskOutput<T>, location: &'static Location<'static>) -> Self {
        Self {
            inner: Inner::Executor { meta, task: Some(task), is_awaited: false },
            location,
            is_joined: false,
        }
    }

    pub(super) fn tokio(handle: tokio::JoinHandle<T>, location: &'static Location<'static>) -> Self {
        Self { inner: Inner::Tokio(handle), location, is_joined: false }
    }

    /// Asks for the task to be cancelled: its future is dropped when its turn comes, and the handle
    /// gives a [`JoinError`] that [is cancelled](JoinError::is_cancelled). A task that has ended is
    /// left alone.
    #[track_caller]
    pub fn abort(&self) {
        self.abort_handle().abort();
    }

    /// Returns a handle that can do nothing but abort the task.
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle(match &self.inner {
            Inner::Executor { meta, .. } => Abort::Executor(*meta),
            Inner::Tokio(handle) => Abort::Tokio(handle.abort_handle()),
        })
    }

    /// Returns whether the task has ended, whichever way.
    pub fn is_finished(&self) -> bool {
        match &self.inner {
            Inner::Executor { task, .. } => task.as_ref().is_none_or(TaskOutput::is_finished),
            Inner::Tokio(handle) => handle.is_finished(),
        }
    }

    /// Returns the task's lane on the timeline.
    pub fn lane(&self) -> LaneId {
        match &self.inner {
            Inner::Executor { meta, .. } => meta.lane,
            Inner::Tokio(handle) => handle.lane(),
        }
    }
}

impl<T> JoinHandle<T> {
    /// Polls without a word to the trace, for a set that waits for many.
    pub(super) fn poll_quietly(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
        let output = ready!(self.poll_inner(cx));
        self.is_joined = true;
        let (lane, by) = (self.lane(), current::lane());
        // Whoever drives the run takes the first task's output, and is no part of it.
        if by != LaneId::OUTSIDE {
            current::record(Event::Joined { lane, by });
        }
        Poll::Ready(output)
    }

    fn poll_inner(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
        let (meta, slot) = match &mut self.inner {
            Inner::Executor { meta, task, is_awaited } => {
                *is_awaited = true;
                (*meta, task)
            }
            Inner::Tokio(handle) => return tokio::poll_join(handle, cx),
        };
        let task = slot.as_mut().expect("a handle that gave its output is not polled again");
        let output = ready!(Pin::new(task).poll(cx));
        *slot = None;
        Poll::Ready(match output {
            Some(Ok(output)) => Ok(output),
            Some(Err(panic)) => Err(JoinError::panicked(meta.lane, panic)),
            None => Err(JoinError::cancelled(meta.lane)),
        })
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let output = this.poll_quietly(cx);
        if output.is_pending() {
            current::waiting(WaitKind::Join, this.location, u64::from(this.lane().0));
        }
        output
    }
}

// Nothing in a handle is pinned in place: the future lives in the task's own cell.
impl<T> Unpin for JoinHandle<T> {}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        let (lane, by) = (self.lane(), current::lane());
        if !self.is_joined && by != LaneId::OUTSIDE {
            current::record(Event::Detached { lane, by });
        }
        if let Inner::Executor { task, is_awaited, .. } = &mut self.inner
            && let Some(mut task) = task.take()
        {
            if *is_awaited {
                // Whoever waited waits no more, and must not be woken when the task ends.
                let _ = Pin::new(&mut task).poll(&mut Context::from_waker(Waker::noop()));
            }
            task.detach();
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").field("lane", &self.lane()).finish_non_exhaustive()
    }
}

/// Aborts a task without waiting for it; as `tokio::task::AbortHandle`.
#[derive(Clone, Debug)]
pub struct AbortHandle(Abort);

#[derive(Clone, Debug)]
enum Abort {
    Executor(Meta),
    Tokio(tokio::AbortHandle),
}

impl AbortHandle {
    /// Asks for the task to be cancelled; see [`JoinHandle::abort`].
    #[track_caller]
    pub fn abort(&self) {
        current::operation(Location::caller(), || self.abort_from_nowhere());
    }

    /// Aborts without a line of the program that asks for it: it is the end of a scope that does.
    pub(super) fn abort_from_nowhere(&self) {
        match &self.0 {
            Abort::Executor(meta) => executor::core::abort(*meta),
            Abort::Tokio(handle) => handle.abort(),
        }
    }

    /// Returns the task's lane on the timeline.
    pub fn lane(&self) -> LaneId {
        match &self.0 {
            Abort::Executor(meta) => meta.lane,
            Abort::Tokio(handle) => handle.lane(),
        }
    }
}

/// Why a task gave no output; as `tokio::task::JoinError`.
pub struct JoinError {
    lane: LaneId,
    /// `None` for a task that was cancelled.
    panic: Option<Panic>,
}

impl JoinError {
    pub(super) fn cancelled(lane: LaneId) -> Self {
        Self { lane, panic: None }
    }

    pub(super) fn panicked(lane: LaneId, panic: Panic) -> Self {
        Self { lane, panic: Some(panic) }
    }

    /// Returns whether the task was aborted, or cut short by the end of the run.
    pub fn is_cancelled(&self) -> bool {
        self.panic.is_none()
    }

    /// Returns whether the task panicked.
    pub fn is_panic(&self) -> bool {
        self.panic.is_some()
    }

    /// Returns what the task panicked with, or the error itself if it did not panic.
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send + 'static>, Self> {
        match self.panic {
            Some(panic) => Ok(panic.payload),
            None => Err(self),
        }
    }

    /// Returns the task's lane on the timeline.
    pub fn lane(&self) -> LaneId {
        self.lane
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lane = self.lane.0;
        match &self.panic {
            Some(panic) => {
                write!(f, "task {lane} panicked with `{}`", panic.message())?;
                panic.place.as_ref().map_or(Ok(()), |place| write!(f, " ({place})"))
            }
            None => write!(f, "task {lane} was cancelled"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.panic {
            Some(panic) => write!(f, "JoinError::Panic({}, {:?})", self.lane.0, panic.message()),
            None => write!(f, "JoinError::Cancelled({})", self.lane.0),
        }
    }
}

impl std::error::Error for JoinError {}

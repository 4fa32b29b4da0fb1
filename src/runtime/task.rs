//! Spawning tasks and giving way to others.

use std::borrow::Cow;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{JoinHandle, MaybeSend, executor, tokio};
use crate::trace::{WaitKind, current};

/// Spawns a task that runs at the same time as the one that spawns it; as `tokio::task::spawn`.
///
/// The task starts when the executor comes to it, not before `spawn` returns.
///
/// # Panics
///
/// Panics outside a run: there is no executor that the task could be given to.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + MaybeSend + 'static,
    F::Output: MaybeSend + 'static,
{
    Builder::new().spawn(future)
}

/// Spawns a task with a name; as `tokio::task::Builder`, which is unstable there and cannot fail here.
#[derive(Clone, Debug, Default)]
pub struct Builder<'a> {
    name: Cow<'a, str>,
}

impl<'a> Builder<'a> {
    /// Creates a builder for a task without a name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the task a name, shown on its lane.
    pub fn name(self, name: impl Into<Cow<'a, str>>) -> Self {
        Self { name: name.into() }
    }

    pub(super) fn name_str(&self) -> &str {
        &self.name
    }

    /// Spawns the task; see [`spawn`].
    #[track_caller]
    pub fn spawn<F>(self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + MaybeSend + 'static,
        F::Output: MaybeSend + 'static,
    {
        let location = Location::caller();
        match executor::enlist(&self.name, Some(location)) {
            Some(meta) => JoinHandle::executor(meta, executor::start(meta, future), location),
            None => JoinHandle::tokio(tokio::spawn(future, &self.name, location), location),
        }
    }
}

/// Gives way: the task is woken when everything that is ready has been polled; as
/// `tokio::task::yield_now`.
#[track_caller]
pub fn yield_now() -> YieldNow {
    YieldNow { yielded: false, location: Location::caller() }
}

/// The future of [`yield_now`].
#[derive(Debug)]
#[must_use = "a future does nothing until it is awaited"]
pub struct YieldNow {
    yielded: bool,
    location: &'static Location<'static>,
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        current::waiting(WaitKind::Yield, self.location, 0);
        if executor::core::with(|core| core.defer(cx.waker())).is_none() {
            tokio::defer(cx);
        }
        Poll::Pending
    }
}

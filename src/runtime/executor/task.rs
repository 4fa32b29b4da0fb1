//! A task's future as the executor holds it: it says how it ends and leaves the tables when it goes.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{Meta, core};
use crate::runtime::panics::{Panic, catch};
use crate::trace::{End, current};

/// A task's place in the executor's tables, given back on drop.
#[derive(Debug)]
struct Registration {
    meta: Meta,
    /// Whether the executor knows how to wake it, which it need not before the task is idle.
    has_waker: bool,
    ended: bool,
}

impl Drop for Registration {
    fn drop(&mut self) {
        core::with(|core| {
            if !self.ended {
                let end = if core.is_aborted(&self.meta) { End::Cancelled } else { End::Dropped };
                current::ended(self.meta.lane, end, "");
            }
            core.unregister(self.meta.slot);
        });
    }
}

pin_project! {
    /// Catches what the future throws, so that a panic ends one task and not the run.
    pub(super) struct TaskFuture<F> {
        #[pin]
        future: Option<F>,
        registration: Registration,
    }
    impl<F> PinnedDrop for TaskFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            // The future goes before the task counts as gone: what it held is released first.
            this.let_go();
        }
    }
}

impl<F> TaskFuture<F> {
    pub(super) fn new(future: F, meta: Meta) -> Self {
        Self { future: Some(future), registration: Registration { meta, has_waker: false, ended: false } }
    }

    /// Drops the future, and keeps a panic on the way from ending more than the task.
    fn let_go(self: Pin<&mut Self>) {
        let mut this = self.project();
        let lane = this.registration.meta.lane;
        if let Err(panic) = catch(|| this.future.set(None))
            && !this.registration.ended
        {
            this.registration.ended = true;
            current::ended(lane, End::Panicked, &panic.text());
        }
    }
}

impl<F: Future> Future for TaskFuture<F> {
    type Output = Result<F::Output, Panic>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.as_mut().project();
        let lane = this.registration.meta.lane;
        let future = this.future.as_mut().as_pin_mut().expect("a task that is ready is not polled again");
        let output = match catch(|| future.poll(cx)) {
            Ok(Poll::Pending) => {
                if !std::mem::replace(&mut this.registration.has_waker, true) {
                    core::with(|core| core.set_waker(this.registration.meta.slot, cx.waker().clone()));
                }
                return Poll::Pending;
            }
            Ok(Poll::Ready(output)) => {
                this.registration.ended = true;
                current::completed(lane);
                Ok(output)
            }
            Err(panic) => {
                this.registration.ended = true;
                current::ended(lane, End::Panicked, &panic.text());
                Err(panic)
            }
        };
        Poll::Ready(output)
    }
}

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

impl Registration {
    /// Polls, says how the task ends, and keeps a panic from ending more than the task; `poll` says whether
    /// the future is ready.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        poll: &mut dyn FnMut(&mut Context<'_>) -> bool,
    ) -> Poll<Result<(), Panic>> {
        let lane = self.meta.lane;
        match catch(|| poll(cx)) {
            Ok(false) => {
                if !std::mem::replace(&mut self.has_waker, true) {
                    core::with(|core| core.set_waker(self.meta.slot, cx.waker().clone()));
                }
                Poll::Pending
            }
            Ok(true) => {
                self.ended = true;
                current::completed(lane);
                Poll::Ready(Ok(()))
            }
            Err(panic) => {
                self.ended = true;
                current::ended(lane, End::Panicked, &panic.text());
                Poll::Ready(Err(panic))
            }
        }
    }

    /// Drops the future, and keeps a panic on the way from ending more than the task.
    fn let_go(&mut self, drop: &mut dyn FnMut()) {
        if let Err(panic) = catch(drop)
            && !self.ended
        {
            self.ended = true;
            current::ended(self.meta.lane, End::Panicked, &panic.text());
        }
    }
}

pin_project! {
    /// Catches what the future throws, so that a panic ends one task and not the run.
    ///
    /// What is generic is compiled anew for every future, so that is little: the rest is the registration's.
    pub(super) struct TaskFuture<F> {
        #[pin]
        future: Option<F>,
        registration: Registration,
    }
    impl<F> PinnedDrop for TaskFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            // The future goes before the task counts as gone: what it held is released first.
            let mut this = this.project();
            this.registration.let_go(&mut || this.future.set(None));
        }
    }
}

impl<F> TaskFuture<F> {
    pub(super) fn new(future: F, meta: Meta) -> Self {
        Self { future: Some(future), registration: Registration { meta, has_waker: false, ended: false } }
    }
}

impl<F: Future> Future for TaskFuture<F> {
    type Output = Result<F::Output, Panic>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut future = this.future.as_pin_mut().expect("only its drop takes the future out");
        let mut polled = Poll::Pending;
        let ended = this.registration.poll(cx, &mut |cx| {
            polled = future.as_mut().poll(cx);
            polled.is_ready()
        });
        match ended {
            Poll::Ready(Err(panic)) => Poll::Ready(Err(panic)),
            _ => polled.map(Ok),
        }
    }
}

//! A task's future as the executor holds it: it says how it ends and leaves the tables when it goes.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{Meta, core};
use crate::trace::{End, current};

/// What a panic was thrown with.
pub(in crate::runtime) type PanicPayload = Box<dyn Any + Send + 'static>;

/// A task's place in the executor's tables, given back on drop.
#[derive(Debug)]
struct Registration {
    meta: Meta,
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
        // Dropped first: what the future held is released before the task counts as gone.
        #[pin]
        future: F,
        registration: Registration,
    }
}

impl<F> TaskFuture<F> {
    pub(super) fn new(future: F, meta: Meta) -> Self {
        Self { future, registration: Registration { meta, ended: false } }
    }
}

impl<F: Future> Future for TaskFuture<F> {
    type Output = Result<F::Output, PanicPayload>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let lane = this.registration.meta.lane;
        match catch_unwind(AssertUnwindSafe(|| this.future.poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => {
                this.registration.ended = true;
                current::completed(lane);
                Poll::Ready(Ok(output))
            }
            Err(payload) => {
                this.registration.ended = true;
                current::ended(lane, End::Panicked, panic_message(&*payload));
                Poll::Ready(Err(payload))
            }
        }
    }
}

/// Returns the text that a panic was thrown with, where there is one.
pub(in crate::runtime) fn panic_message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a value that is not text")
}

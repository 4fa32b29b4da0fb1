//! Real input and output, which virtual time waits for.

use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::executor::core;
use super::tokio;
use crate::trace::{WaitKind, current};

/// Marks a future as waiting for the world outside: a promise, a socket.
///
/// While one is under way virtual time stands still, so that a simulated timer cannot overtake a real
/// answer. `what` says what it is, such as `GET /data/1.json`.
#[track_caller]
pub fn io<F: Future>(what: &str, future: F) -> Io<F> {
    Io { future, what: what.to_owned(), location: Location::caller(), under_way: None }
}

pin_project! {
    /// The future of [`io`].
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub struct Io<F> {
        #[pin]
        future: F,
        what: String,
        location: &'static Location<'static>,
        under_way: Option<UnderWay>,
    }
}

#[derive(Debug)]
struct UnderWay {
    _tokio: tokio::IoGuard,
}

impl UnderWay {
    fn new() -> Self {
        core::with(|core| core.io_begins());
        Self { _tokio: tokio::IoGuard::new() }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        core::with(|core| core.io_ends());
    }
}

impl<F: Future> Future for Io<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.under_way.get_or_insert_with(UnderWay::new);
        let output = this.future.poll(cx);
        if output.is_ready() {
            *this.under_way = None;
        } else {
            current::waiting(WaitKind::Io, this.location, u64::from(current::name(this.what).0));
        }
        output
    }
}

//! Work that takes long, in a poll and on tokio's pool of blocking threads.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use super::native::{Shared, shared};
use crate::runtime::maybe_send;

/// Computes for a while: the thread spins. A paused clock is moved on instead, in the middle of the poll.
pub(in crate::runtime) fn spin(duration: Duration) {
    let shared = Shared::here();
    if shared.as_ref().is_some_and(|shared| shared.is_paused()) {
        let mut advance = pin!(::tokio::time::advance(duration));
        // Its first poll moves the clock; what it waits for after that is everybody else's turn.
        let _ = advance.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    } else {
        maybe_send::spin(duration);
    }
    if let Some(shared) = shared {
        shared.touch_clock();
    }
}

/// Calls `work` on a thread of tokio's; gives it back where the clock is paused.
#[track_caller]
pub(in crate::runtime) fn spawn_blocking<F, R>(work: F) -> Result<impl Future<Output = R> + Send, F>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    if shared().is_paused() {
        return Err(work);
    }
    let thread = ::tokio::task::spawn_blocking(work);
    Ok(async {
        match thread.await {
            Ok(output) => output,
            Err(error) => match error.try_into_panic() {
                Ok(payload) => std::panic::resume_unwind(payload),
                // Only the end of the runtime cancels it, and then nobody asks.
                Err(_) => std::future::pending().await,
            },
        }
    })
}

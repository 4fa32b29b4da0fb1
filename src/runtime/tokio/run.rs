//! A run on tokio from its beginning to its end.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use ::tokio::runtime::RuntimeFlavor;
use futures::{FutureExt as _, Stream, StreamExt as _, stream};

use super::native::{Shared, poll_join, spawn_in};
use super::quiet::never_again;
use crate::runtime::panics::note_places;
use crate::runtime::{BoxFuture, JoinError, Request};
use crate::trace::{Event, LaneId, Recorder, RunEnd};

/// Which tokio runtime a run gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// One thread, and tokio's paused clock: virtual time.
    CurrentThreadPaused,
    /// One thread and the real clock.
    CurrentThread,
    /// This many worker threads and the real clock.
    MultiThread(usize),
}

/// What a run on tokio left behind.
#[derive(Debug)]
pub struct TokioRun<T> {
    /// Whether the first task is done, or why the run ended without.
    pub end: RunEnd,
    /// The output of the first task; it was cancelled when the run ended without it.
    pub output: Result<T, JoinError>,
    /// What was recorded, as bytes of frames.
    pub trace: Vec<u8>,
}

/// How long the end of a run waits for threads that are still at work for it.
const MOST_FAREWELL: Duration = Duration::from_secs(1);

/// Runs `future` as the first task of a tokio runtime until it ends or can never end, then drops the
/// rest. Nobody asks the run to shut down: one that waits for that alone can never end.
///
/// # Errors
///
/// Fails when the operating system refuses the threads or the event queue of a runtime.
pub fn run<T: Send + 'static>(
    flavor: Flavor,
    recorder: Recorder,
    future: impl FnOnce() -> BoxFuture<'static, T>,
) -> std::io::Result<TokioRun<T>> {
    run_with(flavor, recorder, u64::MAX, stream::empty(), future)
}

/// As [`run`], and ends the run when `stop` is ready or after `most_polls` polls.
///
/// # Errors
///
/// As [`run`].
pub fn run_until<T: Send + 'static>(
    flavor: Flavor,
    recorder: Recorder,
    most_polls: u64,
    stop: impl Future<Output = ()>,
    future: impl FnOnce() -> BoxFuture<'static, T>,
) -> std::io::Result<TokioRun<T>> {
    run_with(flavor, recorder, most_polls, stream::once(stop.map(|()| Request::Stop)), future)
}

/// As [`run`], ends the run after `most_polls` polls, and does as the `requests` say. As long as there may
/// be more of them, a run that waits for nothing but to be asked to shut down goes on.
///
/// # Errors
///
/// As [`run`].
pub fn run_with<T: Send + 'static>(
    flavor: Flavor,
    recorder: Recorder,
    most_polls: u64,
    requests: impl Stream<Item = Request>,
    future: impl FnOnce() -> BoxFuture<'static, T>,
) -> std::io::Result<TokioRun<T>> {
    note_places();
    let mut builder = match flavor {
        Flavor::MultiThread(threads) => {
            let mut builder = ::tokio::runtime::Builder::new_multi_thread();
            builder.worker_threads(threads.max(1));
            builder
        }
        Flavor::CurrentThread | Flavor::CurrentThreadPaused => {
            ::tokio::runtime::Builder::new_current_thread()
        }
    };
    let paused = flavor == Flavor::CurrentThreadPaused;
    builder.enable_all();
    if paused {
        builder.start_paused(true);
    }
    let runtime = builder.build()?;
    debug_assert_eq!(
        runtime.handle().runtime_flavor() == RuntimeFlavor::MultiThread,
        matches!(flavor, Flavor::MultiThread(_))
    );
    let (alive, all_done) = std::sync::mpsc::channel::<()>();
    let (shared, output, end) = runtime.block_on(async {
        let shared = Arc::new(Shared::new(recorder, paused, most_polls, alive));
        let future = shared.within(LaneId::OUTSIDE, future);
        let mut main = spawn_in(&shared, future, "main", None);
        let mut requests = std::pin::pin!(requests.fuse());
        let mut stall = std::pin::pin!(never_again(&shared));
        let (end, output) = std::future::poll_fn(|cx| {
            shared.quiet.register(cx.waker());
            if let Poll::Ready(output) = poll_join(&mut main, cx) {
                return Poll::Ready((RunEnd::Finished, output));
            }
            let mut is_stopped = false;
            while let Poll::Ready(Some(request)) = requests.poll_next_unpin(cx) {
                is_stopped |= request == Request::Stop || !shared.shutdown.request();
            }
            let end = if is_stopped {
                RunEnd::Stopped
            } else if shared.quiet.is_spent() {
                RunEnd::LimitReached
            } else if stall.as_mut().poll(cx).is_ready() {
                if shared.shutdown.listeners() > 0 && !requests.is_done() {
                    // Somebody may still ask. Whatever happens after that ends in quiet again.
                    stall.set(never_again(&shared));
                    return Poll::Pending;
                }
                RunEnd::Stalled
            } else {
                return Poll::Pending;
            };
            Poll::Ready((end, Err(JoinError::cancelled(main.lane()))))
        })
        .await;
        shared.is_left();
        (Arc::clone(&shared), output, end)
    });
    // Tasks that are left are dropped here, as at the end of a `#[tokio::main]`. Until then other
    // threads may poll some of them, so the run is over only now.
    runtime.shutdown_timeout(MOST_FAREWELL);
    shared.says_farewell();
    // An error is the good end: nobody has a copy any more.
    let _ = all_done.recv_timeout(MOST_FAREWELL);
    shared.tick(Event::RunEnded { end });
    let trace = shared.recorder().take_frame().encode();
    Ok(TokioRun { end, output, trace })
}

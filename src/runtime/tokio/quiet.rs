//! Tells when a run on tokio can never go on.
//!
//! tokio waits for ever for a task whose waker nobody keeps. Here everything that can move a run
//! holds it: a task that is scheduled or polled, a timer that is set, real I/O under way. Whatever
//! follows from something takes its hold before that lets go: a timer wakes its task while it is
//! still set, a task wakes another while it is polled. So a run without a hold has nothing to come.
//!
//! There are two exceptions, both after a poll's end and both brief: tokio wakes whoever joins a task,
//! and wakes again what has yielded. On one thread nobody can look in between; with several workers
//! [`never_again`] looks again until all of them sleep.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use ::tokio::runtime::{Handle, RuntimeFlavor};
use futures::task::AtomicWaker;

use super::native::Shared;

/// Counts what holds a run, and its polls.
#[derive(Debug)]
pub(super) struct Quiet {
    holds: AtomicUsize,
    polls: AtomicU64,
    most_polls: u64,
    watcher: AtomicWaker,
}

impl Quiet {
    pub(super) fn new(most_polls: u64) -> Self {
        Self { holds: AtomicUsize::new(0), polls: AtomicU64::new(0), most_polls, watcher: AtomicWaker::new() }
    }

    pub(super) fn take(&self) {
        self.holds.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn release(&self) {
        if self.holds.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.watcher.wake();
        }
    }

    pub(super) fn count_poll(&self) {
        if self.polls.fetch_add(1, Ordering::Relaxed) + 1 == self.most_polls {
            self.watcher.wake();
        }
    }

    /// Returns whether as many polls were made as may be.
    pub(super) fn is_spent(&self) -> bool {
        self.polls.load(Ordering::Relaxed) >= self.most_polls
    }

    pub(super) fn is_held(&self) -> bool {
        self.holds.load(Ordering::Acquire) > 0
    }

    /// Has the one who watches the run woken at the next change.
    pub(super) fn register(&self, watcher: &std::task::Waker) {
        self.watcher.register(watcher);
    }
}

/// Keeps a run from counting as stuck.
#[derive(Debug)]
pub(super) struct Hold(Arc<Shared>);

impl Hold {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        shared.quiet.take();
        Self(Arc::clone(shared))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.quiet.release();
    }
}

/// Waits until nothing can move the run any more. The caller has registered with [`Quiet::register`].
pub(super) async fn never_again(shared: &Shared) {
    let nothing_holds =
        || std::future::poll_fn(|_| if shared.quiet.is_held() { Poll::Pending } else { Poll::Ready(()) });
    let handle = Handle::current();
    if handle.runtime_flavor() == RuntimeFlavor::CurrentThread {
        return nothing_holds().await;
    }
    let metrics = handle.metrics();
    let workers_sleep =
        || (0..metrics.num_workers()).all(|worker| metrics.worker_park_unpark_count(worker) % 2 == 1);
    let mut looks = 0;
    while looks < 2 {
        nothing_holds().await;
        ::tokio::time::sleep(Duration::from_millis(10)).await;
        looks = if workers_sleep() && !shared.quiet.is_held() { looks + 1 } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::time::Duration;

    use crate::runtime::tokio::{Flavor, run, run_until, run_with};
    use crate::runtime::{BoxFuture, Request, shutdown_signal, sleep, spawn, yield_now};
    use crate::trace::{Recorder, RunEnd};

    const FLAVORS: [Flavor; 4] =
        [Flavor::CurrentThreadPaused, Flavor::CurrentThread, Flavor::MultiThread(1), Flavor::MultiThread(4)];

    fn end(flavor: Flavor, future: impl FnOnce() -> BoxFuture<'static, ()>) -> RunEnd {
        run(flavor, Recorder::new(1 << 12), future).expect("a runtime starts").end
    }

    #[test]
    fn a_run_that_nothing_can_wake_ends() {
        for flavor in FLAVORS {
            let joins_one_that_hangs = || -> BoxFuture<'static, ()> {
                Box::pin(async {
                    sleep(Duration::from_millis(2)).await;
                    drop(spawn(pending::<()>()).await);
                })
            };
            assert_eq!(end(flavor, joins_one_that_hangs), RunEnd::Stalled, "{flavor:?}");
        }
    }

    #[test]
    fn a_run_that_goes_on_is_left_alone() {
        for flavor in FLAVORS {
            let busy = || -> BoxFuture<'static, ()> {
                Box::pin(async {
                    for round in 0..200 {
                        let task = spawn(async move {
                            yield_now().await;
                            if round % 20 == 0 {
                                sleep(Duration::from_millis(1)).await;
                            }
                        });
                        task.await.expect("nobody aborts it");
                        let task = spawn(pending::<()>());
                        yield_now().await;
                        task.abort();
                        assert!(task.await.is_err());
                    }
                })
            };
            assert_eq!(end(flavor, busy), RunEnd::Finished, "{flavor:?}");
        }
    }

    #[test]
    fn who_waits_to_be_asked_is_stuck_only_where_nobody_can_ask() {
        use Request::Shutdown;
        let listening = || -> BoxFuture<'static, ()> {
            Box::pin(async {
                shutdown_signal().await;
                sleep(Duration::from_millis(1)).await;
                shutdown_signal().await;
            })
        };
        // It hears the first request and turns a deaf ear to the next.
        let stubborn = || -> BoxFuture<'static, ()> {
            Box::pin(async {
                shutdown_signal().await;
                loop {
                    yield_now().await;
                }
            })
        };
        type Start = fn() -> BoxFuture<'static, ()>;
        for flavor in FLAVORS {
            assert_eq!(end(flavor, listening), RunEnd::Stalled, "{flavor:?}");
            for (start, requests, end) in [
                (listening as Start, &[Shutdown][..], RunEnd::Finished),
                (stubborn, &[Shutdown, Shutdown], RunEnd::Stopped),
                (listening, &[Request::Stop], RunEnd::Stopped),
            ] {
                // Long enough for the run to have nothing left but to wait, on every flavor.
                let later = || std::thread::sleep(Duration::from_millis(60));
                let (send, requests_come) = futures::channel::mpsc::unbounded();
                let asks = std::thread::spawn(move || {
                    later();
                    for request in requests {
                        send.unbounded_send(*request).expect("the run goes on");
                    }
                    later();
                });
                let run = run_with(flavor, Recorder::new(1 << 12), u64::MAX, requests_come, start);
                assert_eq!(run.expect("a runtime starts").end, end, "{flavor:?} {requests:?}");
                asks.join().expect("it sends");
            }
        }
    }

    #[test]
    fn a_run_ends_when_it_is_told_to_or_was_polled_too_often() {
        for flavor in FLAVORS {
            let endless = || -> BoxFuture<'static, ()> {
                Box::pin(async {
                    loop {
                        yield_now().await;
                    }
                })
            };
            let recorder = || Recorder::new(1 << 12);
            let limited = run_until(flavor, recorder(), 1_000, pending(), endless);
            assert_eq!(limited.expect("a runtime starts").end, RunEnd::LimitReached);
            let stopped = run_until(flavor, recorder(), u64::MAX, ready(()), endless);
            assert_eq!(stopped.expect("a runtime starts").end, RunEnd::Stopped);
        }
    }
}

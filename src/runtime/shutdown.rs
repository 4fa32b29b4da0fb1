//! Asking a run to come to its end by itself.
//!
//! Natively the one who asks is Ctrl-C or `SIGTERM`, in the page it is the Stop button or the page that
//! goes away, in a test whoever drives the run: all of them call [`Run::request_shutdown`](super::Run),
//! or hand a driver a stream of [`Request`]s. What the run's code sees of it is [`shutdown_signal`].
//!
//! Waiting for the signal is waiting for something outside, so it alone makes no run stuck. It does not
//! hold virtual time either: nobody can say when the signal comes, and timers must not wait for it. When
//! nothing but the signal is left to happen, whoever drives the run decides: where somebody can still ask
//! (a terminal, a page) it waits, and where nobody can (a test, [`block_on`](super::block_on)) the run is
//! stuck and ends as such.

use std::panic::Location;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::executor::core;
use super::tokio;
use crate::trace::{WaitKind, current};

/// What somebody outside asks of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// To shut down by itself. A run that does not listen is stopped, and so is one that was asked before:
    /// who presses Ctrl-C twice means it.
    Shutdown,
    /// To end now: every future is dropped.
    Stop,
}

/// Waits until somebody asks the run to shut down; what an application writes around
/// `tokio::signal::ctrl_c()` and, on Unix, `SIGTERM`.
///
/// It is a level and not an edge: once it was asked for, every signal is ready at once, also one that is
/// made later.
///
/// # Panics
///
/// Its poll panics outside a run: there is nobody who could ask.
#[track_caller]
pub fn shutdown_signal() -> ShutdownSignal {
    ShutdownSignal { listener: None, location: Location::caller() }
}

/// The future of [`shutdown_signal`].
#[derive(Debug)]
#[must_use = "a future does nothing until it is awaited"]
pub struct ShutdownSignal {
    listener: Option<Listener>,
    location: &'static Location<'static>,
}

impl Future for ShutdownSignal {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let location = self.location;
        let listener = self.listener.get_or_insert_with(Listener::new);
        let is_ready = listener.shutdown.listen(listener.number, cx.waker());
        if is_ready {
            return Poll::Ready(());
        }
        current::waiting(WaitKind::Signal, location, 0);
        Poll::Pending
    }
}

#[derive(Debug)]
struct Listener {
    shutdown: Arc<Shutdown>,
    number: u64,
}

impl Listener {
    fn new() -> Self {
        let shutdown = core::with(|core| Arc::clone(core.shutdown())).unwrap_or_else(tokio::shutdown);
        let number = shutdown.new_number();
        Self { shutdown, number }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let waker = {
            let mut state = self.shutdown.lock();
            state.place_of(self.number).ok().map(|place| state.wakers.remove(place))
        };
        // Outside the lock: what a waker's drop does is not ours to know.
        drop(waker);
    }
}

/// Whether a run was asked to shut down, and who waits for that.
#[derive(Debug, Default)]
pub(super) struct Shutdown(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    is_requested: bool,
    next: u64,
    /// In the order in which they began to listen, which is the order in which they are woken.
    wakers: Vec<(u64, Waker)>,
}

impl State {
    /// Returns where the listener with this number is, or where it would be.
    fn place_of(&self, number: u64) -> Result<usize, usize> {
        self.wakers.binary_search_by_key(&number, |(number, _)| *number)
    }
}

impl Shutdown {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new_number(&self) -> u64 {
        let mut state = self.lock();
        state.next += 1;
        state.next
    }

    /// Returns whether the request was made, and if not has `waker` woken when it is.
    fn listen(&self, number: u64, waker: &Waker) -> bool {
        let waker = waker.clone();
        let mut state = self.lock();
        if state.is_requested {
            return true;
        }
        let before = match state.place_of(number) {
            Ok(place) => Some(std::mem::replace(&mut state.wakers[place].1, waker)),
            Err(place) => {
                state.wakers.insert(place, (number, waker));
                None
            }
        };
        drop(state);
        drop(before);
        false
    }

    /// Returns how many futures wait for the request.
    pub(super) fn listeners(&self) -> usize {
        self.lock().wakers.len()
    }

    /// Makes the request, if anybody waits for it, and wakes them; returns whether anybody did.
    pub(super) fn request(&self) -> bool {
        let wakers = {
            let mut state = self.lock();
            if state.wakers.is_empty() {
                return false;
            }
            state.is_requested = true;
            std::mem::take(&mut state.wakers)
        };
        for (_, waker) in wakers {
            waker.wake();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::{FutureExt as _, select_biased, stream};

    use super::*;
    use crate::runtime::{Config, Progress, Run, block_on, block_on_with, sleep, spawn, yield_now};
    use crate::trace::RunEnd;

    /// A run whose first task waits for the signal, then for 5 ms, then for the signal again.
    fn listening() -> Run<u32> {
        Run::new(Config::default(), || {
            Box::pin(async {
                shutdown_signal().await;
                sleep(Duration::from_millis(5)).await;
                shutdown_signal().await;
                7
            })
        })
    }

    #[test]
    fn a_request_is_heard_and_stays() {
        let mut run = listening();
        let Progress::Waiting(idle) = run.run(10) else { panic!("it waits: {run:?}") };
        assert_eq!((idle.signal_listeners, idle.next_deadline), (1, None));
        assert!(!run.advance(), "there is nothing that time could bring");
        assert!(run.request_shutdown());
        assert!(!run.request_shutdown(), "nobody listens any more");
        assert_eq!(block_on(&mut run, 100, |_| {}), RunEnd::Finished);
        assert_eq!(run.take_output().expect("it finished").expect("it did not panic"), 7);
    }

    #[test]
    fn who_was_dropped_does_not_listen() {
        let mut run = Run::new(Config::default(), || {
            Box::pin(async {
                select_biased! {
                    () = shutdown_signal().fuse() => {}
                    () = yield_now().fuse() => {}
                }
                sleep(Duration::from_millis(1)).await;
            })
        });
        while !matches!(run.step(), Progress::Waiting(_)) {}
        assert!(!run.request_shutdown());
        assert_eq!(block_on(&mut run, 100, |_| {}), RunEnd::Finished);
    }

    #[test]
    fn virtual_time_does_not_wait_for_it() {
        let mut run = Run::new(Config::default(), || {
            Box::pin(async {
                let listens = spawn(shutdown_signal());
                sleep(Duration::from_secs(3600)).await;
                listens.abort();
            })
        });
        assert_eq!(block_on(&mut run, 100, |_| {}), RunEnd::Finished);
    }

    #[test]
    fn who_waits_for_it_alone_is_stuck_where_nobody_can_ask() {
        assert_eq!(block_on(&mut listening(), 100, |_| {}), RunEnd::Stalled);
    }

    #[test]
    fn who_asks_twice_means_it() {
        use Request::{Shutdown, Stop};
        for (requests, end) in [
            (&[Shutdown][..], RunEnd::Finished),
            (&[Shutdown, Shutdown], RunEnd::Stopped),
            (&[Shutdown, Stop], RunEnd::Stopped),
            (&[Stop], RunEnd::Stopped),
        ] {
            let mut run = listening();
            while !matches!(run.step(), Progress::Waiting(_)) {}
            let asked = block_on_with(&mut run, 100, stream::iter(requests.iter().copied()), |_| {});
            assert_eq!(asked, end, "{requests:?}");
        }
    }

    #[test]
    fn a_run_that_does_not_listen_is_stopped() {
        let mut run = Run::new(Config::default(), || Box::pin(std::future::pending::<()>()));
        let end = block_on_with(&mut run, 100, stream::iter([Request::Shutdown]), |_| {});
        assert_eq!(end, RunEnd::Stopped);
    }
}

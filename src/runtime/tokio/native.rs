//! tokio itself, and what a run on it shares.

use std::cell::RefCell;
use std::panic::Location;
use std::pin::Pin;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use ::tokio::task::AbortHandle as TokioAbortHandle;
use ::tokio::time::Instant as TokioInstant;

use super::cause::CausedWaker;
use super::paused::PausedClock;
use super::quiet::{Hold, Quiet};
use super::recorded::{Recorded, TaskState};
use crate::runtime::JoinError;
use crate::runtime::panics::Panic;
use crate::runtime::shutdown::Shutdown;
use crate::trace::current::{self, SharedRecorder};
use crate::trace::{Event, LaneId, NameId, Recorder, WakeCause};

/// What every task of one run on tokio shares.
#[derive(Debug)]
pub(super) struct Shared {
    recorder: SharedRecorder,
    start: TokioInstant,
    paused: Option<PausedClock>,
    pub(super) quiet: Quiet,
    pub(super) shutdown: Arc<Shutdown>,
    /// Whoever works for the run on a thread of its own has a copy, until it is done.
    alive: Mutex<Option<Sender<()>>>,
}

thread_local! {
    pub(super) static RUN: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

impl Shared {
    /// Creates what the tasks share of a run that begins now.
    pub(super) fn new(recorder: Recorder, is_paused: bool, most_polls: u64, alive: Sender<()>) -> Self {
        Self {
            recorder: Arc::new(Mutex::new(recorder)),
            start: TokioInstant::now(),
            paused: is_paused.then(PausedClock::new),
            quiet: Quiet::new(most_polls),
            shutdown: Arc::default(),
            alive: Mutex::new(Some(alive)),
        }
    }

    /// Says that the runtime has been left.
    pub(super) fn is_left(&self) {
        self.touch_clock();
        if let Some(clock) = &self.paused {
            clock.stop();
        }
    }

    /// Lets go of its own copy of what those who work for the run hold.
    pub(super) fn says_farewell(&self) {
        drop(self.alive.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    pub(super) fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the run whose code runs on this thread.
    pub(super) fn here() -> Option<Arc<Self>> {
        RUN.with_borrow(Clone::clone)
    }

    pub(super) fn alive(&self) -> Option<Sender<()>> {
        self.alive.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn now_nanos(&self) -> u64 {
        let now = || u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.paused.as_ref().map_or_else(now, |clock| clock.nanos(now))
    }

    /// Records an event at the time it is now.
    pub(super) fn tick(&self, event: Event) {
        let mut recorder = self.recorder();
        recorder.set_clock(self.now_nanos());
        recorder.push(event);
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    pub(super) fn touch_clock(&self) {
        self.recorder().set_clock(self.now_nanos());
    }

    /// Calls `work` as `lane` of this run.
    pub(super) fn within<R>(self: &Arc<Self>, lane: LaneId, work: impl FnOnce() -> R) -> R {
        struct Restore(Option<Option<Arc<Shared>>>);
        impl Drop for Restore {
            fn drop(&mut self) {
                // The thread may be ending, and its storage with it.
                let _ = RUN.try_with(|run| run.replace(self.0.take().flatten()));
            }
        }
        let _restore = Restore(Some(RUN.replace(Some(Arc::clone(self)))));
        current::within(&self.recorder, lane, work)
    }
}

#[track_caller]
pub(super) fn shared() -> Arc<Shared> {
    Shared::here().expect("this needs a run around it: call it from code that a Wakeline run polls")
}

/// A tokio task and its lane.
#[derive(Debug)]
pub(in crate::runtime) struct JoinHandle<T> {
    handle: ::tokio::task::JoinHandle<T>,
    state: Arc<TaskState>,
    waker: Option<Arc<CausedWaker>>,
}

impl<T> JoinHandle<T> {
    pub(super) fn new(handle: ::tokio::task::JoinHandle<T>, state: Arc<TaskState>) -> Self {
        Self { handle, state, waker: None }
    }

    pub(in crate::runtime) fn abort_handle(&self) -> AbortHandle {
        AbortHandle { handle: self.handle.abort_handle(), state: Arc::clone(&self.state) }
    }

    pub(in crate::runtime) fn is_finished(&self) -> bool {
        self.handle.is_finished()
    }

    pub(in crate::runtime) fn lane(&self) -> LaneId {
        self.state.lane
    }
}

#[derive(Clone, Debug)]
pub(in crate::runtime) struct AbortHandle {
    handle: TokioAbortHandle,
    state: Arc<TaskState>,
}

impl AbortHandle {
    pub(in crate::runtime) fn abort(&self) {
        if !self.handle.is_finished() {
            self.state.abort();
        }
        self.handle.abort();
    }

    pub(in crate::runtime) fn lane(&self) -> LaneId {
        self.state.lane
    }
}

pub(in crate::runtime) fn poll_join<T>(
    handle: &mut JoinHandle<T>,
    cx: &mut Context<'_>,
) -> Poll<Result<T, JoinError>> {
    let lane = handle.state.lane;
    let waker = CausedWaker::kept(&mut handle.waker, WakeCause::Lane, lane, cx);
    match Pin::new(&mut handle.handle).poll(&mut Context::from_waker(&waker)) {
        Poll::Pending => Poll::Pending,
        Poll::Ready(Ok(output)) => Poll::Ready(Ok(output)),
        Poll::Ready(Err(error)) => Poll::Ready(Err(match error.try_into_panic() {
            Ok(payload) => {
                JoinError::panicked(lane, Panic { payload, place: handle.state.panicked_at().take() })
            }
            Err(_) => JoinError::cancelled(lane),
        })),
    }
}

/// Polls outside of tokio's budget, for those who cannot be asked to come again.
pub(in crate::runtime) fn unconstrained<R>(
    cx: &mut Context<'_>,
    poll: impl FnMut(&mut Context<'_>) -> Poll<R>,
) -> Poll<R> {
    std::pin::pin!(::tokio::task::unconstrained(std::future::poll_fn(poll))).poll(cx)
}

/// Returns whether the task that is polled may go on: tokio gives it so many operations for each poll.
#[inline]
pub(crate) fn has_budget() -> bool {
    ::tokio::task::coop::has_budget_remaining()
}

/// Counts an operation that tokio does not count itself, where there is a [budget](has_budget).
#[inline]
pub(crate) fn spend_budget(cx: &mut Context<'_>) {
    if let Poll::Ready(operation) = ::tokio::task::coop::poll_proceed(cx) {
        operation.made_progress();
    }
}

#[track_caller]
pub(in crate::runtime) fn spawn<F>(
    future: F,
    name: &str,
    location: &'static Location<'static>,
) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    spawn_in(&shared(), future, name, Some(location))
}

#[track_caller]
pub(super) fn spawn_in<F>(
    shared: &Arc<Shared>,
    future: F,
    name: &str,
    location: Option<&'static Location<'static>>,
) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let state = new_state(shared, name, location);
    let handle = spawn_on_tokio(Recorded::new(future, Arc::clone(&state)), name);
    JoinHandle::new(handle, state)
}

/// Spawns for tokio-console to see, which has tasks by the names that they have here.
#[cfg(all(feature = "console", tokio_unstable))]
#[track_caller]
fn spawn_on_tokio<F>(future: F, name: &str) -> ::tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let mut builder = ::tokio::task::Builder::new();
    if !name.is_empty() {
        builder = builder.name(name);
    }
    builder.spawn(future).expect("a run is polled within its runtime")
}

#[cfg(not(all(feature = "console", tokio_unstable)))]
#[track_caller]
fn spawn_on_tokio<F>(future: F, _: &str) -> ::tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    ::tokio::spawn(future)
}

/// Records a new task, which is scheduled from now on.
pub(super) fn new_state(
    shared: &Arc<Shared>,
    name: &str,
    location: Option<&'static Location<'static>>,
) -> Arc<TaskState> {
    let lane = {
        let parent = current::lane();
        let mut recorder = shared.recorder();
        recorder.set_clock(shared.now_nanos());
        let lane = recorder.new_lane();
        let name = if name.is_empty() { NameId::NONE } else { recorder.name(name) };
        let location = location.map(|location| recorder.location(location)).unwrap_or_default();
        recorder.push(Event::Spawned { lane, parent, name, location });
        lane
    };
    Arc::new(TaskState::new(Arc::clone(shared), lane))
}

/// A timer of tokio's.
#[derive(Debug)]
pub(in crate::runtime) struct Sleep {
    timer: Pin<Box<::tokio::time::Sleep>>,
    /// Taken while the timer is set, from its first poll on.
    hold: Option<Hold>,
    waker: Option<Arc<CausedWaker>>,
}

#[track_caller]
pub(in crate::runtime) fn sleep_until(nanos: u64) -> Sleep {
    let start = shared().start;
    // tokio's own far future: about thirty years, beyond which its timers would overflow.
    let far = Duration::from_secs(86_400 * 365 * 30);
    let deadline = start + Duration::from_nanos(nanos).min(far);
    Sleep { timer: Box::pin(::tokio::time::sleep_until(deadline)), hold: None, waker: None }
}

pub(in crate::runtime) fn poll_sleep(sleep: &mut Sleep, cx: &mut Context<'_>) -> bool {
    let waker = CausedWaker::kept(&mut sleep.waker, WakeCause::Timer, LaneId::OUTSIDE, cx);
    let is_ready = sleep.timer.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
    if is_ready {
        sleep.hold = None;
    } else if sleep.hold.is_none() {
        sleep.hold = RUN.with_borrow(|run| run.as_ref().map(Hold::new));
    }
    is_ready
}

#[track_caller]
pub(in crate::runtime) fn now_nanos() -> u64 {
    shared().now_nanos()
}

/// Returns who can be asked to shut down in the run that is polled here.
#[track_caller]
pub(in crate::runtime) fn shutdown() -> Arc<Shutdown> {
    Arc::clone(&shared().shutdown)
}

/// Wakes the task when tokio's scheduler has gone round, as `tokio::task::yield_now` does.
pub(in crate::runtime) fn defer(cx: &mut Context<'_>) {
    let mut yielding = std::pin::pin!(::tokio::task::yield_now());
    // The first poll hands the waker to the scheduler; nothing else is needed of the future.
    let waker = CausedWaker::kept(&mut None, WakeCause::Yield, LaneId::OUTSIDE, cx);
    let _ = yielding.as_mut().poll(&mut Context::from_waker(&waker));
}

/// Keeps tokio's paused clock from moving while real I/O is under way.
///
/// A paused clock moves on as soon as the runtime is idle, sockets notwithstanding; a blocking task
/// that is under way is the one thing that holds it.
#[derive(Debug)]
pub(in crate::runtime) struct IoGuard {
    _release: Option<std::sync::mpsc::Sender<()>>,
    _hold: Option<Hold>,
}

impl IoGuard {
    pub(in crate::runtime) fn new() -> Self {
        let hold = RUN.with_borrow(|run| run.as_ref().map(Hold::new));
        let paused = RUN.with_borrow(|run| run.as_ref().is_some_and(|run| run.paused.is_some()));
        let release = paused.then(|| {
            let (release, released) = std::sync::mpsc::channel();
            ::tokio::task::spawn_blocking(move || {
                // An error is the sender's drop: the signal itself.
                let _ = released.recv();
            });
            release
        });
        Self { _release: release, _hold: hold }
    }
}

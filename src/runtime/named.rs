//! Futures within a task that get a lane of their own.

use std::borrow::Cow;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use pin_project_lite::pin_project;

use super::executor::core;
use crate::trace::{End, Event, LaneId, WakeCause, current};

/// Adds lanes and failures to any future.
pub trait FutureExt: Future + Sized {
    /// Draws this future on a lane of its own inside its task's, under a name: a branch of a
    /// `select!`, an item of a `buffer_unordered`. It changes nothing about how the future runs.
    ///
    /// The lane begins here and belongs to the lane that calls this, so that a future that is never
    /// polled is seen too. A future that is to be spawned gets its name from [`super::Builder`] instead.
    #[track_caller]
    fn named<'a>(self, name: impl Into<Cow<'a, str>>) -> Named<Self> {
        Named { future: self, child: Child::new(&name.into(), Location::caller()) }
    }

    /// Ends the lane as *failed*, with the error's text, when the output is an `Err`.
    ///
    /// It belongs directly inside `named` or `spawn`, where the `Err` is the lane's own end; an error
    /// that the task deals with itself is no failure of the task.
    fn record_err<T, E>(self) -> RecordErr<Self>
    where
        Self: Future<Output = Result<T, E>>,
        E: std::fmt::Display,
    {
        RecordErr { future: self }
    }
}

impl<F: Future> FutureExt for F {}

pin_project! {
    /// The future of [`FutureExt::record_err`].
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub struct RecordErr<F> {
        #[pin]
        future: F,
    }
}

impl<F, T, E> Future for RecordErr<F>
where
    F: Future<Output = Result<T, E>>,
    E: std::fmt::Display,
{
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(cx).map(|output| output.inspect_err(|error| current::failing(error)))
    }
}

pin_project! {
    /// The future of [`FutureExt::named`].
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub struct Named<F> {
        // Dropped first, so that what it held is released before its lane ends.
        #[pin]
        future: F,
        child: Child,
    }
}

#[derive(Debug)]
struct Child {
    /// [`LaneId::OUTSIDE`] for a future that was named outside any run.
    lane: LaneId,
    waker: Option<Arc<ChildWaker>>,
    ended: bool,
}

/// Records that the child was woken, and then wakes the task around it.
#[derive(Debug)]
struct ChildWaker {
    lane: LaneId,
    task: Waker,
    woken: AtomicBool,
}

impl Wake for ChildWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.woken.swap(true, Ordering::Relaxed) {
            let cause = core::with(|core| core.cause()).unwrap_or(match current::lane() {
                LaneId::OUTSIDE => WakeCause::External,
                _ => WakeCause::Lane,
            });
            current::woken(self.lane, cause);
        }
        self.task.wake_by_ref();
    }
}

impl Child {
    fn new(name: &str, location: &'static Location<'static>) -> Self {
        let lane = current::with(|recorder, parent| {
            let lane = recorder.new_lane();
            let name = recorder.name(name);
            let location = recorder.location(location);
            recorder.push(Event::Child { lane, parent, name, location });
            lane
        });
        Self { lane: lane.unwrap_or_default(), waker: None, ended: false }
    }

    /// Returns the waker for a poll within `task`, the same one as long as the task's is.
    fn waker(&mut self, task: &Waker) -> Arc<ChildWaker> {
        let waker = match self.waker.take() {
            Some(waker) if waker.task.will_wake(task) => waker,
            _ => Arc::new(ChildWaker { lane: self.lane, task: task.clone(), woken: AtomicBool::new(false) }),
        };
        waker.woken.store(false, Ordering::Relaxed);
        self.waker = Some(Arc::clone(&waker));
        waker
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.ended && self.lane != LaneId::OUTSIDE {
            current::ended(self.lane, End::Dropped, "");
        }
    }
}

impl<F: Future> Future for Named<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let lane = this.child.lane;
        if lane == LaneId::OUTSIDE {
            return this.future.poll(cx);
        }
        let waker = Waker::from(this.child.waker(cx.waker()));
        current::record(Event::PollBegin { lane });
        let before = current::begin(lane);
        let output = this.future.poll(&mut Context::from_waker(&waker));
        if output.is_ready() {
            this.child.ended = true;
            current::completed(lane);
        }
        current::restore(before);
        current::record(Event::PollEnd { lane });
        output
    }
}

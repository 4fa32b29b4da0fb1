//! Futures within a task that get a lane of their own.

use std::borrow::Cow;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;

use super::child_waker::ChildWaker;
use super::panics::catch;
use crate::trace::{End, Event, LaneId, current};

/// Adds lanes and failures to any future.
pub trait FutureExt: Future + Sized {
    /// Draws this future on a lane of its own inside its task's, under a name: a branch of a
    /// `select!`, an item of a `buffer_unordered`. It changes nothing about how the future runs.
    ///
    /// The lane begins here and belongs to the lane that calls this, so that a future that is never
    /// polled is seen too. A future that is to be spawned gets its name from [`super::Builder`] instead.
    #[track_caller]
    fn named<'a>(self, name: impl Into<Cow<'a, str>>) -> Named<Self> {
        Named { future: Some(self), child: Child::new(&name.into(), Location::caller()) }
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
        #[pin]
        future: Option<F>,
        child: Child,
    }
    impl<F> PinnedDrop for Named<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            this.child.let_go(&mut || this.future.set(None));
        }
    }
}

/// All of a named future but the future itself: what is generic is compiled anew for each, so that is little.
#[derive(Debug)]
struct Child {
    /// [`LaneId::OUTSIDE`] for a future that was named outside any run.
    lane: LaneId,
    waker: Option<Arc<ChildWaker>>,
    ended: bool,
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

    /// Begins a poll within `task`; returns the waker for it, the same one as long as the task's is.
    fn begin_poll(&mut self, task: &Waker) -> Arc<ChildWaker> {
        let waker = match self.waker.take() {
            Some(waker) if waker.is_for(task) => waker,
            before => {
                if let Some(before) = before {
                    before.end();
                }
                Arc::new(ChildWaker::new(self.lane, task.clone()))
            }
        };
        waker.begin_poll();
        self.waker = Some(Arc::clone(&waker));
        waker
    }

    /// Polls within the task of `cx`; `poll` says whether the future is ready.
    fn poll(&mut self, cx: &mut Context<'_>, poll: &mut dyn FnMut(&mut Context<'_>) -> bool) {
        let lane = self.lane;
        if lane == LaneId::OUTSIDE {
            poll(cx);
            return;
        }
        let waker = self.begin_poll(cx.waker());
        let before = current::begin(lane);
        let polled = catch(|| poll(&mut Context::from_waker(&Waker::from(waker))));
        match &polled {
            Ok(false) => {}
            Ok(true) => self.end(current::completed),
            Err(panic) => self.end(|lane| current::ended(lane, End::Panicked, &panic.text())),
        }
        current::restore(before);
        current::record(Event::PollEnd { lane });
        if let Err(panic) = polled {
            // It is the task's affair: it goes on to whoever catches it.
            panic.resume();
        }
    }

    /// Drops the future. What it held is released before its lane ends, and on its lane: what its
    /// destructors have to tell is its own last word, not that of whoever drops it.
    fn let_go(&self, drop: &mut dyn FnMut()) {
        let before = (!self.ended).then(|| current::begin(self.lane));
        let dropped = catch(drop);
        if let Some(before) = before {
            current::restore(before);
        }
        if let Err(panic) = dropped
            && !std::thread::panicking()
        {
            panic.resume();
        }
    }

    /// Ends the lane as `how` says. From then on a waker that is still about says nothing of it.
    fn end(&mut self, how: impl FnOnce(LaneId)) {
        self.ended = true;
        if let Some(waker) = &self.waker {
            waker.end();
        }
        how(self.lane);
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.ended && self.lane != LaneId::OUTSIDE {
            self.end(|lane| current::ended(lane, End::Dropped, ""));
        }
    }
}

impl<F: Future> Future for Named<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut future = this.future.as_pin_mut().expect("only its drop takes the future out");
        let mut polled = Poll::Pending;
        this.child.poll(cx, &mut |cx| {
            polled = future.as_mut().poll(cx);
            polled.is_ready()
        });
        polled
    }
}

//! A tokio task's future that records its polls, and its waker that records its wakes.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use pin_project_lite::pin_project;

use super::cause::cause;
use super::native::Shared;
use crate::runtime::panics::catch;
use crate::trace::{End, Event, LaneId, LocationId, Place, Recorder, WakeCause, current};

/// Woken and not polled since; a task is born that way. It holds the run.
const SCHEDULED: u8 = 1;
/// No poll will follow.
const ENDED: u8 = 2;

/// What the task, its waker and its handles know together.
///
/// Its flags change together with what the trace says about them, under the recorder's lock, so that
/// with several threads too the trace never tells of a wake that was none or of a poll without one.
#[derive(Debug)]
pub(super) struct TaskState {
    pub(super) shared: Arc<Shared>,
    pub(super) lane: LaneId,
    /// Of [`SCHEDULED`] and [`ENDED`].
    flags: AtomicU8,
    aborted: AtomicBool,
    /// The line that a panic came from, for the join error.
    panicked_at: Mutex<Option<Place>>,
}

impl TaskState {
    pub(super) fn new(shared: Arc<Shared>, lane: LaneId) -> Self {
        shared.quiet.take();
        Self {
            shared,
            lane,
            flags: AtomicU8::new(SCHEDULED),
            aborted: AtomicBool::new(false),
            panicked_at: Mutex::default(),
        }
    }

    /// The recorder, with the clock as it is now.
    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        let mut recorder = self.shared.recorder();
        recorder.set_clock(self.shared.now_nanos());
        recorder
    }

    pub(super) fn panicked_at(&self) -> MutexGuard<'_, Option<Place>> {
        self.panicked_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records that the task is woken, unless it was already or has ended.
    fn record_wake(&self, cause: WakeCause, by: LaneId) {
        let location = current::operation_location();
        let mut recorder = self.recorder();
        // The hold comes first, so that there is no instant without one.
        self.shared.quiet.take();
        if self.flags.fetch_or(SCHEDULED, Ordering::AcqRel) & (SCHEDULED | ENDED) == 0 {
            recorder.push(Event::Woken { lane: self.lane, by, cause, location });
        } else {
            self.shared.quiet.release();
        }
    }

    /// Marks the task as aborted, which wakes it.
    pub(super) fn abort(&self) {
        if !self.aborted.swap(true, Ordering::AcqRel) {
            self.record_wake(WakeCause::Abort, current::lane());
        }
    }

    /// Turns what holds a scheduled task into what holds a polled one.
    fn begin_poll(&self) {
        let mut recorder = self.recorder();
        if self.flags.fetch_and(!SCHEDULED, Ordering::AcqRel) & SCHEDULED == 0 {
            self.shared.quiet.take();
            // Two threads woke it, and it was polled in between: the second wake came after all.
            let (by, location) = (LaneId::OUTSIDE, LocationId::NONE);
            recorder.push(Event::Woken { lane: self.lane, by, cause: WakeCause::External, location });
        }
        self.shared.quiet.count_poll();
        recorder.push(Event::PollBegin { lane: self.lane });
    }

    fn end_poll(&self) {
        self.recorder().push(Event::PollEnd { lane: self.lane });
        self.shared.quiet.release();
    }

    /// Ends the lane, as `record` says; from then on no wake is recorded.
    fn end(&self, record: impl FnOnce(&mut Recorder)) {
        let mut recorder = self.recorder();
        record(&mut recorder);
        if self.flags.fetch_or(ENDED, Ordering::AcqRel) == SCHEDULED {
            self.shared.quiet.release();
        }
    }

    fn ended(&self, end: End, message: &str) {
        self.end(|recorder| {
            let message = recorder.name(message);
            recorder.push(Event::Ended { lane: self.lane, end, message });
        });
    }
}

struct RecordingWaker {
    state: Arc<TaskState>,
    task: Waker,
}

impl Wake for RecordingWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let (cause, by) = cause();
        self.state.record_wake(cause, by);
        self.task.wake_by_ref();
    }
}

/// Says how the task ended if nothing else did.
struct Registration {
    state: Arc<TaskState>,
    ended: bool,
}

impl Drop for Registration {
    fn drop(&mut self) {
        if !self.ended {
            let end = match (std::thread::panicking(), self.state.aborted.load(Ordering::Acquire)) {
                (true, _) => End::Panicked,
                (false, true) => End::Cancelled,
                (false, false) => End::Dropped,
            };
            self.state.ended(end, "");
        }
    }
}

pin_project! {
    /// The future around a task's own.
    pub(super) struct Recorded<F> {
        #[pin]
        future: Option<F>,
        waker: Option<Arc<RecordingWaker>>,
        registration: Registration,
    }
    impl<F> PinnedDrop for Recorded<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let state = Arc::clone(&this.registration.state);
            // The future goes first and in its own lane, so that what it lets go of is told as its own.
            state.shared.within(state.lane, || this.future.set(None));
        }
    }
}

impl<F> Recorded<F> {
    pub(super) fn new(future: F, state: Arc<TaskState>) -> Self {
        Self { future: Some(future), waker: None, registration: Registration { state, ended: false } }
    }
}

impl<F: Future> Future for Recorded<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let state = Arc::clone(&this.registration.state);
        let lane = state.lane;
        let waker = match this.waker {
            Some(waker) if waker.task.will_wake(cx.waker()) => Arc::clone(waker),
            slot => Arc::clone(
                slot.insert(Arc::new(RecordingWaker { state: Arc::clone(&state), task: cx.waker().clone() })),
            ),
        };
        state.begin_poll();
        let output = state.shared.within(lane, || {
            let future = this.future.as_mut().as_pin_mut();
            let future = future.expect("a task that is ready is not polled again");
            let output = catch(|| future.poll(&mut Context::from_waker(&Waker::from(waker))));
            if let Ok(Poll::Ready(_)) = output {
                this.registration.ended = true;
                state.end(|_| {});
                current::completed(lane);
            }
            output
        });
        match output {
            Ok(output) => {
                state.end_poll();
                output
            }
            Err(panic) => {
                this.registration.ended = true;
                state.ended(End::Panicked, &panic.text());
                state.end_poll();
                // tokio hands the payload to whoever joins, perhaps on another thread.
                *state.panicked_at() = panic.place;
                std::panic::resume_unwind(panic.payload)
            }
        }
    }
}

//! A tokio task's future that records its polls, and its waker that records its wakes.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use pin_project_lite::pin_project;

use super::native::Shared;
use crate::trace::{End, Event, LaneId, WaitKind, WakeCause, current};

/// Woken and not polled since; a task is born that way. It holds the run.
const SCHEDULED: u8 = 1;
/// No poll will follow.
const ENDED: u8 = 2;

/// What the task, its waker and its handles know together.
#[derive(Debug)]
pub(super) struct TaskState {
    pub(super) shared: Arc<Shared>,
    pub(super) lane: LaneId,
    /// Of [`SCHEDULED`] and [`ENDED`].
    flags: AtomicU8,
    aborted: AtomicBool,
    waits_for_timer: AtomicBool,
}

impl TaskState {
    pub(super) fn new(shared: Arc<Shared>, lane: LaneId) -> Self {
        shared.quiet.take();
        Self {
            shared,
            lane,
            flags: AtomicU8::new(SCHEDULED),
            aborted: AtomicBool::new(false),
            waits_for_timer: AtomicBool::new(false),
        }
    }

    /// Marks the task as woken; returns whether it was not already, and can be polled at all.
    fn schedule(&self) -> bool {
        // The hold comes first, so that there is no instant without one.
        self.shared.quiet.take();
        let is_new = self.flags.fetch_or(SCHEDULED, Ordering::AcqRel) & (SCHEDULED | ENDED) == 0;
        if !is_new {
            self.shared.quiet.release();
        }
        is_new
    }

    /// Marks the task as aborted, which schedules it; returns whether it was not already.
    pub(super) fn mark_aborted(&self) -> bool {
        let is_new = !self.aborted.swap(true, Ordering::AcqRel);
        if is_new {
            self.schedule();
        }
        is_new
    }

    /// Turns what holds a scheduled task into what holds a polled one.
    fn begin_poll(&self) {
        if self.flags.fetch_and(!SCHEDULED, Ordering::AcqRel) & SCHEDULED == 0 {
            self.shared.quiet.take();
        }
        self.shared.quiet.count_poll();
        self.shared.tick(Event::PollBegin { lane: self.lane });
    }

    fn end_poll(&self) {
        self.shared.tick(Event::PollEnd { lane: self.lane });
        self.shared.quiet.release();
    }

    fn end(&self) {
        if self.flags.fetch_or(ENDED, Ordering::AcqRel) == SCHEDULED {
            self.shared.quiet.release();
        }
    }

    pub(super) fn record_wake(&self) {
        if !self.schedule() {
            return;
        }
        let cause = if current::lane() != LaneId::OUTSIDE {
            WakeCause::Lane
        } else if self.waits_for_timer.load(Ordering::Relaxed) {
            WakeCause::Timer
        } else {
            WakeCause::External
        };
        self.record_woken(cause);
    }

    pub(super) fn record_woken(&self, cause: WakeCause) {
        let by = current::lane();
        let location = current::operation_location();
        let mut recorder = self.shared.recorder();
        recorder.set_clock(self.shared.now_nanos());
        recorder.push(Event::Woken { lane: self.lane, by, cause, location });
    }

    fn ended(&self, end: End, message: &str) {
        let mut recorder = self.shared.recorder();
        recorder.set_clock(self.shared.now_nanos());
        let message = recorder.name(message);
        recorder.push(Event::Ended { lane: self.lane, end, message });
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
        self.state.record_wake();
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
            self.state.end();
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
            let output = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                future.poll(&mut Context::from_waker(&Waker::from(waker)))
            }));
            if let Ok(Poll::Ready(_)) = output {
                this.registration.ended = true;
                state.shared.touch_clock();
                current::completed(lane);
                state.end();
            }
            output
        });
        let on_timer = matches!(state.shared.recorder().last_wait(lane), Some(WaitKind::Timer));
        state.waits_for_timer.store(on_timer, Ordering::Relaxed);
        match output {
            Ok(output) => {
                state.end_poll();
                output
            }
            Err(payload) => {
                this.registration.ended = true;
                state.ended(End::Panicked, crate::runtime::executor::panic_message(&*payload));
                state.end();
                state.end_poll();
                // tokio turns it into the join error.
                std::panic::resume_unwind(payload)
            }
        }
    }
}

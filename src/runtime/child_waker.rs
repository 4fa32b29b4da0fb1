//! The waker of a named future: it says that the future was woken, and then wakes the task around it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Wake, Waker};

use super::executor::core;
use super::executor::remote::Remote;
use super::tokio::RunRef;
use crate::trace::{Event, LaneId, WakeCause, current};

/// Not woken since its last poll.
const IDLE: u8 = 0;
/// Woken, and the trace says so.
const WOKEN: u8 = 1;
/// Woken from outside; the executor will say so when it takes in what came from there.
const IN_THE_MAIL: u8 = 2;
/// No poll will follow.
const ENDED: u8 = 3;

#[derive(Debug)]
pub(super) struct ChildWaker {
    lane: LaneId,
    task: Waker,
    /// The lane of the task, where the executor polls it.
    task_lane: LaneId,
    state: AtomicU8,
    run: Home,
}

/// Whose trace a wake belongs to, wherever it comes from.
#[derive(Debug)]
enum Home {
    /// The executor's, by the run's number.
    Executor(u32),
    Tokio(RunRef),
    /// Polled by something that records nothing, such as a bare loop in a test.
    Nobody,
}

impl ChildWaker {
    pub(super) fn new(lane: LaneId, task: Waker) -> Self {
        let run = match core::with(core::Core::run) {
            Some(run) => Home::Executor(run),
            None => RunRef::current().map_or(Home::Nobody, Home::Tokio),
        };
        let task_lane = core::with(core::Core::polling).unwrap_or_default();
        Self { lane, task, task_lane, state: AtomicU8::new(IDLE), run }
    }

    pub(super) fn is_for(&self, task: &Waker) -> bool {
        self.task.will_wake(task)
    }

    pub(super) fn begin_poll(&self) {
        // In one step, so that no other thread's wake comes between the two.
        current::with(|recorder, _| {
            self.state.store(IDLE, Ordering::Release);
            recorder.push(Event::PollBegin { lane: self.lane });
        });
    }

    pub(super) fn end(&self) {
        current::with(|_, _| self.state.store(ENDED, Ordering::Release));
    }

    fn becomes(&self, state: u8, from: u8) -> bool {
        self.state.compare_exchange(from, state, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Says that it is woken, if `core` is the executor that polls it; returns whether it is.
    fn wake_within(&self, core: &core::Core, run: u32) -> bool {
        let Some(cause) = core.cause_within(run) else { return false };
        if core.polling() == self.task_lane {
            core.note_self_wake(cause);
        }
        if self.becomes(WOKEN, IDLE) {
            current::woken(self.lane, cause);
        }
        true
    }

    /// Says that it was woken from outside, if nothing has happened to it since.
    pub(super) fn record_mail(&self) {
        if self.becomes(WOKEN, IN_THE_MAIL) {
            current::woken(self.lane, WakeCause::External);
        }
    }
}

impl Wake for ChildWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        match &self.run {
            Home::Executor(run) => {
                let is_here = core::with(|core| self.wake_within(core, *run));
                if is_here != Some(true)
                    && self.becomes(IN_THE_MAIL, IDLE)
                    && let Some(remote) = Remote::find(*run)
                {
                    remote.push_child(Arc::clone(self));
                }
            }
            Home::Tokio(run) => run.record(|recorder, by, cause, location| {
                if self.becomes(WOKEN, IDLE) {
                    recorder.push(Event::Woken { lane: self.lane, by, cause, location });
                }
            }),
            Home::Nobody => {}
        }
        self.task.wake_by_ref();
    }
}

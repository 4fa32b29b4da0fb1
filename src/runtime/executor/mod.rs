//! The deterministic executor: one thread, one ready queue, its own timers and clock.
//!
//! It never runs by itself: whoever drives it (the page's event loop, a loop in a test, the command
//! line) calls [`Executor::run`] for one poll or many and decides what happens when nothing is
//! ready. That is what lets a run be paused between any two polls.
//!
//! Rules, each of which is needed to agree with tokio's `current_thread` runtime on paused time:
//!
//! - a task is in the ready queue at most once, however often it is woken;
//! - the queue is first in, first out (unless [`Schedule::Random`] is asked for);
//! - timers fire only when nothing is ready, by deadline and then in the order they were set;
//! - virtual time moves only when nothing is ready and no real I/O is under way;
//! - a task that yields is woken when the queue has drained;
//! - after 61 polls in a row timers and yields have their turn although the queue has not drained;
//! - an abort marks a task and wakes it; its future is dropped when its turn comes, and at the end of its
//!   poll if that is when it is aborted.

pub(super) mod core;
mod ready;
pub(super) mod remote;
mod task;
mod timers;

use serde::{Deserialize, Serialize};
use std::panic::Location;
use std::rc::Rc;
use std::task::Waker;

use async_task::{FallibleTask, Runnable};

use self::core::Core;
pub use self::ready::{Schedule, ScheduleError};
use self::task::TaskFuture;
pub(super) use self::timers::TimerKey;
use super::maybe_send::new_task;
use super::panics::{Panic, note_places};
use super::{Clock, MaybeSend, TimeSource};
use crate::trace::{Event, LaneId, NameId, Recorder, WakeCause, current};

/// Names a task in the executor's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meta {
    pub(super) lane: LaneId,
    pub(super) slot: u32,
    pub(super) run: u32,
}

/// A task's output on its way to whoever joins it; `None` when the future was dropped instead.
pub(super) type TaskOutput<T> = FallibleTask<Result<T, Panic>, Meta>;

/// What [`Executor::run`] did last, or why it could do nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One task was polled (or dropped, if its abort had been asked for).
    Polled(LaneId),
    /// Nothing is ready.
    Idle(Idle),
}

/// What an executor with nothing ready waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idle {
    /// The next timer, in nanoseconds since the run's start.
    pub next_deadline: Option<u64>,
    /// How many real operations are under way.
    pub io_in_flight: u32,
    /// How many futures wait to be asked to shut down.
    pub signal_listeners: usize,
    /// How many tasks have not ended.
    pub tasks: usize,
}

impl Idle {
    /// Returns whether only somebody who asks the run to shut down can move it.
    pub fn awaits_signal_alone(&self) -> bool {
        self.next_deadline.is_none() && self.io_in_flight == 0 && self.signal_listeners > 0
    }

    /// Returns whether nothing at all can move it.
    pub fn can_never_go_on(&self) -> bool {
        self.next_deadline.is_none() && self.io_in_flight == 0 && self.signal_listeners == 0
    }
}

/// Runs tasks on one thread, one poll at a time.
#[derive(Debug)]
pub struct Executor {
    core: Rc<Core>,
    /// Away while the executor is entered.
    recorder: Option<Recorder>,
}

impl Executor {
    /// Creates an executor without tasks.
    pub fn new(
        clock: Clock,
        schedule: Schedule,
        seed: u64,
        recorder: Recorder,
        time_source: TimeSource,
    ) -> Self {
        note_places();
        let core = Core::new(schedule, seed, clock, time_source);
        Self { core: Rc::new(core), recorder: Some(recorder) }
    }

    /// Calls `work` with this executor in place, so that `spawn`, `sleep` and the like reach it.
    pub fn enter<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let recorder = self.recorder.take().expect("the recorder is here between polls");
        current::enter(recorder);
        let before = core::swap(Some(Rc::clone(&self.core)));
        let entered = Entered { executor: self, before };
        let result = work();
        drop(entered);
        result
    }

    /// Polls tasks until `most` polls are done, `until` says so or nothing is ready; returns how many
    /// polls there were, and the last step.
    ///
    /// Before each poll it takes in what outside wakes have brought; when nothing is ready it fires the
    /// timers that are due and wakes what has yielded.
    pub fn run(&mut self, most: usize, until: impl Fn() -> bool) -> (usize, Step) {
        let core = Rc::clone(&self.core);
        self.enter(|| {
            for polls in 1..=most {
                match next(&core) {
                    Some(lane) if polls == most || until() => return (polls, Step::Polled(lane)),
                    Some(_) => {}
                    None => return (polls - 1, Step::Idle(idle(&core))),
                }
            }
            (0, Step::Idle(idle(&core)))
        })
    }

    /// Returns what it waits for.
    pub fn idle(&self) -> Idle {
        idle(&self.core)
    }

    /// Returns whether wakes from outside have come that no poll has followed yet.
    pub fn has_mail(&self) -> bool {
        !self.core.remote.is_empty()
    }

    /// Moves the clock to `nanos` (never back) and wakes the timers that are due by then.
    pub fn advance_to(&mut self, nanos: u64) {
        let core = Rc::clone(&self.core);
        self.enter(|| {
            core.set_now(nanos);
            core.fire_due();
        });
    }

    /// Asks whoever waits for [`shutdown_signal`](super::shutdown_signal) to shut down; returns whether
    /// anybody did.
    pub fn request_shutdown(&mut self) -> bool {
        let core = Rc::clone(&self.core);
        let is_heard = self.enter(|| core.waking(WakeCause::External, || core.shutdown().request()));
        if is_heard {
            self.core.remote.driver.wake();
        }
        is_heard
    }

    /// Reads the clock, in nanoseconds since the run's start.
    pub fn read_clock(&self) -> u64 {
        self.core.now_nanos()
    }

    /// Returns how the executor tells time.
    pub fn clock(&self) -> Clock {
        self.core.clock()
    }

    /// Returns how many tasks have not ended.
    pub fn tasks(&self) -> usize {
        self.core.active_len()
    }

    /// Returns how many tasks are in the ready queue.
    pub fn ready(&self) -> usize {
        self.core.ready_len()
    }

    /// Returns how many timers are set.
    pub fn timers(&self) -> usize {
        self.core.timers_len()
    }

    /// Returns how many tasks have given way and wait for the queue to drain.
    pub fn yields(&self) -> usize {
        self.core.deferred_len()
    }

    /// Has `waker` woken by the next wake that comes from outside a poll.
    pub fn register_driver(&self, waker: &Waker) {
        self.core.remote.driver.register(waker);
    }

    /// Returns the recorder.
    pub fn recorder(&mut self) -> &mut Recorder {
        self.recorder.as_mut().expect("the recorder is here between polls")
    }

    /// Drops every task's future, in the order in which the tasks were spawned.
    pub fn clear(&mut self) {
        let core = Rc::clone(&self.core);
        self.enter(|| {
            core.end();
            // Dropping one future may spawn or wake others, so go on until there are none.
            while core.active_len() > 0 {
                for waker in core.take_wakers() {
                    waker.wake();
                }
                for runnable in core.remote.take().into_iter().flat_map(|mail| mail.tasks) {
                    core.push_ready(runnable);
                }
                let mut dropped: Vec<_> = std::iter::from_fn(|| core.pop_ready()).collect();
                dropped.sort_by_key(|runnable| runnable.metadata().lane);
                for runnable in dropped {
                    let before = current::begin(runnable.metadata().lane);
                    drop(runnable);
                    current::restore(before);
                }
            }
            core.clear();
            drop(core.remote.take());
        });
        // Whoever waits to drive it further has waited enough.
        self.core.remote.driver.wake();
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        if self.recorder.is_some() {
            self.clear();
        }
    }
}

/// Puts the thread's state back, also when a panic passes through.
struct Entered<'a> {
    executor: &'a mut Executor,
    before: Option<Rc<Core>>,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        core::swap(self.before.take());
        self.executor.recorder = Some(current::leave());
    }
}

fn idle(core: &Core) -> Idle {
    Idle {
        next_deadline: core.next_deadline(),
        io_in_flight: core.io_in_flight(),
        signal_listeners: core.shutdown().listeners(),
        tasks: core.active_len(),
    }
}

/// Moves tasks that were woken from outside into the ready queue.
fn take_in(core: &Core) {
    let Some(mail) = core.remote.take() else { return };
    for child in mail.children {
        child.record_mail();
    }
    for runnable in mail.tasks {
        current::woken(runnable.metadata().lane, WakeCause::External);
        core.push_ready(runnable);
    }
    for meta in mail.aborts {
        core.abort(meta);
    }
}

/// After so many polls in a row the timers are looked at, and what has yielded is woken, though the
/// queue has not drained; tokio's number.
const EVENT_INTERVAL: u32 = 61;

fn next(core: &Core) -> Option<LaneId> {
    loop {
        take_in(core);
        if core.polls_since_look() >= EVENT_INTERVAL {
            core.look();
        }
        if let Some(runnable) = core.pop_ready() {
            return Some(poll(core, runnable));
        }
        if !core.look() {
            return None;
        }
    }
}

fn poll(core: &Core, runnable: Runnable<Meta>) -> LaneId {
    let meta = *runnable.metadata();
    let before = current::begin(meta.lane);
    core.begin_poll(meta.lane);
    if core.is_aborted(&meta) {
        drop(runnable);
    } else {
        current::record(Event::PollBegin { lane: meta.lane });
        let woken_meanwhile = runnable.run();
        core.read_real_clock();
        current::record(Event::PollEnd { lane: meta.lane });
        if core.is_aborted(&meta) {
            // Its abort came during this poll: it goes at once and does not queue again.
            drop(core.take_aborted(&meta, woken_meanwhile));
        }
    }
    core.end_poll();
    current::restore(before);
    meta.lane
}

/// Enters a new task into the tables of the executor that polls on this thread; `None` where none does. The
/// first task has no location: no line of the program spawned it.
pub(super) fn enlist(name: &str, location: Option<&'static Location<'static>>) -> Option<Meta> {
    core::with(|core| {
        let lane = current::with(|recorder, parent| {
            let lane = recorder.new_lane();
            if recorder.is_recording() {
                let name = if name.is_empty() { NameId::NONE } else { recorder.name(name) };
                let location = location.map(|location| recorder.location(location)).unwrap_or_default();
                recorder.push(Event::Spawned { lane, parent, name, location });
            }
            lane
        })
        .expect("an executor that polls has a recorder in place");
        Meta { lane, slot: core.register(lane), run: core.run }
    })
}

/// Puts the future of a task that was just enlisted into the ready queue.
pub(super) fn start<F>(meta: Meta, future: F) -> TaskOutput<F::Output>
where
    F: Future + MaybeSend + 'static,
    F::Output: MaybeSend + 'static,
{
    let (runnable, task) = new_task(meta, TaskFuture::new(future, meta), core::schedule);
    core::push_ready(runnable);
    task.fallible()
}

//! The part of the executor that running tasks reach: the queue, the timers, the tables.
//!
//! No table is borrowed while foreign code runs. A waker's clone, wake or drop can run any code, so
//! wakers are taken out of a table first and used after.

mod due;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;

use async_task::Runnable;
use slab::Slab;

use super::ready::ReadyQueue;
use super::remote::Remote;
use super::timers::Timers;
use super::{Meta, Schedule};
use crate::runtime::shutdown::Shutdown;
use crate::runtime::{Clock, TimeSource};
use crate::trace::{Event, LaneId, LocationId, WakeCause, current};

/// A task that has not ended.
#[derive(Debug)]
pub(super) struct Active {
    lane: LaneId,
    waker: Option<Waker>,
    aborted: bool,
}

/// A wake of the very task that is being polled, which is scheduled only when its poll ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct SelfWake {
    by: LaneId,
    cause: WakeCause,
    location: LocationId,
}

#[derive(Debug)]
pub(in crate::runtime) struct Core {
    /// The number of the run, by which its tasks know it.
    pub(super) run: u32,
    pub(super) remote: Arc<Remote>,
    ready: RefCell<ReadyQueue>,
    timers: RefCell<Timers>,
    active: RefCell<Slab<Active>>,
    /// How many of them are aborted and still there: mostly none, and then no poll need look.
    aborted: Cell<usize>,
    deferred: RefCell<Vec<Waker>>,
    now_nanos: Cell<u64>,
    clock: Clock,
    time_source: TimeSource,
    io_in_flight: Cell<u32>,
    shutdown: Arc<Shutdown>,
    /// What the wakes happening right now are due to, when it is not the lane being polled.
    cause: Cell<Option<WakeCause>>,
    /// The task that is being polled.
    polling: Cell<LaneId>,
    /// Who woke it meanwhile, if somebody did who knows more than that it was the task itself.
    self_wake: Cell<Option<SelfWake>>,
    /// How many polls there were since the timers were looked at.
    polls_since_look: Cell<u32>,
    /// Set once the run is over: what is dropped from then on wakes nothing worth telling.
    ending: Cell<bool>,
}

thread_local! {
    static CORE: RefCell<Option<Rc<Core>>> = const { RefCell::new(None) };
}

/// Puts `core` in place for this thread, and says which one was before.
pub(super) fn swap(core: Option<Rc<Core>>) -> Option<Rc<Core>> {
    CORE.replace(core)
}

/// Calls `with` on the executor that polls on this thread, if one does.
#[inline]
pub(in crate::runtime) fn with<R>(with: impl FnOnce(&Core) -> R) -> Option<R> {
    // Shared borrows nest; only entering and leaving an executor borrow mutably, and neither can happen
    // within a poll.
    CORE.with_borrow(|core| core.as_deref().map(with))
}

/// Takes a task that became ready: the schedule function of every task.
///
/// In the executor's own thread the task joins the ready queue, and what is being polled right now
/// is who woke it. From anywhere else it waits in the inbox until the executor looks.
#[inline]
pub(super) fn schedule(runnable: Runnable<Meta>) {
    let Meta { lane, run, .. } = *runnable.metadata();
    let runnable = CORE.with_borrow(|core| match core {
        Some(core) if core.run == run => {
            if lane == core.polling.get() {
                core.record_self_wake(lane);
            } else if !core.ending.get() {
                current::woken(lane, core.cause());
            }
            core.ready.borrow_mut().push(runnable);
            None
        }
        _ => Some(runnable),
    });
    if let Some(runnable) = runnable
        && let Some(remote) = Remote::find(run)
    {
        remote.push(runnable);
    }
}

/// Takes a task that is new.
pub(super) fn push_ready(runnable: Runnable<Meta>) {
    with(|core| core.push_ready(runnable));
}

/// Asks for a task to be cancelled, from wherever that is asked for.
pub(in crate::runtime) fn abort(meta: Meta) {
    let is_here = with(|core| {
        let is_mine = core.run == meta.run;
        if is_mine {
            core.abort(meta);
        }
        is_mine
    });
    if is_here != Some(true)
        && let Some(remote) = Remote::find(meta.run)
    {
        remote.push_abort(meta);
    }
}

impl Core {
    pub(super) fn new(schedule: Schedule, seed: u64, clock: Clock, time_source: TimeSource) -> Self {
        let remote = Remote::new();
        Self {
            run: remote.run(),
            remote,
            ready: RefCell::new(ReadyQueue::new(schedule, seed)),
            timers: RefCell::default(),
            active: RefCell::new(Slab::new()),
            aborted: Cell::new(0),
            deferred: RefCell::default(),
            now_nanos: Cell::new(0),
            clock,
            time_source,
            io_in_flight: Cell::new(0),
            shutdown: Arc::default(),
            cause: Cell::new(None),
            polling: Cell::new(LaneId::OUTSIDE),
            self_wake: Cell::new(None),
            polls_since_look: Cell::new(0),
            ending: Cell::new(false),
        }
    }

    /// Reads the clock; in real time that is a call to the system.
    pub(in crate::runtime) fn now_nanos(&self) -> u64 {
        match self.clock {
            Clock::Virtual => self.now_nanos.get(),
            Clock::Real => self.time_source.nanos().max(self.now_nanos.get()),
        }
    }

    /// Takes the real clock's reading for the events that follow; virtual time does not move by itself.
    pub(super) fn read_real_clock(&self) {
        if self.clock == Clock::Real {
            self.set_now(self.time_source.nanos());
        }
    }

    pub(in crate::runtime) fn clock(&self) -> Clock {
        self.clock
    }

    pub(super) fn set_now(&self, nanos: u64) {
        self.now_nanos.set(nanos.max(self.now_nanos.get()));
        current::with(|recorder, _| recorder.set_clock(self.now_nanos.get()));
    }

    /// Lets work take time in the middle of a poll.
    pub(in crate::runtime) fn spend(&self, nanos: u64) {
        let until = self.now_nanos().saturating_add(nanos);
        match self.clock {
            Clock::Virtual => self.set_now(until),
            Clock::Real => {
                while self.now_nanos() < until {
                    std::hint::spin_loop();
                }
            }
        }
    }

    pub(super) fn push_ready(&self, runnable: Runnable<Meta>) {
        self.ready.borrow_mut().push(runnable);
    }

    pub(super) fn pop_ready(&self) -> Option<Runnable<Meta>> {
        self.ready.borrow_mut().pop()
    }

    pub(super) fn ready_len(&self) -> usize {
        self.ready.borrow().len()
    }

    /// Says which task is polled from now on, and counts the poll.
    pub(super) fn begin_poll(&self, lane: LaneId) {
        self.polling.set(lane);
        self.self_wake.set(None);
        self.polls_since_look.set(self.polls_since_look.get() + 1);
    }

    pub(super) fn end_poll(&self) {
        self.polling.set(LaneId::OUTSIDE);
    }

    pub(in crate::runtime) fn polling(&self) -> LaneId {
        self.polling.get()
    }

    /// Keeps in mind what wakes the task that is being polled; the first wake is the one that counts.
    pub(in crate::runtime) fn note_self_wake(&self, cause: WakeCause) {
        if self.self_wake.get().is_none() {
            let (by, location) = (current::lane(), current::operation_location());
            self.self_wake.set(Some(SelfWake { by, cause, location }));
        }
    }

    fn record_self_wake(&self, lane: LaneId) {
        match self.self_wake.take() {
            Some(SelfWake { by, cause, location }) => {
                current::record(Event::Woken { lane, by, cause, location });
            }
            None => current::woken(lane, self.cause()),
        }
    }

    // Tasks

    pub(super) fn register(&self, lane: LaneId) -> u32 {
        let slot = self.active.borrow_mut().insert(Active { lane, waker: None, aborted: false });
        u32::try_from(slot).expect("a run has fewer than 2^32 tasks alive")
    }

    pub(super) fn set_waker(&self, slot: u32, waker: Waker) {
        self.active.borrow_mut()[slot as usize].waker = Some(waker);
    }

    pub(super) fn unregister(&self, slot: u32) {
        let removed = self.active.borrow_mut().try_remove(slot as usize);
        if removed.as_ref().is_some_and(|active| active.aborted) {
            self.aborted.set(self.aborted.get() - 1);
        }
        drop(removed);
    }

    pub(super) fn active_len(&self) -> usize {
        self.active.borrow().len()
    }

    #[inline]
    pub(super) fn is_aborted(&self, meta: &Meta) -> bool {
        self.aborted.get() > 0 && self.is_marked(meta)
    }

    #[cold]
    fn is_marked(&self, meta: &Meta) -> bool {
        self.active.borrow().get(meta.slot as usize).is_some_and(|active| active.aborted)
    }

    /// Marks a task as aborted and wakes it, so that its future is dropped when its turn comes. One
    /// without a waker was never idle: it is in the queue, or in its first poll.
    pub(super) fn abort(&self, meta: Meta) {
        if meta.lane == self.polling.get() {
            self.note_self_wake(WakeCause::Abort);
        }
        let waker = match self.active.borrow_mut().get_mut(meta.slot as usize) {
            // The slot may have been given to a later task.
            Some(active) if active.lane == meta.lane && !active.aborted => {
                active.aborted = true;
                self.aborted.set(self.aborted.get() + 1);
                active.waker.clone()
            }
            _ => None,
        };
        if let Some(waker) = waker {
            self.waking(WakeCause::Abort, || waker.wake());
        }
    }

    /// Takes a task that was aborted in the poll that has just ended back out of the queue; it may have
    /// been in no queue yet.
    pub(super) fn take_aborted(&self, meta: &Meta, is_scheduled: bool) -> Option<Runnable<Meta>> {
        if !is_scheduled {
            let waker = self.active.borrow().get(meta.slot as usize)?.waker.clone()?;
            self.waking(WakeCause::Abort, || waker.wake());
        }
        self.ready.borrow_mut().pop_last()
    }

    pub(super) fn take_wakers(&self) -> Vec<Waker> {
        let mut active = self.active.borrow_mut();
        active.iter_mut().filter_map(|(_, active)| active.waker.take()).collect()
    }

    pub(super) fn clear(&self) {
        let timers = self.timers.borrow_mut().take_all();
        let deferred = self.deferred.take();
        drop((timers, deferred));
    }

    pub(super) fn end(&self) {
        self.ending.set(true);
    }

    /// Returns why whatever is woken right now is woken.
    pub(in crate::runtime) fn cause(&self) -> WakeCause {
        self.cause.get().unwrap_or(WakeCause::Lane)
    }

    /// Returns why a wake happens that comes from within the executor of this `run`; `None` for a wake
    /// from anywhere else.
    pub(in crate::runtime) fn cause_within(&self, run: u32) -> Option<WakeCause> {
        (self.run == run && !self.ending.get()).then(|| self.cause())
    }

    pub(in crate::runtime) fn run(&self) -> u32 {
        self.run
    }

    pub(super) fn waking<R>(&self, cause: WakeCause, work: impl FnOnce() -> R) -> R {
        let before = self.cause.replace(Some(cause));
        let result = work();
        self.cause.set(before);
        result
    }

    // I/O

    pub(in crate::runtime) fn io_begins(&self) {
        self.io_in_flight.set(self.io_in_flight.get() + 1);
    }

    pub(in crate::runtime) fn io_ends(&self) {
        self.io_in_flight.set(self.io_in_flight.get().saturating_sub(1));
    }

    pub(super) fn io_in_flight(&self) -> u32 {
        self.io_in_flight.get()
    }

    pub(in crate::runtime) fn shutdown(&self) -> &Arc<Shutdown> {
        &self.shutdown
    }
}

//! A run: one executor, its first task, and how it ends.

use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::executor::{self, Executor, Idle, Step};
use super::{BoxFuture, Clock, JoinError, JoinHandle, Schedule, TimeSource};
use crate::trace::{Event, Frame, LaneId, Recorder, RunEnd};

/// How a run runs.
#[derive(Debug)]
pub struct Config {
    /// Virtual or real time.
    pub clock: Clock,
    /// Which ready task is next.
    pub schedule: Schedule,
    /// What [`Schedule::Random`] draws from.
    pub seed: u64,
    /// Where the events go.
    pub recorder: Recorder,
    /// What [`Clock::Real`] reads.
    pub time_source: TimeSource,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            clock: Clock::Virtual,
            schedule: Schedule::Fifo,
            seed: 0,
            recorder: Recorder::new(Recorder::DEFAULT_CAPACITY),
            time_source: TimeSource::default(),
        }
    }
}

/// What one call of [`Run::step`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// One task was polled.
    Polled(LaneId),
    /// Nothing is ready: the clock has to move, or something outside has to happen.
    Waiting(Idle),
    /// The run is over.
    Ended(RunEnd),
}

/// An executor with a first task, driven from outside one poll at a time.
pub struct Run<T> {
    executor: Executor,
    main: Option<JoinHandle<T>>,
    output: Option<Result<T, JoinError>>,
    ended: Option<RunEnd>,
    polls: u64,
}

impl<T: 'static> Run<T> {
    /// Creates a run whose first task, `main`, is the future that `start` makes; nothing is polled yet.
    pub fn new(config: Config, start: impl FnOnce() -> BoxFuture<'static, T>) -> Self
    where
        T: super::MaybeSend,
    {
        let Config { clock, schedule, seed, recorder, time_source } = config;
        let mut executor = Executor::new(clock, schedule, seed, recorder, time_source);
        let location = Location::caller();
        let main = executor.enter(|| {
            let future = start();
            let meta = executor::enlist("main", None).expect("the executor was entered");
            JoinHandle::executor(meta, executor::start(meta, future), location)
        });
        Self { executor, main: Some(main), output: None, ended: None, polls: 0 }
    }

    /// Polls one task, if one is ready.
    pub fn step(&mut self) -> Progress {
        self.run(1)
    }

    /// Polls up to `most` tasks (at least one) one after another; stops early when nothing is ready or
    /// the run ends.
    pub fn run(&mut self, most: usize) -> Progress {
        if let Some(end) = self.ended {
            return Progress::Ended(end);
        }
        let main = self.main.as_ref().expect("a run that has not ended has its first task");
        let (polls, step) = self.executor.run(most.max(1), || main.is_finished());
        self.polls += polls as u64;
        if main.is_finished() {
            self.end(RunEnd::Finished);
            return Progress::Ended(RunEnd::Finished);
        }
        match step {
            Step::Polled(lane) => Progress::Polled(lane),
            Step::Idle(idle) if idle.can_never_go_on() => {
                self.end(RunEnd::Stalled);
                Progress::Ended(RunEnd::Stalled)
            }
            Step::Idle(idle) => Progress::Waiting(idle),
        }
    }

    /// Moves the clock, never back, and wakes the timers that are due.
    pub fn advance_to(&mut self, nanos: u64) {
        if self.ended.is_none() {
            self.executor.advance_to(nanos);
        }
    }

    /// Moves virtual time to the next deadline, if nothing else can happen before; returns whether.
    pub fn advance(&mut self) -> bool {
        let idle = self.executor.idle();
        match idle.next_deadline {
            Some(deadline) if idle.io_in_flight == 0 && self.executor.ready() == 0 => {
                self.advance_to(deadline);
                true
            }
            _ => false,
        }
    }

    /// Asks the run to come to its end by itself; returns whether its code listens.
    ///
    /// One that does goes on until its first task is done, as [`shutdown_signal`](super::shutdown_signal)
    /// says. One that does not is left as it is: to be stopped, by who wants that.
    pub fn request_shutdown(&mut self) -> bool {
        self.ended.is_none() && self.executor.request_shutdown()
    }

    /// Ends the run as stuck: it waits for nothing but to be asked to shut down, and nobody will.
    pub fn stall(&mut self) {
        self.end(RunEnd::Stalled);
    }

    /// Ends the run now: every task's future is dropped.
    pub fn stop(&mut self) {
        self.end(RunEnd::Stopped);
    }

    /// Ends the run because it went on for too long.
    pub fn give_up(&mut self) {
        self.end(RunEnd::LimitReached);
    }

    fn end(&mut self, end: RunEnd) {
        if self.ended.is_some() {
            return;
        }
        self.ended = Some(end);
        let mut main = self.main.take();
        if end == RunEnd::Finished
            && let Some(main) = main.as_mut()
        {
            let output = self.executor.enter(|| Pin::new(main).poll(&mut Context::from_waker(Waker::noop())));
            if let Poll::Ready(output) = output {
                self.output = Some(output);
            }
        }
        self.executor.recorder().push(Event::RunEnded { end });
        drop(main);
        self.executor.clear();
    }

    /// Returns how the run ended, if it has.
    pub fn ended(&self) -> Option<RunEnd> {
        self.ended
    }

    /// Returns the first task's output, once the run has finished.
    pub fn output(&self) -> Option<&Result<T, JoinError>> {
        self.output.as_ref()
    }

    /// Takes the first task's output, once the run has finished.
    pub fn take_output(&mut self) -> Option<Result<T, JoinError>> {
        self.output.take()
    }

    /// Returns how many polls there were.
    pub fn polls(&self) -> u64 {
        self.polls
    }

    /// Returns the executor.
    pub fn executor(&mut self) -> &mut Executor {
        &mut self.executor
    }

    /// Takes what was recorded since the last call, as a frame.
    pub fn take_frame(&mut self) -> Frame {
        self.executor.recorder().take_frame()
    }

    /// Returns whether there is anything for a frame.
    pub fn has_events(&mut self) -> bool {
        !self.executor.recorder().is_empty()
    }
}

impl<T> fmt::Debug for Run<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("ended", &self.ended).field("polls", &self.polls).finish_non_exhaustive()
    }
}

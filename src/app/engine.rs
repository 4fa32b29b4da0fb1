//! The run behind the page: executed just as far as the playhead goes.
//!
//! The playhead is a place on the axis. In virtual time the engine polls until what is recorded
//! reaches that place, so a pause is a pause of the executor itself and not of its picture. In real
//! time the page's event loop drives the run, and the engine only takes what was recorded.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use super::stopwatch::Stopwatch;
use crate::patterns::{Outcome, Pattern, PatternError, Scene, Twin, Value, Values};
use crate::runtime::{Clock, Config, Idle, Progress, Run, Schedule, TimeSource};
use crate::timeline::{Axis, Model, Moment};
use crate::trace::{Recorder, RunEnd};

/// A run of a pattern.
pub type PatternRun = Run<Result<Outcome, PatternError>>;

/// How many polls a run may have before it is ended: a pattern that never ends must not eat the page.
pub const MAX_POLLS: u64 = 2_000_000;
/// How many lanes a run may have.
pub const MAX_LANES: usize = 250_000;
/// Events between two frames; a single poll that spawns a hundred thousand tasks still fits.
const RECORDER_CAPACITY: usize = 1 << 19;

/// What decides how a run goes.
#[derive(Clone, Debug)]
pub struct Setup {
    /// What runs.
    pub pattern: &'static Pattern,
    /// Whether the pattern itself runs or its pitfall.
    pub twin: Twin,
    /// Its parameters.
    pub values: Values,
    /// What random choices are drawn from.
    pub seed: u64,
    /// Virtual or real time.
    pub clock: Clock,
    /// Which ready task is next.
    pub schedule: Schedule,
}

impl PartialEq for Setup {
    fn eq(&self, other: &Self) -> bool {
        let fixed = |setup: &Self| (setup.pattern.id, setup.twin, setup.seed, setup.clock, setup.schedule);
        fixed(self) == fixed(other) && self.values == other.values
    }
}

impl Setup {
    /// Creates the setup that a pattern has at first.
    pub fn new(pattern: &'static Pattern) -> Self {
        Self {
            pattern,
            twin: Twin::Corrected,
            values: Values::defaults(pattern.params),
            seed: 0,
            clock: Clock::Virtual,
            schedule: Schedule::Fifo,
        }
    }

    /// Returns whether the run has to do with something real outside of it: a network, a store.
    pub fn reaches_outside(&self) -> bool {
        let is_real = |name| matches!(self.values.get(name), Some(Value::Text(kind)) if kind == "real");
        is_real("network") || is_real("store")
    }

    /// Returns whether the same setup gives the same run every time.
    pub fn is_repeatable(&self) -> bool {
        self.clock == Clock::Virtual && !self.reaches_outside()
    }
}

/// Drives a run in real time until what it returns is dropped; frames go into the bytes.
pub type Drive = fn(Rc<RefCell<PatternRun>>, Rc<RefCell<Vec<u8>>>) -> Box<dyn Any>;

/// What the surroundings give to a run.
#[derive(Clone)]
pub struct Host {
    /// Where relative addresses of real fetches start.
    pub base: String,
    /// A clock on the wall, in milliseconds.
    pub wall: Rc<dyn Fn() -> f64>,
    /// Drives runs in real time.
    pub drive: Drive,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("base", &self.base).finish_non_exhaustive()
    }
}

/// How far [`Engine::advance_to_x`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// There is nothing more to do before that place.
    Reached,
    /// It was told to stop first.
    OutOfTime,
    /// Virtual time stands still until something happens outside: the network answers, or the reader asks
    /// the run to shut down.
    AwaitingOutside,
    /// The run is over.
    Ended,
}

/// A run, and the clock on which it runs in real time.
pub struct Engine {
    run: Rc<RefCell<PatternRun>>,
    frames: Rc<RefCell<Vec<u8>>>,
    stopwatch: Rc<Stopwatch>,
    drive: Drive,
    driver: Option<Box<dyn Any>>,
    clock: Clock,
    limit: Option<String>,
}

impl Engine {
    /// Creates a run; nothing is polled yet.
    pub fn new(setup: &Setup, host: &Host) -> Self {
        let stopwatch = Rc::new(Stopwatch::new(Rc::clone(&host.wall)));
        let time = Rc::clone(&stopwatch);
        let config = Config {
            clock: setup.clock,
            schedule: setup.schedule,
            seed: setup.seed,
            recorder: Recorder::new(RECORDER_CAPACITY),
            time_source: TimeSource::new(move || time.nanos()),
        };
        let scene = Scene { values: setup.values.clone(), seed: setup.seed, base: host.base.clone() };
        let run = Run::new(config, || setup.pattern.start_of(setup.twin)(scene));
        Self {
            run: Rc::new(RefCell::new(run)),
            frames: Rc::default(),
            stopwatch,
            drive: host.drive,
            driver: None,
            clock: setup.clock,
            limit: None,
        }
    }

    /// Takes what was recorded into the model, as bytes; returns whether there was anything.
    pub fn pull(&mut self, model: &mut Model) -> bool {
        let mut run = self.run.borrow_mut();
        let mut frames = self.frames.borrow_mut();
        if run.has_events() {
            run.take_frame().encode_into(&mut frames);
        }
        if frames.is_empty() {
            return false;
        }
        model.apply_bytes(&frames).expect("a frame that was encoded here decodes here");
        frames.clear();
        if run.ended().is_none() && model.lanes().len() > MAX_LANES {
            self.limit = Some(format!("it made more than {MAX_LANES} lanes"));
            run.give_up();
        }
        true
    }

    /// Runs in virtual time until what is recorded reaches `x`, as long as `go_on` says so.
    pub fn advance_to_x(
        &mut self,
        x: f64,
        axis: &Axis,
        model: &mut Model,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Reach {
        loop {
            self.pull(model);
            let end = model.extent().end;
            let end_x = axis.x_from_moment(end);
            if self.ended().is_some() {
                return Reach::Ended;
            }
            if end_x >= x {
                return Reach::Reached;
            }
            if !go_on() {
                return Reach::OutOfTime;
            }
            // Far away from `x` many polls at once, near it one by one: a poll has at least two events.
            let room = (x - end_x) / axis.order_scale.max(f64::MIN_POSITIVE) / 16.0;
            let progress = self.run.borrow_mut().run(room.clamp(1.0, 256.0) as usize);
            match progress {
                Progress::Polled(_) => self.check_polls(),
                Progress::Ended(_) => {}
                Progress::Waiting(idle) if idle.io_in_flight > 0 || idle.awaits_signal_alone() => {
                    self.pull(model);
                    return Reach::AwaitingOutside;
                }
                Progress::Waiting(Idle { next_deadline, .. }) => {
                    self.pull(model);
                    let order = model.extent().end.order;
                    let due = next_deadline.map(|nanos| axis.x_from_moment(Moment { nanos, order }));
                    if due.is_none_or(|due| due > x) || !self.run.borrow_mut().advance() {
                        return Reach::Reached;
                    }
                }
            }
        }
    }

    /// Makes the next poll now; virtual time moves to the next deadline first if nothing is ready.
    pub fn step(&mut self, model: &mut Model) -> Reach {
        let progress = {
            let mut run = self.run.borrow_mut();
            if self.clock == Clock::Real {
                let now = run.executor().read_clock();
                run.advance_to(now);
            }
            match run.step() {
                Progress::Waiting(_) if self.clock == Clock::Virtual && run.advance() => run.step(),
                progress => progress,
            }
        };
        self.check_polls();
        self.pull(model);
        match progress {
            Progress::Polled(_) => Reach::Reached,
            Progress::Waiting(_) => Reach::AwaitingOutside,
            Progress::Ended(_) => Reach::Ended,
        }
    }

    fn check_polls(&mut self) {
        let mut run = self.run.borrow_mut();
        if run.polls() > MAX_POLLS && run.ended().is_none() {
            self.limit = Some(format!("it made more than {MAX_POLLS} polls"));
            run.give_up();
        }
    }

    /// Lets a run in real time go on.
    pub fn resume(&mut self) {
        if self.clock == Clock::Real && self.driver.is_none() && self.ended().is_none() {
            self.stopwatch.start();
            self.driver = Some((self.drive)(Rc::clone(&self.run), Rc::clone(&self.frames)));
        }
    }

    /// Stops the clock of a run in real time; nothing is polled until it is resumed.
    pub fn pause(&mut self) {
        self.driver = None;
        self.stopwatch.stop();
    }

    /// Asks the run to shut down by itself, at a time as [`stop_at`](Self::stop_at) has it; returns whether
    /// it listens.
    pub fn request_shutdown_at(&mut self, nanos: u64) -> bool {
        let mut run = self.run.borrow_mut();
        run.advance_to(nanos);
        run.request_shutdown()
    }

    /// Ends the run now: every future is dropped.
    pub fn stop(&mut self) {
        self.pause();
        self.run.borrow_mut().stop();
    }

    /// Ends the run at a time: what the reader saw the clock read, which is later than the last event.
    pub fn stop_at(&mut self, nanos: u64) {
        self.pause();
        self.run.borrow_mut().advance_to(nanos);
        self.stop();
    }

    /// Returns whether a run in real time is going on by itself.
    pub fn is_driven(&self) -> bool {
        self.driver.is_some()
    }

    /// Returns whether a task could be polled right now.
    pub fn is_ready(&self) -> bool {
        let mut run = self.run.borrow_mut();
        run.executor().ready() > 0 || run.executor().has_mail()
    }

    /// Reads the clock of the run, in nanoseconds since its start.
    pub fn now_nanos(&self) -> u64 {
        self.run.borrow_mut().executor().read_clock()
    }

    /// Returns what the run waits for when nothing is ready.
    pub fn idle(&self) -> Idle {
        self.run.borrow_mut().executor().idle()
    }

    /// Returns how the run ended, if it has.
    pub fn ended(&self) -> Option<RunEnd> {
        self.run.borrow().ended()
    }

    /// Returns how many polls there were.
    pub fn polls(&self) -> u64 {
        self.run.borrow().polls()
    }

    /// Returns which limit ended the run, in words.
    pub fn limit(&self) -> Option<&str> {
        match (&self.limit, self.ended()) {
            (Some(limit), _) => Some(limit),
            (None, Some(RunEnd::LimitReached)) => Some("it made more polls than a run may"),
            _ => None,
        }
    }

    /// Returns what the first task returned, once the run has finished; a panic is an error too.
    pub fn output(&self) -> Option<Result<Outcome, String>> {
        Some(match self.run.borrow().output()? {
            Ok(Ok(outcome)) => Ok(outcome.clone()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        })
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // The driver may hold the run a little longer; its futures end here and now.
        self.stop();
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("run", &self.run).field("clock", &self.clock).finish_non_exhaustive()
    }
}

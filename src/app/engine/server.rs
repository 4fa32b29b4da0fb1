//! The engine's end: a run, executed as far as it is asked to be.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use super::rehearsal::rehearse;
use super::stopwatch::Stopwatch;
use super::{Goal, PatternRun, Reach, Reply, Request, Setup, Status, Surroundings};
use crate::app::link::Link;
use crate::explore::Exploration;
use crate::patterns::Scene;
use crate::runtime::{Clock, Config, Idle, Progress, Run, TimeSource};
use crate::timeline::{Axis, Moment};
use crate::trace::{Event, Recorder};

/// How many polls a run may have before it is ended: a pattern that never ends must not eat the page.
pub const MAX_POLLS: u64 = 2_000_000;
/// How many lanes a run may have.
pub const MAX_LANES: u32 = 250_000;
/// How many bytes of memory may be in use, all told.
pub const MAX_MEMORY: u64 = 768 << 20;
/// How many polls are made between two looks at these limits.
pub(super) const POLLS_AT_ONCE: usize = 32;
/// Events between two frames; a single poll that spawns a hundred thousand tasks still fits.
const RECORDER_CAPACITY: usize = 1 << 19;
/// Bytes of frames after which a reply is sent before its time is up, so that none takes long to read.
const MAX_REPLY: usize = 1 << 20;

/// A run, and what it takes to execute it.
pub struct Server {
    surroundings: Surroundings,
    engine: Option<Engine>,
    exploration: Exploration,
    run: u64,
    on_slice: Rc<dyn Fn(&mut PatternRun)>,
}

impl Server {
    /// Creates a server without a run; `respond` is given what nobody has asked for: news of real time.
    pub fn shared(surroundings: Surroundings, respond: impl Fn(Reply) + 'static) -> Rc<RefCell<Self>> {
        Rc::new_cyclic(|this: &std::rc::Weak<RefCell<Self>>| {
            let this = this.clone();
            let on_slice = Rc::new(move |run: &mut PatternRun| {
                if let Some(server) = this.upgrade() {
                    let reply = server.borrow_mut().news(run);
                    respond(reply);
                }
            });
            RefCell::new(Self {
                surroundings,
                engine: None,
                exploration: Exploration::default(),
                run: 0,
                on_slice,
            })
        })
    }

    /// Does what it is asked.
    pub fn answer(&mut self, number: u64, request: Request) -> Reply {
        let mut reply = Reply { answers: number, ..Reply::default() };
        match request {
            Request::Start { run, fragment, base, rehearse: wants_rehearsal } => {
                // The run before ends here and now, before anything of the next one happens.
                self.engine = None;
                let setup = Link::parse(&fragment).setup;
                reply.rehearsal = wants_rehearsal.then(|| rehearse(&setup, self.surroundings.memory));
                self.run = run;
                self.exploration = Exploration::default();
                self.engine = Some(Engine::new(setup, base, &self.surroundings, Rc::clone(&self.on_slice)));
            }
            Request::Explore { millis } => {
                if let Some(engine) = &self.engine {
                    self.exploration = engine.explore(std::mem::take(&mut self.exploration), millis);
                }
                reply.exploration = Some(self.exploration.clone());
            }
            request => {
                if let Some(engine) = &mut self.engine {
                    reply.reach = engine.carry_out(request, &mut reply.is_heard);
                }
            }
        }
        reply.run = self.run;
        if let Some(engine) = &mut self.engine {
            let run = Rc::clone(&engine.run);
            engine.tell(&mut run.borrow_mut(), &mut reply);
        }
        reply
    }

    fn news(&mut self, run: &mut PatternRun) -> Reply {
        let mut reply = Reply { run: self.run, ..Reply::default() };
        if let Some(engine) = &mut self.engine {
            engine.tell(run, &mut reply);
        }
        reply
    }
}

struct Engine {
    setup: Setup,
    scene: Scene,
    surroundings: Surroundings,
    run: Rc<RefCell<PatternRun>>,
    frames: Vec<u8>,
    /// How much was recorded so far.
    order: u32,
    stopwatch: Rc<Stopwatch>,
    driver: Option<Box<dyn Any>>,
    on_slice: Rc<dyn Fn(&mut PatternRun)>,
    limit: Option<String>,
}

impl Engine {
    fn new(
        setup: Setup,
        base: String,
        surroundings: &Surroundings,
        on_slice: Rc<dyn Fn(&mut PatternRun)>,
    ) -> Self {
        let stopwatch = Rc::new(Stopwatch::new(Rc::clone(&surroundings.wall)));
        let time = Rc::clone(&stopwatch);
        let config = Config {
            clock: setup.clock,
            schedule: setup.schedule,
            seed: setup.seed,
            recorder: Recorder::new(RECORDER_CAPACITY),
            time_source: TimeSource::new(move || time.nanos()),
        };
        let scene = Scene { values: setup.values.clone(), seed: setup.seed, base };
        let run = Run::new(config, || setup.pattern.start_of(setup.twin)(scene.clone()));
        Self {
            setup,
            scene,
            surroundings: surroundings.clone(),
            run: Rc::new(RefCell::new(run)),
            frames: Vec::new(),
            order: 0,
            stopwatch,
            driver: None,
            on_slice,
            limit: None,
        }
    }

    fn carry_out(&mut self, request: Request, is_heard: &mut bool) -> Reach {
        match request {
            Request::Advance { goal, axis, millis } => {
                return self.advance(goal, &axis, self.deadline(millis));
            }
            Request::Step => return self.step(),
            Request::Resume => self.resume(),
            Request::Pause => self.pause(),
            Request::Shutdown { nanos, millis } => {
                {
                    let mut run = self.run.borrow_mut();
                    run.advance_to(nanos);
                    *is_heard = run.request_shutdown();
                }
                if *is_heard && millis > 0.0 {
                    return self.hurry(self.deadline(millis));
                }
            }
            Request::Stop { nanos } => {
                self.pause();
                let mut run = self.run.borrow_mut();
                run.advance_to(nanos.unwrap_or(0));
                run.stop();
            }
            Request::Start { .. } | Request::Explore { .. } | Request::Tell => {}
        }
        Reach::Reached
    }

    fn deadline(&self, millis: f64) -> f64 {
        (self.surroundings.wall)() + millis
    }

    fn is_over_time(&self, until: f64) -> bool {
        (self.surroundings.wall)() >= until || self.frames.len() > MAX_REPLY
    }

    /// Takes what was recorded; returns the moment up to which there is a record.
    fn pull(&mut self) -> Moment {
        let run = Rc::clone(&self.run);
        self.take(&mut run.borrow_mut())
    }

    fn take(&mut self, run: &mut PatternRun) -> Moment {
        if run.has_events() {
            let frame = run.take_frame();
            let is_event = |event: &&Event| !matches!(event, Event::Clock { .. });
            self.order += frame.events.iter().filter(is_event).count() as u32;
            frame.encode_into(&mut self.frames);
        }
        if run.ended().is_none()
            && let Some(limit) = self.exceeded(run)
        {
            self.limit = Some(limit);
            run.give_up();
            return self.take(run);
        }
        Moment { nanos: run.executor().recorder().now_nanos(), order: self.order }
    }

    fn exceeded(&self, run: &mut PatternRun) -> Option<String> {
        if run.polls() > MAX_POLLS {
            Some(format!("it made more than {MAX_POLLS} polls"))
        } else if run.executor().recorder().lanes() > MAX_LANES {
            Some(format!("it made more than {MAX_LANES} lanes"))
        } else if (self.surroundings.memory)() > MAX_MEMORY {
            Some(format!("it took more than {} MiB of memory", MAX_MEMORY >> 20))
        } else {
            None
        }
    }

    fn advance(&mut self, goal: Goal, axis: &Axis, until: f64) -> Reach {
        match goal {
            Goal::X(x) => self.advance_to_x(x, axis, until),
            Goal::End => self.advance_to_x(f64::INFINITY, axis, until),
            Goal::Nanos(nanos) => loop {
                let end = self.pull();
                if end.nanos > nanos {
                    return Reach::Reached;
                }
                let x = axis.x_from_moment(Moment { nanos, order: end.order.saturating_add(1) });
                let reach = self.advance_to_x(x, axis, until);
                // Nothing came of it: the next deadline is later.
                if reach != Reach::Reached || self.order == end.order {
                    return reach;
                }
            },
            Goal::Order(order) => {
                while self.order < order {
                    if self.is_over_time(until) {
                        return Reach::OutOfTime;
                    }
                    match self.step() {
                        Reach::Reached => {}
                        reach => return reach,
                    }
                }
                Reach::Reached
            }
        }
    }

    /// Runs in virtual time until what is recorded reaches `x`.
    fn advance_to_x(&mut self, x: f64, axis: &Axis, until: f64) -> Reach {
        loop {
            let end = self.pull();
            let end_x = axis.x_from_moment(end);
            if self.run.borrow().ended().is_some() {
                return Reach::Ended;
            }
            if end_x >= x {
                return Reach::Reached;
            }
            if self.is_over_time(until) {
                return Reach::OutOfTime;
            }
            // Far away from `x` many polls at once, near it one by one: a poll has at least two events.
            let room = (x - end_x) / axis.order_scale.max(f64::MIN_POSITIVE) / 16.0;
            let progress = self.run.borrow_mut().run(room.clamp(1.0, POLLS_AT_ONCE as f64) as usize);
            match progress {
                Progress::Polled(_) | Progress::Ended(_) => {}
                Progress::Waiting(idle) if idle.io_in_flight > 0 || idle.awaits_signal_alone() => {
                    self.pull();
                    return Reach::AwaitingOutside;
                }
                Progress::Waiting(Idle { next_deadline, .. }) => {
                    let order = self.pull().order;
                    let due = next_deadline.map(|nanos| axis.x_from_moment(Moment { nanos, order }));
                    if due.is_none_or(|due| due > x) || !self.run.borrow_mut().advance() {
                        return Reach::Reached;
                    }
                }
            }
        }
    }

    fn step(&mut self) -> Reach {
        let progress = {
            let mut run = self.run.borrow_mut();
            if self.setup.clock == Clock::Real {
                let now = run.executor().read_clock();
                run.advance_to(now);
            }
            match run.step() {
                Progress::Waiting(_) if self.setup.clock == Clock::Virtual && run.advance() => run.step(),
                progress => progress,
            }
        };
        self.pull();
        match progress {
            Progress::Polled(_) => Reach::Reached,
            Progress::Waiting(_) => Reach::AwaitingOutside,
            Progress::Ended(_) => Reach::Ended,
        }
    }

    /// Goes on with what is ready: the page is about to go away.
    fn hurry(&mut self, until: f64) -> Reach {
        if self.setup.clock == Clock::Virtual {
            return self.advance(Goal::End, &Axis::time(), until);
        }
        while !self.is_over_time(until) {
            match self.step() {
                Reach::Reached => {}
                reach => return reach,
            }
        }
        Reach::OutOfTime
    }

    fn resume(&mut self) {
        let is_over = self.run.borrow().ended().is_some();
        if self.setup.clock == Clock::Real && self.driver.is_none() && !is_over {
            self.stopwatch.start();
            self.driver = Some((self.surroundings.drive)(Rc::clone(&self.run), Rc::clone(&self.on_slice)));
        }
    }

    fn pause(&mut self) {
        self.driver = None;
        self.stopwatch.stop();
    }

    fn explore(&self, mut exploration: Exploration, millis: f64) -> Exploration {
        let until = self.deadline(millis);
        loop {
            exploration.step(self.setup.pattern, self.setup.twin, &self.scene);
            if exploration.tried >= Exploration::ENOUGH || (self.surroundings.wall)() >= until {
                return exploration;
            }
        }
    }

    /// Says how the run stands, and what was recorded.
    fn tell(&mut self, run: &mut PatternRun, reply: &mut Reply) {
        self.take(run);
        reply.frames = std::mem::take(&mut self.frames);
        let output = run.output().map(|output| match output {
            Ok(Ok(outcome)) => Ok(outcome.clone()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        });
        reply.status = Status {
            polls: run.polls(),
            ended: run.ended(),
            idle: run.executor().idle(),
            now_nanos: run.executor().read_clock(),
            limit: self.limit.clone(),
            output,
        };
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // The driver may hold the run a little longer; its futures end here and now.
        self.pause();
        self.run.borrow_mut().stop();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("run", &self.run).finish_non_exhaustive()
    }
}

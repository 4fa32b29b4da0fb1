//! The run behind the page: executed just as far as the playhead goes.
//!
//! ```text
//!  State ──▶ Client ──Request──▶ Port ──▶ Server ──▶ the run
//!    ▲                                      │
//!    └────────────── inbox ◀──Reply─────────┘  frames, and how the run stands
//! ```
//!
//! The page asks and goes on; the answer comes when it comes. Where the server is in a worker that is a turn
//! of the event loop later, and a run that blocks, panics or eats memory leaves the page alone. Where there
//! are no workers the server is in the page, and answers before the question is over.

mod client;
mod local;
mod rehearsal;
mod server;
mod stopwatch;
mod wire;

use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;

pub use client::Client;
pub use local::Local;
pub use rehearsal::{Rehearsal, rehearse};
pub use server::{MAX_LANES, MAX_MEMORY, MAX_POLLS, Server};
pub use wire::{Goal, Reach, Reply, Request, Status, WireError};

use crate::patterns::{Outcome, Pattern, PatternError, Twin, Value, Values};
use crate::runtime::{Clock, Run, Schedule};

/// A run of a pattern.
pub type PatternRun = Run<Result<Outcome, PatternError>>;

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

/// Drives a run in real time until what it returns is dropped; calls after each slice of it.
pub type Drive = fn(Rc<RefCell<PatternRun>>, Rc<dyn Fn(&mut PatternRun)>) -> Box<dyn Any>;

/// What a server needs of its surroundings.
#[derive(Clone)]
pub struct Surroundings {
    /// A clock on the wall, in milliseconds.
    pub wall: Rc<dyn Fn() -> f64>,
    /// Drives runs in real time.
    pub drive: Drive,
    /// How many bytes of memory are in use, as far as that can be known.
    pub memory: fn() -> u64,
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}

/// What comes back from a port.
#[derive(Clone, Debug, PartialEq)]
pub enum Incoming {
    /// The server is there; what it was asked meanwhile is on its way.
    Ready,
    /// The server says something.
    Reply(Box<Reply>),
    /// The server can say nothing any more, and why; it may never have come to be.
    Failed(String),
}

/// Where a port puts what comes back.
#[derive(Clone)]
pub struct Inbox {
    queue: Rc<RefCell<VecDeque<Incoming>>>,
    on_arrival: Rc<dyn Fn()>,
}

impl Inbox {
    /// Creates an empty inbox; `on_arrival` is called for what comes later than the question's own turn.
    pub fn new(on_arrival: Rc<dyn Fn()>) -> Self {
        Self { queue: Rc::default(), on_arrival }
    }

    /// Puts something in, and says nothing.
    pub fn put(&self, incoming: Incoming) {
        self.queue.borrow_mut().push_back(incoming);
    }

    /// Says that something was put in.
    pub fn announce(&self) {
        (self.on_arrival)();
    }

    fn take(&self) -> Option<Incoming> {
        self.queue.borrow_mut().pop_front()
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("waiting", &self.queue.borrow().len()).finish_non_exhaustive()
    }
}

/// The way to a server. Dropping it ends the server, whatever it is doing.
pub trait Port {
    /// Sends a request; its number comes back with the answer.
    fn post(&mut self, number: u64, request: Request);
}

/// Makes a port to a server of its own, apart from the page; `None` where that is refused.
pub type Connect = Rc<dyn Fn(Inbox) -> Option<Box<dyn Port>>>;

/// What the surroundings give to the page's state.
#[derive(Clone)]
pub struct Host {
    /// Where relative addresses of real fetches start.
    pub base: String,
    /// What a server in the page itself needs.
    pub surroundings: Surroundings,
    /// Makes a server apart from the page.
    pub connect: Connect,
    /// Called when an answer comes later.
    pub on_arrival: Rc<dyn Fn()>,
}

impl Host {
    /// Creates a host that has nothing apart from the page.
    pub fn alone(base: String, surroundings: Surroundings) -> Self {
        Self { base, surroundings, connect: Rc::new(|_| None), on_arrival: Rc::new(|| {}) }
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("base", &self.base).finish_non_exhaustive()
    }
}

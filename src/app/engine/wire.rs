//! What goes to a server and what comes back, as values and as bytes.
//!
//! Both ends are of one build, so there is no version; bytes that make no sense are refused all the same.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Rehearsal;
use crate::explore::Exploration;
use crate::patterns::Outcome;
use crate::runtime::Idle;
use crate::timeline::Axis;
use crate::trace::RunEnd;

/// Bytes that are no message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a message of the engine is damaged: {0}")]
pub struct WireError(#[from] postcard::Error);

/// Where the playhead is to go.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Goal {
    /// A place of the axis.
    X(f64),
    /// A time.
    Nanos(u64),
    /// A step of the order.
    Order(u32),
    /// The end of the run.
    End,
}

/// What is asked of a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Drop the run there is, and make one of what a link says, with nothing polled yet.
    Start {
        /// The number of the run, which every reply about it bears.
        run: u64,
        /// The setup, as [`Link`](crate::app::link::Link) writes it.
        fragment: String,
        /// Where relative addresses of real fetches start.
        base: String,
        /// Whether to run it once unseen, to know how long it will be.
        rehearse: bool,
    },
    /// Run in virtual time until what is recorded reaches the goal, or for so many milliseconds.
    Advance {
        /// How far.
        goal: Goal,
        /// Where moments lie.
        axis: Axis,
        /// For how long at most.
        millis: f64,
    },
    /// Make the next poll now; virtual time moves to the next deadline first if nothing is ready.
    Step,
    /// Let a run in real time go on.
    Resume,
    /// Stop the clock of a run in real time.
    Pause,
    /// Ask the run to shut down by itself, at a time; with milliseconds to spend, let it do so at once.
    Shutdown {
        /// What the reader saw the clock read.
        nanos: u64,
        /// How long to go on for.
        millis: f64,
    },
    /// End the run: every future is dropped. At a time, if one is given.
    Stop {
        /// What the reader saw the clock read, where that is later than the last event.
        nanos: Option<u64>,
    },
    /// Say how the run stands.
    Tell,
    /// Try schedules of the run's pattern for so many milliseconds, and tell what came of all so far.
    Explore {
        /// How long to go on for.
        millis: f64,
    },
}

/// How far a run came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// There is nothing more to do before that place.
    #[default]
    Reached,
    /// Its time was up first.
    OutOfTime,
    /// Virtual time stands still until something happens outside: the network answers, or the reader asks
    /// the run to shut down.
    AwaitingOutside,
    /// The run is over.
    Ended,
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// How many polls there were.
    pub polls: u64,
    /// How the run ended, if it has.
    pub ended: Option<RunEnd>,
    /// What the run waits for when nothing is ready.
    pub idle: Idle,
    /// What the clock reads, in nanoseconds since the start.
    pub now_nanos: u64,
    /// Which limit ended the run, in words.
    pub limit: Option<String>,
    /// What the first task returned, once the run has finished; a panic is an error too.
    pub output: Option<Result<Outcome, String>>,
}

impl Default for Status {
    fn default() -> Self {
        let idle = Idle { next_deadline: None, io_in_flight: 0, signal_listeners: 0, tasks: 0 };
        Self { polls: 0, ended: None, idle, now_nanos: 0, limit: None, output: None }
    }
}

/// What a server says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The run that it is about.
    pub run: u64,
    /// The number of the question that it answers; 0 for none.
    pub answers: u64,
    /// What was recorded since the last reply, as frames.
    #[serde(skip)]
    pub frames: Vec<u8>,
    /// How far the run came.
    pub reach: Reach,
    /// Whether the run listens to who asks it to shut down.
    pub is_heard: bool,
    /// How the run stands.
    pub status: Status,
    /// How long it will be, after a start.
    pub rehearsal: Option<Rehearsal>,
    /// What came of trying schedules.
    pub exploration: Option<Exploration>,
}

impl Request {
    /// Returns the request's bytes, with its number.
    pub fn encode(&self, number: u64) -> Vec<u8> {
        encoded(&(number, self))
    }

    /// Reads a request and its number.
    pub fn decode(bytes: &[u8]) -> Result<(u64, Self), WireError> {
        Ok(postcard::from_bytes(bytes)?)
    }
}

impl Reply {
    /// Returns the reply's bytes. The frames come last, as they are.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = encoded(self);
        out.extend_from_slice(&self.frames);
        out
    }

    /// Reads a reply.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let (reply, frames) = postcard::take_from_bytes(bytes)?;
        Ok(Self { frames: frames.to_vec(), ..reply })
    }
}

fn encoded(message: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(message).expect("memory takes it, and nothing in it is of unknown length")
}

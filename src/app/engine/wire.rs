//! What goes to a server and what comes back, as values and as bytes.
//!
//! Both ends are of one build, so there is no version; bytes that make no sense are refused all the same.

use thiserror::Error;

use super::Rehearsal;
use crate::explore::{Exploration, Fault};
use crate::patterns::Outcome;
use crate::runtime::{Idle, Schedule};
use crate::timeline::{Axis, Extent, Moment};
use crate::trace::bytes::{Reader, put_str, put_u64};
use crate::trace::{FrameError, RunEnd};

/// Bytes that are no message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WireError {
    /// A field is cut short or out of range.
    #[error("a message of the engine is damaged: {0}")]
    Damaged(#[from] FrameError),
    /// The message's kind is not known.
    #[error("a message of the engine is of the unknown kind `{0}`")]
    Unknown(u8),
}

/// Where the playhead is to go.
#[derive(Clone, Copy, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Reach {
    /// There is nothing more to do before that place.
    #[default]
    Reached = 0,
    /// Its time was up first.
    OutOfTime = 1,
    /// Virtual time stands still until something happens outside: the network answers, or the reader asks
    /// the run to shut down.
    AwaitingOutside = 2,
    /// The run is over.
    Ended = 3,
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The run that it is about.
    pub run: u64,
    /// The number of the question that it answers; 0 for none.
    pub answers: u64,
    /// What was recorded since the last reply, as frames.
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
        let mut out = Vec::new();
        put_u64(&mut out, number);
        match self {
            Self::Start { run, fragment, base, rehearse } => {
                out.push(0);
                put_u64(&mut out, *run);
                put_str(&mut out, fragment);
                put_str(&mut out, base);
                out.push(u8::from(*rehearse));
            }
            Self::Advance { goal, axis, millis } => {
                out.push(1);
                match *goal {
                    Goal::X(x) => put_f64s(&mut out, 0, &[x]),
                    Goal::Nanos(nanos) => {
                        out.push(1);
                        put_u64(&mut out, nanos);
                    }
                    Goal::Order(order) => {
                        out.push(2);
                        put_u64(&mut out, u64::from(order));
                    }
                    Goal::End => out.push(3),
                }
                put_f64s(&mut out, 0, &[axis.nanos_scale, axis.order_scale, *millis]);
            }
            Self::Step => out.push(2),
            Self::Resume => out.push(3),
            Self::Pause => out.push(4),
            Self::Shutdown { nanos, millis } => {
                out.push(5);
                put_u64(&mut out, *nanos);
                put_f64s(&mut out, 0, &[*millis]);
            }
            Self::Stop { nanos } => {
                out.push(6);
                put_option(&mut out, *nanos);
            }
            Self::Explore { millis } => put_f64s(&mut out, 7, &[*millis]),
            Self::Tell => out.push(8),
        }
        out
    }

    /// Reads a request and its number.
    pub fn decode(bytes: &[u8]) -> Result<(u64, Self), WireError> {
        let mut reader = Reader::new(bytes);
        let number = reader.u64()?;
        let request = match reader.byte()? {
            0 => Self::Start {
                run: reader.u64()?,
                fragment: reader.string()?,
                base: reader.string()?,
                rehearse: reader.byte()? != 0,
            },
            1 => {
                let goal = match reader.byte()? {
                    0 => Goal::X(f64_of(&mut reader)?),
                    1 => Goal::Nanos(reader.u64()?),
                    2 => Goal::Order(reader.u32()?),
                    _ => Goal::End,
                };
                reader.byte()?;
                let axis = Axis { nanos_scale: f64_of(&mut reader)?, order_scale: f64_of(&mut reader)? };
                Self::Advance { goal, axis, millis: f64_of(&mut reader)? }
            }
            2 => Self::Step,
            3 => Self::Resume,
            4 => Self::Pause,
            5 => {
                let nanos = reader.u64()?;
                reader.byte()?;
                Self::Shutdown { nanos, millis: f64_of(&mut reader)? }
            }
            6 => Self::Stop { nanos: option_of(&mut reader)? },
            7 => Self::Explore { millis: f64_of(&mut reader)? },
            8 => Self::Tell,
            kind => return Err(WireError::Unknown(kind)),
        };
        Ok((number, request))
    }
}

impl Reply {
    /// Returns the reply's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.frames.len() + 64);
        put_u64(&mut out, self.run);
        put_u64(&mut out, self.answers);
        out.push(self.reach as u8);
        out.push(u8::from(self.is_heard));
        let Status { polls, ended, idle, now_nanos, limit, output } = &self.status;
        put_u64(&mut out, *polls);
        put_option(&mut out, ended.map(|end| end as u64));
        put_option(&mut out, idle.next_deadline);
        for number in [u64::from(idle.io_in_flight), idle.signal_listeners as u64, idle.tasks as u64] {
            put_u64(&mut out, number);
        }
        put_u64(&mut out, *now_nanos);
        put_text(&mut out, limit.as_deref());
        match output {
            None => out.push(0),
            Some(Ok(Outcome { summary, facts })) => {
                out.push(1);
                put_str(&mut out, summary);
                put_u64(&mut out, facts.len() as u64);
                for (name, value) in facts {
                    put_str(&mut out, name);
                    put_str(&mut out, value);
                }
            }
            Some(Err(error)) => {
                out.push(2);
                put_str(&mut out, error);
            }
        }
        out.push(u8::from(self.rehearsal.is_some()));
        if let Some(Rehearsal { extent: Extent { begin, end, instants }, lanes, is_complete }) =
            self.rehearsal
        {
            for number in [begin.nanos, u64::from(begin.order), end.nanos, u64::from(end.order)] {
                put_u64(&mut out, number);
            }
            put_u64(&mut out, instants as u64);
            put_u64(&mut out, lanes as u64);
            out.push(u8::from(is_complete));
        }
        out.push(u8::from(self.exploration.is_some()));
        if let Some(Exploration { tried, first, faults }) = &self.exploration {
            put_u64(&mut out, *tried);
            put_u64(&mut out, *faults);
            put_text(&mut out, first.as_ref().map(|fault| fault.text.as_str()));
            if let Some(fault) = first {
                out.push(u8::from(fault.schedule == Schedule::Random));
                put_u64(&mut out, fault.seed);
            }
        }
        out.extend_from_slice(&self.frames);
        out
    }

    /// Reads a reply.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(bytes);
        let mut reply = Self { run: reader.u64()?, answers: reader.u64()?, ..Self::default() };
        reply.reach = match reader.byte()? {
            0 => Reach::Reached,
            1 => Reach::OutOfTime,
            2 => Reach::AwaitingOutside,
            _ => Reach::Ended,
        };
        reply.is_heard = reader.byte()? != 0;
        let status = &mut reply.status;
        status.polls = reader.u64()?;
        let ended = option_of(&mut reader)?;
        status.ended = ended.and_then(|code| RunEnd::from_code(u8::try_from(code).ok()?));
        status.idle.next_deadline = option_of(&mut reader)?;
        status.idle.io_in_flight = reader.u32()?;
        status.idle.signal_listeners = reader.u32()? as usize;
        status.idle.tasks = reader.u32()? as usize;
        status.now_nanos = reader.u64()?;
        status.limit = text_of(&mut reader)?;
        status.output = match reader.byte()? {
            0 => None,
            1 => {
                let mut outcome = Outcome::new(reader.string()?);
                for _ in 0..reader.count()? {
                    outcome.facts.push((reader.string()?.into(), reader.string()?));
                }
                Some(Ok(outcome))
            }
            _ => Some(Err(reader.string()?)),
        };
        if reader.byte()? != 0 {
            let mut moment = || Ok::<_, FrameError>(Moment { nanos: reader.u64()?, order: reader.u32()? });
            let (begin, end) = (moment()?, moment()?);
            let extent = Extent { begin, end, instants: reader.u32()? as usize };
            let lanes = reader.u32()? as usize;
            reply.rehearsal = Some(Rehearsal { extent, lanes, is_complete: reader.byte()? != 0 });
        }
        if reader.byte()? != 0 {
            let (tried, faults) = (reader.u64()?, reader.u64()?);
            let mut first = None;
            if let Some(text) = text_of(&mut reader)? {
                let schedule = if reader.byte()? != 0 { Schedule::Random } else { Schedule::Fifo };
                first = Some(Fault { schedule, seed: reader.u64()?, text });
            }
            reply.exploration = Some(Exploration { tried, first, faults });
        }
        reply.frames = reader.rest().to_vec();
        Ok(reply)
    }
}

fn put_f64s(out: &mut Vec<u8>, kind: u8, numbers: &[f64]) {
    out.push(kind);
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
}

fn f64_of(reader: &mut Reader<'_>) -> Result<f64, FrameError> {
    let mut bytes = [0; 8];
    for byte in &mut bytes {
        *byte = reader.byte()?;
    }
    Ok(f64::from_le_bytes(bytes))
}

fn put_option(out: &mut Vec<u8>, number: Option<u64>) {
    out.push(u8::from(number.is_some()));
    put_u64(out, number.unwrap_or(0));
}

fn option_of(reader: &mut Reader<'_>) -> Result<Option<u64>, FrameError> {
    let is_some = reader.byte()? != 0;
    let number = reader.u64()?;
    Ok(is_some.then_some(number))
}

fn put_text(out: &mut Vec<u8>, text: Option<&str>) {
    out.push(u8::from(text.is_some()));
    put_str(out, text.unwrap_or(""));
}

fn text_of(reader: &mut Reader<'_>) -> Result<Option<String>, FrameError> {
    let is_some = reader.byte()? != 0;
    let text = reader.string()?;
    Ok(is_some.then_some(text))
}

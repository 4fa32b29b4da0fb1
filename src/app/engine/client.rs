//! The page's end: what was asked, what is known of the run, and what to do when no answer comes.

use super::{Host, Inbox, Incoming, Local, Port, Request, Setup, Status};
use crate::app::link::Link;
use crate::runtime::Clock;
use crate::trace::RunEnd;

/// After how many milliseconds a run in real time that says nothing by itself is asked to.
const TELL_MILLIS: f64 = 100.0;

/// The page's end of the way to a run.
pub struct Client {
    host: Host,
    inbox: Inbox,
    port: Option<Box<dyn Port>>,
    /// Whether the server is apart from the page; it is not where that was tried in vain.
    is_apart: bool,
    /// Whether the present server has ever said anything.
    is_known: bool,
    may_be_apart: bool,
    run: u64,
    last_number: u64,
    last_answer: u64,
    asked_at: f64,
    /// How the run stands, as far as it was told.
    status: Status,
    told_at: f64,
    clock: Clock,
    is_driven: bool,
}

impl Client {
    /// Creates an end without a run.
    pub fn new(host: Host) -> Self {
        Self {
            inbox: Inbox::new(std::rc::Rc::clone(&host.on_arrival)),
            host,
            port: None,
            is_apart: false,
            is_known: false,
            may_be_apart: true,
            run: 0,
            last_number: 0,
            last_answer: 0,
            asked_at: 0.0,
            status: Status::default(),
            told_at: 0.0,
            clock: Clock::Virtual,
            is_driven: false,
        }
    }

    /// Returns the surroundings.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Starts another run in place of the one there is; returns the number of the question.
    pub fn start(&mut self, setup: &Setup, rehearse: bool) -> u64 {
        // Memory that a run has taken is never given back, and would be counted as the next one's.
        if self.is_apart && self.status.limit.is_some() {
            self.disconnect();
        }
        self.run += 1;
        self.status = Status::default();
        self.is_driven = false;
        self.clock = setup.clock;
        let fragment = Link::new(setup.clone()).to_fragment();
        let base = self.host.base.clone();
        self.post(Request::Start { run: self.run, fragment, base, rehearse })
    }

    /// Asks; returns the number of the question, which comes back with the answer.
    pub fn post(&mut self, request: Request) -> u64 {
        if self.last_answer == self.last_number {
            self.asked_at = (self.host.surroundings.wall)();
        }
        self.last_number += 1;
        let port = match self.port.take() {
            Some(port) => port,
            None => self.connect(),
        };
        self.port.insert(port).post(self.last_number, request);
        self.last_number
    }

    fn connect(&mut self) -> Box<dyn Port> {
        let inbox = self.inbox.clone();
        let apart = self.may_be_apart.then(|| (self.host.connect)(inbox.clone())).flatten();
        (self.is_apart, self.is_known) = (apart.is_some(), false);
        apart.unwrap_or_else(|| Box::new(Local::new(self.host.surroundings.clone(), inbox)))
    }

    /// Takes what has come for the present run.
    pub fn receive(&mut self) -> Option<Incoming> {
        loop {
            let incoming = self.inbox.take()?;
            match &incoming {
                Incoming::Ready => {
                    self.is_known = true;
                    // It has only come now: what is waited for from here on is an answer.
                    self.asked_at = (self.host.surroundings.wall)();
                    continue;
                }
                Incoming::Reply(reply) => {
                    self.is_known = true;
                    self.last_answer = self.last_answer.max(reply.answers);
                    // What is left to say of the run before is of no use any more.
                    if reply.run != self.run {
                        continue;
                    }
                    self.status = reply.status.clone();
                    self.told_at = (self.host.surroundings.wall)();
                    self.is_driven &= self.status.ended.is_none();
                }
                Incoming::Failed(_) => self.disconnect(),
            }
            return Some(incoming);
        }
    }

    /// Returns whether what has failed never was there, so that the page has to do it by itself.
    pub fn falls_back(&mut self) -> bool {
        let never_came = !self.is_known && self.may_be_apart;
        self.may_be_apart &= !never_came;
        never_came
    }

    /// Returns for how many milliseconds a question has been waiting for its answer.
    pub fn silence(&self) -> f64 {
        let is_waiting = self.is_apart && self.last_answer < self.last_number;
        if is_waiting { (self.host.surroundings.wall)() - self.asked_at } else { 0.0 }
    }

    /// Asks a run in real time how it is, if it has not said so for a while: it may be in a poll.
    pub fn look_after(&mut self) {
        let since = (self.host.surroundings.wall)() - self.told_at;
        if self.is_driven && self.is_apart && self.last_answer == self.last_number && since > TELL_MILLIS {
            self.post(Request::Tell);
        }
    }

    /// Returns whether the present server has ever said anything.
    pub fn is_known(&self) -> bool {
        self.is_known
    }

    /// Returns whether the server is apart from the page, so that it can be ended whatever it does.
    pub fn is_apart(&self) -> bool {
        self.is_apart
    }

    /// Ends the server, whatever it does. The next question goes to another one.
    pub fn disconnect(&mut self) {
        self.port = None;
        self.last_answer = self.last_number;
        self.is_driven = false;
        while self.inbox.take().is_some() {}
    }

    /// Says that the run was ended with its server.
    pub fn kill(&mut self, why: String) {
        self.disconnect();
        self.status.ended = Some(RunEnd::Killed);
        self.status.limit = Some(why);
    }

    /// Says that what is shown is no run, but all there is of one.
    pub fn show_recording(&mut self) {
        self.disconnect();
        self.run += 1;
        self.status = Status { polls: 1, ended: Some(RunEnd::Finished), ..Status::default() };
    }

    /// Lets a run in real time go on.
    pub fn resume(&mut self) {
        if self.clock == Clock::Real && !self.is_driven && self.status.ended.is_none() {
            self.is_driven = true;
            self.post(Request::Resume);
        }
    }

    /// Stops the clock of a run in real time.
    pub fn pause(&mut self) {
        if std::mem::take(&mut self.is_driven) {
            self.post(Request::Pause);
        }
    }

    /// Returns whether a run in real time is going on by itself.
    pub fn is_driven(&self) -> bool {
        self.is_driven
    }

    /// Returns how the run stands, as far as it was told.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Reads the clock of the run, in nanoseconds since its start.
    pub fn now_nanos(&self) -> u64 {
        let since = (self.host.surroundings.wall)() - self.told_at;
        let passed = if self.is_driven { (since.max(0.0) * 1e6).round() as u64 } else { 0 };
        self.status.now_nanos + passed
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("run", &self.run).field("status", &self.status).finish_non_exhaustive()
    }
}

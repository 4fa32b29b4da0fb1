//! The state machine of `trace::event`, as a check over the events of a whole run.

use std::collections::BTreeMap;

use wakeline::trace::{End, Event, Frame, LaneId, RunEnd, WakeCause};

use super::resource_rules::Resources;

/// How strictly a trace is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// One thread polls: polls nest.
    One,
    /// Several threads poll: polls of different tasks overlap.
    Several,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Scheduled,
    Polling {
        woken: bool,
    },
    Idle,
    /// Ended within a poll that is still open.
    Ending,
    Ended,
}

#[derive(Clone, Copy, Debug)]
struct Lane {
    is_task: bool,
    state: State,
}

/// Reads encoded frames and says what in them breaks the rules.
pub fn check(bytes: &[u8], threads: Threads) -> Result<RunEnd, String> {
    let frames = Frame::decode_all(bytes).map_err(|error| error.to_string())?;
    let mut checker = Checker::new(threads);
    for frame in &frames {
        if frame.dropped > 0 {
            return Err(format!("{} events were lost", frame.dropped));
        }
        checker.names = frame.first_name + u32::try_from(frame.names.len()).unwrap();
        checker.locations = frame.first_location + u32::try_from(frame.locations.len()).unwrap();
        for event in &frame.events {
            checker.event(event).map_err(|what| {
                format!(
                    "event {} `{event:?}` at {} ns: {what}\n{}",
                    checker.count,
                    checker.nanos,
                    checker.tail()
                )
            })?;
        }
    }
    checker.close()
}

struct Checker {
    threads: Threads,
    lanes: BTreeMap<u32, Lane>,
    /// The open polls, innermost last.
    open: Vec<u32>,
    nanos: u64,
    count: usize,
    ended: Option<RunEnd>,
    /// Whether the first task came to an end of its own.
    first_done: bool,
    names: u32,
    locations: u32,
    resources: Resources,
    recent: Vec<String>,
}

impl Checker {
    fn new(threads: Threads) -> Self {
        Self {
            threads,
            lanes: BTreeMap::new(),
            open: Vec::new(),
            nanos: 0,
            count: 0,
            ended: None,
            first_done: false,
            names: 1,
            locations: 1,
            resources: Resources::default(),
            recent: Vec::new(),
        }
    }

    fn tail(&self) -> String {
        self.recent[self.recent.len().saturating_sub(25)..].join("\n")
    }

    fn lane(&mut self, lane: LaneId) -> Result<&mut Lane, String> {
        self.lanes.get_mut(&lane.0).ok_or_else(|| format!("lane {} was never made", lane.0))
    }

    fn known(&self, lane: LaneId) -> Result<(), String> {
        if lane == LaneId::OUTSIDE || self.lanes.contains_key(&lane.0) {
            return Ok(());
        }
        Err(format!("lane {} was never made", lane.0))
    }

    fn make(&mut self, lane: LaneId, parent: LaneId, is_task: bool) -> Result<(), String> {
        self.known(parent)?;
        let next = self.lanes.last_key_value().map_or(1, |(last, _)| last + 1);
        if lane.0 != next {
            return Err(format!("the next lane should be {next}"));
        }
        let state = if is_task { State::Scheduled } else { State::Idle };
        self.lanes.insert(lane.0, Lane { is_task, state });
        Ok(())
    }

    fn event(&mut self, event: &Event) -> Result<(), String> {
        self.count += 1;
        self.recent.push(format!("  {event:?}"));
        let may_follow_the_end = matches!(
            event,
            Event::Ended { .. }
                | Event::Log { .. }
                | Event::Value { .. }
                | Event::Op { .. }
                | Event::Detached { .. }
                | Event::SpanNew { .. }
                | Event::SpanEnter { .. }
                | Event::SpanExit { .. }
                | Event::SpanClose { .. }
        );
        if self.ended.is_some() && !may_follow_the_end {
            return Err("nothing but ends, and what is said in them, follows the end of the run".to_owned());
        }
        match *event {
            Event::Clock { nanos } => {
                if nanos <= self.nanos {
                    return Err("the clock did not move on".to_owned());
                }
                self.nanos = nanos;
            }
            Event::Spawned { lane, parent, name, location } => {
                self.text(name.0)?;
                self.place(location.0)?;
                self.make(lane, parent, true)?;
            }
            Event::Child { lane, parent, name, location } => {
                self.text(name.0)?;
                self.place(location.0)?;
                self.make(lane, parent, false)?;
            }
            Event::Woken { lane, by, cause, location } => {
                self.place(location.0)?;
                self.known(by)?;
                let from_a_lane = by != LaneId::OUTSIDE;
                match cause {
                    WakeCause::Lane if !from_a_lane => return Err("no lane woke it".to_owned()),
                    WakeCause::Timer | WakeCause::Yield | WakeCause::External if from_a_lane => {
                        return Err("a lane woke it, and the cause says otherwise".to_owned());
                    }
                    _ => {}
                }
                let lane = self.lane(lane)?;
                lane.state = match lane.state {
                    State::Idle => State::Scheduled,
                    State::Polling { woken: false } => State::Polling { woken: true },
                    state => return Err(format!("woken while {state:?}")),
                };
            }
            Event::PollBegin { lane } => self.begin(lane)?,
            Event::PollEnd { lane } => self.end_poll(lane)?,
            Event::Waiting { lane, location, .. } => {
                self.place(location.0)?;
                let state = self.lane(lane)?.state;
                if !matches!(state, State::Polling { .. }) {
                    return Err(format!("waits while {state:?}"));
                }
            }
            Event::Ended { lane, end, message } => {
                self.text(message.0)?;
                self.end(lane, end)?;
            }
            Event::Log { lane, message, location, .. } => {
                self.text(message.0)?;
                self.place(location.0)?;
                self.known(lane)?;
            }
            Event::Value { lane, name, value } => {
                self.text(name.0)?;
                self.text(value.0)?;
                self.known(lane)?;
            }
            Event::Resource { resource, kind, capacity, lane, location } => {
                self.known(lane)?;
                self.place(location.0)?;
                self.resources.make(resource, kind, capacity)?;
            }
            Event::ResourceName { resource, name } => {
                self.text(name.0)?;
                self.resources.known(resource)?;
            }
            Event::Op { lane, location, .. } => {
                self.known(lane)?;
                self.place(location.0)?;
                self.resources.op(event, self.threads == Threads::One)?;
            }
            Event::SpanNew { lane, name, location, .. } => {
                self.text(name.0)?;
                self.place(location.0)?;
                self.known(lane)?;
            }
            Event::SpanEnter { lane, .. } | Event::SpanExit { lane, .. } | Event::SpanClose { lane, .. } => {
                self.known(lane)?;
            }
            Event::Joined { lane, by } | Event::Detached { lane, by } => {
                self.known(lane)?;
                self.known(by)?;
            }
            Event::RunEnded { end } => {
                let first_ended = self.lanes.get(&1).is_some_and(|lane| lane.state == State::Ended);
                if end == RunEnd::Finished && !first_ended || end != RunEnd::Finished && self.first_done {
                    return Err("a run finishes when its first task does, and only then".to_owned());
                }
                let scheduled =
                    self.lanes.values().any(|lane| lane.is_task && lane.state == State::Scheduled);
                if end == RunEnd::Stalled && scheduled {
                    return Err("a task is scheduled, so the run cannot have stalled".to_owned());
                }
                self.ended = Some(end);
            }
        }
        Ok(())
    }

    fn begin(&mut self, lane: LaneId) -> Result<(), String> {
        let polled_by_a_task = self.open.iter().any(|open| self.lanes[open].is_task);
        let nested = !self.open.is_empty();
        let threads = self.threads;
        let it = self.lane(lane)?;
        match it.state {
            State::Scheduled => {}
            State::Idle if !it.is_task => {}
            state => return Err(format!("polled while {state:?}")),
        }
        if it.is_task && nested && threads == Threads::One {
            return Err("a task is polled within a poll".to_owned());
        }
        if !it.is_task && !polled_by_a_task {
            return Err("a child is polled by no task".to_owned());
        }
        it.state = State::Polling { woken: false };
        self.open.push(lane.0);
        Ok(())
    }

    fn end_poll(&mut self, lane: LaneId) -> Result<(), String> {
        let at = self.open.iter().rposition(|open| *open == lane.0).ok_or("no poll of it is open")?;
        if self.threads == Threads::One && at + 1 != self.open.len() {
            return Err("another poll is open within it".to_owned());
        }
        self.open.remove(at);
        let lane = self.lane(lane)?;
        lane.state = match lane.state {
            State::Polling { woken: true } => State::Scheduled,
            State::Polling { woken: false } => State::Idle,
            State::Ending => State::Ended,
            state => return Err(format!("its poll ends while {state:?}")),
        };
        Ok(())
    }

    fn end(&mut self, lane: LaneId, end: End) -> Result<(), String> {
        let it = self.lane(lane)?;
        it.state = match (it.state, end) {
            (State::Polling { .. }, End::Completed | End::Failed | End::Panicked) => State::Ending,
            (State::Idle | State::Scheduled, End::Cancelled) if it.is_task => State::Ended,
            (State::Idle | State::Scheduled, End::Dropped) => State::Ended,
            (state, _) => return Err(format!("ends so while {state:?}")),
        };
        self.first_done |= lane == LaneId(1) && self.lanes[&1].state == State::Ending;
        Ok(())
    }

    fn text(&self, name: u32) -> Result<(), String> {
        if name < self.names { Ok(()) } else { Err(format!("name {name} is not in the tables")) }
    }

    fn place(&self, location: u16) -> Result<(), String> {
        let known = u32::from(location) < self.locations;
        if known { Ok(()) } else { Err(format!("location {location} is not in the tables")) }
    }

    fn close(self) -> Result<RunEnd, String> {
        let end = self.ended.ok_or("the run never ended")?;
        if let Some(open) = self.open.last() {
            return Err(format!("the poll of lane {open} never ended"));
        }
        let left: Vec<_> =
            self.lanes.iter().filter(|(_, lane)| lane.state != State::Ended).map(|(lane, _)| *lane).collect();
        if !left.is_empty() {
            return Err(format!("lanes {left:?} never ended"));
        }
        self.resources.close()?;
        Ok(end)
    }
}

//! From what happens in each lane to the events of a trace.

use super::collect::{Collector, LeftOut, NO_TRACK, Track};
use super::edges::{Edge, What, Woven};
use crate::formats::import::MAX_LANES;
use crate::timeline::Model;
use crate::trace::{End, Event, LaneId, Level, LocationId, NameId, RunEnd, SpanId, WakeCause};

/// A lane that is being woven.
#[derive(Clone, Default)]
struct Lane {
    state: Made,
    /// The open slices; a poll of ours has no span.
    open: Vec<Option<SpanId>>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Made {
    #[default]
    No,
    /// There was no room for it.
    Never,
    As(LaneId),
}

struct Weaver {
    collector: Collector,
    woven: Woven,
    lanes: Vec<Lane>,
    /// The lane of each thread of a trace of ours.
    numbers: rustc_hash::FxHashMap<u32, u32>,
}

/// Returns the model, what is not in it, and how many slices do not end.
pub(super) fn weave(mut collector: Collector) -> (Model, LeftOut, u64) {
    let mut woven = Woven::new(&mut collector);
    let edges = std::mem::take(&mut woven.edges);
    let lanes = vec![Lane::default(); woven.lanes.len()];
    let of_ours = |(lane, place): (u32, &super::edges::Place)| {
        let track = &collector.tracks[place.track as usize];
        track.own.as_ref().and(track.number).map(|number| (number, lane))
    };
    let numbers = (0..).zip(&woven.lanes).filter_map(of_ours).collect();
    let begin = if collector.is_ours { 0 } else { edges.first().map_or(0, |edge| edge.at.0) };
    let mut weaver = Weaver { collector, woven, lanes, numbers };
    for edge in &edges {
        // Times can be further apart than a signed number tells.
        weaver.collector.loom.at(edge.at.0.wrapping_sub(begin) as u64);
        weaver.take(edge);
    }
    let Weaver { mut collector, woven, .. } = weaver;
    if let Some((at, code)) = collector.run_end {
        collector.loom.at(at.nanos);
        if let Some(end) = code.and_then(RunEnd::from_code) {
            collector.loom.push(Event::RunEnded { end });
        }
    }
    (collector.loom.finish(), collector.left_out, woven.open)
}

impl Weaver {
    fn take(&mut self, edge: &Edge) {
        let lane = match edge.lane {
            NO_TRACK => LaneId::OUTSIDE,
            index => match self.lane(index) {
                Some(lane) => lane,
                None => {
                    self.collector.left_out.beyond += 1;
                    return;
                }
            },
        };
        match edge.what {
            What::Spawn => {}
            What::Begin { is_poll: true, .. } => {
                self.open(edge.lane).push(None);
                self.push(Event::PollBegin { lane });
            }
            What::Begin { name, is_poll: false } => {
                let span = self.collector.loom.recorder.new_span();
                let open = self.open(edge.lane);
                let is_outermost = open.is_empty();
                open.push(Some(span));
                if is_outermost {
                    self.push(Event::PollBegin { lane });
                }
                let (name, location) = (NameId(name), LocationId::NONE);
                self.push(Event::SpanNew { lane, span, name, level: Level::Info, location });
                self.push(Event::SpanEnter { lane, span });
            }
            What::End => {
                let open = self.open(edge.lane);
                let span = open.pop().flatten();
                let is_over = open.is_empty();
                if let Some(span) = span {
                    self.push(Event::SpanExit { lane, span });
                    self.push(Event::SpanClose { lane, span });
                }
                if is_over {
                    self.push(Event::PollEnd { lane });
                }
            }
            What::Wake { by, cause } => {
                let by = if by == NO_TRACK { None } else { self.lane(by) };
                let cause = WakeCause::from_code(cause).unwrap_or(WakeCause::Lane);
                let by = by.unwrap_or(LaneId::OUTSIDE);
                self.push(Event::Woken { lane, by, cause, location: LocationId::NONE });
            }
            What::Log { text, level } => {
                let level = Level::from_code(level).unwrap_or(Level::Info);
                self.push(Event::Log { lane, level, message: NameId(text), location: LocationId::NONE });
            }
            What::Value { name, text } => self.push(Event::Value { lane, name: NameId(name), value: text }),
            What::Over => {
                let end = self.track(edge.lane).own.as_ref().and_then(|(_, lane)| lane.end.clone());
                let end = end.unwrap_or_default();
                let message = self.collector.loom.recorder.name(&end.message);
                let end = End::from_code(end.code).unwrap_or(End::Completed);
                self.push(Event::Ended { lane, end, message });
            }
        }
    }

    fn push(&mut self, event: Event) {
        self.collector.loom.push(event);
    }

    fn open(&mut self, index: u32) -> &mut Vec<Option<SpanId>> {
        &mut self.lanes[index as usize].open
    }

    fn track(&self, index: u32) -> &Track {
        &self.collector.tracks[self.woven.lanes[index as usize].track as usize]
    }

    /// Returns the lane, which is there from when something happens in it.
    fn lane(&mut self, index: u32) -> Option<LaneId> {
        match self.lanes[index as usize].state {
            Made::As(lane) => return Some(lane),
            Made::Never => return None,
            Made::No => {}
        }
        let lane = self.collector.loom.new_lane();
        self.lanes[index as usize].state = lane.map_or(Made::Never, Made::As);
        let lane = lane?;
        let own = self.track(index).own.as_ref().map(|(_, own)| own.clone());
        let location = LocationId::NONE;
        let event = match own {
            Some(own) => {
                let parent = self.numbers.get(&own.parent).map(|parent| self.lanes[*parent as usize].state);
                let parent = if let Some(Made::As(parent)) = parent { parent } else { LaneId::OUTSIDE };
                let name = self.collector.loom.recorder.name(own.name.as_deref().unwrap_or_default());
                match own.child {
                    true => Event::Child { lane, parent, name, location },
                    false => Event::Spawned { lane, parent, name, location },
                }
            }
            None => {
                let name = self.name(index);
                let name = self.collector.loom.recorder.name(&name);
                // No executor polls it: it is in no ready queue, and nobody waits while it takes long.
                Event::Child { lane, parent: LaneId::OUTSIDE, name, location }
            }
        };
        self.push(event);
        Some(lane)
    }

    /// Returns what to call a lane: `main`, `main (renderer)`, `main, overlapping 2`.
    fn name(&self, index: u32) -> String {
        let Track { name, fallback, process, .. } = self.track(index);
        let mut name = name.clone().unwrap_or_else(|| fallback.clone());
        let processes = &self.collector.processes;
        if let Some(process) = processes.get(process).filter(|_| processes.len() > 1) {
            name = format!("{name} ({process})");
        }
        match self.woven.lanes[index as usize].nth {
            0 => name,
            nth => format!("{name}, overlapping {}", nth + 1),
        }
    }
}

const _: () = assert!(MAX_LANES < NO_TRACK as usize);

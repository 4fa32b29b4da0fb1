//! From events in any order to what begins and ends in each lane, in the order of time.

use rustc_hash::FxHashMap;

use super::collect::{At, Collector, Entry, Kind, NO_TRACK, moment};
use crate::trace::NameId;

/// How many slices of a thread may overlap and not nest: each more takes a lane of its own.
const MAX_OVERLAPPING: usize = 16;

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Spawn,
    Begin {
        name: u32,
        is_poll: bool,
    },
    End,
    Wake {
        by: u32,
        cause: u8,
    },
    Log {
        text: u32,
        level: u8,
    },
    Value {
        name: u32,
        text: NameId,
    },
    /// The lane has ended; how stands where the lane is described.
    Over,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) at: At,
    /// Which of the [`Woven::lanes`]; [`NO_TRACK`] for what is on none.
    pub(super) lane: u32,
    pub(super) what: What,
}

/// A lane to be: a track, or the part of it that overlaps the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) track: u32,
    pub(super) nth: u32,
}

/// What happens in each lane.
#[derive(Default)]
pub(super) struct Woven {
    pub(super) lanes: Vec<Place>,
    /// In the order of time.
    pub(super) edges: Vec<Edge>,
    /// How many slices do not end.
    pub(super) open: u64,
    first_lanes: FxHashMap<u32, u32>,
}

impl Woven {
    /// Puts in order what was collected, and leaves nothing of it behind.
    pub(super) fn new(collector: &mut Collector) -> Self {
        let mut woven = Self::default();
        let mut entries = std::mem::take(&mut collector.entries);
        entries.sort_unstable_by_key(|entry| (entry.at, entry.sequence));
        woven.match_ends(&mut entries, collector);
        for (number, track) in (0..).zip(&collector.tracks) {
            if let Some((at, lane)) = &track.own {
                let place = woven.first_lane(number);
                woven.push(moment(*at), place, What::Spawn);
                if let Some(end) = &lane.end {
                    woven.push(moment(end.at), place, What::Over);
                }
            }
        }
        woven.nest(&entries, collector);
        woven.link(&entries, collector);
        drop(entries);
        woven.edges.sort_by_key(|edge| edge.at);
        woven
    }

    /// Returns the lane for a track, and makes it if there is none.
    pub(super) fn first_lane(&mut self, track: u32) -> u32 {
        let next = self.lanes.len() as u32;
        let lane = *self.first_lanes.entry(track).or_insert(next);
        if lane == next {
            self.lanes.push(Place { track, nth: 0 });
        }
        lane
    }

    fn push(&mut self, at: At, lane: u32, what: What) {
        self.edges.push(Edge { at, lane, what });
    }

    /// Makes slices of beginnings and ends.
    fn match_ends(&mut self, entries: &mut [Entry], collector: &mut Collector) {
        let mut open: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        for index in 0..entries.len() {
            let Entry { at, track, kind, .. } = entries[index];
            match kind {
                Kind::Begin => open.entry(track).or_default().push(index),
                Kind::End => match open.get_mut(&track).and_then(Vec::pop) {
                    Some(begin) => {
                        entries[begin].kind = Kind::Slice;
                        entries[begin].end = at;
                    }
                    None => collector.left_out.unmatched += 1,
                },
                _ => {}
            }
        }
        for index in open.into_values().flatten() {
            entries[index].kind = Kind::OpenSlice;
            entries[index].end = (i64::MAX, u32::MAX);
            self.open += 1;
        }
    }

    /// Lays the slices of each track into each other, and beside each other where they do not nest.
    fn nest(&mut self, entries: &[Entry], collector: &mut Collector) {
        let mut slices: Vec<u32> = (0..entries.len())
            .filter(|index| entries[*index].kind.is_slice())
            .map(|index| index as u32)
            .collect();
        let slice = |index: u32| &entries[index as usize];
        slices.sort_unstable_by_key(|index| {
            let slice = slice(*index);
            (slice.track, slice.at, std::cmp::Reverse(slice.end), slice.sequence)
        });
        for slices in slices.chunk_by(|a, b| slice(*a).track == slice(*b).track) {
            let track = slice(slices[0]).track;
            // The open slices of each lane of the track: when they end.
            let mut lanes: Vec<(u32, Vec<At>)> = vec![(self.first_lane(track), Vec::new())];
            for index in slices {
                let Entry { at, end, name, kind, .. } = *slice(*index);
                for (lane, open) in &mut lanes {
                    while let Some(over) = open.pop_if(|over| *over <= at) {
                        self.edges.push(Edge { at: over, lane: *lane, what: What::End });
                    }
                }
                let fits = |(_, open): &(u32, Vec<At>)| open.last().is_none_or(|around| *around >= end);
                let place = lanes.iter().position(fits).unwrap_or(lanes.len());
                if place == MAX_OVERLAPPING {
                    collector.left_out.overlapping += 1;
                    continue;
                }
                if place == lanes.len() {
                    lanes.push((self.lanes.len() as u32, Vec::new()));
                    self.lanes.push(Place { track, nth: place as u32 });
                }
                let is_poll = matches!(kind, Kind::Poll | Kind::OpenPoll);
                self.push(at, lanes[place].0, What::Begin { name, is_poll });
                let end = if kind == Kind::OpenPoll { (i64::MAX, u32::MAX) } else { end };
                lanes[place].1.push(end);
            }
            self.close(lanes, collector.tracks.get(track as usize).is_some_and(|track| track.is_async));
        }
    }

    /// Ends what is still open after the last slice of a track.
    fn close(&mut self, lanes: Vec<(u32, Vec<At>)>, ends: bool) {
        for (lane, mut open) in lanes {
            let goes_on = open.first().is_some_and(|end| end.0 == i64::MAX);
            while let Some(end) = open.pop() {
                if end.0 != i64::MAX {
                    self.push(end, lane, What::End);
                }
            }
            if ends && !goes_on {
                let last = self.edges.iter().rev().find(|edge| edge.lane == lane).map(|edge| edge.at);
                last.into_iter().for_each(|last| self.push(last, lane, What::Over));
            }
        }
    }

    /// Adds what lies on lanes and between them.
    fn link(&mut self, entries: &[Entry], collector: &mut Collector) {
        let mut starts: FxHashMap<u32, (At, u32, u8)> = FxHashMap::default();
        for entry in entries {
            let Entry { at, track, name, kind, code, .. } = *entry;
            match kind {
                Kind::Mark => {
                    let lane = self.first_lanes.get(&track).copied().unwrap_or(NO_TRACK);
                    self.push(at, lane, What::Log { text: name, level: code });
                }
                Kind::Value => {
                    let lane = self.first_lanes.get(&track).copied().unwrap_or(NO_TRACK);
                    self.push(at, lane, What::Value { name, text: entry.text });
                }
                Kind::FlowStart => drop(starts.insert(name, (at, track, code))),
                Kind::FlowStep | Kind::FlowEnd => match starts.remove(&name) {
                    Some((from, by, cause)) => {
                        let by = if by == NO_TRACK { by } else { self.first_lane(by) };
                        let lane = self.first_lane(track);
                        self.push(from, lane, What::Wake { by, cause });
                        if kind == Kind::FlowStep {
                            starts.insert(name, (at, track, 0));
                        }
                    }
                    None => collector.left_out.unmatched += 1,
                },
                _ => {}
            }
        }
        collector.left_out.unmatched += starts.len() as u64;
    }
}

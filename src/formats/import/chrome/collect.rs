//! The events of a Chrome trace as they are kept until all are there to be put in order: forty bytes each.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::read::Raw;
use crate::formats::exact::{self, Exact, ExactLane};
use crate::formats::import::MAX_LANES;
use crate::formats::import::json::Scalar;
use crate::formats::import::loom::Loom;
use crate::trace::NameId;

/// What belongs to no track: it is on the whole process, or on nothing.
pub(super) const NO_TRACK: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Begin,
    End,
    /// A slice with its end.
    Slice,
    /// A slice that does not end.
    OpenSlice,
    /// A poll of ours, with its end.
    Poll,
    /// A poll of ours that does not end.
    OpenPoll,
    Mark,
    Value,
    FlowStart,
    FlowStep,
    FlowEnd,
}

impl Kind {
    pub(super) fn is_slice(self) -> bool {
        matches!(self, Self::Slice | Self::OpenSlice | Self::Poll | Self::OpenPoll)
    }
}

/// A moment, in nanoseconds and, in traces of ours, steps.
pub(super) type At = (i64, u32);

pub(super) fn moment(at: exact::At) -> At {
    (i64::try_from(at.nanos).unwrap_or(i64::MAX), at.step)
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) at: At,
    pub(super) end: At,
    pub(super) track: u32,
    /// A name, or which flow.
    pub(super) name: u32,
    /// A value's text.
    pub(super) text: NameId,
    /// Its place in the file.
    pub(super) sequence: u32,
    pub(super) kind: Kind,
    /// A code of ours.
    pub(super) code: u8,
}

/// Where slices lie: a thread, or whatever has the same id.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) process: u64,
    pub(super) name: Option<String>,
    /// What to call it where nothing names it.
    pub(super) fallback: String,
    pub(super) is_async: bool,
    /// What it is in a run of ours.
    pub(super) own: Option<(exact::At, ExactLane)>,
    /// Its number in a trace of ours.
    pub(super) number: Option<u32>,
}

/// What was not taken, by why.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    pub(super) counters: u64,
    /// Of kinds that are not shown: objects, memory dumps, samples.
    pub(super) other: u64,
    pub(super) timeless: u64,
    /// Ends without a beginning, flows without a start.
    pub(super) unmatched: u64,
    /// Too many overlap.
    pub(super) overlapping: u64,
    /// On lanes for which there was no room.
    pub(super) beyond: u64,
}

pub(super) struct Collector {
    pub(super) loom: Loom,
    pub(super) entries: Vec<Entry>,
    pub(super) tracks: Vec<Track>,
    tracks_by_key: FxHashMap<(bool, u64, u64, u64), u32>,
    flows: FxHashMap<(u64, u64), u32>,
    pub(super) processes: FxHashMap<u64, String>,
    pub(super) left_out: LeftOut,
    /// How the run ended, in a trace of ours.
    pub(super) run_end: Option<(exact::At, Option<u8>)>,
    pub(super) is_ours: bool,
    pub(super) has_events: bool,
    pub(super) is_run_json: bool,
}

impl Collector {
    pub(super) fn new() -> Self {
        Self {
            loom: Loom::new(),
            entries: Vec::new(),
            tracks: Vec::new(),
            tracks_by_key: FxHashMap::default(),
            flows: FxHashMap::default(),
            processes: FxHashMap::default(),
            left_out: LeftOut::default(),
            run_end: None,
            is_ours: false,
            has_events: false,
            is_run_json: false,
        }
    }

    pub(super) fn take(&mut self, event: Raw<'_>) {
        match event.phase {
            b'M' => self.describe(&event),
            b'X' => self.slice(&event),
            b'B' => self.on_thread(&event, Kind::Begin),
            b'E' => self.on_thread(&event, Kind::End),
            b'b' | b'S' => self.on_async(&event, Kind::Begin),
            b'e' | b'F' => self.on_async(&event, Kind::End),
            b'n' | b'T' | b'p' => self.on_async(&event, Kind::Mark),
            b'i' | b'I' | b'R' => self.mark(&event),
            b's' => self.flow(&event, Kind::FlowStart),
            b't' => self.flow(&event, Kind::FlowStep),
            b'f' => self.flow(&event, Kind::FlowEnd),
            b'C' => self.counter(&event),
            _ => self.left_out.other += 1,
        }
    }

    fn describe(&mut self, event: &Raw<'_>) {
        let name = event.named.text().map(|name| name.chars().take(200).collect::<String>());
        match event.name.text() {
            Some("process_name") => {
                if let Some(exact) = &event.exact {
                    self.is_ours = true;
                    self.run_end = Some((exact.at, exact.code));
                }
                if let Some(name) = name.filter(|_| self.processes.len() < MAX_LANES) {
                    self.processes.insert(key(&event.process), name);
                }
            }
            Some("thread_name") => {
                let track = self.thread(event);
                let Some(track) = self.tracks.get_mut(track as usize) else { return };
                track.name = name;
                if let Some(Exact { at, lane: Some(lane), .. }) = &event.exact {
                    self.is_ours = true;
                    track.own = Some((*at, lane.clone()));
                }
            }
            _ => {}
        }
    }

    fn slice(&mut self, event: &Raw<'_>) {
        let track = self.thread(event);
        match (&event.exact, event.category.text()) {
            (Some(exact), Some("poll")) => {
                let kind = if exact.to.is_some() { Kind::Poll } else { Kind::OpenPoll };
                self.push(event, track, kind);
            }
            // What is outside a run of ours is told by its wakes.
            (Some(_), _) => {}
            (None, _) => self.push(event, track, Kind::Slice),
        }
    }

    fn on_thread(&mut self, event: &Raw<'_>, kind: Kind) {
        let track = self.thread(event);
        self.push(event, track, kind);
    }

    fn on_async(&mut self, event: &Raw<'_>, kind: Kind) {
        let process = if event.is_global { 0 } else { key(&event.process) };
        let fallback =
            || event.name.text().map_or_else(|| "async".to_owned(), |name| name.chars().take(200).collect());
        let track = self.track((true, process, key(&event.category), key(&event.id)), fallback);
        self.push(event, track, kind);
    }

    fn mark(&mut self, event: &Raw<'_>) {
        let track = if event.thread == Scalar::Nothing { NO_TRACK } else { self.thread(event) };
        match (&event.exact, event.category.text()) {
            (Some(exact), Some("value")) => self.value(event, track, exact),
            (Some(exact), Some("log")) => {
                let code = exact.code.unwrap_or(0);
                self.push(event, track, Kind::Mark);
                self.entries.last_mut().into_iter().for_each(|entry| entry.code = code);
            }
            // How a lane of ours ended stands where it is named.
            (Some(_), _) => {}
            (None, _) => self.push(event, track, Kind::Mark),
        }
    }

    fn counter(&mut self, event: &Raw<'_>) {
        match &event.exact {
            Some(exact) if exact.text.is_some() => {
                let track = self.thread(event);
                self.value(event, track, exact);
            }
            _ => self.left_out.counters += 1,
        }
    }

    fn value(&mut self, event: &Raw<'_>, track: u32, exact: &Exact) {
        let value = exact.text.as_deref().unwrap_or_default();
        let shown = event.name.shown();
        let name = shown.strip_suffix(value).and_then(|name| name.strip_suffix(" = ")).unwrap_or(&shown);
        let (name, text) = (self.loom.recorder.name(name), self.loom.recorder.name(value));
        self.push(event, track, Kind::Value);
        if let Some(entry) = self.entries.last_mut() {
            (entry.name, entry.text) = (name.0, text);
        }
    }

    fn flow(&mut self, event: &Raw<'_>, kind: Kind) {
        let next = self.flows.len() as u32;
        let flow = *self.flows.entry((key(&event.category), key(&event.id))).or_insert(next);
        let code = match &event.exact {
            // A spawn of ours stands where the lane is named.
            Some(Exact { code: None, .. }) if kind == Kind::FlowStart => return,
            Some(exact) => exact.code.unwrap_or(0),
            None => 0,
        };
        let track = self.thread(event);
        self.push(event, track, kind);
        if let Some(entry) = self.entries.last_mut().filter(|entry| entry.kind == kind) {
            (entry.name, entry.code) = (flow, code);
        }
    }

    fn push(&mut self, event: &Raw<'_>, track: u32, kind: Kind) {
        let nanos = |micros: f64| (micros * 1_000.0).round() as i64;
        let (at, end) = match (&event.exact, event.time) {
            (Some(exact), _) => (moment(exact.at), moment(exact.to.unwrap_or(exact.at))),
            (None, Some(time)) => {
                let length = nanos(event.duration.unwrap_or(0.0)).max(0);
                ((nanos(time), 0), (nanos(time).saturating_add(length), 0))
            }
            (None, None) => {
                self.left_out.timeless += 1;
                return;
            }
        };
        if track == NO_TRACK && kind != Kind::Mark && kind != Kind::FlowStart {
            self.left_out.beyond += 1;
            return;
        }
        let name = match kind {
            Kind::FlowStart | Kind::FlowStep | Kind::FlowEnd | Kind::End | Kind::Value => NameId::NONE,
            _ => self.loom.recorder.name(&event.name.shown()),
        };
        self.entries.push(Entry {
            at,
            end: end.max(at),
            track,
            name: name.0,
            text: NameId::NONE,
            sequence: self.entries.len() as u32,
            kind,
            code: 0,
        });
    }

    fn thread(&mut self, event: &Raw<'_>) -> u32 {
        let number = match event.thread {
            Scalar::Whole(number) => u32::try_from(number).ok(),
            _ => None,
        };
        if event.exact.is_some() && number == Some(0) {
            return NO_TRACK;
        }
        let fallback = || format!("thread {}", event.thread.shown());
        let track = self.track((false, key(&event.process), 0, key(&event.thread)), fallback);
        if let Some(track) = self.tracks.get_mut(track as usize) {
            track.number = number;
        }
        track
    }

    fn track(&mut self, key: (bool, u64, u64, u64), fallback: impl FnOnce() -> String) -> u32 {
        if let Some(track) = self.tracks_by_key.get(&key) {
            return *track;
        }
        if self.tracks.len() >= MAX_LANES {
            return NO_TRACK;
        }
        let track = self.tracks.len() as u32;
        self.tracks_by_key.insert(key, track);
        let (is_async, process, ..) = key;
        let fallback = fallback();
        self.tracks.push(Track { process, name: None, fallback, is_async, own: None, number: None });
        track
    }
}

/// Returns a number for an id, which writers give as a number, or as text in decimal or hexadecimal.
fn key(id: &Scalar<'_>) -> u64 {
    match id {
        Scalar::Nothing => 0,
        Scalar::Whole(number) => *number as u64,
        Scalar::Large(number) => *number,
        Scalar::Float(number) => number.to_bits(),
        Scalar::Text(text) => {
            let number = match text.strip_prefix("0x") {
                Some(digits) => u64::from_str_radix(digits, 16).ok(),
                None => text.parse().ok(),
            };
            number.unwrap_or_else(|| FxBuildHasher.hash_one(text.as_bytes()))
        }
    }
}

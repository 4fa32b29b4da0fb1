//! The model: what all frames so far say.

use std::ops::RangeInclusive;

use rustc_hash::FxHashMap;

use super::column::Column;
use super::events::{RawEvent, RawJoin, RawLog, RawTracing, RawValue};
use super::resources::RawOp;
use super::span::RawWait;
use super::tracing_spans::Tracing;
use super::wakes::RawWake;
use super::{Extent, Lane, Moment, Resource, Row};
use crate::trace::{Frame, FrameError, LaneId, LocationId, NameId, Place, ResourceId, RunEnd};

/// What is missing, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Events that the recorder or the way here lost.
    pub events: u64,
    /// Strings that are shown as `…`.
    pub names: u64,
    /// Events that this model did not keep because it is full.
    pub refused: u64,
}

/// A place in the order at which events are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The moment after which they are missing.
    pub after: Moment,
    /// How many.
    pub events: u64,
}

/// What all frames so far say.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub(super) limit: u32,
    pub(super) lanes: Vec<Lane>,
    /// The places of lanes that have ended within a poll; some of those polls are over by now.
    pub(super) unclosed: Vec<u32>,
    /// From a lane's number to its place in `lanes`.
    pub(super) places_of_lanes: FxHashMap<u32, u32>,
    pub(super) rows: Vec<Row>,
    pub(super) rows_are_stale: bool,
    pub(super) events: Column<RawEvent>,
    /// The first order of each instant, and what the clock read then.
    pub(super) instant_orders: Column<u32>,
    pub(super) instant_nanos: Column<u64>,
    pub(super) wakes: Column<RawWake>,
    pub(super) waits: Column<RawWait>,
    pub(super) logs: Vec<RawLog>,
    pub(super) values: Vec<RawValue>,
    pub(super) resources: Vec<Resource>,
    pub(super) shown_resources: Vec<ResourceId>,
    pub(super) ops: Column<RawOp>,
    pub(super) tracing: Column<RawTracing>,
    pub(super) tracing_by_lane: Tracing,
    pub(super) joins: Column<RawJoin>,
    pub(super) names: Vec<Option<String>>,
    pub(super) locations: Vec<Option<Place>>,
    pub(super) run_end: Option<(RunEnd, Moment)>,
    pub(super) begin_nanos: u64,
    pub(super) now_nanos: u64,
    pub(super) next_seq: u64,
    pub(super) dropped: Dropped,
    pub(super) gaps: Vec<Gap>,
}

impl Default for Model {
    fn default() -> Self {
        Self::new()
    }
}

impl Model {
    /// How many events a model keeps unless told otherwise; about 120 MB.
    pub const MAX_EVENTS: u32 = 6_000_000;

    /// How many lanes a model keeps; about 80 MB. Events of further ones are counted and not kept.
    pub const MAX_LANES: usize = 1 << 18;

    /// Creates the model of a run that has not begun.
    pub fn new() -> Self {
        Self::with_limit(Self::MAX_EVENTS)
    }

    /// Creates a model that keeps the first `events` events and counts the rest.
    pub fn with_limit(events: u32) -> Self {
        Self {
            limit: events.min(1 << 28),
            lanes: Vec::new(),
            unclosed: Vec::new(),
            places_of_lanes: FxHashMap::default(),
            rows: Vec::new(),
            rows_are_stale: false,
            events: Column::default(),
            instant_orders: Column::default(),
            instant_nanos: Column::default(),
            wakes: Column::default(),
            waits: Column::default(),
            logs: Vec::new(),
            values: Vec::new(),
            resources: Vec::new(),
            shown_resources: Vec::new(),
            ops: Column::default(),
            tracing: Column::default(),
            tracing_by_lane: Tracing::default(),
            joins: Column::default(),
            names: Vec::new(),
            locations: Vec::new(),
            run_end: None,
            begin_nanos: 0,
            now_nanos: 0,
            next_seq: 0,
            dropped: Dropped::default(),
            gaps: Vec::new(),
        }
    }

    /// Takes in one or more frames as bytes. After an error the model is as it was before.
    pub fn apply_bytes(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        for frame in Frame::decode_all(bytes)? {
            self.apply(&frame);
        }
        Ok(())
    }

    /// Returns how much there is of the run.
    pub fn extent(&self) -> Extent {
        Extent {
            begin: Moment { nanos: self.begin_nanos, order: 0 },
            end: Moment { nanos: self.now_nanos, order: self.event_count() },
            instants: self.instant_orders.len(),
        }
    }

    /// Returns the moment of the event with this number; 0 is the start.
    pub fn moment(&self, order: u32) -> Option<Moment> {
        (order <= self.event_count()).then(|| self.moment_of(order))
    }

    /// As [`Model::moment`], for an order that is known to exist.
    pub(super) fn moment_of(&self, order: u32) -> Moment {
        let instant = self.instant_orders.partition_point(|first| first <= order);
        let nanos = instant.checked_sub(1).and_then(|instant| self.instant_nanos.get(instant));
        Moment { nanos: nanos.unwrap_or(self.begin_nanos), order }
    }

    /// Returns the moment at a time: after everything that happened up to then.
    pub fn moment_at_nanos(&self, nanos: u64) -> Moment {
        let nanos = nanos.clamp(self.begin_nanos, self.now_nanos);
        let next = self.instant_nanos.partition_point(|instant| instant <= nanos);
        let order = match self.instant_orders.get(next) {
            Some(first) => first - 1,
            None => self.event_count(),
        };
        Moment { nanos, order }
    }

    /// Returns each time at which something happened, and the numbers of the events then.
    pub fn instants(&self) -> impl Iterator<Item = (u64, RangeInclusive<u32>)> + '_ {
        let firsts = self.instant_orders.iter_from(0);
        let next_firsts = self.instant_orders.iter_from(1).chain([self.event_count() + 1]);
        let orders = firsts.zip(next_firsts).map(|(first, next)| first..=next - 1);
        self.instant_nanos.iter_from(0).zip(orders)
    }

    /// Returns a lane.
    pub fn lane(&self, id: LaneId) -> Option<&Lane> {
        self.lanes.get(*self.places_of_lanes.get(&id.0)? as usize)
    }

    /// Returns all lanes in the order in which they were first heard of.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// Returns the lanes in display order: tasks as they were spawned, children below their parents.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns an interned string; `…` when it was lost.
    pub fn text(&self, name: NameId) -> &str {
        match self.names.get(name.0 as usize) {
            Some(Some(text)) => text,
            _ if name == NameId::NONE => "",
            _ => "…",
        }
    }

    /// Returns a place in the source, where known.
    pub fn place(&self, location: LocationId) -> Option<&Place> {
        self.locations.get(usize::from(location.0))?.as_ref()
    }

    /// Returns the number that the next event has, counted over the whole run.
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Returns what is missing.
    pub fn dropped(&self) -> Dropped {
        self.dropped
    }

    /// Returns where events are missing.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Returns how much memory the model takes, in bytes, but for its small tables.
    pub fn heap_bytes(&self) -> usize {
        let lanes: usize = self.lanes.iter().map(Lane::heap_bytes).sum();
        let names: usize = self.names.iter().flatten().map(String::capacity).sum();
        lanes
            + names
            + self.lanes.capacity() * size_of::<Lane>()
            + self.rows.capacity() * size_of::<Row>()
            + self.names.capacity() * size_of::<Option<String>>()
            + self.logs.capacity() * size_of::<RawLog>()
            + self.values.capacity() * size_of::<RawValue>()
            + self.events.heap_bytes()
            + self.instant_orders.heap_bytes()
            + self.instant_nanos.heap_bytes()
            + self.wakes.heap_bytes()
            + self.waits.heap_bytes()
            + self.ops.heap_bytes()
            + self.tracing.heap_bytes()
            + self.joins.heap_bytes()
            + self.resources.iter().map(|resource| resource.heap_bytes()).sum::<usize>()
    }
}

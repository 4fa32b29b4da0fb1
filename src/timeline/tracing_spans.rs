//! Spans of `tracing` within a lane: from their first entering to their close, and when they were entered.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::events::RawTracing;
use super::{Model, Moment, TracingEdgeKind};
use crate::trace::{LaneId, LocationId, NameId, SpanId};

/// How deep spans are told apart; deeper ones share a line.
const DEEPEST: u8 = 8;

/// A span of `tracing` as it lies in a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TracingSpan {
    /// The span.
    pub span: SpanId,
    /// How many spans of the lane were open around it when it was first entered.
    pub depth: u8,
    /// When it was first entered.
    pub begin: Moment,
    /// When it was closed, if it was.
    pub end: Option<Moment>,
}

/// A piece of a lane that was spent within a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TracingPiece {
    /// The span.
    pub span: SpanId,
    /// The depth of the span.
    pub depth: u8,
    /// From when.
    pub begin: Moment,
    /// Until when; `None` while it goes on.
    pub end: Option<Moment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Raw {
    span: u32,
    depth: u8,
    begin: u32,
    /// 0 while it goes on.
    end: u32,
}

/// What is known of the spans of `tracing`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tracing {
    names: FxHashMap<u32, (NameId, LocationId)>,
    /// By lane, in the order of their beginnings.
    spans: FxHashMap<u32, Vec<Raw>>,
    pieces: FxHashMap<u32, Vec<Raw>>,
    /// The lane in which each open span lies.
    homes: FxHashMap<u32, u32>,
    /// Where in `spans` the open span of a lane is: a lane may have a million that are over.
    open_spans: FxHashMap<(u32, u32), u32>,
    /// Where in `pieces` a lane entered a span that it has not left, the latest last.
    open_pieces: FxHashMap<(u32, u32), Vec<u32>>,
}

impl Tracing {
    pub(super) fn take(&mut self, lane: LaneId, edge: &RawTracing) {
        let RawTracing { order, span, kind } = *edge;
        match kind {
            TracingEdgeKind::New(name, location) => drop(self.names.insert(span, (name, location))),
            TracingEdgeKind::Enter => {
                let spans = self.spans.entry(lane.0).or_default();
                let known = self.open_spans.get(&(lane.0, span)).and_then(|index| spans.get(*index as usize));
                let depth = match known {
                    Some(known) => known.depth,
                    None => {
                        let open = spans.iter().rev().take(64).filter(|other| other.end == 0).count();
                        let depth = u8::try_from(open).unwrap_or(DEEPEST).min(DEEPEST);
                        self.open_spans.insert((lane.0, span), spans.len() as u32);
                        spans.push(Raw { span, depth, begin: order, end: 0 });
                        self.homes.insert(span, lane.0);
                        depth
                    }
                };
                let pieces = self.pieces.entry(lane.0).or_default();
                self.open_pieces.entry((lane.0, span)).or_default().push(pieces.len() as u32);
                pieces.push(Raw { span, depth, begin: order, end: 0 });
            }
            TracingEdgeKind::Exit => {
                let Entry::Occupied(mut open) = self.open_pieces.entry((lane.0, span)) else { return };
                close(self.pieces.get_mut(&lane.0), open.get_mut().pop(), order);
                if open.get().is_empty() {
                    open.remove();
                }
            }
            TracingEdgeKind::Close => {
                let home = self.homes.remove(&span).unwrap_or(lane.0);
                close(self.spans.get_mut(&home), self.open_spans.remove(&(home, span)), order);
            }
        }
    }
}

fn close(raws: Option<&mut Vec<Raw>>, index: Option<u32>, order: u32) {
    if let Some(raw) = index.and_then(|index| raws?.get_mut(index as usize)) {
        raw.end = order;
    }
}

impl Model {
    /// Returns the spans of `tracing` that lie in a lane.
    pub fn tracing_spans(&self, lane: LaneId) -> impl Iterator<Item = TracingSpan> + '_ {
        let raws = self.tracing_by_lane.spans.get(&lane.0).map_or(&[][..], Vec::as_slice);
        raws.iter().map(|raw| {
            let (begin, end) = self.moments_of(raw);
            TracingSpan { span: SpanId(raw.span), depth: raw.depth, begin, end }
        })
    }

    /// Returns when a lane was within spans of `tracing`.
    pub fn tracing_pieces(&self, lane: LaneId) -> impl Iterator<Item = TracingPiece> + '_ {
        let raws = self.tracing_by_lane.pieces.get(&lane.0).map_or(&[][..], Vec::as_slice);
        raws.iter().map(|raw| {
            let (begin, end) = self.moments_of(raw);
            TracingPiece { span: SpanId(raw.span), depth: raw.depth, begin, end }
        })
    }

    /// Returns the name of a span of `tracing` with its fields, and where it was made.
    pub fn tracing_name(&self, span: SpanId) -> (&str, LocationId) {
        let known = self.tracing_by_lane.names.get(&span.0);
        known.map_or(("…", LocationId::NONE), |(name, location)| (self.text(*name), *location))
    }

    fn moments_of(&self, raw: &Raw) -> (Moment, Option<Moment>) {
        (self.moment_of(raw.begin), (raw.end > 0).then(|| self.moment_of(raw.end)))
    }
}

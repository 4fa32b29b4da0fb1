//! A run as JSON, for programs that ask about it.
//!
//! ```text
//! { "format": "wakeline-run", "version": 1,
//!   "run":    { "end", "nanos", "steps", "tasks", "live_tasks", "lost_events" },
//!   "lanes":  [ { "id", "parent", "kind", "name", "place", "spawned", "end", "polls", "busy_nanos",
//!                 "scheduled_nanos", "idle_nanos", "spans": [ { "state", "begin", "end", … } ] } ],
//!   "wakes":  [ { "by", "lane", "cause", "at", "place" } ],
//!   "resources": [ { "id", "kind", "name", "capacity", "lane", "made", "place",
//!                    "ops": [ { "at", "lane", "op", "number", "item", "place" } ] } ],
//!   "log":    [ { "at", "lane", "level", "text", "place" } ],
//!   "values": [ { "at", "lane", "name", "value" } ] }
//! ```
//!
//! A moment is `{ "nanos", "step" }`: the time since the run's start, and how many events have
//! happened. A place is `{ "file", "line", "column" }`. What is not known or has not happened is
//! absent.

#[path = "json_resources.rs"]
mod resources;

use std::io::{self, Write};

use serde::Serialize;

use super::codes::{cause_code, level_code, run_end_code, wait_code};
use super::writer::{self, Stream};
use crate::timeline::{
    self, Lane, LaneKind, LogLine, Model, Moment, SpanState, ValueLine, end_word, state_word,
};
use crate::trace::{self, LaneId, LocationId};

/// Writes a run as JSON.
pub fn write(model: &Model, out: &mut impl Write) -> io::Result<()> {
    let end = model.extent().end;
    let document = Document {
        format: "wakeline-run",
        version: 1,
        run: Run::of(model),
        lanes: Stream(|| {
            let lanes = model.rows().iter().filter_map(|row| model.lane(row.lane));
            lanes.map(|lane| LaneEntry::of(model, lane, Stream(|| spans(model, lane.id))))
        }),
        wakes: Stream(|| model.wakes(Moment::START, end).map(|wake| WakeEntry::of(model, &wake))),
        resources: Stream(|| resources::entries(model)),
        log: Stream(|| model.log_lines().map(|line| LogEntry::of(&line))),
        values: Stream(|| model.values().map(|line| ValueEntry::of(&line))),
    };
    writer::write(&document, out)
}

/// Returns a run as JSON.
pub fn to_string(model: &Model) -> String {
    writer::to_string(|out| write(model, out))
}

fn spans(model: &Model, lane: LaneId) -> impl Iterator<Item = SpanEntry<'_>> {
    model.spans(lane).map(|span| SpanEntry::of(model, &span))
}

#[derive(Serialize)]
struct Document<L, W, R, G, V> {
    format: &'static str,
    version: u32,
    run: Run,
    lanes: L,
    wakes: W,
    resources: R,
    log: G,
    values: V,
}

#[derive(Serialize)]
struct Run {
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<&'static str>,
    nanos: u64,
    steps: u32,
    tasks: usize,
    live_tasks: usize,
    lost_events: u64,
}

impl Run {
    fn of(model: &Model) -> Self {
        let (state, now) = (model.run_state(), model.extent().end);
        Self {
            end: state.end.map(|(end, _)| run_end_code(end)),
            nanos: now.nanos,
            steps: now.order,
            tasks: state.tasks,
            live_tasks: state.live_tasks,
            lost_events: model.dropped().events.saturating_add(model.dropped().refused),
        }
    }
}

#[derive(Serialize)]
struct LaneEntry<'a, S> {
    id: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<u32>,
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place<'a>>,
    spawned: At,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<EndEntry<'a>>,
    polls: u32,
    busy_nanos: u64,
    scheduled_nanos: u64,
    idle_nanos: u64,
    spans: S,
}

impl<'a, S> LaneEntry<'a, S> {
    fn of(model: &'a Model, lane: &'a Lane, spans: S) -> Self {
        let stats = model.lane_stats(lane.id, model.extent().end);
        Self {
            id: lane.id.0,
            parent: lane_id(lane.parent),
            kind: match lane.kind {
                LaneKind::Task => "task",
                LaneKind::Child => "child",
            },
            name: &lane.name,
            place: place_at(model, lane.location),
            spawned: lane.spawned.into(),
            end: lane.end.map(|end| EndEntry {
                at: end.moment.into(),
                how: end_word(end.end),
                message: Some(model.text(end.message)).filter(|message| !message.is_empty()),
            }),
            polls: lane.polls,
            busy_nanos: stats.busy_nanos,
            scheduled_nanos: stats.scheduled_nanos,
            idle_nanos: stats.idle_nanos,
            spans,
        }
    }
}

#[derive(Serialize)]
struct EndEntry<'a> {
    at: At,
    how: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// What a state says besides: `poll` of a poll; `waits_on`, `waits_for` and `place` of an idle span;
/// `cause`, `by` and `place` of a scheduled one.
#[derive(Default, Serialize)]
struct SpanEntry<'a> {
    state: &'static str,
    begin: At,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    poll: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_on: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_for: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place<'a>>,
}

impl<'a> SpanEntry<'a> {
    fn of(model: &'a Model, span: &timeline::Span) -> Self {
        let entry = Self {
            state: state_word(span.state.state()),
            begin: span.begin.into(),
            end: span.end.map(At::from),
            ..Self::default()
        };
        match span.state {
            SpanState::Polling { number } => Self { poll: Some(number), ..entry },
            SpanState::Idle(None) | SpanState::Scheduled(None) => entry,
            SpanState::Idle(Some(wait)) => Self {
                waits_on: Some(wait_code(wait.on)),
                waits_for: Some(model.wait_text(&wait)),
                place: place_at(model, wait.location),
                ..entry
            },
            SpanState::Scheduled(Some(wake)) => Self {
                cause: Some(cause_code(wake.cause)),
                by: lane_id(wake.by),
                place: place_at(model, wake.location),
                ..entry
            },
        }
    }
}

#[derive(Serialize)]
struct WakeEntry<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<u32>,
    cause: &'static str,
    at: At,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place<'a>>,
}

impl<'a> WakeEntry<'a> {
    fn of(model: &'a Model, wake: &timeline::Wake) -> Self {
        Self {
            by: lane_id(wake.by),
            lane: lane_id(wake.lane),
            cause: cause_code(wake.cause),
            at: wake.moment.into(),
            place: place_at(model, wake.location),
        }
    }
}

#[derive(Serialize)]
struct LogEntry<'a> {
    at: At,
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<u32>,
    level: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place<'a>>,
}

impl<'a> LogEntry<'a> {
    fn of(line: &LogLine<'a>) -> Self {
        Self {
            at: line.moment.into(),
            lane: lane_id(line.lane),
            level: level_code(line.level),
            text: line.text,
            place: line.place.map(Place::from),
        }
    }
}

#[derive(Serialize)]
struct ValueEntry<'a> {
    at: At,
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<u32>,
    name: &'a str,
    value: &'a str,
}

impl<'a> ValueEntry<'a> {
    fn of(line: &ValueLine<'a>) -> Self {
        Self { at: line.moment.into(), lane: lane_id(line.lane), name: line.name, value: line.value }
    }
}

#[derive(Default, Serialize)]
struct At {
    nanos: u64,
    step: u32,
}

impl From<Moment> for At {
    fn from(moment: Moment) -> Self {
        Self { nanos: moment.nanos, step: moment.order }
    }
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
}

impl<'a> From<&'a trace::Place> for Place<'a> {
    fn from(place: &'a trace::Place) -> Self {
        Self { file: &place.file, line: place.line, column: place.column }
    }
}

fn place_at(model: &Model, location: LocationId) -> Option<Place<'_>> {
    model.place(location).map(Place::from)
}

fn lane_id(lane: LaneId) -> Option<u32> {
    (lane != LaneId::OUTSIDE).then_some(lane.0)
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;

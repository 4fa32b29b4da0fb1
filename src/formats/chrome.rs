//! The Chrome trace format, which Perfetto, speedscope and the Firefox Profiler open.
//!
//! A lane is a thread, a poll a complete slice (`X`), a wake or a spawn a flow (`s`, `f`) from the
//! poll that caused it to the poll that it led to; what is outside the run is thread 0. Log lines are
//! instant events and numeric values counters.
//!
//! In virtual time polls take no time, and nothing would be seen of them. So the steps of an instant
//! are laid out a microsecond apart, or closer where the next instant comes sooner: their order stays
//! right, slices nest, and nothing reaches into the next instant. The arguments of each slice hold the
//! true time and the step for a person, and `formats/exact.rs` what reads back: lanes, polls, wakes, ends, log lines
//! and values, but neither places in the source nor what a lane waits for, resources, or spans of `tracing`.

use std::io::{self, Write};

use serde::Serialize;

use super::exact::{At, Exact, ExactEnd, ExactLane};
use super::writer::{self, Stream};
use crate::timeline::{Cause, Lane, LaneKind, Model, Moment, Span, SpanState, Wake, duration_text};
use crate::trace::{End, LaneId};

/// Writes a run as a Chrome trace.
pub fn write(model: &Model, out: &mut impl Write) -> io::Result<()> {
    let times = Times::new(model);
    let events = || {
        let slices = model.rows().iter().flat_map(|row| slices(model, &times, row.lane));
        let arrows = arrows(model).zip(0..).filter_map(|(wake, id)| flow(model, &times, id, &wake)).flatten();
        let slices = slices.chain(levels(model, &times));
        names(model).chain(slices).chain(arrows).chain(marks(model, &times))
    };
    writer::write(&Document { unit: "ms", events: Stream(events) }, out)
}

/// Returns a run as a Chrome trace.
pub fn to_string(model: &Model) -> String {
    writer::to_string(|out| write(model, out))
}

#[derive(Serialize)]
struct Document<E> {
    #[serde(rename = "displayTimeUnit")]
    unit: &'static str,
    #[serde(rename = "traceEvents")]
    events: E,
}

/// One event of the format; what a phase does not use is left out.
#[derive(Default, Serialize)]
struct TraceEvent {
    #[serde(rename = "ph")]
    phase: &'static str,
    pid: u32,
    tid: u32,
    name: String,
    #[serde(rename = "cat", skip_serializing_if = "Option::is_none")]
    category: Option<&'static str>,
    /// In microseconds, as `dur` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    ts: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<f64>,
    /// Which flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    /// `e`: a flow ends in the slice around its end.
    #[serde(rename = "bp", skip_serializing_if = "Option::is_none")]
    binding_point: Option<&'static str>,
    /// `t`: an instant event is a mark on its thread.
    #[serde(rename = "s", skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    args: Option<Args>,
    #[serde(rename = "wakeline", skip_serializing_if = "Option::is_none")]
    exact: Option<Exact>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Args {
    Name { name: String },
    SortIndex { sort_index: usize },
    Poll { at: String, step: u32, took: String, then: String },
    Why { why: String },
    Value { value: f64 },
}

impl TraceEvent {
    fn new(phase: &'static str, lane: LaneId, name: impl Into<String>) -> Self {
        Self { phase, pid: 1, tid: lane.0, name: name.into(), ..Self::default() }
    }

    fn at(mut self, category: &'static str, micros: f64) -> Self {
        self.category = Some(category);
        self.ts = Some(micros);
        self
    }

    fn with(mut self, args: Args) -> Self {
        self.args = Some(args);
        self
    }

    fn exactly(mut self, exact: Exact) -> Self {
        self.exact = Some(exact);
        self
    }

    fn mark(lane: LaneId, category: &'static str, name: impl Into<String>, micros: f64) -> Self {
        Self { scope: Some("t"), ..Self::new("i", lane, name).at(category, micros) }
    }
}

/// Where each step is shown, in nanoseconds.
struct Times {
    /// The first step of each instant, its time, and how far apart its steps are laid.
    instants: Vec<(u32, u64, u64)>,
}

impl Times {
    const STEP_NANOS: u64 = 1_000;

    fn new(model: &Model) -> Self {
        let mut instants: Vec<_> =
            model.instants().map(|(nanos, orders)| (*orders.start(), nanos, Self::STEP_NANOS)).collect();
        for index in 1..instants.len() {
            let (first, nanos, _) = instants[index];
            let before = &mut instants[index - 1];
            let steps = u64::from(first - before.0);
            before.2 = before.2.min((nanos - before.1) / steps);
        }
        Self { instants }
    }

    fn nanos(&self, moment: Moment) -> u64 {
        let after = self.instants.partition_point(|(first, _, _)| *first <= moment.order);
        match after.checked_sub(1).and_then(|index| self.instants.get(index)) {
            Some((first, nanos, apart)) => {
                let shown = nanos.saturating_add(u64::from(moment.order - first) * apart);
                shown.max(moment.nanos)
            }
            None => moment.nanos,
        }
    }

    /// The format counts in microseconds.
    fn micros(&self, moment: Moment) -> f64 {
        self.nanos(moment) as f64 / 1_000.0
    }

    /// How far the step after is shown from a step, in microseconds.
    fn step_micros(&self, moment: Moment) -> f64 {
        let after = self.instants.partition_point(|(first, _, _)| *first <= moment.order);
        let apart =
            after.checked_sub(1).and_then(|index| self.instants.get(index)).map_or(0, |instant| instant.2);
        apart as f64 / 1_000.0
    }
}

fn names(model: &Model) -> impl Iterator<Item = TraceEvent> {
    let name = |kind, lane, name| TraceEvent::new("M", lane, kind).with(Args::Name { name });
    let process = name("process_name", LaneId::OUTSIDE, "Wakeline".to_owned());
    let (run_end, end) = model.run_state().end.unzip();
    let at = end.unwrap_or(model.extent().end).into();
    let process = process.exactly(Exact { at, code: run_end.map(|end| end as u8), ..Exact::default() });
    let outside = name("thread_name", LaneId::OUTSIDE, "outside".to_owned());
    let lanes = model.rows().iter().zip(1..).flat_map(move |(row, sort_index)| {
        let indent = "· ".repeat(usize::from(row.depth.min(8)));
        let order = TraceEvent::new("M", row.lane, "thread_sort_index").with(Args::SortIndex { sort_index });
        let thread = name("thread_name", row.lane, indent + &model.lane_name(row.lane));
        [
            model
                .lane(row.lane)
                .into_iter()
                .fold(thread, |thread, lane| thread.exactly(exact_lane(model, lane))),
            order,
        ]
    });
    [process, outside].into_iter().chain(lanes)
}

fn exact_lane(model: &Model, lane: &Lane) -> Exact {
    let end = lane.end.map(|end| {
        let message = model.text(end.message).to_owned();
        ExactEnd { at: end.moment.into(), code: end.end as u8, message }
    });
    let lane_itself = ExactLane {
        name: lane.is_named.then(|| lane.name.clone()),
        parent: lane.parent.0,
        child: lane.kind == LaneKind::Child,
        end,
    };
    Exact { at: lane.spawned.into(), lane: Some(lane_itself), ..Exact::default() }
}

fn slices<'a>(
    model: &'a Model,
    times: &'a Times,
    lane: LaneId,
) -> impl Iterator<Item = TraceEvent> + use<'a> {
    model.spans(lane).filter_map(move |span| {
        let SpanState::Polling { number } = span.state else { return None };
        let end = span.end.unwrap_or(model.extent().end);
        let begin = times.micros(span.begin);
        let event = TraceEvent::new("X", lane, format!("poll {number}")).at("poll", begin);
        let args = Args::Poll {
            at: duration_text(span.begin.nanos),
            step: span.begin.order,
            took: duration_text(end.nanos.saturating_sub(span.begin.nanos)),
            then: then(model, &span),
        };
        let exact = Exact { at: span.begin.into(), to: span.end.map(At::from), ..Exact::default() };
        Some(TraceEvent { dur: Some(length(begin, times.micros(end))), ..event }.with(args).exactly(exact))
    })
}

/// The length of a slice, such that its reader, who adds it to the beginning, does not come out beyond the end: slices
/// that reach into each other are thrown away.
fn length(begin: f64, end: f64) -> f64 {
    let length = (end - begin).max(0.0);
    if begin + length > end { length.next_down().max(0.0) } else { length }
}

/// What became of the lane after a poll.
fn then(model: &Model, poll: &Span) -> String {
    if let Some(next) = model.span(poll.lane, poll.index + 1) {
        return model.doing_text(&next, next.begin);
    }
    match model.lane(poll.lane).and_then(|lane| lane.end) {
        Some(end) => model.end_text(end.end, end.message),
        None => "goes on".to_owned(),
    }
}

fn arrows(model: &Model) -> impl Iterator<Item = Wake> + '_ {
    let is_task = |lane: &&Lane| lane.kind == LaneKind::Task;
    let spawns =
        model.lanes().iter().filter(is_task).filter_map(|lane| model.wake_before(lane.id, lane.spawned));
    let spawns = spawns.filter(|wake| wake.cause == Cause::Spawned && wake.by != LaneId::OUTSIDE);
    spawns.chain(model.wakes(Moment::START, model.extent().end))
}

/// An arrow that led to a poll: from a slice to a slice, as the format wants.
fn flow(
    model: &Model,
    times: &Times,
    id: usize,
    wake: &Wake,
) -> Option<impl Iterator<Item = TraceEvent> + use<>> {
    let poll = model.poll_after_wake(wake)?;
    let origin = model.span_at(wake.by, wake.moment).map(|span| span.state);
    let is_from_outside = wake.by == LaneId::OUTSIDE;
    if !is_from_outside && !matches!(origin, Some(SpanState::Polling { .. })) {
        return None;
    }
    let name = if wake.cause == Cause::Spawned { "spawn" } else { "wake" };
    let micros = times.micros(wake.moment);
    let why = || Args::Why { why: model.wake_text(wake) };
    let slice = is_from_outside.then(|| {
        let name = format!("wakes {}", model.lane_name(wake.lane));
        let event = TraceEvent::new("X", LaneId::OUTSIDE, name).at("outside", micros);
        let exact = Exact { at: wake.moment.into(), ..Exact::default() };
        // Without a length it would not be seen.
        let dur = length(micros, micros + times.step_micros(wake.moment));
        TraceEvent { dur: Some(dur), ..event }.with(why()).exactly(exact)
    });
    let code = match wake.cause {
        Cause::Spawned => None,
        Cause::Woken(cause) => Some(cause as u8),
    };
    let start = TraceEvent { id: Some(id), ..TraceEvent::new("s", wake.by, name).at("wake", micros) };
    let start = start.exactly(Exact { at: wake.moment.into(), code, ..Exact::default() });
    let end = TraceEvent {
        id: Some(id),
        binding_point: Some("e"),
        ..TraceEvent::new("f", wake.lane, name).at("wake", times.micros(poll))
    };
    let end = end.exactly(Exact { at: poll.into(), ..Exact::default() });
    Some(slice.into_iter().chain([start.with(why()), end]))
}

/// How full each named resource is, as a counter.
fn levels<'a>(model: &'a Model, times: &'a Times) -> impl Iterator<Item = TraceEvent> + use<'a> {
    model.shown_resources().iter().flat_map(move |id| {
        model.levels(*id, Moment::START).map(move |level| {
            let value = f64::from(level.level);
            let name = model.resource_name(*id).into_owned();
            let event = TraceEvent::new("C", LaneId::OUTSIDE, name);
            event.at("resource", times.micros(level.begin)).with(Args::Value { value })
        })
    })
}

fn marks<'a>(model: &'a Model, times: &'a Times) -> impl Iterator<Item = TraceEvent> + use<'a> {
    let log = model.log_lines().map(|line| {
        let exact = Exact { at: line.moment.into(), code: Some(line.level as u8), ..Exact::default() };
        TraceEvent::mark(line.lane, "log", line.text, times.micros(line.moment)).exactly(exact)
    });
    let ends = model.lanes().iter().filter_map(|lane| {
        let end = lane.end.filter(|end| end.end != End::Completed)?;
        let text = model.end_text(end.end, end.message);
        let exact = Exact { at: end.moment.into(), ..Exact::default() };
        Some(TraceEvent::mark(lane.id, "end", text, times.micros(end.moment)).exactly(exact))
    });
    let values = model.values().map(|line| {
        let micros = times.micros(line.moment);
        let exact = Exact { at: line.moment.into(), text: Some(line.value.to_owned()), ..Exact::default() };
        let event = match line.value.parse::<f64>() {
            Ok(value) if value.is_finite() => {
                TraceEvent::new("C", line.lane, line.name).at("value", micros).with(Args::Value { value })
            }
            _ => TraceEvent::mark(line.lane, "value", format!("{} = {}", line.name, line.value), micros),
        };
        event.exactly(exact)
    });
    log.chain(ends).chain(values)
}

#[cfg(test)]
#[path = "chrome_tests.rs"]
mod tests;

//! The Chrome trace format, which Perfetto, speedscope and the Firefox Profiler open.
//!
//! A lane is a thread, a poll a complete slice (`X`), a wake or a spawn a flow (`s`, `f`) from the
//! poll that caused it to the poll that it led to; what is outside the run is thread 0. Log lines are
//! instant events and numeric values counters.
//!
//! In virtual time polls take no time, and nothing would be seen of them. So the steps of an instant
//! are laid out a microsecond apart, or closer where the next instant comes sooner: their order stays
//! right, slices nest, and nothing reaches into the next instant. The arguments of each slice hold the
//! true time and the step.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::writer;
use crate::timeline::{Cause, LaneKind, Model, Moment, Span, SpanState, Wake, duration_text};
use crate::trace::{End, LaneId};

/// Writes a run as a Chrome trace.
pub fn write(model: &Model, out: &mut impl Write) -> io::Result<()> {
    let times = Times::new(model);
    writer::key(out, true, "displayTimeUnit")?;
    out.write_all(b"\"ms\"")?;
    writer::key(out, false, "traceEvents")?;
    let names = names(model);
    let slices = model.rows().iter().flat_map(|row| slices(model, &times, row.lane));
    let flows = arrows(model).enumerate().filter_map(|(id, wake)| flow(model, &times, id, &wake)).flatten();
    let marks = marks(model, &times);
    writer::array(out, names.chain(slices).chain(flows).chain(marks))?;
    out.write_all(b"}\n")
}

/// Returns a run as a Chrome trace.
pub fn to_string(model: &Model) -> String {
    writer::to_string(|out| write(model, out))
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
}

const PROCESS: u32 = 1;

fn names(model: &Model) -> impl Iterator<Item = Value> {
    let name = |kind, tid, name: &str| json!({ "ph": "M", "pid": PROCESS, "tid": tid, "name": kind, "args": { "name": name } });
    let process = name("process_name", 0, "Wakeline");
    let outside = name("thread_name", 0, "outside");
    let lanes = model.rows().iter().zip(1..).flat_map(move |(row, place)| {
        let indented = format!("{}{}", "· ".repeat(usize::from(row.depth.min(8))), model.lane_name(row.lane));
        let order = json!({
            "ph": "M", "pid": PROCESS, "tid": row.lane.0, "name": "thread_sort_index", "args": { "sort_index": place },
        });
        [name("thread_name", row.lane.0, &indented), order]
    });
    [process, outside].into_iter().chain(lanes)
}

fn slices<'a>(model: &'a Model, times: &'a Times, lane: LaneId) -> impl Iterator<Item = Value> + 'a {
    model.spans(lane).filter_map(move |span| {
        let SpanState::Polling { number } = span.state else { return None };
        let end = span.end.unwrap_or(model.extent().end);
        let begin = times.micros(span.begin);
        Some(json!({
            "ph": "X", "pid": PROCESS, "tid": lane.0, "cat": "poll", "name": format!("poll {number}"),
            "ts": begin, "dur": times.micros(end) - begin,
            "args": {
                "at": duration_text(span.begin.nanos), "step": span.begin.order,
                "took": duration_text(end.nanos - span.begin.nanos), "then": then(model, &span),
            },
        }))
    })
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
    let is_task = |lane: &&crate::timeline::Lane| lane.kind == LaneKind::Task;
    let spawns =
        model.lanes().iter().filter(is_task).filter_map(|lane| model.wake_before(lane.id, lane.spawned));
    let spawns = spawns.filter(|wake| wake.cause == Cause::Spawned && wake.by != LaneId::OUTSIDE);
    spawns.chain(model.wakes(Moment::START, model.extent().end))
}

/// An arrow that led to a poll: from a slice to a slice, as the format wants.
fn flow(model: &Model, times: &Times, id: usize, wake: &Wake) -> Option<Vec<Value>> {
    let poll = model.poll_after_wake(wake)?;
    let origin = model.span_at(wake.by, wake.moment).map(|span| span.state);
    if wake.by != LaneId::OUTSIDE && !matches!(origin, Some(SpanState::Polling { .. })) {
        return None;
    }
    let name = if wake.cause == Cause::Spawned { "spawn" } else { "wake" };
    let text = model.wake_text(wake);
    let mut events = Vec::new();
    if wake.by == LaneId::OUTSIDE {
        events.push(json!({
            "ph": "X", "pid": PROCESS, "tid": 0, "cat": "outside", "ts": times.micros(wake.moment), "dur": 0,
            "name": format!("wakes {}", model.lane_name(wake.lane)), "args": { "why": text },
        }));
    }
    events.push(json!({
        "ph": "s", "pid": PROCESS, "tid": wake.by.0, "cat": "wake", "name": name, "id": id,
        "ts": times.micros(wake.moment), "args": { "why": text },
    }));
    events.push(json!({
        "ph": "f", "bp": "e", "pid": PROCESS, "tid": wake.lane.0, "cat": "wake", "name": name, "id": id,
        "ts": times.micros(poll),
    }));
    Some(events)
}

fn marks<'a>(model: &'a Model, times: &'a Times) -> impl Iterator<Item = Value> + 'a {
    let instant = |tid: u32, cat, name: String, moment| {
        json!({
            "ph": "i", "s": "t", "pid": PROCESS, "tid": tid, "cat": cat, "name": name, "ts": times.micros(moment),
        })
    };
    let log =
        model.log_lines().map(move |line| instant(line.lane.0, "log", line.text.to_owned(), line.moment));
    let ends = model.lanes().iter().filter_map(move |lane| {
        let end = lane.end.filter(|end| end.end != End::Completed)?;
        Some(instant(lane.id.0, "end", model.end_text(end.end, end.message), end.moment))
    });
    let values = model.values().map(move |line| match line.value.parse::<f64>() {
        Ok(number) if number.is_finite() => json!({
            "ph": "C", "pid": PROCESS, "tid": line.lane.0, "name": line.name, "ts": times.micros(line.moment),
            "args": { "value": number },
        }),
        _ => instant(line.lane.0, "value", format!("{} = {}", line.name, line.value), line.moment),
    });
    log.chain(ends).chain(values)
}

#[cfg(test)]
#[path = "chrome_tests.rs"]
mod tests;

//! A run as JSON, for programs that ask about it.
//!
//! Times are nanoseconds since the run's start; a step is the number of an event, from 1. Absent is
//! what is not known or has not happened.
//!
//! ```text
//! { "format": "wakeline-run", "version": 1,
//!   "run":    { "end", "nanos", "steps", "tasks", "live_tasks", "lost_events" },
//!   "lanes":  [ { "id", "parent", "kind", "name", "place", "spawned", "polls", "busy_nanos",
//!                 "scheduled_nanos", "idle_nanos", "end", "spans": [ { "state", "begin", "end", … } ] } ],
//!   "wakes":  [ { "by", "lane", "cause", "nanos", "step", "place" } ],
//!   "log":    [ { "lane", "level", "text", "nanos", "step", "place" } ],
//!   "values": [ { "lane", "name", "value", "nanos", "step" } ] }
//! ```

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::writer;
use crate::timeline::{Cause, Lane, LaneKind, Model, Moment, Span, SpanState, end_word, state_word};
use crate::trace::{LaneId, Level, LocationId, Place, RunEnd, WaitKind, WakeCause};

/// Writes a run as JSON.
pub fn write(model: &Model, out: &mut impl Write) -> io::Result<()> {
    writer::key(out, true, "format")?;
    out.write_all(b"\"wakeline-run\"")?;
    writer::key(out, false, "version")?;
    out.write_all(b"1")?;
    writer::key(out, false, "run")?;
    serde_json::to_writer(&mut *out, &run(model))?;
    let end = model.extent().end;
    writer::key(out, false, "lanes")?;
    let rows = model.rows().iter().filter_map(|row| model.lane(row.lane));
    writer::array(out, rows.map(|lane| lane_value(model, lane, end)))?;
    writer::key(out, false, "wakes")?;
    let wakes = model.wakes(Moment::START, end).map(|wake| {
        let cause = cause_word(wake.cause);
        let mut value = json!({ "lane": wake.lane.0, "cause": cause });
        put(&mut value, "by", lane_id(wake.by));
        put(&mut value, "place", place_at(model, wake.location));
        with_moment(value, wake.moment)
    });
    writer::array(out, wakes)?;
    writer::key(out, false, "log")?;
    let log = model.log_lines().map(|line| {
        let mut value = json!({ "level": level_word(line.level), "text": line.text });
        put(&mut value, "lane", lane_id(line.lane));
        put(&mut value, "place", line.place.map(place_value));
        with_moment(value, line.moment)
    });
    writer::array(out, log)?;
    writer::key(out, false, "values")?;
    let values = model.values().map(|line| {
        let mut value = json!({ "name": line.name, "value": line.value });
        put(&mut value, "lane", lane_id(line.lane));
        with_moment(value, line.moment)
    });
    writer::array(out, values)?;
    out.write_all(b"}\n")
}

/// Returns a run as JSON.
pub fn to_string(model: &Model) -> String {
    writer::to_string(|out| write(model, out))
}

fn run(model: &Model) -> Value {
    let (state, extent) = (model.run_state(), model.extent());
    let mut run = json!({
        "nanos": extent.end.nanos,
        "steps": extent.end.order,
        "tasks": state.tasks,
        "live_tasks": state.live_tasks,
        "lost_events": model.dropped().events.saturating_add(model.dropped().refused),
    });
    put(&mut run, "end", state.end.map(|(end, _)| run_end_word(end)));
    run
}

fn lane_value(model: &Model, lane: &Lane, now: Moment) -> Value {
    let stats = model.lane_stats(lane.id, now);
    let spans: Vec<_> = model.spans(lane.id).map(|span| span_value(model, &span)).collect();
    let kind = match lane.kind {
        LaneKind::Task => "task",
        LaneKind::Child => "child",
    };
    let mut value = json!({
        "id": lane.id.0,
        "kind": kind,
        "name": lane.name,
        "spawned": moment(lane.spawned),
        "polls": lane.polls,
        "busy_nanos": stats.busy_nanos,
        "scheduled_nanos": stats.scheduled_nanos,
        "idle_nanos": stats.idle_nanos,
        "spans": spans,
    });
    put(&mut value, "parent", lane_id(lane.parent));
    put(&mut value, "place", place_at(model, lane.location));
    let end = lane.end.map(|end| {
        let mut value = json!({ "how": end_word(end.end) });
        let message = model.text(end.message);
        put(&mut value, "message", (!message.is_empty()).then_some(message));
        with_moment(value, end.moment)
    });
    put(&mut value, "end", end);
    value
}

fn span_value(model: &Model, span: &Span) -> Value {
    let mut value = json!({ "state": state_word(span.state.state()), "begin": moment(span.begin) });
    put(&mut value, "end", span.end.map(moment));
    match span.state {
        SpanState::Polling { number } => put(&mut value, "poll", Some(number)),
        SpanState::Idle(None) | SpanState::Scheduled(None) => {}
        SpanState::Idle(Some(wait)) => {
            put(&mut value, "waits_on", Some(wait_word(wait.on)));
            put(&mut value, "waits_for", Some(model.wait_text(&wait)));
            put(&mut value, "place", place_at(model, wait.location));
        }
        SpanState::Scheduled(Some(wake)) => {
            put(&mut value, "cause", Some(cause_word(wake.cause)));
            put(&mut value, "by", lane_id(wake.by));
            put(&mut value, "place", place_at(model, wake.location));
        }
    }
    value
}

fn moment(moment: Moment) -> Value {
    with_moment(Value::Object(Map::new()), moment)
}

fn with_moment(mut value: Value, moment: Moment) -> Value {
    put(&mut value, "nanos", Some(moment.nanos));
    put(&mut value, "step", Some(moment.order));
    value
}

/// Adds what is there; what is absent has no key.
fn put(value: &mut Value, key: &str, item: Option<impl Into<Value>>) {
    if let (Value::Object(map), Some(item)) = (value, item) {
        map.insert(key.to_owned(), item.into());
    }
}

fn lane_id(lane: LaneId) -> Option<u32> {
    (lane != LaneId::OUTSIDE).then_some(lane.0)
}

fn place_at(model: &Model, location: LocationId) -> Option<Value> {
    model.place(location).map(place_value)
}

fn place_value(place: &Place) -> Value {
    json!({ "file": place.file, "line": place.line, "column": place.column })
}

fn cause_word(cause: Cause) -> &'static str {
    match cause {
        Cause::Spawned => "spawned",
        Cause::Woken(WakeCause::Lane) => "lane",
        Cause::Woken(WakeCause::Timer) => "timer",
        Cause::Woken(WakeCause::External) => "external",
        Cause::Woken(WakeCause::Yield) => "yield",
        Cause::Woken(WakeCause::Abort) => "abort",
    }
}

fn wait_word(on: WaitKind) -> &'static str {
    match on {
        WaitKind::Timer => "timer",
        WaitKind::Join => "join",
        WaitKind::JoinSet => "join-set",
        WaitKind::Io => "io",
        WaitKind::Yield => "yield",
        WaitKind::Channel => "channel",
        WaitKind::Lock => "lock",
    }
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

fn run_end_word(end: RunEnd) -> &'static str {
    match end {
        RunEnd::Finished => "finished",
        RunEnd::Stalled => "stalled",
        RunEnd::Stopped => "stopped",
        RunEnd::LimitReached => "limit-reached",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::script::race;

    #[test]
    fn a_run_can_be_asked_about() {
        let model = race().model();
        let value: Value = serde_json::from_str(&to_string(&model)).expect("valid JSON");
        assert_eq!(
            value["run"],
            json!({
                "end": "finished", "nanos": 41_000_000, "steps": 23, "tasks": 1, "live_tasks": 0, "lost_events": 0,
            })
        );
        let names: Vec<_> = (0..3).map(|lane| value["lanes"][lane]["name"].clone()).collect();
        assert_eq!(names, ["main", "fetch 1", "fetch 2"]);
        let loser = &value["lanes"][2];
        assert_eq!((&loser["end"]["how"], &loser["end"]["nanos"]), (&json!("dropped"), &json!(41_000_000)));
        assert_eq!(loser["spans"][1]["waits_for"], "its timer, due at 90 ms");
        assert_eq!(loser["spans"][1]["begin"], json!({ "nanos": 0, "step": 10 }));
        assert_eq!(value["wakes"][0]["cause"], "timer");
        assert_eq!(value["log"][0]["text"], "first: 41 ms");
        assert_eq!(value["values"][0]["value"], "1");
    }

    #[test]
    fn a_run_that_has_not_begun_is_valid_json() {
        let value: Value = serde_json::from_str(&to_string(&Model::new())).expect("valid JSON");
        assert_eq!((&value["lanes"], &value["run"]["end"]), (&json!([]), &Value::Null));
    }
}

//! Opening recordings: Wakeline's own, Chrome traces, tokio-console's, and whatever is none.
#![cfg(not(target_arch = "wasm32"))]

mod chrome;
mod console;
mod damage;
#[path = "../support/readers.rs"]
mod readers;
mod recorded;
mod round_trip;

use wakeline::formats::import::{ImportError, Imported, import};
use wakeline::timeline::{Model, SpanState};
use wakeline::trace::LaneId;

#[track_caller]
fn opened(bytes: impl AsRef<[u8]>) -> Imported {
    let bytes = bytes.as_ref();
    import(bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)))
}

#[track_caller]
fn refused(bytes: impl AsRef<[u8]>) -> ImportError {
    import(bytes.as_ref()).map(|imported| imported.title).expect_err("it is refused")
}

/// The polls of each lane as text, in microseconds: `main: 0-10 20-30`.
fn polls(model: &Model) -> Vec<String> {
    let rows = model.rows().iter();
    rows.map(|row| format!("{}:{}", model.lane_name(row.lane), polls_of(model, row.lane))).collect()
}

fn polls_of(model: &Model, lane: LaneId) -> String {
    let polls = model.spans(lane).filter(|span| matches!(span.state, SpanState::Polling { .. }));
    let micros = |nanos: u64| nanos as f64 / 1e3;
    let texts = polls.map(|span| match span.end {
        Some(end) => format!(" {}-{}", micros(span.begin.nanos), micros(end.nanos)),
        None => format!(" {}-", micros(span.begin.nanos)),
    });
    texts.collect()
}

/// The spans of a lane as text: `request 0-10/0`, with their depths.
fn spans(model: &Model, lane: LaneId) -> Vec<String> {
    let spans = model.tracing_spans(lane);
    let texts = spans.map(|span| {
        let end = span.end.map_or_else(String::new, |end| (end.nanos / 1_000).to_string());
        let (name, _) = model.tracing_name(span.span);
        format!("{name} {}-{end}/{}", span.begin.nanos / 1_000, span.depth)
    });
    texts.collect()
}

/// The wakes as text: `producer → consumer at 5`.
fn wakes(model: &Model) -> Vec<String> {
    let wakes = model.wakes(wakeline::timeline::Moment::START, model.extent().end);
    let texts = wakes.map(|wake| {
        let (by, lane) = (model.lane_name(wake.by), model.lane_name(wake.lane));
        format!("{by} → {lane} at {}", wake.moment.nanos / 1_000)
    });
    texts.collect()
}

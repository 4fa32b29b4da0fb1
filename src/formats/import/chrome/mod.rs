//! The Trace Event Format, as a list of events or an object with `traceEvents`.
//!
//! | in the file | in the model |
//! |---|---|
//! | a thread | a lane |
//! | what has the same id (`b`, `n`, `e`, and `S`, `T`, `p`, `F` of old) | a lane that ends |
//! | a slice (`X`, or `B` and `E`) in no other | a poll, and a span with its name |
//! | a slice in another | a span within the poll |
//! | slices that overlap and do not nest | polls of lanes of their own, named after the thread |
//! | a flow (`s`, `t`, `f`) | a wake, from the lane of its start to that of its end |
//! | an instant (`i`, `I`, `R`) | a line of the log |
//! | a name (`M`) | a lane's name |
//!
//! Counters and whatever else there is are left out and counted. The order of the events in the file means nothing but
//! where times are equal. What `super::super::exact` says of events of our own comes first.

mod collect;
mod edges;
mod read;
mod weave;

use serde::de::DeserializeSeed;

use self::collect::{Collector, LeftOut};
use super::{ImportError, Imported, MAX_LANES, Origin, counted};

pub(super) fn import(text: &[u8]) -> Result<Imported, ImportError> {
    let mut collector = Collector::new();
    let mut notes = Vec::new();
    let mut json = serde_json::Deserializer::from_slice(text);
    let read = read::File(&mut collector).deserialize(&mut json).and_then(|()| json.end());
    if let Err(error) = read {
        // The format allows for a list without its end.
        let is_whole_list =
            text.starts_with(b"[") && matches!(text.trim_ascii_end().last(), Some(b'}' | b','));
        if !error.is_eof() || collector.entries.is_empty() {
            return Err(ImportError::json(&error, 0));
        }
        if !is_whole_list {
            notes.push(format!("the file is cut short at line {}, column {}", error.line(), error.column()));
        }
    }
    if !collector.has_events {
        return Err(if collector.is_run_json { ImportError::RunJson } else { ImportError::NoTraceEvents });
    }
    let origin = if collector.is_ours { Origin::WakelineChrome } else { Origin::Chrome };
    let title = title(&collector);
    if collector.is_ours {
        notes.push(
            "a Chrome trace has no places in the source, no waits, resources or spans: a trace file has them all"
                .to_owned(),
        );
    }
    let (model, left_out, open) = weave::weave(collector);
    if open > 0 {
        notes.push(format!("{} had not ended when the recording did", counted(open, "slice", "slices")));
    }
    let left_out = sentences(&left_out);
    if model.event_count() == 0 {
        let left_out = if left_out.is_empty() { "it has no events".to_owned() } else { left_out.join("; ") };
        return Err(ImportError::Nothing { left_out });
    }
    notes.extend(left_out);
    let dropped = model.dropped();
    if dropped.refused > 0 {
        notes.push(format!("{} did not fit and are left out", counted(dropped.refused, "event", "events")));
    }
    if dropped.names > 0 {
        notes.push(format!("{} did not fit and are shown as `…`", counted(dropped.names, "name", "names")));
    }
    Ok(Imported { model, title, notes, origin })
}

/// Returns what to call a trace: its processes.
fn title(collector: &Collector) -> String {
    let mut names: Vec<&str> = collector.processes.values().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    match names[..] {
        [] => "Chrome trace".to_owned(),
        [name] => name.to_owned(),
        [first, .., last] if names.len() == 2 => format!("{first}, {last}"),
        [first, second, ..] => format!("{first}, {second} and {} more", names.len() - 2),
    }
}

fn sentences(left_out: &LeftOut) -> Vec<String> {
    let LeftOut { counters, other, timeless, unmatched, overlapping, beyond } = *left_out;
    [
        (counters, counted(counters, "counter event is", "counter events are"), ""),
        (other, counted(other, "event is", "events are"), ", of kinds that have no place in a lane"),
        (timeless, counted(timeless, "event is", "events are"), ", for want of a time"),
        (unmatched, counted(unmatched, "event is", "events are"), ", ends or arrows without a beginning"),
        (overlapping, counted(overlapping, "slice is", "slices are"), ", which overlap too many others"),
        (beyond, counted(beyond, "event is", "events are"), ", of lanes beyond the most that are shown"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(_, what, why)| match why.ends_with("shown") {
        true => format!("{what} left out{why}, `{MAX_LANES}`"),
        false => format!("{what} left out{why}"),
    })
    .collect()
}

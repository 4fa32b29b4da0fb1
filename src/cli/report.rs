//! What is said about a run.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::execute::{Failure, Ran};
use super::list::value_json;
use super::plan::Plan;
use super::words::{one_line, table, wrap};
use crate::formats;
use crate::formats::import::{Imported, Origin};
use crate::patterns::Twin;
use crate::timeline::{Finding, Happening, LaneState, Model, Moment, Span, SpanState, clock_text};
use crate::trace::Level;

/// How many lanes and how many lines of the log are printed; the rest is counted.
const LANES: usize = 60;
const LOG_LINES: usize = 200;

/// Returns the outcome, the timeline, the log and how everything ended.
pub(super) fn text(plan: &Plan, ran: &Ran, width: usize, ascii: bool) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}: {}", plan.pattern.id, plan.pattern.title);
    wrap(&mut out, 0, width, &format!("{}, {}", runtime(plan), settings(plan)));
    out.push('\n');
    match &ran.result {
        Ok(outcome) => {
            wrap(&mut out, 0, width, &format!("outcome: {}", one_line(&outcome.summary)));
            let facts =
                outcome.facts.iter().map(|(name, value)| [name.clone().into_owned(), one_line(value)]);
            table(&mut out, &facts.collect::<Vec<_>>());
        }
        Err(failure) => {
            wrap(&mut out, 0, width, &failure_text(failure));
            for line in waiting(&ran.model, failure) {
                wrap(&mut out, 2, width, &line);
            }
        }
    }
    recording(&mut out, &ran.model, &ran.findings, width, ascii);
    out
}

/// Returns what was recorded, whoever did: the title, what is to be known, the timeline, the log.
pub(super) fn opened(imported: &Imported, width: usize, ascii: bool) -> String {
    let mut out = String::new();
    wrap(&mut out, 0, width, &one_line(&imported.title));
    wrap(&mut out, 0, width, &origin(imported));
    for note in &imported.notes {
        wrap(&mut out, 2, width, &one_line(note));
    }
    recording(&mut out, &imported.model, &imported.model.findings(), width, ascii);
    out
}

/// Returns what made a recording, and of a run of ours how it was run.
fn origin(imported: &Imported) -> String {
    let Origin::Wakeline(Some(header)) = &imported.origin else { return imported.origin.name().to_owned() };
    let mut words =
        vec![format!("{}, version {}", imported.origin.name(), header.wakeline), header.runtime.clone()];
    words.push(format!("{} clock", header.clock));
    words.extend(header.schedule.as_ref().map(|schedule| format!("{schedule} schedule")));
    words.extend(header.values.iter().map(|(name, value)| format!("{name}={value}")));
    one_line(&words.join(", "))
}

fn recording(out: &mut String, model: &Model, found: &[Finding], width: usize, ascii: bool) {
    findings(out, found, width);
    out.push('\n');
    let options = formats::text::Options { width, ascii, lanes: LANES };
    out.push_str(&formats::text::timeline(model, &options));
    log(out, model);
    ends(out, model);
}

/// Writes what is wrong, where it was found.
fn findings(out: &mut String, findings: &[Finding], width: usize) {
    if !findings.is_empty() {
        out.push_str("\nfound\n");
        for finding in findings {
            wrap(out, 2, width, &one_line(&finding.text));
        }
    }
}

/// Returns what ran it: `pitfall, tokio, 4 threads`.
fn runtime(plan: &Plan) -> String {
    let mut words = Vec::new();
    words.extend((plan.twin == Twin::Pitfall).then(|| "pitfall".to_owned()));
    words.push(plan.engine.runtime().to_owned());
    words.extend(
        Some(plan.engine.threads())
            .filter(|threads| *threads != 1)
            .map(|threads| format!("{threads} threads")),
    );
    words.join(", ")
}

/// Returns how it was run: `real clock, seed 7, fast=50`.
pub(super) fn settings(plan: &Plan) -> String {
    let engine = plan.engine;
    let mut words = vec![format!("{} clock", engine.clock().name())];
    words.extend(engine.schedule().map(|schedule| format!("{} schedule", schedule.name())));
    words.push(format!("seed {}", plan.scene.seed));
    let changed = plan.scene.values.iter().filter(|(param, value)| param.kind.default_value() != **value);
    words.extend(changed.map(|(param, value)| format!("{}={value}", param.name)));
    words.join(", ")
}

/// Returns what went wrong in a sentence.
pub(super) fn failure_text(failure: &Failure) -> String {
    match failure {
        Failure::Stopped(_) => one_line(&failure.to_string()),
        _ => format!("failed: {}", one_line(&failure.to_string())),
    }
}

/// Returns what the tasks of a run that did not finish were doing, in a line each.
pub(super) fn waiting(model: &Model, failure: &Failure) -> Vec<String> {
    const SHOWN: usize = 20;
    if !matches!(failure, Failure::Stalled | Failure::LimitReached(_) | Failure::Stopped(_)) {
        return Vec::new();
    }
    let at = last_poll(model);
    let mut live = model.rows().iter().filter_map(|row| match model.state_at(row.lane, at) {
        LaneState::Live(span) => Some(sentence(model, &span, at)),
        LaneState::Unborn | LaneState::New | LaneState::Ended(_) => None,
    });
    let mut lines: Vec<_> = live.by_ref().take(SHOWN).collect();
    match live.count() {
        0 => {}
        more => lines.push(format!("… and {more} more")),
    }
    lines
}

/// Returns the end of the last poll: whatever follows is the run being taken down.
fn last_poll(model: &Model) -> Moment {
    let mut backwards = model.events(1..=model.event_count()).rev();
    let last = backwards.find(|event| matches!(event.what, Happening::PollEnd));
    last.map_or(model.extent().end, |event| event.moment)
}

fn sentence(model: &Model, span: &Span, at: Moment) -> String {
    let sentence = one_line(&model.state_sentence(span.lane, at));
    let says_why = sentence.contains(": ");
    match span.state {
        SpanState::Idle(None) if !says_why => {
            format!("{sentence}: it answered `Pending`, and nothing is known to have kept its waker")
        }
        _ => sentence,
    }
}

fn log(out: &mut String, model: &Model) {
    let mut lines = model.log_lines().map(|line| {
        let level = match line.level {
            Level::Info => "",
            Level::Warn => "warning: ",
            Level::Error => "error: ",
        };
        let lane = model.lane_name(line.lane);
        [clock_text(line.moment.nanos), one_line(&lane), format!("{level}{}", one_line(line.text))]
    });
    let shown: Vec<_> = lines.by_ref().take(LOG_LINES).collect();
    if shown.is_empty() {
        return;
    }
    out.push_str("\nlog\n");
    table(out, &shown);
    more(out, lines.count());
}

fn ends(out: &mut String, model: &Model) {
    let end = model.extent().end;
    let mut rows = model.rows().iter().filter_map(|row| {
        let lane = model.lane(row.lane)?;
        let (when, how) = match lane.end {
            Some(end) => (clock_text(end.moment.nanos), model.end_text(end.end, end.message)),
            None => (clock_text(end.nanos), "had not ended".to_owned()),
        };
        let stats = model.stats_text(&model.lane_stats(row.lane, end));
        let indent = "  ".repeat(usize::from(row.depth));
        Some([when, format!("{indent}{}", one_line(&lane.name)), stats, one_line(&how)])
    });
    let shown: Vec<_> = rows.by_ref().take(LANES).collect();
    out.push_str("\nends\n");
    table(out, &shown);
    more(out, rows.count());
}

fn more(out: &mut String, count: usize) {
    if count > 0 {
        let _ = writeln!(out, "  … and {count} more; `--format json` has them all");
    }
}

/// Writes everything for programs: what was asked for, how it ended, what was recorded.
pub(super) fn json(plan: &Plan, ran: &Ran, out: &mut dyn Write) -> io::Result<()> {
    with_recording(&head(plan, ran), &ran.model, out)
}

/// Writes a recording for programs: what made it, what was left out, what was recorded.
pub(super) fn opened_json(imported: &Imported, out: &mut dyn Write) -> io::Result<()> {
    let mut head = json!({
        "title": imported.title,
        "origin": imported.origin.name(),
        "notes": imported.notes,
        "findings": imported.model.findings().iter().map(finding_json).collect::<Vec<_>>(),
    });
    if let Origin::Wakeline(Some(header)) = &imported.origin {
        head["header"] = json!(header);
    }
    with_recording(&head, &imported.model, out)
}

fn with_recording(head: &Json, model: &Model, out: &mut dyn Write) -> io::Result<()> {
    let head = head.to_string();
    let head = head.strip_suffix('}').expect("an object ends in a brace");
    write!(out, "{head},\n\"recording\":")?;
    formats::json::write(model, &mut &mut *out)?;
    out.write_all(b"}\n")
}

fn finding_json(finding: &Finding) -> Json {
    json!({
        "kind": finding.kind.code(),
        "lane": finding.lane.0,
        "nanos": finding.moment.nanos,
        "step": finding.moment.order,
        "text": finding.text,
    })
}

fn head(plan: &Plan, ran: &Ran) -> Json {
    let engine = plan.engine;
    let values = plan.scene.values.iter().map(|(param, value)| (param.name.to_owned(), value_json(value)));
    let mut head = json!({
        "pattern": plan.pattern.id,
        "twin": plan.twin.name(),
        "params": values.collect::<Map<_, _>>(),
        "seed": plan.scene.seed,
        "runtime": engine.runtime(),
        "clock": engine.clock().name(),
        "threads": engine.threads(),
    });
    if let Some(schedule) = engine.schedule() {
        head["schedule"] = json!(schedule.name());
    }
    head["findings"] = ran.findings.iter().map(finding_json).collect();
    match &ran.result {
        Ok(outcome) => {
            let facts = outcome.facts.iter().map(|(name, value)| (name.clone().into_owned(), json!(value)));
            head["outcome"] = json!({ "summary": outcome.summary, "facts": facts.collect::<Map<_, _>>() });
        }
        Err(failure) => {
            head["error"] = json!(failure.to_string());
            let waiting = waiting(&ran.model, failure);
            if !waiting.is_empty() {
                head["waiting"] = json!(waiting);
            }
        }
    }
    head
}

//! What Wakeline writes, Wakeline reads.

use std::collections::BTreeMap;

use proptest::prelude::*;
use wakeline::formats::import::Origin;
use wakeline::formats::trace_file::{self, Header};
use wakeline::formats::{chrome, text};
use wakeline::patterns::{CATALOGUE, Twin};
use wakeline::runtime::Schedule;
use wakeline::timeline::{Model, Moment, SpanState, State};
use wakeline::trace::LaneId;

use super::recorded::{self, Recorded, record};
use super::{opened, refused};

fn file(recorded: &Recorded) -> (Header, Vec<u8>) {
    let values = BTreeMap::from([("fast".to_owned(), "40".to_owned())]);
    let header = Header {
        pattern: "race".to_owned(),
        twin: "pitfall".to_owned(),
        seed: 7,
        values,
        ..Header::default()
    };
    let mut bytes = Vec::new();
    trace_file::write(&header, &recorded.frames, &mut bytes).expect("memory takes it");
    (header, bytes)
}

#[test]
fn a_trace_file_gives_the_model_of_the_run_and_what_ran() {
    for recorded in recorded::all() {
        let (header, bytes) = file(recorded);
        let imported = opened(bytes);
        assert_eq!(imported.model, recorded.model, "{}", recorded.name);
        assert_eq!(imported.origin, Origin::Wakeline(Some(header)));
        assert_eq!((imported.title.as_str(), imported.notes), ("race, pitfall, seed 7", vec![]));
    }
}

#[test]
fn frames_alone_are_opened_too() {
    let recorded = record("mpsc", Twin::Corrected, Schedule::Fifo, 7);
    let imported = opened(&recorded.frames);
    assert_eq!((imported.model, imported.origin), (recorded.model, Origin::Wakeline(None)));
}

#[test]
fn a_trace_that_is_cut_short_is_opened_as_far_as_it_goes() {
    let recorded = record("join-set", Twin::Corrected, Schedule::Random, 7);
    let again: Vec<u8> = [&recorded.frames[..], &recorded.frames].concat();
    let imported = opened(&again[..again.len() - 10]);
    assert_eq!(text::events(&imported.model), text::events(&recorded.model));
    let at = recorded.frames.len();
    assert_eq!(imported.notes, [format!("the file is cut short: from byte {at} on nothing can be read")]);
    let error = refused(&recorded.frames[..recorded.frames.len() - 1]).to_string();
    assert!(error.starts_with("in the frame at byte `0`: the trace is cut short"), "{error}");
}

/// What a Chrome trace tells of a run.
#[derive(Debug, PartialEq)]
struct Told {
    lanes: Vec<String>,
    polls: Vec<String>,
    arrows: Vec<String>,
    lines: Vec<String>,
    end: String,
}

impl Told {
    fn of(model: &Model) -> Self {
        let at = |moment: Moment| moment.nanos;
        // Steps are counted over fewer events once some kinds are left out: what counts is which comes first.
        let name = |lane: LaneId| format!("{}#{}", model.lane_name(lane), place(model, lane));
        let rows = model.rows().iter();
        let lanes = rows.clone().filter_map(|row| model.lane(row.lane).map(|lane| (row, lane)));
        let lanes = lanes.map(|(row, lane)| {
            let end = lane.end.map(|end| (at(end.moment), model.end_text(end.end, end.message)));
            format!(
                "{} {} {:?} {} {} {end:?}",
                name(lane.id),
                row.depth,
                lane.kind,
                name(lane.parent),
                at(lane.spawned)
            )
        });
        let mut polls: Vec<_> = rows.clone().flat_map(|row| model.spans(row.lane)).collect();
        polls.retain(|span| span.state.state() == State::Polling);
        polls.sort_by_key(|span| span.begin.order);
        let polls = polls.iter().map(|span| {
            format!("{} {:?} {} {:?}", name(span.lane), span.state, at(span.begin), span.end.map(at))
        });
        let led = model.wakes(Moment::START, model.extent().end).filter(|wake| {
            let origin = model.span_at(wake.by, wake.moment).map(|span| span.state);
            let is_seen = wake.by == LaneId::OUTSIDE || matches!(origin, Some(SpanState::Polling { .. }));
            is_seen && model.poll_after_wake(wake).is_some()
        });
        let arrows = led.map(|wake| {
            format!("{} {} {} {:?}", name(wake.by), name(wake.lane), at(wake.moment), wake.cause)
        });
        let log = model
            .log_lines()
            .map(|line| format!("{} {} {:?} {}", at(line.moment), name(line.lane), line.level, line.text));
        let values = model
            .values()
            .map(|line| format!("{} {} {}={}", at(line.moment), name(line.lane), line.name, line.value));
        Self {
            lanes: lanes.collect(),
            polls: polls.collect(),
            arrows: arrows.collect(),
            lines: log.chain(values).collect(),
            end: format!(
                "{:?} {}",
                model.run_state().end.map(|(end, moment)| (end, at(moment))),
                model.extent().end.nanos
            ),
        }
    }
}

/// Lanes that have no name of their own are called by their numbers, which may have had gaps.
fn place(model: &Model, lane: LaneId) -> usize {
    model.lanes().iter().position(|other| other.id == lane).map_or(0, |place| place + 1)
}

#[track_caller]
fn assert_same(recorded: &Recorded) {
    let json = chrome::to_string(&recorded.model);
    let imported = opened(&json);
    assert_eq!(imported.origin, Origin::WakelineChrome);
    let (told, kept) = (Told::of(&recorded.model), Told::of(&imported.model));
    assert_eq!(kept, told, "{}", recorded.name);
}

#[test]
fn a_chrome_trace_of_every_pattern_reads_back() {
    recorded::all().iter().for_each(assert_same);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn a_chrome_trace_of_any_run_reads_back(pattern in 0..CATALOGUE.len(), seed: u64, pitfall: bool) {
        let pattern = CATALOGUE[pattern];
        let twin = if pitfall && pattern.pitfall.is_some() { Twin::Pitfall } else { Twin::Corrected };
        assert_same(&record(pattern.id, twin, Schedule::Random, seed));
    }
}

//! Spans of `tracing` are in the trace, in the lane and between the polls where they belong.
#![cfg(not(target_arch = "wasm32"))]

use tracing::{Instrument, Span, info, info_span, instrument, warn};
use wakeline::runtime::{self, BoxFuture, Config, JoinSet, Run, yield_now};
use wakeline::trace::{Event, Frame, LaneId, Level, NameId};
use wakeline::tracing_layer;

/// What a run recorded, with its names.
struct Recorded {
    names: Vec<String>,
    files: Vec<(String, u32)>,
    events: Vec<Event>,
}

impl Recorded {
    fn of(bytes: &[u8]) -> Self {
        let mut recorded =
            Self { names: vec![String::new()], files: vec![(String::new(), 0)], events: Vec::new() };
        for frame in Frame::decode_all(bytes).unwrap() {
            recorded.names.extend(frame.names);
            recorded.files.extend(frame.locations.into_iter().map(|place| (place.file, place.line)));
            recorded.events.extend(frame.events);
        }
        recorded
    }

    fn name(&self, id: NameId) -> &str {
        &self.names[id.0 as usize]
    }

    /// The events in words, without numbers that say nothing: `+` makes, `>` enters, `<` leaves, `x` closes.
    fn story(&self) -> Vec<String> {
        let mut spans = std::collections::BTreeMap::new();
        let mut story = Vec::new();
        for event in &self.events {
            story.push(match *event {
                Event::PollBegin { lane } => format!("{} [", lane.0),
                Event::PollEnd { lane } => format!("{} ]", lane.0),
                Event::SpanNew { lane, span, name, .. } => {
                    spans.insert(span.0, self.name(name).to_owned());
                    format!("{} + {}", lane.0, self.name(name))
                }
                Event::SpanEnter { lane, span } => format!("{} > {}", lane.0, spans[&span.0]),
                Event::SpanExit { lane, span } => format!("{} < {}", lane.0, spans[&span.0]),
                Event::SpanClose { lane, span } => format!("{} x {}", lane.0, spans[&span.0]),
                Event::Log { lane, level, message, .. } => {
                    format!("{} {level:?} {}", lane.0, self.name(message))
                }
                Event::Value { lane, name, value } => {
                    format!("{} {} = {}", lane.0, self.name(name), self.name(value))
                }
                _ => continue,
            });
        }
        story
    }
}

fn run(start: impl FnOnce() -> BoxFuture<'static, ()>) -> Recorded {
    assert!(tracing_layer::install(), "no other subscriber is in this program");
    let mut run = Run::new(Config::default(), start);
    let mut bytes = Vec::new();
    runtime::block_on(&mut run, 1_000, |frame| frame.encode_into(&mut bytes));
    Recorded::of(&bytes)
}

#[instrument]
async fn step(number: u32, name: &str) {
    info!(number, "half way");
    yield_now().await;
    warn!("{name} is done");
}

#[test]
fn a_span_is_left_before_its_poll_ends_and_entered_again_by_the_next() {
    let recorded = run(|| Box::pin(step(3, "abc")));
    let expected = [
        "1 [",
        "1 + step number=3 name=\"abc\"",
        "1 > step number=3 name=\"abc\"",
        "1 Info half way number=3",
        "1 < step number=3 name=\"abc\"",
        "1 ]",
        "1 [",
        "1 > step number=3 name=\"abc\"",
        "1 Warn abc is done",
        "1 < step number=3 name=\"abc\"",
        "1 > step number=3 name=\"abc\"", // Once more, to drop what the future held.
        "1 < step number=3 name=\"abc\"",
        "1 x step number=3 name=\"abc\"",
        "1 ]",
    ];
    assert_eq!(recorded.story(), expected);
}

#[test]
fn spans_nest_and_belong_to_their_own_lane() {
    let recorded = run(|| {
        Box::pin(async {
            let mut tasks = JoinSet::new();
            for id in 1..=3u32 {
                let span = info_span!("request", id);
                tasks.spawn(async { step(0, "x").await }.instrument(span));
            }
            while tasks.join_next().await.is_some() {}
        })
    });
    let mut open: Vec<(LaneId, u32)> = Vec::new();
    let mut polled = LaneId::OUTSIDE;
    let mut pieces = std::collections::BTreeMap::<u32, usize>::new();
    for event in &recorded.events {
        match *event {
            Event::PollBegin { lane } => polled = lane,
            Event::PollEnd { lane } => {
                assert!(!open.iter().any(|of| of.0 == lane), "{lane:?} left a span open")
            }
            Event::SpanEnter { lane, span } => {
                assert_eq!(lane, polled);
                open.push((lane, span.0));
                *pieces.entry(span.0).or_default() += 1;
            }
            Event::SpanExit { lane, span } => assert_eq!(open.pop(), Some((lane, span.0)), "they nest"),
            _ => {}
        }
    }
    // Three requests in lanes 2 to 4, and a step in each: all in several pieces.
    assert_eq!(pieces.len(), 6);
    assert!(pieces.values().all(|pieces| *pieces >= 2), "{pieces:?}");
    let closed = recorded.events.iter().filter(|event| matches!(event, Event::SpanClose { .. })).count();
    assert_eq!(closed, 6);
}

#[test]
fn a_span_says_where_it_was_made_and_how_loud_it_is() {
    let line = line!() + 3;
    let recorded = run(|| {
        Box::pin(async {
            drop(tracing::warn_span!("here"));
        })
    });
    let found = recorded.events.iter().find_map(|event| match *event {
        Event::SpanNew { level, location, .. } => Some((level, &recorded.files[location.0 as usize])),
        _ => None,
    });
    assert_eq!(found, Some((Level::Warn, &("tests/tracing.rs".to_owned(), line))));
}

#[test]
fn a_field_that_is_filled_in_later_is_a_value() {
    let recorded = run(|| {
        Box::pin(async {
            let span = info_span!("count", words = tracing::field::Empty);
            span.in_scope(|| {
                Span::current().record("words", 12);
            });
        })
    });
    assert!(recorded.story().contains(&"1 words = 12".to_owned()), "{:?}", recorded.story());
}

#[test]
fn what_is_too_quiet_is_not_recorded() {
    let recorded = run(|| {
        Box::pin(async {
            tracing::debug!("nobody asked");
            tracing::debug_span!("quiet").in_scope(|| info!("loud"));
        })
    });
    assert_eq!(recorded.story(), ["1 [", "1 Info loud", "1 ]"]);
}

#[test]
fn span_numbers_begin_anew_with_every_run() {
    let numbers = |recorded: Recorded| {
        let numbers: Vec<_> = recorded
            .events
            .iter()
            .filter_map(|event| match event {
                Event::SpanNew { span, .. } => Some(span.0),
                _ => None,
            })
            .collect();
        numbers
    };
    let start = || -> BoxFuture<'static, ()> { Box::pin(step(1, "a").instrument(info_span!("outer"))) };
    assert_eq!(numbers(run(start)), [1, 2]);
    assert_eq!(numbers(run(start)), [1, 2]);
}

#[test]
fn outside_of_a_run_nothing_happens() {
    assert!(tracing_layer::install());
    let span = info_span!("lonely");
    span.in_scope(|| info!("nobody listens"));
    // Nor does a span from outside disturb a run that it comes into.
    let recorded = run(|| Box::pin(async {}.instrument(span)));
    assert_eq!(recorded.story(), ["1 [", "1 ]"]);
}

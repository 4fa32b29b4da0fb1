//! Spans of requests.

use wakeline::trace::{Event, Level};

use super::seen::{everywhere, pitfall, pitfall_everywhere, run};

#[test]
fn every_request_is_indexed_within_spans_of_its_own() {
    everywhere("instrument", &[("latency", "2"), ("spread", "2")], |seen| {
        assert_eq!(seen.fact("indexed"), "3");
        let made = |text: &str| {
            seen.count(|event| matches!(event, Event::SpanNew { name, .. } if seen.name(*name) == text))
        };
        for id in 1..=3 {
            assert_eq!(made(&format!("request id={id}")), 1);
            assert_eq!(made(&format!("fetch id={id}")), 1);
        }
        let closed = seen.count(|event| matches!(event, Event::SpanClose { .. }));
        assert_eq!(closed, seen.count(|event| matches!(event, Event::SpanNew { .. })));
    });
}

#[test]
fn a_task_is_in_the_span_that_it_is_given() {
    let spans_of_tasks = |settings: &[_]| {
        let seen = run("instrument", settings);
        let serve = seen.events.iter().find_map(|event| match *event {
            Event::SpanNew { span, name, .. } if seen.name(name).starts_with("serve") => Some(span),
            _ => None,
        });
        let task = seen.lanes()["request 1"];
        let first = seen.events.iter().find_map(|event| match *event {
            Event::SpanEnter { lane, span } if lane.0 == task => Some(span),
            _ => None,
        });
        (serve, first, seen.count(|event| matches!(event, Event::SpanNew { .. })))
    };
    let (serve, first, spans) = spans_of_tasks(&[]);
    assert!(first != serve && spans == 1 + 3 * 3);
    let (serve, first, spans) = spans_of_tasks(&[("span", "the caller's")]);
    assert!(first == serve && spans == 1 + 3 * 2);
    let (serve, first, spans) = spans_of_tasks(&[("span", "none")]);
    assert!(first != serve && spans == 1 + 3 * 2);
}

#[test]
fn a_request_that_fails_says_so_in_its_own_lane() {
    let seen = run("instrument", &[("failures", "100")]);
    assert_eq!((seen.fact("indexed"), seen.fact("failed")), ("0", "3"));
    let lanes = seen.lanes();
    for id in 1..=3 {
        let line = (
            lanes[format!("request {id}").as_str()],
            format!("error=`data/{id}.json` answered with status `503`"),
        );
        assert!(seen.log(Level::Warn).contains(&(line.0, line.1.as_str())), "{:?}", seen.log(Level::Warn));
    }
}

#[test]
fn a_guard_held_across_an_await_catches_other_requests() {
    pitfall_everywhere("instrument", &[("latency", "2"), ("spread", "2")], |seen| {
        // How many of them are right at the end is chance, but the second and the third began wrong.
        assert!(seen.error().ends_with("of `3` requests were within the span of another"));
        assert!(!seen.error().starts_with("`1`"));
        assert!(!seen.log(Level::Error).is_empty());
    });
    assert_eq!(pitfall("instrument", &[("requests", "1")]).fact("astray"), "0", "it passes the tests");
}

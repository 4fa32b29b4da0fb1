//! Errors of tasks that somebody sees, and of those that nobody does.

use wakeline::patterns::Twin;
use wakeline::trace::{End, Event, Level};

use super::seen::{FLAVORS, Seen, everywhere, on_tokio, pitfall, run};

/// The tasks that failed, and of those the ones whose output was taken and whose handle was dropped.
fn failed(seen: &Seen) -> (usize, usize, usize) {
    let failed: Vec<_> = seen
        .events
        .iter()
        .filter_map(|event| match *event {
            Event::Ended { lane, end: End::Failed, .. } => Some(lane),
            _ => None,
        })
        .collect();
    let among = |is: &dyn Fn(&Event) -> Option<wakeline::trace::LaneId>| {
        seen.events.iter().filter_map(is).filter(|lane| failed.contains(lane)).count()
    };
    let joined = among(&|event| match *event {
        Event::Joined { lane, .. } => Some(lane),
        _ => None,
    });
    let detached = among(&|event| match *event {
        Event::Detached { lane, .. } => Some(lane),
        _ => None,
    });
    (failed.len(), joined, detached)
}

#[test]
fn every_failure_is_joined_and_told() {
    everywhere("ignored-errors", &[("latency", "2"), ("spread", "3")], |seen| {
        let missing = seen.number("known to be missing") as usize;
        assert_eq!((missing, seen.fact("in the books")), (2, "2"));
        assert_eq!(failed(seen), (missing, missing, 0));
        assert_eq!(seen.log(Level::Warn).len(), missing);
    });
}

#[test]
fn what_cannot_be_done_without_is_the_callers_error() {
    let seen = run("ignored-errors", &[("bank", "fails")]);
    assert_eq!(seen.error(), "order `1` is not paid: `data/1.json?pay=1` answered with status `503`");
    // The task that was spawned for it is not left behind.
    assert_eq!(seen.count(|event| matches!(event, Event::Detached { .. })), 0);
}

#[test]
fn a_dropped_handle_takes_the_error_along() {
    let seen = pitfall("ignored-errors", &[]);
    assert!(seen.error().ends_with("are in the books, and nobody was told of the difference"));
    let (failures, joined, detached) = failed(&seen);
    assert!(failures > 0 && joined == 0);
    assert!(detached >= failures, "{detached}");
    assert_eq!(seen.log(Level::Warn).len(), 1, "nothing but the count at the end tells of it");
    for flavor in FLAVORS {
        let settings = [("failing", "1"), ("latency", "2"), ("spread", "0")];
        let seen = on_tokio(flavor, "ignored-errors", Twin::Pitfall, &settings);
        assert!(seen.error().starts_with("`4` orders are placed, `0` are in the books"), "{}", seen.error());
    }
    // Even a payment that fails is an order that is placed.
    let seen =
        pitfall("ignored-errors", &[("bank", "fails"), ("failing", "0"), ("latency", "2"), ("spread", "0")]);
    assert_eq!(seen.outcome().summary, "nobody noticed anything wrong");
}

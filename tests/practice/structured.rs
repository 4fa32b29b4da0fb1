//! Children of a scope.

use std::collections::BTreeMap;

use wakeline::patterns::Twin;
use wakeline::trace::{End, Event, LaneId, Level};

use super::seen::{FLAVORS, Seen, everywhere, on_tokio, pitfall, run};

/// How each lane ended, by name, and at which place in the order of all events.
fn ends(seen: &Seen) -> BTreeMap<&str, (End, usize)> {
    let lanes = seen.lanes();
    let name = |lane: LaneId| *lanes.iter().find(|(_, id)| **id == lane.0).unwrap().0;
    let ends = seen.events.iter().enumerate().filter_map(|(place, event)| match *event {
        Event::Ended { lane, end, .. } => Some((name(lane), (end, place))),
        _ => None,
    });
    ends.collect()
}

#[test]
fn a_scope_ends_after_all_of_its_children() {
    for fails in ["author", "none", "text", "first comment", "second comment"] {
        everywhere("structured", &[("fails", fails), ("latency", "3")], |seen| {
            assert_eq!(seen.fact("outlived"), "0", "{fails}");
            let ends = ends(seen);
            let (scope, at) = ends["scope"];
            assert_eq!(scope, if fails == "none" { End::Completed } else { End::Failed }, "{fails}");
            for child in ["text", "author", "comments", "first comment", "second comment"] {
                assert!(ends[child].1 < at, "{child} outlives the scope when {fails} fails");
            }
        });
    }
}

#[test]
fn an_error_in_one_cancels_its_siblings() {
    let seen = run("structured", &[]);
    let how = ends(&seen).into_iter().map(|(name, (end, _))| (name, end)).collect::<BTreeMap<_, _>>();
    assert_eq!(how["author"], End::Failed);
    assert_eq!(how["text"], End::Cancelled);
    assert_eq!(how["comments"], End::Cancelled);
    assert_eq!(how["first comment"], End::Completed, "it was done before");
    assert_eq!(how["second comment"], End::Dropped, "it goes with the task that it is in");
    assert_eq!(seen.values("alive").last(), Some(&"0"));
}

#[test]
fn a_scope_that_is_dropped_can_only_ask() {
    let seen = run("structured", &[("fails", "none"), ("patience", "25")]);
    assert!(seen.outcome().summary.starts_with("nobody waited for the page; 2 children outlived the scope"));
    assert_eq!(seen.values("alive").last(), Some(&"0"), "they are gone at their next turn");
    assert_eq!(ends(&seen)["text"].0, End::Cancelled);
}

#[test]
fn handles_that_are_dropped_leave_their_tasks_running() {
    let seen = pitfall("structured", &[]);
    assert_eq!(seen.error(), "`2` children were still at work when their scope had ended");
    let ends = ends(&seen);
    assert!(ends["text"].0 == End::Completed && ends["text"].1 > ends["scope"].1);
    assert_eq!(seen.log(Level::Error).len(), 1);
    for flavor in FLAVORS {
        let seen = on_tokio(flavor, "structured", Twin::Pitfall, &[]);
        assert!(seen.error().contains("children were still at work"), "{flavor:?}");
    }
    assert_eq!(
        pitfall("structured", &[("fails", "none")]).fact("outlived"),
        "0",
        "without an error it is right"
    );
}

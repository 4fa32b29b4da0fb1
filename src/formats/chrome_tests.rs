use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::timeline::script::{MS, Script, race};
use crate::trace::WakeCause;

fn events(model: &Model) -> Vec<Value> {
    let value: Value = serde_json::from_str(&to_string(model)).expect("valid JSON");
    value["traceEvents"].as_array().expect("a list of events").clone()
}

fn with_phase<'a>(events: &'a [Value], phase: &'a str) -> impl Iterator<Item = &'a Value> {
    events.iter().filter(move |event| event["ph"] == phase)
}

/// A number of the event, in nanoseconds.
fn nanos(event: &Value, key: &str) -> u64 {
    (event[key].as_f64().expect("a number") * 1_000.0).round() as u64
}

/// Two workers that wake each other, 300 times within 100 microseconds.
fn crowded() -> Script {
    let mut run = Script::new();
    run.spawns("outside", "a").begins("a").spawns("a", "b").ends("a").polled("b");
    for turn in 0..300u64 {
        run.at(turn * 333).wakes("outside", "a", WakeCause::External);
        run.begins("a").wakes("a", "b", WakeCause::Lane).ends("a").polled("b");
    }
    run
}

#[test]
fn each_poll_is_a_slice_that_can_be_seen() {
    let events = events(&race().model());
    let polls: Vec<_> = with_phase(&events, "X").filter(|event| event["cat"] == "poll").collect();
    assert_eq!(polls.len(), 5);
    assert!(polls.iter().all(|poll| nanos(poll, "dur") > 0), "{polls:?}");
    let second =
        polls.iter().find(|poll| poll["tid"] == 1 && poll["name"] == "poll 2").expect("main's second");
    assert_eq!((&second["args"]["at"], &second["args"]["took"]), (&json!("41 ms"), &json!("0 ms")));
    assert_eq!(second["args"]["then"], "completed");
}

#[test]
fn slices_of_a_thread_nest() {
    for model in [race().model(), crowded().model()] {
        let events = events(&model);
        let mut ends: BTreeMap<u64, u64> = BTreeMap::new();
        for slice in with_phase(&events, "X").filter(|event| event["cat"] == "poll") {
            let end = ends.entry(slice["tid"].as_u64().expect("a thread")).or_default();
            assert!(nanos(slice, "ts") >= *end, "{slice} begins before {end}");
            *end = nanos(slice, "ts") + nanos(slice, "dur");
        }
    }
}

#[test]
fn what_is_laid_out_stays_before_the_next_instant_and_in_order() {
    let model = crowded().model();
    let times = Times::new(&model);
    let shown: Vec<_> = (0..=model.event_count())
        .filter_map(|order| model.moment(order))
        .map(|at| (times.nanos(at), at))
        .collect();
    assert!(shown.is_sorted_by(|a, b| a.0 <= b.0));
    let instants: Vec<_> = model.instants().collect();
    for pair in instants.windows(2) {
        let last = model.moment(*pair[0].1.end()).expect("an event");
        assert!(times.nanos(last) < pair[1].0);
    }
}

#[test]
fn each_arrow_begins_and_ends_in_a_slice() {
    for model in [race().model(), crowded().model()] {
        let events = events(&model);
        let slices: Vec<_> = with_phase(&events, "X").collect();
        let starts: Vec<_> = with_phase(&events, "s").collect();
        let ends: Vec<_> = with_phase(&events, "f").collect();
        assert!(!starts.is_empty());
        assert_eq!(
            starts.iter().map(|event| &event["id"]).collect::<Vec<_>>(),
            ends.iter().map(|event| &event["id"]).collect::<Vec<_>>()
        );
        for point in starts.into_iter().chain(ends) {
            let at = nanos(point, "ts");
            let holds = |slice: &&&Value| {
                let begin = nanos(slice, "ts");
                slice["tid"] == point["tid"] && begin <= at && at <= begin + nanos(slice, "dur")
            };
            assert!(slices.iter().find(holds).is_some(), "{point} lies in no slice");
        }
    }
}

#[test]
fn an_arrow_whose_slice_was_lost_is_left_out() {
    let mut run = Script::new();
    run.spawns("outside", "a")
        .spawns("outside", "b")
        .polled("b")
        .wakes("a", "b", WakeCause::Lane)
        .polled("b");
    assert_eq!(with_phase(&events(&run.model()), "s").count(), 0);
}

#[test]
fn threads_are_named_and_sorted_as_the_lanes_are() {
    let events = events(&race().model());
    let names: Vec<_> = with_phase(&events, "M")
        .filter(|event| event["name"] == "thread_name")
        .map(|event| event["args"]["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["outside", "main", "· fetch 1", "· fetch 2"]);
}

#[test]
fn logs_ends_and_values_are_marks() {
    let events = events(&race().model());
    let marks: Vec<_> =
        with_phase(&events, "i").map(|event| event["name"].as_str().expect("a name")).collect();
    assert_eq!(marks, ["first: 41 ms", "was dropped before it was ready"]);
    let counter = with_phase(&events, "C").next().expect("a counter");
    assert_eq!((&counter["name"], &counter["args"]["value"]), (&json!("answers"), &json!(1.0)));
    assert!(nanos(counter, "ts") >= 41 * MS);
}

#[test]
fn a_slice_that_is_added_up_does_not_reach_beyond_its_end() {
    for number in 0..100_000u64 {
        let begin = number * 7_919;
        let end = begin + number * 104_729 % 1_000_003;
        let [begin, end] = [begin, end].map(|nanos| nanos as f64 / 1_000.0);
        let length = length(begin, end);
        assert!(begin + length <= end && end - (begin + length) < 1e-6, "{begin} to {end}: {length}");
    }
}

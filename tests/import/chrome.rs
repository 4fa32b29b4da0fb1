//! Chrome traces as others write them.

use wakeline::formats::import::{MAX_LANES, Origin};
use wakeline::timeline::Model;
use wakeline::trace::LaneId;

use super::{opened, polls, refused, spans, wakes};

/// The events with a thread of process 1.
fn model(events: &str) -> Model {
    opened(format!("{{\"traceEvents\":[{events}]}}")).model
}

#[test]
fn a_slice_is_a_poll_and_those_within_it_are_spans() {
    let model = model(
        r#"{"ph":"X","pid":1,"tid":7,"ts":100,"dur":50,"name":"request"},
           {"ph":"X","pid":1,"tid":7,"ts":110.5,"dur":10,"name":"parse"},
           {"ph":"X","pid":1,"tid":7,"ts":200,"dur":0,"name":"instant"}"#,
    );
    assert_eq!(polls(&model), ["thread 7: 0-50 100-100"]);
    assert_eq!(spans(&model, LaneId(1)), ["request 0-50/0", "parse 10-20/1", "instant 100-100/0"]);
    assert!(model.findings().is_empty(), "a thread blocks no executor: {:?}", model.findings());
}

#[test]
fn beginnings_and_ends_make_the_same_slices() {
    let model = model(
        r#"{"ph":"E","pid":1,"tid":7,"ts":150},
           {"ph":"B","pid":1,"tid":7,"ts":110,"name":"parse"},
           {"ph":"B","pid":1,"tid":7,"ts":100,"name":"request"},
           {"ph":"E","pid":1,"tid":7,"ts":120}"#,
    );
    assert_eq!(polls(&model), ["thread 7: 0-50"]);
    assert_eq!(spans(&model, LaneId(1)), ["request 0-50/0", "parse 10-20/1"]);
}

#[test]
fn what_does_not_end_goes_on_and_what_does_not_begin_is_counted() {
    let imported = opened(
        r#"[{"ph":"E","pid":1,"tid":7,"ts":1},
            {"ph":"B","pid":1,"tid":7,"ts":10,"name":"a"},
            {"ph":"B","pid":1,"tid":7,"ts":20,"name":"b"},{"ph":"E","pid":1,"tid":7,"ts":30}]"#,
    );
    assert_eq!(polls(&imported.model), ["thread 7: 0-"]);
    assert_eq!(
        imported.notes,
        [
            "1 slice had not ended when the recording did",
            "1 event is left out, ends or arrows without a beginning"
        ]
    );
}

#[test]
fn slices_that_overlap_are_laid_beside_each_other() {
    let model = model(
        r#"{"ph":"M","pid":1,"tid":7,"name":"thread_name","args":{"name":"pool"}},
           {"ph":"X","pid":1,"tid":7,"ts":0,"dur":10,"name":"a"},
           {"ph":"X","pid":1,"tid":7,"ts":5,"dur":10,"name":"b"},
           {"ph":"X","pid":1,"tid":7,"ts":6,"dur":2,"name":"in a"},
           {"ph":"X","pid":1,"tid":7,"ts":12,"dur":10,"name":"c"}"#,
    );
    assert_eq!(polls(&model), ["pool: 0-10 12-22", "pool, overlapping 2: 5-15"]);
    assert_eq!(spans(&model, LaneId(1)), ["a 0-10/0", "in a 6-8/1", "c 12-22/0"]);
}

#[test]
fn what_has_the_same_id_is_a_lane_that_ends() {
    let model = model(
        r#"{"ph":"b","cat":"net","id":"0x1f","pid":1,"tid":7,"ts":0,"name":"GET /a"},
           {"ph":"b","cat":"net","id":31,"pid":1,"tid":7,"ts":2,"name":"DNS"},
           {"ph":"b","cat":"net","id2":{"local":"2"},"pid":1,"tid":7,"ts":3,"name":"GET /b"},
           {"ph":"n","cat":"net","id":"31","pid":1,"tid":8,"ts":3,"name":"first byte"},
           {"ph":"e","cat":"net","id":"0x1f","pid":1,"tid":9,"ts":4},
           {"ph":"e","cat":"net","id":"0x1f","pid":1,"tid":9,"ts":9},
           {"ph":"S","cat":"old","id":"2","pid":1,"tid":7,"ts":3,"name":"old"},
           {"ph":"F","cat":"old","id":"2","pid":1,"tid":7,"ts":5,"name":"old"}"#,
    );
    assert_eq!(polls(&model), ["GET /a: 0-9", "GET /b: 3-", "old: 3-5"]);
    assert_eq!(spans(&model, LaneId(1)), ["GET /a 0-9/0", "DNS 2-4/1"]);
    let ended = |lane: u32| model.lane(LaneId(lane)).expect("a lane").end.map(|end| end.moment.nanos);
    assert_eq!([1, 2, 3].map(ended), [Some(9_000), None, Some(5_000)]);
    assert_eq!(model.log_lines().map(|line| line.text).collect::<Vec<_>>(), ["first byte"]);
}

#[test]
fn a_flow_is_a_wake_from_lane_to_lane() {
    let model = model(
        r#"{"ph":"f","bp":"e","id":5,"cat":"x","pid":1,"tid":9,"ts":20,"name":"f"},
           {"ph":"X","pid":1,"tid":7,"ts":0,"dur":5,"name":"a"},
           {"ph":"X","pid":1,"tid":8,"ts":10,"dur":5,"name":"b"},
           {"ph":"X","pid":1,"tid":9,"ts":20,"dur":5,"name":"c"},
           {"ph":"s","id":5,"cat":"x","pid":1,"tid":7,"ts":2,"name":"f"},
           {"ph":"t","id":5,"cat":"x","pid":1,"tid":8,"ts":12,"name":"f"}"#,
    );
    assert_eq!(wakes(&model), ["thread 7 → thread 8 at 2", "thread 8 → thread 9 at 12"]);
}

#[test]
fn names_come_from_the_file_and_processes_are_told_apart() {
    let imported = opened(
        r#"{"traceEvents":[{"ph":"X","pid":1,"tid":1,"ts":0,"dur":5,"name":"a"},
            {"ph":"X","pid":2,"tid":1,"ts":1,"dur":5,"name":"a"},
            {"ph":"X","pid":"three","tid":"io","ts":2,"dur":5,"name":"a"},
            {"ph":"M","pid":1,"tid":1,"name":"thread_name","args":{"name":"main"}},
            {"ph":"M","pid":1,"name":"process_name","args":{"name":"browser"}},
            {"ph":"M","pid":2,"name":"process_name","args":{"labels":[1],"name":"renderer"}}]}"#,
    );
    assert_eq!((imported.title.as_str(), imported.origin), ("browser, renderer", Origin::Chrome));
    let names: Vec<_> = imported.model.lanes().iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(names, ["main (browser)", "thread 1 (renderer)", "thread io"]);
}

#[test]
fn what_has_no_place_is_left_out_and_counted() {
    let imported = opened(
        r#"[{"ph":"X","pid":1,"tid":1,"ts":0,"dur":5,"name":"a"},
            {"ph":"C","pid":1,"ts":0,"name":"c","args":{"v":1}},{"ph":"C","pid":1,"ts":1,"name":"c","args":{"v":2}},
            {"ph":"O","pid":1,"ts":0,"id":1},{"ph":"X","pid":1,"tid":1,"name":"no time"},
            {"ph":"s","id":1,"pid":1,"tid":1,"ts":0}, null,
            {"ph":"i","pid":1,"tid":1,"ts":"2.5","name":"text for a time","args":"__stripped__"}]"#,
    );
    assert_eq!(
        imported.notes,
        [
            "2 counter events are left out",
            "2 events are left out, of kinds that have no place in a lane",
            "1 event is left out, for want of a time",
            "1 event is left out, ends or arrows without a beginning"
        ]
    );
    let line = imported.model.log_lines().next().expect("a line");
    assert_eq!((line.text, line.moment.nanos), ("text for a time", 2_500));
}

#[test]
fn a_list_may_lack_its_end_and_a_file_that_is_cut_short_is_opened_as_far_as_it_goes() {
    let event = r#"{"ph":"X","pid":1,"tid":1,"ts":0,"dur":5,"name":"a"}"#;
    for end in ["", ",", ",\n", "]", "\n]\n"] {
        assert_eq!(opened(format!("\u{feff} [{event}{end}")).notes, Vec::<String>::new(), "{end:?}");
    }
    let imported = opened(format!("{{\"traceEvents\":[\n{event},\n{}", &event[..30]));
    assert_eq!(imported.notes, ["the file is cut short at line 3, column 30"]);
    assert_eq!(polls(&imported.model), ["thread 1: 0-5"]);
}

#[test]
fn times_far_apart_and_out_of_range_do_no_harm() {
    let model = model(
        r#"{"ph":"X","pid":1,"tid":1,"ts":-1e300,"dur":1e300,"name":"a"},
           {"ph":"X","pid":1,"tid":1,"ts":1e300,"dur":-5,"name":"b"},
           {"ph":"X","pid":1,"tid":1,"ts":1700000000000000.25,"dur":5,"name":"c"}"#,
    );
    assert_eq!(model.lanes().len(), 1);
    super::readers::look(&model);
}

#[test]
fn lanes_beyond_the_most_are_counted() {
    let events = |tid: usize| format!(r#"{{"ph":"X","pid":1,"tid":{tid},"ts":0,"dur":5,"name":"a"}}"#);
    let all: Vec<_> = (0..MAX_LANES + 3).map(events).collect();
    let imported = opened(format!("[{}]", all.join(",")));
    assert_eq!(imported.model.lanes().len(), MAX_LANES);
    assert_eq!(imported.notes, ["3 events are left out, of lanes beyond the most that are shown, `50000`"]);
}

#[test]
fn nesting_without_end_does_no_harm() {
    let deep = "[".repeat(1_000_000);
    let event = r#"{"ph":"X","pid":1,"tid":1,"ts":0,"dur":5,"name":"a","args":"#;
    let error = refused(format!("[{event}{deep}")).to_string();
    assert!(error.contains("line `1`"), "{error}");
    let begins: Vec<_> =
        (0..100_000).map(|at| format!(r#"{{"ph":"B","pid":1,"tid":1,"ts":{at},"name":"a"}}"#)).collect();
    let imported = opened(format!("[{}]", begins.join(",")));
    assert_eq!(imported.model.lanes().len(), 1);
}

#[test]
fn json_that_is_no_trace_is_refused_with_a_way_out() {
    for (text, words) in [
        (r#"{"a":1}"#, "JSON without `traceEvents`"),
        (r#"{"format":"wakeline-run","version":1}"#, "record the run with `--trace FILE`"),
        (r#"{"pattern":"race","recording":{}}"#, "record the run with `--trace FILE`"),
        (r#"{"traceEvents":7}"#, ": invalid type: integer `7`, expected a list of events"),
        ("[1]", "at line `1`, column `2`: invalid type: integer `1`, expected an event, which is an object"),
        ("[]", "has nothing to show: it has no events"),
        (r#"[{"ph":"C","ts":1}]"#, "has nothing to show: 1 counter event is left out"),
        ("[{\"ph\":\"X\",\n\"ts\":1e999}]", "at line `2`, column `"),
        ("{\"traceEvents\":[]} x", "trailing characters"),
    ] {
        let error = refused(text).to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

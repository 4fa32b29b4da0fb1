//! Recordings of tokio-console. The two under `data/` are of a program of six tasks and a piece of blocking work, on one
//! thread and on two, as `console-subscriber` 0.5 wrote them.

use wakeline::formats::import::Origin;
use wakeline::timeline::{LaneKind, Model};
use wakeline::trace::LaneId;

use super::{opened, polls_of, refused, wakes};

const ONE: &[u8] = include_bytes!("../data/tokio-console.json");
const TWO: &[u8] = include_bytes!("../data/tokio-console-threads.json");

fn lane(model: &Model, name: &str) -> LaneId {
    model.lanes().iter().find(|lane| lane.name == name).unwrap_or_else(|| panic!("no lane `{name}`")).id
}

#[test]
fn tasks_are_lanes_with_their_polls_and_who_woke_them() {
    let imported = opened(ONE);
    let model = &imported.model;
    assert_eq!(imported.origin, Origin::TokioConsole);
    let names: Vec<_> = model.lanes().iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(names, ["block_on 4", "consumer", "producer 0", "producer 1", "task 8", "blocking 9"]);
    let spawner = lane(model, "block_on 4");
    for task in ["consumer", "producer 0", "producer 1", "task 8"] {
        let task = model.lane(lane(model, task)).expect("a lane");
        assert_eq!((task.parent, task.kind), (spawner, LaneKind::Task));
        assert!(task.end.is_some());
    }
    // Entered five times for its messages; the sixth time was for its future to be dropped.
    assert_eq!(model.lane(lane(model, "consumer")).expect("a lane").polls, 5);
    // Aborted before it was woken again: what came after its first poll was the drop.
    assert_eq!(model.lane(lane(model, "task 8")).expect("a lane").polls, 1);
    let wakes = wakes(model);
    assert!(wakes.iter().any(|wake| wake.starts_with("producer 0 → consumer")), "{wakes:?}");
    assert!(wakes.iter().any(|wake| wake.starts_with("outside → producer 0")), "{wakes:?}");
    assert!(wakes.iter().any(|wake| wake.starts_with("consumer → producer 1")), "{wakes:?}");
    assert!(imported.notes.iter().any(|note| note.contains("121 events of timers")), "{:?}", imported.notes);
}

#[test]
fn blocking_work_blocks_nobody() {
    let imported = opened(TWO);
    assert!(imported.model.findings().is_empty(), "{:?}", imported.model.findings());
    let worker = imported.model.lane(lane(&imported.model, "blocking 1")).expect("a lane");
    assert_eq!((worker.kind, worker.parent, worker.polls), (LaneKind::Child, LaneId::OUTSIDE, 1));
}

fn recording(lines: &[&str]) -> String {
    let at = |line: &str| {
        let (text, micros) = line.rsplit_once('@').expect("each line says when");
        let nanos = micros.parse::<u64>().expect("a number") * 1_000;
        let time = format!(r#""at":{{"secs_since_epoch":1700000000,"nanos_since_epoch":{nanos}}}"#);
        format!("{}\n", text.replace("AT", &time))
    };
    std::iter::once("{\"v\":1}\n".to_owned()).chain(lines.iter().map(|line| at(line))).collect()
}

#[test]
fn lines_of_several_threads_are_put_in_order() {
    let text = recording(&[
        r#"{"Spawn":{"id":1,AT,"fields":[{"name":"kind","value":"task"},{"name":"task.name","value":"a"}]}}@10"#,
        r#"{"Exit":{"id":1,AT}}@30"#,
        r#"{"Enter":{"id":1,AT}}@20"#,
        r#"{"Waker":{"id":1,"op":{"WakeByRef":{"self_wake":true}},AT}}@25"#,
    ]);
    let model = opened(text).model;
    assert_eq!(polls_of(&model, LaneId(1)), " 10-20");
    assert_eq!(wakes(&model), ["a → a at 15"]);
}

#[test]
fn an_id_that_is_used_again_is_another_task() {
    let text = recording(&[
        r#"{"Spawn":{"id":1,AT,"fields":[]}}@0"#,
        r#"{"Enter":{"id":1,AT}}@1"#,
        r#"{"Exit":{"id":1,AT}}@2"#,
        r#"{"Close":{"id":1,AT}}@3"#,
        r#"{"Spawn":{"id":1,AT,"fields":[]}}@4"#,
        r#"{"Enter":{"id":1,AT}}@5"#,
    ]);
    let model = opened(text).model;
    assert_eq!(model.lanes().len(), 2);
    assert_eq!([LaneId(1), LaneId(2)].map(|lane| polls_of(&model, lane)), [" 1-2", " 5-"]);
}

#[test]
fn a_last_line_that_is_cut_is_left_out_and_a_damaged_one_is_named() {
    let text = recording(&[r#"{"Spawn":{"id":1,AT,"fields":[]}}@0"#, r#"{"Enter":{"id":1,AT}}@1"#]);
    let imported = opened(&text[..text.len() - 9]);
    assert_eq!(imported.model.lanes().len(), 1);
    assert!(imported.notes.contains(&"the file is cut short in line 3, which is left out".to_owned()));
    let error = refused(text.replace("\"Enter\"", "\"Enters\"")).to_string();
    assert!(
        error.starts_with("at line `3`, column `") && error.contains("unknown variant `Enters`"),
        "{error}"
    );
    let error = refused("{\"v\":2}\n").to_string();
    assert!(error.contains("version `2`") && error.contains("that writes `1`"), "{error}");
    let error = refused("{\"v\":1}\n").to_string();
    assert!(error.contains("no task was spawned"), "{error}");
}

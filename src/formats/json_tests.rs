use serde_json::{Value, json};

use super::*;
use crate::timeline::script::race;

#[test]
fn a_run_can_be_asked_about() {
    let model = race().model();
    let value: Value = serde_json::from_str(&to_string(&model)).expect("valid JSON");
    assert_eq!(
        value["run"],
        json!({
            "end": "finished", "nanos": 41_000_000, "steps": 23, "tasks": 1, "live_tasks": 0, "lost_events": 0,
        })
    );
    let names: Vec<_> = (0..3).map(|lane| value["lanes"][lane]["name"].clone()).collect();
    assert_eq!(names, ["main", "fetch 1", "fetch 2"]);
    let loser = &value["lanes"][2];
    assert_eq!(loser["end"], json!({ "at": { "nanos": 41_000_000, "step": 20 }, "how": "dropped" }));
    assert_eq!(loser["parent"], 1);
    assert_eq!(loser["spans"][1]["waits_for"], "its timer, due at 90 ms");
    assert_eq!(loser["spans"][1]["begin"], json!({ "nanos": 0, "step": 10 }));
    assert_eq!(value["wakes"][0]["cause"], "timer");
    assert_eq!(value["log"][0]["text"], "first: 41 ms");
    assert_eq!(value["values"][0]["value"], "1");
}

#[test]
fn a_run_that_has_not_begun_is_valid_json() {
    let value: Value = serde_json::from_str(&to_string(&Model::new())).expect("valid JSON");
    assert_eq!((&value["lanes"], &value["run"]["end"]), (&json!([]), &Value::Null));
}

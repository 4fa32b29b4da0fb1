//! `wakeline run --trace`, and `wakeline open`.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use super::{Ended, program, wakeline};

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().expect("UTF-8").to_owned()
}

/// The timeline and what follows it.
fn from_ruler(ended: &Ended) -> &str {
    let at = ended.out.find("0 ms").expect("there is a ruler");
    &ended.out[at..]
}

#[test]
fn a_trace_that_is_written_besides_is_opened_and_shows_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = path(folder.path(), "drain.wakeline");
    let args = ["run", "cancel-token", "--twin", "pitfall", "--seed", "3", "--trace", &trace];
    let ran = wakeline(&args).exits_with(1).complains(&format!("wrote `{trace}`: "));
    let opened = wakeline(&["open", &trace]).exits_with(0);
    assert_eq!(from_ruler(&opened), from_ruler(&ran));
    let opened = opened.says("cancel-token, pitfall, seed 3").says("virtual clock, fifo schedule");
    assert_eq!(opened.err, "");
    let json = wakeline(&["open", &trace, "--format", "json"]).exits_with(0).json();
    assert_eq!((&json["header"]["pattern"], &json["header"]["seed"]), (&"cancel-token".into(), &3.into()));
    assert_eq!(json["recording"]["format"], "wakeline-run");
    assert!(!json["findings"].as_array().expect("a list").is_empty());
}

#[test]
fn an_event_takes_less_than_three_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = path(folder.path(), "long.wakeline");
    let settings = ["--set", "jobs=500", "--set", "producers=4"];
    let args = [&["run", "mpsc", "--format", "json", "--trace", &trace][..], &settings].concat();
    let run = wakeline(&args).exits_with(0).json();
    let events = run["recording"]["run"]["steps"].as_u64().expect("a number");
    let bytes = fs::metadata(&trace).expect("it was written").len();
    assert!(events > 5_000 && bytes < 3 * events, "{bytes} bytes for {events} events");
}

#[test]
fn what_it_makes_of_a_trace_it_opens_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let [trace, chrome] = ["race.wakeline", "race.json"].map(|name| path(folder.path(), name));
    wakeline(&["run", "race", "--format", "trace", "--out", &trace]).exits_with(0);
    wakeline(&["open", &trace, "--format", "chrome", "--out", &chrome]).exits_with(0).complains("wrote `");
    wakeline(&["open", &chrome])
        .exits_with(0)
        .says("Chrome trace by Wakeline")
        .says("request slow")
        .says("a Chrome trace has no places in the source");
}

#[test]
fn a_recording_comes_through_a_pipe_and_gzipped() {
    let recording = include_bytes!("../data/tokio-console.json");
    let mut child = program(&["open", "-", "--ascii"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("it is piped").write_all(recording).expect("it reads");
    let ended: Ended = child.wait_with_output().expect("it ends").into();
    ended.exits_with(0).says("tokio-console recording").says("consumer").says("121 events of timers");
}

#[test]
fn what_cannot_be_opened_is_named_with_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = path(folder.path(), "notes.txt");
    fs::write(&file, "dear diary").expect("the folder can be written");
    wakeline(&["open", &file])
        .exits_with(1)
        .complains(&format!("error: cannot open `{file}`: the file begins with `dear diary`"));
    let json = path(folder.path(), "run.json");
    wakeline(&["run", "race", "--format", "json", "--out", &json]).exits_with(0);
    wakeline(&["open", &json]).exits_with(1).complains("record the run with `--trace FILE`");
    let missing = path(folder.path(), "missing");
    wakeline(&["open", &missing]).exits_with(2).complains(&format!("cannot read `{missing}`: No such file"));
    wakeline(&["run", "race", "--trace", &format!("{missing}/x")]).exits_with(2).complains("cannot write `");
}

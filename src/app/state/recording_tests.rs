//! A run that was saved and opened again.

use super::tests::{at, watch};
use super::*;
use crate::formats::import::import;

#[test]
fn a_saved_run_opens_as_it_was_and_plays() {
    let mut state = at("race?fast=50&seed=7");
    state.apply(Command::Last);
    watch(&mut state);
    let file = state.trace_file().expect("it was recorded");
    let mut other = at("bounded");
    other.apply(Command::Run);
    other.frame(0.1);
    other.open_recording(import(&file).expect("it was written here"));
    assert_eq!(other.setup, state.setup);
    assert!(*other.view.model() == *state.view.model());
    assert!(other.opened().is_some_and(|opened| opened.has_source && opened.notes.is_empty()));
    assert!(!other.can_stop() && !other.is_starting());

    other.apply(Command::Run);
    let seconds = watch(&mut other);
    assert!((3.0..=8.0).contains(&seconds), "it lasts {seconds} s");
    assert_eq!(other.phase(), Phase::Ended);
    other.apply(Command::PreviousEvent);
    other.apply(Command::StepBack);
    other.apply(Command::SeekTime("20ms".to_owned()));
    assert_eq!((other.phase(), other.look.now_nanos), (Phase::Paused, 20_000_000));
    for _ in 0..400 {
        other.apply(Command::NextEvent);
        other.apply(Command::StepForward);
    }
    assert_eq!(other.phase(), Phase::Ended);
    assert!(other.trace_file().is_err_and(|why| why.contains("recording already")));
}

#[test]
fn a_recording_gives_way_to_a_run() {
    let mut state = at("race");
    state.apply(Command::Last);
    let file = state.trace_file().expect("it was recorded");
    for away in [Command::Open { id: "race" }, Command::Restart, Command::SetSeed(3)] {
        state.open_recording(import(&file).expect("it was written here"));
        state.apply(away);
        watch(&mut state);
        assert_eq!(state.opened(), None);
        assert!(state.trace_file().is_ok());
    }
}

#[test]
fn a_recording_of_something_else_has_no_source() {
    let mut state = at("race");
    let json = br#"[{"name":"poll","ph":"X","ts":10,"dur":5,"pid":1,"tid":1},{"name":"poll","ph":"X","ts":30,"dur":5,"pid":1,"tid":2}]"#;
    state.open_recording(import(json).expect("a Chrome trace"));
    let opened = state.opened().expect("it is shown").clone();
    assert!(!opened.has_source && opened.origin == "Chrome trace");
    state.apply(Command::Explore);
    assert!(state.notice.as_ref().is_some_and(|notice| notice.is_problem));
    state.refuse_recording("x.json", "the file is empty");
    assert_eq!(state.opened(), Some(&opened), "what is shown stays");
}

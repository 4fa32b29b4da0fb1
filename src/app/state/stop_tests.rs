//! What Stop does, and a page that goes away.

use super::tests::{at, watch};
use super::*;
use crate::trace::RunEnd;

/// The facts of a run that ended well.
fn facts<const N: usize>(state: &State, names: [&str; N]) -> [String; N] {
    let outcome = state.output().expect("it has finished").expect("it succeeded");
    names.map(|name| outcome.get(name).expect("there is such a fact").to_owned())
}

fn logged(state: &State) -> Vec<(u64, String)> {
    let model = state.view.model();
    model.log_lines().map(|line| (line.moment.nanos / 1_000_000, line.text.to_owned())).collect()
}

#[test]
fn stop_asks_a_run_that_listens_and_lets_it_end_by_itself() {
    for way in [Command::Run, Command::Pause] {
        let mut state = at("drain");
        state.apply(Command::SeekTime("60ms".to_owned()));
        state.apply(way);
        assert_eq!(state.stop_label(), "Stop: ask the run to shut down");
        state.apply(Command::Stop);
        assert_eq!(state.phase(), Phase::Running, "it goes on, though it was paused");
        let notice = state.notice.clone().expect("the reader is told");
        assert!(!notice.is_problem && notice.text.contains("Stop again"), "{notice:?}");
        watch(&mut state);
        assert_eq!((state.phase(), state.client.status().ended), (Phase::Ended, Some(RunEnd::Finished)));
        let [accepted, served] = facts(&state, ["accepted", "served"]);
        assert_eq!(accepted, served);
        assert_eq!(logged(&state)[0], (60, "is asked to stop, by a signal".to_owned()));
    }
}

#[test]
fn stop_again_ends_it_at_once() {
    let mut state = at("drain");
    state.apply(Command::SeekTime("60ms".to_owned()));
    state.apply(Command::Stop);
    state.frame(1.0 / 60.0);
    assert_eq!(state.stop_label(), "Stop the run: drop every future");
    state.apply(Command::Stop);
    assert_eq!((state.phase(), state.client.status().ended), (Phase::Ended, Some(RunEnd::Stopped)));
    assert!(state.view.model().lanes().iter().all(|lane| lane.end.is_some()));
}

#[test]
fn a_run_that_waits_for_the_reader_alone_says_so_and_stands_still_until_stop() {
    let mut state = at("cancel-token?asks=you&workers=0");
    state.apply(Command::Run);
    for _ in 0..1_000 {
        state.frame(1.0 / 60.0);
    }
    assert_eq!((state.phase(), state.awaits()), (Phase::Running, Some("Stop")));
    assert_eq!(state.look.now_nanos, 0, "there is nothing that time could bring");
    state.apply(Command::Stop);
    watch(&mut state);
    assert_eq!((state.phase(), state.awaits()), (Phase::Ended, None));
    assert_eq!(facts(&state, ["cleaned up"]), ["0"]);
}

#[test]
fn a_page_that_goes_away_lets_a_run_that_listens_end_by_itself() {
    let mut state = at("drain");
    state.apply(Command::SeekTime("60ms".to_owned()));
    state.page_hides();
    assert_eq!(state.client.status().ended, Some(RunEnd::Finished), "in no time, before the page is gone");
    let [accepted, served] = facts(&state, ["accepted", "served"]);
    assert_eq!(accepted, served);

    let mut state = at("race");
    state.apply(Command::SeekTime("10ms".to_owned()));
    state.page_hides();
    assert_eq!(
        state.client.status().ended,
        None,
        "one that does not listen is left alone: the page may come back"
    );
}

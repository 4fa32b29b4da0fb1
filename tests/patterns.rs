//! Every pattern does what its page says, on the deterministic executor.
#![cfg(not(target_arch = "wasm32"))]

use wakeline::patterns::{self, CATALOGUE, Outcome, PatternError, Scene, Values};
use wakeline::runtime::{self, Config, Run};
use wakeline::trace::RunEnd;

fn scene(id: &str, settings: &[(&str, &str)]) -> Scene {
    let pattern = patterns::find(id).expect("the id is in the catalogue");
    let mut values = Values::defaults(pattern.params);
    for (name, text) in settings {
        values.set(name, text).expect("the setting is right");
    }
    Scene { values, seed: 7, base: String::new() }
}

fn run(id: &str, settings: &[(&str, &str)]) -> (RunEnd, Option<Result<Outcome, PatternError>>) {
    let pattern = patterns::find(id).expect("the id is in the catalogue");
    let mut run = Run::new(Config::default(), || (pattern.start)(scene(id, settings)));
    let end = runtime::block_on(&mut run, 1_000_000, |_| {});
    (end, run.take_output().map(|output| output.expect("the first task was neither aborted nor panicked")))
}

fn outcome(id: &str, settings: &[(&str, &str)]) -> Outcome {
    let (end, output) = run(id, settings);
    assert_eq!(end, RunEnd::Finished);
    output.expect("a finished run has an output").expect("the pattern succeeds")
}

fn error(id: &str, settings: &[(&str, &str)]) -> String {
    let (end, output) = run(id, settings);
    assert_eq!(end, RunEnd::Finished);
    output.expect("a finished run has an output").expect_err("the pattern fails").to_string()
}

#[test]
fn every_pattern_ends_well_with_its_defaults() {
    for pattern in CATALOGUE {
        outcome(pattern.id, &[]);
    }
}

#[test]
fn future_lazy_polls_once_more_than_it_pends() {
    for wake in ["by a timer", "at once"] {
        assert_eq!(outcome("future-lazy", &[("steps", "4"), ("wake", wake)]).get("polls"), Some("5"));
    }
    assert_eq!(outcome("future-lazy", &[("steps", "0")]).get("polls"), Some("1"));
}

#[test]
fn future_lazy_stalls_when_nobody_keeps_the_waker() {
    assert_eq!(run("future-lazy", &[("wake", "never")]).0, RunEnd::Stalled);
}

#[test]
fn first_fetch_reads_the_document_or_says_why_not() {
    assert_eq!(outcome("first-fetch", &[]).get("title"), Some("Futures are lazy"));
    assert_eq!(error("first-fetch", &[("failures", "100")]), "`data/1.json` answered with status `503`");
    assert_eq!(error("first-fetch", &[("url", "data/9.json")]), "`data/9.json` answered with status `404`");
}

#[test]
fn join_set_joins_in_the_order_of_the_ends() {
    let outcome = outcome("join-set", &[("tasks", "5"), ("failures", "0")]);
    assert_eq!(outcome.get("answered"), Some("5"));
    assert_ne!(outcome.get("order"), Some("1, 2, 3, 4, 5"), "the seed draws latencies that are not sorted");
}

#[test]
fn join_set_goes_on_after_a_failure_and_tells_an_abort_apart() {
    let failing = outcome("join-set", &[("tasks", "8"), ("failures", "50")]);
    let count = |name: &str| failing.get(name).and_then(|text| text.parse::<u32>().ok()).unwrap_or_default();
    assert_eq!(count("answered") + count("failed"), 8);
    assert!(count("answered") > 0 && count("failed") > 0);

    let settings = [("tasks", "3"), ("failures", "0"), ("latency", "50"), ("spread", "100"), ("abort", "2")];
    let aborted = outcome("join-set", &settings);
    assert_eq!((aborted.get("answered"), aborted.get("aborted")), (Some("2"), Some("1")));
}

#[test]
fn join_set_aborts_what_is_left_when_it_is_dropped() {
    let outcome = outcome("join-set", &[("tasks", "6"), ("failures", "0"), ("enough", "2")]);
    assert_eq!((outcome.get("answered"), outcome.get("dropped with the set")), (Some("2"), Some("4")));
}

#[test]
fn bounded_never_exceeds_its_limit() {
    for limit in 1..=5 {
        let limit = limit.to_string();
        let outcome = outcome("bounded", &[("items", "12"), ("limit", &limit), ("failures", "30")]);
        assert_eq!(outcome.get("most in flight"), Some(limit.as_str()));
    }
}

#[test]
fn bounded_refuses_a_limit_of_zero() {
    assert_eq!(
        error("bounded", &[("limit", "0")]),
        "`limit` is `0`: nothing could ever run; use at least `1`"
    );
}

#[test]
fn race_is_won_by_the_faster_and_releases_what_the_loser_held() {
    let outcome_of = |settings: &[_]| {
        let outcome = outcome("race", settings);
        assert_eq!(outcome.get("connections in use"), Some("0"));
        outcome.get("winner").map(str::to_owned)
    };
    assert_eq!(outcome_of(&[]).as_deref(), Some("fast"));
    assert_eq!(outcome_of(&[("fast", "90"), ("slow", "40")]).as_deref(), Some("slow"));
    assert_eq!(
        outcome_of(&[("fast", "50"), ("slow", "50")]).as_deref(),
        Some("fast"),
        "the first branch is first"
    );
    assert_eq!(outcome_of(&[("fails", "fast")]).as_deref(), Some("slow"), "an error does not win");
}

#[test]
fn race_that_both_lose_names_both_errors() {
    assert_eq!(
        error("race", &[("fails", "both")]),
        "both requests failed: first `data/1.json` answered with status `503`; \
         then `data/1.json` answered with status `503`"
    );
}

#[test]
fn ten_thousand_tasks_run() {
    assert_eq!(outcome("join-set", &[("tasks", "10000"), ("failures", "0")]).get("answered"), Some("10000"));
}

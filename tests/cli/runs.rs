//! Every pattern, on everything that can run it, and how runs end.

use super::{ids, pitfalls, run_json, wakeline};

const ENGINES: [&[&str]; 7] = [
    &[],
    &["--clock", "real"],
    &["--schedule", "random", "--seed", "5"],
    &["--runtime", "tokio"],
    &["--runtime", "tokio", "--clock", "real"],
    &["--runtime", "tokio", "--clock", "real", "--threads", "1"],
    &["--runtime", "tokio", "--threads", "4"],
];

/// Calls `check` with each id, several at a time: in real time most of a run is waiting.
fn for_each_id(ids: Vec<String>, check: impl Fn(&str) + Sync) {
    let ids = std::sync::Mutex::new(ids.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some(id) = { ids.lock().expect("no check panics with it").next() } {
                    check(&id);
                }
            });
        }
    });
}

#[test]
fn every_pattern_runs_on_everything() {
    for_each_id(ids(), |id| {
        for engine in ENGINES {
            let args = [&[id], engine].concat();
            let run = run_json(&args, 0);
            let recorded = &run["recording"]["run"];
            assert_eq!(recorded["end"], "finished", "{args:?}");
            assert_eq!(recorded["live_tasks"], 0, "{args:?}");
            assert_eq!(recorded["lost_events"], 0, "{args:?}");
            assert!(run["outcome"]["summary"].as_str().is_some_and(|text| !text.is_empty()), "{args:?}");
        }
    });
}

#[test]
fn every_pitfall_ends_badly_and_says_what_is_wrong() {
    for_each_id(pitfalls(), |id| {
        let ended = wakeline(&["run", id, "--twin", "pitfall"]).exits_with(1);
        assert!(ended.out.contains("failed: ") && ended.out.contains("found\n"), "{ended:#?}");
        for engine in [&["--runtime", "tokio"][..], &["--runtime", "tokio", "--threads", "4"]] {
            // Several threads may happen to take the one way that goes well; they never hang.
            let args = [&["run", id, "--twin", "pitfall"], engine].concat();
            let code = wakeline(&args).code;
            assert!(matches!(code, Some(0 | 1)), "{args:?} exits with {code:?}");
        }
    });
}

#[test]
fn a_pattern_without_a_pitfall_says_so() {
    wakeline(&["run", "race", "--twin", "pitfall"]).exits_with(2).complains("`race` has no pitfall twin");
    wakeline(&["run", "race", "--twin", "evil"]).exits_with(2).complains("evil");
}

#[test]
fn tokio_in_virtual_time_agrees_with_the_executor() {
    for id in ids() {
        for seed in ["0", "1", "77"] {
            let args = [id.as_str(), "--seed", seed];
            let ours = run_json(&args, 0);
            let tokio = run_json(&[&args[..], &["--runtime", "tokio"]].concat(), 0);
            assert_eq!(ours["outcome"], tokio["outcome"], "{args:?}");
            assert_eq!(ours["recording"]["run"]["nanos"], tokio["recording"]["run"]["nanos"], "{args:?}");
            assert_eq!((&ours["runtime"], &tokio["runtime"]), (&"sim".into(), &"tokio".into()));
        }
    }
}

#[test]
fn several_threads_mean_tokio_and_the_real_clock() {
    let run = run_json(&["race", "--threads", "4"], 0);
    assert_eq!(
        (&run["runtime"], &run["clock"], &run["threads"]),
        (&"tokio".into(), &"real".into(), &4.into())
    );
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let trace = |seed: &str| {
        let args = ["run", "join-set", "--format", "trace", "--schedule", "random", "--seed", seed];
        super::program(&args).output().expect("the program starts").stdout
    };
    assert_eq!(trace("3"), trace("3"));
    assert_ne!(trace("3"), trace("4"));
}

#[test]
fn text_has_the_outcome_the_timeline_the_log_and_the_ends() {
    wakeline(&["run", "race", "--set", "fast=50"])
        .exits_with(0)
        .says("race: Race: first one wins")
        .says("fast=50")
        .says("outcome: `request fast` won")
        .says("winner")
        .says("├ request fast")
        .says("╳ dropped")
        .says("\nends\n")
        .says("50.0 ms");
    wakeline(&["run", "retry"]).exits_with(0).says("\nlog\n").says("attempt 1 failed");
}

#[test]
fn an_error_of_the_pattern_is_said() {
    wakeline(&["run", "bounded", "--set", "limit=0"])
        .exits_with(1)
        .says("failed: `limit` is `0`: nothing could ever run");
    let run = run_json(&["race", "--set", "fails=both"], 1);
    assert!(run["error"].as_str().is_some_and(|error| error.starts_with("both requests failed")));
    assert!(run["outcome"].is_null());
}

#[test]
fn a_run_that_nothing_can_wake_says_who_waits_for_what() {
    for engine in ENGINES {
        let args = [&["run", "future-lazy", "--set", "wake=never"], engine].concat();
        wakeline(&args)
            .exits_with(1)
            .says("failed: it is stuck")
            .says("nothing can wake it")
            .says("`main` is idle: waits for")
            .says("`awaited` is idle: it answered `Pending`, and nothing is known to have kept its waker");
    }
}

#[test]
fn a_run_that_goes_on_too_long_is_given_up() {
    for engine in ENGINES {
        let args = [&["run", "race", "--max-polls", "1"], engine].concat();
        wakeline(&args)
            .exits_with(1)
            .says("gave up at the limit of polls, `1`, which `--max-polls` sets")
            .says("`request slow` is idle: waits for its timer");
    }
}

#[test]
fn ten_thousand_tasks_run_and_are_not_all_printed() {
    for engine in [&[][..], &["--threads", "4"]] {
        let args = [&["run", "join-set", "--set", "tasks=10000", "--set", "failures=0"], engine].concat();
        let ended = wakeline(&args).exits_with(0).says("10000 of 10000 tasks answered").says("more");
        assert!(ended.out.lines().count() < 500, "{} lines", ended.out.lines().count());
    }
}

#[test]
fn tracing_prints_spans_beside_the_recording() {
    wakeline(&["run", "instrument", "--tracing"])
        .exits_with(0)
        .complains("31.000 ms  INFO serve{requests=3}:request{id=3}:fetch{id=3}: enter")
        .complains(":request{id=3}: indexed words=18")
        .says("outcome: 3 of 3 requests were indexed");
    let quiet = wakeline(&["run", "instrument"]).exits_with(0);
    assert_eq!(quiet.err, "");
}

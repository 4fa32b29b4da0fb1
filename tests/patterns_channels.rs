//! The patterns about channels do what their pages say, under every schedule and on every runtime.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

#[path = "support/ran.rs"]
mod ran;

use ran::{case, pitfall};
use wakeline::trace::{End, Level, RunEnd};

const SEEDS: u64 = 200;

#[test]
fn mpsc_passes_every_job_on() {
    let ran = case("mpsc", &[]).run();
    assert_eq!(ran.facts(["sent", "done", "came back", "lost in the buffer"]), ["8", "8", "0", "0"]);
    // Eight jobs of 20 ms, one after another, and 5 ms until the first one is found.
    assert_eq!(ran.ended_ms("main"), 165);
}

#[test]
fn mpsc_makes_producers_as_slow_as_the_consumer() {
    // Four jobs, 5 ms each to find: only a full buffer keeps a producer longer.
    let ended = |buffer| case("mpsc", &[("producers", "1"), ("buffer", buffer)]).run().ended_ms("producer 1");
    assert_eq!(["1", "2", "4"].map(ended), [45, 25, 20]);
}

#[test]
fn mpsc_gives_jobs_back_when_the_receiver_is_gone() {
    let ran = case("mpsc", &[("leave", "3")]).run();
    assert_eq!(ran.facts(["sent", "done", "came back", "lost in the buffer"]), ["5", "3", "2", "2"]);
    let back = ran.logged(Level::Warn);
    assert!(back.iter().all(|line| line.ends_with("comes back: nobody receives any more")), "{back:?}");

    let ran = case("mpsc", &[("leave", "3"), ("how", "close")]).run();
    assert_eq!(ran.facts(["sent", "done", "came back", "lost in the buffer"]), ["5", "5", "2", "0"]);
}

#[test]
fn mpsc_loses_nothing_under_any_schedule() {
    case("mpsc", &[("producers", "3"), ("buffer", "1")])
        .run_many(SEEDS, |ran| assert_eq!(ran.facts(["sent", "done"]), ["12", "12"]));
    for how in ["drop", "close"] {
        case("mpsc", &[("producers", "3"), ("leave", "4"), ("how", how)]).run_many(SEEDS, |ran| {
            assert_eq!(ran.number("sent"), ran.number("done") + ran.number("lost in the buffer"));
            assert_eq!(how == "close", ran.number("lost in the buffer") == 0);
            assert_eq!(ran.number("came back"), 3, "each producer has one back");
        });
    }
    case("mpsc", &[("producers", "0")]).run_many(1, |ran| assert_eq!(ran.fact("done"), "0"));
}

#[test]
fn the_pitfall_of_mpsc_is_stuck_with_all_jobs_done() {
    let stuck = pitfall("mpsc", &[]);
    let ran = stuck.run();
    assert_eq!(ran.end, RunEnd::Stalled);
    assert_eq!(ran.logged(Level::Info).len(), 8, "every job is done");
    assert_eq!(ran.ended("main").0, End::Dropped);
    stuck.run_on_tokio(|ran| assert_eq!(ran.end, RunEnd::Stalled));
}

#[test]
fn broadcast_reaches_everybody_and_tells_the_slow_one_what_it_missed() {
    let ran = case("broadcast", &[]).run();
    assert_eq!(ran.facts(["sent", "seen", "missed"]), ["8", "8, 8, 5", "3"]);
    assert_eq!(ran.log_of("subscriber 3"), [(35, "was too slow, missed 1"), (70, "was too slow, missed 2")]);
    let quick = case("broadcast", &[("slow", "0")]).run();
    assert_eq!(quick.facts(["seen", "missed"]), ["8, 8, 8", "0"]);
    let roomy = case("broadcast", &[("buffer", "16")]).run();
    assert_eq!(roomy.facts(["seen", "missed"]), ["8, 8, 8", "0"]);
}

#[test]
fn broadcast_goes_on_without_receivers() {
    let ran = case("broadcast", &[("subscribers", "0")]).run();
    assert_eq!(ran.facts(["sent", "unheard"]), ["8", "8"]);
    assert!(ran.logged(Level::Info)[0].starts_with("nobody hears price 1: "));
}

#[test]
fn broadcast_accounts_for_every_price_under_any_schedule() {
    case("broadcast", &[]).run_many(SEEDS, |ran| {
        let seen: u64 = ran.fact("seen").split(", ").map(|seen| seen.parse::<u64>().expect("a count")).sum();
        assert_eq!(seen + ran.number("missed"), 3 * 8);
    });
}

#[test]
fn the_pitfall_of_broadcast_goes_deaf_and_is_found_out() {
    let deaf = pitfall("broadcast", &[]);
    let ran = deaf.run();
    let error = ran.error();
    assert_eq!(error, "`subscriber 3` stopped after `1` of `8` prices, and the channel was not closed");
    assert_eq!(ran.logged(Level::Error), [error]);
    assert!(ran.ended_ms("subscriber 3") < ran.ended_ms("subscriber 1"));
    assert_eq!(pitfall("broadcast", &[("slow", "0")]).run().fact("missed"), "0", "who is quick never knows");
    deaf.run_on_tokio(|ran| assert_eq!(ran.ended("main").0, End::Failed));
}

#[test]
fn oneshot_brings_each_answer_to_who_asked() {
    let ran = case("oneshot", &[]).run();
    assert_eq!(ran.facts(["answered", "came back", "gave up", "aborted"]), ["3", "0", "0", "0"]);
    for number in 1..=3 {
        let ended = ["asker", "worker"].map(|who| ran.ended_ms(&format!("{who} {number}")));
        assert_eq!(ended[0], ended[1], "an answer is there at once");
    }
    case("oneshot", &[]).run_many(SEEDS, |ran| assert_eq!(ran.fact("answered"), "3"));
}

#[test]
fn oneshot_tells_the_asker_that_the_sender_is_gone() {
    for (worker, at) in [("returns early", 40), ("is aborted", 20)] {
        let settings = &[("worker", worker), ("spread", "0")];
        let ran = case("oneshot", settings).run();
        assert_eq!(ran.error(), "no answer will come: the sender was dropped unused");
        assert_eq!(ran.ended_ms("asker 3"), at, "{worker}: at once, and not when its patience is over");
        case("oneshot", settings).run_many(SEEDS, |ran| assert_eq!(ran.ended("asker 1").0, End::Failed));
    }
}

#[test]
fn oneshot_gives_an_answer_back_that_nobody_waits_for() {
    let settings = &[("patience", "75")][..];
    let ran = case("oneshot", settings).run();
    assert_eq!(ran.facts(["answered", "came back"]), ["2", "1"]);
    assert_eq!(ran.ended("asker 1"), (End::Failed, "no answer within `75` ms"));
    assert_eq!(ran.log_of("worker 1"), [(77, "the answer comes back: nobody waits for it")]);

    let ran = case("oneshot", &[("patience", "75"), ("unheard", "give up")]).run();
    assert_eq!(ran.facts(["answered", "came back", "gave up"]), ["2", "0", "1"]);
    assert_eq!(ran.ended_ms("worker 1"), 75);
}

#[test]
fn oneshot_takes_an_error_as_an_answer() {
    let ran = case("oneshot", &[("failures", "100")]).run();
    assert!(ran.error().ends_with("answered with status `503`"), "{}", ran.error());
}

#[test]
fn watch_shows_the_latest_and_skips_what_came_between() {
    let ran = case("watch", &[]).run();
    assert_eq!(ran.facts(["applied", "skipped"]), ["1, 2, 3, 4, 5, 6 | 1, 3, 5, 6", "2"]);
    let slowly = case("watch", &[("every", "60")]).run();
    assert_eq!(slowly.fact("skipped"), "0");
    assert_eq!(ran.log_of("server 1"), [(100, "no more changes: stays at version 6")]);
}

#[test]
fn watch_brings_everybody_to_the_latest_under_any_schedule() {
    case("watch", &[("servers", "3")])
        .run_many(SEEDS, |ran| assert_eq!(ran.fact("all at the latest"), "true"));
}

#[test]
fn the_pitfall_of_watch_panics_at_the_end() {
    let panics = pitfall("watch", &[]);
    let ran = panics.run();
    let (end, text) = ran.ended("server 1");
    assert!(end == End::Panicked && text.contains("RecvError"), "{end:?} {text}");
    assert_eq!(ran.ended_ms("server 1"), 100, "with the sender, and not before");
    assert!(ran.error().contains("panicked"), "{}", ran.error());
    panics.run_on_tokio(|ran| assert_eq!(ran.ended("main").0, End::Failed));
}

#[test]
fn actor_and_lock_sell_each_seat_once() {
    for shape in ["actor", "shared lock"] {
        let settings = &[("shape", shape), ("buyers", "5")];
        let ran = case("actor", settings).run();
        assert_eq!(ran.facts(["sold", "sold out", "free", "lost"]), ["3", "2", "0", "0"], "{shape}");
        assert_eq!(ran.ended_ms("main"), 60, "{shape} pays for one seat after another");
        case("actor", settings)
            .run_many(SEEDS, |ran| assert_eq!(ran.facts(["sold", "sold out"]), ["3", "2"]));
    }
}

#[test]
fn actor_lets_nobody_wait_for_an_owner_that_has_ended() {
    let ends = case("actor", &[("ends", "2"), ("buyers", "6")]);
    let ran = ends.run();
    assert_eq!(ran.facts(["sold", "closed", "free"]), ["2", "4", "1"]);
    for buyer in 3..=6 {
        let name = format!("buyer {buyer}");
        assert_eq!(ran.ended(&name), (End::Failed, "the office has closed: its owner has ended"));
        assert_eq!(ran.ended_ms(&name), ran.ended_ms("owner"));
    }
    ends.run_many(SEEDS, |ran| assert_eq!(ran.facts(["sold", "closed"]), ["2", "4"]));
}

#[test]
fn actor_takes_back_the_seat_of_a_buyer_who_left_and_a_lock_does_not() {
    let owned = case("actor", &[("patience", "50")]).run();
    assert_eq!(owned.facts(["sold", "left", "free", "lost"]), ["2", "2", "1", "0"]);
    let locked = case("actor", &[("patience", "50"), ("shape", "shared lock")]).run();
    assert_eq!(locked.facts(["sold", "left", "free", "lost"]), ["2", "1", "0", "1"]);
}

#[test]
fn actor_takes_back_the_seat_of_a_payment_that_failed() {
    for shape in ["actor", "shared lock"] {
        let ran = case("actor", &[("failures", "100"), ("shape", shape)]).run();
        assert_eq!(ran.facts(["sold", "failed", "free"]), ["0", "4", "3"]);
    }
}

#[test]
fn they_do_the_same_on_tokio() {
    case("mpsc", &[]).run_on_tokio(|ran| assert_eq!(ran.facts(["sent", "done"]), ["8", "8"]));
    case("mpsc", &[("leave", "3"), ("how", "close")])
        .run_on_tokio(|ran| assert_eq!(ran.facts(["came back", "lost in the buffer"]), ["2", "0"]));
    case("broadcast", &[("subscribers", "2")]).run_on_tokio(|ran| assert_eq!(ran.fact("sent"), "8"));
    case("broadcast", &[("subscribers", "0")]).run_on_tokio(|ran| assert_eq!(ran.fact("unheard"), "8"));
    case("oneshot", &[]).run_on_tokio(|ran| assert_eq!(ran.fact("answered"), "3"));
    case("oneshot", &[("worker", "is aborted")])
        .run_on_tokio(|ran| assert_eq!(ran.error(), "no answer will come: the sender was dropped unused"));
    case("watch", &[]).run_on_tokio(|ran| assert_eq!(ran.fact("all at the latest"), "true"));
    for shape in ["actor", "shared lock"] {
        case("actor", &[("shape", shape)])
            .run_on_tokio(|ran| assert_eq!(ran.facts(["sold", "sold out"]), ["3", "1"]));
    }
    case("actor", &[("ends", "2")]).run_on_tokio(|ran| assert_eq!(ran.facts(["sold", "closed"]), ["2", "2"]));
}

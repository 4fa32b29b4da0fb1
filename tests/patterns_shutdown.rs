//! The patterns about shutdown lose nothing that they need not lose, and say what they do.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

#[path = "support/ran.rs"]
mod ran;

use futures::stream;
use ran::{Case, Ran, case, pitfall};
use wakeline::runtime::{self, Progress, Request};
use wakeline::timeline::Model;
use wakeline::trace::{End, Level, RunEnd};

const SEEDS: u64 = 200;
const IDS: [&str; 3] = ["cancel-token", "shutdown-broadcast", "drain"];
const MISSED: &[(&str, &str)] = &[("subscribes", "when connected"), ("connect", "300")];

/// Runs it, and asks it to shut down when it has made so many polls, and once more if it goes on.
fn run_asked(case: &Case, polls: u64, requests: &'static [Request]) -> Ran {
    let mut run = case.begin();
    while run.polls() < polls {
        if let Progress::Waiting(_) = run.step() {
            assert!(run.advance(), "it waits for something");
        }
    }
    let mut model = Model::new();
    let requests = stream::iter(requests.iter().copied());
    let end = runtime::block_on_with(&mut run, 1_000_000, requests, |frame| model.apply(&frame));
    let output = run.take_output().map(|output| output.map_err(|error| error.to_string()));
    Ran { model, end, output }
}

#[test]
fn cancel_token_stops_everybody_at_once_and_each_at_its_own_end() {
    let ran = case("cancel-token", &[]).run();
    assert_eq!(ran.facts(["lost in flight", "cleaned up", "aborted"]), ["0", "3", "0"]);
    // 60, 120 and 180 ms a request, asked to stop at 200 ms.
    assert_eq!([1, 2, 3].map(|worker| ran.ended_ms(&format!("worker {worker}"))), [240, 240, 360]);
    assert_eq!(ran.ended_ms("main"), 360, "as soon as the last one is done, and no later");
}

#[test]
fn cancel_token_aborts_at_the_deadline_who_does_not_listen_and_says_so() {
    let ran = case("cancel-token", &[("deaf", "1")]).run();
    assert_eq!(ran.facts(["cleaned up", "aborted"]), ["2", "1"]);
    assert_eq!(ran.logged(Level::Error), ["has waited 300 ms, and aborts who has not stopped: 1"]);
    assert_eq!((ran.ended("worker 1").0, ran.ended_ms("worker 1")), (End::Cancelled, 500));

    // Good workers too, when there is no time for the request that they are in.
    let ran = case("cancel-token", &[("deadline", "50")]).run();
    assert_eq!(ran.facts(["lost in flight", "cleaned up", "aborted"]), ["1", "2", "1"]);
}

#[test]
fn the_pitfall_of_cancel_token_loses_what_takes_longer_than_its_sleep() {
    let lost = "the service is gone with `1` requests in flight, and `1` workers had no chance to clean up";
    let sleeps = pitfall("cancel-token", &[]);
    let ran = sleeps.run();
    assert_eq!(ran.error(), lost);
    assert_eq!(ran.logged(Level::Error), [lost]);
    assert_eq!((ran.ended("worker 3").0, ran.ended_ms("main")), (End::Dropped, 300));
    sleeps.run_on_tokio(|ran| assert_eq!(ran.ended("main"), (End::Failed, lost)));
    sleeps.run_many(20, |ran| assert_eq!(ran.error(), lost));
    // Where everything is quick it works, and takes 100 ms all the same.
    let ran = pitfall("cancel-token", &[("latency", "5")]).run();
    assert_eq!((ran.fact("lost in flight"), ran.ended_ms("main")), ("0", 300));
}

#[test]
fn shutdown_broadcast_reaches_who_subscribed_before_it_was_spawned() {
    let ran = case("shutdown-broadcast", &[]).run();
    assert_eq!(ran.facts(["lost in flight", "cleaned up", "aborted"]), ["0", "3", "0"]);
    // The message is sent at 200 ms and waits in the receiver until the worker is connected at 300 ms.
    let slow = case("shutdown-broadcast", &[("connect", "300")]).run();
    assert_eq!(slow.facts(["cleaned up", "aborted"]), ["3", "0"]);
    assert_eq!(slow.ended_ms("worker 3"), 300);
}

#[test]
fn shutdown_broadcast_is_lost_to_who_subscribes_after_it_was_sent() {
    let ran = case("shutdown-broadcast", MISSED).run();
    assert_eq!(ran.facts(["cleaned up", "aborted"]), ["2", "1"]);
    assert_eq!((ran.ended("worker 3").0, ran.ended_ms("worker 3")), (End::Cancelled, 500));
    assert_eq!(ran.logged(Level::Error).len(), 1);
    // In time it makes no difference.
    let ran = case("shutdown-broadcast", &[("subscribes", "when connected")]).run();
    assert_eq!(ran.facts(["cleaned up", "aborted"]), ["3", "0"]);
}

#[test]
fn drain_serves_what_it_has_accepted_and_refuses_the_rest() {
    let ran = case("drain", &[]).run();
    assert_eq!(ran.facts(["accepted", "served", "refused"]), ["7", "7", "2"]);
    assert_eq!(ran.logged(Level::Error), [""; 0]);
    assert_eq!(ran.ended("deadline").0, End::Dropped);
    assert_eq!(ran.ended_ms("client 1"), 100, "who waits for room has its request back at once");
    assert_eq!(ran.ended_ms("main"), 280, "as soon as the last request is served");
}

#[test]
fn drain_counts_what_the_deadline_cuts_off() {
    let ran = case("drain", &[("deadline", "100")]).run();
    assert_eq!(ran.facts(["accepted", "served"]), ["7", "4"]);
    assert_eq!(ran.facts(["left in the queue", "cut off in flight"]), ["1", "2"]);
    assert_eq!(ran.logged(Level::Error), ["the deadline cut off 1 queued and 2 in flight"]);
    assert_eq!(ran.ended_ms("main"), 200);
}

#[test]
fn drain_ends_by_itself_when_the_clients_have_nothing_more() {
    let ran = case("drain", &[("requests", "1"), ("stop", "600000")]).run();
    assert_eq!(ran.facts(["accepted", "served", "refused"]), ["2", "2", "0"]);
    assert!(ran.ended_ms("main") < 100);
}

#[test]
fn the_pitfall_of_drain_drops_what_was_accepted() {
    let lost =
        "the server is gone, and with it accepted requests that nobody has counted: 3 queued and 2 in flight";
    let over = pitfall("drain", &[]);
    let ran = over.run();
    assert_eq!(ran.error(), lost);
    assert_eq!((ran.logged(Level::Error), ran.ended_ms("main")), (vec![lost], 100));
    assert_eq!(ran.ended("request 2.2").0, End::Dropped);
    over.run_on_tokio(|ran| assert_eq!(ran.ended("main").0, End::Failed));
}

#[test]
fn nothing_is_lost_under_any_schedule() {
    for id in ["cancel-token", "shutdown-broadcast"] {
        case(id, &[("stop", "150")]).run_many(SEEDS, |ran| {
            assert_eq!(ran.facts(["lost in flight", "cleaned up", "aborted"]), ["0", "3", "0"]);
        });
    }
    case("shutdown-broadcast", &[("connect", "300")])
        .run_many(SEEDS, |ran| assert_eq!(ran.facts(["cleaned up", "aborted"]), ["3", "0"]));
    case("drain", &[]).run_many(SEEDS, |ran| {
        assert_eq!(ran.fact("accepted"), ran.fact("served"));
        assert_eq!(ran.logged(Level::Error), [""; 0]);
    });
    case("drain", &[("deadline", "100"), ("clients", "4")]).run_many(SEEDS, |ran| {
        let left = ran.number("left in the queue") + ran.number("cut off in flight");
        assert_eq!(ran.number("accepted"), ran.number("served") + left);
        assert!(left > 0, "there is more than fits");
    });
}

#[test]
fn a_request_from_outside_ends_them_gracefully_at_any_time() {
    for id in IDS {
        for polls in (5..40).step_by(5) {
            let ran = run_asked(&case(id, &[("asks", "you")]), polls, &[Request::Shutdown]);
            assert_eq!(ran.end, RunEnd::Finished, "{id} {polls}");
            assert_eq!(ran.log_of("main")[0].1, "is asked to stop, by a signal");
            match id {
                "drain" => assert_eq!(ran.fact("accepted"), ran.fact("served"), "{polls}"),
                _ => assert_eq!(ran.facts(["lost in flight", "cleaned up"]), ["0", "3"], "{id} {polls}"),
            }
        }
    }
}

#[test]
fn a_second_request_ends_them_at_once() {
    for id in IDS {
        let ran = run_asked(&case(id, &[]), 8, &[Request::Shutdown, Request::Shutdown]);
        assert_eq!(ran.end, RunEnd::Stopped, "{id}");
    }
}

#[test]
fn without_a_timer_and_with_nobody_to_ask_there_is_no_end_to_workers_and_one_to_a_server() {
    // The workers go on for ever.
    let mut run = case("cancel-token", &[("asks", "you")]).begin();
    assert_eq!(runtime::block_on(&mut run, 5_000, |_| {}), RunEnd::LimitReached);
    // Without workers the signal is all that is waited for, and nobody gives it.
    let ran = case("cancel-token", &[("asks", "you"), ("workers", "0")]).run();
    assert_eq!(ran.end, RunEnd::Stalled);
    let ran = case("drain", &[("asks", "you")]).run();
    assert_eq!(ran.facts(["accepted", "served"]), ["12", "12"]);
}

#[test]
fn they_do_the_same_on_tokio() {
    for id in ["cancel-token", "shutdown-broadcast"] {
        case(id, &[]).run_on_tokio(|ran| {
            assert_eq!(ran.facts(["lost in flight", "cleaned up", "aborted"]), ["0", "3", "0"], "{id}");
        });
    }
    case("cancel-token", &[("deaf", "2"), ("deadline", "250")])
        .run_on_tokio(|ran| assert_eq!(ran.facts(["cleaned up", "aborted"]), ["1", "2"]));
    case("shutdown-broadcast", MISSED)
        .run_on_tokio(|ran| assert_eq!(ran.facts(["cleaned up", "aborted"]), ["2", "1"]));
    case("drain", &[]).run_on_tokio(|ran| {
        assert_eq!(ran.fact("accepted"), ran.fact("served"));
        assert_eq!(ran.facts(["left in the queue", "cut off in flight"]), ["0", "0"]);
    });
    case("drain", &[("deadline", "50")]).run_on_tokio(|ran| {
        let left = ran.number("left in the queue") + ran.number("cut off in flight");
        assert_eq!(ran.number("accepted"), ran.number("served") + left);
        assert!(left > 0, "there is more than fits");
    });
}

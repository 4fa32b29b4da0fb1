//! The pools: nothing is lent twice, nothing is lost, and the pitfall is found.

use super::*;

#[test]
fn semaphore_pool_never_lends_more_than_it_has_and_gets_everything_back() {
    for connections in ["1", "2", "3", "9"] {
        let ran = run("semaphore-pool", &[("connections", connections), ("spread", "20")]);
        let all: u64 = connections.parse().unwrap();
        assert_eq!((ran.fact("permits"), ran.fact("idle connections")), (all, all));
        assert_eq!(ran.fact("queries"), 1 + 2 + 3 + 4);
        ran.check_permits();
    }
}

#[test]
fn semaphore_pool_loses_nothing_by_a_handler_that_fails() {
    let ran = run("semaphore-pool", &[("failures", "30"), ("queries", "4")]);
    let error = ran.output.as_ref().expect_err("a query fails").to_string();
    assert!(error.starts_with("a query failed: "), "{error}");
    assert_eq!(ran.shown("idle connections").last(), Some(&"2"), "what is dropped is handed back too");
    ran.check_permits();
}

#[test]
fn semaphore_pool_finds_a_connection_under_every_schedule() {
    let settings: [&[(&str, &str)]; 3] =
        [&[], &[("spread", "20"), ("handlers", "5")], &[("latency", "0"), ("handlers", "6")]];
    for settings in settings {
        for seed in 0..1500 {
            let ran = run_as("semaphore-pool", settings, Twin::Corrected, (Schedule::Random, seed));
            let back = (ran.fact("permits"), ran.fact("idle connections"));
            assert_eq!(back, (2, 2), "{settings:?} with seed {seed}");
        }
    }
}

/// Who found no connection, and by whom it had been woken: itself if it was not by another handler.
fn empty_handed(ran: &Ran) -> Option<(&Lane, LaneId)> {
    let lane =
        ran.lanes("handler").find(|lane| lane.end.as_ref().is_some_and(|end| end.end == End::Panicked))?;
    assert!(ran.model.text(lane.end.as_ref().unwrap().message).starts_with(NO_CONNECTION));
    let woken = ran.events.iter().rev().find_map(|event| match *event {
        Event::Woken { lane: woken, by, cause, .. } if woken == lane.id => Some((by, cause)),
        _ => None,
    });
    let (by, cause) = woken.expect("it was woken");
    Some((lane, if cause == WakeCause::Lane { by } else { lane.id }))
}

#[test]
fn semaphore_pool_pitfall_breaks_by_default_whatever_the_seed() {
    for seed in 0..50 {
        let ran = run_as("semaphore-pool", &[], Twin::Pitfall, (Schedule::Fifo, seed));
        let (lane, by) = empty_handed(&ran).expect("somebody finds no connection");
        assert_eq!(lane.name, "handler 3", "the explanation names it");
        assert_eq!(by, lane.id, "it gave back and asked again within one poll");
        let error = ran.output.as_ref().expect_err("the run fails").to_string();
        let start = format!("a handler did not come to its end: task {} panicked with ", lane.id.0);
        assert!(error.starts_with(&start) && error.contains(NO_CONNECTION), "{error}");
    }
}

#[test]
fn semaphore_pool_pitfall_lets_a_waiter_find_nothing_under_the_schedule_that_its_page_names() {
    let ran = run_as("semaphore-pool", &[], Twin::Pitfall, (Schedule::Random, 1));
    let (lane, by) = empty_handed(&ran).expect("somebody finds no connection");
    assert_eq!((lane.name.as_str(), &*ran.model.lane_name(by)), ("handler 4", "handler 2"));
    let left = ran.lanes("return").filter(|task| task.polls == 0).count();
    assert!(left > 0, "the connection is on its way in a task that has not run yet");

    let pitfall = patterns::find("semaphore-pool").unwrap().pitfall().unwrap();
    assert!(pitfall.explanation.contains("`random`, seed 1"), "the page names another schedule");
}

#[test]
fn semaphore_pool_pitfall_can_go_well_first_in_first_out_and_break_in_another_order() {
    let settings = [("spread", "20")];
    let is_ok = |order| run_as("semaphore-pool", &settings, Twin::Pitfall, order).output.is_ok();
    let went_well: Vec<_> = (0..60).filter(|seed| is_ok((Schedule::Fifo, *seed))).collect();
    assert!(!went_well.is_empty(), "a test on one thread may well pass");
    for seed in went_well {
        assert!(!is_ok((Schedule::Random, seed)), "seed {seed}");
    }
}

#[test]
fn semaphore_pool_can_be_stopped_at_any_poll_with_guards_about() {
    for twin in [Twin::Corrected, Twin::Pitfall] {
        for polls in 0..40 {
            quiet_the_pitfall();
            let start = patterns::find("semaphore-pool").unwrap().start_of(twin);
            let mut run = Run::new(Config::default(), || start(scene("semaphore-pool", &[], 7)));
            while run.polls() < polls && run.ended().is_none() {
                run.step();
                run.advance();
            }
            // Guards are dropped with the run; the pitfall's spawn a task even then.
            run.stop();
            let mut model = Model::new();
            model.apply(&run.take_frame());
            assert!(model.lanes().iter().all(|lane| lane.end.is_some()), "{twin:?} {polls}");
        }
    }
}

/// The numbers of `2 lent, 0 idle, 0 closed`.
fn stock(text: &str) -> Vec<u64> {
    text.split(", ").map(|part| part.split(' ').next().unwrap().parse().unwrap()).collect()
}

fn check_stock(ran: &Ran, connections: u64) {
    let shown = ran.shown("connections");
    assert!(!shown.is_empty());
    for text in shown {
        assert_eq!(stock(text).iter().sum::<u64>(), connections, "{text}");
    }
    assert_eq!(ran.fact("permits"), connections);
    ran.check_permits();
}

#[test]
fn pool_timeout_never_loses_a_permit_whatever_is_given_up_when() {
    for patience in ["0", "1", "20", "30", "50", "60"] {
        for close in ["0", "1", "30", "50", "60"] {
            for seed in 0..40 {
                // Without spread, time-up and hand-over meet in one instant.
                for spread in ["0", "20"] {
                    let settings = [("patience", patience), ("close", close), ("spread", spread)];
                    for schedule in [Schedule::Fifo, Schedule::Random] {
                        let ran = run_as("pool-timeout", &settings, Twin::Corrected, (schedule, seed));
                        check_stock(&ran, 2);
                        let all = ran.fact("served") + ran.fact("timed out") + ran.fact("refused");
                        assert_eq!(all, 10, "{settings:?} {seed}");
                    }
                }
            }
        }
    }
}

#[test]
fn pool_timeout_gives_up_after_its_patience_and_serves_those_behind() {
    let settings = [("patience", "40"), ("latency", "60"), ("spread", "0"), ("queries", "1")];
    let ran = run("pool-timeout", &settings);
    assert_eq!((ran.fact("served"), ran.fact("timed out")), (2, 3));
    assert_eq!(ran.logged(Level::Warn), [(40, "no connection was free within `40` ms"); 3]);
    assert_eq!(ran.given_up(), 3, "they have left the queue");

    let ran = run("pool-timeout", &[("patience", "0"), ("queries", "1")]);
    assert_eq!((ran.fact("served"), ran.fact("timed out")), (2, 3), "what is free is served at once");

    let ran = run("pool-timeout", &[("patience", "1000")]);
    assert_eq!((ran.fact("served"), ran.fact("timed out")), (10, 0));
}

#[test]
fn pool_timeout_turns_all_away_when_it_is_closed_and_lets_those_inside_finish() {
    let settings = [("close", "20"), ("latency", "60"), ("spread", "0"), ("queries", "3")];
    let ran = run("pool-timeout", &settings);
    assert_eq!((ran.fact("served"), ran.fact("refused")), (2, 13));
    let refusals = ran.logged(Level::Warn);
    assert_eq!(
        refusals,
        [
            (20, "the pool is closed"),
            (20, "the pool is closed"),
            (20, "the pool is closed"),
            (60, "the pool is closed"),
            (60, "the pool is closed")
        ]
    );
    assert_eq!(ran.shown("connections").last(), Some(&"0 lent, 0 idle, 2 closed"));
    check_stock(&ran, 2);
}

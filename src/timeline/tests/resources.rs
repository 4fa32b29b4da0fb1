//! How resources stand, what flows through them, what goes with a future that is dropped.

use super::*;

/// A channel with room for two, a producer that fills it and has to wait, and a consumer.
fn channel() -> Script {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").makes("main", "jobs", ResourceKind::Mpsc, 2);
    run.spawns("main", "producer").spawns("main", "consumer").ends("main");
    run.begins("producer").does("producer", Op::Sent, "jobs", 1).does("producer", Op::Sent, "jobs", 2);
    run.ends("producer").at(MS).parks("producer", "jobs", 1);
    run.at(2 * MS).begins("consumer").does("consumer", Op::Received, "jobs", 1).ends("consumer");
    run.begins("producer").does("producer", Op::Sent, "jobs", 3).ends("producer");
    run
}

#[test]
fn a_channel_fills_and_empties() {
    let mut run = channel();
    let model = run.model();
    let jobs = run.resource("jobs");
    let levels: Vec<_> = model
        .levels(jobs, Moment::START)
        .map(|level| (level.begin.nanos, level.level, level.waiters))
        .collect();
    assert_eq!(levels, [(0, 1, 0), (0, 2, 0), (MS, 2, 1), (2 * MS, 1, 1), (2 * MS, 2, 0)]);
    let full = model.resource_at(jobs, model.moment_at_nanos(MS));
    assert_eq!(full.waiters.iter().map(|waiter| waiter.lane).collect::<Vec<_>>(), [run.lane("producer")]);
    let text = model.resource_state_text(jobs, model.moment_at_nanos(MS));
    assert_eq!(text, ["2 of 2 inside", "waiting, in order: `producer`"]);
}

#[test]
fn a_message_is_followed_from_where_it_went_in() {
    let mut run = channel();
    let model = run.model();
    let flows: Vec<_> = model.flows(run.resource("jobs"), Moment::START, model.extent().end).collect();
    let [flow] = flows[..] else { panic!("one message was received: {flows:?}") };
    assert_eq!((flow.number, flow.sent.1, flow.received.1), (1, run.lane("producer"), run.lane("consumer")));
    assert_eq!((flow.sent.0.nanos, flow.received.0.nanos), (0, 2 * MS));
}

#[test]
fn waiters_stand_in_the_order_of_their_waiting_and_leave_when_they_get_it_or_give_up() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").makes("main", "pool", ResourceKind::Semaphore, 2);
    for name in ["a", "b", "c"] {
        run.spawns("main", name);
    }
    run.ends("main").begins("a").does("a", Op::Acquired, "pool", 2).ends("a");
    run.parks("c", "pool", 1).parks("b", "pool", 2);
    run.at(MS).begins("c").does("c", Op::Abandoned, "pool", 0).is_over("c", End::Cancelled, "").ends("c");
    run.at(2 * MS).begins("a").does("a", Op::Released, "pool", 2).ends("a");
    run.begins("b").does("b", Op::Acquired, "pool", 2).ends("b");
    let model = run.model();
    let pool = run.resource("pool");
    let lanes = |nanos| -> Vec<_> {
        let state = model.resource_at(pool, model.moment_at_nanos(nanos));
        state.waiters.iter().map(|waiter| model.lane_name(waiter.lane).into_owned()).collect()
    };
    assert_eq!(lanes(0), ["c", "b"]);
    assert_eq!(lanes(MS), ["b"]);
    assert!(lanes(2 * MS).is_empty());
    let now = model.resource_at(pool, model.extent().end);
    assert_eq!((now.level, now.holders[0].lane), (2, run.lane("b")));
}

#[test]
fn readers_hold_a_lock_together_and_a_writer_alone() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").makes("main", "cache", ResourceKind::RwLock, u32::MAX);
    run.spawns("main", "other");
    run.does("main", Op::AcquiredShared, "cache", 1).does("other", Op::AcquiredShared, "cache", 1).at(MS);
    run.does("main", Op::ReleasedShared, "cache", 1).does("other", Op::ReleasedShared, "cache", 1);
    run.does("main", Op::Acquired, "cache", 1);
    let model = run.model();
    let cache = run.resource("cache");
    let text = |nanos| model.resource_state_text(cache, model.moment_at_nanos(nanos)).join("; ");
    assert_eq!(text(0), "held by 2 readers; held by `main`, `other`");
    assert_eq!(text(MS), "held by a writer; held by `main`");
    assert!(model.levels(cache, model.extent().end).next().is_some_and(|level| level.is_exclusive));
}

#[test]
fn a_pool_with_a_permit_left_is_not_full() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").makes("main", "pool", ResourceKind::Semaphore, 2);
    run.does("main", Op::Acquired, "pool", 1);
    let model = run.model();
    let now = model.levels(run.resource("pool"), model.extent().end).next().expect("a level");
    assert_eq!((now.level, now.capacity, now.is_exclusive), (1, 2, false));
    let drawn = crate::formats::text::timeline(&model, &crate::formats::text::Options::default());
    assert!(
        drawn.contains('▄') && !drawn.lines().any(|line| line.starts_with("pool") && line.contains('█')),
        "{drawn}"
    );
}

#[test]
fn a_dropped_future_says_what_went_with_it() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").makes("main", "pool", ResourceKind::Semaphore, 1);
    run.makes("main", "jobs", ResourceKind::Mpsc, 1).names_child("main", "loser");
    run.begins("loser").does("loser", Op::Acquired, "pool", 1).ends("loser");
    run.logs("main", "the other one won");
    run.does("loser", Op::Abandoned, "jobs", 0).does("loser", Op::Released, "pool", 1);
    run.is_over("loser", End::Dropped, "").ends("main");
    let model = run.model();
    let end = model.lane(run.lane("loser")).and_then(|lane| lane.end).expect("it was dropped");
    assert_eq!(model.losses(end.moment), ["left jobs", "gave back pool"]);
}

#[test]
fn only_versions_that_somebody_saw_count_as_received() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").makes("main", "config", ResourceKind::Watch, 1);
    for version in 1..=3 {
        run.does("main", Op::Sent, "config", version);
    }
    run.does("main", Op::Received, "config", 3).ends("main");
    let model = run.model();
    let sent = model.ops(run.resource("config")).filter(|line| line.op == Op::Sent);
    let seen: Vec<_> = sent.map(|line| (line.detail, model.was_received(&line))).collect();
    assert_eq!(seen, [(1, false), (2, false), (3, true)]);
}

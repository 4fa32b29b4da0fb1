use super::*;

/// `main` spawns `worker`, which wakes it at 10 ms; then `main` wakes `worker`.
fn ping_pong() -> Script {
    let mut run = Script::new();
    run.spawns("outside", "main")
        .begins("main")
        .spawns("main", "worker")
        .waits_for("main", "worker")
        .ends("main");
    run.begins("worker").waits_until("worker", 10 * MS).ends("worker");
    run.at(10 * MS).wakes("outside", "worker", WakeCause::Timer);
    run.begins("worker").wakes("worker", "main", WakeCause::Lane).ends("worker");
    run.begins("main").wakes("main", "worker", WakeCause::Lane).ends("main");
    run.polled("worker");
    run
}

#[test]
fn the_way_back_leads_to_the_start() {
    let mut run = ping_pong();
    let model = run.model();
    let mut at = (run.lane("worker"), model.extent().end);
    let mut way = Vec::new();
    while let Some(wake) = model.wake_before(at.0, at.1) {
        way.push(format!("{} woke {}", model.lane_name(wake.by), model.lane_name(wake.lane)));
        at = (wake.by, wake.moment);
    }
    assert_eq!(way, ["main woke worker", "worker woke main", "outside woke worker"]);
    let first = model.next_poll(run.lane("worker"), Moment::START).expect("its first poll");
    let spawn = model.wake_before(run.lane("worker"), first).expect("its spawn");
    assert_eq!((spawn.cause, spawn.by), (Cause::Spawned, run.lane("main")));
}

#[test]
fn the_way_forward_follows_what_each_poll_did() {
    let mut run = ping_pong();
    let (model, main, worker) = (run.model(), run.lane("main"), run.lane("worker"));
    let spawn = model.wake_after(main, Moment::START).expect("main spawned");
    assert_eq!((spawn.lane, spawn.cause), (worker, Cause::Spawned));
    let poll = model.poll_after_wake(&spawn).expect("worker was polled");
    let wake = model.wake_after(worker, poll).expect("worker woke main");
    assert_eq!((wake.lane, wake.moment.nanos), (main, 10 * MS));
    let poll = model.poll_after_wake(&wake).expect("main was polled");
    let wake = model.wake_after(main, poll).expect("main woke worker");
    assert_eq!(wake.lane, worker);
    assert_eq!(model.wake_after(worker, wake.moment), None);
}

#[test]
fn arrows_are_found_by_range_and_by_lane() {
    let mut run = ping_pong();
    let model = run.model();
    let end = model.extent().end;
    assert_eq!(model.wakes(Moment::START, end).count(), 3);
    assert_eq!(model.wakes_of(run.lane("main"), Moment::START, end).count(), 2);
    let first = model.wakes(Moment::START, end).next().expect("a wake");
    assert_eq!(model.wakes(first.moment, end).count(), 2, "a range begins after its first moment");
}

#[test]
fn a_childs_first_poll_is_its_parents_doing() {
    let mut run = race();
    let (model, child) = (run.model(), run.lane("fetch 1"));
    let first = model.next_poll(child, Moment::START).expect("its first poll");
    assert_eq!(model.wake_before(child, first).map(|wake| wake.by), Some(run.lane("main")));
    let second = model.next_poll(child, first).expect("its second poll");
    let cause = model.wake_before(child, second).map(|wake| wake.cause);
    assert_eq!(cause, Some(Cause::Woken(WakeCause::Timer)));
}

use super::*;

#[test]
fn a_task_is_scheduled_polled_and_idle_in_turn() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").waits_until("main", 90 * MS).ends("main");
    run.at(90 * MS).wakes("outside", "main", WakeCause::Timer).completes("main");
    let (model, main) = (run.model(), run.lane("main"));
    assert_eq!(letters(&model, main), "spisp");
    let spans: Vec<_> = model.spans(main).collect();
    assert!(matches!(spans[0].state, SpanState::Scheduled(Some(Wake { cause: Cause::Spawned, .. }))));
    assert_eq!(spans[1].state, SpanState::Polling { number: 1 });
    assert!(matches!(
        spans[2].state,
        SpanState::Idle(Some(Wait { on: WaitKind::Timer, detail: 90_000_000, .. }))
    ));
    assert_eq!(spans[2].end.map(|end| end.nanos), Some(90 * MS));
    assert_eq!(spans[4].state, SpanState::Polling { number: 2 });
    assert_eq!(model.lane(main).and_then(|lane| lane.end).map(|end| end.end), Some(End::Completed));
}

#[test]
fn a_task_woken_while_it_is_polled_is_scheduled_when_the_poll_ends() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").wakes("main", "main", WakeCause::Yield).ends("main");
    let (model, main) = (run.model(), run.lane("main"));
    assert_eq!(letters(&model, main), "sps…");
    let state = model.span(main, 2).map(|span| span.state);
    assert!(matches!(
        state,
        Some(SpanState::Scheduled(Some(Wake { cause: Cause::Woken(WakeCause::Yield), .. })))
    ));
}

#[test]
fn a_poll_goes_on_until_it_ends_though_the_task_has_ended_in_it() {
    let mut run = Script::new();
    run.spawns("outside", "main").completes("main");
    let (model, main) = (run.model(), run.lane("main"));
    let poll = model.span(main, 1).expect("a poll");
    assert_eq!((poll.begin.order, poll.end.map(|end| end.order)), (2, Some(4)));
    let ended = model.moment(3).expect("the end");
    assert!(matches!(model.state_at(main, ended), LaneState::Ended(_)));
    assert_eq!(model.span_at(main, ended), Some(poll));
    assert_eq!(model.span_at(main, model.extent().end), None);
}

#[test]
fn a_dropped_child_is_over_at_the_instant_of_the_drop() {
    let mut run = race();
    let (model, child) = (run.model(), run.lane("fetch 2"));
    assert_eq!(letters(&model, child), "pi");
    let end = model.lane(child).and_then(|lane| lane.end).expect("it was dropped");
    assert_eq!((end.end, end.moment.nanos), (End::Dropped, 41 * MS));
    assert_eq!(model.spans(child).last().and_then(|span| span.end), Some(end.moment));
}

#[test]
fn before_its_spawn_a_lane_is_unborn_and_before_its_first_poll_a_child_is_new() {
    let mut run = race();
    let (model, child) = (run.model(), run.lane("fetch 1"));
    let state = |order| model.state_at(child, model.moment(order).expect("an event"));
    assert_eq!(state(2), LaneState::Unborn);
    assert_eq!(state(3), LaneState::New);
    assert!(matches!(state(4), LaneState::Live(_)));
}

#[test]
fn children_are_drawn_below_their_parents_and_tasks_in_spawn_order() {
    let mut run = Script::new();
    run.spawns("outside", "main").spawns("main", "worker");
    run.names_child("main", "a").names_child("worker", "w").names_child("a", "a1").names_child("main", "b");
    let model = run.model();
    let rows: Vec<_> =
        model.rows().iter().map(|row| (model.lane_name(row.lane).into_owned(), row.depth)).collect();
    let expected = [("main", 0), ("a", 1), ("a1", 2), ("b", 1), ("worker", 0), ("w", 1)];
    assert_eq!(rows, expected.map(|(name, depth)| (name.to_owned(), depth)));
}

#[test]
fn statistics_tell_where_the_time_went() {
    let mut run = Script::new();
    run.spawns("outside", "main")
        .at(5 * MS)
        .begins("main")
        .at(7 * MS)
        .waits_until("main", 90 * MS)
        .ends("main");
    run.at(90 * MS).wakes("outside", "main", WakeCause::Timer).at(91 * MS).completes("main").at(500 * MS);
    let (model, main) = (run.model(), run.lane("main"));
    let stats = model.lane_stats(main, model.extent().end);
    assert_eq!(model.stats_text(&stats), "2 polls, busy 2 ms, scheduled 6 ms, idle 83 ms");
    let stats = model.lane_stats(main, model.moment_at_nanos(50 * MS));
    assert_eq!(model.stats_text(&stats), "1 poll, busy 2 ms, scheduled 5 ms, idle 43 ms");
    assert_eq!(stats.parked.map(|wait| wait.detail), Some(90 * MS));
}

#[test]
fn statistics_of_a_long_lane_agree_with_its_spans() {
    let mut run = Script::new();
    run.spawns("outside", "main");
    for turn in 0..2_000u64 {
        run.begins("main").at(turn * 10 * MS + MS).ends("main");
        run.at(turn * 10 * MS + 9 * MS)
            .wakes("outside", "main", WakeCause::Timer)
            .at(turn * 10 * MS + 10 * MS);
    }
    let (model, main) = (run.model(), run.lane("main"));
    let stats = model.lane_stats(main, model.extent().end);
    assert_eq!((stats.polls, stats.busy_nanos), (2_000, 2_000 * MS));
    assert_eq!((stats.idle_nanos, stats.scheduled_nanos), (16_000 * MS, 2_000 * MS));
}

#[test]
fn a_run_counts_its_tasks_and_says_how_it_ended() {
    let mut run = race();
    let model = run.model();
    let state = model.run_state();
    assert_eq!((state.tasks, state.live_tasks), (1, 0));
    assert_eq!(state.end.map(|(end, _)| end), Some(RunEnd::Finished));
    let before = model.run_state_at(model.moment(10).expect("an event"));
    assert_eq!((before.tasks, before.live_tasks, before.end), (1, 1, None));
}

#[test]
fn each_line_knows_who_is_parked_there() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main");
    run.waits_until("main", 90 * MS);
    let line = line!() - 1;
    run.ends("main");
    let model = run.model();
    let marks = model.lines_at(model.extent().end);
    let parked = marks.iter().find(|mark| matches!(mark.kind, MarkKind::Parked(_))).expect("main is parked");
    let place = model.place(parked.location).expect("a place");
    assert_eq!((place.file.ends_with("states.rs"), place.line), (true, line));
    let spans: Vec<_> = model.spans_on_line("states.rs", line, Moment::START, model.extent().end).collect();
    assert_eq!(spans, model.span(run.lane("main"), 2).into_iter().collect::<Vec<_>>());
    assert_eq!(model.spans_on_line("other.rs", line, Moment::START, model.extent().end).count(), 0);
    assert_eq!(model.lanes_on_line("tests/states.rs", line - 1).count(), 1);
}

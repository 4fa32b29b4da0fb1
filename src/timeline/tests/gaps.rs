use super::*;

#[test]
fn a_lane_whose_spawn_was_lost_has_a_place_and_a_name() {
    let frame = Frame {
        first_seq: 300,
        dropped: 300,
        base_nanos: 40 * MS,
        events: vec![Event::PollBegin { lane: LaneId(7) }, Event::PollEnd { lane: LaneId(7) }],
        ..Frame::default()
    };
    let mut model = Model::new();
    model.apply(&frame);
    assert_eq!(model.lane_name(LaneId(7)), "task 7");
    assert!(model.lane(LaneId(7)).is_some_and(|lane| lane.is_placeholder));
    assert_eq!(letters(&model, LaneId(7)), "pi…");
    assert_eq!(model.dropped().events, 300);
    assert_eq!(model.extent().begin.nanos, 40 * MS);
    assert_eq!(model.gaps(), [Gap { after: Moment { nanos: 40 * MS, order: 0 }, events: 300 }]);
}

#[test]
fn a_lane_whose_last_poll_never_ended_for_us_is_closed_at_the_gap() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").is_over("main", End::Completed, "");
    let mut model = run.model();
    assert_eq!(letters(&model, LaneId(1)), "sp…");
    model.apply(&Frame {
        first_seq: 10,
        events: vec![Event::RunEnded { end: RunEnd::Finished }],
        ..Frame::default()
    });
    assert_eq!(letters(&model, LaneId(1)), "sp");
}

#[test]
fn a_frame_that_comes_twice_counts_once() {
    let mut run = race();
    let frame = run.frame();
    let mut model = Model::new();
    model.apply(&frame);
    let once = model.clone();
    model.apply(&frame);
    assert_eq!(model, once);
}

#[test]
fn a_full_model_keeps_what_it_has_and_counts_the_rest() {
    let frame = race().frame();
    let mut model = Model::with_limit(10);
    model.apply(&frame);
    assert_eq!(model.event_count(), 10);
    assert_eq!(model.dropped().refused, 13);
    assert_eq!(model.extent().end.nanos, 0, "the clock stands still with it");
}

#[test]
fn names_that_were_lost_are_shown_as_such() {
    let mut model = Model::new();
    let late = Frame { first_name: 5, names: vec!["late".to_owned()], ..Frame::default() };
    model.apply(&late);
    assert_eq!(model.text(crate::trace::NameId(5)), "late");
    assert_eq!(model.text(crate::trace::NameId(3)), "…");
    assert_eq!(model.text(crate::trace::NameId(0)), "");
    model.apply(&Frame { first_name: u32::MAX, ..late });
    assert_eq!(model.text(crate::trace::NameId(u32::MAX)), "…");
}

#[test]
fn lanes_that_are_their_own_ancestors_are_drawn_once() {
    let child = |lane, parent| Event::Child {
        lane: LaneId(lane),
        parent: LaneId(parent),
        name: Default::default(),
        location: LocationId::NONE,
    };
    let mut model = Model::new();
    model.apply(&Frame {
        events: vec![child(1, 2), child(2, 1), child(3, 3), child(4, 3)],
        ..Frame::default()
    });
    let mut drawn: Vec<_> = model.rows().iter().map(|row| row.lane.0).collect();
    drawn.sort_unstable();
    assert_eq!(drawn, [1, 2, 3, 4]);
}

#[test]
fn bytes_that_are_no_trace_leave_the_model_as_it_was() {
    let mut bytes = race().frame().encode();
    bytes.extend_from_slice(b"WKLN");
    let mut model = Model::new();
    assert!(model.apply_bytes(&bytes).is_err());
    assert_eq!(model, Model::new());
}

use super::*;

#[test]
fn steps_visit_every_event_both_ways() {
    let model = race().model();
    let forward: Vec<_> = std::iter::successors(Some(Moment::START), |at| model.next_event(*at)).collect();
    let mut back: Vec<_> =
        std::iter::successors(Some(model.extent().end), |at| model.previous_event(*at)).collect();
    back.reverse();
    assert_eq!(forward.len(), 1 + model.event_count() as usize);
    assert_eq!(forward, back);
}

#[test]
fn a_step_back_from_between_two_events_leads_to_the_event_before() {
    let model = race().model();
    let between = model.moment_at_nanos(20 * MS);
    assert_eq!(model.previous_event(between), model.moment(11));
    assert_eq!(model.next_event(between).map(|moment| moment.nanos), Some(41 * MS));
}

#[test]
fn polls_of_a_lane_are_visited_both_ways() {
    let mut run = race();
    let (model, main) = (run.model(), run.lane("main"));
    let first = model.next_poll(main, Moment::START).expect("the first poll");
    let second = model.next_poll(main, first).expect("the second poll");
    assert_eq!((first.order, second.nanos), (2, 41 * MS));
    assert_eq!(model.next_poll(main, second), None);
    assert_eq!(model.previous_poll(main, second), Some(first));
    assert_eq!(model.previous_poll(main, first), None);
}

#[test]
fn one_step_of_a_poll_is_a_tasks_and_not_a_childs() {
    let mut run = race();
    let model = run.model();
    let first = model.end_of_next_poll(Moment::START).expect("the first poll");
    let event = model.event(first.order).expect("its end");
    assert_eq!((event.what, event.lane), (Happening::PollEnd, run.lane("main")));
    let second = model.end_of_next_poll(first).expect("the second poll");
    assert_eq!(second.nanos, 41 * MS);
    assert_eq!(model.end_of_next_poll(second), Some(model.extent().end));
    assert_eq!(model.end_of_next_poll(model.extent().end), None);
    assert_eq!(model.end_of_previous_poll(second), Some(first));
    assert_eq!(model.end_of_previous_poll(first), Some(Moment::START));
    assert_eq!(model.end_of_previous_poll(Moment::START), None);
}

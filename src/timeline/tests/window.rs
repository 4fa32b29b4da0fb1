use super::*;

fn view_of(model: &Model, axis: &Axis, width_px: f64) -> Viewport {
    Viewport::fit(axis.x_range(&model.extent()), width_px, 0.0)
}

/// One task that is polled every millisecond.
fn busy(polls: u64) -> Model {
    let mut run = Script::new();
    run.spawns("outside", "main");
    for turn in 1..=polls {
        run.polled("main").at(turn * MS).wakes("outside", "main", WakeCause::Timer);
    }
    run.model()
}

#[test]
fn where_there_is_room_each_span_is_drawn_as_it_is() {
    let mut run = race();
    let (model, main) = (run.model(), run.lane("main"));
    let axis = Axis::steps();
    let view = view_of(&model, &axis, 230.0);
    let window = Window::new(&model, &axis, &view);
    let drawn: Vec<_> =
        window.spans(main).map(|span| (span.state, span.begin_px.round(), span.end_px.round())).collect();
    assert_eq!(
        drawn,
        [
            (State::Scheduled, 10.0, 20.0),
            (State::Polling, 20.0, 110.0),
            (State::Idle, 110.0, 130.0),
            (State::Scheduled, 130.0, 140.0),
            (State::Polling, 140.0, 220.0),
        ]
    );
}

#[test]
fn what_shares_a_pixel_is_one_rectangle_and_nothing_is_lost() {
    let model = busy(10_000);
    let main = LaneId(1);
    for axis in [Axis::time(), Axis::steps(), Axis::for_extent(&model.extent())] {
        let view = view_of(&model, &axis, 300.0);
        let window = Window::new(&model, &axis, &view);
        let drawn: Vec<_> = window.spans(main).collect();
        assert!(drawn.len() <= 2 * 301, "{} rectangles for 300 pixels", drawn.len());
        assert_eq!(drawn.iter().map(|span| span.spans).sum::<usize>(), model.span_count(main));
        for pair in drawn.windows(2) {
            assert_eq!(pair[0].first + pair[0].spans, pair[1].first);
            assert!((pair[0].end_px - pair[1].begin_px).abs() < 1e-6);
        }
        assert!(drawn.iter().filter(|span| span.spans > 2).all(|span| span.state == State::Polling));
        assert!(drawn.len() <= 3, "a crowd is one rectangle: {drawn:?}");
    }
}

#[test]
fn only_what_overlaps_the_view_is_drawn() {
    let model = busy(1_000);
    let axis = Axis::blend(MS as f64);
    let view = view_of(&model, &axis, 500.0).zoom_at(250.0, 50.0);
    let window = Window::new(&model, &axis, &view);
    let drawn: Vec<_> = window.spans(LaneId(1)).collect();
    let (first, last) = (drawn.first().expect("a span"), drawn.last().expect("a span"));
    assert!(first.begin_px <= 0.0 && first.end_px > 0.0, "{first:?}");
    assert!(last.begin_px <= 500.0 && last.end_px >= 500.0, "{last:?}");
}

#[test]
fn a_lane_that_is_over_is_not_drawn_further_right() {
    let mut run = race();
    run.at(100 * MS).logs("outside", "later");
    let (model, main) = (run.model(), run.lane("main"));
    let axis = Axis::time();
    let view = Viewport { x0: 60.0 * MS as f64, units_per_pixel: MS as f64, width_px: 100.0 };
    assert_eq!(Window::new(&model, &axis, &view).spans(main).count(), 0);
}

#[test]
fn an_open_span_is_drawn_up_to_the_end_of_what_is_known() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").waits_until("main", 90 * MS).ends("main").at(30 * MS);
    let model = run.model();
    let axis = Axis::time();
    let view = Viewport { x0: 0.0, units_per_pixel: MS as f64, width_px: 100.0 };
    let last = Window::new(&model, &axis, &view).spans(LaneId(1)).last().expect("a span");
    assert_eq!((last.state, last.is_open, last.end_px), (State::Idle, true, 30.0));
}

#[test]
fn the_narrowest_poll_can_be_pointed_at() {
    let mut run = race();
    let (model, main) = (run.model(), run.lane("main"));
    let axis = Axis::time();
    let view = view_of(&model, &axis, 410.0);
    let window = Window::new(&model, &axis, &view);
    let number = |px| match window.hit(main, px, 4.0).map(|span| span.state) {
        Some(SpanState::Polling { number }) => Some(number),
        _ => None,
    };
    assert_eq!(number(2.0), Some(1));
    assert_eq!(number(408.0), Some(2));
    assert!(matches!(window.hit(main, 200.0, 4.0).map(|span| span.state), Some(SpanState::Idle(_))));
    assert_eq!(window.hit(main, 500.0, 4.0), None);
    assert_eq!(window.hit(LaneId(99), 200.0, 4.0), None);
}

#[test]
fn a_view_of_nothing_draws_nothing() {
    let model = Model::new();
    let axis = Axis::for_extent(&model.extent());
    let view = view_of(&model, &axis, f64::NAN);
    let window = Window::new(&model, &axis, &view);
    assert_eq!(window.spans(LaneId(1)).count(), 0);
}

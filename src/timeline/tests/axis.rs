use super::*;

fn axes(model: &Model) -> [Axis; 3] {
    [Axis::time(), Axis::steps(), Axis::for_extent(&model.extent())]
}

#[test]
fn x_never_goes_back_along_events() {
    let model = race().model();
    for axis in axes(&model) {
        let xs: Vec<_> = (0..=model.event_count())
            .map(|order| axis.x_from_moment(model.moment(order).expect("an event")))
            .collect();
        assert!(xs.is_sorted(), "{axis:?}: {xs:?}");
    }
}

#[test]
fn each_event_is_found_where_it_lies() {
    let model = race().model();
    for axis in [Axis::steps(), Axis::for_extent(&model.extent())] {
        for order in 0..=model.event_count() {
            let moment = model.moment(order).expect("an event");
            assert_eq!(axis.moment_from_x(&model, axis.x_from_moment(moment)), moment);
        }
    }
}

#[test]
fn between_two_events_time_passes() {
    let model = race().model();
    let axis = Axis::blend(MS as f64);
    let before = model.moment(11).expect("the last event at 0 ms");
    for nanos in [0, MS, 20 * MS, 41 * MS - 1] {
        let moment = Moment { nanos, ..before };
        assert_eq!(axis.moment_from_x(&model, axis.x_from_moment(moment)), moment);
    }
}

#[test]
fn in_the_room_of_a_step_it_has_not_happened_yet() {
    let model = race().model();
    let axis = Axis::blend(MS as f64);
    let first_at_41 = axis.x_from_moment(model.moment(12).expect("an event"));
    let moment = axis.moment_from_x(&model, first_at_41 - 0.5 * MS as f64);
    assert_eq!(moment, Moment { nanos: 41 * MS, order: 11 });
}

#[test]
fn beyond_both_ends_there_is_nothing_more() {
    let model = race().model();
    for axis in axes(&model) {
        assert_eq!(axis.moment_from_x(&model, -1e12), Moment::START);
        assert_eq!(axis.moment_from_x(&model, f64::INFINITY), model.extent().end);
        axis.moment_from_x(&model, f64::NAN);
    }
}

#[test]
fn the_default_axis_gives_steps_a_quarter_to_half_of_the_room() {
    let model = race().model();
    let extent = model.extent();
    let axis = Axis::for_extent(&extent);
    let share = axis.order_scale * f64::from(extent.steps()) / axis.x_range(&extent).1;
    assert!((0.25..=0.5).contains(&share), "steps take {share} of the room");
}

#[test]
fn where_each_event_has_its_own_time_the_default_axis_is_time() {
    let extent =
        Extent { begin: Moment::START, end: Moment { nanos: 1_000_000, order: 1_000 }, instants: 1_000 };
    assert_eq!(Axis::for_extent(&extent), Axis::time());
}

#[test]
fn zoom_keeps_what_is_under_the_cursor() {
    let view = Viewport::fit((0.0, 1_000.0), 600.0, 50.0);
    assert_eq!((view.units_per_pixel, view.x0), (2.0, -100.0));
    for (px, factor) in [(0.0, 2.0), (300.0, 0.5), (599.0, 1.25)] {
        let zoomed = view.zoom_at(px, factor);
        assert!((zoomed.x_from_px(px) - view.x_from_px(px)).abs() < 1e-9);
        assert!((zoomed.units_per_pixel * factor - view.units_per_pixel).abs() < 1e-9);
    }
}

#[test]
fn a_view_stays_on_the_run() {
    let range = (0.0, 1_000.0);
    let view = Viewport::fit(range, 600.0, 50.0);
    for (name, moved, expected_x0, expected_scale) in [
        ("far right", view.zoom_at(0.0, 4.0).pan(1e9), 1_000.0 + 25.0 - 300.0, 0.5),
        ("far left", view.zoom_at(0.0, 4.0).pan(-1e9), -25.0, 0.5),
        ("far out", view.zoom_at(100.0, 1e-9), view.x0, 2.0),
        ("far in", view.zoom_at(50.0, 1e9), -0.5, 0.01),
    ] {
        let clamped = moved.clamp(range, 0.01, 50.0);
        assert!((clamped.units_per_pixel - expected_scale).abs() < 1e-9, "{name}: {clamped:?}");
        assert!((clamped.x0 - expected_x0).abs() < 1.0, "{name}: {clamped:?}");
    }
}

#[test]
fn what_is_revealed_lies_within_the_margins() {
    let view = Viewport { x0: 0.0, units_per_pixel: 1.0, width_px: 100.0 };
    for (x, px) in [(50.0, 50.0), (5.0, 20.0), (-300.0, 20.0), (95.0, 80.0), (900.0, 80.0)] {
        assert_eq!(view.reveal(x, 20.0).px_from_x(x), px);
    }
}

#[test]
fn a_view_of_nothing_has_a_scale() {
    let view = Viewport::fit((0.0, 0.0), 0.0, 10.0);
    assert!(view.units_per_pixel > 0.0 && view.x0.is_finite());
}

#[test]
fn a_ruler_shows_round_times_with_their_unit() {
    let model = race().model();
    let labels = |axis: &Axis, range, width| {
        let ruler = Ruler::new(&model, axis, &Viewport::fit(range, width, 0.0), 60.0);
        ruler.ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>().join(" | ")
    };
    let ms = MS as f64;
    assert_eq!(labels(&Axis::time(), (0.0, 41.0 * ms), 400.0), "0 ms | 10 ms | 20 ms | 30 ms | 40 ms");
    assert_eq!(labels(&Axis::time(), (10.0 * ms, 11.0 * ms), 200.0), "10.0 ms | 10.5 ms | 11.0 ms");
    assert_eq!(labels(&Axis::time(), (0.0, 4.0), 400.0), "0 ns | 1 ns | 2 ns | 3 ns | 4 ns");
    assert_eq!(labels(&Axis::steps(), (0.0, 24.0), 300.0), "step 0 | step 5 | step 10 | step 15 | step 20");
}

#[test]
fn ticks_are_never_closer_than_asked() {
    let model = race().model();
    for axis in axes(&model) {
        for zoom in [1.0, 1.7, 10.0, 333.0] {
            let view = Viewport::fit(axis.x_range(&model.extent()), 800.0, 20.0).zoom_at(400.0, zoom);
            let ticks = Ruler::new(&model, &axis, &view, 70.0).ticks;
            let too_close = ticks.windows(2).any(|pair| pair[1].px - pair[0].px < 70.0 - 1e-6);
            assert!(!too_close, "{axis:?} at {zoom}: {ticks:?}");
        }
    }
}

#[test]
fn an_unfolded_instant_is_marked_as_one() {
    let model = race().model();
    let axis = Axis::blend(MS as f64);
    let view = Viewport::fit(axis.x_range(&model.extent()), 640.0, 0.0);
    let ruler = Ruler::new(&model, &axis, &view, 70.0);
    let labels: Vec<_> = ruler.instants.iter().map(|instant| instant.label.as_str()).collect();
    assert_eq!(labels, ["0 ms, 11 steps", "41 ms, 12 steps"]);
    let (begin, end) = (ruler.instants[1].begin_px, ruler.instants[1].end_px);
    assert_eq!((begin.round(), end.round()), (520.0, 640.0));
    assert_eq!(Ruler::new(&model, &Axis::time(), &view, 70.0).instants, []);
}

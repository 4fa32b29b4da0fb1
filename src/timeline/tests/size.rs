use super::*;

/// A million polls over a hundred lanes, each with a wake, a wait and an instant of its own.
fn million() -> Model {
    let (lanes, turns) = (100, 10_000u64);
    let mut model = Model::new();
    let mut run = Script::new();
    for lane in 0..lanes {
        run.spawns("outside", &format!("worker {lane}"));
    }
    model.apply(&run.frame());
    for turn in 0..turns {
        for lane in 1..=lanes {
            let lane = LaneId(lane);
            run.at((turn * 100 + u64::from(lane.0)) * 1_000);
            let location = LocationId::NONE;
            let cause = WakeCause::Timer;
            run.recorder.push(Event::PollBegin { lane });
            run.recorder.push(Event::Waiting { lane, on: WaitKind::Timer, location, detail: turn });
            run.recorder.push(Event::PollEnd { lane });
            run.recorder.push(Event::Woken { lane, by: LaneId::OUTSIDE, cause, location });
        }
        if turn % 100 == 99 {
            model.apply(&run.frame());
        }
    }
    model
}

#[test]
fn a_million_polls_fit_in_96_megabytes_and_are_drawn_by_the_pixel() {
    let model = million();
    let polls: u32 = model.lanes().iter().map(|lane| lane.polls).sum();
    assert_eq!(polls, 1_000_000);
    let megabytes = model.heap_bytes() >> 20;
    assert!(megabytes <= 96, "{megabytes} MB");
    let axis = Axis::for_extent(&model.extent());
    let view = Viewport::fit(axis.x_range(&model.extent()), 1_280.0, 0.0);
    let window = Window::new(&model, &axis, &view);
    for row in model.rows() {
        let rectangles = window.spans(row.lane).count();
        assert!(rectangles <= 2 * 1_281, "{rectangles} rectangles for 1280 pixels");
    }
}

#[test]
fn ten_thousand_lanes_stay_small() {
    let mut run = Script::new();
    for lane in 0..10_000 {
        let name = format!("task {lane}");
        run.spawns("outside", &name).polled(&name);
    }
    let model = run.model();
    assert_eq!(model.rows().len(), 10_000);
    let bytes = model.heap_bytes() / 10_000;
    assert!(bytes <= 1_024, "{bytes} bytes a lane");
}

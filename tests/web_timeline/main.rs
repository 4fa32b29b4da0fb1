//! The timeline, mounted by itself in a real browser: what is painted, and what a hand on it asks for.
#![cfg(target_arch = "wasm32")]

mod stage;

use stage::{Stage, polls_of};
use wakeline::app::Command;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const POLLING_LIGHT: [u8; 3] = [0x00, 0x72, 0xb2];
const POLLING_DARK: [u8; 3] = [0x4b, 0xa6, 0xe0];

#[wasm_bindgen_test]
async fn polls_are_painted_in_the_colour_of_the_theme() {
    let stage = Stage::open(stage::race()).await;
    assert!(stage.pixels(POLLING_LIGHT) > 500, "{} pixels", stage.pixels(POLLING_LIGHT));
    assert_eq!(stage.pixels(POLLING_DARK), 0);
    stage.set_theme("dark").await;
    assert!(stage.pixels(POLLING_DARK) > 500, "{} pixels", stage.pixels(POLLING_DARK));
    assert_eq!(stage.pixels(POLLING_LIGHT), 0);
}

#[wasm_bindgen_test]
async fn what_lies_beyond_the_playhead_is_dimmed() {
    let stage = Stage::open(stage::race()).await;
    let all = stage.pixels(POLLING_LIGHT);
    stage.seek(0.5).await;
    let behind = stage.pixels(POLLING_LIGHT);
    assert!(0 < behind && behind < all, "{behind} of {all}");
}

#[wasm_bindgen_test]
async fn the_wheel_zooms_and_pans_and_leaves_scrolling_to_the_browser() {
    let stage = Stage::open(stage::race()).await;
    assert!(stage.turn(0.0, -100.0, true), "the page must not zoom as well");
    assert!(
        matches!(stage.last(), Some(Command::ZoomAt { factor, .. }) if factor > 1.0),
        "{:?}",
        stage.last()
    );
    assert!(stage.turn(60.0, 0.0, false));
    assert!(matches!(stage.last(), Some(Command::Pan { dx }) if dx > 0.0), "{:?}", stage.last());
    stage.forget();
    assert!(!stage.turn(0.0, 100.0, false));
    assert_eq!(stage.last(), None);
}

#[wasm_bindgen_test]
async fn zooming_keeps_what_is_under_the_pointer() {
    let stage = Stage::open(stage::race()).await;
    let (x, _) = stage.middle();
    stage.turn(0.0, -10.0, true);
    let Some(Command::ZoomAt { x: kept, .. }) = stage.last() else { panic!("{:?}", stage.last()) };
    let px = stage.view.look().viewport.px_from_x(kept);
    assert!((px - (x - stage.labels_px())).abs() < 1.5, "{px}");
}

#[wasm_bindgen_test]
async fn dragging_the_ruler_scrubs_and_dragging_a_lane_pans() {
    let stage = Stage::open(stage::race()).await;
    let (x, y) = stage.middle();
    stage.drag((x, 10.0), (x + 50.0, 12.0));
    let asked = stage.take();
    let seeks: Vec<f64> =
        asked.iter().filter_map(|it| if let Command::Seek { x } = it { Some(*x) } else { None }).collect();
    assert!(seeks.len() >= 2 && seeks[0] < seeks[seeks.len() - 1], "{asked:?}");
    stage.drag((x, y), (x - 50.0, y));
    let asked = stage.take();
    assert!(
        !asked.is_empty() && asked.iter().all(|it| matches!(it, Command::Pan { dx } if *dx > 0.0)),
        "{asked:?}"
    );
}

#[wasm_bindgen_test]
async fn a_click_selects_the_slice_under_it() {
    let stage = Stage::open(stage::race()).await;
    for (row, lane) in stage.lanes().into_iter().enumerate() {
        let poll = polls_of(&stage.view.model(), lane)[0];
        let end = poll.end.expect("it is over");
        stage.forget();
        stage.click(stage.x_between(poll.begin, end), stage.track_y(row));
        let Some(Command::Select(Some(selection))) = stage.last() else { panic!("{:?}", stage.last()) };
        assert_eq!((selection.lane, selection.moment), (lane, poll.begin));
    }
    stage.click(30.0, stage.track_y(1));
    let selected = stage.last();
    assert!(
        matches!(selected, Some(Command::Select(Some(it))) if it.lane == stage.lanes()[1]),
        "{selected:?}"
    );
}

#[wasm_bindgen_test]
async fn two_fingers_zoom_and_one_pans() {
    let stage = Stage::open(stage::race()).await;
    let (x, y) = stage.middle();
    stage.touch("pointerdown", 11, x - 20.0, y);
    stage.touch("pointerdown", 12, x + 20.0, y);
    stage.touch("pointermove", 12, x + 60.0, y);
    let asked = stage.take();
    assert!(
        asked.iter().any(|it| matches!(it, Command::ZoomAt { factor, .. } if *factor > 1.5)),
        "{asked:?}"
    );
    stage.touch("pointerup", 12, x + 60.0, y);
    stage.touch("pointermove", 11, x - 60.0, y);
    let asked = stage.take();
    assert!(matches!(asked[..], [Command::Pan { dx }] if dx > 0.0), "{asked:?}");
    stage.touch("pointerup", 11, x - 60.0, y);
    assert_eq!(stage.take(), [], "the end of a pinch selects nothing");
}

#[wasm_bindgen_test]
async fn the_tooltip_says_what_the_lane_does_and_why() {
    let stage = Stage::open(stage::race()).await;
    let lane = stage.lanes()[2];
    let poll = polls_of(&stage.view.model(), lane)[0];
    let idle = stage.view.model().span(lane, poll.index + 1).expect("it waits after its poll");
    stage.hover(stage.x_between(idle.begin, idle.end.expect("it is over")), stage.track_y(2));
    let tip = stage.text(".timeline-tip");
    assert!(tip.contains("request slow") && tip.contains("Idle") && tip.contains("due at 90 ms"), "{tip}");
    assert!(!tip.contains('`'), "{tip}");
    stage.hover(30.0, 200.0);
    assert!(stage.is_hidden(".timeline-tip"));
}

#[wasm_bindgen_test]
async fn ten_thousand_lanes_take_a_canvas_no_bigger_than_the_panel() {
    let stage = Stage::open(stage::crowd(10_000)).await;
    let (_, height) = stage.canvas_size();
    assert!(height < 2_000, "{height}");
    assert!(stage.pixels(POLLING_LIGHT) > 0);
    stage.scroll_to(0.5).await;
    assert!(stage.pixels(POLLING_LIGHT) > 0, "lanes are painted when they are scrolled to");
    stage.scroll_to(1.0).await;
    stage.hover(30.0, stage.last_row_y());
    assert!(stage.text(".timeline-tip").contains("worker 9999"), "{}", stage.text(".timeline-tip"));
}

#[wasm_bindgen_test]
async fn a_selected_lane_is_scrolled_into_sight() {
    let stage = Stage::open(stage::crowd(500)).await;
    let lane = stage.lanes()[400];
    stage.select(lane).await;
    assert!(stage.scroll_top() > 5_000.0, "{}", stage.scroll_top());
}

#[wasm_bindgen_test]
async fn the_table_is_walked_by_arrow_keys() {
    let stage = Stage::open(stage::race()).await;
    stage.focus_table();
    stage.press("ArrowDown").await;
    stage.press("ArrowDown").await;
    assert!(stage.focused().starts_with("request slow"), "{}", stage.focused());
    stage.press("ArrowDown").await;
    assert!(stage.focused().starts_with("request slow"), "there is no row below the last");
    stage.forget();
    stage.press("Enter").await;
    let asked = stage.last();
    assert!(matches!(asked, Some(Command::Select(Some(it))) if it.lane == stage.lanes()[2]), "{asked:?}");
    assert_eq!(stage.keys_that_got_out(), 0, "what the table understands is not also a key of the page");
    stage.press("x").await;
    assert_eq!(stage.keys_that_got_out(), 1);
}

#[wasm_bindgen_test]
async fn a_step_is_told_to_screen_readers() {
    let stage = Stage::open(stage::race()).await;
    stage.seek_to_start().await;
    stage.seek_to_order(1).await;
    let news = stage.until_news("main started").await;
    assert!(news.contains("main started"), "{news}");
}

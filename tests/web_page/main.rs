//! The page, mounted in a real browser and used as a reader uses it.
#![cfg(target_arch = "wasm32")]

mod reader;

use gloo_timers::future::TimeoutFuture;
use reader::{Reader, address, document};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Event;

wasm_bindgen_test_configure!(run_in_browser);

const MS: u64 = 1_000_000;

#[wasm_bindgen_test]
async fn pressing_run_plays_the_run_to_its_end() {
    let page = Reader::open("race?speed=10").await;
    assert_eq!((page.state().as_str(), page.nanos()), ("ready", 0));
    page.click("run").await;
    page.until_state("ended").await;
    assert_eq!(page.nanos(), 40 * MS);
    page.until_text("outcome", "`request fast` won".replace('`', "").as_str()).await;
    page.until_text("twin", "request slow").await;
    let row = page.row("request slow").expect("the loser has a row");
    assert!(row.to_lowercase().contains("dropped"), "{row}");
}

#[wasm_bindgen_test]
async fn a_run_can_be_paused_and_played_on() {
    let page = Reader::open("race?speed=0.5").await;
    page.click("run").await;
    page.until("time has passed", |page| page.nanos() > 5 * MS).await;
    page.click("pause").await;
    let paused = page.nanos();
    assert_eq!(page.state(), "paused");
    assert!(paused < 40 * MS);
    page.settle().await;
    assert_eq!(page.nanos(), paused, "time stands still");
    page.click("run").await;
    page.until("time goes on", |page| page.nanos() > paused).await;
}

#[wasm_bindgen_test]
async fn a_step_polls_one_task_and_a_step_back_returns() {
    let page = Reader::open("join-set?tasks=3&failures=0").await;
    page.click("step").await;
    page.until("the tasks are spawned", |page| page.row("fetch 3").is_some()).await;
    let polls = |page: &Reader, lane: &str| {
        let row = page.row(lane).expect("there is such a lane");
        row.chars().last().and_then(|digit| digit.to_digit(10)).expect("a row ends with its polls")
    };
    assert_eq!((polls(&page, "main"), polls(&page, "fetch 1")), (1, 0));
    page.click("step").await;
    page.until("the first task was polled", |page| polls(page, "fetch 1") == 1).await;
    assert_eq!(polls(&page, "fetch 2"), 0);
    page.click("step-back").await;
    page.until("it was not yet", |page| polls(page, "fetch 1") == 0).await;
    assert_eq!(page.state(), "paused");
    page.click("last").await;
    page.until_state("ended").await;
    page.click("first").await;
    assert_eq!((page.state().as_str(), page.nanos()), ("paused", 0));
}

#[wasm_bindgen_test]
async fn the_scrubber_shows_any_moment() {
    let page = Reader::open("race").await;
    page.slide("scrub", 0.5).await;
    page.until_state("paused").await;
    let middle = page.nanos();
    assert!(0 < middle && middle < 40 * MS, "{middle}");
    page.until("both requests wait", |page| {
        page.row("request slow").is_some_and(|row| row.to_lowercase().contains("idle"))
    })
    .await;
    page.slide("scrub", 1.0).await;
    page.until_state("ended").await;
    page.slide("scrub", 0.0).await;
    assert_eq!(page.nanos(), 0);
}

#[wasm_bindgen_test]
async fn a_time_can_be_written() {
    let page = Reader::open("race").await;
    page.write("time", "12.5 ms").await;
    page.until("the playhead is there", |page| page.state() == "paused" && page.nanos() == 12_500_000).await;
    page.write("time", "later").await;
    page.until_text("notice", "later").await;
    assert_eq!(page.nanos(), 12_500_000);
}

#[wasm_bindgen_test]
async fn keys_do_what_the_list_of_keys_says() {
    let page = Reader::open("race?speed=10").await;
    page.press("ArrowRight", false).await;
    page.press("ArrowRight", false).await;
    page.until_state("paused").await;
    page.press(" ", false).await;
    page.until_state("ended").await;
    page.press("Home", false).await;
    assert_eq!(page.nanos(), 0);
    page.press("End", false).await;
    page.until_state("ended").await;
    page.press("ArrowDown", false).await;
    page.until_text("tab-details", "main").await;
    page.press("?", true).await;
    page.until_text("help", "To the previous event").await;
    page.press("Escape", false).await;
    page.until("the list is closed", |page| !page.has("help")).await;
}

#[wasm_bindgen_test]
async fn a_parameter_changes_the_run_and_a_refused_one_says_why() {
    let page = Reader::open("race?speed=10").await;
    page.click("run").await;
    page.until_state("ended").await;
    page.write("param-fast", "25").await;
    page.until("the run ends earlier", |page| page.nanos() == 25 * MS).await;
    page.write("param-fast", "soon").await;
    page.until_text("notice", "soon").await;
    page.until("the field is marked", |page| page.find("param-fast").has_attribute("aria-invalid")).await;
    assert_eq!(page.nanos(), 25 * MS);
}

#[wasm_bindgen_test]
async fn another_pattern_takes_the_place_of_a_run_at_once() {
    let page = Reader::open("race?speed=0.1").await;
    page.click("run").await;
    page.until("time has passed", |page| page.nanos() > 0).await;
    page.click("pattern-bounded").await;
    page.until_state("ready").await;
    assert_eq!(page.nanos(), 0);
    page.until("nothing of the other run is left", |page| page.row("request fast").is_none()).await;
    TimeoutFuture::new(300).await;
    assert_eq!((page.state().as_str(), page.nanos()), ("ready", 0));
}

#[wasm_bindgen_test]
async fn where_the_reader_goes_is_not_written_over_with_where_they_were() {
    let page = Reader::open("race").await;
    page.click("last").await;
    page.until_state("ended").await;
    // The address has changed, the event that tells of it is still to come, and the page's own link is due.
    let window = web_sys::window().expect("there is a window");
    let history = window.history().expect("a window has a history");
    history.replace_state_with_url(&JsValue::NULL, "", Some("#oneshot")).expect("the address is ours");
    TimeoutFuture::new(500).await;
    assert_eq!(address(), "#oneshot");
    window.dispatch_event(&Event::new("hashchange").expect("an event")).expect("it is dispatched");
    page.until("the page follows the address", |_| document().title().contains("Oneshot")).await;
    page.click("last").await;
    page.until("the link goes on from there", |_| address().starts_with("#oneshot?")).await;
}

#[wasm_bindgen_test]
async fn the_address_follows_and_opens_the_same_moment() {
    let page = Reader::open("race?fast=30").await;
    page.write("time", "30 ms").await;
    page.press("ArrowLeft", false).await;
    page.press("ArrowDown", false).await;
    page.until("the address has the moment", |_| address().contains("step=") && address().contains("lane="))
        .await;
    let (link, nanos) = (address(), page.nanos());
    let twin = page.text("twin");
    drop(page);

    let page = Reader::open(&link).await;
    page.until_state("paused").await;
    assert_eq!(page.nanos(), nanos);
    page.settle().await;
    // What was announced on the way is not part of the moment.
    let rows = |text: &str| text.split("Events").next().unwrap_or_default().to_owned();
    assert_eq!(rows(&page.text("twin")), rows(&twin));
}

#[wasm_bindgen_test]
async fn a_damaged_link_is_told_and_the_rest_of_it_holds() {
    let page = Reader::open("race?fast=fifty&slow=70").await;
    page.until_text("notice", "fifty").await;
    page.click("last").await;
    page.until_state("ended").await;
    assert_eq!(page.nanos(), 40 * MS, "the default of what was damaged");
    drop(page);
    let page = Reader::open("no-such-pattern").await;
    page.until_text("notice", "no-such-pattern").await;
    assert_eq!(page.state(), "ready");
}

#[wasm_bindgen_test]
async fn real_time_runs_by_the_clock_on_the_wall() {
    let page = Reader::open("race?clock=real").await;
    page.click("run").await;
    page.until_state("ended").await;
    assert!(page.nanos() >= 40 * MS, "{}", page.nanos());
    page.until_text("outcome", "request fast").await;
    page.click("first").await;
    assert_eq!((page.state().as_str(), page.nanos()), ("paused", 0));
}

#[wasm_bindgen_test]
async fn a_run_that_is_stopped_drops_its_futures() {
    let page = Reader::open("join-set?tasks=4").await;
    page.write("time", "5 ms").await;
    page.click("stop").await;
    page.until_state("ended").await;
    page.until_text("outcome", "stopped").await;
    let row = page.row("fetch 4").expect("there is such a lane");
    // Dropping the first task drops the set, and that aborts what is in it.
    assert!(row.to_lowercase().contains("cancelled"), "{row}");
}

#[wasm_bindgen_test]
async fn a_run_that_nothing_can_wake_says_who_waits() {
    let page = Reader::open("future-lazy?wake=never").await;
    page.click("last").await;
    page.until_state("stalled").await;
    page.until_text("outcome", "awaited").await;
}

#[wasm_bindgen_test]
async fn the_theme_button_goes_round() {
    let page = Reader::open("race?theme=light").await;
    let theme = || document().document_element().and_then(|root| root.get_attribute("data-theme"));
    assert_eq!(theme().as_deref(), Some("light"));
    page.click("theme").await;
    assert_eq!(theme().as_deref(), Some("dark"));
    page.click("theme").await;
    assert_eq!(theme(), None);
}

#[wasm_bindgen_test]
async fn hovering_a_line_and_selecting_a_lane_mark_the_source() {
    let page = Reader::open("join-set?at=10ms").await;
    page.until_state("paused").await;
    page.press("ArrowDown", false).await;
    page.press("ArrowDown", false).await;
    let marked = || page.find("source").query_selector(".source-line.is-selected").ok().flatten();
    page.until("the line where it waits is marked", |_| marked().is_some()).await;
    let parked =
        page.find("source").query_selector_all(".line-mark.is-parked").expect("the selector is right");
    assert!(parked.length() > 0, "the gutter shows who is parked where");
}

#[wasm_bindgen_test]
async fn the_catalogue_is_searched_by_name_and_summary() {
    let page = Reader::open("race").await;
    let find: web_sys::HtmlInputElement = wasm_bindgen::JsCast::unchecked_into(page.find("find"));
    find.set_value("DROPPED");
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    let event = web_sys::Event::new_with_event_init_dict("input", &init).expect("an event can be made");
    find.dispatch_event(&event).expect("an element takes events");
    page.settle().await;
    assert!(page.has("pattern-race"));
    assert!(!page.has("pattern-first-fetch"));
}

//! The built page, opened in a real browser as a reader opens it.

mod book;
mod browser;
mod catalogue;
mod driver;
mod embed;
mod embed_frame;
mod embed_hosts;
mod engine;
mod own_pattern;
mod parts;
mod recordings;
mod server;
mod sources;

use std::path::PathBuf;

use browser::Reader;
use server::Site;

fn dist() -> PathBuf {
    let dist = std::env::var_os("WAKELINE_DIST").map_or_else(|| PathBuf::from("dist"), PathBuf::from);
    assert!(
        dist.join("index.html").exists(),
        "`{}` holds no built page: run `cargo xtask test e2e`, which builds it",
        dist.display()
    );
    dist
}

/// Opens the page at a fragment and hands it to the test when it is ready.
async fn open(fragment: &str) -> (Site, Reader) {
    open_at(fragment, 1280, 900).await
}

async fn open_at(fragment: &str, width: u32, height: u32) -> (Site, Reader) {
    let site = Site::start(dist());
    let reader = Reader::open(&site.page(fragment), width, height).await;
    reader.watch_errors().await;
    reader.wait_for(&["ready", "paused", "ended", "failed", "stalled", "running"]).await;
    (site, reader)
}

#[tokio::test]
async fn a_reader_runs_a_pattern_and_sees_it_end() {
    let (_site, reader) = open("#race?speed=10").await;
    assert_eq!(reader.wait_for(&["ready"]).await, "ready");
    reader.click("run").await;
    reader.wait_for(&["ended"]).await;
    reader.wait_for_text("outcome", "request fast").await;
    let twin = reader.text("twin").await;
    for lane in ["main", "request fast", "request slow"] {
        assert!(twin.contains(lane), "the table has a row for `{lane}`: {twin}");
    }
    assert_eq!(reader.nanos().await, 40_000_000, "the faster request takes 40 ms of virtual time");
    reader.assert_no_errors().await;
    reader.close().await;
}

#[tokio::test]
async fn stepping_polls_one_task_at_a_time_and_back_again() {
    let (_site, reader) = open("#future-lazy").await;
    reader.wait_for(&["ready"]).await;
    let mut seen = vec![reader.text("twin").await];
    for _ in 0..4 {
        reader.click("step").await;
        let last = seen.last().cloned().unwrap_or_default();
        let next = reader
            .wait_until("a step changes the table", async || {
                Some(reader.text("twin").await).filter(|text| *text != last)
            })
            .await;
        seen.push(next);
    }
    assert!(reader.nanos().await <= 60_000_000);
    reader.click("first").await;
    reader.wait_until("the clock is back at zero", async || (reader.nanos().await == 0).then_some(())).await;
    reader.click("last").await;
    reader.wait_for(&["ended"]).await;
    reader.assert_no_errors().await;
    reader.close().await;
}

#[tokio::test]
async fn parameters_change_the_run_and_live_in_the_link() {
    let (site, reader) = open("#race?fast=90&slow=30&speed=10").await;
    reader.click("run").await;
    reader.wait_for(&["ended"]).await;
    reader.wait_for_text("outcome", "request slow").await;

    reader.goto(&site.page("#bounded?limit=0")).await;
    reader.wait_for(&["ready"]).await;
    reader.click("run").await;
    reader.wait_for(&["failed"]).await;
    reader.wait_for_text("outcome", "`limit` is `0`").await;
    reader.close().await;
}

#[tokio::test]
async fn a_damaged_link_gives_a_notice_and_the_default() {
    let (site, reader) = open("#race?fast=fifty&seed=7").await;
    let notice = reader.wait_for_text("notice", "fifty").await;
    assert!(notice.contains("fast"), "the notice names the parameter: {notice}");
    reader.click("run").await;
    reader.wait_for(&["ended"]).await;

    reader.goto(&site.page("#no-such-pattern")).await;
    reader.wait_for_text("notice", "no-such-pattern").await;
    reader.assert_no_errors().await;
    reader.close().await;
}

#[tokio::test]
async fn the_page_fetches_for_real() {
    let (site, reader) = open("#first-fetch?network=real").await;
    reader.click("run").await;
    reader.wait_for(&["ended"]).await;
    reader.wait_for_text("outcome", "Futures are lazy").await;

    for (address, message) in [
        ("/missing.json", "404"),
        ("/not-json", "did not answer with JSON"),
        ("http://127.0.0.1:9/", "no answer from"),
        ("file:///etc/hostname", "use `http` or `https`"),
    ] {
        let url =
            if address.starts_with('/') { format!("{}{address}", site.origin) } else { address.to_owned() };
        let url: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
        reader.goto(&site.page(&format!("#first-fetch?network=real&url={url}"))).await;
        reader.wait_for(&["ready"]).await;
        reader.click("run").await;
        reader.wait_for(&["failed"]).await;
        reader.wait_for_text("outcome", message).await;
    }
    reader.close().await;
}

#[tokio::test]
async fn leaving_a_pattern_in_the_middle_of_a_request_leaves_nothing_behind() {
    let (site, reader) = open("").await;
    let slow = format!("{}/slow", site.origin);
    let slow: String = url::form_urlencoded::byte_serialize(slow.as_bytes()).collect();
    reader.goto(&site.page(&format!("#first-fetch?network=real&url={slow}"))).await;
    reader.wait_for(&["ready"]).await;
    reader.click("run").await;
    reader.wait_for(&["running"]).await;
    reader.click("pattern-race").await;
    reader.wait_for(&["ready"]).await;
    // The slow answer comes after three seconds; nothing may happen then.
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    assert_eq!(reader.state().await, "ready");
    assert_eq!(reader.nanos().await, 0);
    reader.assert_no_errors().await;
    reader.close().await;
}

#[tokio::test]
async fn a_run_that_nothing_can_wake_says_who_waits() {
    let (_site, reader) = open("#future-lazy?wake=never&speed=10").await;
    reader.click("run").await;
    reader.wait_for(&["stalled"]).await;
    let outcome = reader.wait_for_text("outcome", "awaited").await;
    assert!(outcome.contains("wake"), "{outcome}");
    reader.close().await;
}

#[tokio::test]
async fn the_keyboard_is_enough() {
    let (_site, reader) = open("#race?speed=10").await;
    reader.wait_for(&["ready"]).await;
    let timeline = reader.find("timeline").await;
    reader.js("document.querySelector('[data-testid=timeline]').focus()").await;
    timeline.send_keys(" ").await.expect("the timeline takes keys");
    reader.wait_for(&["ended"]).await;
    timeline.send_keys("\u{e011}").await.expect("Home"); // Home
    reader.wait_until("the clock is at zero", async || (reader.nanos().await == 0).then_some(())).await;
    timeline.send_keys("?").await.expect("the help key");
    reader.wait_for_text("help", "previous").await;
    reader.assert_no_errors().await;
    reader.close().await;
}

#[tokio::test]
async fn a_telephone_shows_the_page_without_sideways_scrolling() {
    let (_site, reader) = open_at("#join-set?speed=10", 390, 844).await;
    reader.click("run").await;
    reader.wait_for(&["ended"]).await;
    let overflow =
        reader.js("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    assert_eq!(overflow, 0, "the page is wider than the screen");
    let run_bottom = reader
        .js("const r = document.querySelector('[data-testid=step]').getBoundingClientRect();
             return r.bottom <= innerHeight && r.height >= 43.5 && r.width >= 43.5")
        .await;
    assert_eq!(run_bottom, true, "the controls are within reach and large enough for a thumb");
    reader.close().await;
}

#[tokio::test]
async fn a_browser_that_lacks_something_is_told_what() {
    let site = Site::start(dist());
    let reader = Reader::open(&format!("{}/old-browser/", site.origin), 1280, 900).await;
    let shown = "return [...document.querySelectorAll('[role=alert]')].map(e => e.innerText).join()";
    let told = reader
        .wait_until("the page says what is missing", async || {
            reader.js(shown).await.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
        })
        .await;
    assert!(told.contains("exception handling"), "{told}");
    reader.close().await;
}

#[tokio::test]
async fn ten_thousand_tasks_do_not_freeze_the_page() {
    let (_site, reader) = open("#join-set?tasks=10000&failures=0&speed=10").await;
    reader.wait_for(&["ready"]).await;
    reader.click("run").await;
    reader.wait_for(&["ended"]).await;
    reader.wait_for_text("outcome", "10000 of 10000").await;
    reader.assert_no_errors().await;
    reader.close().await;
}

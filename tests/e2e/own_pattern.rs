//! The template for patterns of one's own, built by trunk alone, as an author builds it: nothing in it catches
//! a panic, and some of its patterns mean no good.

use std::path::PathBuf;

use super::browser::Reader;
use super::embed::press_run;
use super::engine::frames;
use super::server::{FOLDER, Site};

/// Whether the element's shell is there.
const BUTTON: &str =
    "return Boolean(document.querySelector('wake-line')?.shadowRoot?.querySelector('button'))";

fn template() -> PathBuf {
    let dist = std::env::var_os("WAKELINE_TEMPLATE");
    let dist = dist.map_or_else(|| PathBuf::from("target/own-pattern"), PathBuf::from);
    assert!(
        dist.join("index.html").exists(),
        "`{}` holds no built template: run `cargo xtask test e2e`, which builds it",
        dist.display()
    );
    dist
}

async fn open(rest: &str) -> (Site, Reader) {
    let site = Site::start(template());
    let reader = Reader::open(&site.page(rest), 1280, 900).await;
    (site, reader)
}

/// Asserts that the page goes on: another pattern runs on it.
async fn assert_alive(reader: &Reader) {
    reader.click("pattern-two-readers").await;
    reader.wait_for_title("Two readers of one channel").await;
    reader.wait_for(&["ready"]).await;
    reader.click("run").await;
    reader.wait_for(&["ended"]).await;
    reader.wait_for_text("outcome", "the quick reader did").await;
}

#[tokio::test]
async fn the_page_shows_the_authors_patterns_and_their_code() {
    let (_site, reader) = open("#two-readers?slow=10&speed=10").await;
    reader.wait_for(&["ready"]).await;
    let links =
        "return [...document.querySelectorAll('nav h2, .pattern-link')].slice(0, 2).map(it => it.innerText)";
    let shown = reader.js(links).await.to_string();
    assert!(shown.contains("My own") && shown.contains("Two readers of one channel"), "{shown}");
    reader.click("run").await;
    reader.wait_for(&["ended"]).await;
    reader.wait_for_text("outcome", "the quick reader did 4 jobs, the slow one 4").await;
    let code = reader.text("source").await;
    assert!(code.contains("async fn reader") && !code.contains("PATTERN"), "{code}");
    reader.wait_for_text("explanation", "An `mpsc` channel has one receiver").await;
    // What was recorded is tied to the lines that are shown: a mark says who is where.
    reader.click("first").await;
    let marks = "return document.querySelectorAll('.source-line .line-mark').length > 0";
    for _ in 0..4 {
        reader.click("step").await;
    }
    reader.wait_until("a line has a mark", async || reader.js(marks).await.as_bool().filter(|it| *it)).await;
    reader.assert_no_errors().await;
    reader.close().await;
}

#[tokio::test]
async fn an_article_embeds_the_authors_pattern() {
    let (site, reader) = open("article.html").await;
    let state = async |wanted: &str| {
        let script = format!("return document.querySelector('wake-line').state === '{wanted}'");
        reader.wait_until(wanted, async || (reader.js(&script).await == true).then_some(())).await;
    };
    reader.wait_until("the element", async || reader.js(BUTTON).await.as_bool().filter(|it| *it)).await;
    state("idle").await;
    assert_eq!(site.asked("player_bg.wasm"), 0, "nothing is loaded before a click");
    press_run(&reader).await;
    state("ended").await;
    let text = "return document.querySelector('wake-line').shadowRoot.textContent";
    let text = reader.js(text).await.to_string();
    assert!(text.contains("Two readers of one channel") || text.contains("quick reader"), "{text}");
    reader.close().await;
}

#[tokio::test]
async fn a_poll_that_never_returns_leaves_the_page_around_an_element_alone() {
    let site = Site::start(template());
    let body = "<wake-line pattern=endless></wake-line>";
    let page = format!("<!doctype html><script type=module src={FOLDER}embed/wakeline.js></script>{body}");
    let reader = Reader::open(&site.serve("/host/page.html", page), 900, 800).await;
    reader.wait_until("the element", async || reader.js(BUTTON).await.as_bool().filter(|it| *it)).await;
    press_run(&reader).await;
    let notice =
        "return document.querySelector('wake-line').shadowRoot.textContent.includes('does not come back')";
    reader.wait_until("a notice", async || reader.js(notice).await.as_bool().filter(|it| *it)).await;
    // However busy the machine is otherwise.
    reader.wait_until("the page paints on", async || (frames(&reader).await > 2).then_some(())).await;
    reader.js("document.querySelector('wake-line').stop()").await;
    let failed = "return document.querySelector('wake-line').state === 'failed'";
    reader.wait_until("its end", async || reader.js(failed).await.as_bool().filter(|it| *it)).await;
    reader.close().await;
}

#[tokio::test]
async fn a_poll_that_never_returns_is_ended_by_stop() {
    let (_site, reader) = open("#endless").await;
    reader.wait_for(&["ready"]).await;
    reader.click("run").await;
    reader.wait_for_text("notice", "does not come back").await;
    assert_eq!(reader.state().await, "running");
    reader.click("stop").await;
    reader.wait_for(&["failed"]).await;
    reader.wait_for_text("outcome", "a poll had not come back").await;
    assert_alive(&reader).await;
    reader.close().await;
}

#[tokio::test]
async fn a_task_that_takes_all_memory_is_ended_and_the_next_run_has_its_own() {
    let (_site, reader) = open("#memory?speed=10").await;
    reader.wait_for(&["ready"]).await;
    for _ in 0..2 {
        reader.click("run").await;
        reader.wait_for(&["failed"]).await;
        reader.wait_for_text("outcome", "more than 768 MiB of memory").await;
        // It was given the memory, poll by poll, before that.
        assert!(reader.nanos().await >= 20_000_000, "{} ns", reader.nanos().await);
        reader.click("first").await;
    }
    assert_alive(&reader).await;
    reader.close().await;
}

#[tokio::test]
async fn a_poll_that_takes_all_memory_is_ended_and_named() {
    let (_site, reader) = open("#memory-at-once").await;
    reader.wait_for(&["ready"]).await;
    reader.click("run").await;
    reader.wait_for(&["failed"]).await;
    reader.wait_for_text("outcome", "ran out of memory").await;
    assert_alive(&reader).await;
    reader.close().await;
}

#[tokio::test]
async fn a_panic_that_nothing_catches_ends_the_run_and_is_named() {
    let (_site, reader) = open("#panic").await;
    reader.wait_for(&["ready"]).await;
    reader.click("run").await;
    reader.wait_for(&["failed"]).await;
    let outcome = reader.wait_for_text("outcome", "on purpose").await;
    assert!(outcome.contains("hostile.rs") && outcome.contains("catches no panics"), "{outcome}");
    assert_alive(&reader).await;
    reader.close().await;
}

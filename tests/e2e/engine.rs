//! A run in a worker of its own, which cannot hurt the page.

use super::browser::Reader;
use super::server::{NO_WORKERS_FOLDER, Site};
use super::{dist, open};

/// One poll of this takes eight seconds of the processor.
const BLOCKS: &str = "#blocking?twin=pitfall&clock=real&cost=1000";

/// How many frames the page paints in half a second.
pub async fn frames(reader: &Reader) -> u64 {
    let script = "globalThis.painted = 0;
        const end = performance.now() + 500;
        requestAnimationFrame(function next() { globalThis.painted++; if (performance.now() < end) requestAnimationFrame(next); });";
    reader.js(script).await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    reader.js("return globalThis.painted").await.as_u64().unwrap_or_default()
}

#[tokio::test]
async fn a_run_that_blocks_leaves_the_page_alone_and_stop_ends_it() {
    let (site, reader) = open(BLOCKS).await;
    reader.wait_for(&["ready"]).await;
    reader.click("run").await;
    reader.wait_for_text("notice", "does not come back").await;
    let painted = frames(&reader).await;
    assert!(painted > 2, "the page paints on: {painted} frames in half a second");
    assert_eq!(reader.state().await, "running");

    // The poll has seconds to go: what ends it now is Stop.
    reader.click("stop").await;
    reader.wait_for(&["failed"]).await;
    reader.wait_for_text("outcome", "a poll had not come back").await;

    // The next one starts afresh, and so does another pattern.
    reader.click("restart").await;
    reader.wait_for_text("notice", "does not come back").await;
    reader.goto(&site.page("#race?speed=10")).await;
    reader.wait_for_title("Race: first one wins").await;
    reader.wait_for(&["ready"]).await;
    reader.click("run").await;
    reader.wait_for(&["ended"]).await;
    reader.assert_no_errors().await;
    reader.close().await;
}

#[tokio::test]
async fn where_workers_are_refused_the_page_runs_it_by_itself() {
    let site = Site::start(dist());
    let url = format!("{}{NO_WORKERS_FOLDER}#race?speed=10", site.origin);
    let reader = Reader::open(&url, 1280, 900).await;
    reader.wait_for(&["ready"]).await;
    reader.click("run").await;
    reader.wait_for(&["ended"]).await;
    reader.wait_for_text("outcome", "request fast").await;
    assert_eq!(reader.nanos().await, 40_000_000);
    reader.click("restart").await;
    reader.wait_for(&["ended"]).await;
    reader.close().await;
}

#[tokio::test]
async fn a_panic_ends_its_task_and_no_worker() {
    let (_site, reader) = open("#watch?twin=pitfall&speed=10").await;
    reader.wait_for(&["ready"]).await;
    reader.click("run").await;
    reader.wait_for(&["ended", "failed", "stalled"]).await;
    reader.wait_for_text("outcome", "panicked").await;
    reader.close().await;
}

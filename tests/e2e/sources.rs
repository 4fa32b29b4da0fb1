//! The code that is shown: fetched when it is looked at, and shown only if it is the code that runs.

use super::browser::Reader;
use super::embed::press_run;
use super::server::{BOOK_FOLDER, FOLDER, OPEN_FOLDER, Site};
use super::{dist, open};

/// A line of the pattern `race`, and of its file alone.
const LINE: &str = "pub async fn race(";

fn file(name: &str) -> String {
    format!("{FOLDER}patterns/{name}")
}

async fn open_site(site: &Site, fragment: &str) -> Reader {
    let reader = Reader::open(&site.page(fragment), 1280, 900).await;
    reader.watch_errors().await;
    reader.wait_for(&["ready", "paused"]).await;
    reader
}

#[tokio::test]
async fn only_what_is_looked_at_is_fetched_and_only_once() {
    let (site, reader) = open("#race").await;
    reader.wait_for_text("source", LINE).await;
    assert_eq!((site.asked("/race.rs"), site.asked("/mpsc.rs")), (1, 0));
    reader.goto(&site.page("#mpsc?twin=pitfall")).await;
    reader.wait_for_text("source", "Every producer is done").await;
    // Both twins are explained in the pattern's own file.
    reader.wait_for_text("explanation", "a queue with room for `n` values").await;
    assert_eq!((site.asked("/mpsc_pitfall.rs"), site.asked("/mpsc.rs"), site.asked("/watch.rs")), (1, 1, 0));
    reader.goto(&site.page("#race")).await;
    reader.wait_for_text("source", LINE).await;
    assert_eq!(site.asked("/race.rs"), 1);
    reader.assert_no_errors().await;
    reader.close().await;
}

#[tokio::test]
async fn code_that_does_not_come_can_be_asked_for_again() {
    let site = Site::start(dist());
    let race = file("concurrent/race.rs");
    site.lose(&race);
    // A moment at which a request waits on a line that has to be scrolled to.
    let reader = open_site(&site, "#race?at=10ms&lane=2").await;
    let told = reader.wait_for_text("source", "answered with status 404").await;
    assert!(told.contains(&format!("{}{race}", site.origin)), "{told}");
    let height = "return document.querySelector('[data-testid=source]').offsetHeight";
    let before = reader.js(height).await;
    // It is lost again, and says so again.
    reader.click("source-again").await;
    reader.wait_until("a second request", async || (site.asked("/race.rs") == 2).then_some(())).await;
    reader.wait_for_text("source", "answered with status 404").await;

    site.restore(&race);
    reader.wait_for_text("explanation", "answered with status 404").await;
    reader.click("source-again").await;
    reader.wait_for_text("source", LINE).await;
    reader.wait_for_text("explanation", "polls several futures within one task").await;
    assert_eq!(reader.js(height).await, before, "what is below the code has moved");
    let is_seen = "
        const line = document.querySelector('.source-line.is-selected')?.getBoundingClientRect();
        const scroll = document.querySelector('[data-testid=source]').getBoundingClientRect();
        return Boolean(line) && line.top >= scroll.top && line.bottom <= scroll.bottom";
    reader
        .wait_until("the line is in sight", async || reader.js(is_seen).await.as_bool().filter(|it| *it))
        .await;
    // The run has not waited for it.
    reader.click("last").await;
    reader.wait_for(&["ended"]).await;
    reader.assert_no_errors().await;
    reader.close().await;
}

#[tokio::test]
async fn code_of_another_version_is_refused() {
    let site = Site::start(dist());
    let race = file("concurrent/race.rs");
    let other = std::fs::read_to_string(dist().join("patterns/concurrent/race.rs")).expect("it is there");
    site.serve(&race, other.replace("biased", "unbiased"));
    let reader = open_site(&site, "#race").await;
    let told = reader.wait_for_text("source", "of another version than this page").await;
    assert!(told.contains(&race) && told.contains("reload the page"), "{told}");
    assert!(!told.contains(LINE), "it is shown all the same: {told}");
    site.restore(&race);
    reader.click("source-again").await;
    reader.wait_for_text("source", LINE).await;
    reader.close().await;
}

#[tokio::test]
async fn an_element_finds_the_code_beside_its_script_on_another_host() {
    let (files, host) = (Site::start(dist()), Site::start(dist()));
    let page = format!(
        "<!doctype html><script type=module src={}{OPEN_FOLDER}embed/wakeline.js></script>\
         <wake-line pattern=race></wake-line>",
        files.origin
    );
    let reader = Reader::open(&host.serve(&format!("{BOOK_FOLDER}deep/page.html"), page), 900, 800).await;
    let shadow = "document.querySelector('wake-line')?.shadowRoot";
    let is_there = format!("return Boolean({shadow}?.querySelector('button'))");
    reader.wait_until("the element", async || reader.js(&is_there).await.as_bool().filter(|it| *it)).await;
    press_run(&reader).await;
    let shows = format!("return {shadow}.textContent.includes('{LINE}')");
    reader.wait_until("its code", async || reader.js(&shows).await.as_bool().filter(|it| *it)).await;
    assert_eq!((files.asked("/embed/patterns/concurrent/race.rs"), host.asked("race.rs")), (1, 0));
    reader.close().await;
}

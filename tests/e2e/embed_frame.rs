//! Wakeline in a frame: the protocol, and a sandbox without an origin.

use serde_json::{Value, json};

use super::browser::Reader;
use super::dist;
use super::server::{FOLDER, NAMED_FOLDER, OPEN_FOLDER, Site};

const HOST_SCRIPT: &str = "
globalThis.heard = [];
addEventListener('message', event => {
  if (event.source === document.querySelector('iframe').contentWindow) heard.push(event.data);
});
globalThis.say = message => document.querySelector('iframe').contentWindow.postMessage(message, '*');
";

/// Opens a page with a frame.
async fn open(folder: &str, attributes: &str, fragment: &str) -> (Site, Reader) {
    let site = Site::start(dist());
    site.serve("/frame.js", HOST_SCRIPT);
    let page = format!(
        "<!doctype html><title>Host</title><script src=/frame.js></script>\
         <iframe {attributes} width=700 height=600 src=\"{folder}embed/iframe.html#{fragment}\"></iframe>"
    );
    let url = site.serve("/host/frame.html", page);
    let reader = Reader::open(&url, 900, 800).await;
    (site, reader)
}

/// Waits for a message of a type, and forgets those before.
async fn hear(reader: &Reader, kind: &str) -> Value {
    let script = format!(
        "const at = heard.findIndex(it => it.type === '{kind}'); return at < 0 ? null : heard.splice(0, at + 1)[at]"
    );
    reader
        .wait_until(&format!("the frame says `{kind}`"), async || {
            let said = reader.js(&script).await;
            // An error that nobody waits for would only be waited out.
            let failed = reader.js("return heard.find(it => it.type === 'error') ?? null").await;
            assert!(kind == "error" || failed.is_null(), "the frame says {failed}");
            Some(said).filter(|message| !message.is_null())
        })
        .await
}

/// Waits until the frame is in a state.
async fn hear_of(reader: &Reader, state: &str) -> Value {
    loop {
        let heard = hear(reader, "state").await;
        if heard["state"] == state {
            return heard;
        }
    }
}

async fn say(reader: &Reader, message: Value) {
    reader.js(&format!("say({message})")).await;
}

/// Says `play` and the like, from the greeting to the end of a run.
async fn converse(reader: &Reader) {
    let hello = hear(reader, "hello").await;
    assert_eq!(hello["wakeline"], 1);
    say(reader, json!({ "wakeline": 1, "type": "ping" })).await;
    let pong = hear(reader, "pong").await;
    assert_eq!(pong["version"], env!("CARGO_PKG_VERSION"));
    assert!(pong["height"].as_u64().is_some_and(|height| (80..=4000).contains(&height)), "{pong}");

    say(
        reader,
        json!({ "wakeline": 1, "type": "load", "pattern": "race", "speed": 10, "params": { "fast": 20 } }),
    )
    .await;
    say(reader, json!({ "wakeline": 1, "type": "play", "later": "ignored" })).await;
    let end = hear(reader, "end").await;
    assert_eq!((&end["state"], &end["time"]), (&json!("ended"), &json!(20_000_000)), "{end}");

    say(reader, json!({ "wakeline": 1, "type": "seek", "nanos": 5_000_000 })).await;
    let state = hear_of(reader, "paused").await;
    assert_eq!(state["time"], 5_000_000, "{state}");
    say(reader, json!({ "wakeline": 1, "type": "select", "lane": 1 })).await;
    assert_eq!(hear(reader, "select").await["selected"]["lane"], 1);
    say(reader, json!({ "wakeline": 1, "type": "theme", "theme": "pink" })).await;
    let error = hear(reader, "error").await;
    assert!(error["message"].as_str().is_some_and(|text| text.contains("`pink`: use `auto`")), "{error}");
}

#[tokio::test]
async fn a_page_talks_to_its_frame() {
    let (_site, reader) = open(FOLDER, "", "race?speed=0.1").await;
    converse(&reader).await;
    reader.close().await;
}

#[tokio::test]
async fn a_link_to_a_moment_opens_there() {
    let (_site, reader) = open(FOLDER, "", "race?fast=30&theme=dark&at=30ms&step=9").await;
    let state = hear_of(&reader, "paused").await;
    assert_eq!(state["order"], 9, "{state}");
    reader.close().await;
}

#[tokio::test]
async fn a_sandbox_without_an_origin_works_where_the_files_may_be_read() {
    let (_site, reader) = open(OPEN_FOLDER, "sandbox=\"allow-scripts\"", "race").await;
    converse(&reader).await;
    reader.close().await;
}

#[tokio::test]
async fn a_sandbox_without_an_origin_says_which_header_is_missing() {
    let (_site, reader) = open(NAMED_FOLDER, "sandbox=\"allow-scripts\"", "race").await;
    let error = hear(&reader, "error").await;
    let message = error["message"].as_str().unwrap_or_default();
    assert!(message.contains("Access-Control-Allow-Origin"), "{message}");
    reader.close().await;
}

#[tokio::test]
async fn a_frame_obeys_the_page_around_it_alone() {
    let (site, reader) = open(FOLDER, "", "race?speed=10").await;
    hear(&reader, "hello").await;
    // Another frame of the same page is not the page.
    site.serve("/other.js", "parent.frames[0].postMessage({ wakeline: 1, type: 'play' }, '*')");
    let other = site.serve("/other.html", "<!doctype html><script src=/other.js></script>");
    reader
        .js(&format!(
            "globalThis.came = new Promise(resolve => {{
               const frame = document.createElement('iframe');
               frame.onload = resolve; frame.src = '{other}';
               document.body.append(frame);
             }})"
        ))
        .await;
    reader.js("return came.then(() => true)").await;
    // Messages that are not Wakeline's, and one that is refused.
    for message in [json!("play"), json!(null), json!({ "type": "play" }), json!([1])] {
        say(&reader, message).await;
    }
    say(&reader, json!({ "wakeline": 1, "type": "ping" })).await;
    hear(&reader, "pong").await;
    assert_eq!(reader.js("return heard.filter(it => it.type === 'state').length").await, 0);
    assert_eq!(site.asked("player_bg.wasm"), 0, "nothing that was sent had to be understood");
    reader.close().await;
}

//! What a reader takes along, and what they bring.

use std::path::PathBuf;

use fantoccini::Locator;
use fantoccini::key::Key;

use super::browser::Reader;
use super::open;

/// Gives the page a file, as if it was chosen.
async fn choose(reader: &Reader, path: &std::path::Path) {
    let input =
        reader.client.find(Locator::Css("[data-testid=open-file]")).await.expect("there is a place for it");
    input.send_keys(&path.display().to_string()).await.expect("a file can be chosen");
}

fn file(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("there is room");
    path
}

/// A run of a pattern, recorded by the command line.
fn recorded(folder: &tempfile::TempDir) -> PathBuf {
    let path = folder.path().join("race.wktrace.gz");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wakeline"));
    let done = command.args(["run", "race", "--set", "fast=55", "--trace"]).arg(&path).output();
    let done = done.expect("the command line runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    path
}

#[tokio::test]
async fn a_run_is_shared_as_text_and_as_files() {
    let (_site, reader) = open("#race?speed=10").await;
    reader.click("run").await;
    reader.wait_for(&["ended"]).await;
    reader.click("share").await;
    for (id, piece) in [
        ("snippet-link", "/docs/live/wakeline/#race?"),
        ("snippet-element", "<wake-line pattern=\"race\" speed=\"10\"></wake-line>"),
        ("snippet-frame", "embed/iframe.html#race?"),
        ("snippet-mdbook", "```wakeline\npattern = \"race\"\nspeed = 10\n```"),
        ("snippet-markdown", "(race.svg)"),
    ] {
        let text = reader.text(id).await;
        assert!(text.contains(piece), "`{id}` has `{piece}`: {text}");
    }
    // What is handed to the reader is seen where it leaves the page.
    reader
        .js("globalThis.saved = [];
            HTMLAnchorElement.prototype.click = function () {
                fetch(this.href).then(answer => answer.arrayBuffer())
                    .then(bytes => saved.push([this.download, bytes.byteLength, [...new Uint8Array(bytes.slice(0, 5))]]));
            };")
        .await;
    for (kind, name, head) in [
        ("svg", "race.svg", &b"<svg "[..]),
        ("png", "race.png", b"\x89PNG"),
        ("wktrace.gz", "race.wktrace.gz", b"\x1f\x8b"),
        ("json", "race.json", b""),
    ] {
        reader.click(&format!("save-{kind}")).await;
        let script =
            format!("return (globalThis.saved.find(([name]) => name === '{name}') ?? [])[2] ?? null");
        let found = reader
            .wait_until(&format!("`{name}` is saved"), async || {
                Some(reader.js(&script).await).filter(|it| !it.is_null())
            })
            .await;
        let found: Vec<u8> = serde_json::from_value(found).expect("bytes");
        assert!(found.starts_with(&head[..head.len().min(found.len())]), "`{name}` begins with {found:?}");
    }
    reader.press(Key::Escape).await;
    reader
        .wait_until("Escape closes it", async || {
            let is_there =
                reader.js("return document.querySelector('[data-testid=share-dialog]') !== null").await;
            (is_there == false).then_some(())
        })
        .await;
    reader.assert_no_errors().await;
    reader.close().await;
}

#[tokio::test]
async fn a_recording_of_ours_opens_with_its_source_and_plays() {
    let folder = tempfile::tempdir().expect("there is room");
    let (_site, reader) = open("#bounded").await;
    choose(&reader, &recorded(&folder)).await;
    reader.wait_for_text("recording", "race").await;
    reader.wait_for_text("twin", "request slow").await;
    assert!(reader.text("source").await.contains("select"), "the source is that of the pattern");
    reader.click("last").await;
    reader.wait_for(&["ended"]).await;
    assert_eq!(reader.nanos().await, 55_000_000);
    reader.click("step-back").await;
    reader.wait_for(&["paused"]).await;
    assert_eq!(reader.text("clock-mode").await, "recorded");

    reader.click("pattern-race").await;
    reader.wait_for(&["ready"]).await;
    reader.assert_no_errors().await;
    reader.close().await;
}

#[tokio::test]
async fn recordings_of_others_open_and_damaged_ones_are_refused_by_name() {
    let folder = tempfile::tempdir().expect("there is room");
    let (site, reader) = open("#race").await;
    let json = br#"{"traceEvents":[{"name":"work","ph":"X","ts":10,"dur":50,"pid":1,"tid":7},
        {"ph":"M","name":"thread_name","pid":1,"tid":7,"args":{"name":"a worker"}}]}"#;
    choose(&reader, &file(&folder, "theirs.json", json)).await;
    reader.wait_for_text("recording", "").await;
    reader.wait_for_text("twin", "a worker").await;

    for (name, bytes, piece) in [
        ("empty.json", &b""[..], "the file is empty"),
        ("noise.json", b"\x00\x01\x02\x03", "the file begins with"),
        ("broken.gz", b"\x1f\x8b\x08\x00broken", "gzipped, and damaged"),
    ] {
        choose(&reader, &file(&folder, name, bytes)).await;
        let notice = reader.wait_for_text("notice", piece).await;
        assert!(notice.contains(name), "the notice names the file: {notice}");
    }
    reader.wait_for_text("twin", "a worker").await;

    site.serve("/traces/theirs.json", String::from_utf8_lossy(json));
    reader.goto(&site.page("#trace=/traces/theirs.json")).await;
    reader.wait_for_text("twin", "a worker").await;
    reader.goto(&site.page("#trace=/traces/missing.json")).await;
    reader.wait_for_text("notice", "the server answers `404`").await;
    reader.goto(&site.page("#trace=file:///etc/hostname")).await;
    reader.wait_for_text("notice", "use `http:` or `https:`").await;
    reader.close().await;
}

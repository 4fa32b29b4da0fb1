//! The book: built by the real mdBook with the real player in it, and read in a real browser.

use std::path::Path;
use std::process::Command;

use fantoccini::key::Key;

use super::browser::Reader;
use super::dist;
use super::server::{BOOK_FOLDER, Site};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("there is room");
    for entry in std::fs::read_dir(from).expect("the folder can be listed") {
        let path = entry.expect("the folder can be listed").path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("there is room");
        }
    }
}

fn succeeds(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Builds the book as an author would, by the two programs.
fn build(folder: &Path) -> Site {
    let program = Path::new(env!("CARGO_BIN_EXE_mdbook-wakeline"));
    let source = folder.join("source");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs"), &source);
    succeeds(Command::new(program).arg("install").arg(&source).arg("--assets").arg(dist().join("embed")));
    let programs = program.parent().map(Path::to_owned).into_iter();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(programs.chain(std::env::split_paths(&path))).expect("a path");
    let pages = folder.join("pages");
    let mdbook = std::env::var_os("WAKELINE_MDBOOK").unwrap_or_else(|| "mdbook".into());
    succeeds(Command::new(mdbook).arg("build").arg(&source).arg("--dest-dir").arg(&pages).env("PATH", path));
    Site::start(pages)
}

async fn path(reader: &Reader) -> String {
    reader.js("return location.pathname").await.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_book_runs_its_patterns_and_turns_its_leaves() {
    let folder = tempfile::tempdir().expect("there is room");
    let site = build(folder.path());
    let chapter = format!("{}{BOOK_FOLDER}patterns/concurrent.html", site.origin);
    let reader = Reader::open(&chapter, 1280, 900).await;
    reader.watch_errors().await;
    let count = reader.js("return document.querySelectorAll('wake-line').length").await;
    assert!(count.as_u64().is_some_and(|count| count >= 3), "{count:?} patterns are in the chapter");

    // Nothing is loaded before a reader wants it, and the picture stands there meanwhile.
    assert_eq!(site.asked("player_bg.wasm"), 0);
    assert_eq!(reader.js("return document.querySelector('wake-line svg') !== null").await, true);
    reader
        .js("const it = document.querySelector('wake-line'); it.speed = 10; it.scrollIntoView(); it.run()")
        .await;
    reader
        .wait_until("the first pattern ends", async || {
            (reader.js("return document.querySelector('wake-line').state").await == "ended").then_some(())
        })
        .await;
    // Its code came with the player: `install` has copied both.
    let code =
        "return document.querySelector('wake-line').shadowRoot.querySelectorAll('.source-line').length > 5";
    reader.wait_until("its code", async || reader.js(code).await.as_bool().filter(|it| *it)).await;

    // The host's theme is the element's, live.
    for (class, theme) in [("coal", "dark"), ("light", "light"), ("navy", "dark")] {
        reader.js(&format!("document.documentElement.className = '{class}'")).await;
        reader
            .wait_until(&format!("it is {theme} in `{class}`"), async || {
                let shown = reader.js("return document.querySelector('wake-line').dataset.wlTheme").await;
                (shown == theme).then_some(())
            })
            .await;
    }

    // An arrow within the element is the timeline's; elsewhere it is the book's.
    reader
        .js("document.querySelector('wake-line').shadowRoot.querySelector('[data-testid=step-back]').focus()")
        .await;
    let before = path(&reader).await;
    reader.press(Key::Left).await;
    reader.press(Key::Right).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(path(&reader).await, before);
    reader.js("document.querySelector('wake-line').shadowRoot.activeElement.blur()").await;
    reader.press(Key::Right).await;
    reader.wait_until("the leaf is turned", async || (path(&reader).await != before).then_some(())).await;
    reader.close().await;
}

#[tokio::test]
async fn every_chapter_of_the_book_opens_without_an_error() {
    let folder = tempfile::tempdir().expect("there is room");
    let site = build(folder.path());
    let reader = Reader::open(&format!("{}{BOOK_FOLDER}", site.origin), 1280, 900).await;
    let mut seen = 0;
    loop {
        reader.watch_errors().await;
        reader
            .wait_until("every element of the chapter is one", async || {
                let script = "return [...document.querySelectorAll('wake-line')]
                    .every(it => it.matches(':defined') && it.shadowRoot)";
                (reader.js(script).await == true).then_some(())
            })
            .await;
        reader.assert_no_errors().await;
        seen += 1;
        assert!(seen < 60, "the book has an end");
        let next = reader.js("return document.querySelector('a[rel~=next]')?.href ?? null").await;
        let Some(next) = next.as_str() else { break };
        reader.goto(next).await;
    }
    let chapters = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/src/SUMMARY.md"));
    let chapters = chapters.expect("the book has a summary").matches("](").count();
    assert_eq!(seen, chapters, "every chapter was opened");
    reader.close().await;
}

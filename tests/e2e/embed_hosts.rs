//! The element in the pages of documentation tools: their keys, their themes, their ways to add a script.

use std::process::Command;

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;

use super::browser::Reader;
use super::embed::Host;
use super::server::{FOLDER, Site};
use super::{dist, embed};

#[tokio::test]
async fn keys_that_are_meant_for_the_element_do_not_turn_the_hosts_leaves() {
    let host =
        Host::open("<button id=before>x</button><wake-line pattern=race speed=10 autoload></wake-line>")
            .await;
    host.until_state("ready").await;
    let inside = "document.querySelector('wake-line').shadowRoot";
    host.js(&format!("{inside}.querySelector('.timeline').focus()")).await;
    let right = Key::Right;
    // To the task's spawning, and to its first poll.
    host.reader.press(right).await;
    host.reader.press(right).await;
    host.until("document.querySelector('wake-line').state === 'paused'").await;
    host.reader.press('?').await;
    host.until(&format!("{inside}.querySelector('[data-testid=help]')")).await;
    let help = host.text("[data-testid=help]").await;
    assert!(help.contains("next event") && !help.contains("Find a pattern"), "{help}");
    host.reader.press(Key::Escape).await;
    host.until(&format!("!{inside}.querySelector('[data-testid=help]')")).await;
    // In a field, arrows move its cursor: they are no keys of the host's either.
    host.js(&format!("{inside}.querySelector('input.clock').focus()")).await;
    host.reader.press(right).await;
    assert_eq!(host.js("return keys").await, json!([]), "the host has seen keys that were not for it");
    // What the element has no use for is the host's: there is no catalogue here to find a pattern in.
    host.js(&format!("{inside}.querySelector('.timeline').focus()")).await;
    host.reader.press('/').await;
    assert_eq!(host.js("return keys").await, json!(["/"]));
    // Escape leaves, and outside every key is the host's.
    host.reader.press(Key::Escape).await;
    host.until("document.activeElement === document.body").await;
    host.js("document.querySelector('#before').focus(); keys.length = 0").await;
    host.reader.press(right).await;
    host.reader.press('?').await;
    assert_eq!(host.js("return keys").await, json!(["ArrowRight", "?"]));
    host.close().await;
}

#[tokio::test]
async fn the_tab_key_leads_through_and_out() {
    let host = Host::open(
        "<button id=before>x</button><wake-line pattern=race autoload controls=compact></wake-line><button id=after>y</button>",
    )
    .await;
    host.until_state("ready").await;
    host.js("document.querySelector('#before').focus()").await;
    for _ in 0..40 {
        host.reader.press(Key::Tab).await;
        if host.js("return document.activeElement.id").await == "after" {
            return host.close().await;
        }
    }
    panic!("the element is a trap for the keyboard");
}

/// Returns what the element's colours are: the background, and a pixel of the canvas.
const COLOURS: &str = "
    const shadow = document.querySelector('wake-line').shadowRoot;
    const canvas = shadow.querySelector('canvas');
    const pixel = canvas.getContext('2d').getImageData(canvas.width - 3, canvas.height - 3, 1, 1).data;
    const back = getComputedStyle(shadow.querySelector('.player')).backgroundColor;
    return [back.match(/\\d+/g).map(Number), [...pixel].slice(0, 3)]";
const LIGHT: [u8; 3] = [255, 255, 255];
const DARK: [u8; 3] = [26, 27, 31];

async fn until_colours(host: &Host, wanted: [u8; 3]) {
    host.reader
        .wait_until(&format!("the colours are {wanted:?}"), async || {
            let colours = host.js(COLOURS).await;
            let both: Option<[[u8; 3]; 2]> = serde_json::from_value(colours).ok();
            // What lies over the canvas's ground may tint it a little.
            let is_near =
                |colour: [u8; 3]| colour.iter().zip(wanted).all(|(one, other)| one.abs_diff(other) <= 4);
            both.is_some_and(|both| both.into_iter().all(is_near)).then_some(())
        })
        .await;
}

#[tokio::test]
async fn the_colours_are_those_of_the_host_also_when_they_change() {
    let body = "<wake-line pattern=race autoload></wake-line>";
    let host = Host::open_as("class=\"coal js\"", "", body, 800).await;
    host.until_state("ready").await;
    until_colours(&host, DARK).await;
    for (change, colours) in [
        ("document.documentElement.className = 'js rust'", LIGHT),
        ("document.documentElement.className = 'navy js'", DARK),
        ("document.documentElement.className = ''; document.documentElement.dataset.theme = 'light'", LIGHT),
        ("document.documentElement.dataset.theme = 'ayu'", DARK),
        ("document.documentElement.removeAttribute('data-theme'); document.body.className = 'dark'", DARK),
        // The author's word is the last.
        ("document.querySelector('wake-line').theme = 'light'", LIGHT),
        ("document.querySelector('wake-line').theme = 'auto'", DARK),
        ("document.body.className = ''; document.documentElement.dataset.theme = 'light'", LIGHT),
    ] {
        host.js(change).await;
        until_colours(&host, colours).await;
    }
    // A colour of the host's own.
    host.js("document.querySelector('wake-line').style.setProperty('--surface', 'rgb(1, 2, 3)'); \
             document.documentElement.dataset.theme = 'dark'")
        .await;
    until_colours(&host, [1, 2, 3]).await;
    host.close().await;
}

#[tokio::test]
async fn in_a_narrow_column_of_a_wide_page_nothing_is_cut_off() {
    let body = "<div id=column><wake-line pattern=join-set autoload speed=10></wake-line></div>";
    let host = Host::open_as("lang=en", "", body, 1200).await;
    host.until_state("ready").await;
    for width in [390, 640] {
        host.js(&format!("document.querySelector('#column').style.width = '{width}px'")).await;
        host.js("return document.querySelector('wake-line').run()").await;
        host.until_state("ended").await;
        let cut = host
            .js("const line = document.querySelector('wake-line').getBoundingClientRect();
                 const cut = [...document.querySelector('wake-line').shadowRoot.querySelectorAll('.transport *, .embed-head *, .tab-row')]
                   .filter(it => it.checkVisibility() && it.getBoundingClientRect().width > 0)
                   .filter(it => { const box = it.getBoundingClientRect(); return box.right > line.right + 0.5 || box.left < line.left - 0.5 || box.bottom > line.bottom + 0.5; });
                 return cut.map(it => `${it.tagName} ${it.className}`)")
            .await;
        assert_eq!(cut, json!([]), "at {width} pixels something is out of the element");
    }
    host.close().await;
}

#[tokio::test]
async fn without_scripts_the_authors_words_are_there() {
    let site = Site::start(dist());
    // The policy of this page forbids scripts from anywhere but itself, and there is none.
    let url = site.serve(
        "/host/plain.html",
        "<!doctype html><title>x</title><wake-line pattern=race><p id=own>Two requests race.</p></wake-line>",
    );
    let reader = Reader::open(&url, 800, 600).await;
    let shown = reader.client.find(Locator::Css("#own")).await.expect("it is there");
    assert!(shown.is_displayed().await.expect("it can be asked"));
    assert_eq!(shown.text().await.expect("it has text"), "Two requests race.");
    reader.close().await;
}

#[tokio::test]
async fn rustdoc_shows_an_element_in_its_pages() {
    let folder = tempfile::tempdir().expect("there is room");
    let header = folder.path().join("header.html");
    let source = folder.path().join("lib.rs");
    std::fs::write(&header, format!("<script type=\"module\" src=\"{FOLDER}embed/wakeline.js\"></script>"))
        .expect("it can be written");
    std::fs::write(
        &source,
        "//! # Wakeline\n//!\n//! A race.\n//!\n//! <wake-line pattern=\"race\" speed=\"10\" controls=\"compact\">Two requests.</wake-line>\n",
    )
    .expect("it can be written");
    let out = folder.path().join("doc");
    let done = Command::new("rustdoc")
        .args(["--crate-name", "shown", "--edition", "2024"])
        .arg("--html-in-header")
        .arg(&header)
        .arg("--out-dir")
        .arg(&out)
        .arg(&source)
        .status()
        .expect("rustdoc can be started");
    assert!(done.success());
    let site = Site::start(dist());
    site.serve_folder("/doc/", &out);
    let reader = Reader::open(&format!("{}/doc/shown/index.html", site.origin), 1200, 900).await;
    let host = embed::Host { site, reader };
    host.until("document.querySelector('wake-line').shadowRoot").await;
    host.press_run().await;
    host.until_state("ended").await;
    host.js("document.documentElement.dataset.theme = 'dark'").await;
    until_colours(&host, DARK).await;
    host.js("document.documentElement.dataset.theme = 'light'").await;
    until_colours(&host, LIGHT).await;
    host.reader.close().await;
}

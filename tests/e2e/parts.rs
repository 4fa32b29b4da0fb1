//! The page's code comes in parts: what opening it takes, and the rest when it is called.

use super::browser::Reader;
use super::server::{FOLDER, Site};
use super::{dist, open};

/// The files of the parts; none where the page was built in one piece, for want of the tools.
fn parts() -> Vec<String> {
    let entries = std::fs::read_dir(dist()).expect("the page is there");
    let names =
        entries.map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned());
    let is_part = |name: &String| {
        let number = name.strip_suffix(".wasm").and_then(|name| name.rsplit_once('_'));
        number.is_some_and(|(_, number)| number.parse::<u32>().is_ok())
    };
    names.filter(is_part).collect()
}

fn asked(site: &Site) -> usize {
    parts().iter().filter(|part| site.asked(part) > 0).count()
}

/// Presses without a pointer, which would have the rest fetched.
async fn press(reader: &Reader, name: &str) {
    reader.js(&format!("document.querySelector('[data-testid={name}]').click()")).await;
}

/// The part with all that is rarely called.
fn largest() -> Option<String> {
    let size = |part: &String| std::fs::metadata(dist().join(part)).map_or(0, |about| about.len());
    parts().into_iter().max_by_key(size)
}

#[tokio::test]
async fn a_pattern_comes_with_its_own_parts_and_a_touch_brings_the_rest() {
    let Some(largest) = largest() else { return };
    for fragment in ["", "#semaphore-pool"] {
        let (site, reader) = open(fragment).await;
        reader.wait_for(&["ready"]).await;
        press(&reader, "run").await;
        reader.wait_for(&["ended"]).await;
        // How many is a matter of what the machine was busy with; most of them are of no use here.
        let own = asked(&site);
        assert!(own < parts().len() / 2, "{own} of {} for `{fragment}`", parts().len());
        reader.js("document.body.dispatchEvent(new PointerEvent('pointermove', { bubbles: true }))").await;
        reader.wait_until("the rest", async || (site.asked(&largest) > 0).then_some(())).await;
        reader.assert_no_errors().await;
        reader.close().await;
    }
}

#[tokio::test]
async fn a_part_that_does_not_come_ends_the_page_with_a_word() {
    let site = Site::start(dist());
    for part in parts() {
        site.lose(&format!("{FOLDER}{part}"));
    }
    let reader = Reader::open(&site.page(""), 1280, 900).await;
    if parts().is_empty() {
        return reader.close().await;
    }
    let text = "return document.getElementById('trouble').innerText";
    let told = reader.wait_until("a word", async || {
        // Nothing that runs first is in the panel that this opens.
        reader.js("document.querySelector('[data-testid=share]')?.click()").await;
        reader.js(text).await.as_str().filter(|told| told.contains("could not be loaded")).map(str::to_owned)
    });
    let told = told.await;
    assert!(told.contains("a part of Wakeline's code") && told.contains("404"), "{told}");
    reader.close().await;
}

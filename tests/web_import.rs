//! Recordings in the browser: unpacked by it, and read as they are natively.
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Uint8Array};
use wakeline::app::open;
use wakeline::formats::import::{ImportError, import};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Blob;

wasm_bindgen_test_configure!(run_in_browser);

/// What `wakeline run cancel-safety --trace` has written.
const TRACE: &[u8] = include_bytes!("data/cancel-safety.wakeline");

async fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    open::file(Blob::new_with_u8_array_sequence(&parts).expect("a browser has blobs")).await
}

#[wasm_bindgen_test]
async fn a_trace_file_is_unpacked_and_opened() {
    assert_eq!(import(TRACE).expect_err("it is gzipped"), ImportError::Gzipped);
    let bytes = unpacked(TRACE).await.expect("this browser can");
    let imported = import(&bytes).expect("it is whole");
    assert_eq!(imported.title, "cancel-safety, seed 0");
    assert!(imported.model.event_count() > 50 && imported.notes.is_empty());
    let as_it_is = unpacked(&bytes).await.expect("it is not packed");
    assert_eq!(as_it_is, bytes);
}

#[wasm_bindgen_test]
async fn what_is_damaged_is_refused_by_one_or_the_other() {
    let error = unpacked(b"\x1f\x8b and then nothing of the kind").await.expect_err("it is no gzip");
    assert!(error.contains("gzipped, and damaged"), "{error}");
    let mut damaged = TRACE.to_vec();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    if let Ok(bytes) = unpacked(&damaged).await {
        import(&bytes).expect_err("it is damaged");
    }
}

#[wasm_bindgen_test]
fn recordings_of_others_are_opened() {
    let console = import(include_bytes!("data/tokio-console.json")).expect("a recording");
    assert_eq!(console.model.lanes().len(), 6);
    let chrome = import(include_bytes!("data/chrome.json")).expect("a trace");
    assert_eq!((chrome.title.as_str(), chrome.model.lanes().len()), ("app", 4));
}

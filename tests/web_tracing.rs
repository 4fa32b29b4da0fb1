//! The mirror of spans to the browser's DevTools.
#![cfg(target_arch = "wasm32")]

use tracing::info_span;
use wakeline::tracing_layer;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// How many marks of spans, and how many measures, the browser keeps.
fn kept() -> (usize, u32) {
    let performance =
        web_sys::window().and_then(|window| window.performance()).expect("a browser has a clock");
    let is_of_a_span = |mark: &wasm_bindgen::JsValue| {
        let name = js_sys::Reflect::get(mark, &"name".into()).expect("an entry has a name");
        name.dyn_into::<js_sys::JsString>().is_ok_and(|name| String::from(name).starts_with('t'))
    };
    let marks = performance.get_entries_by_type("mark").iter().filter(is_of_a_span).count();
    (marks, performance.get_entries_by_type("measure").length())
}

#[wasm_bindgen_test]
fn spans_are_mirrored_while_that_is_on_and_leave_nothing_behind() {
    assert!(tracing_layer::install());
    assert_eq!(info_span!("off at first").in_scope(kept), (0, 0));

    assert!(tracing_layer::mirror(true));
    assert_eq!(info_span!("on").in_scope(kept), (1, 0), "it is marked as it is entered");
    assert_eq!(kept(), (0, 0), "the panel has it, and the page keeps nothing");
    tracing::debug_span!("too quiet").in_scope(|| assert_eq!(kept(), (0, 0)));

    assert!(!tracing_layer::mirror(false));
    assert_eq!(info_span!("off again").in_scope(kept), (0, 0));
}

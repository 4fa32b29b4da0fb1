//! The files that stand beside the script of this code. Not beside the document: the script may be of another
//! folder, or of another host.

use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::Url;

#[wasm_bindgen]
extern "C" {
    type ImportMeta;
    #[wasm_bindgen(method, getter)]
    fn url(this: &ImportMeta) -> JsString;
    /// The module that this code is bound in.
    #[wasm_bindgen(thread_local_v2, js_namespace = import, js_name = meta)]
    static IMPORT_META: ImportMeta;
}

/// Returns the address of the script.
pub fn script() -> String {
    String::from(IMPORT_META.with(ImportMeta::url))
}

/// Returns the address of a file beside it.
pub fn address(name: &str) -> Option<String> {
    Some(Url::new_with_base(name, &script()).ok()?.href())
}

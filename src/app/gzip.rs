//! Packing and unpacking, by what the browser has for it.

use wasm_bindgen::prelude::*;
use web_sys::{Blob, ReadableStream};

#[wasm_bindgen]
extern "C" {
    // web-sys has these only among what is not settled yet.
    type CompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, JsValue>;

    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;

    #[wasm_bindgen(js_name = ReadableStream)]
    type Stream;
    #[wasm_bindgen(method, js_name = pipeThrough)]
    fn pipe_through(this: &Stream, through: &JsValue) -> ReadableStream;
}

/// Returns what is in a blob, gzipped; `None` in a browser from before 2023.
pub fn packed(blob: &Blob) -> Option<ReadableStream> {
    let through = CompressionStream::new("gzip").ok()?;
    Some(blob.stream().unchecked_into::<Stream>().pipe_through(&through))
}

/// Returns what a gzipped blob holds; `None` in a browser from before 2023.
pub fn unpacked(blob: &Blob) -> Option<ReadableStream> {
    let through = DecompressionStream::new("gzip").ok()?;
    Some(blob.stream().unchecked_into::<Stream>().pipe_through(&through))
}

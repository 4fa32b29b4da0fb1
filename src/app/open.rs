//! Reads recordings that the reader gives: files, and addresses.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Blob, ReadableStream, ReadableStreamDefaultReader, RequestInit, Response, Url,
};

use super::gzip;
use crate::formats::import::MAX_BYTES;
use crate::formats::trace_file::GZIP_MAGIC;

/// How long an address may take to answer in full, in milliseconds.
const FETCH_MILLIS: u32 = 60_000;

/// Reads a file; unpacks it if it is gzipped.
///
/// # Errors
///
/// Says why it cannot be read, in words.
pub async fn file(blob: Blob) -> Result<Vec<u8>, String> {
    let bytes = blob.size();
    if bytes > MAX_BYTES as f64 {
        return Err(too_large(&format!("it has `{bytes}` bytes")));
    }
    let head = blob.slice_with_i32_and_i32(0, 2).map_err(|_| unreadable())?;
    let head = bytes_of(&head).await?;
    if head != GZIP_MAGIC {
        return bytes_of(&blob).await;
    }
    let stream = gzip::unpacked(&blob)
        .ok_or_else(|| "it is gzipped, and this browser cannot unpack it: unpack it first".to_owned())?;
    all_of(&stream, || "it is gzipped, and damaged".to_owned()).await
}

/// Reads what is at an address, which may be relative to the page.
///
/// # Errors
///
/// Says why it cannot be had, in words.
pub async fn address(address: &str, base: &str) -> Result<Vec<u8>, String> {
    let url = Url::new_with_base(address, base).map_err(|_| "it is no address".to_owned())?;
    if !matches!(url.protocol().as_str(), "http:" | "https:") {
        return Err(format!("`{}` is not fetched: use `http:` or `https:`", url.protocol()));
    }
    let unreachable =
        |_| "it does not answer (it may be wrong, or its server does not allow other pages: CORS)".to_owned();
    let controller = AbortController::new().map_err(unreachable)?;
    let aborter = controller.clone();
    let _limit = gloo_timers::callback::Timeout::new(FETCH_MILLIS, move || aborter.abort());
    let init = RequestInit::new();
    init.set_signal(Some(&controller.signal()));
    let window = web_sys::window().ok_or_else(unreadable)?;
    let response = JsFuture::from(window.fetch_with_str_and_init(&url.href(), &init)).await;
    let response: Response = response.map_err(unreachable)?.unchecked_into();
    if !response.ok() {
        return Err(format!("the server answers `{}`", response.status()));
    }
    let Some(body) = response.body() else { return Err("the answer is empty".to_owned()) };
    let bytes = all_of(&body, || "the answer broke off".to_owned()).await?;
    if bytes.starts_with(&GZIP_MAGIC) {
        let parts = js_sys::Array::of1(&Uint8Array::from(bytes.as_slice()));
        return file(Blob::new_with_u8_array_sequence(&parts).map_err(|_| unreadable())?).await;
    }
    Ok(bytes)
}

async fn bytes_of(blob: &Blob) -> Result<Vec<u8>, String> {
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|_| unreadable())?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Reads a stream to its end, and no further than what can be opened.
async fn all_of(stream: &ReadableStream, broken: impl Fn() -> String) -> Result<Vec<u8>, String> {
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut all = Vec::new();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(|_| broken())?;
        if Reflect::get(&piece, &"done".into()).is_ok_and(|done| done.is_truthy()) {
            return Ok(all);
        }
        let value = Reflect::get(&piece, &"value".into()).map_err(|_| broken())?;
        let bytes = value.dyn_into::<Uint8Array>().map_err(|_| broken())?;
        let (before, more) = (all.len(), bytes.length() as usize);
        if before + more > MAX_BYTES {
            drop(reader.cancel());
            return Err(too_large("it has more when it is unpacked"));
        }
        all.resize(before + more, 0);
        bytes.copy_to(&mut all[before..]);
    }
}

fn too_large(what: &str) -> String {
    format!("{what}, and at most `{MAX_BYTES}` are opened: record less, or cut it down")
}

fn unreadable() -> String {
    "the browser does not let this page read it".to_owned()
}

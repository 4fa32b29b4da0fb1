//! Files that the page hands to the reader.

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, HtmlCanvasElement, Response, Url};

use super::browser::document;
use super::gzip;
use super::share::{FileKind, file_name};
use super::state::State;
use crate::formats::{chrome, svg};
use crate::patterns::Twin;

/// Saves what the reader sees; returns the name of the file, or why there is none.
///
/// Whatever it needs of the state is taken before the future is first polled.
pub fn save(
    kind: FileKind,
    state: &State,
    root: Option<Element>,
) -> impl Future<Output = Result<String, String>> + use<> {
    let name = format!("{}.{}", file_name(&state.setup), kind.ending());
    let pieces = pieces(kind, state);
    async move {
        let blob = match (kind, pieces) {
            (FileKind::Png, _) => picture(root).await,
            (FileKind::Trace, bytes) => packed(blob(&bytes?, "")?).await,
            (_, bytes) => blob(&bytes?, kind.media_type()),
        }?;
        download(&blob, &name).map_err(|_| "the browser does not let this page save files".to_owned())?;
        Ok(name)
    }
}

fn pieces(kind: FileKind, state: &State) -> Result<Vec<u8>, String> {
    let model = state.view.model();
    Ok(match kind {
        FileKind::Png => Vec::new(),
        FileKind::Svg => {
            let setup = &state.setup;
            let pattern = match (setup.twin, setup.pattern.pitfall) {
                (Twin::Pitfall, Some(pitfall)) => pitfall.title,
                _ => setup.pattern.title,
            };
            let options = svg::Options {
                id: &format!("wl-{}", setup.pattern.id),
                title: state.opened().map_or(pattern, |opened| &opened.title),
                about: if state.opened().is_some() { "" } else { setup.pattern.summary },
                ..svg::Options::default()
            };
            svg::picture(&model, &options).into_bytes()
        }
        FileKind::Trace => state.trace_file()?,
        FileKind::Chrome => chrome::to_string(&model).into_bytes(),
    })
}

fn refused(_: JsValue) -> String {
    "the browser refuses to make the file".to_owned()
}

fn blob(bytes: &[u8], media_type: &str) -> Result<Blob, String> {
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &kind).map_err(refused)
}

async fn packed(blob: Blob) -> Result<Blob, String> {
    let stream = gzip::packed(&blob)
        .ok_or_else(|| "this browser cannot pack files: it is older than 2023".to_owned())?;
    let response = Response::new_with_opt_readable_stream(Some(&stream)).map_err(refused)?;
    let packed = JsFuture::from(response.blob().map_err(refused)?).await.map_err(refused)?;
    packed.dyn_into().map_err(refused)
}

/// The canvas as it is.
async fn picture(root: Option<Element>) -> Result<Blob, String> {
    let canvas = root.and_then(|root| root.query_selector("canvas").ok().flatten());
    let canvas: HtmlCanvasElement =
        canvas.and_then(|canvas| canvas.dyn_into().ok()).ok_or("there is no timeline on the page")?;
    let made = Promise::new(&mut |resolve: Function, _| {
        // A canvas without a single foreign picture on it can always be read.
        drop(canvas.to_blob(&resolve));
    });
    JsFuture::from(made).await.map_err(refused)?.dyn_into().map_err(refused)
}

fn download(blob: &Blob, name: &str) -> Result<(), JsValue> {
    let document = document().ok_or(JsValue::UNDEFINED)?;
    let anchor: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    let address = Url::create_object_url_with_blob(blob)?;
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    // Some browsers read it only after the click has been dealt with.
    gloo_timers::callback::Timeout::new(10_000, move || drop(Url::revoke_object_url(&address))).forget();
    Ok(())
}

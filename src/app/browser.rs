//! What the page asks of the browser. Everything here may be refused (a sandboxed frame has no
//! storage, an old browser no clipboard), and then the page goes on without it.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CustomEvent, CustomEventInit, Document, Element, EventTarget, HtmlElement, KeyboardEvent, MediaQueryList,
    Node, ShadowRoot, Window,
};
use yew::{Callback, NodeRef};

use super::command::Command;
use super::keys::{Press, command_of, is_of_whole_page};
use super::theme::Theme;
use super::timeline::listen::Listener;
use super::worker::tell_of_fault;
use crate::runtime::catches_panics;

const THEME: &str = "wakeline-theme";

/// Returns the window.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// Returns the document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// Returns where the page's own files are: its address without the file and the fragment.
pub fn base() -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let end = href.find(['?', '#']).unwrap_or(href.len());
    match href[..end].rfind('/') {
        Some(slash) => href[..=slash].to_owned(),
        None => href,
    }
}

/// Returns the address's fragment.
pub fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Puts a fragment into the address without a new place in the history.
pub fn replace_fragment(fragment: &str) {
    let history = window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        // Refused in documents without an address of their own, and by Safari when done too often.
        drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}"))));
    }
}

/// Returns the address with another fragment.
pub fn address(fragment: &str) -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let bare = href.split('#').next().unwrap_or_default();
    format!("{bare}#{fragment}")
}

/// Returns the colours that the reader chose at another time.
pub fn stored_theme() -> Option<Theme> {
    let storage = window()?.local_storage().ok()??;
    Theme::parse(&storage.get_item(THEME).ok()??)
}

/// Remembers the colours that the reader chose.
pub fn store_theme(theme: Theme) {
    if let Some(storage) = window().and_then(|window| window.local_storage().ok().flatten()) {
        // A full or forbidden storage forgets.
        drop(storage.set_item(THEME, theme.name()));
    }
}

/// Gives the document its colours.
pub fn show_theme(theme: Theme) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    // An attribute of this name is always allowed.
    drop(match theme {
        Theme::Auto => root.remove_attribute("data-theme"),
        _ => root.set_attribute("data-theme", theme.name()),
    });
}

/// Returns what tells whether the system is dark.
pub fn dark_query() -> Option<MediaQueryList> {
    window()?.match_media("(prefers-color-scheme: dark)").ok()?
}

/// Returns whether the page is so narrow that the catalogue lies over it.
pub fn is_narrow() -> bool {
    let query = window().and_then(|window| window.match_media("(max-width: 760px)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

/// Gives the document its title.
pub fn show_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(&format!("{title} · Wakeline"));
    }
}

/// Puts text into the clipboard.
pub async fn copy(text: String) -> Result<(), String> {
    let refused = || "the browser does not let this page copy".to_owned();
    let navigator = window().ok_or_else(refused)?.navigator();
    // Where a page is not trusted, there is no clipboard at all.
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).map_err(|_| refused())?;
    if clipboard.is_undefined() || clipboard.is_null() {
        return Err(refused());
    }
    let written = JsFuture::from(navigator.clipboard().write_text(&text)).await;
    written.map(drop).map_err(|_| refused())
}

/// Whose a key press is.
#[derive(Clone, Debug, PartialEq)]
pub enum Pressed {
    /// It asks the page for something.
    Command(Command),
    /// It is the control's that has the focus.
    Control,
    /// It is nobody's here.
    Nothing,
}

/// Returns whose a key press is.
pub fn pressed(event: &KeyboardEvent, root: Option<&Element>) -> Pressed {
    if event.default_prevented() || event.is_composing() {
        return Pressed::Nothing;
    }
    let key = event.key();
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    if let Some(target) = &target {
        let is_inside = root.is_some_and(|root| root.contains(Some(target)));
        let is_page = matches!(target.tag_name().as_str(), "BODY" | "HTML");
        if !(is_inside || is_page) {
            return Pressed::Nothing;
        }
        if takes_key(target, &key) {
            return Pressed::Control;
        }
    }
    let command = command_of(&Press {
        key: &key,
        code: &event.code(),
        shift: event.shift_key(),
        modified: event.ctrl_key() || event.alt_key() || event.meta_key(),
    });
    command.map_or(Pressed::Nothing, Pressed::Command)
}

/// Listens for keys that ask for something. Where the page stands within another one, what is done here goes
/// no further: the page around may turn its leaves with it. That is so for the keys of a control, too.
pub fn listen_to_keys(
    target: &EventTarget,
    root: NodeRef,
    is_embedded: bool,
    on_command: Callback<Command>,
) -> Listener {
    Listener::new(target, "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        match pressed(event, root.cast::<Element>().as_ref()) {
            Pressed::Command(command) if is_embedded && is_of_whole_page(&command) => {}
            Pressed::Command(command) => {
                event.prevent_default();
                event.stop_propagation();
                on_command.emit(command);
            }
            Pressed::Control if is_embedded => event.stop_propagation(),
            Pressed::Control | Pressed::Nothing => {}
        }
    })
}

/// Whether an element does something of its own with a key.
fn takes_key(target: &Element, key: &str) -> bool {
    let is_arrow = key.starts_with("Arrow");
    match target.tag_name().as_str() {
        "INPUT" => match target.get_attribute("type").as_deref() {
            // The scrubber's arrows are the timeline's: an event, not a part of the width.
            Some("range") if target.has_attribute("data-scrub") => false,
            Some("range") => is_arrow || matches!(key, "Home" | "End" | "PageUp" | "PageDown"),
            Some("radio") => is_arrow || key == " ",
            _ => key != "Escape",
        },
        "SELECT" | "TEXTAREA" => key != "Escape",
        "BUTTON" | "A" | "SUMMARY" => matches!(key, " " | "Enter"),
        _ => target.get_attribute("contenteditable").is_some(),
    }
}

/// Returns what has the focus, of the document or of the shadow that a node is in.
pub fn active_element(within: &Node) -> Option<Element> {
    match within.get_root_node().dyn_into::<ShadowRoot>() {
        Ok(shadow) => shadow.active_element(),
        Err(_) => document()?.active_element(),
    }
}

/// Lets go of the focus, in the document or in the shadow that a node is in.
pub fn blur_within(within: &Node) {
    if let Some(active) = active_element(within).and_then(|active| active.dyn_into::<HtmlElement>().ok()) {
        // What is not focused any more need not be blurred.
        drop(active.blur());
    }
}

/// Tells the reader, when a fault ends the page's code, that it is over; the code itself cannot any more.
pub fn tell_of_faults() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        let fault = info.to_string().replace('\n', " ");
        if catches_panics() || tell_of_fault(&format!("{fault} (this build catches no panics)")) {
            return;
        }
        let detail = CustomEventInit::new();
        detail.set_detail(&info.to_string().into());
        if let (Some(window), Ok(event)) =
            (window(), CustomEvent::new_with_event_init_dict("wakeline-fault", &detail))
        {
            // Nobody listening is no reason for another fault.
            drop(window.dispatch_event(&event));
        }
    }));
}

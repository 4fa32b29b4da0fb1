//! Recordings on the page: dropped on it, chosen, or named by its address.

use web_sys::{DragEvent, Event, File, Window};
use yew::Context;
use yew::html::Scope;

use super::link::recording_of;
use super::page::{Message, Page};
use super::timeline::listen::Listener;
use super::{Command, browser, open};
use crate::formats::import::import;

impl Page {
    pub(super) fn read(&mut self, ctx: &Context<Self>, file: web_sys::File) {
        self.is_dragged_over = false;
        self.state.apply(Command::Notify(format!("opens `{}`…", file.name())));
        ctx.link().send_future(async move {
            let name = file.name();
            Message::Read(name, open::file(file.into()).await)
        });
    }

    /// Fetches the recording that the address names, if it does.
    pub(super) fn fetch(&mut self, ctx: &Context<Self>) -> bool {
        let Some(address) = recording_of(&self.fragment) else { return false };
        self.state.apply(Command::Notify(format!("opens `{address}`…")));
        let base = browser::base();
        ctx.link().send_future(async move {
            let read = open::address(&address, &base).await;
            Message::Read(address, read)
        });
        true
    }

    pub(super) fn open(&mut self, name: &str, read: Result<Vec<u8>, String>) {
        match read.and_then(|bytes| import(&bytes).map_err(|error| error.to_string())) {
            Ok(imported) => {
                self.state.open_recording(imported);
                browser::show_title(self.state.opened().map_or("", |opened| &opened.title));
            }
            Err(why) => self.state.refuse_recording(name, &why),
        }
    }
}

/// Listens to what is dragged over the window.
pub(super) fn drops(scope: &Scope<Page>, window: &Window) -> [Listener; 4] {
    let listen = |kind, message: fn(&DragEvent) -> Option<Message>| {
        let scope = scope.clone();
        Listener::new(window, kind, move |event: Event| {
            let Some(event) = wasm_bindgen::JsCast::dyn_ref::<DragEvent>(&event) else { return };
            // Text is dragged into boxes, which is the browser's business.
            if !has_files(event) {
                return;
            }
            event.prevent_default();
            if let Some(message) = message(event) {
                scope.send_message(message);
            }
        })
    };
    [
        listen("dragenter", |_| Some(Message::Drag(true))),
        listen("dragover", |_| None),
        // Only the edge of the window has nothing on its other side.
        listen("dragleave", |event| event.related_target().is_none().then_some(Message::Drag(false))),
        listen("drop", |event| Some(first_file(event).map_or(Message::Drag(false), Message::File))),
    ]
}

fn has_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|data| data.types());
    types.is_some_and(|types| types.iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}

fn first_file(event: &DragEvent) -> Option<File> {
    event.data_transfer()?.files()?.get(0)
}

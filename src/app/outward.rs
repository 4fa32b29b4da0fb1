//! What leaves the page: text for the clipboard, and files.

use web_sys::Element;
use yew::prelude::*;

use super::page::{Message, Page};
use super::share::FileKind;
use super::{Command, browser, save};

impl Page {
    pub(super) fn copy(&self, ctx: &Context<Self>, text: String, done: &'static str) {
        ctx.link().send_future(copied(text, done));
    }

    pub(super) fn save(&self, ctx: &Context<Self>, kind: FileKind) {
        let saving = save::save(kind, &self.state, self.root.cast::<Element>());
        ctx.link().send_future(async move {
            Message::Command(Command::Notify(match saving.await {
                Ok(name) => format!("`{name}` is saved"),
                Err(why) => why,
            }))
        });
    }
}

/// Puts a text into the clipboard, and says how that went.
pub(super) async fn copied(text: String, done: &'static str) -> Message {
    Message::Command(Command::Notify(match browser::copy(text).await {
        Ok(()) => done.to_owned(),
        Err(refused) => format!("{refused}: select the text, or take the link from the address bar"),
    }))
}

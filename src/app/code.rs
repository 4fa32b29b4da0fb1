//! Fetches the code that is shown.

use web_sys::RequestCache;
use yew::prelude::*;

use super::embedding::Controls;
use super::outward::copied;
use super::page::{Message, Page};
use super::sources::{Code, SourceError};
use super::{Command, beside};
use crate::net;
use crate::patterns::{Source, SourceFile, region};

impl Page {
    /// Fetches what is shown of files, unless it is here or on its way.
    pub(super) fn fetch_code(&mut self, ctx: &Context<Self>) {
        for source in self.shown_sources(ctx) {
            let file = self.state.sources.ask(source);
            request(ctx, file, RequestCache::Default);
        }
    }

    /// Fetches what did not come, from the host and not from what the browser has kept.
    pub(super) fn fetch_code_again(&mut self, ctx: &Context<Self>) {
        for source in self.shown_sources(ctx) {
            let file = self.state.sources.ask_again(source);
            request(ctx, file, RequestCache::Reload);
        }
    }

    /// The code, and the file with the explanation: the page as a whole has both, a frame has no explanation, and
    /// small ones have neither.
    fn shown_sources(&self, ctx: &Context<Self>) -> Vec<Source> {
        let embedding = ctx.props().embedding.as_ref();
        let opened = self.state.opened();
        let has_code = embedding.is_none_or(|embedding| embedding.controls == Controls::Full)
            && opened.is_none_or(|opened| opened.has_source);
        let has_explanation = embedding.is_none() && opened.is_none();
        let code = has_code.then(|| self.state.source());
        code.into_iter().chain(has_explanation.then_some(self.state.setup.pattern.source)).collect()
    }

    /// Puts the code into the clipboard, and fetches it for that where it is not here.
    pub(super) fn copy_code(&self, ctx: &Context<Self>) {
        const DONE: &str = "the code is in the clipboard";
        match self.state.code() {
            Code::Here(text) => self.copy(ctx, region(&text).1.to_owned(), DONE),
            Code::Coming(file) | Code::Missing(file, _) => ctx.link().send_future(async move {
                match fetch(file, RequestCache::Default).await {
                    Ok(text) => copied(region(&text).1.to_owned(), DONE).await,
                    Err(error) => Message::Command(Command::Notify(error.to_string())),
                }
            }),
        }
    }
}

fn request(ctx: &Context<Page>, file: Option<SourceFile>, cache: RequestCache) {
    if let Some(file) = file {
        ctx.link().send_future(async move { Message::Code(file, fetch(file, cache).await) });
    }
}

async fn fetch(file: SourceFile, cache: RequestCache) -> Result<String, SourceError> {
    // The checksum is a part of the address, so that what was kept of another version does not come in its place.
    let name = format!("{}?crc32={:08x}", file.address(), file.checksum());
    // A script always has an address.
    let url = beside::address(&name).unwrap_or(name);
    let bytes = net::file(url.clone(), cache).await?;
    file.accept(bytes).ok_or(SourceError::OtherVersion { url })
}

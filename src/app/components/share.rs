//! What a reader can take along: links, texts for other pages, files.

use std::rc::Rc;

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::icons::Icon;
use super::words::rich;
use crate::app::link::Link;
use crate::app::share::{FileKind, Snippet};
use crate::app::{Command, browser};

/// The link to what is on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareLink(pub Rc<Link>);

/// What the dialog is given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ShareProps {
    /// What is shared.
    pub link: ShareLink,
    /// Where to send commands.
    pub on_command: Callback<Command>,
}

/// The dialog.
#[component]
pub fn Share(props: &ShareProps) -> Html {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                // It was open already, then: either way it is there.
                drop(dialog.show_modal());
            }
        });
    }
    let on_command = &props.on_command;
    let close = on_command.reform(|_: MouseEvent| Command::ToggleShare);
    // The browser would close it by itself, and the state would not know.
    let cancel = on_command.reform(|event: Event| {
        event.prevent_default();
        Command::ToggleShare
    });
    let outside = {
        let (on_command, dialog) = (on_command.clone(), dialog.clone());
        Callback::from(move |event: MouseEvent| {
            let target = event.target().map(wasm_bindgen::JsCast::unchecked_into::<web_sys::Element>);
            if target.is_some() && target == dialog.cast::<web_sys::Element>() {
                on_command.emit(Command::ToggleShare);
            }
        })
    };
    let page = browser::address("");
    let page = page.trim_end_matches('#');
    html! {
        <dialog class="dialog share" aria-labelledby="share-title" ref={dialog} oncancel={cancel} onclick={outside}
            data-testid="share-dialog">
            <div class="dialog-head">
                <h2 id="share-title">{ "Share" }</h2>
                <button type="button" class="icon-button is-plain" onclick={close} aria-label="Close" title="Close (Esc)"
                    data-testid="share-close">{ Icon::Close.draw() }</button>
            </div>
            { for Snippet::ALL.iter().map(|snippet| snippet_of(*snippet, &props.link.0, page, on_command)) }
            <h3>{ "Save the run" }</h3>
            <div class="share-files">
                { for FileKind::ALL.iter().map(|kind| {
                    let kind = *kind;
                    html! {
                        <button type="button" class="button" title={kind.about()} data-testid={format!("save-{}", kind.ending())}
                            onclick={on_command.reform(move |_: MouseEvent| Command::Save(kind))}>
                            { kind.label() }
                        </button>
                    }
                }) }
            </div>
        </dialog>
    }
}

fn snippet_of(snippet: Snippet, link: &Link, page: &str, on_command: &Callback<Command>) -> Html {
    let text = snippet.text(link, page);
    let copy = on_command.reform(move |_: MouseEvent| Command::CopySnippet(snippet));
    html! {
        <section key={snippet.id()} class="snippet">
            <div class="snippet-head">
                <h3>{ snippet.label() }</h3>
                <button type="button" class="button" onclick={copy} data-testid={format!("copy-{}", snippet.id())}
                    aria-label={format!("Copy: {}", snippet.label())}>{ "Copy" }</button>
            </div>
            <p>{ rich(snippet.about()) }</p>
            <pre tabindex="0" data-testid={format!("snippet-{}", snippet.id())}>{ text }</pre>
        </section>
    }
}

//! What lies over the page: a notice, and the list of keys.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::icons::Icon;
use super::words::rich;
use crate::app::Command;
use crate::app::browser::active_element;
use crate::app::keys::{BINDINGS, Group, is_of_whole_page};
use crate::app::state::Notice;

/// Draws a notice, if there is one; its place is always there, so that screen readers watch it.
pub fn notices(notice: Option<&Notice>, on_command: &Callback<Command>) -> Html {
    let close = on_command.reform(|_: MouseEvent| Command::DismissNotice);
    html! {
        <div class="notices" role="status" aria-live="polite" data-testid="notice">
            if let Some(notice) = notice {
                <div class={classes!("notice", notice.is_problem.then_some("is-problem"))}>
                    <span class="notice-text">{ rich(&notice.text) }</span>
                    <button type="button" class="icon-button is-plain" onclick={close} aria-label="Close the notice"
                        title="Close (Esc)">{ Icon::Close.draw() }</button>
                </div>
            }
        </div>
    }
}

/// What the list of keys is given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct HelpProps {
    /// Whether the page stands within another one, where some keys are not its own.
    #[prop_or_default]
    pub is_embedded: bool,
    /// Where to send commands.
    pub on_command: Callback<Command>,
}

/// The list of keys, made from the table that the handler reads.
#[component]
pub fn Help(props: &HelpProps) -> Html {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with((), move |()| {
            let dialog = dialog.cast::<HtmlElement>();
            let before = dialog.as_ref().and_then(|dialog| active_element(dialog));
            if let Some(dialog) = dialog {
                // A dialog that does not take the focus is still read and closed by its key.
                drop(dialog.focus());
            }
            move || {
                let before =
                    before.and_then(|element| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(element).ok());
                if let Some(before) = before {
                    drop(before.focus());
                }
            }
        });
    }
    let is_embedded = props.is_embedded;
    let close = props.on_command.reform(|_: MouseEvent| Command::ToggleHelp);
    let stay = Callback::from(|event: MouseEvent| event.stop_propagation());
    // The only thing in the dialog to be focused is its button: the focus stays there.
    let trap = Callback::from(|event: KeyboardEvent| {
        if event.key() == "Tab" {
            event.prevent_default();
        }
    });
    html! {
        <div class="overlay" onclick={close.clone()}>
            <div class="dialog" role="dialog" aria-modal="true" aria-labelledby="help-title" onclick={stay}
                data-testid="help" onkeydown={trap}>
                <div class="dialog-head">
                    <h2 id="help-title">{ "Keys" }</h2>
                    <button type="button" class="icon-button is-plain" onclick={close} aria-label="Close" title="Close (Esc)"
                        ref={dialog}>{ Icon::Close.draw() }</button>
                </div>
                <div class="key-groups">
                    { for Group::ALL.iter().map(|group| html! {
                        <section key={group.title()}>
                            <h3>{ group.title() }</h3>
                            { for BINDINGS.iter().filter(|binding| {
                                binding.group == *group && !(is_embedded && is_of_whole_page(&binding.command))
                            }).map(|binding| html! {
                                <div class="key-row" key={binding.does}>
                                    <span>{ binding.does }</span>
                                    <span class="keys">{ for binding.shown.iter().map(|key| html! { <kbd>{ *key }</kbd> }) }</span>
                                </div>
                            }) }
                        </section>
                    }) }
                </div>
                <p class="dialog-note">
                    { "On the timeline: scroll pans sideways, Ctrl or ⌘ with the wheel and two fingers zoom, drag moves the playhead or the view." }
                </p>
            </div>
        </div>
    }
}

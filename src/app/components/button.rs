//! A button that is one command; its tooltip says the key.

use yew::prelude::*;

use super::icons::Icon;
use crate::app::Command;
use crate::app::keys::key_of;

/// What a button is given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ButtonProps {
    /// What it does.
    pub command: Command,
    /// What it is called.
    pub label: AttrValue,
    /// Its picture.
    pub icon: Icon,
    /// For tests.
    pub testid: &'static str,
    /// Where to send the command.
    pub on_command: Callback<Command>,
    /// Whether the command does nothing now.
    #[prop_or_default]
    pub disabled: bool,
    /// More classes.
    #[prop_or("icon-button is-plain")]
    pub class: &'static str,
    /// Whether the label is shown beside the picture.
    #[prop_or_default]
    pub wide: bool,
}

/// Puts the key of a command behind its label.
pub fn with_key(label: &str, command: &Command) -> String {
    match key_of(command) {
        Some(key) => format!("{label} ({key})"),
        None => label.to_owned(),
    }
}

/// A button.
#[component]
pub fn CommandButton(props: &ButtonProps) -> Html {
    let ButtonProps { command, label, icon, testid, on_command, disabled, class, wide } = props.clone();
    let title = with_key(&label, &command);
    let aria_label = (!wide).then(|| label.clone());
    // Not `disabled`: the focus would be lost whenever a step reaches the end.
    let onclick = Callback::from(move |_: MouseEvent| {
        if !disabled {
            on_command.emit(command.clone());
        }
    });
    html! {
        <button type="button" {class} {title} aria-label={aria_label} data-testid={testid}
            aria-disabled={disabled.then_some("true")} {onclick}>
            { icon.draw() }
            if wide { <span>{ label }</span> }
        </button>
    }
}

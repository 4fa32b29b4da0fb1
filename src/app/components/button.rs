//! A button that is one command; its tooltip says the key.

use yew::prelude::*;

use super::icons::Icon;
use crate::app::Command;
use crate::app::keys::key_of;

/// A button that is one command.
///
/// It is drawn by whoever shows it and is no component: a component costs the page some kilobytes of
/// code, and a button has no state of its own.
#[derive(Debug)]
pub struct CommandButton {
    command: Command,
    label: AttrValue,
    icon: Icon,
    testid: &'static str,
    disabled: bool,
    class: &'static str,
    wide: bool,
}

impl CommandButton {
    /// Creates a button that shows only its picture; `testid` is its name for tests.
    pub fn new(command: Command, label: impl Into<AttrValue>, icon: Icon, testid: &'static str) -> Self {
        let label = label.into();
        Self { command, label, icon, testid, disabled: false, class: "icon-button is-plain", wide: false }
    }

    /// Says whether the command does nothing now.
    pub fn disabled(self, disabled: bool) -> Self {
        Self { disabled, ..self }
    }

    /// Gives it other classes.
    pub fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }

    /// Shows the label beside the picture.
    pub fn wide(self) -> Self {
        Self { wide: true, ..self }
    }

    /// Draws it.
    pub fn draw(self, on_command: &Callback<Command>) -> Html {
        let Self { command, label, icon, testid, disabled, class, wide } = self;
        let title = with_key(&label, &command);
        let aria_label = (!wide).then(|| label.clone());
        let on_command = on_command.clone();
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
}

/// Puts the key of a command behind its label.
pub fn with_key(label: &str, command: &Command) -> String {
    match key_of(command) {
        Some(key) => format!("{label} ({key})"),
        None => label.to_owned(),
    }
}

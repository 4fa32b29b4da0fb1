//! Code: its lines, or what is in their place until they have come.

use yew::prelude::*;

use super::rich;
use super::source::SourceProps;
use super::source_lines::SourceLines;
use crate::app::Command;
use crate::app::sources::{Code, SourceError};
use crate::patterns::SourceFile;

/// Draws the code.
pub fn code(props: &SourceProps) -> Html {
    let SourceProps { pattern, twin, code, view, on_command } = props.clone();
    match code {
        Code::Here(text) => html! {
            <SourceLines key={format!("{} {}", pattern.id, twin.name())} {text} {view} {on_command} />
        },
        Code::Coming(file) => coming(file),
        Code::Missing(file, error) => missing(file, &error, "source", &on_command),
    }
}

/// Draws what is in the place of code that is on its way.
pub fn coming(file: SourceFile) -> Html {
    html! {
        <p class="source-note is-coming" role="status" ~style={room(file)}>
            { format!("Loading {}…", file.address()) }
        </p>
    }
}

/// Draws what is in the place of code that did not come; `part` names the place for tests.
pub fn missing(file: SourceFile, error: &SourceError, part: &str, on_command: &Callback<Command>) -> Html {
    html! {
        <div class="source-note" role="alert" ~style={room(file)} data-testid={format!("{part}-missing")}>
            <strong>{ format!("The {part} did not come") }</strong>
            <p>{ rich(&error.to_string()) }</p>
            <button type="button" class="button" data-testid={format!("{part}-again")}
                onclick={on_command.reform(|_: MouseEvent| Command::FetchCode)}>{ "Try again" }</button>
        </div>
    }
}

/// Leaves as much room as the code will take, so that nothing moves when it comes.
fn room(file: SourceFile) -> String {
    format!("--lines: {}", file.lines())
}

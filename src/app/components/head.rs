//! The head of a pattern's page: its name, what it is, and the page's own buttons.

use yew::prelude::*;

use super::button::CommandButton;
use super::code::{coming, missing};
use super::icons::Icon;
use super::words::rich;
use crate::app::sources::Code;
use crate::app::state::Opened;
use crate::app::{Command, Theme};
use crate::patterns::{Pattern, Section, Twin, explanation};

/// Draws the head of `pattern`'s page; `source` is the file with its explanation, and `theme` the colours that are
/// chosen.
pub fn head(
    pattern: &'static Pattern,
    twin: Twin,
    source: &Code,
    theme: Theme,
    on_command: &Callback<Command>,
) -> Html {
    html! {
        <header class="head">
            <div class="head-row">
                { menu(on_command) }
                <h1 class="title">{ pattern.title }</h1>
                { buttons(theme, on_command) }
            </div>
            <p class="summary">{ rich(pattern.summary) }</p>
            if let (Twin::Pitfall, Some(pitfall)) = (twin, pattern.pitfall) {
                <section class="pitfall" data-testid="pitfall">
                    <h2>{ pitfall.title }</h2>
                    <p>{ rich(pitfall.explanation) }</p>
                </section>
            }
            { about(pattern, source, on_command) }
        </header>
    }
}

/// Draws the explanation, folded up; a source that has none needs no place for it.
fn about(pattern: &'static Pattern, source: &Code, on_command: &Callback<Command>) -> Html {
    let body = match source {
        Code::Here(text) => {
            let sections = explanation(text);
            if sections.is_empty() {
                return html! {};
            }
            let section = |it: &Section<'_>| {
                html! { <section><h2>{ it.heading.to_owned() }</h2><p>{ rich(&it.text) }</p></section> }
            };
            sections.iter().map(section).collect()
        }
        Code::Coming(file) => coming(*file),
        Code::Missing(file, error) => missing(*file, error, "explanation", on_command),
    };
    html! {
        <details class="about" key={pattern.id}>
            <summary>{ Icon::Chevron.draw() }{ "What it does, when to use it, what to watch" }</summary>
            <div class="about-body" data-testid="explanation">{ body }</div>
        </details>
    }
}

/// Draws the head of a recording's page; `id` is the pattern to go back to.
pub fn recording_head(opened: &Opened, id: &str, theme: Theme, on_command: &Callback<Command>) -> Html {
    html! {
        <header class="head">
            <div class="head-row">
                { menu(on_command) }
                <h1 class="title" data-testid="recording">{ &opened.title }</h1>
                { buttons(theme, on_command) }
            </div>
            <p class="summary">
                { format!("{}: it was recorded before, and nothing runs here. ", opened.origin) }
                <a href={format!("#{id}")} onclick={on_command.reform(|_: MouseEvent| Command::Restart)}>{ "Back to the patterns" }</a>
            </p>
            if !opened.notes.is_empty() {
                <ul class="notes" data-testid="recording-notes">
                    { for opened.notes.iter().map(|note| html! { <li>{ rich(note) }</li> }) }
                </ul>
            }
        </header>
    }
}

fn menu(on_command: &Callback<Command>) -> Html {
    html! {
        <span class="only-narrow">
            { CommandButton::new(Command::ToggleDrawer, "Catalogue", Icon::Menu, "menu").draw(on_command) }
        </span>
    }
}

fn buttons(theme: Theme, on_command: &Callback<Command>) -> Html {
    let (icon, label) = match theme {
        Theme::Auto => (Icon::ThemeAuto, "Theme: as the system; switch to light"),
        Theme::Light => (Icon::ThemeLight, "Theme: light; switch to dark"),
        Theme::Dark => (Icon::ThemeDark, "Theme: dark; switch to the system's"),
    };
    html! {
        <>
                <span class="only-wide">
                    { CommandButton::new(Command::ToggleShare, "Share", Icon::Link, "share").class("button").wide()
                        .draw(on_command) }
                </span>
                <span class="only-narrow">
                    { CommandButton::new(Command::ToggleShare, "Share", Icon::Link, "share-narrow")
                        .draw(on_command) }
                </span>
                <span class="only-wide">
                    { CommandButton::new(Command::ToggleHelp, "Keys", Icon::Keyboard, "keys").class("icon-button")
                        .draw(on_command) }
                </span>
                { CommandButton::new(Command::NextTheme, label, icon, "theme").class("icon-button").draw(on_command) }
        </>
    }
}

//! The head of a pattern's page: its name, what it is, and the page's own buttons.

use yew::prelude::*;

use super::button::CommandButton;
use super::icons::Icon;
use super::words::rich;
use crate::app::{Command, Theme};
use crate::patterns::{Pattern, Twin};

/// Draws the head of `pattern`'s page; `theme` is the colours that are chosen.
pub fn head(pattern: &'static Pattern, twin: Twin, theme: Theme, on_command: &Callback<Command>) -> Html {
    let (icon, label) = match theme {
        Theme::Auto => (Icon::ThemeAuto, "Theme: as the system; switch to light"),
        Theme::Light => (Icon::ThemeLight, "Theme: light; switch to dark"),
        Theme::Dark => (Icon::ThemeDark, "Theme: dark; switch to the system's"),
    };
    html! {
        <header class="head">
            <div class="head-row">
                <span class="only-narrow">
                    { CommandButton::new(Command::ToggleDrawer, "Catalogue", Icon::Menu, "menu").draw(on_command) }
                </span>
                <h1 class="title">{ pattern.title }</h1>
                <span class="only-wide">
                    { CommandButton::new(Command::CopyLink, "Share", Icon::Link, "share").class("button").wide()
                        .draw(on_command) }
                </span>
                <span class="only-narrow">
                    { CommandButton::new(Command::CopyLink, "Share: copy a link to this moment", Icon::Link, "copy-link")
                        .draw(on_command) }
                </span>
                <span class="only-wide">
                    { CommandButton::new(Command::ToggleHelp, "Keys", Icon::Keyboard, "keys").class("icon-button")
                        .draw(on_command) }
                </span>
                { CommandButton::new(Command::NextTheme, label, icon, "theme").class("icon-button").draw(on_command) }
            </div>
            <p class="summary">{ rich(pattern.summary) }</p>
            if let (Twin::Pitfall, Some(pitfall)) = (twin, pattern.pitfall) {
                <section class="pitfall" data-testid="pitfall">
                    <h2>{ pitfall.title }</h2>
                    <p>{ rich(pitfall.explanation) }</p>
                </section>
            }
            <details class="about" key={pattern.id}>
                <summary>{ Icon::Chevron.draw() }{ "What it does, when to use it, what to watch" }</summary>
                <div class="about-body" data-testid="explanation">
                    { paragraph("What it does", pattern.explanation.what) }
                    { paragraph("When to use it", pattern.explanation.when) }
                    { paragraph("What goes wrong without it", pattern.explanation.without) }
                    { paragraph("What to watch", pattern.explanation.watch) }
                </div>
            </details>
        </header>
    }
}

fn paragraph(heading: &'static str, text: &'static str) -> Html {
    html! {
        <section><h2>{ heading }</h2><p>{ rich(text) }</p></section>
    }
}

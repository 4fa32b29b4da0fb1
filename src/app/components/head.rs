//! The head of a pattern's page: its name, what it is, and the page's own buttons.

use yew::prelude::*;

use super::button::CommandButton;
use super::icons::Icon;
use super::words::rich;
use crate::app::{Command, Theme};
use crate::patterns::Pattern;

/// What the head is given.
#[derive(Clone, Debug, Properties)]
pub struct HeadProps {
    /// The pattern that is open.
    pub pattern: &'static Pattern,
    /// The colours that are chosen.
    pub theme: Theme,
    /// Where to send commands.
    pub on_command: Callback<Command>,
}

impl PartialEq for HeadProps {
    fn eq(&self, other: &Self) -> bool {
        (self.pattern.id, self.theme) == (other.pattern.id, other.theme)
            && self.on_command == other.on_command
    }
}

/// The head.
#[component]
pub fn Head(props: &HeadProps) -> Html {
    let HeadProps { pattern, theme, on_command } = props;
    let (icon, label) = match theme {
        Theme::Auto => (Icon::ThemeAuto, "Theme: as the system; switch to light"),
        Theme::Light => (Icon::ThemeLight, "Theme: light; switch to dark"),
        Theme::Dark => (Icon::ThemeDark, "Theme: dark; switch to the system's"),
    };
    html! {
        <header class="head">
            <div class="head-row">
                <span class="only-narrow">
                    <CommandButton command={Command::ToggleDrawer} label="Catalogue" icon={Icon::Menu} testid="menu"
                        on_command={on_command.clone()} />
                </span>
                <h1 class="title">{ pattern.title }</h1>
                <span class="only-wide">
                    <CommandButton command={Command::CopyLink} label="Share" icon={Icon::Link} testid="share"
                        class="button" wide=true on_command={on_command.clone()} />
                </span>
                <span class="only-narrow">
                    <CommandButton command={Command::CopyLink} label="Share: copy a link to this moment" icon={Icon::Link}
                        testid="copy-link" on_command={on_command.clone()} />
                </span>
                <span class="only-wide">
                    <CommandButton command={Command::ToggleHelp} label="Keys" icon={Icon::Keyboard} testid="keys"
                        class="icon-button" on_command={on_command.clone()} />
                </span>
                <CommandButton command={Command::NextTheme} {label} {icon} testid="theme" class="icon-button"
                    on_command={on_command.clone()} />
            </div>
            <p class="summary">{ rich(pattern.summary) }</p>
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

//! How the page is laid out within another page: less of it, at a height that does not change.

use std::rc::Rc;

use yew::prelude::*;

use super::components::button::CommandButton;
use super::components::happening::Happening;
use super::components::icons::{Icon, mark};
use super::components::knobs::Knobs;
use super::components::outcome::{result, verdict};
use super::components::overlays::{Help, notices};
use super::components::panels::{Panels, Shown};
use super::components::transport::Transport;
use super::embedding::{Controls, Embedding};
use super::page::Page;
use super::timeline::Timeline;
use super::{Command, Phase, ViewHandle};

/// Lays out the page within another one.
pub fn frame(page: &Page, embedding: &Embedding, on_command: &Callback<Command>) -> Html {
    let (state, chrome) = (&page.state, page.chrome.clone());
    let view = ViewHandle(Rc::clone(&state.view));
    let Embedding { controls, problems, .. } = embedding;
    let is_over = matches!(chrome.phase, Phase::Ended | Phase::Failed | Phase::Stalled);
    html! {
        <div class={classes!("app", "embed", format!("is-{}", controls.name()))} ref={page.root.clone()} role="region"
            aria-label={format!("Wakeline: {}", state.setup.pattern.title)}>
            if !problems.is_empty() {
                <ul class="embed-problems" role="alert" data-testid="problems">
                    { for problems.iter().map(|problem| html! { <li>{ super::components::rich(problem) }</li> }) }
                </ul>
            }
            if *controls != Controls::None { { head(page, embedding, on_command) } }
            if *controls == Controls::Full {
                <Knobs setup={state.setup.clone()} on_command={on_command.clone()} />
            }
            <section class="stage" aria-label="The run">
                <Timeline view={view.clone()} on_command={on_command.clone()} />
                if *controls != Controls::None {
                    <Transport view={view.clone()} phase={chrome.phase} speed={chrome.speed} clock={chrome.clock}
                        seed={chrome.seed} awaits={chrome.awaits} stop_label={chrome.stop_label}
                        can_stop={chrome.can_stop} is_at_start={chrome.is_at_start} on_command={on_command.clone()} />
                }
            </section>
            if *controls != Controls::None {
                <div class="embed-line">
                    if is_over {
                        if chrome.report.findings.is_empty() {
                            { result(&chrome.report) }
                        } else {
                            { verdict(&chrome.report, on_command) }
                        }
                    } else {
                        <Happening view={view.clone()} on_command={on_command.clone()} />
                    }
                </div>
            }
            if *controls == Controls::Full {
                <Panels code={Shown(state.setup.pattern, state.setup.twin, chrome.code)} {view} panel={chrome.panel}
                    report={chrome.report} selected={chrome.selected} log_lines={chrome.log_lines}
                    on_command={on_command.clone()} />
            }
            { notices(chrome.notice.as_ref(), on_command) }
            if chrome.help { <Help is_embedded=true on_command={on_command.clone()} /> }
        </div>
    }
}

fn head(page: &Page, embedding: &Embedding, on_command: &Callback<Command>) -> Html {
    let pattern = page.state.setup.pattern;
    html! {
        <header class="embed-head">
            <span class="brand-mark" title="Wakeline">{ mark() }</span>
            <span class="embed-title" title={pattern.summary}>{ pattern.title }</span>
            if !embedding.base.is_empty() {
                { CommandButton::new(Command::CopyLink, "Copy a link to this moment", Icon::Link, "copy-link")
                    .draw(on_command) }
            }
            { CommandButton::new(Command::ToggleHelp, "Keys", Icon::Keyboard, "keys").draw(on_command) }
        </header>
    }
}

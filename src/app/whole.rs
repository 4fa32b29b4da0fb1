//! How the page is laid out when it has the window to itself.

use std::rc::Rc;

use yew::prelude::*;

use super::components::happening::Happening;
use super::components::head::{head, recording_head};
use super::components::knobs::Knobs;
use super::components::legend::legend;
use super::components::outcome::verdict;
use super::components::overlays::{Help, notices};
use super::components::panels::Panels;
use super::components::share::{Share, ShareLink};
use super::components::sidebar::Sidebar;
use super::components::source::Source;
use super::components::transport::Transport;
use super::page::Page;
use super::timeline::Timeline;
use super::{Command, Phase, ViewHandle};

/// Lays out the page as a whole.
pub fn whole(page: &Page, on_command: &Callback<Command>) -> Html {
    let (state, chrome) = (&page.state, page.chrome.clone());
    let view = ViewHandle(Rc::clone(&state.view));
    let pattern = state.setup.pattern;
    let close_drawer = on_command.reform(|_: MouseEvent| Command::ToggleDrawer);
    html! {
        <div class={classes!("app", chrome.drawer.then_some("has-drawer"), page.is_dragged_over.then_some("is-target"))} ref={page.root.clone()}>
            <Sidebar current={if chrome.opened.is_some() { "" } else { pattern.id }} on_file={page.on_file.clone()} is_drawer={chrome.drawer} on_command={on_command.clone()}
                find={page.find.clone()} />
            if chrome.drawer {
                <button type="button" class="scrim" aria-label="Close the catalogue" onclick={close_drawer}></button>
            }
            <main class="main" inert={chrome.drawer}>
                if let Some(opened) = &chrome.opened {
                    { recording_head(opened, pattern.id, chrome.theme, on_command) }
                } else {
                    { head(pattern, chrome.twin, &chrome.about, chrome.theme, on_command) }
                    <Knobs setup={state.setup.clone()} on_command={on_command.clone()} />
                }
                <section class="card stage" aria-label="The run"
                    ~style={format!("--lanes: {}", chrome.expected_lanes.clamp(1, 100))}>
                    <Timeline view={view.clone()} on_command={on_command.clone()} />
                    <Transport view={view.clone()} phase={chrome.phase} speed={chrome.speed}
                        is_recording={chrome.opened.is_some()}
                        clock={chrome.clock} seed={chrome.seed} awaits={chrome.awaits} stop_label={chrome.stop_label}
                        can_stop={chrome.can_stop} is_at_start={chrome.is_at_start} on_command={on_command.clone()} />
                </section>
                <div class="under-stage">
                    <Happening view={view.clone()} on_command={on_command.clone()} />
                    if matches!(chrome.phase, Phase::Ended | Phase::Failed | Phase::Stalled) {
                        { verdict(&chrome.report, on_command) }
                    }
                    { legend(chrome.shares) }
                </div>
                <div class="below">
                    if chrome.opened.as_ref().is_none_or(|opened| opened.has_source) {
                        <Source {pattern} twin={state.setup.twin} code={chrome.code} view={view.clone()} on_command={on_command.clone()} />
                    }
                    <Panels {view} panel={chrome.panel} report={chrome.report} selected={chrome.selected}
                        log_lines={chrome.log_lines} on_command={on_command.clone()} />
                </div>
            </main>
            { notices(chrome.notice.as_ref(), on_command) }
            if chrome.share {
                <Share link={ShareLink(Rc::new(state.link()))} on_command={on_command.clone()} />
            }
            if chrome.help { <Help on_command={on_command.clone()} /> }
        </div>
    }
}

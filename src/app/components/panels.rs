//! The panels beside the source: details, log, outcome, table.

use yew::prelude::*;

use super::details::Details;
use super::log::Log;
use super::outcome::outcome_panel;
use super::shared::Shared;
use super::tabs::{Tab, Tabs};
use super::twin::Twin;
use crate::app::report::Report;
use crate::app::{Command, Panel, ViewHandle};

/// What the panels are given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PanelsProps {
    /// What to show.
    pub view: ViewHandle,
    /// Which panel is open.
    pub panel: Panel,
    /// How the run ended.
    pub report: Report,
    /// What the selected lane is called.
    pub selected: Option<AttrValue>,
    /// How many lines the log has.
    pub log_lines: usize,
    /// Where to send commands.
    pub on_command: Callback<Command>,
}

const ORDER: [Panel; 5] = [Panel::Details, Panel::Shared, Panel::Log, Panel::Outcome, Panel::Table];

/// The panels.
#[component]
pub fn Panels(props: &PanelsProps) -> Html {
    let PanelsProps { view, panel, report, selected, log_lines, on_command } = props.clone();
    let tabs = vec![
        Tab { id: "details", label: selected.unwrap_or_else(|| "Details".into()), count: None },
        Tab { id: "shared", label: "Shared".into(), count: None },
        Tab { id: "log", label: "Log".into(), count: Some(log_lines) },
        Tab { id: "outcome", label: "Outcome".into(), count: None },
        Tab { id: "table", label: "Table".into(), count: None },
    ];
    let at = ORDER.iter().position(|other| *other == panel).unwrap_or(0);
    let on_choose = on_command.reform(|at: usize| Command::Show(ORDER[at.min(ORDER.len() - 1)]));
    // The table is for those who do not see the canvas: it is always there, and shown when it has the focus.
    let on_table =
        (panel != Panel::Table).then(|| on_command.reform(|_: FocusEvent| Command::Show(Panel::Table)));
    html! {
        <section class="card panel" aria-label="About the run">
            <Tabs label="About the run" {tabs} {at} {on_choose} />
            <div id="panel-details" role="tabpanel" aria-labelledby="tab-details" class="panel-body" tabindex="0"
                hidden={panel != Panel::Details}>
                <Details view={view.clone()} on_command={on_command.clone()} />
            </div>
            <div id="panel-shared" role="tabpanel" aria-labelledby="tab-shared" class="panel-body" tabindex="0"
                hidden={panel != Panel::Shared}>
                if panel == Panel::Shared { <Shared view={view.clone()} on_command={on_command.clone()} /> }
            </div>
            <div id="panel-log" role="tabpanel" aria-labelledby="tab-log" class="panel-body" tabindex="0"
                hidden={panel != Panel::Log} data-testid="log">
                <Log view={view.clone()} on_command={on_command.clone()} />
            </div>
            <div id="panel-outcome" role="tabpanel" aria-labelledby="tab-outcome" class="panel-body" tabindex="0"
                hidden={panel != Panel::Outcome} data-testid="outcome">
                { outcome_panel(&report, &on_command) }
            </div>
            <div id="panel-table" role="tabpanel" aria-labelledby="tab-table" onfocusin={on_table}
                class={if panel == Panel::Table { "panel-body" } else { "visually-hidden" }}>
                <Twin view={view.clone()} on_command={on_command.clone()} />
            </div>
        </section>
    }
}

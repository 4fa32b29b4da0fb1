//! The panels beside the source: details, log, outcome, table.

use yew::prelude::*;

use super::code::code as lines;
use super::details::Details;
use super::log::Log;
use super::outcome::outcome_panel;
use super::shared::Shared;
use super::source::SourceProps;
use super::tabs::{Tab, Tabs};
use super::twin::Twin;
use crate::app::report::Report;
use crate::app::sources::Code;
use crate::app::{Command, Panel, ViewHandle};
use crate::patterns::{Pattern, Twin as Written};

/// What the panels are given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PanelsProps {
    /// The pattern and its twin, where its code is one of the panels.
    #[prop_or_default]
    pub code: Option<Shown>,
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

/// The code that is shown.
#[derive(Clone, Debug)]
pub struct Shown(pub &'static Pattern, pub Written, pub Code);

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        (self.0.id, self.1, &self.2) == (other.0.id, other.1, &other.2)
    }
}

const ORDER: [Panel; 6] =
    [Panel::Code, Panel::Details, Panel::Shared, Panel::Log, Panel::Outcome, Panel::Table];

/// The panels.
#[component]
pub fn Panels(props: &PanelsProps) -> Html {
    let PanelsProps { code, view, panel, report, selected, log_lines, on_command } = props.clone();
    let order = &ORDER[usize::from(code.is_none())..];
    let mut tabs = vec![
        Tab { id: "code", label: "Code".into(), count: None },
        Tab { id: "details", label: selected.unwrap_or_else(|| "Details".into()), count: None },
        Tab { id: "shared", label: "Shared".into(), count: None },
        Tab { id: "log", label: "Log".into(), count: Some(log_lines) },
        Tab { id: "outcome", label: "Outcome".into(), count: None },
        Tab { id: "table", label: "Table".into(), count: None },
    ];
    tabs.drain(..usize::from(code.is_none()));
    let at = order.iter().position(|other| *other == panel).unwrap_or(0);
    let on_choose = on_command.reform(|at: usize| Command::Show(order[at.min(order.len() - 1)]));
    let has_code = code.is_some();
    let copy = on_command.reform(|_: MouseEvent| Command::CopyCode);
    // The table is for those who do not see the canvas: it is always there, and shown when it has the focus.
    let on_table =
        (panel != Panel::Table).then(|| on_command.reform(|_: FocusEvent| Command::Show(Panel::Table)));
    html! {
        <section class="card panel" aria-label="About the run">
            <Tabs label="About the run" {tabs} {at} {on_choose}>
                if has_code && panel == Panel::Code {
                    <button type="button" class="tab-action" onclick={copy} title="Copy the code (C)"
                        data-testid="copy-code">{ "Copy" }</button>
                }
            </Tabs>
            if let Some(Shown(pattern, twin, code)) = code {
                <div id="panel-code" role="tabpanel" aria-labelledby="tab-code" class="panel-body source-scroll"
                    tabindex="0" hidden={panel != Panel::Code} data-testid="source">
                    { lines(&SourceProps { pattern, twin, code, view: view.clone(), on_command: on_command.clone() }) }
                </div>
            }
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

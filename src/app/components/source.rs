//! The code that runs, with marks where the tasks are.

use yew::prelude::*;

use super::code::code as lines;
use super::tabs::{Tab, Tabs};
use crate::app::sources::Code;
use crate::app::{Command, ViewHandle};
use crate::patterns::{Pattern, Twin};

/// What the source is given.
#[derive(Clone, Debug, Properties)]
pub struct SourceProps {
    /// The pattern that is open.
    pub pattern: &'static Pattern,
    /// Whether the pattern itself is shown or its pitfall.
    pub twin: Twin,
    /// Its code, as far as it is here.
    pub code: Code,
    /// What to show.
    pub view: ViewHandle,
    /// Where to send commands.
    pub on_command: Callback<Command>,
}

impl PartialEq for SourceProps {
    fn eq(&self, other: &Self) -> bool {
        self.pattern.id == other.pattern.id
            && self.twin == other.twin
            && self.code == other.code
            && self.view == other.view
            && self.on_command == other.on_command
    }
}

/// The source and the tokio spelling of it.
#[component]
pub fn Source(props: &SourceProps) -> Html {
    let SourceProps { pattern, twin, on_command, .. } = props.clone();
    let spelling = use_state(|| false);
    let file = pattern.file_of(twin);
    let file = file.rsplit('/').next().unwrap_or(file);
    let copy = on_command.reform(|_: MouseEvent| Command::CopyCode);
    let tabs = [
        Tab { id: "source", label: file.into(), count: None },
        Tab { id: "spelling", label: "tokio spelling".into(), count: None },
    ];
    let on_choose = {
        let spelling = spelling.clone();
        Callback::from(move |at: usize| spelling.set(at == 1))
    };
    html! {
        <section class="card source" aria-label="Source">
            <Tabs label="Source" tabs={tabs.to_vec()} at={usize::from(*spelling)} {on_choose}>
                <button type="button" class="tab-action" onclick={copy} title="Copy the code (C)" data-testid="copy-code">
                    { "Copy" }
                </button>
            </Tabs>
            <div id="panel-source" role="tabpanel" aria-labelledby="tab-source" hidden={*spelling}
                class="source-scroll" tabindex="0" data-testid="source">
                { lines(props) }
            </div>
            <div id="panel-spelling" role="tabpanel" aria-labelledby="tab-spelling" hidden={!*spelling}
                class="panel-body spelling" tabindex="0" data-testid="spelling">
                { spelling_table(pattern) }
            </div>
        </section>
    }
}

fn spelling_table(pattern: &Pattern) -> Html {
    html! {
        <>
            <p>{ "This code runs on any executor. A program that runs on tokio alone would write:" }</p>
            <table>
                <thead><tr><th scope="col">{ "Here" }</th><th scope="col">{ "With tokio" }</th></tr></thead>
                <tbody>
                    { for pattern.spelling.iter().map(|(here, there)| html! {
                        <tr key={*here}><td><code>{ here }</code></td><td><code>{ there }</code></td></tr>
                    }) }
                </tbody>
            </table>
        </>
    }
}

//! What a reader can change: the pattern's parameters, and how the run goes.

use yew::prelude::*;

use super::choice::Choice;
use super::icons::Icon;
use super::param::ParamControl;
use super::seed::Seed;
use crate::app::Command;
use crate::app::engine::Setup;
use crate::runtime::{Clock, Schedule};

/// What the controls are given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct KnobsProps {
    /// What runs now.
    pub setup: Setup,
    /// Where to send commands.
    pub on_command: Callback<Command>,
}

/// The controls.
#[component]
pub fn Knobs(props: &KnobsProps) -> Html {
    let is_open = use_state(|| false);
    let KnobsProps { setup, on_command } = props;
    let toggle = {
        let is_open = is_open.clone();
        Callback::from(move |_: MouseEvent| is_open.set(!*is_open))
    };
    let on_clock =
        on_command.reform(|clock: usize| Command::SetClock([Clock::Virtual, Clock::Real][clock.min(1)]));
    let on_schedule =
        on_command.reform(|at: usize| Command::SetSchedule([Schedule::Fifo, Schedule::Random][at.min(1)]));
    let is_default = *setup
        == Setup {
            clock: setup.clock,
            schedule: setup.schedule,
            seed: setup.seed,
            ..Setup::new(setup.pattern)
        };
    let reset = on_command.reform(|_: MouseEvent| Command::ResetParams);
    html! {
        <section class="knobs" aria-label="Parameters">
            <button type="button" class="knobs-fold" aria-expanded={is_open.to_string()} aria-controls="knobs-body"
                onclick={toggle} data-testid="parameters">
                { Icon::Chevron.draw() }
                <span>{ "Parameters" }</span>
                <span class="knobs-gist numbers">{ gist(setup) }</span>
            </button>
            <div id="knobs-body" class={classes!("knobs-body", is_open.then_some("is-open"))}>
                { for setup.values.iter().map(|(param, value)| html! {
                    <ParamControl key={format!("{} {}", setup.pattern.id, param.name)} {param} value={value.clone()}
                        on_command={on_command.clone()} />
                }) }
                if !is_default {
                    <button type="button" class="button" onclick={reset} data-testid="reset"
                        title="Give every parameter the value it had at first">{ "Reset" }</button>
                }
                <div class="knobs-run">
                <Choice label="Clock" name="clock" at={usize::from(setup.clock == Clock::Real)} on_choose={on_clock}
                    options={vec!["virtual", "real"]}
                    help="Virtual time moves only when nothing is ready, and every run is the same; real time is the browser's clock." />
                <Choice label="Schedule" name="schedule" at={usize::from(setup.schedule == Schedule::Random)}
                    on_choose={on_schedule} options={vec!["first in, first out", "random"]}
                    help="Which ready task is polled next; random draws from the seed." />
                <Seed seed={setup.seed} on_command={on_command.clone()} />
                </div>
            </div>
        </section>
    }
}

/// What is set, in a line.
fn gist(setup: &Setup) -> String {
    let values: Vec<_> =
        setup.values.iter().take(3).map(|(param, value)| format!("{} {value}", param.name)).collect();
    values.join(" · ")
}

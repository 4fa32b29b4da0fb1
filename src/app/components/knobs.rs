//! What a reader can change: the pattern's parameters, and how the run goes.

use yew::prelude::*;

use super::choice::{Choice, choice};
use super::icons::Icon;
use super::param::{ParamProps, param_control};
use super::seed::Seed;
use crate::app::Command;
use crate::app::engine::Setup;
use crate::patterns::Twin;
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
            twin: setup.twin,
            ..Setup::new(setup.pattern)
        };
    let reset = on_command.reform(|_: MouseEvent| Command::ResetParams);
    let explore = on_command.reform(|_: MouseEvent| Command::Explore);
    let clock = Choice {
        label: "Clock",
        name: "clock".to_owned(),
        help: "Virtual time moves only when nothing is ready, and every run is the same; real time is the browser's clock.",
        options: &["virtual", "real"],
        at: usize::from(setup.clock == Clock::Real),
    };
    let schedule = Choice {
        label: "Schedule",
        name: "schedule".to_owned(),
        help: "Which ready task is polled next; random draws from the seed.",
        options: &["first in, first out", "random"],
        at: usize::from(setup.schedule == Schedule::Random),
    };
    let on_twin =
        on_command.reform(|at: usize| Command::SetTwin([Twin::Corrected, Twin::Pitfall][at.min(1)]));
    let twin = setup.pattern.pitfall.map(|pitfall| Choice {
        label: "Written",
        name: "twin".to_owned(),
        help: pitfall.title,
        options: &["as it should be", "as it often is"],
        at: usize::from(setup.twin == Twin::Pitfall),
    });
    html! {
        <section class="knobs" aria-label="Parameters">
            <button type="button" class="knobs-fold" aria-expanded={is_open.to_string()} aria-controls="knobs-body"
                onclick={toggle} data-testid="parameters">
                { Icon::Chevron.draw() }
                <span>{ "Parameters" }</span>
                <span class="knobs-gist numbers">{ gist(setup) }</span>
            </button>
            if let Some(twin) = twin { { choice(twin, &on_twin) } }
            <div id="knobs-body" class={classes!("knobs-body", is_open.then_some("is-open"))}>
                { for setup.values.iter().map(|(param, value)| param_control(&ParamProps {
                    pattern: setup.pattern.id,
                    param,
                    value: value.clone(),
                    on_command: on_command.clone(),
                })) }
                if !is_default {
                    <button type="button" class="button" onclick={reset} data-testid="reset"
                        title="Give every parameter the value it had at first">{ "Reset" }</button>
                }
                <div class="knobs-run">
                { choice(clock, &on_clock) }
                { choice(schedule, &on_schedule) }
                <Seed seed={setup.seed} on_command={on_command.clone()} />
                <button type="button" class="button" onclick={explore} data-testid="explore" disabled={!setup.is_repeatable()}
                    title="Runs it under 500 schedules where nobody sees it, and shows the first that goes wrong">
                    { "Try schedules" }
                </button>
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

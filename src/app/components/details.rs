//! What the selected lane does, and why.

use yew::prelude::*;

use super::ViewProps;
use super::pulse::Pulse;
use super::slice::slice;
use super::words::{lane as lane_name, place, rich};
use crate::app::{Command, Look};
use crate::timeline::{
    Lane, LaneKind, LaneState, Model, SpanState, clock_text, duration_text, end_word, state_word,
};
use crate::trace::{End, LaneId};

/// The pane of details.
#[derive(Debug)]
pub struct Details {
    _pulse: Pulse,
}

impl Component for Details {
    type Message = ();
    type Properties = ViewProps;

    fn create(ctx: &Context<Self>) -> Self {
        Self { _pulse: pulse(ctx) }
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &Self::Properties) -> bool {
        self._pulse = pulse(ctx);
        true
    }

    fn update(&mut self, _: &Context<Self>, (): ()) -> bool {
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let ViewProps { view, on_command } = ctx.props();
        let (model, look) = (view.model(), view.look());
        let lane = look.selection.and_then(|selection| model.lane(selection.lane));
        let body = match lane {
            Some(lane) => of_lane(&model, &look, lane, on_command),
            None => nothing(&model, &look),
        };
        html! { <div class="details" data-testid="details">{ body }</div> }
    }
}

fn pulse(ctx: &Context<Details>) -> Pulse {
    let link = ctx.link().clone();
    Pulse::new(&ctx.props().view, move || link.send_message(()))
}

fn nothing(model: &Model, look: &Look) -> Html {
    let run = model.run_state_at(look.moment);
    let tasks = match run.tasks {
        0 if look.moment.order > 1 => "No task is alive.".to_owned(),
        0 => "Nothing runs yet.".to_owned(),
        1 => format!("At {} there is one task, and {}.", clock_text(look.now_nanos), living(run.live_tasks)),
        tasks => {
            format!("At {} there are {tasks} tasks, {}.", clock_text(look.now_nanos), living(run.live_tasks))
        }
    };
    html! {
        <div class="details-empty">
            <p>{ tasks }</p>
            <p>{ "Select a lane or a slice of the timeline to see what it does, where it is parked and who woke it." }</p>
        </div>
    }
}

fn living(tasks: usize) -> String {
    match tasks {
        0 => "none of them alive".to_owned(),
        1 => "one of them alive".to_owned(),
        tasks => format!("{tasks} of them alive"),
    }
}

fn of_lane(model: &Model, look: &Look, lane: &Lane, on_command: &Callback<Command>) -> Html {
    let moment = look.moment;
    let stats = model.lane_stats(lane.id, moment);
    let made = match (lane.kind, lane.parent) {
        _ if lane.is_placeholder => html! { { "its beginning was lost" } },
        (LaneKind::Task, LaneId::OUTSIDE) => html! { { "the first task" } },
        (LaneKind::Task, by) => html! { <>{ "spawned by " }{ lane_name(model, by, moment, on_command) }</> },
        (LaneKind::Child, of) => html! { <>{ "within " }{ lane_name(model, of, moment, on_command) }</> },
    };
    let at = duration_text(lane.spawned.nanos);
    let values = model.values_at(moment);
    let values = values.iter().filter(|value| value.lane == lane.id);
    html! {
        <>
            <h3>{ &lane.name }</h3>
            <dl>
                <dt>{ "State" }</dt>
                <dd data-testid="details-state">{ state(model, look, lane) }</dd>
                if let Some(wait) = stats.parked {
                    <dt>{ "Waits for" }</dt>
                    <dd>
                        { rich(&model.wait_text(&wait)) }{ " " }
                        { place(model, wait.location, look.file, on_command) }
                    </dd>
                }
                <dt>{ "Polls" }</dt>
                <dd title="In virtual time a poll takes no time, unless it works">
                    <strong>{ stats.polls }</strong>
                    { format!(" · busy {}", unbroken(stats.busy_nanos)) }
                    { format!(" · scheduled {}", unbroken(stats.scheduled_nanos)) }
                    { format!(" · idle {}", unbroken(stats.idle_nanos)) }
                </dd>
                { for values.map(|value| html! {
                    <><dt>{ value.name }</dt><dd>{ value.value }</dd></>
                }) }
                { slice(model, look, lane.id, on_command) }
                <dt>{ "Made" }</dt>
                <dd>
                    { made }{ format!(" at {at} ") }
                    { place(model, lane.location, look.file, on_command) }
                </dd>
            </dl>
        </>
    }
}

/// Says what the lane does at the playhead.
fn state(model: &Model, look: &Look, lane: &Lane) -> Html {
    let since = |nanos: u64| {
        let length = look.now_nanos.saturating_sub(nanos);
        format!(" since {}, for {}", duration_text(nanos), duration_text(length))
    };
    match model.state_at(lane.id, look.moment) {
        LaneState::Unborn => html! { { format!("not there yet at {}", clock_text(look.now_nanos)) } },
        LaneState::New => html! { { "new, not polled yet" } },
        LaneState::Live(span) => {
            let word = state_word(span.state.state());
            let text = match span.state {
                SpanState::Polling { number } => format!(" for the {}", nth(number)),
                SpanState::Scheduled(_) | SpanState::Idle(_) => since(span.begin.nanos),
            };
            html! { <><strong class={classes!("state", word)}>{ word }</strong>{ text }</> }
        }
        LaneState::Ended(end) => {
            let class = match end.end {
                End::Completed => "completed",
                End::Failed | End::Panicked => "failed",
                End::Cancelled | End::Dropped => "cancelled",
            };
            let message = match (end.end, model.text(end.message)) {
                // What went with it says more than nothing.
                (End::Cancelled | End::Dropped, "") => model.losses(end.moment).join(", "),
                (_, message) => message.to_owned(),
            };
            html! {
                <>
                    <strong class={classes!("state", class)}>{ end_word(end.end) }</strong>
                    { format!(" at {}", duration_text(end.moment.nanos)) }
                    if !message.is_empty() { <span class="message">{ rich(&message) }</span> }
                </>
            }
        }
    }
}

/// Returns a time that is not torn from its unit at the end of a line.
fn unbroken(nanos: u64) -> String {
    duration_text(nanos).replace(' ', "\u{a0}")
}

fn nth(number: u32) -> String {
    match (number % 10, number % 100) {
        (1, rest) if rest != 11 => format!("{number}st time"),
        (2, rest) if rest != 12 => format!("{number}nd time"),
        (3, rest) if rest != 13 => format!("{number}rd time"),
        _ => format!("{number}th time"),
    }
}

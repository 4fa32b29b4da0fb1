//! The events around the playhead, as sentences that lead to their moments.

use yew::prelude::*;

use super::words::rich;
use crate::app::timeline::telling::window_around;
use crate::app::{Command, Look};
use crate::timeline::{Model, clock_text};

/// How many events are listed.
const SHOWN: usize = 13;

/// Returns the list of the events around the playhead.
pub fn events(model: &Model, look: &Look, on_command: &Callback<Command>) -> Html {
    let now = look.moment.order as usize;
    let window = window_around(now.saturating_sub(1), model.event_count() as usize, SHOWN);
    if window.is_empty() {
        return html! { <p class="twin-empty">{ "Nothing has happened yet" }</p> };
    }
    let orders = window.start as u32 + 1..=window.end as u32;
    let listed = model.events(orders).map(|event| {
        let order = event.moment.order;
        let x = look.axis.x_from_moment(event.moment);
        let seek = on_command.reform(move |_| Command::Seek { x });
        let current = (order as usize == now).then_some("step");
        let class = if order as usize > now { "ahead" } else { "" };
        html! {
            <li key={order} {class} aria-current={current} value={order.to_string()}>
                <button type="button" onclick={seek} title="Go to this moment">
                    <span class="when">{ clock_text(event.moment.nanos) }</span>
                    <span>{ rich(&model.sentence(&event)) }</span>
                </button>
            </li>
        }
    });
    html! {
        <>
            <h4 id="twin-events">{ "Events around this moment" }</h4>
            <ol class="twin-events" aria-labelledby="twin-events" data-testid="events">{ for listed }</ol>
        </>
    }
}

//! The selected slice: when it was, who woke the lane for it, and the ways to there and on.

use yew::prelude::*;

use super::words::rich;
use crate::app::{Command, Look};
use crate::timeline::{Cause, LaneKind, Model, Moment, Span};
use crate::trace::LaneId;

/// Returns the rows about the selected slice of a lane.
pub fn slice(model: &Model, look: &Look, lane: LaneId, on_command: &Callback<Command>) -> Html {
    let Some(selection) = look.selection else { return html! {} };
    let selected = model.span_at(lane, selection.moment);
    let at_playhead = model.span_at(lane, look.moment);
    // Where both are the same slice, the rows above have said it already.
    let is_elsewhere = selected.map(|span| span.index) != at_playhead.map(|span| span.index);
    let woken = match model.wake_before(lane, selection.moment) {
        None => html! { { "never" } },
        // What a child is made by does not wake it.
        Some(wake) if wake.cause == Cause::Spawned && is_child(model, lane) => {
            html! { { "not by itself so far" } }
        }
        Some(wake) => rich(&model.wake_text(&wake)),
    };
    html! {
        <>
            if let Some(span) = selected.filter(|_| is_elsewhere) {
                { elsewhere(model, look, &span, on_command) }
            }
            <dt>{ "Woken" }</dt>
            <dd>
                { woken }
                <span class="follow">
                    <button type="button" title="Follow the wake back to its cause ([)"
                        onclick={on_command.reform(|_| Command::FollowWakeBack)}>{ "← Cause" }</button>
                    <button type="button" title="Follow what it woke (])"
                        onclick={on_command.reform(|_| Command::FollowWakeForward)}>{ "What it woke →" }</button>
                </span>
            </dd>
        </>
    }
}

fn is_child(model: &Model, lane: LaneId) -> bool {
    model.lane(lane).is_some_and(|lane| lane.kind == LaneKind::Child)
}

/// Says what a slice away from the playhead is, and leads there.
fn elsewhere(model: &Model, look: &Look, span: &Span, on_command: &Callback<Command>) -> Html {
    let x = look.axis.x_from_moment(span.begin);
    let now = Moment { nanos: look.now_nanos, ..model.extent().end };
    html! {
        <>
            <dt>{ "Selected" }</dt>
            <dd>
                { rich(&model.span_text(span, now)) }
                <span class="follow">
                    <button type="button" onclick={on_command.reform(move |_| Command::Seek { x })}>
                        { "Go there" }
                    </button>
                </span>
            </dd>
        </>
    }
}

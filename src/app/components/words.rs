//! Sentences of the model as elements: names in backticks become code, places become links.

use yew::prelude::*;

use crate::app::{Command, Selection};
use crate::timeline::{Model, Moment, backticked};
use crate::trace::{LaneId, LocationId};

/// Returns a text with what stands in backticks as code.
pub fn rich(text: &str) -> Html {
    let piece = |(piece, is_code)| {
        if is_code {
            html! { <code>{ piece }</code> }
        } else {
            html! { { piece } }
        }
    };
    backticked(text).map(piece).collect()
}

/// Returns a place in the source; one in the shown file marks its slices while it is pointed at.
pub fn place(model: &Model, location: LocationId, shown: &str, on_command: &Callback<Command>) -> Html {
    let Some(place) = model.place(location) else { return html! {} };
    let text = place.to_string();
    if shown.is_empty() || !place.file.ends_with(shown) {
        return html! { <span class="place">{ text }</span> };
    }
    let line = place.line;
    let mark = on_command.reform(move |()| Command::HoverLine(Some(line)));
    let clear = on_command.reform(|()| Command::HoverLine(None));
    html! {
        <button type="button" class="place" title="Marks this line, and the slices that belong to it"
            onmouseenter={mark.reform(|_| ())} onfocus={mark.reform(|_| ())} onclick={mark.reform(|_| ())}
            onmouseleave={clear.reform(|_| ())} onblur={clear.reform(|_| ())}>{ text }</button>
    }
}

/// Returns the name of a lane, which selects it.
pub fn lane(model: &Model, lane: LaneId, moment: Moment, on_command: &Callback<Command>) -> Html {
    let name = model.lane_name(lane).into_owned();
    if model.lane(lane).is_none() {
        return html! { { name } };
    }
    let select = on_command.reform(move |_| Command::Select(Some(Selection { lane, moment })));
    html! { <button type="button" class="lane-name" onclick={select}>{ name }</button> }
}

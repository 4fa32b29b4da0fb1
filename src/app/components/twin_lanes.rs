//! The table of lanes, walked by the arrow keys.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::ViewProps;
use super::pulse::Pulse;
use super::words::rich;
use crate::app::timeline::telling::window_around;
use crate::app::{Command, Look, Selection};
use crate::drawing::captions::capitalised;
use crate::timeline::{LaneState, Model, Row, SpanState, end_word, state_word};
use crate::trace::LaneId;

/// How many lanes are in the table at a time: ten thousand rows would take seconds.
const SHOWN: usize = 100;

/// The table of lanes.
#[derive(Debug)]
pub struct Lanes {
    pulse: Pulse,
    /// The row that has, or would get, the focus.
    focus: usize,
    focused: NodeRef,
    /// Whether the focus has to be put there after the next rendering.
    moves: bool,
}

/// What the keys ask for.
#[derive(Clone, Copy, Debug)]
pub enum Message {
    /// The view has changed.
    Changed,
    /// The focus goes to this row.
    Focus(usize),
    /// The focus was put on this row by other means.
    Focused(usize),
}

impl Component for Lanes {
    type Message = Message;
    type Properties = ViewProps;

    fn create(ctx: &Context<Self>) -> Self {
        Self { pulse: pulse(ctx), focus: 0, focused: NodeRef::default(), moves: false }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Self::Properties) -> bool {
        if old != ctx.props() {
            self.pulse = pulse(ctx);
        }
        true
    }

    fn update(&mut self, _: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Changed => true,
            Message::Focus(row) => {
                self.focus = row;
                self.moves = true;
                true
            }
            Message::Focused(row) => std::mem::replace(&mut self.focus, row) != row,
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let ViewProps { view, .. } = ctx.props();
        let (model, look) = (view.model(), view.look());
        let total = model.rows().len();
        let focus = self.focus.min(total.saturating_sub(1));
        let window = window_around(focus, total, SHOWN);
        let is_part = window.len() < total;
        let rows = window.clone().filter_map(|at| {
            let row = model.rows().get(at)?;
            Some(self.row(ctx, &model, &look, *row, at, at == focus))
        });
        html! {
            <>
                if is_part {
                    <p class="twin-part">
                        { format!("Lanes {} to {} of {total}; the arrow keys lead on", window.start + 1, window.end) }
                    </p>
                }
                <table class="twin-lanes" data-testid="twin" role="treegrid" aria-label="Lanes"
                    aria-rowcount={(total + 1).to_string()}>
                    <thead>
                        <tr role="row" aria-rowindex="1">
                            { for ["Lane", "State", "Why", "Polls"].map(|head| html! {
                                <th scope="col" role="columnheader">{ head }</th>
                            }) }
                        </tr>
                    </thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </>
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if std::mem::take(&mut self.moves)
            && let Some(row) = self.focused.cast::<HtmlElement>()
        {
            // A row that cannot take the focus leaves it where it was.
            drop(row.focus());
        }
    }
}

impl Lanes {
    fn row(
        &self,
        ctx: &Context<Self>,
        model: &Model,
        look: &Look,
        row: Row,
        at: usize,
        is_focus: bool,
    ) -> Html {
        let lane = row.lane;
        let (state, why) = state_and_why(model, look, lane);
        let select =
            ctx.props().on_command.reform(move |moment| Command::Select(Some(Selection { lane, moment })));
        let moment = look.moment;
        let selected = look.selection.is_some_and(|selection| selection.lane == lane);
        let last = model.rows().len().saturating_sub(1);
        let link = ctx.link().clone();
        let chosen = select.clone();
        let onkeydown = Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                _ if event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key() => return,
                "ArrowUp" => at.saturating_sub(1),
                "ArrowDown" => (at + 1).min(last),
                "Home" => 0,
                "End" => last,
                "Enter" | " " => {
                    chosen.emit(moment);
                    at
                }
                _ => return,
            };
            // What the table understands is not also a key of the page.
            event.prevent_default();
            event.stop_propagation();
            link.send_message(Message::Focus(to));
        });
        html! {
            <tr key={lane.0} role="row" ref={if is_focus { self.focused.clone() } else { NodeRef::default() }}
                tabindex={if is_focus { "0" } else { "-1" }} aria-selected={selected.to_string()}
                aria-level={(row.depth + 1).to_string()} aria-rowindex={(at + 2).to_string()} {onkeydown}
                onfocus={ctx.link().callback(move |_| Message::Focused(at))}
                onclick={select.reform(move |_| moment)}>
                <th scope="row" role="rowheader" ~style={format!("--depth: {}", row.depth)}>
                    { model.lane_name(lane).into_owned() }
                </th>
                <td role="gridcell">{ capitalised(state) }</td>
                <td role="gridcell">{ rich(&why) }</td>
                <td role="gridcell" class="number">{ model.lane_stats(lane, moment).polls }</td>
            </tr>
        }
    }
}

/// Returns the word for what a lane does at the playhead, and what it waits for or why.
fn state_and_why(model: &Model, look: &Look, lane: LaneId) -> (&'static str, String) {
    match model.state_at(lane, look.moment) {
        LaneState::Unborn => ("not there yet", String::new()),
        LaneState::New => ("new", String::new()),
        LaneState::Ended(end) => (end_word(end.end), model.text(end.message).to_owned()),
        LaneState::Live(span) => {
            let why = match span.state {
                SpanState::Idle(Some(wait)) => model.wait_text(&wait),
                SpanState::Scheduled(Some(wake)) => format!("woken {}", model.wake_text(&wake)),
                SpanState::Polling { number } => format!("poll {number}"),
                SpanState::Idle(None) | SpanState::Scheduled(None) => String::new(),
            };
            (state_word(span.state.state()), why)
        }
    }
}

fn pulse(ctx: &Context<Lanes>) -> Pulse {
    let link = ctx.link().clone();
    Pulse::new(&ctx.props().view, move || link.send_message(Message::Changed))
}

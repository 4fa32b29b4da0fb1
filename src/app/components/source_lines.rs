//! The lines of the source: numbers, marks in the gutter, colours.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::icons::Icon;
use super::pulse::Pulse;
use crate::app::highlight::{Token, lines};
use crate::app::sources::Text;
use crate::app::{Command, Selection, ViewHandle};
use crate::patterns::region;
use crate::timeline::{LaneKind, MarkKind, Model, SpanState};
use crate::trace::{LaneId, LocationId};

/// The most marks drawn on one line; the rest is told by a number.
const MARKS: usize = 2;

/// What the lines are given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LinesProps {
    /// The file.
    pub text: Text,
    /// What to show.
    pub view: ViewHandle,
    /// Where to send commands.
    pub on_command: Callback<Command>,
}

/// The lines.
#[derive(Debug)]
pub struct SourceLines {
    _pulse: Pulse,
    first: u32,
    /// Cut once: the text of a pattern never changes.
    lines: Vec<Vec<(Token, AttrValue)>>,
    element: NodeRef,
    /// The selected line that was last brought into sight.
    revealed: Option<u32>,
}

/// What a mark in the gutter says.
#[derive(Clone, Debug, PartialEq)]
struct Mark {
    icon: Icon,
    class: &'static str,
    text: String,
    lane: LaneId,
}

impl Component for SourceLines {
    type Message = ();
    type Properties = LinesProps;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let (first, text) = region(&ctx.props().text);
        let owned = |(token, text): (Token, &str)| (token, AttrValue::from(text.to_owned()));
        let lines = lines(text).into_iter().map(|line| line.into_iter().map(owned).collect()).collect();
        Self {
            _pulse: Pulse::new(&ctx.props().view, move || link.send_message(())),
            first,
            lines,
            element: NodeRef::default(),
            revealed: None,
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        let selected = selected_line(&ctx.props().view.model(), ctx);
        if selected != self.revealed {
            self.revealed = selected;
            let index = selected.and_then(|line| line.checked_sub(self.first));
            if let (Some(index), Some(lines)) = (index, self.element.cast::<HtmlElement>()) {
                reveal(&lines, index);
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let LinesProps { view, on_command, .. } = ctx.props();
        let look = view.look();
        let marks = self.marks(ctx);
        let selected = selected_line(&view.model(), ctx);
        html! {
            <code class="source-lines" ref={self.element.clone()}>
                { for (self.first..).zip(&self.lines).map(|(number, tokens)| {
                    let marks: Vec<_> = marks.iter().filter(|(line, _)| *line == number).map(|(_, mark)| mark).collect();
                    let hover = on_command.reform(move |_: MouseEvent| Command::HoverLine(Some(number)));
                    let leave = on_command.reform(|_: MouseEvent| Command::HoverLine(None));
                    let is_hovered = look.hover_line == Some(number);
                    let is_selected = selected == Some(number);
                    html! {
                        <span key={number} class={classes!("source-line", is_hovered.then_some("is-hovered"),
                            is_selected.then_some("is-selected"))} onmouseenter={hover} onmouseleave={leave}
                            data-line={number.to_string()}>
                            <span class="line-number" aria-hidden="true">{ number }</span>
                            <span class="line-marks">{ self.gutter(ctx, &marks) }</span>
                            <span class="line-text">
                                { for tokens.iter().map(|(token, text)| match token.class() {
                                    Some(class) => html! { <span {class}>{ text }</span> },
                                    None => html! { { text } },
                                }) }
                            </span>
                        </span>
                    }
                }) }
            </code>
        }
    }
}

impl SourceLines {
    /// What tasks have to do with which line at the playhead; a wait says more than a creation.
    fn marks(&self, ctx: &Context<Self>) -> Vec<(u32, Mark)> {
        let view = &ctx.props().view;
        let (look, model) = (view.look(), view.model());
        let mut marks = Vec::new();
        for mark in model.lines_at(look.moment) {
            let Some(place) = model.place(mark.location).filter(|place| place.file.ends_with(look.file))
            else {
                continue;
            };
            let name = model.lane_name(mark.lane);
            let (icon, class, text) = match mark.kind {
                MarkKind::Parked(wait) => (
                    Icon::Parked,
                    "is-parked",
                    format!("{name} is parked here: it waits for {}", model.wait_text(&wait)),
                ),
                MarkKind::Woken(_) => {
                    (Icon::Woken, "is-woken", format!("{name} was parked here and has been woken"))
                }
                // Where everything was made stays marked for ever and would drown the rest.
                MarkKind::Created => continue,
            };
            marks.push((place.line, Mark { icon, class, text, lane: mark.lane }));
        }
        marks
    }

    fn gutter(&self, ctx: &Context<Self>, marks: &[&Mark]) -> Html {
        if marks.is_empty() {
            return html! {};
        }
        let LinesProps { view, on_command, .. } = ctx.props();
        let moment = view.look().moment;
        let shown = if marks.len() > MARKS { 1 } else { marks.len() };
        let all: Vec<_> = marks.iter().take(12).map(|mark| mark.text.as_str()).collect();
        html! {
            <>
                { for marks.iter().take(shown).map(|mark| {
                    let lane = mark.lane;
                    let select = on_command.reform(move |_: MouseEvent| Command::Select(Some(Selection { lane, moment })));
                    html! {
                        <button type="button" class={classes!("line-mark", mark.class)} title={all.join("\n")}
                            aria-label={mark.text.clone()} onclick={select} tabindex="-1">
                            { mark.icon.draw() }
                        </button>
                    }
                }) }
                if marks.len() > shown {
                    <span class="line-mark" title={all.join("\n")}>{ format!("{}", marks.len()) }</span>
                }
            </>
        }
    }
}

/// Scrolls the source, and only the source, so far that a line is seen with some around it.
fn reveal(lines: &HtmlElement, index: u32) {
    let line = lines.children().item(index).and_then(|line| line.dyn_into::<HtmlElement>().ok());
    let (Some(line), Some(scroll)) = (line, lines.parent_element()) else { return };
    let (top, height) = (line.offset_top() - lines.offset_top(), line.offset_height());
    let (seen_top, seen_height) = (scroll.scroll_top(), scroll.client_height());
    let around = height * 3;
    if top - around < seen_top {
        scroll.set_scroll_top((top - around).max(0));
    } else if top + height + around > seen_top + seen_height {
        scroll.set_scroll_top(top + height + around - seen_height);
    }
}

/// The line that the selected span is about: where it waits, or what woke it.
fn selected_line(model: &Model, ctx: &Context<SourceLines>) -> Option<u32> {
    let look = ctx.props().view.look();
    let selection = look.selection?;
    let lane = model.lane(selection.lane)?;
    let span = model.span_at(selection.lane, selection.moment);
    let location = match span.map(|span| (span.state, span.index)) {
        Some((SpanState::Idle(Some(wait)), _)) => wait.location,
        // A poll goes on where the lane had waited.
        Some((SpanState::Polling { .. } | SpanState::Scheduled(_), index)) => {
            let before = (0..index).rev().filter_map(|index| model.span(lane.id, index));
            let wait = before.take(2).find_map(|span| match span.state {
                SpanState::Idle(wait) => wait,
                _ => None,
            });
            wait.map_or(lane.location, |wait| wait.location)
        }
        _ => lane.location,
    };
    let here = |location: LocationId| {
        model.place(location).filter(|place| place.file.ends_with(look.file)).map(|place| place.line)
    };
    // What waits in another file is marked where the lane was made, or the nearest one around it that was
    // made in this one.
    let mut around = std::iter::successors(Some(lane), |lane| match lane.kind {
        LaneKind::Child => model.lane(lane.parent),
        LaneKind::Task => None,
    });
    here(location).or_else(|| around.find_map(|lane| here(lane.location)))
}

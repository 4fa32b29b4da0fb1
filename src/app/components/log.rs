//! What the code wrote for the reader.

use yew::prelude::*;

use super::ViewProps;
use super::pulse::Pulse;
use super::words::rich;
use crate::app::{Command, Selection};
use crate::timeline::{LogLine, clock_text};
use crate::trace::Level;

/// The most lines in the page; the rest is counted.
const MOST_LINES: usize = 400;

/// The log.
#[derive(Debug)]
pub struct Log {
    _pulse: Pulse,
}

impl Component for Log {
    type Message = ();
    type Properties = ViewProps;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        Self { _pulse: Pulse::new(&ctx.props().view, move || link.send_message(())) }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let view = &ctx.props().view;
        let (look, model) = (view.look(), view.model());
        let count = model.log_lines().count();
        if count == 0 {
            return html! { <p class="empty">{ "Nothing was logged yet. Lines appear here as the code writes them." }</p> };
        }
        // Those around the playhead: of a long log, what is being looked at.
        let now = model.log_lines().take_while(|line| line.moment <= look.moment).count();
        let first = now.saturating_sub(MOST_LINES / 2).min(count.saturating_sub(MOST_LINES));
        let lines = model.log_lines().skip(first).take(MOST_LINES);
        html! {
            <div class="log-lines">
                if first > 0 { <p class="empty">{ format!("{first} lines before these") }</p> }
                { for lines.enumerate().map(|(n, line)| {
                    let name = model.lane_name(line.lane).into_owned();
                    log_line(ctx, first + n, &line, name, line.moment > look.moment)
                }) }
                if first + MOST_LINES < count {
                    <p class="empty">{ format!("{} lines after these", count - first - MOST_LINES) }</p>
                }
            </div>
        }
    }
}

fn log_line(ctx: &Context<Log>, number: usize, line: &LogLine<'_>, name: String, is_later: bool) -> Html {
    let LogLine { moment, lane, level, .. } = *line;
    let class = match level {
        Level::Info => None,
        Level::Warn => Some("is-warn"),
        Level::Error => Some("is-error"),
    };
    let ViewProps { view, on_command } = ctx.props().clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        on_command.emit(Command::Seek { x: view.look().axis.x_from_moment(moment) });
        on_command.emit(Command::Select(Some(Selection { lane, moment })));
        on_command.emit(Command::Show(crate::app::Panel::Log));
    });
    let place = line.place.map(|place| format!(" ({place})")).unwrap_or_default();
    html! {
        <button key={number} type="button" class={classes!("log-line", class, is_later.then_some("is-later"))} {onclick}
            title={format!("Go to this moment{place}")}>
            <span class="log-time">{ clock_text(moment.nanos) }</span>
            <span class="log-who">{ name }</span>
            <span class="log-text">{ rich(line.text) }</span>
        </button>
    }
}

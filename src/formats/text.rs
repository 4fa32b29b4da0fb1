//! A run for a terminal: a timeline that a person can read, and the plain list of what happened.
//!
//! ```text
//!           │0 ms                          │20 ms               │40 ms
//!           ├──────────┤                                         ├─ 12 steps ─┤
//! main       ▒█████████────────────────────────────────────────────▒█████████✓ completed
//! ├ fetch 1     ██────────────────────────────────────────────────▒▒▒█████✓ completed
//! └ fetch 2         ██─────────────────────────────────────────────────────╳ dropped
//! ```

#[path = "text_resources.rs"]
mod resources;

use std::fmt::Write;

use crate::timeline::{Axis, Model, Row, Ruler, State, Viewport, VisibleSpan, Window, end_word};
use crate::trace::{End, LaneId};

/// How a timeline is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many columns there are; at least 40 are used.
    pub width: usize,
    /// Whether to use ASCII alone.
    pub ascii: bool,
    /// How many lanes are drawn; the rest is counted.
    pub lanes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 100, ascii: false, lanes: 100 }
    }
}

/// The characters of a timeline.
struct Ink {
    polling: char,
    scheduled: char,
    idle: char,
    ends: [char; 5],
    goes_on: char,
    tick: char,
    instant: [char; 3],
    branch: [&'static str; 3],
    cut: char,
}

const UNICODE: Ink = Ink {
    polling: '█',
    scheduled: '▒',
    idle: '─',
    ends: ['✓', '!', '╳', '╳', '✹'],
    goes_on: '…',
    tick: '│',
    instant: ['├', '─', '┤'],
    branch: ["├ ", "└ ", "│ "],
    cut: '…',
};

const ASCII: Ink = Ink {
    polling: '#',
    scheduled: ':',
    idle: '-',
    ends: ['v', '!', 'x', 'x', '*'],
    goes_on: '>',
    tick: '|',
    instant: ['[', '-', ']'],
    branch: ["|-", "`-", "| "],
    cut: '~',
};

/// How much room there is at least right of the chart, for the words of lanes that reach its edge.
const WORDS: usize = 14;
const NARROWEST: usize = 40;
const LONGEST_LABEL: usize = 28;

/// Returns a timeline: a ruler, a row for each lane, a legend.
pub fn timeline(model: &Model, options: &Options) -> String {
    let ink = if options.ascii { &ASCII } else { &UNICODE };
    let width = options.width.max(NARROWEST);
    let rows = &model.rows()[..model.rows().len().min(options.lanes)];
    let labels = labels(model, rows, ink);
    let resources: Vec<_> = model.shown_resources().iter().filter_map(|id| model.resource(*id)).collect();
    let resource_labels: Vec<_> =
        resources.iter().map(|resource| one_line(&resources::label(resource))).collect();
    let longest = labels.iter().chain(&resource_labels).map(|label| label.chars().count()).max().unwrap_or(0);
    let label_width = longest.min(LONGEST_LABEL).min(width / 3);
    let words: Vec<_> = rows.iter().map(|row| words(model, row.lane, ink)).collect();
    let resource_words: Vec<_> = resources.iter().map(|resource| resources::words(model, resource)).collect();
    let longest = words.iter().chain(&resource_words).map(|words| words.chars().count()).max().unwrap_or(0);
    let columns = width - label_width - 1 - longest.min(width / 3).max(WORDS);
    let axis = Axis::for_extent(&model.extent());
    let view = Viewport::fit(axis.x_range(&model.extent()), columns as f64, 0.0);
    let window = Window::new(model, &axis, &view);
    let mut out = String::new();
    for line in ruler(model, &axis, &view, ink).into_iter().filter(|line| !line.is_empty()) {
        put_line(&mut out, width, &format!("{:label_width$} {line}", ""), ink);
    }
    for ((resource, label), words) in resources.iter().zip(&resource_labels).zip(&resource_words) {
        let chart = resources::chart(model, resource, &axis, &view, options.ascii);
        let gap = " ".repeat(columns.saturating_sub(chart.chars().count()));
        put_line(&mut out, width, &format!("{} {chart}{gap}{words}", pad(label, label_width, ink)), ink);
    }
    for ((row, label), words) in rows.iter().zip(&labels).zip(&words) {
        let mut chart = chart(&window, row.lane, columns, ink);
        if let (true, Some(lane)) = (chart.is_empty(), model.lane(row.lane)) {
            // A lane that was never polled has its mark where it ended.
            let moment = lane.end.map_or(lane.spawned, |end| end.moment);
            let place = view.px_from_x(axis.x_from_moment(moment)) as usize;
            chart = " ".repeat(place.min(columns));
        }
        put_line(&mut out, width, &format!("{} {chart}{words}", pad(label, label_width, ink)), ink);
    }
    let hidden = model.rows().len() - rows.len();
    if hidden > 0 {
        let _ = writeln!(out, "{} {hidden} more lanes", ink.goes_on);
    }
    out.push('\n');
    out.push_str(&legend(ink, width));
    let lost = model.dropped().events.saturating_add(model.dropped().refused);
    if lost > 0 {
        let _ = writeln!(out, "{lost} events are missing: the run was longer than what was kept");
    }
    out
}

/// Returns each event on a line: its step, the time to the nanosecond, the lane's number, a sentence.
///
/// Equal traces give equal text, so this is what a test of a whole run compares.
pub fn events(model: &Model) -> String {
    let mut out = String::new();
    let steps = model.event_count().to_string().len();
    for event in model.events(1..=model.event_count()) {
        let moment = event.moment;
        let time = format!("{}.{:06} ms", moment.nanos / 1_000_000, moment.nanos % 1_000_000);
        let lane = format!("#{}", event.lane.0);
        let sentence = one_line(&model.sentence(&event));
        let _ = writeln!(out, "{:>steps$} {time:>16} {lane:>4}  {sentence}", moment.order);
    }
    out
}

fn labels(model: &Model, rows: &[Row], ink: &Ink) -> Vec<String> {
    // From the back, because a branch is the last one if none of its depth follows.
    let mut follows: Vec<bool> = Vec::new();
    let mut labels: Vec<String> = Vec::new();
    for row in rows.iter().rev() {
        let depth = usize::from(row.depth);
        follows.resize(depth + 1, false);
        let mut label = String::new();
        for (level, follows) in follows.iter().enumerate().take(depth + 1).skip(1) {
            label.push_str(match (level == depth, follows) {
                (true, true) => ink.branch[0],
                (true, false) => ink.branch[1],
                (false, true) => ink.branch[2],
                (false, false) => "  ",
            });
        }
        follows[depth] = true;
        label.push_str(&one_line(&model.lane_name(row.lane)));
        labels.push(label);
    }
    labels.reverse();
    labels
}

fn ruler(model: &Model, axis: &Axis, view: &Viewport, ink: &Ink) -> [String; 2] {
    let columns = view.width_px as usize + WORDS;
    let ruler = Ruler::with_narrowest(model, axis, view, 11.0, 2.5);
    let mut ticks = vec![' '; columns];
    for tick in &ruler.ticks {
        let label = std::iter::once(ink.tick).chain(tick.label.chars());
        let place = tick.px.max(0.0) as usize;
        ticks.iter_mut().skip(place).zip(label).for_each(|(cell, char)| *cell = char);
    }
    let mut instants = vec![' '; columns];
    for instant in &ruler.instants {
        let begin = instant.begin_px.max(0.0) as usize;
        let length = (instant.end_px as usize).min(columns - 1).saturating_sub(begin) + 1;
        let steps = format!(" {} steps ", instant.last_order - instant.first_order + 1);
        let cells = instants.iter_mut().skip(begin).take(length).enumerate();
        let text = if length > steps.len() + 2 { steps } else { String::new() };
        let text_begin = (length - text.len()) / 2;
        for (place, cell) in cells {
            *cell = match place {
                0 => ink.instant[0],
                place if place + 1 == length => ink.instant[2],
                _ => ink.instant[1],
            };
            if let Some(char) = place.checked_sub(text_begin).and_then(|place| text.chars().nth(place)) {
                *cell = char;
            }
        }
    }
    [ticks, instants].map(|line| line.into_iter().collect::<String>().trim_end().to_owned())
}

/// What a lane did, one character a column, up to its end.
fn chart(window: &Window<'_>, lane: LaneId, columns: usize, ink: &Ink) -> String {
    let mut cells: Vec<Option<State>> = vec![None; columns];
    for span in window.spans(lane) {
        let (begin, end) = cells_of(&span, columns);
        for cell in &mut cells[begin..end] {
            *cell = (*cell).max(Some(span.state));
        }
    }
    let ink_of = |cell: &Option<State>| match cell {
        None => ' ',
        Some(State::Idle) => ink.idle,
        Some(State::Scheduled) => ink.scheduled,
        Some(State::Polling) => ink.polling,
    };
    cells.iter().map(ink_of).collect::<String>().trim_end().to_owned()
}

/// What stands at the end of a lane: how it ended, or what it still waits for.
fn words(model: &Model, lane: LaneId, ink: &Ink) -> String {
    let Some(end) = model.lane(lane).and_then(|lane| lane.end) else {
        let now = model.extent().end;
        let span = model.span_at(lane, now).filter(|span| span.state.state() == State::Idle);
        let doing = span.map(|span| one_line(&model.doing_text(&span, now)));
        let waits = doing.as_deref().and_then(|doing| doing.strip_prefix("idle: "));
        return waits.map_or(ink.goes_on.to_string(), |waits| format!("{} {waits}", ink.goes_on));
    };
    let mark = ink.ends[end.end as usize];
    match model.text(end.message) {
        "" if matches!(end.end, End::Dropped | End::Cancelled) => {
            let losses = model.losses(end.moment);
            let went =
                if losses.is_empty() { String::new() } else { format!(": {}", one_line(&losses.join(", "))) };
            format!("{mark} {}{went}", end_word(end.end))
        }
        "" => format!("{mark} {}", end_word(end.end)),
        message => format!("{mark} {}: {}", end_word(end.end), one_line(message)),
    }
}

/// The cells of a span: at least one, and none that belongs to the next span alone.
fn cells_of(span: &VisibleSpan, columns: usize) -> (usize, usize) {
    let begin = (span.begin_px.max(0.0) as usize).min(columns - 1);
    let end = (span.end_px.max(0.0).round() as usize).min(columns);
    (begin, end.max(begin + 1))
}

fn legend(ink: &Ink, width: usize) -> String {
    let [completed, failed, cancelled, dropped, panicked] =
        End::ALL.iter().map(|end| (ink.ends[*end as usize], end_word(*end))).collect::<Vec<_>>()[..]
    else {
        return String::new();
    };
    let pairs = [
        (ink.polling, "polling"),
        (ink.scheduled, "scheduled"),
        (ink.idle, "idle"),
        completed,
        failed,
        (cancelled.0, "cancelled or dropped"),
        panicked,
        (ink.goes_on, "goes on"),
    ];
    debug_assert_eq!(cancelled.0, dropped.0, "one mark stands for both");
    let mut lines = vec![String::new()];
    for (mark, word) in pairs {
        let item = format!("{mark} {word}");
        let last = lines.last().map_or(0, |line| line.chars().count());
        if last > 0 && last + 2 + item.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if line.is_empty() { "" } else { "  " });
            line.push_str(&item);
        }
    }
    lines.join("\n") + "\n"
}

fn put_line(out: &mut String, width: usize, line: &str, ink: &Ink) {
    out.push_str(&cut(line.trim_end(), width, ink));
    out.push('\n');
}

fn pad(label: &str, width: usize, ink: &Ink) -> String {
    format!("{:width$}", cut(label, width, ink))
}

fn cut(text: &str, width: usize, ink: &Ink) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain([ink.cut]).collect()
}

/// What a program calls its tasks must not move the cursor of a terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;

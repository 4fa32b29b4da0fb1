//! The lanes themselves: rows, and what each lane did.

use super::super::captions::{is_resource, wait_caption};
use super::super::pen::{Pen, Type};
use super::Scene;
use crate::timeline::{Moment, SpanState, State, VisibleSpan, Window};
use crate::trace::LaneId;

/// A slice narrower than this is drawn without details.
const DETAIL_PX: f64 = 5.0;
/// How wide an idle line must be to carry words.
const WORDS_PX: f64 = 48.0;
/// How much lower than a poll what is scheduled is: told apart even where colours and hatching are not.
const LOWER_PX: f64 = 4.0;
/// A poll that takes no time can still be seen.
const LEAST_PX: f64 = 2.0;
/// How many slices of a line of the source are marked at most.
const MOST_MARKS: usize = 4000;

/// Draws the background of the rows.
pub fn rows(pen: &impl Pen, scene: &Scene) {
    let layout = scene.layout;
    let selected = scene.selected_lane().and_then(|lane| scene.rows.get(&lane)).copied();
    for row in layout.visible_rows() {
        let top = layout.row_top(row);
        if selected == Some(row) || scene.hovered_row == Some(row) {
            pen.colour(&scene.palette.row_selected);
            pen.opacity(if selected == Some(row) { 1.0 } else { 0.45 });
            pen.rect(0.0, top, layout.width_px, layout.metrics.lane_px);
            pen.opacity(1.0);
        }
        pen.colour(&scene.palette.line);
        pen.opacity(0.7);
        pen.level(0.0, layout.width_px, top + layout.metrics.lane_px, 1.0);
        pen.opacity(1.0);
    }
}

/// A slice in pixels of the panel.
struct Slice {
    lane: LaneId,
    row: usize,
    left: f64,
    right: f64,
    y: f64,
    span: VisibleSpan,
}

/// Draws what each visible lane did, one state after another, so that the colour changes rarely.
pub fn spans(pen: &impl Pen, scene: &Scene, window: &Window) {
    let mut slices = Vec::new();
    let (left, width) = (scene.left(), scene.layout.plot_width());
    for row in scene.layout.visible_rows() {
        let Some(lane) = scene.lane_at(row).map(|row| row.lane) else { continue };
        let y = scene.layout.track_y(row);
        for span in window.spans(lane) {
            // What goes on is drawn up to the playhead, which moves on while nothing happens.
            let end = if span.is_open { (left + span.end_px).max(scene.known()) } else { left + span.end_px };
            let (begin, end) = ((left + span.begin_px).max(left - 8.0), end.min(left + width + 8.0));
            slices.push(Slice { lane, row, left: begin, right: end.max(begin), y, span });
        }
    }
    idle(pen, scene, &slices);
    scheduled(pen, scene, &slices);
    polling(pen, scene, &slices);
}

fn idle(pen: &impl Pen, scene: &Scene, slices: &[Slice]) {
    let mut dashed = Vec::new();
    let mut words = Vec::new();
    pen.colour(&scene.palette.idle);
    for slice in slices.iter().filter(|slice| slice.span.state == State::Idle) {
        let wide = slice.right - slice.left;
        let wait = (wide >= DETAIL_PX && slice.span.spans == 1).then(|| wait_of(scene, slice)).flatten();
        let resource = wait.is_some_and(|wait| is_resource(&wait));
        if resource {
            dashed.push((slice.left, slice.right, slice.y));
        } else {
            pen.level(slice.left, slice.right, slice.y, 1.5);
        }
        let is_looked_at = scene.look.is_still
            || scene.selected_lane() == Some(slice.lane)
            || scene.hovered_row == Some(slice.row);
        if let Some(wait) = wait
            && wide >= WORDS_PX
            && (resource || is_looked_at)
        {
            words.push((slice, resource, wait_caption(scene.model, &wait)));
        }
    }
    pen.colour(&scene.palette.resource);
    pen.dashes(&dashed, 2.0, (4.0, 3.0));
    for (slice, resource, text) in words {
        caption(pen, scene, slice, resource, &text);
    }
}

fn wait_of(scene: &Scene, slice: &Slice) -> Option<crate::timeline::Wait> {
    match scene.model.span(slice.lane, slice.span.first)?.state {
        SpanState::Idle(wait) => wait,
        SpanState::Scheduled(_) | SpanState::Polling { .. } => None,
    }
}

/// Writes on an idle line what the lane waits for, in the middle of what can be seen of it.
fn caption(pen: &impl Pen, scene: &Scene, slice: &Slice, resource: bool, text: &str) {
    let left = slice.left.max(scene.left());
    let right = slice.right.min(scene.layout.width_px);
    let width = pen.width(Type::Small, text);
    if width > right - left - 24.0 {
        return;
    }
    // Where the lane is about to end, the words of its end may need the other half.
    let lane = scene.model.lane(slice.lane);
    let has_ended = lane.and_then(|lane| lane.end).is_some_and(|end| end.moment <= scene.look.moment);
    let is_last = slice.span.first + 3 > scene.model.span_count(slice.lane);
    let x = if has_ended && is_last { left + 16.0 } else { (left + right - width) / 2.0 };
    let is_selected = scene.selected_lane() == Some(slice.lane);
    pen.colour(if is_selected { &scene.palette.row_selected } else { &scene.palette.surface });
    pen.rect(x - 4.0, slice.y - 7.0, width + 8.0, 14.0);
    pen.colour(if resource { &scene.palette.resource } else { &scene.palette.muted });
    pen.text(Type::Small, text, x, slice.y);
}

fn scheduled(pen: &impl Pen, scene: &Scene, slices: &[Slice]) {
    let high = scene.layout.metrics.block_px - LOWER_PX;
    let of_state = || slices.iter().filter(|slice| slice.span.state == State::Scheduled);
    pen.colour(&scene.palette.scheduled);
    for slice in of_state().filter(|slice| slice.right - slice.left < DETAIL_PX) {
        pen.rect(slice.left, slice.y - high / 2.0, slice.right - slice.left, high);
    }
    pen.hatching();
    for slice in of_state().filter(|slice| slice.right - slice.left >= DETAIL_PX) {
        pen.rect(slice.left, slice.y - high / 2.0, slice.right - slice.left, high);
    }
    pen.colour(&scene.palette.scheduled);
    for slice in of_state().filter(|slice| slice.right - slice.left >= DETAIL_PX) {
        pen.ring(slice.left, slice.y - high / 2.0, slice.right - slice.left, high, 0.0, 1.0);
    }
}

fn polling(pen: &impl Pen, scene: &Scene, slices: &[Slice]) {
    let high = scene.layout.metrics.block_px;
    pen.colour(&scene.palette.polling);
    for slice in slices.iter().filter(|slice| slice.span.state == State::Polling) {
        let wide = slice.right - slice.left;
        if wide >= DETAIL_PX {
            pen.round_rect(slice.left, slice.y - high / 2.0, wide, high, 2.0);
        } else {
            pen.rect(slice.left, slice.y - high / 2.0, wide.max(LEAST_PX), high);
        }
    }
}

/// Marks the slices in which lanes are parked on the line of the source under the pointer.
pub fn hovered_line(pen: &impl Pen, scene: &Scene) {
    let (Some(line), look) = (scene.look.hover_line, scene.look) else { return };
    let (from_x, to_x) = look.viewport.x_range();
    let to = look.axis.moment_from_x(scene.model, to_x);
    let high = scene.layout.metrics.block_px + 4.0;
    pen.colour(&scene.palette.mark);
    let visible = scene.layout.visible_rows();
    for span in scene.model.spans_on_line(look.file, line, Moment::START, to).take(MOST_MARKS) {
        let end_x = span.end.map_or(look.frontier.max(look.playhead), |end| look.axis.x_from_moment(end));
        let Some(row) = scene.rows.get(&span.lane).filter(|row| visible.contains(row)) else { continue };
        if end_x < from_x {
            continue;
        }
        let left = scene.x(look.axis.x_from_moment(span.begin)).max(scene.left() - 8.0);
        let right = scene.x(end_x).min(scene.layout.width_px + 8.0);
        pen.rect(left, scene.layout.track_y(*row) - high / 2.0, (right - left).max(4.0), high);
    }
    for lane in scene.model.lanes_on_line(look.file, line) {
        let Some(row) = scene.rows.get(&lane.id).filter(|row| visible.contains(row)) else { continue };
        let x = scene.x(look.axis.x_from_moment(lane.spawned));
        pen.rect(x - 3.0, scene.layout.track_y(*row) - high / 2.0, 6.0, high);
    }
}

/// Rings the selected slice.
pub fn selected_span(pen: &impl Pen, scene: &Scene) {
    let look = scene.look;
    let Some(selection) = look.selection else { return };
    let Some(row) = scene.rows.get(&selection.lane) else { return };
    let Some(span) = scene.model.span_at(selection.lane, selection.moment) else { return };
    let left = scene.x(look.axis.x_from_moment(span.begin));
    let right = span.end.map_or(scene.known(), |end| scene.x(look.axis.x_from_moment(end)));
    let (left, right) = (left.max(scene.left() - 20.0), right.min(scene.layout.width_px + 20.0));
    if right < scene.left() - 8.0 || left > scene.layout.width_px + 8.0 {
        return;
    }
    let is_idle = span.state.state() == State::Idle;
    let high = scene.layout.metrics.block_px + if is_idle { 0.0 } else { 6.0 };
    pen.colour(&scene.palette.accent);
    let y = scene.layout.track_y(*row) - high / 2.0;
    pen.ring(left - 2.0, y, (right - left).max(LEAST_PX) + 4.0, high, 4.0, 2.0);
}

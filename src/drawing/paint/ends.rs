//! How lanes ended: a mark and a few words behind their last slice.

use super::super::captions::end_caption;
use super::super::pen::{Pen, Type};
use super::super::shapes::Shape;
use super::Scene;
use crate::timeline::{Lane, State};
use crate::trace::End;

/// Half of the height of a mark.
const MARK_PX: f64 = 5.0;
/// From the last slice to the middle of the mark.
const GAP_PX: f64 = 10.0;
/// With so much room behind the mark the words stand there, even if not all of them fit.
const ENOUGH_PX: f64 = 72.0;

/// Draws those ends of the visible lanes that the playhead has passed, or those that lie ahead of it.
pub fn ends(pen: &impl Pen, scene: &Scene, ahead: bool) {
    for row in scene.layout.visible_rows() {
        let Some(lane) = scene.lane_at(row).and_then(|row| scene.model.lane(row.lane)) else {
            continue;
        };
        let Some(end) = lane.end.filter(|end| (end.moment > scene.look.moment) == ahead) else { continue };
        // A lane that ends within a poll is drawn to the end of that poll.
        let last = scene.model.span_count(lane.id).checked_sub(1);
        let last = last.and_then(|last| scene.model.span(lane.id, last)).and_then(|span| span.end);
        let moment = last.unwrap_or(end.moment).max(end.moment);
        let edge = scene.x(scene.look.axis.x_from_moment(moment));
        if edge < scene.left() - 400.0 || edge > scene.layout.width_px + 400.0 {
            continue;
        }
        let y = scene.layout.track_y(row);
        // A rim keeps the mark apart from the now-line, which may be right behind it.
        pen.colour(&scene.palette.surface);
        pen.shape(Shape::of(end.end), edge + GAP_PX, y, MARK_PX, 5.0);
        pen.colour(scene.palette.end(end.end));
        pen.shape(Shape::of(end.end), edge + GAP_PX, y, MARK_PX, 2.0);
        let caption = end_caption(scene.model, &end);
        if !caption.is_empty() {
            words(pen, scene, lane, edge, y, &caption);
        }
    }
}

/// Writes behind the mark, cut if need be, or before the lane's last slices where there is no room.
fn words(pen: &impl Pen, scene: &Scene, lane: &Lane, edge: f64, y: f64, caption: &str) {
    let caption = caption.replace('`', "");
    let selected = scene.selected_lane() == Some(lane.id);
    let ground = if selected { &scene.palette.row_selected } else { &scene.palette.surface };
    let colour = scene.palette.end(lane.end.map_or(End::Completed, |end| end.end));
    let behind = edge + GAP_PX + MARK_PX + 5.0;
    let room = scene.layout.width_px - 6.0 - behind;
    let wide = pen.width(Type::Strong, &caption);
    let behind_mark = |room: f64| {
        let text = pen.fitted(Type::Strong, &caption, room);
        pen.rimmed(Type::Strong, &text, behind, y, ground, colour);
    };
    if room >= wide {
        return behind_mark(room);
    }
    // What lies ahead of the playhead is not told behind it.
    let is_ahead = lane.end.is_none_or(|end| end.moment > scene.look.moment);
    let before = if is_ahead { None } else { room_before(scene, lane, edge) };
    match before {
        // Where all of it fits, or at least more than behind the mark.
        Some((right, room_before))
            if room_before >= ENOUGH_PX && (room_before >= wide || room < ENOUGH_PX) =>
        {
            let text = pen.fitted(Type::Strong, &caption, room_before);
            let width = pen.width(Type::Strong, &text);
            let x = right - width;
            pen.colour(ground);
            pen.rect(x - 4.0, y - 8.0, width + 8.0, 16.0);
            pen.colour(colour);
            pen.text(Type::Strong, &text, x, y);
        }
        _ if room >= ENOUGH_PX => behind_mark(room),
        _ => {}
    }
}

/// Returns where words before a lane's last slices end, and how much room there is for them: on the idle line,
/// because what lies farther back is worth more than it.
fn room_before(scene: &Scene, lane: &Lane, edge: f64) -> Option<(f64, f64)> {
    let x_of = |moment| scene.x(scene.look.axis.x_from_moment(moment));
    let mut spans = scene.model.spans(lane.id).rev().skip_while(|span| span.state.state() != State::Idle);
    let idle = spans.next()?;
    let right = idle.end.map_or(edge, x_of) - 8.0;
    let room = right - x_of(idle.begin).max(scene.left()) - 8.0;
    (right <= scene.layout.width_px).then_some((right, room))
}

//! How lanes ended: a mark and a few words behind their last slice.

use super::super::captions::end_caption;
use super::super::pen::{Pen, Type};
use super::super::shapes::Shape;
use super::Scene;

/// Half of the height of a mark.
const MARK_PX: f64 = 5.0;
/// From the last slice to the middle of the mark.
const GAP_PX: f64 = 10.0;

/// Draws the ends of the visible lanes.
pub fn ends(pen: &Pen, scene: &Scene) {
    for row in scene.layout.visible_rows() {
        let Some(lane) = scene.model.rows().get(row).and_then(|row| scene.model.lane(row.lane)) else {
            continue;
        };
        let Some(end) = lane.end else { continue };
        // A lane that ends within a poll is drawn to the end of that poll.
        let last = scene.model.span_count(lane.id).checked_sub(1);
        let last = last.and_then(|last| scene.model.span(lane.id, last)).and_then(|span| span.end);
        let moment = last.unwrap_or(end.moment).max(end.moment);
        let edge = scene.x(scene.look.axis.x_from_moment(moment));
        if edge < scene.left() - 400.0 || edge > scene.layout.width_px + 400.0 {
            continue;
        }
        let y = scene.layout.track_y(row);
        pen.colour(scene.palette.end(end.end));
        pen.shape(Shape::of(end.end), edge + GAP_PX, y, MARK_PX);
        let caption = end_caption(scene.model, &end);
        if !caption.is_empty() {
            words(pen, scene, edge, y, &caption);
        }
    }
}

/// Writes behind the mark, or before the end where there is no room behind it.
fn words(pen: &Pen, scene: &Scene, edge: f64, y: f64, caption: &str) {
    let right = scene.layout.width_px - 6.0;
    let behind = edge + GAP_PX + MARK_PX + 5.0;
    let width = pen.width(Type::Strong, caption);
    let before = edge - 14.0 - width;
    if behind + width <= right || (right - behind > 80.0 && before < scene.left()) {
        let text = pen.fitted(Type::Strong, caption, right - behind);
        pen.text(Type::Strong, &text, behind, y);
        return;
    }
    let room = edge - 14.0 - scene.left() - 4.0;
    let text = pen.fitted(Type::Strong, caption, room);
    if text.is_empty() || edge > right + 40.0 {
        return;
    }
    let width = pen.width(Type::Strong, &text);
    let x = edge - 14.0 - width;
    pen.opacity(0.85);
    pen.colour(&scene.palette.surface);
    pen.rect(x - 3.0, y - 8.0, width + 6.0, 16.0);
    pen.opacity(1.0);
    pen.colour(&scene.palette.text);
    pen.text(Type::Strong, &text, x, y);
}

//! Futures that exist and were not polled yet: a ring where they were made, and dots until something
//! runs them, if anything ever does.

use super::super::pen::{Pen, Type};
use super::Scene;

/// How wide the dots must be to carry words.
const WORDS_PX: f64 = 96.0;

/// Draws the visible lanes up to their first slice.
pub fn unpolled(pen: &impl Pen, scene: &Scene) {
    let axis = scene.look.axis;
    let mut dots = Vec::new();
    let mut words = Vec::new();
    pen.colour(&scene.palette.idle);
    for row in scene.layout.visible_rows() {
        let lane = scene.lane_at(row).and_then(|row| scene.model.lane(row.lane));
        let Some(lane) = lane.filter(|lane| !lane.is_placeholder) else { continue };
        let first = scene.model.span(lane.id, 0).map(|span| span.begin);
        let until = first.or(lane.end.map(|end| end.moment));
        if until.is_some_and(|until| until.order <= lane.spawned.order + 1) {
            continue;
        }
        let left = scene.x(axis.x_from_moment(lane.spawned));
        let right = until.map_or(scene.known(), |until| scene.x(axis.x_from_moment(until)));
        if right < scene.left() || left > scene.layout.width_px {
            continue;
        }
        let y = scene.layout.track_y(row);
        pen.circle(left + 3.0, y, 3.0, 1.5);
        let (from, to) = ((left + 8.0).max(scene.left()), right.min(scene.layout.width_px));
        if to > from {
            dots.push((from, to, y));
        }
        if first.is_none() && to - from >= WORDS_PX {
            let text = if lane.end.is_some() { "never polled" } else { "not polled yet" };
            words.push((from, to, y, scene.selected_lane() == Some(lane.id), text));
        }
    }
    pen.dashes(&dots, 1.5, (1.5, 4.5));
    for (from, to, y, is_selected, text) in words {
        let width = pen.width(Type::Small, text);
        let x = (from + to - width) / 2.0;
        pen.colour(if is_selected { &scene.palette.row_selected } else { &scene.palette.surface });
        pen.rect(x - 4.0, y - 7.0, width + 8.0, 14.0);
        pen.colour(&scene.palette.muted);
        pen.text(Type::Small, text, x, y);
    }
}

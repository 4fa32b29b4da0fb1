//! Spans of `tracing`, inside the lane: a thin line while a span is open, a thick one while it is entered.

use super::super::pen::{Pen, Type};
use super::Scene;
use crate::trace::LaneId;

/// How many lines of spans there is room for under a track.
const LINES: u8 = 3;
/// How far the lines are apart, and how thick those of what is entered are.
const LINE_PX: f64 = 4.0;
const THICK_PX: f64 = 3.0;
/// How wide a span must be to carry its name.
const WORDS_PX: f64 = 56.0;
/// How many of a lane are drawn at most.
const MOST: usize = 2000;

/// Draws the spans of the visible lanes.
pub fn tracing_spans(pen: &impl Pen, scene: &Scene) {
    for row in scene.layout.visible_rows() {
        if let Some(lane) = scene.lane_at(row) {
            of_lane(pen, scene, row, lane.lane);
        }
    }
}

fn of_lane(pen: &impl Pen, scene: &Scene, row: usize, lane: LaneId) {
    let base = scene.layout.track_y(row) + scene.layout.metrics.block_px / 2.0 + 2.0;
    let y_of = |depth: u8| base + f64::from(depth.min(LINES - 1)) * LINE_PX;
    let x_of = |moment| scene.x(scene.look.axis.x_from_moment(moment));
    let clip = |begin, end: Option<_>| {
        let left = x_of(begin).max(scene.left() - 8.0);
        let right = end.map_or(scene.known(), x_of).min(scene.layout.width_px + 8.0);
        (right >= scene.left() && left <= scene.layout.width_px).then_some((left, right.max(left + 1.0)))
    };
    pen.colour(&scene.palette.accent);
    pen.opacity(0.55);
    for span in scene.model.tracing_spans(lane).take(MOST) {
        if let Some((left, right)) = clip(span.begin, span.end) {
            pen.level(left, right, y_of(span.depth), 1.0);
        }
    }
    pen.opacity(1.0);
    for piece in scene.model.tracing_pieces(lane).take(MOST) {
        if let Some((left, right)) = clip(piece.begin, piece.end) {
            pen.rect(left, y_of(piece.depth) - THICK_PX / 2.0, right - left, THICK_PX);
        }
    }
    let is_looked_at = scene.selected_lane() == Some(lane) || scene.hovered_row == Some(row);
    if !is_looked_at && !scene.look.is_still {
        return;
    }
    for span in scene.model.tracing_spans(lane).take(MOST) {
        let Some((left, right)) = clip(span.begin, span.end) else { continue };
        // The lines are nearer to each other than names are high: of a picture the outermost is told.
        if !is_looked_at && span.depth > 0 {
            continue;
        }
        let (name, _) = scene.model.tracing_name(span.span);
        let left = left.max(scene.left()) + 4.0;
        if right - left >= WORDS_PX {
            let name = pen.fitted(Type::Small, name, right - left - 8.0);
            let ground = if is_looked_at { &scene.palette.row_selected } else { &scene.palette.surface };
            pen.rimmed(Type::Small, &name, left, y_of(span.depth), ground, &scene.palette.text);
        }
    }
}

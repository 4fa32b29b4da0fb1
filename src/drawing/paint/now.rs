//! The now-line, and what lies beyond it.

use super::super::pen::{Pen, Type};
use super::Scene;
use crate::timeline::clock_text;

/// How high the pill with the time is.
const PILL_PX: f64 = 18.0;

/// Dims what has not happened yet for someone who looks at the playhead.
pub fn future(pen: &impl Pen, scene: &Scene) {
    let left = scene.now().max(scene.left());
    let right = scene.layout.width_px;
    if left >= right {
        return;
    }
    let top = scene.layout.metrics.ruler_px;
    pen.colour(&scene.palette.surface);
    pen.opacity(0.62);
    pen.rect(left, top, right - left, scene.layout.height_px - top);
    pen.opacity(1.0);
}

/// Draws the now-line through the lanes.
pub fn line(pen: &impl Pen, scene: &Scene) {
    pen.colour(&scene.palette.accent);
    pen.upright(scene.now(), scene.layout.metrics.ruler_px, scene.layout.height_px, 2.0);
}

/// Returns where the pill begins, how wide it is, and what it says.
pub fn pill_place(pen: &impl Pen, scene: &Scene) -> (f64, f64, String) {
    let (left, right) = (scene.left(), scene.layout.width_px);
    let now = scene.now();
    // Out of sight the pill waits at the edge and points the way.
    let text = match clock_text(scene.look.now_nanos) {
        text if now < left - 1.0 => format!("‹ {text}"),
        text if now > right + 1.0 => format!("{text} ›"),
        text => text,
    };
    let width = pen.width(Type::Strong, &text) + 16.0;
    let least = if scene.layout.metrics.labels_above { 2.0 } else { left - width / 2.0 };
    let x = (now - width / 2.0).min(right - width - 2.0).max(least);
    (x, width, text)
}

/// Draws the time at the head of the now-line.
pub fn pill(pen: &impl Pen, scene: &Scene) {
    let now = scene.now();
    pen.colour(&scene.palette.accent);
    if (scene.left() - 1.0..=scene.layout.width_px + 1.0).contains(&now) {
        pen.upright(now, PILL_PX, scene.layout.metrics.ruler_px + 1.0, 2.0);
    }
    let (x, width, text) = pill_place(pen, scene);
    pen.round_rect(x, 2.0, width, PILL_PX, PILL_PX / 2.0);
    pen.colour(&scene.palette.on_accent);
    pen.text(Type::Strong, &text, x + 8.0, 2.0 + PILL_PX / 2.0 + 0.5);
}

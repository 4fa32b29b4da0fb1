//! The ruler: round times, and the instants in which time stands still while things happen.

use super::super::pen::{Pen, Type};
use super::Scene;
use super::now::pill_place;
use crate::timeline::Ruler;

/// Where the times stand.
const TIMES_Y: f64 = 12.0;
/// Where the marks of the instants stand.
const INSTANTS_Y: f64 = 29.0;
/// An instant narrower than this has no room for words.
const WORDS_PX: f64 = 48.0;

/// Draws the lines of the ruler behind the lanes, and the instants as bands.
pub fn grid(pen: &impl Pen, scene: &Scene, ruler: &Ruler) {
    let (top, bottom) = (scene.layout.metrics.ruler_px, scene.layout.height_px);
    pen.colour(&scene.palette.grid);
    pen.opacity(0.3);
    for instant in &ruler.instants {
        let left = (scene.left() + instant.begin_px).max(scene.left());
        let right = (scene.left() + instant.end_px).min(scene.layout.width_px);
        pen.rect(left, top, right - left, bottom - top);
    }
    pen.opacity(1.0);
    for px in known_ticks(scene, ruler).map(|(px, _)| px) {
        pen.upright(px, top, bottom, 1.0);
    }
}

/// Draws the ruler itself, over whatever was scrolled below it.
pub fn ruler(pen: &impl Pen, scene: &Scene, ruler: &Ruler) {
    let (width, high) = (scene.layout.width_px, scene.layout.metrics.ruler_px);
    pen.colour(&scene.palette.surface);
    pen.rect(0.0, 0.0, width, high);
    // A time that is half hidden by the pill would be read wrongly.
    let pill = if scene.look.is_still { None } else { Some(pill_place(pen, scene)) };
    pen.within(scene.left() - 8.0, 0.0, width, high, |pen| {
        pen.colour(&scene.palette.muted);
        for (px, label) in known_ticks(scene, ruler) {
            pen.upright(px, 4.0, 20.0, 1.0);
            let x = px + 4.0;
            let is_hidden = pill.as_ref().is_some_and(|(pill, pill_width, _)| {
                x < pill + pill_width + 4.0 && x + pen.width(Type::Small, label) > pill - 4.0
            });
            if !is_hidden {
                pen.text(Type::Small, label, x, TIMES_Y);
            }
        }
        instants(pen, scene, ruler);
        gaps(pen, scene);
    });
    pen.colour(&scene.palette.line);
    pen.level(0.0, width, high, 1.0);
    if !scene.layout.metrics.labels_above {
        pen.upright(scene.left(), high, scene.layout.height_px, 1.0);
    }
}

/// Only what has happened has a place: the steps ahead will move every later time to the right.
fn known_ticks<'r>(scene: &Scene, ruler: &'r Ruler) -> impl Iterator<Item = (f64, &'r str)> {
    let known = scene.known();
    let left = scene.left();
    ruler
        .ticks
        .iter()
        .map(move |tick| (left + tick.px, tick.label.as_str()))
        .filter(move |(px, _)| *px <= known + 0.5)
}

fn instants(pen: &impl Pen, scene: &Scene, ruler: &Ruler) {
    for instant in &ruler.instants {
        let left = (scene.left() + instant.begin_px).max(scene.left());
        let right = (scene.left() + instant.end_px).min(scene.layout.width_px);
        pen.colour(&scene.palette.accent);
        pen.level(left + 1.0, right - 1.0, INSTANTS_Y + 6.0, 2.0);
        if right - left < WORDS_PX {
            continue;
        }
        pen.colour(&scene.palette.muted);
        let steps = instant.last_order - instant.first_order + 1;
        for text in [&instant.label, &format!("{steps} steps")] {
            let width = pen.width(Type::Small, text);
            if width + 8.0 <= right - left {
                pen.text(Type::Small, text, (left + right - width) / 2.0, INSTANTS_Y - 2.0);
                break;
            }
        }
    }
}

/// Says where events are missing.
fn gaps(pen: &impl Pen, scene: &Scene) {
    pen.colour(&scene.palette.failed);
    for gap in scene.model.gaps() {
        let x = scene.x(scene.look.axis.x_from_moment(gap.after));
        if x >= scene.left() && x <= scene.layout.width_px {
            pen.upright(x, 0.0, scene.layout.metrics.ruler_px, 2.0);
            pen.text(Type::Small, &format!("{} events lost", gap.events), x + 4.0, INSTANTS_Y - 2.0);
        }
    }
}

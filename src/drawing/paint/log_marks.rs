//! Warnings and errors that the code wrote, as small flags on the lanes that wrote them.

use super::super::pen::Pen;
use super::Scene;
use crate::trace::{LaneId, Level};

/// With more of them in sight than this none is drawn: they would cover what they are about.
const MOST: usize = 300;
const SIZE_PX: f64 = 4.0;

/// Draws the flags of the visible lanes.
pub fn log_marks(pen: &impl Pen, scene: &Scene) {
    let (from_x, to_x) = scene.look.viewport.x_range();
    let from = scene.look.axis.moment_from_x(scene.model, from_x);
    let to = scene.look.axis.moment_from_x(scene.model, to_x);
    let lines = scene.model.log_lines_between(from, to).filter(|line| line.level != Level::Info);
    let marks: Vec<_> = lines.filter(|line| line.lane != LaneId::OUTSIDE).take(MOST + 1).collect();
    if marks.len() > MOST {
        return;
    }
    let visible = scene.layout.visible_rows();
    for line in &marks {
        let Some(row) = scene.rows.get(&line.lane).filter(|row| visible.contains(row)) else { continue };
        let x = scene.x(scene.look.axis.x_from_moment(line.moment));
        let y = scene.layout.track_y(*row) - scene.layout.metrics.block_px / 2.0 - SIZE_PX;
        let colour =
            if line.level == Level::Error { &scene.palette.failed } else { &scene.palette.scheduled };
        pen.colour(&scene.palette.surface);
        pen.triangle(x, y, SIZE_PX + 1.5);
        pen.colour(colour);
        pen.triangle(x, y, SIZE_PX);
    }
}

//! The names of the lanes: in a column, or above each lane where there is no room for one.

use super::super::pen::{Pen, Type};
use super::Scene;
use crate::timeline::LaneState;

/// Draws the names.
pub fn labels(pen: &Pen, scene: &Scene) {
    let (layout, metrics) = (scene.layout, scene.layout.metrics);
    for row in layout.visible_rows() {
        let Some(shown) = scene.model.rows().get(row).copied() else { continue };
        let selected = scene.selected_lane() == Some(shown.lane);
        let exists = scene.model.state_at(shown.lane, scene.look.moment) != LaneState::Unborn;
        let kind = if selected { Type::Strong } else { Type::Label };
        let y = if metrics.labels_above { layout.row_top(row) + 12.0 } else { layout.track_y(row) };
        // Deep nesting must not push a name out of its column.
        let depth = f64::from(shown.depth).min(4.0);
        let mut x = 14.0 + depth * metrics.indent_px;
        if metrics.labels_above {
            x -= 4.0;
        } else {
            pen.colour(if selected { &scene.palette.row_selected } else { &scene.palette.surface });
            pen.rect(0.0, layout.row_top(row) + 1.0, metrics.labels_px, metrics.lane_px - 1.0);
        }
        if shown.depth > 0 {
            pen.colour(&scene.palette.idle);
            pen.upright(x - 8.0, y - 8.0, y + 0.5, 1.0);
            pen.level(x - 8.0, x - 2.0, y, 1.0);
            x += 2.0;
        }
        let room =
            if metrics.labels_above { layout.width_px - 16.0 - x } else { metrics.labels_px - x - 8.0 };
        let name = scene.model.lane_name(shown.lane);
        let colour = if exists || selected { &scene.palette.text } else { &scene.palette.muted };
        let name = pen.fitted(kind, &name, room);
        if metrics.labels_above {
            let ground = if selected { &scene.palette.row_selected } else { &scene.palette.surface };
            pen.rimmed(kind, &name, x, y, ground, colour);
        } else {
            pen.colour(colour);
            pen.text(kind, &name, x, y);
        }
    }
}

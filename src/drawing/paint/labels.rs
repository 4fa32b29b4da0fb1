//! The names of the lanes: in a column, or above each lane where there is no room for one.

use super::super::pen::{Pen, Type};
use super::Scene;
use crate::timeline::{LaneState, Resource, resource_word};

/// Draws the names.
pub fn labels(pen: &impl Pen, scene: &Scene) {
    let (layout, metrics) = (scene.layout, scene.layout.metrics);
    for row in layout.visible_rows() {
        if let Some(resource) = scene.resource_at(row) {
            resource_label(pen, scene, row, resource);
            continue;
        }
        let Some(shown) = scene.lane_at(row) else { continue };
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

/// Writes the name of a resource and, where there is room, what it is.
fn resource_label(pen: &impl Pen, scene: &Scene, row: usize, resource: &Resource) {
    let (layout, metrics) = (scene.layout, scene.layout.metrics);
    let y = if metrics.labels_above { layout.row_top(row) + 12.0 } else { layout.track_y(row) };
    let x = if metrics.labels_above { 10.0 } else { 14.0 };
    let room = if metrics.labels_above { layout.width_px - 16.0 - x } else { metrics.labels_px - x - 8.0 };
    let (surface, colour) = (&scene.palette.surface, &scene.palette.resource);
    if !metrics.labels_above {
        pen.colour(surface);
        pen.rect(0.0, layout.row_top(row) + 1.0, metrics.labels_px, metrics.lane_px - 1.0);
    }
    let name = pen.fitted(Type::Strong, &resource.name, room);
    pen.rimmed(Type::Strong, &name, x, y, surface, colour);
    let after = x + pen.width(Type::Strong, &name) + 8.0;
    let kind = resource_word(resource.kind);
    if after + pen.width(Type::Small, kind) <= x + room {
        pen.rimmed(Type::Small, kind, after, y, surface, &scene.palette.muted);
    }
}

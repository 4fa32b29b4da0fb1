//! What a timeline shows, from the back to the front.

mod ends;
mod flows;
mod labels;
mod lanes;
mod log_marks;
mod now;
mod resources;
mod ruler;
mod tracing_spans;
mod unpolled;
mod wakes;

pub use flows::carries_messages;
use rustc_hash::FxHashMap;
pub use wakes::FEW;

use super::layout::Layout;
use super::palette::Palette;
use super::pen::Pen;
use super::sight::Sight;
use crate::timeline::{Model, Resource, Row, Ruler, Window};
use crate::trace::LaneId;

/// How near labels of the ruler may come to each other, and on a narrow panel.
const TICK_GAP_PX: (f64, f64) = (88.0, 64.0);

/// Everything that one painting looks at.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The run.
    pub model: &'a Model,
    /// The view of it.
    pub look: &'a Sight,
    /// Where things lie.
    pub layout: &'a Layout,
    /// The colours.
    pub palette: &'a Palette,
    /// The row of each lane.
    pub rows: &'a FxHashMap<LaneId, usize>,
    /// The row under the pointer.
    pub hovered_row: Option<usize>,
}

impl Scene<'_> {
    /// Returns where the plot begins.
    fn left(&self) -> f64 {
        self.layout.metrics.labels_px
    }

    /// Returns where an x of the axis lies in the panel.
    fn x(&self, axis_x: f64) -> f64 {
        self.left() + self.look.viewport.px_from_x(axis_x)
    }

    /// Returns where the playhead lies in the panel.
    fn now(&self) -> f64 {
        self.x(self.look.playhead)
    }

    /// Returns where what is known ends: the playhead, where it has gone on since the last event.
    fn known(&self) -> f64 {
        self.x(self.look.frontier.max(self.look.playhead))
    }

    /// Returns the lane of a row; none for the rows of resources, which come first.
    fn lane_at(&self, row: usize) -> Option<Row> {
        let row = row.checked_sub(self.model.shown_resources().len())?;
        self.model.rows().get(row).copied()
    }

    /// Returns the resource of a row.
    fn resource_at(&self, row: usize) -> Option<&Resource> {
        self.model.resource(*self.model.shown_resources().get(row)?)
    }

    fn selected_lane(&self) -> Option<LaneId> {
        self.look.selection.map(|selection| selection.lane)
    }
}

/// Paints it all.
pub fn paint(pen: &impl Pen, scene: &Scene) {
    let layout = scene.layout;
    let (width, height) = (layout.width_px, layout.height_px);
    let ruler_px = layout.metrics.ruler_px;
    pen.opacity(1.0);
    pen.colour(&scene.palette.surface);
    pen.rect(0.0, 0.0, width, height);
    let gap = if layout.metrics.labels_above { TICK_GAP_PX.1 } else { TICK_GAP_PX.0 };
    let ruler = Ruler::new(scene.model, &scene.look.axis, &scene.look.viewport, gap);
    let window = Window::new(scene.model, &scene.look.axis, &scene.look.viewport);
    pen.within(0.0, ruler_px, width, height - ruler_px, |pen| lanes::rows(pen, scene));
    pen.within(scene.left(), ruler_px, layout.plot_width(), height - ruler_px, |pen| {
        ruler::grid(pen, scene, &ruler);
        lanes::hovered_line(pen, scene);
        unpolled::unpolled(pen, scene);
        lanes::spans(pen, scene, &window);
        resources::resources(pen, scene);
        flows::flows(pen, scene);
        wakes::all(pen, scene);
        wakes::selected(pen, scene, &window);
        tracing_spans::tracing_spans(pen, scene);
        log_marks::log_marks(pen, scene);
        ends::ends(pen, scene, true);
        if !scene.look.is_still {
            now::future(pen, scene);
        }
        lanes::selected_span(pen, scene);
        if !scene.look.is_still {
            now::line(pen, scene);
        }
        ends::ends(pen, scene, false);
    });
    pen.within(0.0, ruler_px, width, height - ruler_px, |pen| labels::labels(pen, scene));
    pen.within(0.0, 0.0, width, height, |pen| {
        ruler::ruler(pen, scene, &ruler);
        if !scene.look.is_still {
            now::pill(pen, scene);
        }
    });
}

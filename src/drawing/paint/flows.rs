//! Messages on their way: an arrow from the lane that sent to the lane that received.

use super::super::arrow::Arrow;
use super::super::pen::Pen;
use super::{FEW, Scene};
use crate::timeline::Flow;
use crate::trace::ResourceKind;

/// How many arrows of the selected lane are drawn at most.
const MANY: usize = 400;

/// Draws the messages that were received in sight.
pub fn flows(pen: &impl Pen, scene: &Scene) {
    let (from_x, to_x) = scene.look.viewport.x_range();
    let from = scene.look.axis.moment_from_x(scene.model, from_x);
    let to = scene.look.axis.moment_from_x(scene.model, to_x);
    let carriers = || scene.model.resources().iter().filter(|resource| carries_messages(resource.kind));
    let all = || carriers().flat_map(|resource| scene.model.flows(resource.id, from, to));
    let selected = scene.selected_lane();
    let is_selected =
        |flow: &Flow| selected.is_some_and(|lane| flow.sent.1 == lane || flow.received.1 == lane);
    let few: Vec<_> = all().take(FEW + 1).collect();
    pen.colour(&scene.palette.resource);
    if few.len() <= FEW {
        pen.opacity(if selected.is_some() { 0.35 } else { 0.7 });
        few.iter().filter(|flow| !is_selected(flow)).for_each(|flow| arrow(pen, scene, flow, 1.0));
        pen.opacity(1.0);
    }
    all().filter(|flow| is_selected(flow)).take(MANY).for_each(|flow| arrow(pen, scene, &flow, 1.75));
}

/// Returns whether what goes into such a resource comes out of it in another lane, which is drawn as an arrow.
pub fn carries_messages(kind: ResourceKind) -> bool {
    !matches!(kind, ResourceKind::Stream | ResourceKind::Mutex | ResourceKind::Semaphore)
}

fn arrow(pen: &impl Pen, scene: &Scene, flow: &Flow, line_px: f64) {
    let y = |lane| scene.rows.get(&lane).map(|row| scene.layout.track_y(*row));
    let (Some(from_y), Some(to_y)) = (y(flow.sent.1), y(flow.received.1)) else { return };
    let (top, bottom) = (scene.layout.metrics.ruler_px, scene.layout.height_px);
    let is_off = |y: f64| y < top || y > bottom;
    if from_y == to_y || (is_off(from_y) && is_off(to_y)) {
        return;
    }
    let x = |moment| scene.x(scene.look.axis.x_from_moment(moment));
    pen.arrow(&Arrow::between((x(flow.sent.0), from_y), (x(flow.received.0), to_y)), line_px);
}

//! Who woke whom, as arrows.

use super::super::arrow::Arrow;
use super::super::pen::Pen;
use super::Scene;
use crate::timeline::{LaneKind, Moment, SpanState, State, Wake, Window};
use crate::trace::LaneId;

/// With more arrows than this in sight, only those of the selected lane are drawn.
pub const FEW: usize = 60;
/// How many arrows of the selected lane are drawn at most.
const MANY: usize = 400;
/// Among how many events the wakes by the selected lane are looked for.
const SEARCHED: u32 = 20_000;

/// Draws every wake in sight, faintly, as long as they are few.
pub fn all(pen: &impl Pen, scene: &Scene) {
    let (from, to) = in_sight(scene);
    let wakes: Vec<_> = scene.model.wakes(from, to).take(FEW + 1).collect();
    if wakes.len() > FEW {
        return;
    }
    pen.colour(&scene.palette.wake);
    pen.opacity(if scene.look.is_still { 0.55 } else { 0.3 });
    let selected = scene.selected_lane();
    for wake in wakes.iter().filter(|wake| Some(wake.lane) != selected && Some(wake.by) != selected) {
        // A timer's wake says nothing that the lane itself does not.
        if wake.by != LaneId::OUTSIDE && wake.by != wake.lane {
            arrow(pen, scene, wake, 1.0);
        }
    }
    pen.opacity(1.0);
}

/// Draws the wakes of and by the selected lane.
pub fn selected(pen: &impl Pen, scene: &Scene, window: &Window) {
    let Some(lane) = scene.selected_lane() else { return };
    let (from, to) = in_sight(scene);
    pen.colour(&scene.palette.wake);
    if to.order.saturating_sub(from.order) <= SEARCHED {
        for wake in scene.model.wakes_of(lane, from, to).take(MANY) {
            arrow(pen, scene, &wake, 1.5);
        }
    } else {
        // So far out the wakes by a lane would have to be looked for among all others. Those of the
        // lane itself are known by its slices, as far as these can be told apart.
        let alone = window.spans(lane).filter(|span| span.spans == 1 && span.state == State::Scheduled);
        let spans = alone.filter_map(|shown| scene.model.span(lane, shown.first));
        for span in spans.take(MANY) {
            if let SpanState::Scheduled(Some(wake)) = span.state {
                arrow(pen, scene, &wake, 1.5);
            }
        }
    }
    // A child is not woken into being: its task polls it.
    let task = scene.model.lane(lane).filter(|lane| lane.kind == LaneKind::Task);
    let birth = task.and_then(|task| scene.model.wake_before(lane, task.spawned));
    if let Some(wake) = birth.filter(|wake| wake.by != LaneId::OUTSIDE) {
        arrow(pen, scene, &wake, 1.5);
    }
}

fn in_sight(scene: &Scene) -> (Moment, Moment) {
    let look = scene.look;
    let (from, to) = look.viewport.x_range();
    (look.axis.moment_from_x(scene.model, from), look.axis.moment_from_x(scene.model, to))
}

fn arrow(pen: &impl Pen, scene: &Scene, wake: &Wake, line_px: f64) {
    let y = |lane: LaneId| scene.rows.get(&lane).map(|row| scene.layout.track_y(*row));
    let Some(to) = y(wake.lane) else { return };
    let from = y(wake.by);
    let (top, bottom) = (scene.layout.metrics.ruler_px, scene.layout.height_px);
    let is_off = |y: f64| y < top || y > bottom;
    if is_off(to) && from.is_none_or(is_off) {
        return;
    }
    let x = scene.x(scene.look.axis.x_from_moment(wake.moment));
    pen.arrow(&Arrow::new(x, from, to), line_px);
}

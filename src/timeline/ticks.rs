//! The ruler: round times, and the instants that are unfolded.

use super::axis::round_down;
use super::units::{Scale, duration_text};
use super::window::MOST_PX;
use super::{Axis, Model, Moment, Viewport};

/// A mark on the ruler.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where, in pixels of the view.
    pub px: f64,
    /// What it says: a time with its unit, or `step 40` on an axis of pure steps.
    pub label: String,
}

/// A stretch of the axis in which the time stands still while things happen one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Instant {
    /// The time that it all has.
    pub nanos: u64,
    /// The number of its first event.
    pub first_order: u32,
    /// The number of its last event.
    pub last_order: u32,
    /// Where it begins, in pixels of the view; may lie left of it.
    pub begin_px: f64,
    /// Where it ends; may lie right of the view.
    pub end_px: f64,
    /// What to say about it: `41 ms, 12 steps`.
    pub label: String,
}

/// What is to be drawn above the lanes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ruler {
    /// Round times (or steps), from left to right.
    pub ticks: Vec<Tick>,
    /// The unfolded instants wide enough to be seen, from left to right.
    pub instants: Vec<Instant>,
}

impl Ruler {
    /// How wide an unfolded instant must be to be marked, unless told otherwise.
    const NARROWEST_INSTANT_PX: f64 = 8.0;

    /// Creates the ruler of a view, with labels at least `min_gap_px` apart.
    pub fn new(model: &Model, axis: &Axis, viewport: &Viewport, min_gap_px: f64) -> Self {
        Self::with_narrowest(model, axis, viewport, min_gap_px, Self::NARROWEST_INSTANT_PX)
    }

    /// As [`Ruler::new`], with the width from which on an unfolded instant is marked.
    pub fn with_narrowest(
        model: &Model,
        axis: &Axis,
        viewport: &Viewport,
        min_gap_px: f64,
        narrowest_px: f64,
    ) -> Self {
        let gap = min_gap_px.max(1.0) * viewport.units_per_pixel;
        let ticks = if axis.nanos_scale > 0.0 {
            time_ticks(model, axis, viewport, gap)
        } else {
            step_ticks(model, axis, viewport, gap)
        };
        Self { ticks, instants: unfolded(model, axis, viewport, narrowest_px.max(1.0)) }
    }
}

/// A time stands where it begins: left of all that happens at it.
fn time_ticks(model: &Model, axis: &Axis, viewport: &Viewport, gap: f64) -> Vec<Tick> {
    let step = round_up(gap / axis.nanos_scale);
    let (left, right) = viewport.x_range();
    let first = axis.moment_from_x(model, left).nanos.div_ceil(step).saturating_mul(step);
    let times = std::iter::successors(Some(first), |time| time.checked_add(step));
    let placed = times.map(|time| (time, x_of_time(model, axis, time)));
    let seen: Vec<_> = placed.take_while(|(_, x)| *x <= right).filter(|(_, x)| *x >= left).collect();
    let latest = seen.last().map_or(0, |(time, _)| *time);
    let scale = Scale::new(step, latest);
    let tick = |(time, x)| Tick { px: viewport.px_from_x(x), label: scale.label(time) };
    seen.into_iter().map(tick).collect()
}

fn x_of_time(model: &Model, axis: &Axis, nanos: u64) -> f64 {
    let instant = model.instant_nanos.partition_point(|instant| instant < nanos);
    let order = model.instant_orders.get(instant).map_or(model.event_count(), |first| first - 1);
    axis.x_from_moment(Moment { nanos, order })
}

fn step_ticks(model: &Model, axis: &Axis, viewport: &Viewport, gap: f64) -> Vec<Tick> {
    let step = u32::try_from(round_up(gap / axis.order_scale)).unwrap_or(u32::MAX);
    let (left, right) = viewport.x_range();
    let first = ((left / axis.order_scale).max(0.0) as u32).div_ceil(step).saturating_mul(step);
    let orders = std::iter::successors(Some(first), |order| order.checked_add(step));
    let orders = orders.take_while(|order| *order <= model.event_count());
    let placed = orders.map(|order| (order, axis.order_scale * f64::from(order)));
    let tick = |(order, x)| Tick { px: viewport.px_from_x(x), label: format!("step {order}") };
    placed.take_while(|(_, x)| *x <= right).map(tick).collect()
}

/// Whatever is `narrowest` wide holds one of the points that lie so far apart; only these are asked.
fn unfolded(model: &Model, axis: &Axis, viewport: &Viewport, narrowest: f64) -> Vec<Instant> {
    let mut found: Vec<Instant> = Vec::new();
    let mut px = 0.0;
    while px <= viewport.width_px.min(MOST_PX) {
        let order = axis.moment_from_x(model, viewport.x_from_px(px)).order;
        for order in [order, order + 1] {
            let Some(instant) = instant_of(model, axis, viewport, order) else { continue };
            let is_new = found.last().is_none_or(|last| last.first_order < instant.first_order);
            if is_new && instant.end_px - instant.begin_px >= narrowest {
                found.push(instant);
            }
        }
        px += narrowest;
    }
    found.retain(|instant| instant.end_px > 0.0 && instant.begin_px < viewport.width_px);
    found
}

fn instant_of(model: &Model, axis: &Axis, viewport: &Viewport, order: u32) -> Option<Instant> {
    if order == 0 || order > model.event_count() {
        return None;
    }
    let next = model.instant_orders.partition_point(|first| first <= order);
    let first_order = model.instant_orders.get(next.checked_sub(1)?)?;
    let nanos = model.instant_nanos.get(next - 1)?;
    let last_order = model.instant_orders.get(next).map_or(model.event_count(), |first| first - 1);
    let px = |order| viewport.px_from_x(axis.x_from_moment(Moment { nanos, order }));
    let steps = last_order - first_order + 1;
    let plural = if steps == 1 { "" } else { "s" };
    Some(Instant {
        nanos,
        first_order,
        last_order,
        begin_px: px(first_order - 1),
        end_px: px(last_order),
        label: format!("{}, {steps} step{plural}", duration_text(nanos)),
    })
}

/// Returns the least of 1, 2 and 5 times a power of ten that is not below `value`.
fn round_up(value: f64) -> u64 {
    let below = round_down(value.max(1.0));
    let choices = [1.0, 2.0, 2.5, 5.0].map(|factor| below * factor);
    choices.into_iter().find(|choice| *choice >= value && is_round(*choice)).unwrap_or(below) as u64
}

fn is_round(value: f64) -> bool {
    (round_down(value) - value).abs() < value * 1e-9
}

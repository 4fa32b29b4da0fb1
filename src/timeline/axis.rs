//! The axis: where a moment lies from left to right.

use super::column::gallop;
use super::{Extent, Model, Moment};
use serde::{Deserialize, Serialize};

/// Where a moment lies from left to right: `x = nanos_scale · nanos + order_scale · order`.
///
/// Neither factor is negative, so x never goes back along a run. With `order_scale` 0 it is an axis
/// of pure time, with `nanos_scale` 0 one of pure steps. In between, what shares an instant lies side
/// by side, and gaps in time keep their proportions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// Units for each nanosecond.
    pub nanos_scale: f64,
    /// Units for each step of the order.
    pub order_scale: f64,
}

impl Axis {
    /// Creates an axis of pure time; a unit is a nanosecond.
    pub fn time() -> Self {
        Self { nanos_scale: 1.0, order_scale: 0.0 }
    }

    /// Creates an axis of pure steps; a unit is a step.
    pub fn steps() -> Self {
        Self { nanos_scale: 0.0, order_scale: 1.0 }
    }

    /// Creates an axis on which a step takes the room of `nanos_per_step`; a unit is a nanosecond.
    pub fn blend(nanos_per_step: f64) -> Self {
        Self { nanos_scale: 1.0, order_scale: nanos_per_step.max(0.0) }
    }

    /// Creates the default axis for a run of this size.
    ///
    /// Where several events share an instant, steps take between a quarter and half of the room. Where
    /// nearly every event has a time of its own, as in real time, it is an axis of time alone. The
    /// room of a step is a round number, so that the axis of a run that goes on changes rarely.
    pub fn for_extent(extent: &Extent) -> Self {
        let (nanos, steps) = (extent.nanos() as f64, f64::from(extent.steps()));
        let sharing = extent.steps() as usize - extent.instants.min(extent.steps() as usize);
        if extent.nanos() == 0 {
            Self::blend(1e6)
        } else if sharing * 4 < extent.steps() as usize {
            Self::time()
        } else {
            Self::blend(round_down(nanos / steps.max(1.0)))
        }
    }

    /// Returns where a moment lies.
    pub fn x_from_moment(&self, moment: Moment) -> f64 {
        self.nanos_scale * moment.nanos as f64 + self.order_scale * f64::from(moment.order)
    }

    /// Returns the moment at `x`: the last event at or before it, and the time that has passed since.
    ///
    /// Where `x` lies in the room of a step, the moment is the one before that step. A playhead that
    /// moves along the axis keeps its own `x`, because many share a moment.
    pub fn moment_from_x(&self, model: &Model, x: f64) -> Moment {
        let extent = model.extent();
        let order = self.count_events(model, &mut 0, |event_x| event_x <= x);
        let event = model.moment_of(order);
        if self.nanos_scale <= 0.0 || x.is_nan() {
            return event;
        }
        let latest = model.moment(order.saturating_add(1)).map_or(extent.end.nanos, |next| next.nanos);
        let nanos = ((x - self.order_scale * f64::from(order)) / self.nanos_scale) as u64;
        Moment { nanos: nanos.clamp(event.nanos, latest.max(event.nanos)), order }
    }

    /// Returns where the run begins and where it ends.
    pub fn x_range(&self, extent: &Extent) -> (f64, f64) {
        (self.x_from_moment(extent.begin), self.x_from_moment(extent.end))
    }

    /// Returns how far in it makes sense to zoom: until a step, or else a nanosecond, can be seen.
    pub fn finest_units_per_pixel(&self) -> f64 {
        if self.order_scale > 0.0 { self.order_scale / 120.0 } else { self.nanos_scale / 8.0 }
    }

    /// Returns how many events at the start of the run have an x that fulfils `is_before`.
    ///
    /// `instant` is where to begin among the model's instants, and is moved to where the answer lies:
    /// asking from left to right costs little.
    pub(super) fn count_events(
        &self,
        model: &Model,
        instant: &mut usize,
        is_before: impl Fn(f64) -> bool,
    ) -> u32 {
        let first_of = |index| {
            let order = model.instant_orders.get(index).unwrap_or(u32::MAX);
            Moment { nanos: model.instant_nanos.get(index).unwrap_or(u64::MAX), order }
        };
        let is_instant_before = |index| is_before(self.x_from_moment(first_of(index)));
        let after = gallop(*instant, model.instant_orders.len(), is_instant_before);
        let Some(index) = after.checked_sub(1) else { return 0 };
        *instant = index;
        let first = first_of(index);
        let end = model.instant_orders.get(after).unwrap_or(model.event_count() + 1);
        let count = gallop(1, (end - first.order) as usize, |step| {
            is_before(self.x_from_moment(Moment { order: first.order + step as u32, ..first }))
        });
        first.order + count as u32 - 1
    }
}

/// Returns the greatest of 1, 2 and 5 times a power of ten that is not above `value`.
pub(super) fn round_down(value: f64) -> f64 {
    // Logarithms may differ by a bit between platforms; the comparisons decide.
    let mut power = 10f64.powi(value.log10().round() as i32);
    if power > value {
        power /= 10.0;
    }
    let digit = [5.0, 2.0].into_iter().find(|digit| digit * power <= value).unwrap_or(1.0);
    digit * power
}

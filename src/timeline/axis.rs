//! The axis: where a moment lies from left to right.

use super::{Extent, Model, Moment};

/// Where a moment lies from left to right: `x = nanos_scale · nanos + order_scale · order`.
///
/// Neither factor is negative, so x never goes back along a run. With `order_scale` 0 it is an axis
/// of pure time, with `nanos_scale` 0 one of pure steps. In between, what shares an instant lies side
/// by side, and gaps in time keep their proportions.
#[derive(Clone, Copy, Debug, PartialEq)]
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

    /// Creates the default axis for a run of this size: steps take up to half of the room.
    ///
    /// The room of a step is a round number, so that the axis of a run that goes on changes rarely.
    pub fn for_extent(extent: &Extent) -> Self {
        todo!("{extent:?}")
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
        todo!("{model:?} {x}")
    }

    /// Returns where the run begins and where it ends.
    pub fn x_range(&self, extent: &Extent) -> (f64, f64) {
        (self.x_from_moment(extent.begin), self.x_from_moment(extent.end))
    }

    /// Returns how far in it makes sense to zoom.
    pub fn finest_units_per_pixel(&self) -> f64 {
        todo!()
    }
}

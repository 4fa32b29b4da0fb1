//! The ruler: round times, and the instants that are unfolded.

use super::{Axis, Model, Viewport};

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
    /// Creates the ruler of a view, with labels at least `min_gap_px` apart.
    pub fn new(model: &Model, axis: &Axis, viewport: &Viewport, min_gap_px: f64) -> Self {
        todo!("{model:?} {axis:?} {viewport:?} {min_gap_px}")
    }
}

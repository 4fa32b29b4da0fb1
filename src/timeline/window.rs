//! What to paint: spans at the level of detail of a view.

use super::{Axis, Model, Span, State, Viewport};
use crate::trace::LaneId;

/// One rectangle: a span, or all that share a pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VisibleSpan {
    /// Where it begins, in pixels of the view; may lie left of it.
    pub begin_px: f64,
    /// Where it ends; may lie right of the view.
    pub end_px: f64,
    /// What the lane does; of several spans the strongest: polling, then scheduled, then idle.
    pub state: State,
    /// The place of the first span; see [`Model::span`].
    pub first: usize,
    /// How many spans this is.
    pub spans: usize,
    /// Whether it goes on: an open span is drawn up to the end of what is known.
    pub is_open: bool,
}

/// A view of a model, made ready once and then used for every lane.
///
/// Finding what shares a pixel costs `O(pixels · log spans)` for a lane, because the first event of
/// each pixel is looked up once for the whole view.
#[derive(Debug)]
pub struct Window<'a> {
    model: &'a Model,
    axis: Axis,
    viewport: Viewport,
}

impl<'a> Window<'a> {
    /// Creates the window through which `viewport` sees `model`.
    pub fn new(model: &'a Model, axis: &Axis, viewport: &Viewport) -> Self {
        Self { model, axis: *axis, viewport: *viewport }
    }

    /// Returns what to paint of a lane, from left to right.
    pub fn spans(&self, lane: LaneId) -> impl Iterator<Item = VisibleSpan> + '_ {
        let _ = (lane, self.model, self.axis, self.viewport);
        std::iter::empty()
    }

    /// Returns the span under a pixel. A poll within `tolerance_px` is preferred, so that the
    /// narrowest slices can be pointed at.
    pub fn hit(&self, lane: LaneId, px: f64, tolerance_px: f64) -> Option<Span> {
        todo!("{lane:?} {px} {tolerance_px}")
    }
}

//! What of a run is to be drawn, and for whom.

use crate::timeline::{Axis, Moment, Viewport};
use crate::trace::LaneId;

/// A lane at a moment: by task and time, never by index, so that a link still means the same later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The lane.
    pub lane: LaneId,
    /// A moment within the span that is meant.
    pub moment: Moment,
}

/// A view of a run at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Where moments lie.
    pub axis: Axis,
    /// Which part of the axis is drawn.
    pub viewport: Viewport,
    /// Where the playhead is.
    pub playhead: f64,
    /// The playhead's moment: everything shown in words is true then.
    pub moment: Moment,
    /// What the clock reads at the playhead; later than the moment while nothing happens.
    pub now_nanos: u64,
    /// Where what is recorded ends.
    pub frontier: f64,
    /// What is selected.
    pub selection: Option<Selection>,
    /// The line of the source whose slices are to be marked.
    pub hover_line: Option<u32>,
    /// The shown file, as [`crate::timeline::Model::spans_on_line`] takes it.
    pub file: &'static str,
    /// Whether it is a picture that nobody can point at or play: it has no now-line, and says by itself
    /// what the page says of the lane under the pointer.
    pub is_still: bool,
}

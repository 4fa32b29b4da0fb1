//! What lies under a point of the panel.

use crate::drawing::layout::Layout;

/// How near to the now-line a mouse has to be to take hold of it.
const GRAB_MOUSE_PX: f64 = 4.0;
/// The same for a finger.
const GRAB_TOUCH_PX: f64 = 14.0;

/// A part of the panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Zone {
    /// The ruler, where dragging moves the playhead.
    Ruler,
    /// The now-line, within reach.
    NowLine,
    /// The label of a row.
    Label {
        /// The row.
        row: usize,
    },
    /// The track of a row.
    Track {
        /// The row.
        row: usize,
        /// Where, in pixels of the view.
        px: f64,
    },
    /// Nothing: below the last lane.
    Empty,
}

impl Zone {
    /// Returns whether dragging from here moves the playhead.
    pub fn scrubs(self) -> bool {
        matches!(self, Self::Ruler | Self::NowLine)
    }

    /// Returns the row, if the zone has one.
    pub fn row(self) -> Option<usize> {
        match self {
            Self::Label { row } | Self::Track { row, .. } => Some(row),
            Self::Ruler | Self::NowLine | Self::Empty => None,
        }
    }
}

/// Returns what lies at a point; `now_px` is the playhead in pixels of the view.
pub fn zone_at(layout: &Layout, x: f64, y: f64, now_px: Option<f64>, is_touch: bool) -> Zone {
    if y < layout.metrics.ruler_px {
        return Zone::Ruler;
    }
    let px = x - layout.metrics.labels_px;
    let grab = if is_touch { GRAB_TOUCH_PX } else { GRAB_MOUSE_PX };
    if px >= -grab && now_px.is_some_and(|now| (now - px).abs() <= grab) {
        return Zone::NowLine;
    }
    match layout.row_at(y) {
        Some(row) if px < 0.0 => Zone::Label { row },
        Some(row) if layout.metrics.labels_above && y < layout.track_y(row) - layout.metrics.block_px => {
            Zone::Label { row }
        }
        Some(row) => Zone::Track { row, px },
        None => Zone::Empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::layout::Metrics;

    fn layout(width_px: f64) -> Layout {
        let metrics = Metrics::new(width_px, 300.0, 3, false);
        Layout { metrics, width_px, height_px: 300.0, scroll_px: 0.0, rows: 3 }
    }

    #[test]
    fn every_part_of_the_panel_is_told_apart() {
        let layout = layout(1000.0);
        let y = layout.track_y(1);
        let left = layout.metrics.labels_px;
        assert_eq!(zone_at(&layout, 500.0, 4.0, None, false), Zone::Ruler);
        assert_eq!(zone_at(&layout, 20.0, y, None, false), Zone::Label { row: 1 });
        assert_eq!(zone_at(&layout, left + 9.0, y, None, false), Zone::Track { row: 1, px: 9.0 });
        assert_eq!(zone_at(&layout, 500.0, 290.0, None, false), Zone::Empty);
    }

    #[test]
    fn a_finger_takes_hold_of_the_now_line_from_farther_away() {
        let layout = layout(1000.0);
        let (x, y) = (layout.metrics.labels_px + 110.0, layout.track_y(0));
        assert_eq!(zone_at(&layout, x, y, Some(100.0), true), Zone::NowLine);
        assert_eq!(zone_at(&layout, x, y, Some(100.0), false), Zone::Track { row: 0, px: 110.0 });
    }

    #[test]
    fn on_a_narrow_panel_the_label_is_the_upper_part_of_the_lane() {
        let layout = layout(358.0);
        assert_eq!(zone_at(&layout, 100.0, layout.row_top(2) + 6.0, None, true), Zone::Label { row: 2 });
        assert!(matches!(zone_at(&layout, 100.0, layout.track_y(2), None, true), Zone::Track { row: 2, .. }));
    }
}

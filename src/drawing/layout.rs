//! Where things lie in the panel: pure geometry, in CSS pixels from the panel's upper left corner.

use std::ops::Range;

/// Below this width the labels move above their lanes.
const NARROW_PX: f64 = 560.0;
/// The height of the ruler: times above, instants below.
const RULER_PX: f64 = 40.0;
/// The height of a lane where there is room.
const ROOMY_PX: f64 = 36.0;
/// Free room below the last lane, where the zoom buttons lie.
const FOOT_PX: f64 = 48.0;

/// The sizes of a panel, chosen once for its width and for fingers or a mouse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics {
    /// Whether labels stand above their lanes, and not in a column of their own.
    pub labels_above: bool,
    /// The height of the ruler.
    pub ruler_px: f64,
    /// The width of the column of labels.
    pub labels_px: f64,
    /// The height of a lane.
    pub lane_px: f64,
    /// Where in a lane the middle of its track lies.
    pub track_px: f64,
    /// The height of a poll; what is scheduled is a little lower.
    pub block_px: f64,
    /// How far a child is indented.
    pub indent_px: f64,
}

impl Metrics {
    /// Returns the sizes for a panel with so many lanes; `is_coarse` for fingers.
    ///
    /// Lanes are roomy as long as all of them can be seen, and dense when they cannot.
    pub fn new(width_px: f64, height_px: f64, rows: usize, is_coarse: bool) -> Self {
        if width_px < NARROW_PX {
            return Self {
                labels_above: true,
                ruler_px: RULER_PX,
                labels_px: 8.0,
                lane_px: 44.0,
                track_px: 31.0,
                block_px: 16.0,
                indent_px: 12.0,
            };
        }
        let fits = rows as f64 * ROOMY_PX <= height_px - RULER_PX;
        let dense_px = if is_coarse { 32.0 } else { 28.0 };
        let lane_px = if fits { ROOMY_PX } else { dense_px };
        let labels_px = (width_px * 0.18).clamp(120.0, 200.0).round();
        Self {
            labels_above: false,
            ruler_px: RULER_PX,
            labels_px,
            lane_px,
            track_px: lane_px / 2.0,
            block_px: if fits { 18.0 } else { 16.0 },
            indent_px: 16.0,
        }
    }
}

/// A panel with so many lanes, scrolled so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// Its sizes.
    pub metrics: Metrics,
    /// The panel's width.
    pub width_px: f64,
    /// The panel's height.
    pub height_px: f64,
    /// How far the lanes are scrolled up.
    pub scroll_px: f64,
    /// How many lanes there are.
    pub rows: usize,
}

impl Layout {
    /// Returns the width of the part in which time runs.
    pub fn plot_width(&self) -> f64 {
        (self.width_px - self.metrics.labels_px).max(1.0)
    }

    /// Returns how high the ruler and all lanes are together.
    pub fn content_height(&self) -> f64 {
        self.metrics.ruler_px + self.rows as f64 * self.metrics.lane_px + FOOT_PX
    }

    /// Returns how far the lanes can be scrolled.
    pub fn max_scroll(&self) -> f64 {
        (self.content_height() - self.height_px).max(0.0)
    }

    /// Returns the rows of which something can be seen.
    pub fn visible_rows(&self) -> Range<usize> {
        let lane = self.metrics.lane_px;
        let first = (self.scroll_px / lane).floor().max(0.0) as usize;
        let shown = (self.height_px - self.metrics.ruler_px).max(0.0);
        let last = ((self.scroll_px + shown) / lane).ceil().max(0.0) as usize;
        first.min(self.rows)..last.min(self.rows)
    }

    /// Returns where a row begins; above the ruler's edge if it is scrolled away.
    pub fn row_top(&self, row: usize) -> f64 {
        self.metrics.ruler_px + row as f64 * self.metrics.lane_px - self.scroll_px
    }

    /// Returns where the middle of a row's track lies.
    pub fn track_y(&self, row: usize) -> f64 {
        self.row_top(row) + self.metrics.track_px
    }

    /// Returns the row at a height, if there is one.
    pub fn row_at(&self, y: f64) -> Option<usize> {
        if y < self.metrics.ruler_px || y >= self.height_px {
            return None;
        }
        let row = ((y - self.metrics.ruler_px + self.scroll_px) / self.metrics.lane_px).floor();
        (row >= 0.0 && row < self.rows as f64).then_some(row as usize)
    }

    /// Returns the scroll nearest to the present one that shows the whole row.
    pub fn scroll_to_row(&self, row: usize) -> f64 {
        let top = row as f64 * self.metrics.lane_px;
        let bottom = top + self.metrics.lane_px + FOOT_PX.min(self.metrics.lane_px);
        let shown = (self.height_px - self.metrics.ruler_px).max(0.0);
        let scroll = self.scroll_px.max(bottom - shown).min(top);
        scroll.clamp(0.0, self.max_scroll())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(rows: usize, scroll_px: f64) -> Layout {
        let metrics = Metrics::new(1000.0, 320.0, 1000, false);
        Layout { metrics, width_px: 1000.0, height_px: 320.0, scroll_px, rows }
    }

    #[test]
    fn only_rows_that_can_be_seen_are_visible_however_many_there_are() {
        assert_eq!(layout(3, 0.0).visible_rows(), 0..3);
        assert_eq!(layout(10_000, 0.0).visible_rows(), 0..10);
        assert_eq!(layout(10_000, 14.0).visible_rows(), 0..11);
        assert_eq!(layout(10_000, 28.0 * 9_000.0).visible_rows(), 9_000..9_010);
    }

    #[test]
    fn a_point_on_a_row_finds_that_row() {
        for scroll in [0.0, 5.0, 28.0 * 400.0 + 3.0] {
            let layout = layout(1000, scroll);
            for row in layout.visible_rows() {
                let y = layout.track_y(row);
                if y > layout.metrics.ruler_px && y < layout.height_px {
                    assert_eq!(layout.row_at(y), Some(row));
                }
            }
        }
        assert_eq!(layout(2, 0.0).row_at(10.0), None, "the ruler is no row");
        assert_eq!(layout(2, 0.0).row_at(100.0), None, "below the last row is none");
    }

    #[test]
    fn scrolling_to_a_row_moves_as_little_as_possible() {
        let layout = layout(100, 280.0);
        assert_eq!(layout.scroll_to_row(12), 280.0, "it is seen already");
        assert_eq!(layout.scroll_to_row(2), 56.0);
        assert!(layout.scroll_to_row(99) <= layout.max_scroll());
        let after = Layout { scroll_px: layout.scroll_to_row(50), ..layout };
        assert!(after.visible_rows().contains(&50));
    }

    #[test]
    fn a_narrow_panel_gives_time_its_whole_width() {
        let narrow = Metrics::new(358.0, 400.0, 3, true);
        assert!(narrow.labels_above);
        assert!(narrow.labels_px <= 8.0);
        assert!(narrow.lane_px >= 44.0, "a lane is a target for a finger");
        assert!(Metrics::new(900.0, 300.0, 500, true).lane_px >= 32.0);
    }

    #[test]
    fn lanes_are_roomy_as_long_as_all_can_be_seen() {
        let lane = |rows| Metrics::new(900.0, 300.0, rows, false).lane_px;
        assert!(lane(3) > lane(50));
        assert!(lane(7) * 7.0 + RULER_PX <= 300.0);
    }
}

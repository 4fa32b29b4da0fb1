//! Zoom and pan.

use super::State;
use crate::timeline::Viewport;

/// Room left and right of the run, in pixels.
const MARGIN_PX: f64 = 16.0;
/// How near to the edge the playhead may come before the view goes with it, as a part of the width.
const FOLLOW: f64 = 0.12;
/// Room right of the last event for what is written there, as a part of the run.
const TAIL: f64 = 0.1;

impl State {
    fn range(&self) -> (f64, f64) {
        let begin = self.begin_x();
        let end = self.look.end.max(self.look.frontier).max(begin + 1.0);
        (begin, end + (end - begin) * TAIL)
    }

    fn show(&mut self, viewport: Viewport) {
        let finest = self.look.axis.finest_units_per_pixel();
        self.look.viewport = viewport.clamp(self.range(), finest, MARGIN_PX);
    }

    pub(super) fn view_width(&self) -> f64 {
        self.look.viewport.width_px * self.look.viewport.units_per_pixel
    }

    pub(super) fn fit_all(&mut self) {
        self.fitted = true;
        self.refit();
    }

    /// Keeps showing all while the run grows.
    pub(super) fn refit(&mut self) {
        if self.fitted {
            let width = self.look.viewport.width_px.max(1.0);
            let wanted = Viewport::fit(self.range(), width, MARGIN_PX);
            let shown = self.look.viewport.x_range().1;
            let is_new = self.look.revision <= 1 || self.look.phase != crate::app::view::Phase::Running;
            // While it plays the view grows in leaps, so that it does not creep.
            if is_new || self.range().1 > shown || self.look.viewport.width_px != wanted.width_px {
                let (begin, end) = self.range();
                let leap = if is_new { end } else { begin + (end - begin) * 1.25 };
                self.look.viewport = Viewport::fit((begin, leap), width, MARGIN_PX);
            }
        }
    }

    pub(super) fn fit_selection(&mut self) {
        let Some(selection) = self.look.selection else { return self.fit_all() };
        let span = self.view.model().span_at(selection.lane, selection.moment);
        let Some(span) = span else { return };
        let axis = self.look.axis;
        let begin = axis.x_from_moment(span.begin);
        let end = span.end.map_or(self.look.frontier, |end| axis.x_from_moment(end));
        let room = ((end - begin) * 0.25).max(axis.order_scale);
        self.fitted = false;
        let width = self.look.viewport.width_px.max(1.0);
        self.show(Viewport::fit((begin - room, end + room), width, MARGIN_PX));
    }

    pub(super) fn resize(&mut self, width_px: f64) {
        if !(width_px.is_finite() && width_px >= 1.0) {
            return;
        }
        self.look.viewport.width_px = width_px;
        if self.fitted {
            self.look.viewport = Viewport::fit(self.range(), width_px, MARGIN_PX);
        } else {
            self.show(self.look.viewport);
        }
    }

    pub(super) fn zoom_at(&mut self, x: f64, factor: f64) {
        if !(factor.is_finite() && factor > 0.0 && x.is_finite()) {
            return;
        }
        self.fitted = false;
        let px = self.look.viewport.px_from_x(x);
        self.show(self.look.viewport.zoom_at(px, factor));
    }

    pub(super) fn zoom(&mut self, factor: f64) {
        let (left, right) = self.look.viewport.x_range();
        let playhead = self.look.playhead;
        let x = if (left..=right).contains(&playhead) { playhead } else { (left + right) / 2.0 };
        self.zoom_at(x, factor);
    }

    pub(super) fn pan(&mut self, dx: f64) {
        if dx.is_finite() {
            (self.fitted, self.following) = (false, false);
            let px = dx / self.look.viewport.units_per_pixel;
            self.show(self.look.viewport.pan(px));
        }
    }

    pub(super) fn reveal_playhead(&mut self) {
        if !self.fitted {
            let margin = self.look.viewport.width_px * FOLLOW;
            self.show(self.look.viewport.reveal(self.look.playhead, margin));
        }
    }
}

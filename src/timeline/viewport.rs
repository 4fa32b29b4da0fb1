//! Zoom and pan: which part of the axis is on the screen.

/// Which part of an axis is on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// The x of the left edge, in units of the axis.
    pub x0: f64,
    /// How many units of the axis one pixel shows; above 0.
    pub units_per_pixel: f64,
    /// How wide the view is.
    pub width_px: f64,
}

impl Viewport {
    /// Creates the view that shows `range` with `margin_px` free on both sides.
    pub fn fit(range: (f64, f64), width_px: f64, margin_px: f64) -> Self {
        let (begin, end) = range;
        let room = (width_px - 2.0 * margin_px).max(1.0);
        let units_per_pixel = positive((end - begin) / room);
        Self { x0: begin - margin_px * units_per_pixel, units_per_pixel, width_px }
    }

    /// Returns the x under a pixel.
    pub fn x_from_px(&self, px: f64) -> f64 {
        self.x0 + px * self.units_per_pixel
    }

    /// Returns the pixel over an x.
    pub fn px_from_x(&self, x: f64) -> f64 {
        (x - self.x0) / self.units_per_pixel
    }

    /// Returns the x at the left and at the right edge.
    pub fn x_range(&self) -> (f64, f64) {
        (self.x0, self.x_from_px(self.width_px))
    }

    /// Zooms so that what is under `px` stays there; a `factor` above 1 zooms in.
    #[must_use]
    pub fn zoom_at(&self, px: f64, factor: f64) -> Self {
        let x = self.x_from_px(px);
        let units_per_pixel = positive(self.units_per_pixel / factor);
        Self { x0: x - px * units_per_pixel, units_per_pixel, ..*self }
    }

    /// Moves by pixels; positive shows what is later.
    #[must_use]
    pub fn pan(&self, px: f64) -> Self {
        Self { x0: self.x_from_px(px), ..*self }
    }

    /// Moves as little as possible so that `x` lies at least `margin_px` from both edges.
    #[must_use]
    pub fn reveal(&self, x: f64, margin_px: f64) -> Self {
        let px = self.px_from_x(x);
        let margin_px = margin_px.min(self.width_px / 2.0);
        self.pan((px - (self.width_px - margin_px)).max(0.0) + (px - margin_px).min(0.0))
    }

    /// Brings a view back to what there is: no finer than `finest` (see
    /// [`super::Axis::finest_units_per_pixel`]), no coarser than the whole of `range` with
    /// `margin_px` on both sides, and not beyond it.
    #[must_use]
    pub fn clamp(&self, range: (f64, f64), finest: f64, margin_px: f64) -> Self {
        let widest = Self::fit(range, self.width_px, margin_px);
        let units_per_pixel = self.units_per_pixel.min(widest.units_per_pixel).max(positive(finest));
        let margin = margin_px * units_per_pixel;
        let first = range.0 - margin;
        let last = range.1 + margin - self.width_px * units_per_pixel;
        // What is narrower than the view begins at its left edge.
        Self { x0: self.x0.min(last).max(first), units_per_pixel, ..*self }
    }
}

/// A view always has a scale, even of a run that is empty.
fn positive(units_per_pixel: f64) -> f64 {
    if units_per_pixel.is_finite() && units_per_pixel > 0.0 { units_per_pixel } else { 1.0 }
}

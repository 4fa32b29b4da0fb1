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
        todo!("{range:?} {width_px} {margin_px}")
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
        todo!("{px} {factor}")
    }

    /// Moves by pixels; positive shows what is later.
    #[must_use]
    pub fn pan(&self, px: f64) -> Self {
        todo!("{px}")
    }

    /// Moves as little as possible so that `x` lies at least `margin_px` from both edges.
    #[must_use]
    pub fn reveal(&self, x: f64, margin_px: f64) -> Self {
        todo!("{x} {margin_px}")
    }

    /// Brings a view back to what there is: no finer than `finest` (see
    /// [`super::Axis::finest_units_per_pixel`]), no coarser than the whole of `range` with
    /// `margin_px` on both sides, and not beyond it.
    #[must_use]
    pub fn clamp(&self, range: (f64, f64), finest: f64, margin_px: f64) -> Self {
        todo!("{range:?} {finest} {margin_px}")
    }
}

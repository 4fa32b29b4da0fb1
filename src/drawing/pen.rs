//! What can be drawn with: a canvas in the page, an SVG in a file.

use super::arrow::Arrow;
use super::captions;
use super::shapes::Shape;

/// The kinds of text in a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// The names of lanes.
    Label,
    /// The name of the selected lane, and how lanes ended.
    Strong,
    /// The ruler, and what lanes wait for.
    Small,
}

impl Type {
    /// Returns the weight of the font and its size in pixels.
    pub fn weight_and_size(self) -> (u32, f64) {
        match self {
            Self::Label => (400, 13.0),
            Self::Strong => (600, 13.0),
            Self::Small => (400, 11.5),
        }
    }
}

/// Draws in CSS pixels. What is drawn later covers what was drawn before.
///
/// Colours are those of a [`super::palette::Palette`], in whatever words the pen's own palette has them.
pub trait Pen {
    /// Sets the colour of everything that follows.
    fn colour(&self, colour: &str);

    /// Fills with hatching from here on, until the next colour.
    fn hatching(&self);

    /// Sets how much of what lies below is covered; 1 covers it all.
    fn opacity(&self, opacity: f64);

    /// Draws only within a rectangle while `draw` runs.
    fn within(&self, x: f64, y: f64, width: f64, height: f64, draw: impl FnOnce(&Self));

    /// Fills a rectangle that is at least one device pixel wide and high.
    fn rect(&self, x: f64, y: f64, width: f64, height: f64);

    /// Fills a rectangle with round corners.
    fn round_rect(&self, x: f64, y: f64, width: f64, height: f64, radius: f64);

    /// Draws the inner edge of a rectangle with round corners.
    fn ring(&self, x: f64, y: f64, width: f64, height: f64, radius: f64, line_px: f64);

    /// Draws an upright hairline.
    fn upright(&self, x: f64, top: f64, bottom: f64, line_px: f64);

    /// Draws a level hairline.
    fn level(&self, left: f64, right: f64, y: f64, line_px: f64);

    /// Draws level dashed lines, each from left to right at a height.
    fn dashes(&self, lines: &[(f64, f64, f64)], line_px: f64, on_off_px: (f64, f64));

    /// Draws a mark around a point; `size` is half of its height.
    fn shape(&self, shape: Shape, x: f64, y: f64, size: f64, line_px: f64);

    /// Draws an arrow.
    fn arrow(&self, arrow: &Arrow, line_px: f64);

    /// Draws a circle.
    fn circle(&self, x: f64, y: f64, radius: f64, line_px: f64);

    /// Fills a circle.
    fn disc(&self, x: f64, y: f64, radius: f64);

    /// Fills a triangle that points down at a point below its middle.
    fn triangle(&self, x: f64, y: f64, size: f64);

    /// Writes a text that begins at `x` and whose middle is at `y`.
    fn text(&self, kind: Type, text: &str, x: f64, y: f64);

    /// Writes a text with a rim of this colour, to be read over lines. The text's colour is set from here on.
    fn rimmed(&self, kind: Type, text: &str, x: f64, y: f64, rim: &str, colour: &str);

    /// Returns how wide a text is.
    fn width(&self, kind: Type, text: &str) -> f64;

    /// Returns as much of a text as fits into `room`.
    fn fitted(&self, kind: Type, text: &str, room: f64) -> String {
        captions::fitted(text, room, |part| self.width(kind, part))
    }
}

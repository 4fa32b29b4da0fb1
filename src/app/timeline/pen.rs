//! Draws in CSS pixels on a canvas of device pixels, with edges that are crisp on every screen.

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap;
use web_sys::{CanvasPattern, CanvasRenderingContext2d};

use crate::drawing::arrow::Arrow;
use crate::drawing::pen::{Pen, Type};
use crate::drawing::shapes::Shape;

/// How many texts' widths are kept; more than a screen shows.
const KEPT_WIDTHS: usize = 4096;

/// A canvas to draw on.
#[derive(Debug)]
pub struct CanvasPen {
    context: CanvasRenderingContext2d,
    /// Device pixels for a CSS pixel.
    scale: f64,
    family: String,
    widths: RefCell<FxHashMap<(Type, String), f64>>,
    hatch: Option<CanvasPattern>,
    /// The kind of text that the canvas is set to: setting a font costs as much as writing with it.
    set: Cell<Option<Type>>,
}

impl CanvasPen {
    /// Creates a pen for a canvas that has `scale` device pixels for each CSS pixel.
    pub fn new(context: CanvasRenderingContext2d, scale: f64, family: String) -> Self {
        Self { context, scale, family, widths: RefCell::default(), hatch: None, set: Cell::new(None) }
    }

    /// Sets the pattern of what is scheduled.
    pub fn set_hatch(&mut self, hatch: Option<CanvasPattern>) {
        self.hatch = hatch;
    }

    /// Returns the nearest edge between device pixels, in device pixels.
    fn snap(&self, px: f64) -> f64 {
        (px * self.scale).round()
    }

    /// Returns how many device pixels a line of this width takes.
    fn thick(&self, px: f64) -> f64 {
        (px * self.scale).round().max(1.0)
    }

    fn round_path(&self, x: f64, y: f64, width: f64, height: f64, radius: f64) {
        let s = self.scale;
        self.context.begin_path();
        let (left, top) = (self.snap(x), self.snap(y));
        let (width, height) = ((width * s).round().max(1.0), (height * s).round().max(1.0));
        let radius = (radius * s).min(width / 2.0).min(height / 2.0);
        // A browser too old for round corners draws square ones.
        if self.context.round_rect_with_f64(left, top, width, height, radius).is_err() {
            self.context.rect(left, top, width, height);
        }
    }

    /// Chooses the kind of text that follows.
    fn set_type(&self, kind: Type) {
        if self.set.replace(Some(kind)) == Some(kind) {
            return;
        }
        let (weight, size) = kind.weight_and_size();
        self.context.set_font(&format!("{weight} {}px {}", size * self.scale, self.family));
        self.context.set_text_baseline("middle");
    }
}

impl Pen for CanvasPen {
    fn colour(&self, colour: &str) {
        self.context.set_fill_style_str(colour);
        self.context.set_stroke_style_str(colour);
    }

    fn hatching(&self) {
        if let Some(hatch) = &self.hatch {
            self.context.set_fill_style_canvas_pattern(hatch);
        }
    }

    fn opacity(&self, opacity: f64) {
        self.context.set_global_alpha(opacity);
    }

    fn within(&self, x: f64, y: f64, width: f64, height: f64, draw: impl FnOnce(&Self)) {
        self.context.save();
        self.context.begin_path();
        self.context.rect(self.snap(x), self.snap(y), self.snap(width), self.snap(height));
        self.context.clip();
        draw(self);
        self.context.restore();
        self.set.set(None);
    }

    fn rect(&self, x: f64, y: f64, width: f64, height: f64) {
        let (left, top) = (self.snap(x), self.snap(y));
        let (right, bottom) = (self.snap(x + width), self.snap(y + height));
        self.context.fill_rect(left, top, (right - left).max(1.0), (bottom - top).max(1.0));
    }

    fn round_rect(&self, x: f64, y: f64, width: f64, height: f64, radius: f64) {
        self.round_path(x, y, width, height, radius);
        self.context.fill();
    }

    fn ring(&self, x: f64, y: f64, width: f64, height: f64, radius: f64, line_px: f64) {
        let half = line_px / 2.0;
        self.context.set_line_width(self.thick(line_px));
        self.round_path(x + half, y + half, width - line_px, height - line_px, radius);
        self.context.stroke();
    }

    fn upright(&self, x: f64, top: f64, bottom: f64, line_px: f64) {
        let thick = self.thick(line_px);
        let left = (x * self.scale - thick / 2.0).round();
        let (top, bottom) = (self.snap(top), self.snap(bottom));
        self.context.fill_rect(left, top, thick, bottom - top);
    }

    fn level(&self, left: f64, right: f64, y: f64, line_px: f64) {
        let thick = self.thick(line_px);
        let top = (y * self.scale - thick / 2.0).round();
        let (left, right) = (self.snap(left), self.snap(right));
        self.context.fill_rect(left, top, (right - left).max(1.0), thick);
    }

    fn dashes(&self, lines: &[(f64, f64, f64)], line_px: f64, (on_px, off_px): (f64, f64)) {
        if lines.is_empty() {
            return;
        }
        let dash = js_sys::Array::of2(&(on_px * self.scale).into(), &(off_px * self.scale).into());
        let thick = self.thick(line_px);
        let context = &self.context;
        // Without the pattern a solid line is drawn, which is still true.
        drop(context.set_line_dash(&dash));
        context.set_line_width(thick);
        context.begin_path();
        for (left, right, y) in lines {
            let y = (y * self.scale - thick / 2.0).round() + thick / 2.0;
            context.move_to(self.snap(*left), y);
            context.line_to(self.snap(*right), y);
        }
        context.stroke();
        drop(context.set_line_dash(&js_sys::Array::new()));
    }

    fn shape(&self, shape: Shape, x: f64, y: f64, size: f64, line_px: f64) {
        let context = &self.context;
        context.set_line_cap("round");
        context.set_line_join("round");
        context.set_line_width(line_px * self.scale);
        context.begin_path();
        for line in shape.lines() {
            for (at, (dx, dy)) in line.iter().enumerate() {
                let (px, py) = ((x + dx * size) * self.scale, (y + dy * size) * self.scale);
                if at == 0 { context.move_to(px, py) } else { context.line_to(px, py) }
            }
        }
        context.stroke();
        context.set_line_cap("butt");
        context.set_line_join("miter");
    }

    fn arrow(&self, arrow: &Arrow, line_px: f64) {
        let (context, s) = (&self.context, self.scale);
        let [one, two] = arrow.bend;
        let (from, to) = (arrow.from, arrow.to);
        context.set_line_width(line_px * s);
        context.begin_path();
        context.move_to(from.0 * s, from.1 * s);
        context.bezier_curve_to(one.0 * s, one.1 * s, two.0 * s, two.1 * s, to.0 * s, to.1 * s);
        context.stroke();
        context.begin_path();
        let [tip, left, right] = arrow.head();
        context.move_to(tip.0 * s, tip.1 * s);
        context.line_to(left.0 * s, left.1 * s);
        context.line_to(right.0 * s, right.1 * s);
        context.close_path();
        context.fill();
        if arrow.from_outside {
            self.circle(from.0, from.1 - 2.0, 2.5, line_px);
        }
    }

    fn circle(&self, x: f64, y: f64, radius: f64, line_px: f64) {
        let s = self.scale;
        self.context.set_line_width(line_px * s);
        self.context.begin_path();
        // Radius and angles are in range, which is all that it can refuse.
        drop(self.context.arc(x * s, y * s, radius * s, 0.0, std::f64::consts::TAU));
        self.context.stroke();
    }

    fn disc(&self, x: f64, y: f64, radius: f64) {
        let s = self.scale;
        self.context.begin_path();
        // As with the circle: nothing in it can be refused.
        drop(self.context.arc(x * s, y * s, radius * s, 0.0, std::f64::consts::TAU));
        self.context.fill();
    }

    fn triangle(&self, x: f64, y: f64, size: f64) {
        let s = self.scale;
        self.context.begin_path();
        self.context.move_to((x - size) * s, (y - size) * s);
        self.context.line_to((x + size) * s, (y - size) * s);
        self.context.line_to(x * s, (y + size) * s);
        self.context.close_path();
        self.context.fill();
    }

    fn text(&self, kind: Type, text: &str, x: f64, y: f64) {
        self.set_type(kind);
        // Only a canvas without a context refuses text.
        drop(self.context.fill_text(text, self.snap(x), self.snap(y)));
    }

    fn rimmed(&self, kind: Type, text: &str, x: f64, y: f64, rim: &str, colour: &str) {
        self.set_type(kind);
        self.context.set_stroke_style_str(rim);
        self.context.set_line_width(4.0 * self.scale);
        self.context.set_line_join("round");
        // As with text: only a canvas without a context refuses it.
        drop(self.context.stroke_text(text, self.snap(x), self.snap(y)));
        self.context.set_line_join("miter");
        self.colour(colour);
        self.text(kind, text, x, y);
    }

    fn width(&self, kind: Type, text: &str) -> f64 {
        let mut widths = self.widths.borrow_mut();
        if let Some(width) = widths.get(&(kind, text.to_owned())) {
            return *width;
        }
        if widths.len() >= KEPT_WIDTHS {
            widths.clear();
        }
        self.set_type(kind);
        let width = self.context.measure_text(text).map_or(0.0, |metrics| metrics.width()) / self.scale;
        widths.insert((kind, text.to_owned()), width);
        width
    }
}

//! The pen that writes SVG. What has the same colour and comes one after another becomes one path, so a picture
//! of thousands of polls stays small.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt::Write;

use super::super::svg_text::{escaped, width_of};
use crate::drawing::arrow::Arrow;
use crate::drawing::pen::{Pen, Type};
use crate::drawing::shapes::Shape;
use crate::drawing::theme::Shade;

/// Begins the names of classes, so that those of a host are left alone.
pub(super) const PREFIX: &str = "wl-";
/// A colour that is no colour: the hatching.
const HATCH: &str = "hatch";

/// Writes SVG elements. Its colours are the names of the page's custom properties, without the dashes before them.
#[derive(Debug)]
pub(super) struct SvgPen {
    /// Begins every id: no two pictures of a page may have the same.
    id: String,
    /// The colours where no style sheet is taken: a policy may forbid it, and not every program knows one.
    shade: Shade,
    out: RefCell<String>,
    colour: RefCell<String>,
    opacity: Cell<f64>,
    /// The attributes and the data of a path that may go on.
    path: RefCell<Option<(String, String)>>,
    clips: RefCell<Vec<[String; 4]>>,
    used: RefCell<BTreeSet<String>>,
}

impl SvgPen {
    pub(super) fn new(id: &str, shade: Shade) -> Self {
        Self {
            id: id.to_owned(),
            shade,
            out: RefCell::default(),
            colour: RefCell::default(),
            opacity: Cell::new(1.0),
            path: RefCell::default(),
            clips: RefCell::default(),
            used: RefCell::default(),
        }
    }

    /// Returns the elements, and the classes of colours and rims that they use.
    pub(super) fn finish(self) -> (String, BTreeSet<String>) {
        self.flush();
        (self.out.into_inner(), self.used.into_inner())
    }

    /// Draws a group of elements.
    pub(super) fn group(&self, class: &str, draw: impl FnOnce()) {
        self.element(&format!("<g class=\"{PREFIX}{class}\">"));
        draw();
        self.element("</g>");
    }

    /// Returns the id of the hatching.
    pub(super) fn hatch_id(id: &str) -> String {
        format!("{id}-{HATCH}")
    }

    /// Returns the attributes that set the colour.
    fn coloured(&self, name: &str) -> String {
        self.used.borrow_mut().insert(name.to_owned());
        format!("class=\"{PREFIX}{name}\" color=\"{}\"", self.shade.value(&format!("--{name}")))
    }

    /// Returns the attributes of what is filled or, with a width, stroked.
    fn attributes(&self, line_px: Option<f64>, more: &str) -> String {
        let colour = self.colour.borrow();
        let mut out = match (colour.as_str(), line_px) {
            (HATCH, _) => format!("fill=\"url(#{})\"", Self::hatch_id(&self.id)),
            (colour, None) => format!("{} fill=\"currentColor\"", self.coloured(colour)),
            (colour, Some(line_px)) => format!(
                "{} fill=\"none\" stroke=\"currentColor\" stroke-width=\"{}\"",
                self.coloured(colour),
                number(line_px)
            ),
        };
        if self.opacity.get() < 1.0 {
            let _ = write!(out, " opacity=\"{}\"", number(self.opacity.get()));
        }
        out + more
    }

    /// Adds to the path before, or begins one if it looks different.
    fn path(&self, attributes: String, data: &str) {
        let mut path = self.path.borrow_mut();
        match &mut *path {
            Some((before, all)) if *before == attributes => all.push_str(data),
            _ => {
                drop(path);
                self.flush();
                self.path.replace(Some((attributes, data.to_owned())));
            }
        }
    }

    fn flush(&self) {
        if let Some((attributes, data)) = self.path.take() {
            let _ = writeln!(self.out.borrow_mut(), "<path {attributes} d=\"{data}\"/>");
        }
    }

    fn element(&self, element: &str) {
        self.flush();
        let mut out = self.out.borrow_mut();
        out.push_str(element);
        out.push('\n');
    }

    fn fill(&self, data: &str) {
        self.path(self.attributes(None, ""), data);
    }

    fn write(&self, kind: Type, text: &str, (x, y): (f64, f64), look: &str) {
        let (weight, size) = kind.weight_and_size();
        let weight = if weight == 400 { String::new() } else { format!(" font-weight=\"{weight}\"") };
        let (x, y) = (number(x), number(y + size * 0.35));
        let text = escaped(text);
        self.element(&format!(
            "<text {look} fill=\"currentColor\" x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight}>{text}</text>"
        ));
    }
}

/// The nearest half of a pixel: an edge there is crisp on most screens.
fn snap(px: f64) -> f64 {
    (px * 2.0).round() / 2.0
}

/// Writes a number as shortly as it can be seen.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

impl Pen for SvgPen {
    fn colour(&self, colour: &str) {
        colour.clone_into(&mut self.colour.borrow_mut());
    }

    fn hatching(&self) {
        self.colour(HATCH);
    }

    fn opacity(&self, opacity: f64) {
        self.opacity.set(opacity);
    }

    fn within(&self, x: f64, y: f64, width: f64, height: f64, draw: impl FnOnce(&Self)) {
        self.flush();
        let place = [x, y, width, height].map(number);
        let mut clips = self.clips.borrow_mut();
        let known = clips.iter().position(|clip| *clip == place);
        let clip = known.unwrap_or(clips.len());
        let id = format!("{}-clip{clip}", self.id);
        if known.is_none() {
            let [x, y, width, height] = &place;
            let rect = format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>");
            self.element(&format!("<clipPath id=\"{id}\">{rect}</clipPath>"));
            clips.push(place);
        }
        drop(clips);
        self.element(&format!("<g clip-path=\"url(#{id})\">"));
        draw(self);
        self.element("</g>");
    }

    fn rect(&self, x: f64, y: f64, width: f64, height: f64) {
        let (left, top) = (snap(x), snap(y));
        let (width, height) = ((snap(x + width) - left).max(1.0), (snap(y + height) - top).max(1.0));
        let [left, top, width, height] = [left, top, width, height].map(number);
        self.fill(&format!("M{left} {top}h{width}v{height}h-{width}z"));
    }

    fn round_rect(&self, x: f64, y: f64, width: f64, height: f64, radius: f64) {
        let (left, top) = (snap(x), snap(y));
        let (width, height) = ((snap(x + width) - left).max(1.0), (snap(y + height) - top).max(1.0));
        let r = radius.min(width / 2.0).min(height / 2.0);
        let start = number(left + r);
        let [top, wide, high, r] = [top, width - 2.0 * r, height - 2.0 * r, r].map(number);
        let arc = |dx: &str, dy: &str| format!("a{r} {r} 0 0 1 {dx}{r} {dy}{r}");
        let corners = [arc("", ""), arc("-", ""), arc("-", "-"), arc("", "-")];
        let [ne, se, sw, nw] = corners;
        self.fill(&format!("M{start} {top}h{wide}{ne}v{high}{se}h-{wide}{sw}v-{high}{nw}z"));
    }

    fn ring(&self, x: f64, y: f64, width: f64, height: f64, _radius: f64, line_px: f64) {
        let half = line_px / 2.0;
        let (left, top) = (snap(x) + half, snap(y) + half);
        let (right, bottom) = ((snap(x + width) - half).max(left), (snap(y + height) - half).max(top));
        let [left, top, width, height] = [left, top, right - left, bottom - top].map(number);
        let data = format!("M{left} {top}h{width}v{height}h-{width}z");
        self.path(self.attributes(Some(line_px), ""), &data);
    }

    fn upright(&self, x: f64, top: f64, bottom: f64, line_px: f64) {
        self.rect(x - line_px / 2.0, top, line_px, bottom - top);
    }

    fn level(&self, left: f64, right: f64, y: f64, line_px: f64) {
        self.rect(left, y - line_px / 2.0, right - left, line_px);
    }

    fn dashes(&self, lines: &[(f64, f64, f64)], line_px: f64, (on_px, off_px): (f64, f64)) {
        if lines.is_empty() {
            return;
        }
        let mut data = String::new();
        for (left, right, y) in lines {
            let _ = write!(data, "M{} {}H{}", number(snap(*left)), number(*y), number(snap(*right)));
        }
        let dashes = format!(" stroke-dasharray=\"{} {}\"", number(on_px), number(off_px));
        self.path(self.attributes(Some(line_px), &dashes), &data);
    }

    fn shape(&self, shape: Shape, x: f64, y: f64, size: f64, line_px: f64) {
        let mut data = String::new();
        for line in shape.lines() {
            for (at, (dx, dy)) in line.iter().enumerate() {
                let letter = if at == 0 { 'M' } else { 'L' };
                let _ = write!(data, "{letter}{} {}", number(x + dx * size), number(y + dy * size));
            }
        }
        let round = " stroke-linecap=\"round\" stroke-linejoin=\"round\"";
        self.path(self.attributes(Some(line_px), round), &data);
    }

    fn arrow(&self, arrow: &Arrow, line_px: f64) {
        let point = |(x, y): (f64, f64)| format!("{} {}", number(x), number(y));
        let [one, two] = arrow.bend.map(point);
        let curve = format!("M{}C{one} {two} {}", point(arrow.from), point(arrow.to));
        self.path(self.attributes(Some(line_px), ""), &curve);
        let [tip, left, right] = arrow.head().map(point);
        self.fill(&format!("M{tip}L{left}L{right}z"));
        if arrow.from_outside {
            self.circle(arrow.from.0, arrow.from.1 - 2.0, 2.5, line_px);
        }
    }

    fn circle(&self, x: f64, y: f64, radius: f64, line_px: f64) {
        self.path(self.attributes(Some(line_px), ""), &round(x, y, radius));
    }

    fn disc(&self, x: f64, y: f64, radius: f64) {
        self.fill(&round(x, y, radius));
    }

    fn triangle(&self, x: f64, y: f64, size: f64) {
        let [left, top, right, x, bottom] = [x - size, y - size, x + size, x, y + size].map(number);
        self.fill(&format!("M{left} {top}H{right}L{x} {bottom}z"));
    }

    fn text(&self, kind: Type, text: &str, x: f64, y: f64) {
        let look = self.coloured(&self.colour.borrow().clone());
        self.write(kind, text, (x, y), &look);
    }

    fn rimmed(&self, kind: Type, text: &str, x: f64, y: f64, rim: &str, colour: &str) {
        self.colour(colour);
        let class = format!("rim-{rim}");
        self.used.borrow_mut().insert(class.clone());
        let look = self.coloured(colour).replacen('"', &format!("\"{PREFIX}{class} "), 1);
        let rim = self.shade.value(&format!("--{rim}"));
        let look = format!(
            "{look} stroke=\"{rim}\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\""
        );
        self.write(kind, text, (x, y), &look);
    }

    fn width(&self, kind: Type, text: &str) -> f64 {
        width_of(kind, text)
    }
}

/// A whole circle as two arcs.
fn round(x: f64, y: f64, radius: f64) -> String {
    let [left, y, r, wide] = [x - radius, y, radius, 2.0 * radius].map(number);
    format!("M{left} {y}a{r} {r} 0 1 1 {wide} 0a{r} {r} 0 1 1 -{wide} 0z")
}

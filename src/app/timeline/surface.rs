//! The canvas element: its size in device pixels, its colours, and one painting.

use rustc_hash::FxHashMap;
use wasm_bindgen::JsCast;
use web_sys::{CanvasPattern, CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement, HtmlElement};

use super::pen::CanvasPen;
use crate::app::Look;
use crate::drawing::layout::Layout;
use crate::drawing::paint::{Scene, paint};
use crate::drawing::palette::Palette;
use crate::timeline::Model;
use crate::trace::LaneId;

/// A canvas with what is kept from one painting to the next.
#[derive(Debug)]
pub struct Surface {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    pen: CanvasPen,
    palette: Palette,
    /// Device pixels for a CSS pixel, and the colours, that the pen was made for.
    made_for: (f64, u32),
    size: (f64, f64),
    rows: FxHashMap<LaneId, usize>,
    /// The run and the number of lanes that `rows` was made for.
    rows_of: (u64, usize),
}

impl Surface {
    /// Creates the surface of a canvas.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
        let pen = CanvasPen::new(context.clone(), 1.0, String::new());
        Some(Self {
            canvas,
            context,
            pen,
            palette: Palette::default(),
            made_for: (0.0, 0),
            size: (0.0, 0.0),
            rows: FxHashMap::default(),
            rows_of: (0, 0),
        })
    }

    /// Paints what can be seen.
    pub fn paint(&mut self, model: &Model, look: &Look, layout: &Layout, hovered_row: Option<usize>) {
        self.prepare(look, (layout.width_px, layout.height_px));
        let above = model.shown_resources().len();
        if self.rows_of != (look.run, above + model.rows().len()) {
            self.rows_of = (look.run, above + model.rows().len());
            self.rows.clear();
            self.rows.extend((above..).zip(model.rows()).map(|(at, row)| (row.lane, at)));
        }
        let (rows, palette) = (&self.rows, &self.palette);
        let look = &look.sight();
        paint(&self.pen, &Scene { model, look, layout, palette, rows, hovered_row });
    }

    /// Makes the canvas fit its place on this screen and the page's colours.
    fn prepare(&mut self, look: &Look, size: (f64, f64)) {
        let scale = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(0.25, 8.0);
        let is_resized = self.size != size || self.made_for.0 != scale;
        if is_resized {
            self.size = size;
            self.canvas.set_width((size.0 * scale).round() as u32);
            self.canvas.set_height((size.1 * scale).round() as u32);
            let style = self.canvas.style();
            // A canvas without a style would still show the right thing, only blurred.
            drop(style.set_property("width", &format!("{}px", size.0)));
            drop(style.set_property("height", &format!("{}px", size.1)));
        }
        // Zero is nothing that a look says, so that the first painting always reads the colours.
        let wanted = (scale, look.colours + 1);
        if self.made_for != wanted {
            self.made_for = wanted;
            self.palette = read_palette(&self.canvas).unwrap_or_default();
            let family =
                computed(&self.canvas).and_then(|style| style.get_property_value("font-family").ok());
            let family =
                family.filter(|family| !family.is_empty()).unwrap_or_else(|| "sans-serif".to_owned());
            self.pen = CanvasPen::new(self.context.clone(), scale, family);
            self.pen.set_hatch(hatch(&self.context, &self.palette, scale));
        }
    }
}

fn computed(element: &HtmlElement) -> Option<CssStyleDeclaration> {
    web_sys::window()?.get_computed_style(element).ok()?
}

/// Reads colours through an element that has them, so that whatever a host writes is understood: a
/// mixture, another variable, a system colour.
fn read_palette(canvas: &HtmlCanvasElement) -> Option<Palette> {
    let probe = canvas.owner_document()?.create_element("span").ok()?.dyn_into::<HtmlElement>().ok()?;
    probe.style().set_property("display", "none").ok()?;
    canvas.parent_element()?.append_child(&probe).ok()?;
    let style = computed(&probe);
    let palette = Palette::read(|name| {
        let set = probe.style().set_property("color", &format!("var({name})"));
        let colour = style.as_ref().filter(|_| set.is_ok()).map(|style| style.get_property_value("color"));
        colour.and_then(Result::ok).unwrap_or_default()
    });
    probe.remove();
    Some(palette)
}

/// Draws the tile of the hatching: slanted stripes that meet at its edges.
fn hatch(context: &CanvasRenderingContext2d, palette: &Palette, scale: f64) -> Option<CanvasPattern> {
    let side = (6.0 * scale).round().max(4.0);
    let tile = context.canvas()?.owner_document()?.create_element("canvas").ok()?;
    let tile = tile.dyn_into::<HtmlCanvasElement>().ok()?;
    tile.set_width(side as u32);
    tile.set_height(side as u32);
    let pen = tile.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    pen.set_fill_style_str(&palette.scheduled_light);
    pen.fill_rect(0.0, 0.0, side, side);
    pen.set_stroke_style_str(&palette.scheduled);
    pen.set_line_width(side * 0.42);
    pen.begin_path();
    for offset in [-side, 0.0, side] {
        pen.move_to(offset - side * 0.5, side * 1.5);
        pen.line_to(offset + side * 1.5, side * -0.5);
    }
    pen.stroke();
    context.create_pattern_with_html_canvas_element(&tile, "repeat").ok()?
}

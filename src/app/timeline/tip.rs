//! The tooltip: an element beside the pointer that is written to directly.

use web_sys::{Element, HtmlElement};

use crate::drawing::captions::Tip;

/// How far from the pointer it is.
const OFFSET_PX: f64 = 14.0;

/// The tooltip's element, and what it says.
#[derive(Debug)]
pub struct TipBox {
    element: HtmlElement,
    shown: Option<Tip>,
}

impl TipBox {
    /// Creates the tooltip in an element.
    pub fn new(element: HtmlElement) -> Self {
        Self { element, shown: None }
    }

    /// Shows a tooltip beside a point of its parent.
    pub fn show(&mut self, tip: Tip, x: f64, y: f64) {
        if self.shown.as_ref() != Some(&tip) {
            self.write(&tip);
            self.shown = Some(tip);
        }
        let element = &self.element;
        element.set_hidden(false);
        let (wide, high) = (f64::from(element.offset_width()), f64::from(element.offset_height()));
        let parent = element.offset_parent();
        let room = parent.as_ref().map_or((wide, high), |parent| {
            (f64::from(parent.client_width()), f64::from(parent.client_height()))
        });
        let left =
            if x + OFFSET_PX + wide <= room.0 { x + OFFSET_PX } else { (x - OFFSET_PX - wide).max(0.0) };
        // Below the pointer where there is room, else above it, even out of the panel.
        let top = if y + OFFSET_PX + high <= room.1 { y + OFFSET_PX } else { y - OFFSET_PX - high };
        // Without a place it would be seen in a corner, which is no reason to stop.
        drop(
            element
                .style()
                .set_property("transform", &format!("translate({}px, {}px)", left.round(), top.round())),
        );
    }

    /// Hides the tooltip.
    pub fn hide(&mut self) {
        if self.shown.take().is_some() {
            self.element.set_hidden(true);
        }
    }

    fn write(&self, tip: &Tip) {
        self.element.set_text_content(None);
        if let Some(title) = self.make("strong", &tip.title) {
            drop(self.element.append_child(&title));
        }
        for line in &tip.lines {
            self.add("span", line);
        }
    }

    /// Adds a line; names in backticks stand out.
    fn add(&self, tag: &str, text: &str) {
        let Some(line) = self.make(tag, "") else { return };
        for (at, part) in text.split('`').enumerate() {
            if let Some(part) = self.make(if at % 2 == 1 { "b" } else { "i" }, part) {
                // A new element takes any child.
                drop(line.append_child(&part));
            }
        }
        drop(self.element.append_child(&line));
    }

    fn make(&self, tag: &str, text: &str) -> Option<Element> {
        let made = self.element.owner_document()?.create_element(tag).ok()?;
        made.set_text_content(Some(text));
        Some(made)
    }
}

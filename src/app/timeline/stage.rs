//! What the component, the pointer and the painting share: the elements and what they show now.

use std::cell::{Cell, RefCell};

use web_sys::{HtmlCanvasElement, HtmlElement};
use yew::Callback;

use super::hit::{Zone, zone_at};
use super::listen::Frames;
use super::surface::Surface;
use super::tip::TipBox;
use crate::app::{Command, Look, Selection, ViewHandle};
use crate::drawing::captions::Tip;
use crate::drawing::layout::{Layout, Metrics};
use crate::timeline::Window;
use crate::trace::LaneId;

/// How near to a slice the pointer has to be.
const REACH_MOUSE_PX: f64 = 3.0;
/// The same for a finger.
const REACH_TOUCH_PX: f64 = 12.0;

/// Where the pointer rests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hover {
    /// From the panel's left edge.
    pub x: f64,
    /// From its upper edge.
    pub y: f64,
}

/// What was painted last, apart from the look.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Painted {
    look: Look,
    layout: Layout,
    row: Option<usize>,
    scale: f64,
}

/// The panel at work.
#[derive(Debug)]
pub struct Stage {
    /// What is shown.
    pub view: ViewHandle,
    /// Where what the reader asks for goes.
    pub on_command: Callback<Command>,
    /// The element that scrolls.
    pub scroller: HtmlElement,
    /// The canvas in it.
    pub canvas: HtmlCanvasElement,
    /// What makes the scroller as high as all lanes.
    spacer: HtmlElement,
    surface: RefCell<Surface>,
    tip: RefCell<TipBox>,
    hover: Cell<Option<Hover>>,
    is_coarse: bool,
    painted: Cell<Option<Painted>>,
    width_told: Cell<f64>,
    room: Cell<f64>,
    /// The selection that the lanes were last scrolled to.
    followed: Cell<Option<Selection>>,
    frames: RefCell<Option<Frames>>,
}

impl Stage {
    /// Creates the stage of the given elements.
    pub fn new(
        view: ViewHandle,
        on_command: Callback<Command>,
        scroller: HtmlElement,
        canvas: HtmlCanvasElement,
        spacer: HtmlElement,
        tip: HtmlElement,
    ) -> Option<Self> {
        let coarse = web_sys::window().and_then(|window| window.match_media("(pointer: coarse)").ok()?);
        Some(Self {
            surface: RefCell::new(Surface::new(canvas.clone())?),
            tip: RefCell::new(TipBox::new(tip)),
            is_coarse: coarse.is_some_and(|query| query.matches()),
            view,
            on_command,
            scroller,
            canvas,
            spacer,
            hover: Cell::new(None),
            painted: Cell::new(None),
            width_told: Cell::new(0.0),
            room: Cell::new(-1.0),
            followed: Cell::new(None),
            frames: RefCell::new(None),
        })
    }

    /// Sets who paints.
    pub fn set_frames(&self, frames: Option<Frames>) {
        self.frames.replace(frames);
    }

    /// Asks for a painting.
    pub fn ask(&self) {
        if let Some(frames) = &*self.frames.borrow() {
            frames.ask();
        }
    }

    /// Returns where things lie now.
    pub fn layout(&self) -> Layout {
        let width_px = f64::from(self.scroller.client_width());
        let height_px = f64::from(self.scroller.client_height());
        let rows = self.view.model().panel_rows();
        Layout {
            metrics: Metrics::new(width_px, height_px, rows, self.is_coarse),
            width_px,
            height_px,
            scroll_px: f64::from(self.scroller.scroll_top()),
            rows,
        }
    }

    /// Takes the size of the panel, and says how wide the part is that shows time.
    pub fn resized(&self) {
        let layout = self.layout();
        if layout.width_px > 0.0 && self.width_told.replace(layout.plot_width()) != layout.plot_width() {
            self.on_command.emit(Command::Resize { width_px: layout.plot_width() });
        }
        self.ask();
    }

    /// Paints, if anything is different from what was painted last.
    pub fn paint(&self) {
        let layout = self.fitted_layout();
        if layout.width_px < 1.0 || layout.height_px < 1.0 {
            return;
        }
        let look = self.view.look();
        let row = self.hover.get().and_then(|hover| layout.row_at(hover.y));
        let scale = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let now = Painted { look, layout, row, scale };
        if self.painted.replace(Some(now)) == Some(now) {
            return;
        }
        self.surface.borrow_mut().paint(&self.view.model(), &look, &layout, row);
        self.tell(&layout);
    }

    /// Makes room for all lanes, and shows the selected one when it has just been selected.
    fn fitted_layout(&self) -> Layout {
        let mut layout = self.layout();
        let room = layout.max_scroll();
        if self.room.replace(room) != room {
            // Without the room the lanes below cannot be reached, but those above are right.
            drop(self.spacer.style().set_property("height", &format!("{room}px")));
            layout = self.layout();
        }
        let selection = self.view.look().selection;
        if self.followed.replace(selection) != selection
            && let Some(selection) = selection
            && let Some(row) = self.view.model().row_of_lane(selection.lane)
            && layout.scroll_to_row(row) != layout.scroll_px
        {
            self.scroller.set_scroll_top(layout.scroll_to_row(row).round() as i32);
            layout = self.layout();
        }
        layout
    }

    /// Returns what lies at a point.
    pub fn zone(&self, x: f64, y: f64, is_touch: bool) -> Zone {
        let look = self.view.look();
        zone_at(&self.layout(), x, y, Some(look.viewport.px_from_x(look.playhead)), is_touch)
    }

    /// Returns what a tap at a point selects.
    pub fn selection_at(&self, x: f64, y: f64, is_touch: bool) -> Option<Selection> {
        let (model, look) = (self.view.model(), self.view.look());
        let lane_of = |row: usize| model.lane_of_row(row);
        match self.zone(x, y, is_touch) {
            Zone::Label { row } | Zone::Track { row, .. } if model.resource_of_row(row).is_some() => {
                let px = x - self.layout().metrics.labels_px;
                let there = look.axis.moment_from_x(&model, look.viewport.x_from_px(px.max(0.0)));
                let line = model.nearest_op(model.resource_of_row(row)?, there)?;
                Some(Selection { lane: line.lane, moment: line.moment })
            }
            Zone::Label { row } => Some(Selection { lane: lane_of(row)?, moment: look.moment }),
            Zone::Track { row, px } => {
                let lane = lane_of(row)?;
                let reach = if is_touch { REACH_TOUCH_PX } else { REACH_MOUSE_PX };
                let span = Window::new(&model, &look.axis, &look.viewport).hit(lane, px, reach);
                let there = || look.axis.moment_from_x(&model, look.viewport.x_from_px(px));
                Some(Selection { lane, moment: span.map_or_else(there, |span| span.begin) })
            }
            Zone::Ruler | Zone::NowLine | Zone::Empty => None,
        }
    }

    /// Takes where the pointer rests.
    pub fn set_hover(&self, hover: Option<Hover>) {
        if self.hover.replace(hover) == hover {
            return;
        }
        match hover {
            Some(_) => self.tell(&self.layout()),
            None => self.tip.borrow_mut().hide(),
        }
        self.ask();
    }

    /// Says in the tooltip what lies under the pointer.
    fn tell(&self, layout: &Layout) {
        let mut tip = self.tip.borrow_mut();
        let Some((hover, text)) =
            self.hover.get().and_then(|hover| Some((hover, self.tip_at(layout, hover)?)))
        else {
            tip.hide();
            return;
        };
        tip.show(text, hover.x, hover.y);
    }

    fn tip_at(&self, layout: &Layout, hover: Hover) -> Option<Tip> {
        let (model, look) = (self.view.model(), self.view.look());
        let now_px = look.viewport.px_from_x(look.playhead);
        let lane_of = |row: usize| -> Option<LaneId> { model.lane_of_row(row) };
        match zone_at(layout, hover.x, hover.y, Some(now_px), false) {
            Zone::Label { row } if model.resource_of_row(row).is_some() => {
                Some(Tip::of_resource(&model, model.resource_of_row(row)?, look.moment))
            }
            Zone::Track { row, px } if model.resource_of_row(row).is_some() => {
                let there = look.axis.moment_from_x(&model, look.viewport.x_from_px(px));
                Some(Tip::of_resource(&model, model.resource_of_row(row)?, there))
            }
            Zone::Label { row } => Some(Tip::of_lane(&model, lane_of(row)?, look.moment)),
            Zone::Track { row, px } => {
                let lane = lane_of(row)?;
                let window = Window::new(&model, &look.axis, &look.viewport);
                let now = crate::timeline::Moment { nanos: look.now_nanos, ..model.extent().end };
                Some(match window.hit(lane, px, REACH_MOUSE_PX) {
                    Some(span) => {
                        let merged = window.spans(lane).find(|shown| {
                            shown.first <= span.index && span.index < shown.first + shown.spans
                        });
                        Tip::of_span(&model, &span, merged.map_or(1, |shown| shown.spans), now)
                    }
                    None => {
                        let there = look.axis.moment_from_x(&model, look.viewport.x_from_px(px));
                        Tip::of_lane(&model, lane, there)
                    }
                })
            }
            Zone::Ruler | Zone::NowLine | Zone::Empty => None,
        }
    }
}

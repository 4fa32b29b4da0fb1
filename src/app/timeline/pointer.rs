//! Pointer and wheel on the panel.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent, WheelEvent};

use super::gesture::{Act, Gesture, Wheel, wheel};
use super::hit::Zone;
use super::listen::Listener;
use super::stage::{Hover, Stage};
use crate::app::Command;

/// What one line of a wheel that counts in lines is worth.
const LINE_PX: f64 = 16.0;

/// Listens to everything that a hand does on the panel.
pub fn listen(stage: &Rc<Stage>) -> Vec<Listener> {
    let gesture = Rc::new(RefCell::new(Gesture::default()));
    let on = |kind: &'static str, call: fn(&Stage, &RefCell<Gesture>, &PointerEvent)| {
        let (stage, gesture) = (Rc::clone(stage), Rc::clone(&gesture));
        Listener::new(&Rc::clone(&stage).canvas.clone(), kind, move |event: Event| {
            if let Some(event) = event.dyn_ref::<PointerEvent>() {
                call(&stage, &gesture, event);
            }
        })
    };
    let wheeled = Rc::clone(stage);
    let turned = Listener::new(&stage.scroller, "wheel", move |event: Event| {
        if let Some(event) = event.dyn_ref::<WheelEvent>() {
            turn(&wheeled, event);
        }
    });
    let scrolled = Rc::clone(stage);
    vec![
        on("pointerdown", down),
        on("pointermove", moved),
        on("pointerup", up),
        on("pointercancel", cancel),
        on("pointerleave", |stage, _, _| stage.set_hover(None)),
        turned,
        Listener::new(&stage.scroller, "scroll", move |_| scrolled.ask()),
    ]
}

/// The canvas sticks to the panel, so that its own points are the panel's.
fn point(stage: &Stage, event: &PointerEvent) -> (f64, f64) {
    let place = stage.canvas.get_bounding_client_rect();
    (f64::from(event.client_x()) - place.left(), f64::from(event.client_y()) - place.top())
}

fn is_touch(event: &PointerEvent) -> bool {
    event.pointer_type() == "touch"
}

fn down(stage: &Stage, gesture: &RefCell<Gesture>, event: &PointerEvent) {
    if event.button() != 0 && !is_touch(event) {
        return;
    }
    let (x, y) = point(stage, event);
    let target: &Element = &stage.canvas;
    // A pointer that is gone already cannot be captured, and moves no more.
    drop(target.set_pointer_capture(event.pointer_id()));
    let scrubs = stage.zone(x, y, is_touch(event)).scrubs();
    let act = gesture.borrow_mut().down(event.pointer_id(), x, y, is_touch(event), scrubs);
    stage.set_hover(None);
    carry_out(stage, act, is_touch(event));
    show_cursor(stage, &gesture.borrow(), Some(stage.zone(x, y, false)));
}

fn moved(stage: &Stage, gesture: &RefCell<Gesture>, event: &PointerEvent) {
    let (x, y) = point(stage, event);
    if !gesture.borrow().is_active() {
        if !is_touch(event) {
            stage.set_hover(Some(Hover { x, y }));
            show_cursor(stage, &gesture.borrow(), Some(stage.zone(x, y, false)));
        }
        return;
    }
    let acts = gesture.borrow_mut().moved(event.pointer_id(), x, y);
    for act in acts {
        carry_out(stage, act, is_touch(event));
    }
    show_cursor(stage, &gesture.borrow(), None);
}

fn up(stage: &Stage, gesture: &RefCell<Gesture>, event: &PointerEvent) {
    let act = gesture.borrow_mut().up(event.pointer_id());
    carry_out(stage, act, is_touch(event));
    let (x, y) = point(stage, event);
    show_cursor(stage, &gesture.borrow(), Some(stage.zone(x, y, false)));
}

fn cancel(stage: &Stage, gesture: &RefCell<Gesture>, event: &PointerEvent) {
    gesture.borrow_mut().cancel(event.pointer_id());
    show_cursor(stage, &gesture.borrow(), None);
}

fn carry_out(stage: &Stage, act: Option<Act>, is_touch: bool) {
    let Some(act) = act else { return };
    let left = stage.layout().metrics.labels_px;
    let viewport = stage.view.look().viewport;
    let axis_x = |x: f64| viewport.x_from_px((x - left).clamp(0.0, viewport.width_px));
    let command = match act {
        Act::Scrub { x } => Command::Seek { x: axis_x(x) },
        Act::Zoom { x, factor } => Command::ZoomAt { x: axis_x(x), factor },
        Act::Tap { x, y } => Command::Select(stage.selection_at(x, y, is_touch)),
        Act::Drag { dx, dy } => {
            if dy != 0.0 {
                stage.scroller.set_scroll_top(stage.scroller.scroll_top() - dy.round() as i32);
            }
            if dx == 0.0 {
                return;
            }
            Command::Pan { dx: -dx * viewport.units_per_pixel }
        }
    };
    stage.on_command.emit(command);
}

fn turn(stage: &Stage, event: &WheelEvent) {
    let line_px = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => LINE_PX,
        WheelEvent::DOM_DELTA_PAGE => f64::from(stage.scroller.client_height()),
        _ => 1.0,
    };
    let zooms = event.ctrl_key() || event.meta_key();
    let command = match wheel(event.delta_x(), event.delta_y(), line_px, zooms, event.shift_key()) {
        // The lanes scroll by themselves, and the page where the lanes end.
        Wheel::Scroll => return,
        Wheel::Zoom(factor) => {
            let left = stage.canvas.get_bounding_client_rect().left() + stage.layout().metrics.labels_px;
            let viewport = stage.view.look().viewport;
            let px = (f64::from(event.client_x()) - left).clamp(0.0, viewport.width_px);
            Command::ZoomAt { x: viewport.x_from_px(px), factor }
        }
        Wheel::Pan(px) => Command::Pan { dx: px * stage.view.look().viewport.units_per_pixel },
    };
    event.prevent_default();
    stage.on_command.emit(command);
}

fn show_cursor(stage: &Stage, gesture: &Gesture, zone: Option<Zone>) {
    let cursor = match zone {
        _ if gesture.is_panning() => "grabbing",
        Some(zone) if zone.scrubs() => "ew-resize",
        Some(Zone::Label { .. } | Zone::Track { .. }) => "pointer",
        Some(_) => "default",
        None => return,
    };
    // The cursor is a hint, nothing depends on it.
    drop(stage.canvas.style().set_property("cursor", cursor));
}

//! Listens to what yew does not hand on as it is needed here.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{AddEventListenerOptions, Element, Event, EventTarget, ResizeObserver};

/// Listens until it is dropped.
#[derive(Debug)]
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    call: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Calls `call` for every event of this kind. It may prevent what the browser would do, which yew's
    /// own listeners for the wheel may not.
    pub fn new(target: &EventTarget, kind: &'static str, call: impl Fn(Event) + 'static) -> Self {
        let call = Closure::<dyn Fn(Event)>::new(call);
        let options = AddEventListenerOptions::new();
        options.set_passive(false);
        let added = target.add_event_listener_with_callback_and_add_event_listener_options(
            kind,
            call.as_ref().unchecked_ref(),
            &options,
        );
        debug_assert!(added.is_ok(), "every target takes listeners");
        Self { target: target.clone(), kind, call }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // A target that is gone has no listeners either.
        drop(self.target.remove_event_listener_with_callback(self.kind, self.call.as_ref().unchecked_ref()));
    }
}

/// Watches the size of an element until it is dropped.
#[derive(Debug)]
pub struct SizeWatch {
    observer: ResizeObserver,
    _call: Closure<dyn Fn()>,
}

impl SizeWatch {
    /// Calls `call` whenever the size is another one, and once at first.
    pub fn new(element: &Element, call: impl Fn() + 'static) -> Option<Self> {
        let call = Closure::<dyn Fn()>::new(call);
        let observer = ResizeObserver::new(call.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _call: call })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Calls once for each painting of the browser in which something was asked for.
#[derive(Debug)]
pub struct Frames {
    call: Closure<dyn Fn()>,
    pending: std::rc::Rc<std::cell::Cell<Option<i32>>>,
}

impl Frames {
    /// Creates the frames; `call` paints.
    pub fn new(call: impl Fn() + 'static) -> Self {
        let pending = std::rc::Rc::new(std::cell::Cell::new(None));
        let asked = std::rc::Rc::clone(&pending);
        let call = Closure::<dyn Fn()>::new(move || {
            asked.set(None);
            call();
        });
        Self { call, pending }
    }

    /// Asks for a painting; asking twice before the next one is asking once.
    pub fn ask(&self) {
        if self.pending.get().is_none()
            && let Some(window) = web_sys::window()
        {
            self.pending.set(window.request_animation_frame(self.call.as_ref().unchecked_ref()).ok());
        }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let (Some(id), Some(window)) = (self.pending.get(), web_sys::window()) {
            // A frame that is over cannot be cancelled, and need not be.
            drop(window.cancel_animation_frame(id));
        }
    }
}

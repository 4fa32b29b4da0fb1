//! Calls a component when the view changes, often enough to be read and no more often.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;

use crate::app::{Phase, Subscription, ViewHandle};
use crate::runtime::browser::now_millis;

/// How long words stay while the playhead moves: nobody reads faster.
const PLAYING_MILLIS: f64 = 200.0;
/// How long they stay otherwise, so that a key held down does not render more than is seen.
const STILL_MILLIS: f64 = 40.0;

/// Goes on calling until it is dropped.
#[derive(Debug)]
pub struct Pulse {
    _subscription: Subscription,
    _beat: Rc<Beat>,
}

struct Beat {
    call: Box<dyn Fn()>,
    last_millis: Cell<f64>,
    later: RefCell<Option<Timeout>>,
}

impl std::fmt::Debug for Beat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Beat").field("last_millis", &self.last_millis).finish_non_exhaustive()
    }
}

impl Pulse {
    /// Calls `call` after changes of the view; the last change of a series is never missed.
    pub fn new(view: &ViewHandle, call: impl Fn() + 'static) -> Self {
        let beat =
            Rc::new(Beat { call: Box::new(call), last_millis: Cell::new(0.0), later: RefCell::default() });
        let beating = Rc::downgrade(&beat);
        let watched = Rc::downgrade(&view.0);
        let subscription = view.subscribe(move || {
            if let (Some(beat), Some(view)) = (beating.upgrade(), watched.upgrade()) {
                beat.changed(view.look().phase == Phase::Running);
            }
        });
        Self { _subscription: subscription, _beat: beat }
    }
}

impl Beat {
    fn changed(self: &Rc<Self>, is_playing: bool) {
        let rest = if is_playing { PLAYING_MILLIS } else { STILL_MILLIS };
        let wait = self.last_millis.get() + rest - now_millis();
        if wait <= 0.0 {
            self.beat();
        } else if self.later.borrow().is_none() {
            let beat = Rc::downgrade(self);
            let later = Timeout::new(wait.ceil() as u32, move || {
                if let Some(beat) = beat.upgrade() {
                    beat.later.take();
                    beat.beat();
                }
            });
            self.later.replace(Some(later));
        }
    }

    fn beat(&self) {
        self.last_millis.set(now_millis());
        (self.call)();
    }
}

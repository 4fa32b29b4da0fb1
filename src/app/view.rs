//! What the components that change on every frame look at, without going through yew.
//!
//! Playing moves the playhead sixty times a second. Rendering the whole page for that would cost more
//! than the run itself, so those components hold a [`View`], are called when it changes, and decide by
//! themselves what to paint.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::fmt;
use std::rc::{Rc, Weak};

use super::command::Selection;
use crate::drawing::Sight;
use crate::timeline::{Axis, Model, Moment, Viewport};

/// How the run and the playback stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Nothing was polled yet.
    #[default]
    Ready,
    /// The playhead moves.
    Running,
    /// The playhead stands before the end.
    Paused,
    /// The playhead stands at the end of a run that ended as it should, or was stopped.
    Ended,
    /// It stands at the end of a run that failed, panicked or reached a limit.
    Failed,
    /// It stands at the end of a run that can never go on.
    Stalled,
}

impl Phase {
    /// Returns the word for `data-state`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Ended => "ended",
            Self::Failed => "failed",
            Self::Stalled => "stalled",
        }
    }
}

/// Everything about the view but the model, to be compared with what was painted last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Grows whenever the model changes; starts anew with another run.
    pub revision: u64,
    /// Grows whenever there is a new run.
    pub run: u64,
    /// Where moments lie.
    pub axis: Axis,
    /// Which part of the axis is on the screen.
    pub viewport: Viewport,
    /// Where the playhead is.
    pub playhead: f64,
    /// The playhead's moment: everything shown in words is true then.
    pub moment: Moment,
    /// What the clock reads at the playhead; later than the moment while nothing happens.
    pub now_nanos: u64,
    /// Where what is recorded ends.
    pub frontier: f64,
    /// Where the run will end, as far as known: the scrubber's right edge.
    pub end: f64,
    /// How the run and the playback stand.
    pub phase: Phase,
    /// Whether the playhead is at the frontier of a run that goes on.
    pub live: bool,
    /// What is selected.
    pub selection: Option<Selection>,
    /// The line of the source whose slices are to be marked.
    pub hover_line: Option<u32>,
    /// The shown file, as [`Model::spans_on_line`] takes it.
    pub file: &'static str,
    /// Grows whenever colours may have changed: read the CSS custom properties anew.
    pub colours: u32,
}

impl Look {
    /// Returns the part of it that is drawn.
    pub fn sight(&self) -> Sight {
        Sight {
            axis: self.axis,
            viewport: self.viewport,
            playhead: self.playhead,
            moment: self.moment,
            now_nanos: self.now_nanos,
            frontier: self.frontier,
            selection: self.selection,
            hover_line: self.hover_line,
            file: self.file,
            is_still: false,
        }
    }
}

impl Default for Look {
    fn default() -> Self {
        Self {
            revision: 0,
            run: 0,
            axis: Axis::time(),
            viewport: Viewport { x0: 0.0, units_per_pixel: 1.0, width_px: 0.0 },
            playhead: 0.0,
            moment: Moment::START,
            now_nanos: 0,
            frontier: 0.0,
            end: 0.0,
            phase: Phase::Ready,
            live: true,
            selection: None,
            hover_line: None,
            file: "",
            colours: 0,
        }
    }
}

type Listener = Box<dyn Fn()>;

/// The model and the look at it, and who wants to know when they change.
#[derive(Default)]
pub struct View {
    model: RefCell<Model>,
    look: Cell<Look>,
    listeners: RefCell<Vec<(u64, Rc<Listener>)>>,
    last_listener: Cell<u64>,
}

impl View {
    /// Creates a view of nothing.
    pub fn new() -> Rc<Self> {
        Rc::new(Self::default())
    }

    /// Returns the model. Do not hold it over an `await` or a command.
    pub fn model(&self) -> Ref<'_, Model> {
        self.model.borrow()
    }

    /// Returns the model, to put frames into it.
    pub fn model_mut(&self) -> RefMut<'_, Model> {
        self.model.borrow_mut()
    }

    /// Returns the look.
    pub fn look(&self) -> Look {
        self.look.get()
    }

    /// Replaces the look and calls every listener, if anything is different.
    pub fn publish(&self, look: Look) {
        if self.look.replace(look) == look {
            return;
        }
        let listeners: Vec<_> = self.listeners.borrow().iter().map(|(_, call)| Rc::clone(call)).collect();
        for listener in listeners {
            listener();
        }
    }

    /// Calls `listener` after every change, until the subscription is dropped.
    pub fn subscribe(self: &Rc<Self>, listener: impl Fn() + 'static) -> Subscription {
        let id = self.last_listener.get() + 1;
        self.last_listener.set(id);
        self.listeners.borrow_mut().push((id, Rc::new(Box::new(listener))));
        Subscription { view: Rc::downgrade(self), id }
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("look", &self.look.get()).finish_non_exhaustive()
    }
}

/// Ends a listener's calls when it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Subscription {
    view: Weak<View>,
    id: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(view) = self.view.upgrade() {
            view.listeners.borrow_mut().retain(|(id, _)| *id != self.id);
        }
    }
}

/// A shared view that can be a property of a component: equal when it is the same one.
#[derive(Clone, Debug)]
pub struct ViewHandle(pub Rc<View>);

impl PartialEq for ViewHandle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl std::ops::Deref for ViewHandle {
    type Target = Rc<View>;

    fn deref(&self) -> &Rc<View> {
        &self.0
    }
}

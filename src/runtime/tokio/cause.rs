//! Why a task of tokio's is woken, where the one who wakes cannot say so itself.
//!
//! tokio's timers and its queue of those that have given way call a waker between two polls. They are
//! handed a waker that knows what it stands for, so that the trace need not guess.

use std::cell::Cell;
use std::sync::Arc;
use std::task::{Wake, Waker};

use super::native::{RUN, Shared};
use crate::trace::{LaneId, LocationId, Recorder, WakeCause, current};

thread_local! {
    static CAUSE: Cell<Option<WakeCause>> = const { Cell::new(None) };
}

/// Returns why whatever is woken right now is woken.
pub(super) fn cause() -> WakeCause {
    CAUSE.get().unwrap_or(if current::lane() == LaneId::OUTSIDE { WakeCause::External } else { WakeCause::Lane })
}

/// Calls a waker and says why.
#[derive(Debug)]
pub(super) struct CausedWaker {
    cause: WakeCause,
    inner: Waker,
}

impl CausedWaker {
    pub(super) fn new(cause: WakeCause, inner: &Waker) -> Arc<Self> {
        Arc::new(Self { cause, inner: inner.clone() })
    }

    pub(super) fn is_for(&self, inner: &Waker) -> bool {
        self.inner.will_wake(inner)
    }
}

impl Wake for CausedWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let before = CAUSE.replace(Some(self.cause));
        self.inner.wake_by_ref();
        CAUSE.set(before);
    }
}

/// The run around a named future, for wakes that come while no task is polled.
#[derive(Clone, Debug)]
pub(in crate::runtime) struct RunRef(Arc<Shared>);

impl RunRef {
    pub(in crate::runtime) fn current() -> Option<Self> {
        RUN.with_borrow(|run| run.clone().map(Self))
    }

    /// Calls `with` on the run's recorder, its clock up to date, with what there is to say about a wake.
    pub(in crate::runtime) fn record(&self, with: impl FnOnce(&mut Recorder, LaneId, WakeCause, LocationId)) {
        let (by, cause, location) = (current::lane(), cause(), current::operation_location());
        let mut recorder = self.0.recorder();
        recorder.set_clock(self.0.now_nanos());
        with(&mut recorder, by, cause, location);
    }
}

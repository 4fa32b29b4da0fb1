//! Why a task of tokio's is woken, where the one who wakes cannot say so itself.
//!
//! tokio calls some wakers between two polls: of timers, of those that have given way, of whoever joins
//! a task that has ended. They are handed a waker that knows what it stands for, so that the trace need
//! not guess.

use std::cell::Cell;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use super::native::{RUN, Shared};
use crate::trace::{LaneId, LocationId, Recorder, WakeCause, current};

thread_local! {
    static CAUSE: Cell<Option<(WakeCause, LaneId)>> = const { Cell::new(None) };
}

/// Returns why whatever is woken right now is woken, and by which lane.
pub(super) fn cause() -> (WakeCause, LaneId) {
    CAUSE.get().unwrap_or_else(|| match current::lane() {
        LaneId::OUTSIDE => (WakeCause::External, LaneId::OUTSIDE),
        lane => (WakeCause::Lane, lane),
    })
}

/// Calls a waker and says why.
#[derive(Debug)]
pub(super) struct CausedWaker {
    cause: WakeCause,
    by: LaneId,
    inner: Waker,
}

impl CausedWaker {
    /// Returns the waker for a poll: the one that is kept, or a new one that is kept from now on.
    pub(super) fn kept(
        kept: &mut Option<Arc<Self>>,
        cause: WakeCause,
        by: LaneId,
        cx: &Context<'_>,
    ) -> Waker {
        let inner = cx.waker();
        let waker = match kept.take() {
            Some(waker) if waker.inner.will_wake(inner) => waker,
            _ => Arc::new(Self { cause, by, inner: inner.clone() }),
        };
        *kept = Some(Arc::clone(&waker));
        Waker::from(waker)
    }
}

impl Wake for CausedWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let before = CAUSE.replace(Some((self.cause, self.by)));
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
        let ((cause, by), location) = (cause(), current::operation_location());
        let mut recorder = self.0.recorder();
        recorder.set_clock(self.0.now_nanos());
        with(&mut recorder, by, cause, location);
    }
}

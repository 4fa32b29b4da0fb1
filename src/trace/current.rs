//! The recorder and the lane that this thread is working for right now.
//!
//! A runtime enters a recorder before it polls and leaves it after; primitives record into whatever
//! is entered, and do nothing where nothing is. This is the only road from a primitive to a trace,
//! so a primitive works the same with and without Wakeline's runtime around it.

use std::cell::RefCell;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use super::{End, Event, LaneId, Level, LocationId, NameId, Recorder, WaitKind, WakeCause};

/// A recorder that several threads share.
pub type SharedRecorder = Arc<Mutex<Recorder>>;

#[derive(Debug)]
enum Place {
    /// The thread's own: no lock on the way of a poll.
    Owned(Recorder),
    Shared(SharedRecorder),
}

#[derive(Debug, Default)]
struct Current {
    place: Option<Place>,
    lane: LaneId,
    /// The line whose operation is under way, for the wakes that it causes.
    operation: LocationId,
    /// The text of the error that the future being polled is about to return.
    failure: NameId,
}

/// The lane that was being polled before [`begin`], to be given back to [`restore`].
#[derive(Debug)]
#[must_use]
pub struct Before {
    lane: LaneId,
    failure: NameId,
}

thread_local! {
    static CURRENT: RefCell<Current> = RefCell::default();
}

/// Puts `recorder` in place for this thread until [`leave`]; `lane` speaks until a poll says otherwise.
///
/// # Panics
///
/// Panics when a recorder is in place already: one run cannot be driven from within another.
pub fn enter(recorder: Recorder) {
    CURRENT.with_borrow_mut(|current| {
        assert!(current.place.is_none(), "a run cannot be driven from within a run");
        *current = Current { place: Some(Place::Owned(recorder)), ..Current::default() };
    });
}

/// Takes back the recorder that [`enter`] put in place.
///
/// # Panics
///
/// Panics without a matching [`enter`].
pub fn leave() -> Recorder {
    CURRENT.with_borrow_mut(|current| match std::mem::take(current).place {
        Some(Place::Owned(recorder)) => recorder,
        _ => panic!("leave has a matching enter"),
    })
}

/// Calls `work` with a shared recorder in place and `lane` speaking, and restores what was before.
pub fn within<R>(recorder: &SharedRecorder, lane: LaneId, work: impl FnOnce() -> R) -> R {
    struct Restore(Option<Current>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let before = self.0.take().unwrap_or_default();
            CURRENT.set(before);
        }
    }
    let place = Some(Place::Shared(Arc::clone(recorder)));
    let before = CURRENT.replace(Current { place, lane, ..Current::default() });
    let _restore = Restore(Some(before));
    work()
}

/// Calls `with` on the recorder in place; `None` where there is none.
#[inline]
pub fn with<R>(with: impl FnOnce(&mut Recorder, LaneId) -> R) -> Option<R> {
    CURRENT.with_borrow_mut(|current| {
        let lane = current.lane;
        match current.place.as_mut()? {
            Place::Owned(recorder) => Some(with(recorder, lane)),
            Place::Shared(recorder) => {
                let mut recorder = recorder.lock().unwrap_or_else(PoisonError::into_inner);
                Some(with(&mut recorder, lane))
            }
        }
    })
}

/// Returns the lane that is being polled, or [`LaneId::OUTSIDE`].
#[inline]
pub fn lane() -> LaneId {
    CURRENT.with_borrow(|current| current.lane)
}

/// Returns the line whose [`operation`] is under way.
pub fn operation_location() -> LocationId {
    CURRENT.with_borrow(|current| current.operation)
}

/// Makes `lane` the one that is being polled; returns what was before.
#[inline]
pub fn begin(lane: LaneId) -> Before {
    CURRENT.with_borrow_mut(|current| Before {
        lane: std::mem::replace(&mut current.lane, lane),
        failure: std::mem::take(&mut current.failure),
    })
}

/// Goes back to the lane that was being polled before [`begin`].
#[inline]
pub fn restore(before: Before) {
    CURRENT.with_borrow_mut(|current| {
        current.lane = before.lane;
        current.failure = before.failure;
    });
}

/// Keeps an event.
#[inline]
pub fn record(event: Event) {
    with(|recorder, _| recorder.push(event));
}

/// Says that the future being polled is about to return this error, so that its lane ends as failed.
pub fn failing(error: &dyn std::fmt::Display) {
    CURRENT.with_borrow_mut(|current| {
        let text = error.to_string();
        let text = if text.is_empty() { "error" } else { &text };
        let failure = match current.place.as_mut() {
            Some(Place::Owned(recorder)) => recorder.name(text),
            Some(Place::Shared(recorder)) => {
                recorder.lock().unwrap_or_else(PoisonError::into_inner).name(text)
            }
            None => NameId::NONE,
        };
        current.failure = failure;
    });
}

/// Records that `lane`, which is being polled, is ready: completed, or failed after [`failing`].
#[inline]
pub fn completed(lane: LaneId) {
    let message = CURRENT.with_borrow_mut(|current| std::mem::take(&mut current.failure));
    let end = if message == NameId::NONE { End::Completed } else { End::Failed };
    record(Event::Ended { lane, end, message });
}

/// Records that `lane` was woken by whatever is being polled (or by `cause` alone, from outside).
#[inline]
pub fn woken(lane: LaneId, cause: WakeCause) {
    let location = operation_location();
    with(|recorder, by| recorder.push(Event::Woken { lane, by, cause, location }));
}

/// Calls `work`, and gives the wakes that it causes the line `location`.
pub fn operation<R>(location: &'static Location<'static>, work: impl FnOnce() -> R) -> R {
    let id = with(|recorder, _| recorder.location(location)).unwrap_or_default();
    let before = CURRENT.with_borrow_mut(|current| std::mem::replace(&mut current.operation, id));
    let result = work();
    CURRENT.with_borrow_mut(|current| current.operation = before);
    result
}

/// Records that the lane being polled is about to return `Pending`, and on what it waits.
#[inline]
pub fn waiting(on: WaitKind, location: &'static Location<'static>, detail: u64) {
    with(|recorder, lane| {
        if recorder.is_recording() {
            let location = recorder.location(location);
            recorder.push(Event::Waiting { lane, on, location, detail });
        }
    });
}

/// Returns the number of a string in the trace in place.
pub fn name(text: &str) -> NameId {
    with(|recorder, _| recorder.name(text)).unwrap_or_default()
}

/// Records that `lane` ended.
pub fn ended(lane: LaneId, end: End, message: &str) {
    with(|recorder, _| {
        let message = recorder.name(message);
        recorder.push(Event::Ended { lane, end, message });
    });
}

/// Writes a line for the reader.
#[track_caller]
pub fn log(level: Level, message: impl std::fmt::Display) {
    let location = Location::caller();
    with(|recorder, lane| {
        if recorder.is_recording() {
            let message = recorder.name(&message.to_string());
            let location = recorder.location(location);
            recorder.push(Event::Log { lane, level, message, location });
        }
    });
}

/// Shows a value to the reader under a name.
pub fn value(name: &str, value: impl std::fmt::Display) {
    with(|recorder, lane| {
        if recorder.is_recording() {
            let name = recorder.name(name);
            let value = recorder.name(&value.to_string());
            recorder.push(Event::Value { lane, name, value });
        }
    });
}

//! The recorder and the lane that this thread is working for right now.
//!
//! A runtime enters a recorder before it polls and leaves it after; primitives record into whatever
//! is entered, and do nothing where nothing is. This is the only road from a primitive to a trace,
//! so a primitive works the same with and without Wakeline's runtime around it.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use super::{
    End, Event, LaneId, Level, LocationId, NameId, Op, Recorder, ResourceId, ResourceKind, WaitKind,
    WakeCause,
};

/// A recorder that several threads share.
pub type SharedRecorder = Arc<Mutex<Recorder>>;

#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives in each thread, and a box would be one more step on the way of a poll"
)]
enum Place {
    /// The thread's own: no lock on the way of a poll.
    Owned(Recorder),
    Shared(SharedRecorder),
}

impl Place {
    #[inline]
    fn with<R>(&mut self, with: impl FnOnce(&mut Recorder) -> R) -> R {
        match self {
            Self::Owned(recorder) => with(recorder),
            Self::Shared(recorder) => with(&mut recorder.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }
}

/// What changes with every poll: numbers alone, so that reading and writing them costs next to nothing.
#[derive(Clone, Copy, Debug, Default)]
struct Now {
    lane: LaneId,
    /// The text of the error that the future being polled is about to return.
    failure: NameId,
    /// The line whose operation is under way, for the wakes that it causes.
    operation: LocationId,
    /// Whether there is a recorder that keeps events.
    is_recording: bool,
    /// Whether the lane has said in this poll what it waits for.
    is_waiting: bool,
}

impl Now {
    const NOWHERE: Self = Self {
        lane: LaneId::OUTSIDE,
        failure: NameId::NONE,
        operation: LocationId::NONE,
        is_recording: false,
        is_waiting: false,
    };
}

/// The lane that was being polled before [`begin`], to be given back to [`restore`].
#[derive(Debug)]
#[must_use]
pub struct Before(Now);

thread_local! {
    static NOW: Cell<Now> = const { Cell::new(Now::NOWHERE) };
    static PLACE: RefCell<Option<Place>> = const { RefCell::new(None) };
}

/// Puts `recorder` in place for this thread until [`leave`]; `lane` speaks until a poll says otherwise.
///
/// # Panics
///
/// Panics when a recorder is in place already: one run cannot be driven from within another.
pub fn enter(recorder: Recorder) {
    PLACE.with_borrow_mut(|place| {
        assert!(place.is_none(), "a run cannot be driven from within a run");
        NOW.set(Now { is_recording: recorder.is_recording(), ..Now::NOWHERE });
        *place = Some(Place::Owned(recorder));
    });
}

/// Takes back the recorder that [`enter`] put in place.
///
/// # Panics
///
/// Panics without a matching [`enter`].
pub fn leave() -> Recorder {
    NOW.set(Now::NOWHERE);
    match PLACE.take() {
        Some(Place::Owned(recorder)) => recorder,
        _ => panic!("leave has a matching enter"),
    }
}

/// Calls `work` with a shared recorder in place and `lane` speaking, and restores what was before.
pub fn within<R>(recorder: &SharedRecorder, lane: LaneId, work: impl FnOnce() -> R) -> R {
    struct Restore(Now, Option<Place>);
    impl Drop for Restore {
        fn drop(&mut self) {
            NOW.set(self.0);
            PLACE.set(self.1.take());
        }
    }
    let place = PLACE.replace(Some(Place::Shared(Arc::clone(recorder))));
    let now = NOW.replace(Now { lane, is_recording: true, ..Now::NOWHERE });
    let _restore = Restore(now, place);
    work()
}

/// Calls `with` on the recorder in place; `None` where there is none.
#[inline]
pub fn with<R>(with: impl FnOnce(&mut Recorder, LaneId) -> R) -> Option<R> {
    let lane = lane();
    PLACE.with_borrow_mut(|place| Some(place.as_mut()?.with(|recorder| with(recorder, lane))))
}

/// Returns whether anything that is recorded here is kept.
#[inline]
pub fn is_recording() -> bool {
    NOW.get().is_recording
}

/// Returns the lane that is being polled, or [`LaneId::OUTSIDE`].
#[inline]
pub fn lane() -> LaneId {
    NOW.get().lane
}

/// Returns the line whose [`operation`] is under way.
pub fn operation_location() -> LocationId {
    NOW.get().operation
}

/// Makes `lane` the one that is being polled; returns what was before.
#[inline]
pub fn begin(lane: LaneId) -> Before {
    let before = NOW.get();
    NOW.set(Now { lane, is_recording: before.is_recording, ..Now::NOWHERE });
    Before(before)
}

/// Goes back to the lane that was being polled before [`begin`].
#[inline]
pub fn restore(before: Before) {
    NOW.set(before.0);
}

/// Keeps an event.
#[inline]
pub fn record(event: Event) {
    if is_recording() {
        with(|recorder, _| recorder.push(event));
    }
}

/// Says that the future being polled is about to return this error, so that its lane ends as failed.
pub fn failing(error: &dyn std::fmt::Display) {
    if is_recording() {
        let text = error.to_string();
        let failure = name(if text.is_empty() { "error" } else { &text });
        NOW.set(Now { failure, ..NOW.get() });
    }
}

/// Records that `lane`, which is being polled, is ready: completed, or failed after [`failing`].
#[inline]
pub fn completed(lane: LaneId) {
    let now = NOW.get();
    NOW.set(Now { failure: NameId::NONE, ..now });
    let message = now.failure;
    let end = if message == NameId::NONE { End::Completed } else { End::Failed };
    record(Event::Ended { lane, end, message });
}

/// Records that `lane` was woken by whatever is being polled (or by `cause` alone, from outside).
#[inline]
pub fn woken(lane: LaneId, cause: WakeCause) {
    let Now { lane: by, operation: location, .. } = NOW.get();
    record(Event::Woken { lane, by, cause, location });
}

/// Calls `work`, and gives the wakes that it causes the line `location`.
pub fn operation<R>(location: &'static Location<'static>, work: impl FnOnce() -> R) -> R {
    if !is_recording() {
        return work();
    }
    let before = begin_operation(location);
    let result = work();
    end_operation(before);
    result
}

/// The first half of an [`operation`]; returns what [`end_operation`] is to be given.
pub(crate) fn begin_operation(location: &'static Location<'static>) -> LocationId {
    let operation = with(|recorder, _| recorder.location(location)).unwrap_or_default();
    let now = NOW.get();
    NOW.set(Now { operation, ..now });
    now.operation
}

/// The second half of an [`operation`].
pub(crate) fn end_operation(before: LocationId) {
    NOW.set(Now { operation: before, ..NOW.get() });
}

/// Records that the lane being polled is about to return `Pending`, and on what it waits.
#[inline]
pub fn waiting(on: WaitKind, location: &'static Location<'static>, detail: u64) {
    if is_recording() {
        with(|recorder, lane| {
            let location = recorder.location(location);
            recorder.push(Event::Waiting { lane, on, location, detail });
        });
        NOW.set(Now { is_waiting: true, ..NOW.get() });
    }
}

/// Calls `work`, a poll within the lane's; returns also whether it said what the lane waits for.
pub fn tells_its_wait<R>(work: impl FnOnce() -> R) -> (R, bool) {
    let before = NOW.get().is_waiting;
    NOW.set(Now { is_waiting: false, ..NOW.get() });
    let result = work();
    let now = NOW.get();
    NOW.set(Now { is_waiting: before || now.is_waiting, ..now });
    (result, now.is_waiting)
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
    log_at(level, &message, Location::caller());
}

fn log_at(level: Level, message: &dyn std::fmt::Display, location: &'static Location<'static>) {
    if !is_recording() {
        return;
    }
    // Before the recorder is at hand: whatever makes the text may itself have something to say.
    let message = message.to_string();
    with(|recorder, lane| {
        let message = recorder.name(&message);
        let location = recorder.location(location);
        recorder.push(Event::Log { lane, level, message, location });
    });
}

/// As [`log`], for a line of the source that does not run itself: one that a compiler's message is about.
/// Line 0 is none.
pub fn log_line(level: Level, message: &str, file: &str, line: u32) {
    if !is_recording() {
        return;
    }
    with(|recorder, lane| {
        let message = recorder.name(message);
        let location = if line == 0 { LocationId::NONE } else { recorder.line(file, line) };
        recorder.push(Event::Log { lane, level, message, location });
    });
}

/// Shows a value to the reader under a name.
pub fn value(name: &str, value: impl std::fmt::Display) {
    show(name, &value);
}

fn show(name: &str, value: &dyn std::fmt::Display) {
    if !is_recording() {
        return;
    }
    let value = value.to_string();
    with(|recorder, lane| {
        let name = recorder.name(name);
        let value = recorder.name(&value);
        recorder.push(Event::Value { lane, name, value });
    });
}

/// Makes a resource of the run that is polled here; [`ResourceId::NONE`] where none is.
#[inline]
pub fn new_resource(kind: ResourceKind, capacity: u32, location: &'static Location<'static>) -> ResourceId {
    if is_recording() { make_resource(kind, capacity, location) } else { ResourceId::NONE }
}

#[inline(never)]
fn make_resource(kind: ResourceKind, capacity: u32, location: &'static Location<'static>) -> ResourceId {
    let made = with(|recorder, lane| {
        let resource = recorder.new_resource();
        let location = recorder.location(location);
        recorder.push(Event::Resource { resource, kind, capacity, lane, location });
        resource
    });
    made.unwrap_or_default()
}

/// Gives a resource a name.
pub fn name_resource(resource: ResourceId, text: &str) {
    if resource != ResourceId::NONE && is_recording() {
        with(|recorder, _| {
            let name = recorder.name(text);
            recorder.push(Event::ResourceName { resource, name });
        });
    }
}

/// Records that the lane being polled does something with a resource.
#[inline]
pub fn op(resource: ResourceId, op: Op, detail: u32, location: &'static Location<'static>) {
    if resource != ResourceId::NONE && is_recording() {
        record_op(None, resource, op, detail, Some(location));
    }
}

/// As [`op`], for another lane than the one being polled: the holder whose guard is dropped elsewhere.
#[inline]
pub fn op_of(lane: LaneId, resource: ResourceId, op: Op, detail: u32) {
    if resource != ResourceId::NONE && is_recording() {
        record_op(Some(lane), resource, op, detail, None);
    }
}

/// Apart from the look whether there is anything to record, which is all that most operations ever do.
#[inline(never)]
fn record_op(
    of: Option<LaneId>,
    resource: ResourceId,
    op: Op,
    detail: u32,
    location: Option<&'static Location<'static>>,
) {
    with(|recorder, lane| {
        let lane = of.unwrap_or(lane);
        let location = location.map_or(LocationId::NONE, |location| recorder.location(location));
        recorder.push(Event::Op { lane, resource, op, location, detail });
    });
}

//! Catching panics, with the line that panicked.
//!
//! What a panic is thrown with does not say where: only the panic hook learns that. So the first run
//! puts a hook before the one in place, which notes the line and passes on.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::trace::Place;

/// What a panic was thrown with.
pub(super) type Payload = Box<dyn Any + Send + 'static>;

/// A panic that was caught.
pub(super) struct Panic {
    pub(super) payload: Payload,
    /// Where it was thrown, unless somebody threw it on without a new panic.
    pub(super) place: Option<Place>,
}

impl Panic {
    /// Returns what it said.
    pub(super) fn message(&self) -> &str {
        message(&*self.payload)
    }

    /// Returns what it said and where: `out of ink (printer.rs:12)`.
    pub(super) fn text(&self) -> String {
        let message = self.message();
        match &self.place {
            Some(place) => format!("{message} ({place})"),
            None => message.to_owned(),
        }
    }

    /// Throws it on, to whoever catches it next.
    pub(super) fn resume(self) -> ! {
        let Self { payload, place } = self;
        NOTED.set(place.map(|place| Note { message: message(&*payload).to_owned(), place }));
        resume_unwind(payload)
    }
}

/// What the hook knows of the thread's latest panic.
struct Note {
    message: String,
    place: Place,
}

thread_local! {
    static NOTED: Cell<Option<Note>> = const { Cell::new(None) };
    /// How many calls of [`catch`] are under way.
    static CATCHING: Cell<usize> = const { Cell::new(0) };
    /// Whether what is caught is nobody else's business.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Calls `work` and catches what it throws.
pub(super) fn catch<R>(work: impl FnOnce() -> R) -> Result<R, Panic> {
    CATCHING.set(CATCHING.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(CATCHING.get() - 1);
    result.map_err(caught)
}

#[cold]
fn caught(payload: Payload) -> Panic {
    // A payload that was kept and thrown again says something else than the latest panic did.
    let note = NOTED.take().filter(|note| note.message == message(&*payload));
    Panic { payload, place: note.map(|note| note.place) }
}

/// Returns whether a panic here and now would end one task and not the program.
///
/// For a panic hook that tells a person of the end of everything. In a page it is so only when the
/// standard library was built to unwind; otherwise every panic ends the page's code.
pub fn catches_panics() -> bool {
    cfg!(panic = "unwind") && CATCHING.try_with(Cell::get).is_ok_and(|depth| depth > 0)
}

/// Calls `work`; of panics that are caught within nobody is told but whoever catches them.
///
/// For runs that nobody sees: a thousand schedules of a pattern that panics are one finding, not a thousand
/// messages.
pub fn quietly<R>(work: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            QUIET.set(self.0);
        }
    }
    let _restore = Restore(QUIET.replace(true));
    work()
}

fn is_quiet() -> bool {
    QUIET.try_with(Cell::get).unwrap_or(false) && catches_panics()
}

/// Has the lines of panics noted from now on.
pub(super) fn note_places() {
    static NOTES: AtomicBool = AtomicBool::new(false);
    // A thread that panics may not change the hook; the next run will.
    if std::thread::panicking() || NOTES.swap(true, Ordering::AcqRel) {
        return;
    }
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        note(info);
        if !is_quiet() {
            before(info);
        }
    }));
}

fn note(info: &PanicHookInfo<'_>) {
    if let Some(location) = info.location().filter(|_| catches_panics()) {
        let note = Note { message: message(info.payload()).to_owned(), place: Place::from(location) };
        // A thread at its end has no storage any more, and nobody there would read the note.
        let _ = NOTED.try_with(|noted| noted.set(Some(note)));
    }
}

/// Returns the text that a panic was thrown with, where there is one.
fn message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a value that is not text")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catch_panic(work: impl FnOnce()) -> Panic {
        note_places();
        match catch(work) {
            Ok(()) => panic!("it does not panic"),
            Err(panic) => panic,
        }
    }

    #[test]
    fn the_line_that_panicked_is_named() {
        let line = line!() + 1;
        let panic = catch_panic(|| panic!("out of {}", "ink"));
        assert_eq!(panic.text(), format!("out of ink (panics.rs:{line})"));
    }

    #[test]
    fn a_panic_that_is_thrown_on_keeps_its_line() {
        let line = line!() + 1;
        let panic = catch_panic(|| match catch(|| panic!("out of ink")) {
            Ok(()) => {}
            Err(panic) => panic.resume(),
        });
        assert_eq!(panic.text(), format!("out of ink (panics.rs:{line})"));
    }

    #[test]
    fn a_payload_thrown_again_is_not_given_the_line_of_another_panic() {
        let first = catch_panic(|| panic!("out of ink"));
        let again = catch_panic(|| {
            drop(catch_unwind(|| panic!("out of paper")));
            resume_unwind(first.payload)
        });
        assert_eq!(again.text(), "out of ink");
        assert_eq!(catch_panic(|| resume_unwind(Box::new(7))).text(), "a value that is not text");
    }

    #[test]
    fn the_hook_that_was_there_is_still_called() {
        note_places();
        static CALLED: AtomicBool = AtomicBool::new(false);
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            CALLED.store(true, Ordering::Release);
            before(info);
        }));
        let line = line!() + 1;
        assert_eq!(catch_panic(|| panic!("twice")).text(), format!("twice (panics.rs:{line})"));
        assert!(CALLED.load(Ordering::Acquire));
    }

    #[test]
    fn what_is_caught_quietly_reaches_no_other_hook() {
        thread_local!(static CALLS: Cell<u32> = const { Cell::new(0) });
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            CALLS.set(CALLS.get() + 1);
            before(info);
        }));
        // Anew, so that it comes before the one above.
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            note(info);
            if !is_quiet() {
                before(info);
            }
        }));
        let panic = quietly(|| catch_panic(|| panic!("unheard")));
        assert!(panic.text().starts_with("unheard (panics.rs:"));
        assert_eq!(CALLS.get(), 0);
        drop(catch(|| panic!("heard")));
        assert_eq!(CALLS.get(), 1);
    }

    #[test]
    fn only_what_is_caught_is_said_to_be() {
        assert!(!catches_panics());
        assert!(catch(catches_panics).is_ok_and(|caught| caught));
    }
}

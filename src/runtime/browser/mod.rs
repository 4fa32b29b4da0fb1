//! Drives a run from the page's event loop, inside one `spawn_local` task.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use futures::future::select;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;

use super::run::{Progress, Run};
use super::{Clock, Idle, MaybeSend, TimeSource};
use crate::trace::RunEnd;

/// How long the page is kept from painting at a stretch, in milliseconds.
pub const SLICE_MILLIS: f64 = 6.0;
/// Polls between two looks at the page's clock, which costs as much as ten of them.
const BATCH: usize = 64;

#[wasm_bindgen]
extern "C" {
    // A page and a worker both have it, each in a global object of another kind.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Returns the monotonic clock of the page, or of the worker, in milliseconds.
pub fn now_millis() -> f64 {
    performance_now()
}

/// Returns the page's clock as nanoseconds from now on; browsers give it a grain of 5 to 100 µs.
pub fn time_source() -> TimeSource {
    let start = now_millis();
    TimeSource::new(move || ((now_millis() - start).max(0.0) * 1e6) as u64)
}

/// Drives the run until it ends, giving the page a turn after every slice.
///
/// `after_slice` is called when a slice is over, to take frames; when it returns `false` the driver
/// goes away and leaves the run as it is. Virtual time is not slowed down here: pacing is for whoever
/// watches.
pub async fn drive<T: MaybeSend + 'static>(
    run: Rc<RefCell<Run<T>>>,
    mut after_slice: impl FnMut(&mut Run<T>) -> bool,
) -> Option<RunEnd> {
    loop {
        let slice = slice(&mut run.borrow_mut());
        if !after_slice(&mut run.borrow_mut()) {
            return None;
        }
        match slice {
            Slice::Ended(end) => return Some(end),
            // A timer gives the page a whole turn: a promise would come back before it can paint.
            Slice::Unfinished => TimeoutFuture::new(0).await,
            Slice::Waiting(idle) => wait(&run, idle).await,
        }
    }
}

/// Why a slice ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slice {
    /// Its time was up, and there is more to do.
    Unfinished,
    /// Nothing can be done before time passes or something happens outside.
    Waiting(Idle),
    /// The run is over.
    Ended(RunEnd),
}

/// Runs for a slice of the page's time, or until nothing can be done.
pub fn slice<T: MaybeSend + 'static>(run: &mut Run<T>) -> Slice {
    let until = now_millis() + SLICE_MILLIS;
    if run.executor().clock() == Clock::Real {
        let now = run.executor().read_clock();
        run.advance_to(now);
    }
    loop {
        match run.run(BATCH) {
            Progress::Ended(end) => return Slice::Ended(end),
            Progress::Waiting(_) if run.executor().clock() == Clock::Virtual && run.advance() => {}
            Progress::Waiting(idle) => return Slice::Waiting(idle),
            Progress::Polled(_) => {}
        }
        if now_millis() >= until {
            return Slice::Unfinished;
        }
    }
}

/// Waits for the earliest deadline of real time, or for a wake from outside.
async fn wait<T: MaybeSend + 'static>(run: &Rc<RefCell<Run<T>>>, idle: Idle) {
    let woken = poll_fn({
        let run = Rc::clone(run);
        let mut registered = false;
        move |cx| {
            run.borrow_mut().executor().register_driver(cx.waker());
            let pending =
                !std::mem::replace(&mut registered, true) && !run.borrow_mut().executor().has_mail();
            if pending { Poll::Pending } else { Poll::Ready(()) }
        }
    });
    let clock = run.borrow_mut().executor().clock();
    match idle.next_deadline {
        Some(deadline) if clock == Clock::Real => {
            let now = run.borrow_mut().executor().read_clock();
            // A little late rather than a little early: an early timer would only have to wait again.
            let millis = deadline.saturating_sub(now).div_ceil(1_000_000).min(u64::from(u32::MAX >> 1));
            let millis = u32::try_from(millis).unwrap_or(u32::MAX >> 1);
            drop(select(woken, TimeoutFuture::new(millis)).await);
        }
        _ => woken.await,
    }
}

//! Work that would block the executor, on a thread of its own.

use std::cell::Cell;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::executor::core;
use super::time::{Sleep, sleep_at};
use super::{Builder, Clock, JoinHandle, MaybeSend, io, maybe_send, tokio};
use crate::trace::{WaitKind, current};

/// What the timeline says of a task whose work is on a thread.
const WHAT: &str = "a thread";

/// Runs a closure that computes or blocks for long where it does not keep tasks waiting; as
/// `tokio::task::spawn_blocking`.
///
/// The task that it returns stands for the thread. Aborting it does not stop a closure that has begun.
///
/// | where | what runs the closure |
/// |---|---|
/// | tokio, real clock | tokio's pool of blocking threads |
/// | Wakeline's executor natively, real clock | a thread of its own; its end counts as I/O in flight |
/// | virtual time, and in a page | nobody else: see below |
///
/// Virtual time has no threads, because two of them would make no run like the last; a page has none to give.
/// There the closure is called in one go, what its [`work`](super::work) would take is counted instead of
/// spent, and the task goes on after that time, as if a thread had been busy meanwhile. Other computing in the
/// closure does block a page: a Web Worker is the place for it.
///
/// # Panics
///
/// Panics outside a run.
#[track_caller]
pub fn spawn_blocking<F, R>(work: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + MaybeSend + 'static,
    R: MaybeSend + 'static,
{
    Builder::new().spawn_blocking(work)
}

impl Builder<'_> {
    /// Runs a closure where it does not keep tasks waiting; see [`spawn_blocking`].
    #[track_caller]
    pub fn spawn_blocking<F, R>(self, work: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + MaybeSend + 'static,
        R: MaybeSend + 'static,
    {
        let location = Location::caller();
        let on_thread = || on_a_thread(work);
        let work = match core::with(|core| core.clock()) {
            Some(Clock::Real) => match maybe_send::on_a_thread(on_thread) {
                Ok(thread) => return self.spawn(io(WHAT, thread)),
                Err(on_thread) => on_thread,
            },
            Some(Clock::Virtual) => on_thread,
            None => match tokio::spawn_blocking(on_thread) {
                Ok(thread) => return self.spawn(io(WHAT, thread)),
                Err(on_thread) => on_thread,
            },
        };
        self.spawn(async move {
            let (output, took) = counting(work);
            if !took.is_zero() {
                Away { sleep: sleep_at(took, location), location }.await;
            }
            output
        })
    }
}

/// How [`work`](super::work) spends its time here.
#[derive(Clone, Copy, Debug)]
enum Spending {
    /// As the run's clock says.
    Clock,
    /// Nobody waits meanwhile: the thread spins.
    Spin,
    /// Not at all; so many nanoseconds are counted so far.
    Count(u64),
}

thread_local! {
    static SPENDING: Cell<Spending> = const { Cell::new(Spending::Clock) };
}

/// Spends time for a closure that is on a thread, or stands for one; returns whether this is one.
pub(super) fn spend(nanos: u64) -> bool {
    match SPENDING.get() {
        Spending::Clock => return false,
        Spending::Spin => maybe_send::spin(Duration::from_nanos(nanos)),
        Spending::Count(so_far) => SPENDING.set(Spending::Count(so_far.saturating_add(nanos))),
    }
    true
}

/// Restores how time is spent, also when a panic passes through.
struct Restore(Spending);

impl Drop for Restore {
    fn drop(&mut self) {
        SPENDING.set(self.0);
    }
}

fn on_a_thread<R>(work: impl FnOnce() -> R) -> R {
    // Called in place where there is no thread, and then counting goes on.
    if matches!(SPENDING.get(), Spending::Count(_)) {
        return work();
    }
    let _restore = Restore(SPENDING.replace(Spending::Spin));
    work()
}

fn counting<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    let restore = Restore(SPENDING.replace(Spending::Count(0)));
    let output = work();
    let took = match SPENDING.get() {
        Spending::Count(nanos) => nanos,
        Spending::Clock | Spending::Spin => 0,
    };
    drop(restore);
    (output, Duration::from_nanos(took))
}

/// Waits as if a thread were busy.
struct Away {
    sleep: Sleep,
    location: &'static Location<'static>,
}

impl Future for Away {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let slept = Pin::new(&mut self.sleep).poll(cx);
        if slept.is_pending() {
            current::waiting(WaitKind::Io, self.location, u64::from(current::name(WHAT).0));
        }
        ready!(slept);
        Poll::Ready(())
    }
}

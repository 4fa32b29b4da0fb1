//! Time as pattern code sees it: instants of a run's clock, sleeping, timeouts.

use std::ops::{Add, AddAssign, Sub};
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::executor::{TimerKey, core};
use super::{blocking, tokio};
use crate::trace::{WaitKind, current};

/// A moment of the run's clock; as `tokio::time::Instant`.
///
/// The clock starts at zero with the run, so that an instant is the same number in every run of the
/// same pattern in virtual time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    nanos: u64,
}

impl Instant {
    /// Returns the current moment.
    ///
    /// # Panics
    ///
    /// Panics outside a run.
    #[track_caller]
    pub fn now() -> Self {
        Self { nanos: core::with(|core| core.now_nanos()).unwrap_or_else(tokio::now_nanos) }
    }

    /// Returns how long ago this was, zero if it is yet to come.
    #[track_caller]
    pub fn elapsed(&self) -> Duration {
        Self::now().duration_since(*self)
    }

    /// Returns how much later this is than `earlier`, zero if it is not.
    pub fn duration_since(&self, earlier: Self) -> Duration {
        Duration::from_nanos(self.nanos.saturating_sub(earlier.nanos))
    }

    /// Returns the nanoseconds since the run's start.
    pub fn as_nanos(self) -> u64 {
        self.nanos
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl Add<Duration> for Instant {
    type Output = Self;

    /// The far future instead of an overflow, as tokio's `sleep(Duration::MAX)` has it.
    fn add(self, duration: Duration) -> Self {
        Self { nanos: self.nanos.saturating_add(nanos(duration)) }
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self { nanos: self.nanos.saturating_sub(nanos(duration)) }
    }
}

/// Waits until `duration` has passed; as `tokio::time::sleep`.
///
/// tokio rounds deadlines up to whole milliseconds; here they are exact in virtual time.
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    sleep_until(Instant::now() + duration)
}

/// Waits until `duration` has passed, on behalf of the line `location`: for code that simulates
/// something slow and should not itself be what the timeline points at.
pub(crate) fn sleep_at(duration: Duration, location: &'static Location<'static>) -> Sleep {
    let mut sleep = sleep(duration);
    sleep.location = location;
    sleep
}

/// Waits until `deadline`; as `tokio::time::sleep_until`.
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    let location = Location::caller();
    let timer = match core::with(|_| ()) {
        Some(()) => Timer::Executor { key: None },
        None => Timer::Tokio { sleep: tokio::sleep_until(deadline.nanos) },
    };
    Sleep { timer, deadline, location }
}

/// The future of [`sleep`] and [`sleep_until`]; the timer is set by the first poll and cleared on drop.
#[derive(Debug)]
#[must_use = "a future does nothing until it is awaited"]
pub struct Sleep {
    timer: Timer,
    deadline: Instant,
    location: &'static Location<'static>,
}

#[derive(Debug)]
enum Timer {
    Executor { key: Option<TimerKey> },
    Tokio { sleep: tokio::Sleep },
}

impl Sleep {
    /// Returns when it is due.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Returns whether its time has come.
    pub fn is_elapsed(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// Moves the deadline; what is waited for starts anew.
    ///
    /// tokio's takes `Pin<&mut Self>`, because its timer is part of the future; here it is not.
    pub fn reset(&mut self, deadline: Instant) {
        self.clear();
        self.deadline = deadline;
        if let Timer::Tokio { sleep } = &mut self.timer {
            *sleep = tokio::sleep_until(deadline.nanos);
        }
    }

    /// Says which line waits, for a timer that is kept and waited for again.
    pub(super) fn set_location(&mut self, location: &'static Location<'static>) {
        self.location = location;
    }

    fn clear(&mut self) {
        if let Timer::Executor { key } = &mut self.timer
            && let Some(key) = key.take()
        {
            core::with(|core| core.clear_timer(key));
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let polled = this.poll_silently(cx);
        if polled.is_pending() {
            current::waiting(WaitKind::Timer, this.location, this.deadline.nanos);
        }
        polled
    }
}

impl Sleep {
    /// Polls without a word on what the lane waits for.
    fn poll_silently(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let ready = match &mut self.timer {
            Timer::Executor { key } => core::with(|core| {
                if core.now_nanos() >= self.deadline.nanos {
                    return true;
                }
                match key {
                    Some(key) => core.update_timer(*key, cx.waker()),
                    None => *key = Some(core.set_timer(self.deadline.nanos, cx.waker().clone())),
                }
                false
            })
            .expect("a sleep is polled in the run that made it"),
            Timer::Tokio { sleep } => tokio::poll_sleep(sleep, cx),
        };
        if !ready {
            return Poll::Pending;
        }
        self.clear();
        Poll::Ready(())
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Gives a future no longer than `duration`; as `tokio::time::timeout`.
///
/// The future is polled first, so one that is ready in the very instant in which the time is up
/// still wins. When the time is up the caller drops what this returns, and the future with it.
#[track_caller]
pub fn timeout<F: Future>(duration: Duration, future: F) -> Timeout<F> {
    Timeout { future, delay: sleep(duration) }
}

pin_project! {
    /// The future of [`timeout`].
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub struct Timeout<F> {
        #[pin]
        future: F,
        delay: Sleep,
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (polled, is_told) = current::tells_its_wait(|| this.future.poll(cx));
        if let Poll::Ready(output) = polled {
            return Poll::Ready(Ok(output));
        }
        // Whoever waits for a permit with a limit waits for the permit: what the future said is what counts.
        let delay = this.delay;
        let up = if is_told { delay.poll_silently(cx) } else { Pin::new(delay).poll(cx) };
        up.map(|()| Err(Elapsed(())))
    }
}

/// The time was up before the future was ready; as `tokio::time::error::Elapsed`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("deadline has elapsed")]
pub struct Elapsed(());

/// Computes for `duration` without giving way, as work that belongs on a thread of its own does.
///
/// In virtual time the clock moves on in the middle of the poll; in real time the thread spins.
pub fn work(duration: Duration) {
    if blocking::spend(nanos(duration)) {
        return;
    }
    if core::with(|core| core.spend(nanos(duration))).is_none() {
        tokio::spin(duration);
    }
}

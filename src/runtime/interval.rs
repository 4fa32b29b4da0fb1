//! Ticks at a fixed period.

use std::future::poll_fn;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::time::{Instant, Sleep, sleep_until};

/// A tick that is later than this counts as missed; tokio's own tolerance, which its timers' grain needs.
const TOLERANCE: Duration = Duration::from_millis(5);

/// What happens to the ticks that came due while nobody asked; as `tokio::time::MissedTickBehavior`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTickBehavior {
    /// They all come at once until the interval has caught up.
    #[default]
    Burst,
    /// The next tick is a full period after the late one.
    Delay,
    /// They are left out; the next tick falls on the grid of the first.
    Skip,
}

/// Ticks now and then every `period`; as `tokio::time::interval`.
///
/// # Panics
///
/// Panics when `period` is zero.
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    interval_at(Instant::now(), period)
}

/// Ticks at `start` and then every `period`; as `tokio::time::interval_at`.
///
/// # Panics
///
/// Panics when `period` is zero.
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(period > Duration::ZERO, "`period` must be longer than zero");
    Interval { delay: sleep_until(start), period, missed: MissedTickBehavior::default() }
}

/// Gives ticks at a fixed period; as `tokio::time::Interval`.
#[derive(Debug)]
pub struct Interval {
    delay: Sleep,
    period: Duration,
    missed: MissedTickBehavior,
}

impl Interval {
    /// Waits for the next tick and returns when it was due. A tick is not lost when the wait for it
    /// is dropped.
    #[track_caller]
    pub fn tick(&mut self) -> impl Future<Output = Instant> + '_ {
        self.delay.set_location(Location::caller());
        poll_fn(|cx| self.poll_tick(cx))
    }

    /// Polls for the next tick.
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        ready!(Pin::new(&mut self.delay).poll(cx));
        let due = self.delay.deadline();
        let now = Instant::now();
        let next = if now > due + TOLERANCE { self.after_missed(due, now) } else { due + self.period };
        self.delay.reset(next);
        Poll::Ready(due)
    }

    fn after_missed(&self, due: Instant, now: Instant) -> Instant {
        match self.missed {
            MissedTickBehavior::Burst => due + self.period,
            MissedTickBehavior::Delay => now + self.period,
            MissedTickBehavior::Skip => {
                let into = now.duration_since(due).as_nanos() % self.period.as_nanos();
                let into = Duration::from_nanos(u64::try_from(into).unwrap_or(u64::MAX));
                now + self.period - into
            }
        }
    }

    /// Says what happens to missed ticks.
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed = behavior;
    }

    /// Returns what happens to missed ticks.
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    /// Returns the period.
    pub fn period(&self) -> Duration {
        self.period
    }

    /// Makes the next tick come a period from now.
    pub fn reset(&mut self) {
        self.delay.reset(Instant::now() + self.period);
    }
}

//! Real time that can be paused.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

/// Real time that can be paused.
pub struct Stopwatch {
    wall: Rc<dyn Fn() -> f64>,
    nanos_before: Cell<u64>,
    since_millis: Cell<Option<f64>>,
}

impl Stopwatch {
    /// Creates a stopwatch that stands at zero; `wall` tells milliseconds.
    pub fn new(wall: Rc<dyn Fn() -> f64>) -> Self {
        Self { wall, nanos_before: Cell::new(0), since_millis: Cell::new(None) }
    }

    /// Returns the nanoseconds during which it ran.
    pub fn nanos(&self) -> u64 {
        let running = self.since_millis.get().map_or(0.0, |since| ((self.wall)() - since).max(0.0));
        self.nanos_before.get() + (running * 1e6).round() as u64
    }

    /// Lets it run on.
    pub fn start(&self) {
        if self.since_millis.get().is_none() {
            self.since_millis.set(Some((self.wall)()));
        }
    }

    /// Stops it.
    pub fn stop(&self) {
        self.nanos_before.set(self.nanos());
        self.since_millis.set(None);
    }
}

impl fmt::Debug for Stopwatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stopwatch").field("nanos", &self.nanos()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_while_it_stands_does_not_count() {
        let wall = Rc::new(Cell::new(100.0));
        let clock = Rc::clone(&wall);
        let stopwatch = Stopwatch::new(Rc::new(move || clock.get()));
        wall.set(105.0);
        assert_eq!(stopwatch.nanos(), 0);
        stopwatch.start();
        wall.set(112.0);
        assert_eq!(stopwatch.nanos(), 7_000_000);
        stopwatch.stop();
        stopwatch.stop();
        wall.set(900.0);
        assert_eq!(stopwatch.nanos(), 7_000_000);
        stopwatch.start();
        stopwatch.start();
        wall.set(901.0);
        assert_eq!(stopwatch.nanos(), 8_000_000);
    }
}

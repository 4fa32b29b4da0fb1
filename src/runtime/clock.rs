//! The two clocks of a run.

use std::fmt;

/// How a run tells time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Clock {
    /// Time moves only when nothing is ready, straight to the next deadline.
    #[default]
    Virtual,
    /// The clock on the wall.
    Real,
}

impl Clock {
    /// Returns the name used on the command line and in links.
    pub fn name(self) -> &'static str {
        match self {
            Self::Virtual => "virtual",
            Self::Real => "real",
        }
    }
}

impl std::str::FromStr for Clock {
    type Err = ClockError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "virtual" => Ok(Self::Virtual),
            "real" => Ok(Self::Real),
            _ => Err(ClockError { given: text.to_owned() }),
        }
    }
}

/// The text names no clock.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown clock `{given}`: use `virtual` or `real`")]
pub struct ClockError {
    given: String,
}

/// Where real time comes from: nanoseconds since some moment, never going back.
pub struct TimeSource(Box<dyn Fn() -> u64>);

impl TimeSource {
    /// Creates a source that calls `read`.
    pub fn new(read: impl Fn() -> u64 + 'static) -> Self {
        Self(Box::new(read))
    }

    /// Returns the nanoseconds since the source's beginning.
    pub fn nanos(&self) -> u64 {
        (self.0)()
    }
}

impl Default for TimeSource {
    /// The operating system's monotonic clock, from now on. (A browser has another one: see
    /// the driver for the page.)
    fn default() -> Self {
        let start = std::cell::OnceCell::new();
        Self::new(move || {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
            let now = std::time::Instant::now();
            let elapsed = now.duration_since(*start.get_or_init(|| now));
            u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
        })
    }
}

impl fmt::Debug for TimeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TimeSource")
    }
}

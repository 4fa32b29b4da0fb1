//! What pattern code calls, in tokio's words, and the executors behind it.
//!
//! The same call works on the executor of the page and on tokio, whichever polls the task that calls.
//!
//! | here | in tokio | differs in |
//! |---|---|---|
//! | [`spawn`] | `tokio::spawn` | — |
//! | [`Builder`] | `tokio::task::Builder` (unstable) | `spawn` cannot fail |
//! | [`JoinHandle`], [`AbortHandle`], [`JoinError`] | the same | lanes in place of task ids |
//! | [`JoinSet`] | `tokio::task::JoinSet` | no `join_next_with_id` |
//! | [`spawn_blocking`] | `tokio::task::spawn_blocking` | no thread in virtual time, nor in a page |
//! | [`LocalPoolHandle`] | `tokio_util::task::LocalPoolHandle` | its threads are filled in turn |
//! | [`sleep`], [`sleep_until`], [`Sleep`] | the same | exact; tokio rounds up to a millisecond |
//! | [`timeout`] | `tokio::time::timeout` | — |
//! | [`interval`], [`Interval`], [`MissedTickBehavior`] | the same | — |
//! | [`yield_now`] | `tokio::task::yield_now` | — |
//! | [`Instant`] | `tokio::time::Instant` | starts at zero with the run |
//! | [`FutureExt::named`] | none | gives a future within a task a lane |
//! | [`StreamExt::observed`], [`Stage`] | none | gives a stream a lane with marbles |
//! | [`io`] | none needed | virtual time waits for it |
//! | [`shutdown_signal`] | what an application writes around `tokio::signal` | stays ready; the page's Stop button too |
//! | [`work`] | a busy loop | moves the virtual clock within a poll |

mod block;
mod blocking;
pub mod browser;
mod child_waker;
mod clock;
mod ended;
mod executor;
mod interval;
mod io;
mod join;
mod join_set;
mod maybe_send;
mod named;
mod observed;
mod panics;
mod pinned;
mod run;
mod shutdown;
mod task;
mod time;
pub mod tokio;

pub use block::{block_on, block_on_until, block_on_with};
pub use blocking::spawn_blocking;
pub use clock::{Clock, ClockError, TimeSource};
pub use executor::{Executor, Idle, Schedule, ScheduleError, Step};
pub use interval::{Interval, MissedTickBehavior, interval, interval_at};
pub use io::{Io, io};
pub use join::{AbortHandle, JoinError, JoinHandle};
pub use join_set::{JoinSet, SetBuilder};
pub use maybe_send::{BoxFuture, MaybeSend, MaybeSync};
pub use named::{FutureExt, Named, RecordErr};
pub use observed::{Marble, Observed, Stage, StreamExt};
pub use panics::{catches_panics, quietly};
pub use pinned::LocalPoolHandle;
pub use run::{Config, Progress, Run};
pub use shutdown::{Request, ShutdownSignal, shutdown_signal};
pub use task::{Builder, YieldNow, spawn, yield_now};
pub(crate) use time::sleep_at;
pub use time::{Elapsed, Instant, Sleep, Timeout, sleep, sleep_until, timeout, work};

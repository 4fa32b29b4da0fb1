//! The same API on a real tokio runtime, recorded the same way.
//!
//! With feature `native` this is tokio itself: its tasks, its timers, its abort. A future around each
//! task and a waker around each waker record what the executor of the page records by itself.

#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod background;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod blocking;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod cause;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod native;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod paused;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod pinned;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod quiet;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod recorded;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod run;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub(crate) use background::in_background;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub(super) use blocking::{spawn_blocking, spin};
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub(super) use cause::RunRef;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub(super) use native::{
    AbortHandle, IoGuard, JoinHandle, Sleep, defer, now_nanos, poll_join, poll_sleep, shutdown, sleep_until,
    spawn, unconstrained,
};
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub(crate) use native::{has_budget, spend_budget};
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub(super) use pinned::LocalPool;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub use run::{Flavor, TokioRun, run, run_until, run_with};

#[cfg(not(all(feature = "native", not(target_arch = "wasm32"))))]
mod absent;
#[cfg(not(all(feature = "native", not(target_arch = "wasm32"))))]
pub(super) use absent::{
    AbortHandle, IoGuard, JoinHandle, LocalPool, RunRef, Sleep, defer, now_nanos, poll_join, poll_sleep,
    shutdown, sleep_until, spawn, spawn_blocking, spin, unconstrained,
};
#[cfg(not(all(feature = "native", not(target_arch = "wasm32"))))]
pub(crate) use absent::{has_budget, spend_budget};

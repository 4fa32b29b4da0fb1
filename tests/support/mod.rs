//! What several test files share: random programs, the world they act on, the rules of a trace.
#![allow(dead_code, reason = "each test file uses its own part")]

#[cfg(not(target_arch = "wasm32"))]
pub mod program;
#[cfg(not(target_arch = "wasm32"))]
pub mod recorded;
pub mod resource_rules;
pub mod rules;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub mod twice;
#[cfg(not(target_arch = "wasm32"))]
pub mod world;

/// How many programs a property is tried on; `PROPTEST_CASES` says otherwise.
///
/// A failure is kept as a test of its own rather than as a seed, so nothing is written beside the tests.
#[cfg(not(target_arch = "wasm32"))]
pub fn config(cases: u32) -> proptest::test_runner::Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(cases);
    proptest::test_runner::Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..proptest::test_runner::Config::default()
    }
}

/// What planned panics say.
pub const PLANNED: &str = "a planned panic";

/// Keeps planned panics off the test's output.
pub fn quiet_planned_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if info.payload().downcast_ref::<String>().is_none_or(|text| text != PLANNED) {
                before(info);
            }
        }));
    });
}

/// Programs in Wakeline's words: for its own executor and for its tokio backend.
#[cfg(not(target_arch = "wasm32"))]
pub mod on_wakeline {
    mod api {
        pub use wakeline::runtime::{
            AbortHandle, FutureExt, Instant, JoinError, JoinHandle, JoinSet, MissedTickBehavior, interval,
            sleep, spawn, timeout, work, yield_now,
        };

        pub fn named<F: Future>(future: F, name: &str) -> impl Future<Output = F::Output> {
            future.named(name)
        }

        pub fn io<F: Future>(future: F) -> impl Future<Output = F::Output> {
            wakeline::runtime::io("outside", future)
        }
    }
    use super::{program, world};
    include!("interpret.rs");
}

/// Programs in tokio's own words.
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub mod on_tokio {
    mod api {
        pub use tokio::spawn;
        pub use tokio::task::{AbortHandle, JoinError, JoinHandle, JoinSet, yield_now};
        pub use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

        pub fn work(_: std::time::Duration) {
            unreachable!("a paused clock does not move while a task computes");
        }

        pub fn named<F: Future>(future: F, _: &str) -> F {
            future
        }

        pub fn io<F: Future>(_: F) -> F {
            unreachable!("nothing outside is waited for in a comparison");
        }
    }
    use super::{program, world};
    include!("interpret.rs");
}

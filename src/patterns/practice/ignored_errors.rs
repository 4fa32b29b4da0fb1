//! Orders whose background work is joined, so that its errors are somebody's.
//!
//! A spawned task that fails returns its error to its handle. Drop the handle, and the error goes nowhere: no
//! line in the log, no exit code, nothing.

// region: shown
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::net::{FetchError, Network};
use crate::runtime::{Builder, FutureExt, JoinError};
use crate::trace::Level;
use crate::trace::current::log;

/// Places an order: pays, and enters it into the books at the same time.
pub async fn place(id: u32, bank: &Network, books: &Books) -> Result<Placed, OrderError> {
    let entry = enter(id, books.clone()).record_err();
    let entry = Builder::new().name(format!("books {id}")).spawn(entry);

    let paid = pay(id, bank).await;
    let entered = entry.await; // On every way out of here, so before the `?` below.

    // What this function cannot go on without is its caller's to hear.
    paid.map_err(|source| OrderError::NotPaid { id, source })?;
    match entered {
        Ok(Ok(())) => Ok(Placed::Entered),
        // What it can go on without is logged, once and here, and counted.
        Ok(Err(error)) => {
            log(Level::Warn, format!("order {id} is placed and not in the books: {error}"));
            Ok(Placed::NotEntered)
        }
        // The task did not come to its end: a bug in it, and not an answer.
        Err(error) => Err(OrderError::Broken { id, source: error }),
    }
}

pub async fn pay(id: u32, bank: &Network) -> Result<(), FetchError> {
    bank.get(&format!("data/1.json?pay={id}")).await.map(drop)
}

pub async fn enter(id: u32, books: Books) -> Result<(), FetchError> {
    books.network(id).get(&format!("data/2.json?order={id}")).await?;
    books.entries.fetch_add(1, Ordering::Relaxed);
    Ok(())
}
// endregion

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It is paid and in the books.
    Entered,
    /// It is paid, and somebody has to enter it by hand.
    NotEntered,
}

/// Why an order was not placed.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The bank did not take it.
    #[error("order `{id}` is not paid")]
    NotPaid {
        /// Which one.
        id: u32,
        /// Why.
        source: FetchError,
    },
    /// Its task panicked, or was aborted.
    #[error("order `{id}` is broken")]
    Broken {
        /// Which one.
        id: u32,
        /// How its task ended.
        source: JoinError,
    },
}

/// Where orders are entered.
#[derive(Clone, Debug)]
pub struct Books {
    seed: u64,
    latency: u32,
    spread: u32,
    failing: u32,
    entries: Arc<AtomicU32>,
}

impl Books {
    /// Creates empty books as the scene describes them.
    pub(super) fn new(scene: &Scene) -> Self {
        let number = |name| scene.values.number(name);
        let (latency, spread, failing) = (number("latency"), number("spread"), number("failing"));
        Self { seed: scene.seed, latency, spread, failing, entries: Arc::default() }
    }

    /// Returns the network as the entry of this order meets it.
    fn network(&self, id: u32) -> Network {
        let fails = self.failing > 0 && id.is_multiple_of(self.failing);
        Network::simulated(self.seed, self.latency, self.spread, if fails { 100 } else { 0 })
    }

    /// Returns how many orders are in them.
    pub(super) fn entries(&self) -> u32 {
        self.entries.load(Ordering::Relaxed)
    }
}

use super::ignored_errors_pitfall;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};

/// The catalogue's entry.
///
/// # What it does
///
/// Three things can be done with an error, and one of them must be. Join: keep the handle, await it, and tell
/// a task that returned an error from one that never got there. Log: when the work can go on without, once,
/// where it is decided. Propagate: `?`, when it cannot.
///
/// # When to use it
///
/// For every `spawn` and every `Result`. A task that really is nobody's business still gets a wrapper that
/// logs how it ends, and a place in a `TaskTracker`, so that shutdown waits for it. Let the compiler help:
/// `unused_must_use` is on, and clippy's `let_underscore_must_use` and `let_underscore_future` catch the `let
/// _ =` that silences it.
///
/// # What goes wrong without it
///
/// The service answers 200, and half of what it promised is not there. It is found weeks later, by
/// accounting, with no line in any log to begin from. The panic hook at least prints something; an `Err` that
/// is dropped prints nothing at all.
///
/// # What to watch
///
/// Each task of the books that fails ends in `!`, and its error comes back to `main` by the join, which logs
/// it. Let the bank fail: the error is `main`'s own and ends the run, and even then the books are awaited
/// first. In the pitfall the same tasks fail, the handles are dropped (see their ends), and the run reports
/// success as far as it knows.
pub const PATTERN: Pattern = Pattern {
    id: "ignored-errors",
    chapter: Chapter::Practice,
    title: "Don't ignore errors",
    summary: "Orders are paid and entered into the books by tasks that can fail. Every handle is awaited and every \
              `Result` looked at, so whoever must know does.",
    params: &[
        Param {
            name: "orders",
            label: "Orders",
            help: "How many orders are placed, one after another.",
            kind: Kind::Count { min: 1, max: 1000, default: 4 },
        },
        Param {
            name: "failing",
            label: "Failing",
            help: "Every n-th entry into the books fails: 1 for all of them, 0 for none.",
            kind: Kind::Count { min: 0, max: 1000, default: 2 },
        },
        Param {
            name: "bank",
            label: "Bank",
            help: "Whether payments succeed.",
            kind: Kind::Choice { options: &["takes payments", "fails"] },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long an entry into the books takes at least; a payment takes 10 ms.",
            kind: Kind::Millis { min: 0, max: 5000, default: 12 },
        },
        Param {
            name: "spread",
            label: "Spread",
            help: "How much longer an entry takes at most.",
            kind: Kind::Millis { min: 0, max: 5000, default: 10 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/practice/ignored_errors.rs",
    source: source!("practice/ignored_errors.rs"),
    spelling: &[
        ("runtime::Builder::spawn", "tokio::spawn"),
        ("runtime::JoinError", "tokio::task::JoinError"),
        ("network.get(url)", "reqwest::get(url)"),
        (".record_err()", "nothing: it only draws a lane's failure"),
        ("trace::current::log", "tracing::warn!"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: Some(&ignored_errors_pitfall::PITFALL),
};

/// Returns the bank that the scene describes.
pub(super) fn bank(scene: &Scene) -> Network {
    let failures = if scene.values.text("bank") == "fails" { 100 } else { 0 };
    Network::simulated(scene.seed, 10, 0, failures)
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let (bank, books) = (bank(&scene), Books::new(&scene));
    let mut missing = 0;
    let orders = scene.values.number("orders");
    for id in 1..=orders {
        let placed = place(id, &bank, &books).await.map_err(|error| PatternError::new(&error))?;
        missing += u32::from(placed == Placed::NotEntered);
    }
    let entries = books.entries();
    Ok(Outcome::new(format!(
        "{orders} orders are placed, {entries} are in the books, and {missing} are known not to be"
    ))
    .fact("placed", orders)
    .fact("in the books", entries)
    .fact("known to be missing", missing))
}

//! Many requests, but never more than a few at a time.
//!
//! `buffer_unordered(n)` polls up to `n` futures of a stream within one task and takes the next from
//! the stream when one is done. They are children of the task, not tasks: dropping the stream drops
//! them all on the spot, and none of them can run on another thread.

// region: shown
use futures::{StreamExt, stream};

use crate::net::{FetchError, Network};
use crate::runtime::FutureExt;
use crate::trace::Level;
use crate::trace::current::{log, value};

pub async fn bounded(network: Network, items: usize, limit: usize) -> Result<Report, BoundedError> {
    // With no room for even one, the stream would wait for ever: refuse what can never work.
    if limit == 0 {
        return Err(BoundedError::NoRoom { limit });
    }
    let in_flight = InFlight::default();
    let mut answers = stream::iter(1..=items)
        .map(|number| fetch(&network, &in_flight, number).record_err().named(format!("item {number}")))
        .buffer_unordered(limit);

    let mut report = Report::default();
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(number) => report.done.push(number),
            Err(error) => {
                log(Level::Warn, error);
                report.failed += 1;
            }
        }
    }
    report.most_in_flight = in_flight.most();
    Ok(report)
}

async fn fetch(network: &Network, in_flight: &InFlight, number: usize) -> Result<usize, FetchError> {
    let _counted = in_flight.enter();
    network.get(&format!("data/{}.json?item={number}", (number - 1) % 5 + 1)).await?;
    Ok(number)
}
// endregion

/// Why the work was not begun.
#[derive(Debug, thiserror::Error)]
pub enum BoundedError {
    /// Nothing may run.
    #[error("`limit` is `{limit}`: nothing could ever run; use at least `1`")]
    NoRoom {
        /// The limit that was asked for.
        limit: usize,
    },
}

/// What became of the items.
#[derive(Debug, Default)]
pub struct Report {
    /// The items that were fetched, in the order in which they were.
    pub done: Vec<usize>,
    /// How many failed.
    pub failed: usize,
    /// How many were ever under way together.
    pub most_in_flight: usize,
}

/// Counts what is under way; atomic, because on tokio the task may move between threads.
#[derive(Debug, Default)]
struct InFlight {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl InFlight {
    fn enter(&self) -> impl Drop + '_ {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        value("in flight", now);
        Leave(self)
    }

    fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }
}

struct Leave<'a>(&'a InFlight);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        value("in flight", self.0.now.fetch_sub(1, Ordering::Relaxed) - 1);
    }
}

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};

/// The catalogue's entry.
///
/// # What it does
///
/// `stream::iter(items).map(fetch).buffer_unordered(n)` turns each item into a future and keeps up to `n` of
/// them going. As soon as one is done its result is handed on and the next item takes its place. An item that
/// fails is one result among others.
///
/// # When to use it
///
/// For any list that may be long and any resource that is not endless: connections, file handles, the
/// patience of a server. Use `buffered` if the results must keep the order of the items, and tasks with a
/// semaphore if the work itself should spread over several threads.
///
/// # What goes wrong without it
///
/// Spawning everything at once works on the test data and opens ten thousand sockets on the real ones. Going
/// one by one is safe and slow: the time is the sum of all waits, not the longest.
///
/// # What to watch
///
/// The items are lanes inside `main`: they are polled when it is polled. Count the idle lines at any instant:
/// never more than the limit. A new one begins in the very poll in which another ends. Set the limit to 0 and
/// read the refusal.
pub const PATTERN: Pattern = Pattern {
    id: "bounded",
    chapter: Chapter::Concurrent,
    title: "Bounded concurrency",
    summary: "A list of requests is worked off with at most a few under way at a time, all within one task.",
    params: &[
        Param {
            name: "items",
            label: "Items",
            help: "How many requests there are.",
            kind: Kind::Count { min: 0, max: 10_000, default: 9 },
        },
        Param {
            name: "limit",
            label: "At most at a time",
            help: "How many may be under way together; 0 is refused.",
            kind: Kind::Count { min: 0, max: 1000, default: 3 },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long an answer takes at least.",
            kind: Kind::Millis { min: 0, max: 5000, default: 30 },
        },
        Param {
            name: "spread",
            label: "Spread",
            help: "How much longer an answer may take, drawn from the seed.",
            kind: Kind::Millis { min: 0, max: 5000, default: 60 },
        },
        Param {
            name: "failures",
            label: "Failures",
            help: "How many of a hundred answers are an error.",
            kind: Kind::Percent { default: 0 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/concurrent/bounded.rs",
    source: source!("concurrent/bounded.rs"),
    spelling: &[
        ("futures::StreamExt::buffer_unordered", "the same: it needs no runtime"),
        ("network.get(url)", "reqwest::get(url)"),
        (".named(…), .record_err()", "nothing: they only draw a lane and its failure"),
        ("trace::current::log", "tracing::warn!"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let (items, limit) = (scene.values.count("items"), scene.values.count("limit"));
    let report = bounded(scene.network(), items, limit).await.map_err(|error| PatternError::new(&error))?;
    let order: Vec<_> = report.done.iter().take(20).map(usize::to_string).collect();
    let more = if report.done.len() > 20 { ", …" } else { "" };
    let summary = format!(
        "{} of {items} items done, {} failed, never more than {} at a time",
        report.done.len(),
        report.failed,
        report.most_in_flight
    );
    Ok(Outcome::new(summary)
        .fact("done", report.done.len())
        .fact("order", order.join(", ") + more)
        .fact("failed", report.failed)
        .fact("most in flight", report.most_in_flight))
}

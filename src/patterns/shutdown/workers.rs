//! What the workers of this chapter do, and the books that are kept of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::signal::Timer;
use crate::net::Network;
use crate::patterns::{Kind, Outcome, Param, Scene};
use crate::trace::Level;
use crate::trace::current::log;

/// How many workers there are.
pub const WORKERS: Param = Param {
    name: "workers",
    label: "Workers",
    help: "How many tasks there are to stop.",
    kind: Kind::Count { min: 0, max: 1000, default: 3 },
};

/// How often a worker makes a request.
pub const EVERY: Param = Param {
    name: "every",
    label: "Every",
    help: "How long it is from one request of a worker to the next, if it is not late.",
    kind: Kind::Millis { min: 1, max: 5000, default: 60 },
};

/// How long a request takes.
pub const LATENCY: Param = Param {
    name: "latency",
    label: "Request",
    help: "How long a request of the first worker takes; one of the second takes twice as long, and so on.",
    kind: Kind::Millis { min: 0, max: 5000, default: 60 },
};

/// How long the service waits for its workers.
pub const DEADLINE: Param = Param {
    name: "deadline",
    label: "Deadline",
    help: "How long workers have to come to their end before they are aborted.",
    kind: Kind::Millis { min: 0, max: 60_000, default: 300 },
};

/// A service and its workers.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many workers there are.
    pub workers: usize,
    /// How long they have to come to their end.
    pub deadline: Duration,
    /// Who asks the service to stop.
    pub timer: Timer,
    every: Duration,
    latency: u32,
    seed: u64,
    ledger: Arc<Ledger>,
}

impl Plan {
    /// Reads it from the parameters.
    pub fn new(scene: &Scene) -> Self {
        let values = &scene.values;
        Self {
            workers: values.count("workers"),
            deadline: values.millis("deadline"),
            timer: Timer::new(values),
            every: values.millis("every"),
            latency: values.number("latency"),
            seed: scene.seed,
            ledger: Arc::default(),
        }
    }

    /// Returns what a worker has to work with.
    pub fn worker(&self, number: usize) -> Worker {
        let latency = self.latency.saturating_mul(u32::try_from(number).unwrap_or(u32::MAX));
        let network = Network::simulated(self.seed, latency, 0, 0);
        Worker { every: self.every, network, ledger: Arc::clone(&self.ledger) }
    }

    /// Returns the books.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

/// What a worker has to work with.
#[derive(Clone, Debug)]
pub struct Worker {
    /// How often it makes a request.
    pub every: Duration,
    network: Network,
    ledger: Arc<Ledger>,
}

impl Worker {
    /// Makes a request and takes its answer into the books.
    pub async fn work(&self) {
        let request = self.ledger.begun.fetch_add(1, Ordering::Relaxed) + 1;
        if let Err(error) = self.network.get(&format!("data/1.json?request={request}")).await {
            log(Level::Warn, error);
        }
        self.ledger.finished.fetch_add(1, Ordering::Relaxed);
    }

    /// Says goodbye: what it has in memory goes where it belongs.
    pub fn clean_up(&self) {
        let cleaned = self.ledger.cleaned.fetch_add(1, Ordering::Relaxed) + 1;
        log(Level::Info, format!("has cleaned up, {cleaned} so far"));
    }
}

/// The books: what was begun and what came to its end. Atomic, because on tokio tasks move between threads.
#[derive(Debug, Default)]
pub struct Ledger {
    begun: AtomicUsize,
    finished: AtomicUsize,
    cleaned: AtomicUsize,
}

impl Ledger {
    /// Returns how many requests were begun.
    pub fn begun(&self) -> usize {
        self.begun.load(Ordering::Relaxed)
    }

    /// Returns how many requests were begun and are not finished.
    pub fn in_flight(&self) -> usize {
        self.begun() - self.finished.load(Ordering::Relaxed)
    }

    /// Returns how many workers have cleaned up.
    pub fn cleaned(&self) -> usize {
        self.cleaned.load(Ordering::Relaxed)
    }

    /// Tells what the books say at the end.
    pub fn outcome(&self, aborted: usize) -> Outcome {
        let (begun, lost, cleaned) = (self.begun(), self.in_flight(), self.cleaned());
        let mut summary = format!("workers that ended by themselves: {cleaned}");
        if aborted > 0 {
            summary += &format!("; aborted: {aborted}, and with them requests in flight: {lost}");
        }
        Outcome::new(summary)
            .fact("requests", begun)
            .fact("lost in flight", lost)
            .fact("cleaned up", cleaned)
            .fact("aborted", aborted)
    }
}

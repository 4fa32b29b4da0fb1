//! A request that is made again while there is hope, with longer and longer pauses.
//!
//! Four things make a retry safe, and leaving out any of them makes it an outage: a limit to the
//! attempts, pauses that double, jitter in the pauses, and a test of whether trying again can help.

// region: shown
use std::time::Duration;

use fastrand::Rng;

use crate::net::{Document, FetchError};
use crate::runtime::{FutureExt, sleep, timeout};
use crate::trace::Level;
use crate::trace::current::log;

pub async fn retry<T, F>(
    policy: &Policy,
    rng: &mut Rng,
    mut attempt: impl FnMut(u32) -> F,
) -> Result<T, RetryError>
where
    F: Future<Output = Result<T, FetchError>>,
{
    let mut number = 1;
    loop {
        // A future can be awaited only once, so each attempt makes a new one.
        let error = match attempt(number).record_err().named(format!("attempt {number}")).await {
            Ok(output) => return Ok(output),
            Err(error) => error,
        };
        if !is_transient(&error) {
            return Err(RetryError::Permanent { attempt: number, source: error });
        }
        if number >= policy.attempts {
            return Err(RetryError::Exhausted { attempts: number, source: error });
        }
        let pause = policy.pause(number, rng);
        log(Level::Warn, format!("attempt {number} failed, the next is in {} ms", pause.as_millis()));
        sleep(pause).await; // Most of the time is spent here, so this is where it will be cancelled.
        number += 1;
    }
}

impl Policy {
    /// Twice as long after each failure, up to the ceiling, less a random share of it: clients that
    /// failed together must not come back together.
    fn pause(&self, failures: u32, rng: &mut Rng) -> Duration {
        let doubled = self.first.saturating_mul(1 << (failures - 1).min(20)).min(self.ceiling);
        let millis = doubled.as_millis() as u64;
        Duration::from_millis(millis - rng.u64(0..=millis * self.jitter_percent / 100))
    }
}

/// Whether the same request may be answered better later. When in doubt, it may not.
fn is_transient(error: &FetchError) -> bool {
    match error {
        // A browser does not tell a lost connection from a refused one, nor from a wrong address.
        FetchError::Unreachable { .. } | FetchError::TooSlow { .. } => true,
        FetchError::Status { status, .. } => matches!(status, 408 | 429 | 502 | 503 | 504),
        FetchError::Address { .. } | FetchError::TooLarge { .. } | FetchError::NotJson { .. } => false,
    }
}

/// The caller has a limit of its own, around all attempts and pauses together.
pub async fn fetch(server: &Server, url: &str, request: &mut Request) -> Result<Document, RetryError> {
    let Request { policy, rng, patience, made } = request;
    let document = retry(policy, rng, |number| {
        *made = number;
        server.attempt(number).get(url)
    });
    match timeout(*patience, document.record_err().named("retry")).await {
        Ok(document) => document,
        // The loop was dropped, in an attempt or between two. Nothing is left behind to clean up.
        Err(_elapsed) => Err(RetryError::Cancelled { attempts: *made, patience: *patience }),
    }
}
// endregion

/// How often and how soon to try again.
#[derive(Debug)]
pub struct Policy {
    attempts: u32,
    first: Duration,
    ceiling: Duration,
    jitter_percent: u64,
}

/// What a request may cost, and what it did.
#[derive(Debug)]
pub struct Request {
    policy: Policy,
    rng: Rng,
    patience: Duration,
    /// How many attempts were made.
    made: u32,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// Trying again would not help.
    #[error("attempt `{attempt}` failed for good")]
    Permanent {
        /// Which one it was.
        attempt: u32,
        /// Why.
        source: FetchError,
    },
    /// No attempt is left.
    #[error("gave up after attempt `{attempts}`")]
    Exhausted {
        /// How many were made.
        attempts: u32,
        /// Why the last one failed.
        source: FetchError,
    },
    /// The caller would not wait any longer.
    #[error("cancelled after `{}` ms and `{attempts}` attempts", patience.as_millis())]
    Cancelled {
        /// How many attempts had begun.
        attempts: u32,
        /// How long the caller waited.
        patience: Duration,
    },
}

/// A server that is real, or has a bad moment at first.
#[derive(Debug)]
pub struct Server {
    real: Option<Network>,
    seed: u64,
    latency: u32,
    failing: u32,
}

impl Server {
    /// Returns the network as the attempt with this number meets it.
    fn attempt(&self, number: u32) -> Network {
        let failures = if number <= self.failing { 100 } else { 0 };
        let simulated = || Network::simulated(self.seed, self.latency, 0, failures);
        self.real.clone().unwrap_or_else(simulated)
    }
}

use crate::net::Network;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};

/// The catalogue's entry.
///
/// # What it does
///
/// A loop around one attempt. An error that may pass is followed by a pause and another attempt; an error
/// that will not is returned at once. The pauses double up to a ceiling, and each is shortened by a random
/// part of itself. The crate `backon` has this loop ready-made, and works in a browser too; `tokio-retry` is
/// one for tokio alone.
///
/// # When to use it
///
/// For requests to others that may be made twice without harm: reads, and writes with an idempotency key. A
/// timed-out payment may have gone through. Retry at one level only: three layers with 4 attempts each make
/// 64 requests of one. If the server says `Retry-After`, it knows better than your formula.
///
/// # What goes wrong without it
///
/// Without retries one dropped packet is an error for the user. With naive ones a server that stumbles is
/// knocked down: everybody asks again at once, and in step. Jitter breaks the step, doubling thins out the
/// crowd, the limit ends it. In a large fleet add a budget too, such as one retry for ten requests.
///
/// # What to watch
///
/// The attempts are lanes inside `retry`, and the idle gaps between them grow; with a jitter of at most 50 %
/// they never shrink before the ceiling. Ask for `data/9.json`: once the server is well, 404 ends it,
/// whatever attempts are left. Let it fail for longer than there are attempts. Set the patience to 200 ms:
/// `retry` is dropped (`╳`) in the middle of a pause, and no attempt begins after.
pub const PATTERN: Pattern = Pattern {
    id: "retry",
    chapter: Chapter::Errors,
    title: "Retry with back-off",
    summary: "A server that is briefly out of order is asked again, later each time, until it answers, until \
              the attempts are used up, or until the caller has waited enough.",
    params: &[
        Param {
            name: "network",
            label: "Network",
            help: "Simulated, or real HTTP requests from this program.",
            kind: Kind::Choice { options: &["simulated", "real"] },
        },
        Param {
            name: "url",
            label: "Address",
            help: "A document that the page serves (`data/1.json` to `data/5.json`), or any address that \
                   allows it.",
            kind: Kind::Text { default: "data/1.json" },
        },
        Param {
            name: "failing",
            label: "Failing",
            help: "How many attempts the simulated server answers with status 503 before it is well.",
            kind: Kind::Count { min: 0, max: 100, default: 3 },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long a simulated answer takes.",
            kind: Kind::Millis { min: 0, max: 5000, default: 30 },
        },
        Param {
            name: "attempts",
            label: "Attempts",
            help: "How many there are at most, the first one included.",
            kind: Kind::Count { min: 1, max: 100, default: 5 },
        },
        Param {
            name: "first",
            label: "First pause",
            help: "How long the first pause is, before jitter.",
            kind: Kind::Millis { min: 0, max: 10_000, default: 100 },
        },
        Param {
            name: "ceiling",
            label: "Ceiling",
            help: "How long a pause becomes at most.",
            kind: Kind::Millis { min: 0, max: 60_000, default: 2000 },
        },
        Param {
            name: "jitter",
            label: "Jitter",
            help: "How much of a pause is left to chance; 0 keeps clients in step, 100 spreads them best.",
            kind: Kind::Percent { default: 50 },
        },
        Param {
            name: "patience",
            label: "Patience",
            help: "How long the caller waits in all before it drops the loop.",
            kind: Kind::Millis { min: 0, max: 600_000, default: 30_000 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/errors/retry.rs",
    source: source!("errors/retry.rs"),
    spelling: &[
        ("runtime::sleep", "tokio::time::sleep"),
        ("runtime::timeout", "tokio::time::timeout"),
        ("network.get(url)", "reqwest::get(url)"),
        (".named(…), .record_err()", "nothing: they only draw a lane and its failure"),
        ("trace::current::log", "tracing::warn!"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let (values, rng) = (&scene.values, scene.rng());
    let server = Server {
        real: (values.text("network") == "real").then(|| Network::real(&scene.base)),
        seed: scene.seed,
        latency: values.number("latency"),
        failing: values.number("failing"),
    };
    let policy = Policy {
        attempts: values.number("attempts"),
        first: values.millis("first"),
        ceiling: values.millis("ceiling"),
        jitter_percent: values.number("jitter").into(),
    };
    let mut request = Request { policy, rng, patience: values.millis("patience"), made: 0 };
    let document = fetch(&server, values.text("url"), &mut request).await;
    let document = document.map_err(|error| PatternError::new(&error))?;
    let title = document.title().unwrap_or_default().chars().take(80).collect::<String>();
    Ok(Outcome::new(format!("attempt {} was answered", request.made))
        .fact("attempts", request.made)
        .fact("title", title))
}

//! Two requests, and the first good answer wins.
//!
//! The loser is not told to stop. It is dropped, in the middle of its `.await`, at the moment at which
//! the winner returns, and everything it held is released by that drop. There is no other
//! cancellation in async Rust.

// region: shown
use std::pin::pin;

use futures::{FutureExt as _, select_biased};

use crate::net::{Document, FetchError, Network};
use crate::runtime::FutureExt;
use crate::sync::Semaphore;
use crate::trace::Level;
use crate::trace::current::log;

pub async fn race(fast: Network, slow: Network, pool: &Semaphore) -> Result<Won, RaceError> {
    let mut fast = pin!(request(fast, pool).record_err().named("request fast").fuse());
    let mut slow = pin!(request(slow, pool).record_err().named("request slow").fuse());

    // Biased: if both are ready in the same turn the first branch wins, every time. Plain `select!`
    // would begin with a random one, and no run could be repeated.
    let (winner, answer) = select_biased! {
        answer = fast => ("fast", answer),
        answer = slow => ("slow", answer),
    };
    match answer {
        Ok(document) => Ok(Won { winner, document }), // Returning drops the other one.
        Err(first) => {
            log(Level::Warn, format!("{winner} failed, the other may still win"));
            let (winner, answer) = match winner {
                "fast" => ("slow", slow.await),
                _ => ("fast", fast.await),
            };
            let document = answer.map_err(|second| RaceError { first, second })?;
            Ok(Won { winner, document })
        }
    }
}

async fn request(network: Network, pool: &Semaphore) -> Result<Document, FetchError> {
    // Given back when this future ends, whichever way it ends.
    let _connection = pool.acquire().await.expect("nobody closes the pool");
    network.get("data/1.json").await
}
// endregion

/// Who won, and what with.
#[derive(Debug)]
pub struct Won {
    /// The request that answered first.
    pub winner: &'static str,
    /// Its answer.
    pub document: Document,
}

/// Neither request brought an answer.
#[derive(Debug, thiserror::Error)]
#[error("both requests failed: first {first}; then {second}")]
pub struct RaceError {
    first: FetchError,
    second: FetchError,
}

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::sync::ResourceExt;

/// The catalogue's entry.
///
/// # What it does
///
/// `select!` polls several futures within one task until one of them is ready. The others are not awaited any
/// more; when they go out of scope they are dropped where they stand. Here an answer that is an error does
/// not win: the other request gets its chance.
///
/// # When to use it
///
/// For a fallback server, a cache beside its origin, a request beside its cancellation. A timeout is a race
/// against a timer.
///
/// # What goes wrong without it
///
/// Awaiting one after the other takes the sum of both times. Spawning both and joining the faster leaves the
/// slower one running: its connection stays taken until it is done.
///
/// # What to watch
///
/// At the instant at which `request fast` is ready, `request slow` ends in `╳ dropped`, and its mark says
/// what went with it: the connection, back in the pool in the same poll. Make both equally fast: the first
/// branch wins. Make both fail, and the run ends in an error that names both.
pub const PATTERN: Pattern = Pattern {
    id: "race",
    chapter: Chapter::Concurrent,
    title: "Race: first one wins",
    summary: "Two requests start together; the first to answer wins and the other future is dropped on the \
              spot. Watch what the loser was holding when it went.",
    params: &[
        Param {
            name: "fast",
            label: "Fast",
            help: "How long the first request takes.",
            kind: Kind::Millis { min: 0, max: 2000, default: 40 },
        },
        Param {
            name: "slow",
            label: "Slow",
            help: "How long the second request takes.",
            kind: Kind::Millis { min: 0, max: 2000, default: 90 },
        },
        Param {
            name: "fails",
            label: "Fails",
            help: "Which of the requests end in an error.",
            kind: Kind::Choice { options: &["none", "fast", "slow", "both"] },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/concurrent/race.rs",
    source: source!("concurrent/race.rs"),
    spelling: &[
        ("futures::select_biased!", "tokio::select! { biased; … }"),
        ("sync::Semaphore", "tokio::sync::Semaphore"),
        ("network.get(url)", "reqwest::get(url)"),
        (".named(…), .record_err()", "nothing: they only draw a lane and its failure"),
        ("trace::current::log", "tracing::warn!"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

/// How many connections there are.
const CONNECTIONS: usize = 2;

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let fails = scene.values.text("fails");
    let network = |name: &str| {
        let failures = if fails == name || fails == "both" { 100 } else { 0 };
        Network::simulated(scene.seed, scene.values.number(name), 0, failures)
    };
    let pool = Semaphore::new(CONNECTIONS).named("connections");
    let won =
        race(network("fast"), network("slow"), &pool).await.map_err(|error| PatternError::new(&error))?;
    let left = CONNECTIONS - pool.available_permits();
    Ok(Outcome::new(format!("`request {}` won, and {left} connections are in use", won.winner))
        .fact("winner", won.winner)
        .fact("connections in use", left)
        .fact("title", won.document.title().unwrap_or_default()))
}

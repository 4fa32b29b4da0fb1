//! Work that is given a limited time, and dropped when the time is up.
//!
//! Running out of time becomes an error of the service's own. An error of the work itself stays what
//! it is: too slow and broken are two findings, and want two remedies.

// region: shown
use std::fmt::Display;
use std::pin::pin;
use std::time::Duration;

use futures::{FutureExt as _, select_biased};

use super::typed_errors::ServiceError;
use crate::net::{FetchError, Network};
use crate::runtime::{FutureExt, sleep};
use crate::trace::Level;
use crate::trace::current::log;

pub async fn with_timeout<T, E>(
    limit: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, ServiceError>
where
    E: Into<ServiceError> + Display,
{
    let mut work = pin!(work.record_err().named("work").fuse());
    let mut timer = pin!(sleep(limit).named("timer").fuse());

    // The work is polled first: an answer that is there when the time is up still counts, and even a
    // limit of zero takes what is ready at once.
    select_biased! {
        answer = work => answer.map_err(Into::into),
        () = timer => Err(ServiceError::Timeout { limit }),
    }
    // Here both go out of scope, and whichever did not finish is dropped where it stands.
}

pub async fn article(network: &Network, url: &str) -> Result<String, FetchError> {
    let document = network.get(url).await?;
    // Behind an `.await` nothing is certain: if the time is up first, this line never runs.
    log(Level::Info, format!("{} bytes came in time", document.body.len()));
    Ok(document.title().unwrap_or(document.body))
}
// endregion

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::Instant;

/// The catalogue's entry.
///
/// # What it does
///
/// `with_timeout` polls the work and a timer within one task until one of them is ready. It is
/// `tokio::time::timeout` written out, so that you can see both halves, with one thing added: the two nested
/// results become one. Time that ran out is `ServiceError::Timeout`; an error of the work keeps its own
/// variant. It can act only where the work awaits: a loop that computes for a minute is not interrupted.
///
/// # When to use it
///
/// Around everything that waits for somebody else. Put the limit where the caller's patience is known, and
/// hand one deadline down rather than a fresh limit to each step: three steps of 30 s keep a caller for 90.
/// Choose it from measured latencies, a little above the slowest answer you still want, not for its
/// roundness.
///
/// # What goes wrong without it
///
/// A peer that accepts the connection and never answers holds the task for ever, with its memory, its permit
/// and its place in the queue. One such peer in a hundred is enough: sooner or later it holds the whole pool,
/// and requests to healthy peers wait with the rest.
///
/// # What to watch
///
/// `work` and `timer` begin in one poll. Let the work take 99 ms, then 101: one of the lanes ends, the other
/// is dropped in the same poll (`╳`). At exactly 100 the work wins, as it is polled first. With an error
/// inside, `work` ends in `!` and the variant is `Network`. Dropping stops our waiting, not the server: what
/// it was asked to do may still be done. With a real network use the real clock, since virtual time waits for
/// real answers and no timer can be first.
pub const PATTERN: Pattern = Pattern {
    id: "timeout",
    chapter: Chapter::Errors,
    title: "Timeout",
    summary: "A request races a timer. If the timer is first, the request is dropped and the caller gets the \
              service's own `Timeout`.",
    params: &[
        Param {
            name: "limit",
            label: "Limit",
            help: "How long the work may take; with 0 it is polled once.",
            kind: Kind::Millis { min: 0, max: 10_000, default: 100 },
        },
        Param {
            name: "takes",
            label: "Takes",
            help: "How long the simulated answer takes.",
            kind: Kind::Millis { min: 0, max: 10_000, default: 80 },
        },
        Param {
            name: "answer",
            label: "Answer",
            help: "What the simulated server answers.",
            kind: Kind::Choice { options: &["document", "error"] },
        },
        Param {
            name: "network",
            label: "Network",
            help: "Simulated, or a real HTTP request from this program (with the real clock).",
            kind: Kind::Choice { options: &["simulated", "real"] },
        },
        Param {
            name: "url",
            label: "Address",
            help: "A document that the page serves (`data/1.json` to `data/5.json`), or any address that \
                   allows it.",
            kind: Kind::Text { default: "data/1.json" },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/errors/timeout.rs",
    source: source!("errors/timeout.rs"),
    spelling: &[
        ("with_timeout(limit, work)", "tokio::time::timeout(limit, work), and the two results made one"),
        ("futures::select_biased!", "tokio::select! { biased; … }"),
        ("runtime::sleep", "tokio::time::sleep"),
        ("network.get(url)", "reqwest::get(url)"),
        (".named(…), .record_err()", "nothing: they only draw a lane and its failure"),
        ("trace::current::log", "tracing::info!"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let failures = if scene.values.text("answer") == "error" { 100 } else { 0 };
    let network = match scene.values.text("network") {
        "real" => Network::real(&scene.base),
        _ => Network::simulated(scene.seed, scene.values.number("takes"), 0, failures),
    };
    let limit = scene.values.millis("limit");
    let begun = Instant::now();
    let title = with_timeout(limit, article(&network, scene.values.text("url")))
        .await
        .map_err(|error| PatternError::new(&error))?;
    let took = begun.elapsed().as_millis();
    Ok(Outcome::new(format!("the answer came after {took} ms of {} ms", limit.as_millis()))
        .fact("title", title.chars().take(80).collect::<String>())
        .fact("took ms", took))
}

//! An `async fn` that waits for the network and returns a `Result`.
//!
//! While the request is under way the task is idle: it has no thread, it holds no lock, it costs
//! nothing but its memory. The answer wakes it, and the function goes on behind the `.await`.

// region: shown
use crate::net::{FetchError, Network};
use crate::runtime::FutureExt;
use crate::trace::Level;
use crate::trace::current::log;

pub async fn first_fetch(network: Network, url: &str) -> Result<String, FetchError> {
    log(Level::Info, format!("asks for {url}"));
    // The one place where this function can stop and come back.
    let document = network.get(url).record_err().named("request").await?;
    log(Level::Info, format!("{} bytes, status {}", document.body.len(), document.status));

    Ok(document.title().unwrap_or(document.body))
}
// endregion

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};

/// The catalogue's entry.
///
/// # What it does
///
/// An `async fn` reads like a blocking one and does not block: at `.await` the function steps aside, and its
/// task is idle until the answer wakes it. The error travels by `?` as anywhere else. The network is
/// simulated at first; switch it to real, and the browser's own `fetch` (natively an HTTP client) does the
/// waiting.
///
/// # When to use it
///
/// Whenever a program spends its time waiting for others: clients, servers, crawlers, user interfaces. For
/// pure computation an `async fn` brings nothing but ceremony.
///
/// # What goes wrong without it
///
/// A blocking call in its place would hold the thread for the whole wait. In a browser there is one thread,
/// and the page freezes; on a server every other task of that worker waits along.
///
/// # What to watch
///
/// Two short polls with a long idle line between them: all the time of the request, and no work. The arrow
/// into the second poll comes from the timer of the simulated network, or with a real one from outside the
/// run. Try an address that does not exist, or ten failures in ten.
pub const PATTERN: Pattern = Pattern {
    id: "first-fetch",
    chapter: Chapter::Model,
    title: "First fetch",
    summary: "One task asks the network for a JSON document, is idle until the answer comes, and returns a \
              `Result`.",
    params: &[
        Param {
            name: "network",
            label: "Network",
            help: "Simulated, or a real HTTP request from this program.",
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
            name: "latency",
            label: "Latency",
            help: "How long a simulated answer takes at least.",
            kind: Kind::Millis { min: 0, max: 5000, default: 80 },
        },
        Param {
            name: "spread",
            label: "Spread",
            help: "How much longer a simulated answer may take, drawn from the seed.",
            kind: Kind::Millis { min: 0, max: 5000, default: 40 },
        },
        Param {
            name: "failures",
            label: "Failures",
            help: "How many of a hundred simulated answers are an error.",
            kind: Kind::Percent { default: 0 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/model/first_fetch.rs",
    source: source!("model/first_fetch.rs"),
    spelling: &[
        ("network.get(url).await", "reqwest::get(url).await"),
        (".named(…), .record_err()", "nothing: they only draw a lane and its failure"),
        ("trace::current::log", "tracing::info!"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let url = scene.values.text("url");
    let title = first_fetch(scene.network(), url).await.map_err(|error| PatternError::new(&error))?;
    let title = title.chars().take(80).collect::<String>();
    Ok(Outcome::new(format!("the document's title is “{title}”")).fact("title", title))
}

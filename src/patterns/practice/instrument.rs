//! Requests whose log lines say which request they belong to.
//!
//! A span is entered before each poll of the future that it belongs to and left after it, so whatever is
//! logged in between is known to belong to it, however many tasks take turns on a thread.

// region: shown
use tracing::{Instrument, Span, info, info_span, instrument, warn};

use crate::net::{Document, FetchError, Network};
use crate::runtime::{JoinSet, yield_now};

#[instrument(skip(network, given))] // A span for this call: `serve requests=3`. What is skipped is no field of it.
pub async fn serve(requests: u32, network: Network, given: Given) -> Served {
    let mut tasks = JoinSet::new();
    for id in 1..=requests {
        // A task begins outside every span, also outside of this one. What it is to be in, it is given.
        let span = match given {
            Given::Own => info_span!("request", id),
            Given::Callers => Span::current(),
            Given::None => Span::none(),
        };
        let request = request(id, network.clone()).instrument(span);
        tasks.build_task().name(format!("request {id}")).spawn(request);
    }
    let mut served = Served::default();
    while let Some(joined) = tasks.join_next().await {
        match joined {
            Ok(Ok(words)) => served.words.push(words),
            Ok(Err(_)) => served.failed += 1, // `fetch` has told, within the span of its request.
            Err(error) => warn!(%error, "a request did not end by itself"),
        }
    }
    served
}

async fn request(id: u32, network: Network) -> Result<usize, FetchError> {
    let document = fetch(id, &network).await?;
    let words = index(&document).await;
    info!(words, "indexed"); // No `id` is written here: the span around has it.
    Ok(words)
}

#[instrument(skip(network), err(level = "warn"))]
async fn fetch(id: u32, network: &Network) -> Result<Document, FetchError> {
    network.get(&format!("data/{}.json", (id - 1) % 5 + 1)).await
}

#[instrument(skip_all, fields(bytes = document.body.len(), words))]
async fn index(document: &Document) -> usize {
    let mut words = 0;
    for value in document.body.split(',') {
        words += value.split_whitespace().count();
        yield_now().await; // The span is left here and entered again with the next poll.
    }
    Span::current().record("words", words); // A field whose value was not known at first.
    words
}
// endregion

/// What span a spawned task is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// A new one, with the request's number.
    Own,
    /// The one in which it is spawned.
    Callers,
    /// None.
    None,
}

/// What became of the requests.
#[derive(Debug, Default)]
pub struct Served {
    /// How many words each document had, in the order in which they were indexed.
    pub words: Vec<usize>,
    /// How many requests failed.
    pub failed: usize,
}

use super::instrument_pitfall;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::trace::Level;
use crate::trace::current::log;
use crate::tracing_layer;

/// The catalogue's entry.
///
/// # What it does
///
/// `#[instrument]` makes a span for each call of a function, with its arguments as fields.
/// `.instrument(span)` does the same for any future. Neither holds the span open: both enter it before each
/// poll and leave it after, because between two polls the thread works for others. A spawned task starts
/// outside every span, so it gets one from whoever spawns it: its own, or `Span::current()` to stay in the
/// caller's.
///
/// # When to use it
///
/// In every service, at the places where work comes in (a request, a message, a job) and around the calls
/// that leave it. Put the ids on the outermost span and skip what is large or secret: `#[instrument]` takes
/// every argument by `Debug` unless told otherwise. A span costs about as much as a log line, so no span for
/// each item of a loop. The same spans feed OpenTelemetry, tokio-console and the browser's panel, without a
/// change in the code.
///
/// # What goes wrong without it
///
/// Lines of concurrent requests mingle, and `failed: 503` belongs to nobody. An id passed by hand through
/// every function is forgotten in the one that fails. And `let _guard = span.enter()` before an `.await`, the
/// synchronous way, is worse than nothing: see the pitfall.
///
/// # What to watch
///
/// In each `request` lane a span begins with a poll and ends with it, and comes back with the next: `fetch`
/// twice, `index` once for each piece of the document. `words` is filled in at the end. Set the span of tasks
/// to `the caller's`, and all of them are within `serve`, told apart no more; with `none` they are in no span
/// at all. Let requests fail: `fetch` says so within the span of its request. Natively, `--tracing` prints
/// the same spans to the standard error.
pub const PATTERN: Pattern = Pattern {
    id: "instrument",
    chapter: Chapter::Practice,
    title: "Spans with tracing",
    summary: "Each request runs within a span that has its number, and each of its steps in a span within \
              that, so that every line of a log with thousands of requests says whose it is.",
    params: &[
        Param {
            name: "requests",
            label: "Requests",
            help: "How many tasks there are.",
            kind: Kind::Count { min: 1, max: 200, default: 3 },
        },
        Param {
            name: "span",
            label: "Span of tasks",
            help: "What each spawned task runs within.",
            kind: Kind::Choice { options: &["its own", "the caller's", "none"] },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long an answer takes at least.",
            kind: Kind::Millis { min: 0, max: 5000, default: 20 },
        },
        Param {
            name: "spread",
            label: "Spread",
            help: "How much longer an answer takes at most.",
            kind: Kind::Millis { min: 0, max: 5000, default: 40 },
        },
        Param {
            name: "failures",
            label: "Failures",
            help: "How many of the requests the server answers with status 503.",
            kind: Kind::Percent { default: 0 },
        },
        Param {
            name: "devtools",
            label: "DevTools",
            help: "In a page, `on` copies every span to the browser's performance panel and every event to its \
                   console, by `tracing-wasm`. It costs 7 to 9 µs a poll, so it is off unless you look there.",
            kind: Kind::Choice { options: &["off", "on"] },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/practice/instrument.rs",
    source: source!("practice/instrument.rs"),
    spelling: &[
        ("runtime::JoinSet", "tokio::task::JoinSet"),
        ("runtime::yield_now", "tokio::task::yield_now"),
        ("network.get(url)", "reqwest::get(url)"),
        ("build_task().name(…)", "the same, with `tokio_unstable`; `spawn` without a name"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&instrument_pitfall::PITFALL),
};

/// Sees to it that spans are recorded, and says so where they cannot be.
pub(super) fn record_spans(scene: &Scene) {
    if !tracing_layer::install() {
        log(
            Level::Warn,
            "this program has a subscriber of its own without a `SpanLayer`: no span is recorded",
        );
    }
    tracing_layer::mirror(scene.values.text("devtools") == "on");
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    record_spans(&scene);
    let given = match scene.values.text("span") {
        "the caller's" => Given::Callers,
        "none" => Given::None,
        _ => Given::Own,
    };
    let requests = scene.values.number("requests");
    let served = serve(requests, scene.network(), given).await;
    Ok(Outcome::new(format!("{} of {requests} requests were indexed", served.words.len()))
        .fact("indexed", served.words.len())
        .fact("failed", served.failed)
        .fact("words", served.words.iter().sum::<usize>()))
}

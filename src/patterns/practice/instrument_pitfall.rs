//! The same requests with a guard held across an await.

// region: shown
use tracing::{Span, error, info, info_span, instrument};

use crate::net::{Document, FetchError, Network};
use crate::runtime::{Builder, LocalPoolHandle, yield_now};

pub async fn serve(requests: u32, network: Network) -> u32 {
    // The guard is not `Send`, so `spawn` refuses these futures. A pool of one thread takes them, as does a
    // `LocalSet`, `#[tokio::main(flavor = "current_thread")]` and every browser.
    let pool = LocalPoolHandle::new(1);
    let spawn = |id| {
        let network = network.clone();
        Builder::new().name(format!("request {id}")).spawn_pinned_on(move || request(id, network), &pool)
    };
    let tasks: Vec<_> = (1..=requests).map(spawn).collect();
    let mut astray = 0;
    for task in tasks {
        match task.await {
            Ok(Ok(is_at_home)) => astray += u32::from(!is_at_home),
            Ok(Err(error)) => error!(%error, "a request failed, whichever span this is"),
            Err(error) => error!(%error, "a request did not end by itself"),
        }
    }
    astray
}

async fn request(id: u32, network: Network) -> Result<bool, FetchError> {
    let before = Span::current(); // A task begins outside every span, or should.
    let span = info_span!("request", id); // And so this one has no parent, or should have none.
    let _guard = span.enter(); // Left when the guard is dropped, and that is not when the future waits.

    let document = fetch(id, &network).await?; // The thread goes on to the next task, within this span.
    let words = index(&document).await;

    let after = Span::current();
    if !before.is_none() {
        error!(words, "request {id} began within the span of another");
    } else if after != span {
        error!(words, "request {id} goes on within the span of another");
    }
    Ok(before.is_none() && after == span)
}

#[instrument(skip(network), err(level = "warn"))]
async fn fetch(id: u32, network: &Network) -> Result<Document, FetchError> {
    network.get(&format!("data/{}.json", (id - 1) % 5 + 1)).await
}

async fn index(document: &Document) -> usize {
    let mut words = 0;
    for value in document.body.split(',') {
        words += value.split_whitespace().count();
        yield_now().await;
    }
    info!(words, "indexed");
    words
}
// endregion

use super::instrument::record_spans;
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};

/// `span.enter()` before an await.
pub(super) const PITFALL: Pitfall = Pitfall {
    title: "The guard is held across an await",
    explanation: "`let _guard = span.enter()` is right in a function that does not wait. In an `async fn` it \
                  stays entered while the future is suspended, and whatever the thread polls meanwhile is \
                  within it: spans of other tasks are made its children, their lines carry its fields, and \
                  when the future goes on, the innermost span is somebody else's. The trace is not missing \
                  but wrong, which is worse. The guard is not `Send` to keep you from this, so it compiles \
                  only where futures need not be: in `main`, in a `LocalSet`, in a browser. Watch the spans \
                  of `request` stay open between polls. With one request nothing seems wrong, which is why \
                  it passes the tests. Write `.instrument(span)` or `#[instrument]` instead, and \
                  `span.in_scope(|| …)` for a stretch without an await.",
    file: "src/patterns/practice/instrument_pitfall.rs",
    source: source!("practice/instrument_pitfall.rs"),
    start: |scene| Box::pin(run(scene)),
};

/// Lines were told of the wrong request.
#[derive(Debug, thiserror::Error)]
#[error("`{astray}` of `{requests}` requests were within the span of another")]
struct Astray {
    astray: u32,
    requests: u32,
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    record_spans(&scene);
    let requests = scene.values.number("requests");
    match serve(requests, scene.network()).await {
        0 => Ok(Outcome::new("nothing went wrong this time").fact("astray", 0)),
        astray => Err(PatternError::new(&Astray { astray, requests })),
    }
}

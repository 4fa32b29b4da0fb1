//! Items gathered into chunks, each of which is written in one go.
//!
//! A round trip costs the same for one row as for a hundred. The price is waiting: a row in a chunk that is
//! not full yet is nowhere, and a plain `chunks` holds it until the chunk is full, however long that takes.

// region: shown
use std::pin::pin;
use std::time::Duration;

use async_stream::stream;
use futures::{Stream, StreamExt as _, future::Either};

use crate::runtime::{Instant, Stage, StreamExt, sleep, timeout};

pub async fn write_all(
    rows: impl Stream<Item = Row>,
    size: usize,
    patience: Duration,
    table: &mut Table,
) -> Result<(), WriteError> {
    // `chunks(0)` panics, far from whoever asked for it. A size that somebody can set is checked here.
    if size == 0 {
        return Err(WriteError::NoSize { size });
    }
    let chunks = Stage::new("chunks");
    let rows = rows.entering(&chunks, Row::to_string);
    let full_or_late = match patience {
        Duration::ZERO => Either::Left(rows.chunks(size)),
        patience => Either::Right(chunks_within(rows, size, patience)),
    };
    let mut full_or_late = pin!(full_or_late.leaving(&chunks, |chunk| list(chunk)));
    while let Some(chunk) = full_or_late.next().await {
        table.insert(chunk).await?; // Meanwhile no row is taken in: put a task and a channel between if they must be.
    }
    Ok(())
}

/// Chunks of `size`, or fewer when the first of them has waited for `patience`.
fn chunks_within<T>(
    items: impl Stream<Item = T>,
    size: usize,
    patience: Duration,
) -> impl Stream<Item = Vec<T>> {
    stream! {
        let mut items = pin!(items);
        // For the first one there is no hurry: an empty chunk is no use to anybody.
        while let Some(first) = items.next().await {
            let deadline = Instant::now() + patience;
            let mut chunk = vec![first];
            while chunk.len() < size {
                // `next` may be dropped and asked again: what it has not given is still in the stream.
                match timeout(deadline - Instant::now(), items.next()).await {
                    Ok(Some(item)) => chunk.push(item),
                    Ok(None) => {
                        yield chunk;
                        return;
                    }
                    Err(_elapsed) => break,
                }
            }
            yield chunk;
        }
    }
}

/// Rows come one after the other; after some of them comes a longer pause.
fn arriving(rows: usize, burst: usize, (period, pause): (Duration, Duration)) -> impl Stream<Item = Row> {
    stream! {
        for number in 1..=rows {
            sleep(if number > 1 && (number - 1) % burst == 0 { pause } else { period }).await;
            yield Row { number, came: Instant::now() };
        }
    }
}
// endregion

/// A row that is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    number: usize,
    /// When it came.
    came: Instant,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)
    }
}

fn list(rows: &[Row]) -> String {
    let more = if rows.len() > 20 { ", …" } else { "" };
    let rows: Vec<_> = rows.iter().take(20).map(Row::to_string).collect();
    format!("[{}{more}]", rows.join(", "))
}

/// Why not everything was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// No chunk could ever be full.
    #[error("`size` is `{size}`: a chunk without room can hold nothing; use at least `1`")]
    NoSize {
        /// The size that was asked for.
        size: usize,
    },
    /// The table did not answer.
    #[error("a chunk was not written")]
    Table(#[from] FetchError),
}

/// Where rows are written, one round trip a chunk.
#[derive(Debug)]
pub struct Table {
    network: Network,
    sizes: Vec<usize>,
    longest_wait: Duration,
}

impl Table {
    #[track_caller]
    fn insert(&mut self, rows: Vec<Row>) -> impl Future<Output = Result<(), FetchError>> + use<> {
        let wait = rows.iter().map(|row| row.came.elapsed()).max().unwrap_or_default();
        self.longest_wait = self.longest_wait.max(wait);
        self.sizes.push(rows.len());
        value("rows in the last chunk", rows.len());
        let written = self.network.get(&format!("data/1.json?rows={}", rows.len()));
        async move { written.await.map(drop) }
    }
}

use std::fmt;

use crate::net::{FetchError, Network};
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::FutureExt as _;
use crate::trace::current::value;

/// The catalogue's entry.
///
/// # What it does
///
/// `chunks(n)` polls its stream until it has `n` items, or the stream ends, and gives them as one `Vec`. What
/// is left at the end comes as a short chunk; there is never an empty one. `chunks_within`, as `tokio_stream`
/// has it under the name `chunks_timeout`, also gives what it has when the first item of the chunk has waited
/// long enough.
///
/// # When to use it
///
/// Wherever the cost is in the round trip and not in the row: inserts, publishes, index updates. A few
/// hundred rows are usually most of the gain. For items that are ready already, and only those,
/// `ready_chunks` waits for nothing at all.
///
/// # What goes wrong without it
///
/// Row by row, ten thousand rows are ten thousand round trips. With plain `chunks` the last rows of the
/// evening sit in a half-full chunk until the first ones of the morning, and are lost if the process goes
/// away: this is the bug report "the newest order is always missing". The size bounds the memory, the
/// patience bounds the delay; you want both.
///
/// # What to watch
///
/// Marbles go into `chunks` one by one and come out as `[1, 2, 3, 4]`. Rows 5 and 6 come before the pause and
/// are written after it. Set the patience to 20 ms: they are written as a chunk of two while it lasts, by the
/// wake of a timer. The last chunk is short unless the rows divide evenly. Set the size to 0 and read the
/// refusal.
pub const PATTERN: Pattern = Pattern {
    id: "stream-chunks",
    chapter: Chapter::Streams,
    title: "Chunks",
    summary: "Rows are gathered into chunks of `n` and written in one round trip each. The last chunk is short, \
              and a chunk that fills slowly keeps its rows waiting.",
    params: &[
        Param {
            name: "rows",
            label: "Rows",
            help: "How many there are.",
            kind: Kind::Count { min: 0, max: 10_000, default: 10 },
        },
        Param {
            name: "size",
            label: "Chunk",
            help: "How many make a chunk; 0 is refused.",
            kind: Kind::Count { min: 0, max: 1000, default: 4 },
        },
        Param {
            name: "patience",
            label: "Patience",
            help: "How long the first row of a chunk waits for the rest; 0 is for ever.",
            kind: Kind::Millis { min: 0, max: 5000, default: 0 },
        },
        Param {
            name: "period",
            label: "Period",
            help: "How long it is from one row to the next.",
            kind: Kind::Millis { min: 0, max: 5000, default: 5 },
        },
        Param {
            name: "burst",
            label: "Burst",
            help: "After how many rows there is a pause.",
            kind: Kind::Count { min: 1, max: 10_000, default: 6 },
        },
        Param {
            name: "pause",
            label: "Pause",
            help: "How long it is.",
            kind: Kind::Millis { min: 0, max: 10_000, default: 80 },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long it takes to write a chunk, of whatever size.",
            kind: Kind::Millis { min: 0, max: 5000, default: 10 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/streams/chunks.rs",
    source: source!("streams/chunks.rs"),
    spelling: &[
        ("futures::StreamExt::chunks", "the same: it needs no runtime"),
        ("chunks_within(rows, size, patience)", "tokio_stream::StreamExt::chunks_timeout"),
        ("runtime::timeout", "tokio::time::timeout"),
        ("runtime::Instant", "tokio::time::Instant"),
        (".entering(…), .leaving(…), Stage", "nothing: they only draw a stage"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let values = &scene.values;
    let rows = values.count("rows");
    let times = (values.millis("period"), values.millis("pause"));
    let arriving = arriving(rows, values.count("burst"), times);
    let mut table = Table { network: scene.network(), sizes: Vec::new(), longest_wait: Duration::ZERO };
    let written = write_all(arriving, values.count("size"), values.millis("patience"), &mut table).await;
    written.map_err(|error| PatternError::new(&error))?;
    let Table { sizes, longest_wait, .. } = table;
    let listed: Vec<_> = sizes.iter().take(20).map(usize::to_string).collect();
    let more = if sizes.len() > 20 { ", …" } else { "" };
    let longest = longest_wait.as_millis();
    Ok(Outcome::new(format!(
        "{rows} rows written in {} round trips; one of them waited {longest} ms for its chunk",
        sizes.len()
    ))
    .fact("rows", sizes.iter().sum::<usize>())
    .fact("chunks", sizes.len())
    .fact("sizes", listed.join(", ") + more)
    .fact("longest wait ms", longest))
}

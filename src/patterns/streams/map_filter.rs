//! Adaptors of streams: some items are let through, each is made into something else, all are collected.
//!
//! An adaptor is a value that owns the stream before it. Nothing moves until the last one is polled, and
//! then one item at a time comes all the way down: no stage has a buffer, and none has a task.

// region: shown
use std::future::ready;
use std::time::Duration;

use async_stream::stream;
use fastrand::Rng;
use futures::{Stream, StreamExt as _};

use crate::runtime::{Stage, StreamExt, sleep};

pub async fn warm_in_fahrenheit(celsius: impl Stream<Item = i32>, above: i32) -> Vec<i32> {
    let (warm, fahrenheit) = (Stage::new("filter: warm"), Stage::new("map: °F"));
    celsius
        .entering(&warm, |degrees| format!("{degrees} °C"))
        // `ready`, because the test may also be a future: a look into a database, say. Then the stage
        // waits for each in turn.
        .filter(|degrees| {
            let keep = *degrees > above;
            if !keep {
                warm.dropped(format!("{degrees} °C"));
            }
            ready(keep)
        })
        .leaving(&warm, |degrees| format!("{degrees} °C"))
        .entering(&fahrenheit, |degrees| format!("{degrees} °C"))
        // Behind the filter: what is dropped is not worked on.
        .map(|degrees| degrees * 9 / 5 + 32)
        .leaving(&fahrenheit, |degrees| format!("{degrees} °F"))
        .collect()
        .await
}

pub fn thermometer(mut rng: Rng, readings: usize, period: Duration) -> impl Stream<Item = i32> {
    stream! {
        for _ in 0..readings {
            sleep(period).await;
            yield rng.i32(10..=34);
        }
    }
}

/// An empty stream is no error to `collect`. It is to whatever takes for granted that there is a first one.
pub fn hottest(degrees: &[i32]) -> Option<i32> {
    degrees.iter().copied().max()
}
// endregion

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::FutureExt as _;

/// The catalogue's entry.
///
/// # What it does
///
/// `filter` lets some items through, `map` turns each into another, `collect` polls until the end and keeps
/// them all. Each adaptor wraps the one before; polling the outermost polls all of them, inwards, and an item
/// that comes out has passed every stage within that one poll.
///
/// # When to use it
///
/// As with iterators: to say what happens to an item rather than how the loop goes. `filter_map` does both at
/// once. Use `then` when the conversion is itself a future, and `buffered` when several of those should be
/// under way. Once a chain needs its own error handling at three stages, a `while let` loop is easier to
/// read, and to debug.
///
/// # What goes wrong without it
///
/// A loop with `continue` and `push` does the same. What it does not do is compose: the caller of a function
/// that returns a stream can take ten, stop, add a timeout, and the function need not know. And `collect` on
/// a stream without an end never returns: put a `take` before it, or fold as you go.
///
/// # What to watch
///
/// An item that is let through is on both lanes in one instant: in, out, in, out. One that is rejected is a
/// dropped marble on `filter: warm`, and `main` does not learn of it: the filter polls its source again at
/// once. Raise the limit to 40: everything is dropped, and the result is as empty as with 0 readings.
pub const PATTERN: Pattern = Pattern {
    id: "stream-map-filter",
    chapter: Chapter::Streams,
    title: "Filter, map, collect",
    summary: "Readings run through a filter and a conversion into a list. Each stage has a lane with what went \
              in, what came out and what was dropped.",
    params: &[
        Param {
            name: "readings",
            label: "Readings",
            help: "How many there are; with 0 the stream is empty.",
            kind: Kind::Count { min: 0, max: 10_000, default: 9 },
        },
        Param {
            name: "above",
            label: "Warm above",
            help: "What is not above this many degrees Celsius is dropped.",
            kind: Kind::Count { min: 0, max: 40, default: 20 },
        },
        Param {
            name: "period",
            label: "Period",
            help: "How long it is from one reading to the next.",
            kind: Kind::Millis { min: 0, max: 5000, default: 10 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/streams/map_filter.rs",
    source: source!("streams/map_filter.rs"),
    spelling: &[
        ("futures::StreamExt", "the same, or tokio_stream::StreamExt, whose `filter` takes a plain `bool`"),
        ("async_stream::stream!", "the same: it needs no runtime"),
        ("runtime::sleep", "tokio::time::sleep"),
        (".entering(…), .leaving(…), Stage", "nothing: they only draw a stage"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let values = &scene.values;
    let readings = values.count("readings");
    let above = i32::try_from(values.number("above")).unwrap_or(i32::MAX);
    let source = thermometer(scene.rng(), readings, values.millis("period"));
    let warm = warm_in_fahrenheit(source, above).await;
    let hottest = hottest(&warm).map_or_else(|| "none".to_owned(), |degrees| format!("{degrees} °F"));
    let list: Vec<_> = warm.iter().take(20).map(i32::to_string).collect();
    let more = if warm.len() > 20 { ", …" } else { "" };
    Ok(Outcome::new(format!("{} of {readings} readings are warm, the hottest is {hottest}", warm.len()))
        .fact("kept", warm.len())
        .fact("dropped", readings - warm.len())
        .fact("hottest", hottest)
        .fact("collected", list.join(", ") + more))
}

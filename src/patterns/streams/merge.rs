//! Two streams become one, and neither can crowd out the other.
//!
//! A merge polls both sides whenever it is polled. Which side it asks *first* decides what happens when
//! both always have something: taking turns is fair, and a fixed order starves one of them.

// region: shown
use std::pin::pin;

use async_stream::stream;
use futures::stream::{self, PollNext};
use futures::{Stream, StreamExt as _, future::Either};

use crate::runtime::{StreamExt, sleep};
use crate::trace::Level;
use crate::trace::current::log;

pub async fn merged(
    left: impl Stream<Item = Result<Item, FeedError>>,
    right: impl Stream<Item = Result<Item, FeedError>>,
    policy: Policy,
) -> Result<Vec<Item>, FeedError> {
    let left = left.try_observed("left", Item::to_string);
    let right = right.try_observed("right", Item::to_string);
    let both = match policy.turns {
        // Takes turns, and goes on with the other side alone when one has ended. No chance is involved.
        Turns::Fair => Either::Left(stream::select(left, right)),
        Turns::LeftFirst => {
            Either::Right(stream::select_with_strategy(left, right, |(): &mut ()| PollNext::Left))
        }
    };
    let mut both = pin!(both.try_observed("merged", Item::to_string).take(policy.most));
    let mut items = Vec::new();
    while let Some(item) = both.next().await {
        match item {
            Ok(item) => items.push(item),
            Err(error) if policy.stops => return Err(error), // Drops the other side in the middle.
            Err(error) => log(Level::Warn, format!("{error}, the other side goes on")),
        }
    }
    Ok(items)
}

impl Feed {
    /// Half of the items, if it is to fail, then the error, and nothing after it.
    fn stream(self) -> impl Stream<Item = Result<Item, FeedError>> {
        let Self { from, items, every, fails } = self;
        let good = if fails { items / 2 } else { items };
        stream! {
            for number in 1..=good {
                if !every.is_zero() {
                    sleep(every).await;
                }
                yield Ok(Item { from, number });
            }
            if fails {
                yield Err(FeedError { from, items: good });
            }
        }
    }
}
// endregion

/// How two streams are merged.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    turns: Turns,
    /// Whether an error of one side ends it all.
    stops: bool,
    /// After how many items the consumer leaves.
    most: usize,
}

/// Which side is asked first.
#[derive(Clone, Copy, Debug)]
pub enum Turns {
    /// Each in turn.
    Fair,
    /// Always the left one.
    LeftFirst,
}

/// An item that says whose it is: once merged, nothing else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    from: &'static str,
    number: usize,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.from, self.number)
    }
}

/// One side broke off.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the feed `{from}` broke off after `{items}` items")]
pub struct FeedError {
    from: &'static str,
    items: usize,
}

struct Feed {
    from: &'static str,
    items: usize,
    every: Duration,
    fails: bool,
}

use std::fmt;
use std::time::Duration;

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::FutureExt as _;

/// The catalogue's entry.
///
/// # What it does
///
/// `stream::select` gives an item of either stream as soon as there is one. When both have one it takes
/// turns, so each gets at least every second place. The merged stream ends when both have ended. Both are
/// polled within one task: this is concurrency, not a second thread.
///
/// # When to use it
///
/// For events of several sources that are handled in one place: two subscriptions, messages beside ticks,
/// data beside a shutdown signal. For a number of streams that changes use `SelectAll` or `StreamMap`. Prefer
/// a fixed order only for what is rare and urgent, such as a stop signal, and say so where you do.
///
/// # What goes wrong without it
///
/// Reading one to its end and then the other buffers the second one somewhere, or blocks its sender. A biased
/// `select!` in a loop looks like a merge and starves: the day the first feed is busy all the time, the
/// second one is silent, and no test with three items shows it. And decide what an error means: `?` on the
/// merged stream also drops the side that was well.
///
/// # What to watch
///
/// Three stream lanes: `left`, `right` and `merged`, whose marbles say whose they are. Where both feeds are
/// ready they alternate. Set both periods to 0 and the order to `left first`: `right` has to wait for the end
/// of `left`. Let a side fail, and its error is a marble too: with `stop` the other lane ends in a drop at
/// that instant, with `go on` only the one side is over.
pub const PATTERN: Pattern = Pattern {
    id: "stream-merge",
    chapter: Chapter::Streams,
    title: "Two streams merged",
    summary: "Two feeds become one stream. Fair turns, or the left one first; one ends before the other, and \
              either may break off with an error.",
    params: &[
        Param {
            name: "left",
            label: "Left",
            help: "How many items the left feed has.",
            kind: Kind::Count { min: 0, max: 10_000, default: 4 },
        },
        Param {
            name: "left-every",
            label: "Left every",
            help: "How long it is from one to the next; with 0 the feed is always ready.",
            kind: Kind::Millis { min: 0, max: 5000, default: 10 },
        },
        Param {
            name: "right",
            label: "Right",
            help: "How many items the right feed has.",
            kind: Kind::Count { min: 0, max: 10_000, default: 5 },
        },
        Param {
            name: "right-every",
            label: "Right every",
            help: "How long it is from one to the next; with 0 the feed is always ready.",
            kind: Kind::Millis { min: 0, max: 5000, default: 20 },
        },
        Param {
            name: "turns",
            label: "Turns",
            help: "Which feed is asked first.",
            kind: Kind::Choice { options: &["fair", "left first"] },
        },
        Param {
            name: "most",
            label: "At most",
            help: "After how many items the consumer leaves.",
            kind: Kind::Count { min: 0, max: 20_000, default: 1000 },
        },
        Param {
            name: "fails",
            label: "Fails",
            help: "Which feed breaks off, half-way.",
            kind: Kind::Choice { options: &["none", "left", "right", "both"] },
        },
        Param {
            name: "on-error",
            label: "On error",
            help: "What the consumer does then.",
            kind: Kind::Choice { options: &["go on", "stop"] },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/streams/merge.rs",
    source: source!("streams/merge.rs"),
    spelling: &[
        ("futures::stream::select", "the same, or tokio_stream::StreamExt::merge"),
        ("futures::stream::select_with_strategy", "the same: it needs no runtime"),
        (".try_observed(…)", "nothing: it only draws the stream"),
        ("trace::current::log", "tracing::warn!"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let values = &scene.values;
    let fails = values.text("fails");
    let feed = |from: &'static str, every: &str| Feed {
        from,
        items: values.count(from),
        every: values.millis(every),
        fails: fails == from || fails == "both",
    };
    let policy = Policy {
        turns: if values.text("turns") == "fair" { Turns::Fair } else { Turns::LeftFirst },
        stops: values.text("on-error") == "stop",
        most: values.count("most"),
    };
    let (left, right) = (feed("left", "left-every").stream(), feed("right", "right-every").stream());
    let items = merged(left, right, policy).await.map_err(|error| PatternError::new(&error))?;
    let of = |side: &str| items.iter().filter(|item| item.from == side).count();
    // How many of the other side an item of one side had to let pass, at most.
    let longest = items.chunk_by(|a, b| a.from == b.from).map(<[Item]>::len).max().unwrap_or_default();
    let order: Vec<_> = items.iter().take(20).map(Item::to_string).collect();
    let more = if items.len() > 20 { ", …" } else { "" };
    Ok(Outcome::new(format!("{} items merged, {} of them from the left", items.len(), of("left")))
        .fact("left", of("left"))
        .fact("right", of("right"))
        .fact("longest run of one side", longest)
        .fact("order", order.join(", ") + more))
}

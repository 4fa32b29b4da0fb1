//! A stream written as a function that yields.
//!
//! Nobody pushes: the source runs only while its consumer asks for the next item, in the consumer's own
//! task. That is back-pressure for nothing, and it is also why stopping early is a drop and not a message.

// region: shown
use std::pin::pin;
use std::time::Duration;

use async_stream::stream;
use futures::{Stream, StreamExt as _};

use crate::runtime::{MissedTickBehavior, StreamExt, interval, sleep};
use crate::trace::Level;
use crate::trace::current::log;

pub fn readings(sensor: &Sensor, period: Duration, count: usize) -> impl Stream<Item = Reading> {
    stream! {
        // Nothing here runs before the first item is asked for; `_open` closes whenever the stream goes.
        let _open = sensor.open();
        let mut ticks = interval(period);
        // The default makes up for ticks that a slow consumer missed, all of them at once.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for number in 1..=count {
            ticks.tick().await;
            yield sensor.read(number);
        }
        log(Level::Info, "the sensor has no more readings");
    }
}

pub async fn consume(readings: impl Stream<Item = Reading>, take: usize, busy: Duration) -> Vec<Reading> {
    let mut readings = pin!(readings.observed("readings", Reading::to_string).take(take));
    let mut seen = Vec::new();
    while let Some(reading) = readings.next().await {
        seen.push(reading);
        sleep(busy).await; // While nobody asks, the source is not polled, and its clock ticks unheard.
    }
    seen // The stream is dropped here, in the middle of its loop if it has not come to its end.
}
// endregion

/// Something that can be read while it is open.
#[derive(Debug, Default)]
pub struct Sensor {
    opened: AtomicUsize,
    closed: AtomicUsize,
    made: AtomicUsize,
    seed: u64,
}

/// What a sensor said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Degrees Celsius.
    degrees: u32,
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} °C", self.degrees)
    }
}

struct Open<'a>(&'a Sensor);

impl Sensor {
    fn open(&self) -> Open<'_> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        log(Level::Info, "the sensor is open");
        Open(self)
    }

    fn read(&self, number: usize) -> Reading {
        self.made.fetch_add(1, Ordering::Relaxed);
        let mut rng = fastrand::Rng::with_seed(self.seed.wrapping_add(number as u64));
        rng.u64(..);
        Reading { degrees: rng.u32(15..30) }
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.closed.fetch_add(1, Ordering::Relaxed);
        log(Level::Info, "the sensor is closed");
    }
}

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::FutureExt as _;

/// The catalogue's entry.
///
/// # What it does
///
/// `stream!` of the crate `async-stream` turns a block with `yield` into a `Stream`. Each `next().await` runs
/// the block as far as its next `yield`, on the consumer's task. Between two items the block lies still, with
/// its variables, like any future that is not polled.
///
/// # When to use it
///
/// For values that come over time and have one consumer: pages of a listing, lines of a log, ticks. It spares
/// you a hand-written `poll_next`. With several consumers, or with a producer that must not stand still while
/// the consumer is busy, use a channel and a task.
///
/// # What goes wrong without it
///
/// A task that pushes into an unbounded channel makes items faster than anybody takes them, and goes on for
/// hours after the last consumer has left, because nothing tells it. A list made beforehand keeps the first
/// item waiting for the last one.
///
/// # What to watch
///
/// The marbles on `readings`: each falls into a poll of `main`. After the last one taken the lane ends in a
/// drop, and in the same instant the sensor is closed. Take more than there are, and it ends by itself
/// instead. Take 0: the sensor is never opened. Set `busy` above the period: readings come as late as the
/// consumer asks, and none piles up.
pub const PATTERN: Pattern = Pattern {
    id: "stream-source",
    chapter: Chapter::Streams,
    title: "A stream that yields",
    summary: "A sensor is read on a timer, and each reading is yielded into a stream. The consumer takes a few \
              and leaves; the source is dropped where it stands.",
    params: &[
        Param {
            name: "count",
            label: "Readings",
            help: "How many the sensor has.",
            kind: Kind::Count { min: 0, max: 10_000, default: 12 },
        },
        Param {
            name: "take",
            label: "Taken",
            help: "After how many the consumer leaves.",
            kind: Kind::Count { min: 0, max: 10_000, default: 5 },
        },
        Param {
            name: "period",
            label: "Period",
            help: "How long it is from one reading to the next.",
            kind: Kind::Millis { min: 1, max: 5000, default: 20 },
        },
        Param {
            name: "busy",
            label: "Busy",
            help: "How long the consumer is at work on each.",
            kind: Kind::Millis { min: 0, max: 5000, default: 5 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/streams/source.rs",
    source: source!("streams/source.rs"),
    spelling: &[
        ("async_stream::stream!", "the same: it needs no runtime"),
        ("runtime::interval", "tokio::time::interval"),
        ("runtime::MissedTickBehavior", "tokio::time::MissedTickBehavior"),
        ("runtime::sleep", "tokio::time::sleep"),
        (".observed(…)", "nothing: it only draws the stream"),
        ("trace::current::log", "tracing::info!"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let values = &scene.values;
    let (count, take) = (values.count("count"), values.count("take"));
    let sensor = Sensor { seed: scene.seed, ..Sensor::default() };
    let seen = consume(readings(&sensor, values.millis("period"), count), take, values.millis("busy")).await;
    let counted = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    let (opened, closed) = (counted(&sensor.opened), counted(&sensor.closed));
    let how = match () {
        () if opened == 0 => "was never opened",
        () if take <= count => "was closed by the drop of the stream",
        () => "came to its end",
    };
    Ok(Outcome::new(format!("{} of {count} readings taken, and the sensor {how}", seen.len()))
        .fact("taken", seen.len())
        .fact("made", counted(&sensor.made))
        .fact("opened", opened)
        .fact("still open", opened - closed))
}

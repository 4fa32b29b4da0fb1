//! A loop that reads messages and flushes them in time, and loses none.
//!
//! `select!` drops the branches that did not win. A future that has taken something and is dropped before it
//! hands it on takes it along: so what is in the middle of its work must outlive the turn of the loop, or must
//! not be in a branch at all.

// region: shown
use std::pin::pin;
use std::time::Duration;

use futures::stream::unfold;
use futures::{FutureExt as _, StreamExt, select_biased};

use crate::net::Network;
use crate::runtime::{FutureExt, interval};
use crate::sync::mpsc::Receiver;

/// Reading is under way across the turns of the loop: it is pinned outside of it.
pub async fn pinned(messages: Receiver<u32>, network: &Network, period: Duration, batch: &mut Batch) {
    let reading = unfold(messages, |mut messages| async {
        let message = read(&mut messages, network).named("read").await?;
        Some((message, messages))
    });
    let mut reading = pin!(reading.fuse());
    let mut ticks = interval(period);
    loop {
        let mut tick = pin!(ticks.tick().fuse());
        select_biased! {
            // `next` may be dropped at any time: the half-read message is in `reading`, not in `next`.
            message = reading.next() => match message {
                Some(message) => batch.push(message),
                None => break,
            },
            _ = tick => batch.flush(),
        }
    }
    batch.flush();
}

/// Only what may be dropped is in a branch. Once a message is taken, nothing can come in between.
pub async fn cancel_safe(
    mut messages: Receiver<u32>,
    network: &Network,
    period: Duration,
    batch: &mut Batch,
) {
    let mut ticks = interval(period);
    loop {
        let taken = {
            let mut message = pin!(messages.recv().fuse()); // Has taken nothing until it is ready.
            let mut tick = pin!(ticks.tick().fuse());
            select_biased! {
                message = message => message.map(Taken::new),
                _ = tick => {
                    batch.flush();
                    continue;
                }
            }
        };
        let Some(taken) = taken else { break };
        batch.push(complete(taken, network).named("read").await); // A flush that is due meanwhile waits.
    }
    batch.flush();
}

/// Takes a message and completes it. Dropped in between, it takes the message along.
pub async fn read(messages: &mut Receiver<u32>, network: &Network) -> Option<Message> {
    let taken = Taken::new(messages.recv().await?);
    Some(complete(taken, network).await)
}

async fn complete(taken: Taken, network: &Network) -> Message {
    let address = format!("data/{}.json", (taken.number - 1) % 5 + 1);
    let text = match network.get(&address).await {
        Ok(document) => document.title().unwrap_or_default(),
        Err(error) => error.to_string(),
    };
    Message { number: taken.hand_on(), text }
}
// endregion

/// A message with what belongs to it.
#[derive(Debug)]
pub struct Message {
    /// Its place in the order in which they were sent.
    pub number: u32,
    /// What was looked up for it.
    pub text: String,
}

/// A message on its way from the channel to the batch; it says so if it does not arrive.
#[derive(Debug)]
pub struct Taken {
    number: u32,
    is_handed_on: bool,
}

impl Taken {
    fn new(number: u32) -> Self {
        value("taken", number);
        Self { number, is_handed_on: false }
    }

    fn hand_on(mut self) -> u32 {
        self.is_handed_on = true;
        self.number
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if !self.is_handed_on {
            let number = self.number;
            log(Level::Error, format!("message {number} is lost: it was taken from the channel and dropped"));
        }
    }
}

/// What was read since the last flush, and before.
#[derive(Debug, Default)]
pub struct Batch {
    waiting: Vec<Message>,
    flushed: Vec<u32>,
    flushes: u32,
}

impl Batch {
    /// Adds a message.
    pub fn push(&mut self, message: Message) {
        self.waiting.push(message);
    }

    /// Writes what there is.
    pub fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let texts: Vec<_> = self.waiting.iter().map(|message| message.text.as_str()).collect();
        log(Level::Info, format!("flushes {}: {}", texts.len(), texts.join(", ")));
        self.flushed.extend(self.waiting.drain(..).map(|message| message.number));
        self.flushes += 1;
    }

    /// Returns the numbers of the messages that were flushed, in their order.
    pub(super) fn flushed(&self) -> &[u32] {
        &self.flushed
    }

    /// Says what arrived.
    pub(super) fn outcome(&self, sent: u32) -> Outcome {
        let arrived = self.flushed.len();
        Outcome::new(format!("{arrived} of {sent} messages arrived, in {} flushes", self.flushes))
            .fact("arrived", arrived)
            .fact("flushes", self.flushes)
    }
}

use super::cancel_safety_pitfall;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::{Builder, JoinHandle, MissedTickBehavior};
use crate::sync::{ResourceExt, mpsc};
use crate::trace::Level;
use crate::trace::current::{log, value};

/// The catalogue's entry.
///
/// # What it does
///
/// A future is cancel-safe if dropping it before it is ready loses nothing. `mpsc::Receiver::recv`,
/// `interval.tick`, `accept` and `read` are; `read_exact`, `write_all`, `read_line` into a fresh buffer, and
/// nearly every `async fn` with two `.await`s are not. There are two ways to use the latter in the loop of a
/// `select!`: pin it outside, so that the loser of a turn goes on in the next, or keep it out of the branches
/// and await it after.
///
/// # When to use it
///
/// In every loop around `select!`. Ask of each branch: if it is dropped at its second `.await`, what is gone?
/// Read the section "Cancel safety" that tokio has for each method. For bytes there is `FramedRead`, which
/// keeps half a frame in its buffer and whose `next` is cancel-safe. Where neither fits, give the reading to
/// a task of its own and let it send whole messages.
///
/// # What goes wrong without it
///
/// One message in a thousand is missing, under load only, with no error anywhere: the sender has sent it, the
/// receiver has taken it, and the future that had it was dropped by a timer. In a byte stream it is worse:
/// half a frame is gone, and everything after it is read at the wrong place.
///
/// # What to watch
///
/// The lane `read` goes on when a tick comes in the middle of it, and ends in a message each time. With
/// `cancel-safe receive` the tick waits instead, and the flush is a little late. Then the pitfall: `read`
/// ends in `╳` at the very instant of the tick, and says which message it took along. Make the look-up as
/// long as a tick, and hardly anything arrives.
pub const PATTERN: Pattern = Pattern {
    id: "cancel-safety",
    chapter: Chapter::Practice,
    title: "Cancel safety",
    summary: "A loop reads messages, and flushes what it has read when a timer says so. Whichever comes first, no \
              message is lost on the way.",
    params: &[
        Param {
            name: "way",
            label: "Way",
            help: "The reading is pinned outside the loop, or only the cancel-safe part of it is in a branch.",
            kind: Kind::Choice { options: &["pinned outside", "cancel-safe receive"] },
        },
        Param {
            name: "messages",
            label: "Messages",
            help: "How many are sent.",
            kind: Kind::Count { min: 0, max: 1000, default: 6 },
        },
        Param {
            name: "every",
            label: "Sent every",
            help: "How long the sender waits before each.",
            kind: Kind::Millis { min: 1, max: 1000, default: 10 },
        },
        Param {
            name: "latency",
            label: "Look-up",
            help: "How long it takes to complete a message that was taken.",
            kind: Kind::Millis { min: 0, max: 1000, default: 6 },
        },
        Param {
            name: "period",
            label: "Flush every",
            help: "How often what was read is flushed.",
            kind: Kind::Millis { min: 1, max: 10_000, default: 17 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/practice/cancel_safety.rs",
    source: source!("practice/cancel_safety.rs"),
    spelling: &[
        ("futures::select_biased!", "tokio::select! { biased; … }, which needs no `fuse` and no `pin!`"),
        ("sync::mpsc", "tokio::sync::mpsc"),
        ("runtime::interval", "tokio::time::interval"),
        ("futures::stream::unfold", "the same, or `tokio_util::codec::FramedRead` for bytes"),
        (".named(…)", "nothing: it only draws a lane"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&cancel_safety_pitfall::PITFALL),
};

/// Starts a task that sends numbers, from 1 on.
pub(super) fn sender(scene: &Scene) -> (Receiver<u32>, JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel(4).named("messages");
    let (messages, every) = (scene.values.number("messages"), scene.values.millis("every"));
    let task = Builder::new().name("sender").spawn(async move {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await; // The first is at once.
        for number in 1..=messages {
            ticks.tick().await;
            if sender.send(number).await.is_err() {
                return; // Nobody reads any more.
            }
        }
    });
    (receiver, task)
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let (network, period) = (scene.network(), scene.values.millis("period"));
    let (receiver, sender) = sender(&scene);
    let mut batch = Batch::default();
    match scene.values.text("way") {
        "cancel-safe receive" => cancel_safe(receiver, &network, period, &mut batch).await,
        _ => pinned(receiver, &network, period, &mut batch).await,
    }
    sender.await.map_err(|error| PatternError::new(&error))?;
    Ok(batch.outcome(scene.values.number("messages")))
}

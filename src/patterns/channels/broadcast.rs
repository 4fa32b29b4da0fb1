//! Every message reaches every receiver, and one that is too slow is told how many it missed.
//!
//! A broadcast channel keeps the last messages in a ring. Sending never waits: the oldest message goes,
//! whether everybody has read it or not. A receiver that finds its place overwritten gets an error with
//! a number in it and goes on with the oldest message there is.

// region: shown
use crate::runtime::{Builder, interval};
use crate::sync::broadcast::error::{RecvError, SendError};
use crate::sync::{ResourceExt, broadcast};
use crate::trace::Level;
use crate::trace::current::log;

pub async fn market(plan: Plan) -> Report {
    let (prices, _) = broadcast::channel::<Price>(plan.buffer).named("prices");
    let spawn = |number| {
        // Subscribed here and not in the task: a receiver hears what is sent after it was made.
        let subscriber = follow(plan.desk(number), prices.subscribe());
        Builder::new().name(format!("subscriber {number}")).spawn(subscriber)
    };
    let subscribers: Vec<_> = (1..=plan.subscribers).map(spawn).collect();

    // The only sender goes in and is dropped at the end, which closes the channel.
    let mut report = publish(plan, prices).await;
    for subscriber in subscribers {
        report.followed.push(subscriber.await.expect("a subscriber neither panics nor is aborted"));
    }
    report
}

pub async fn publish(mut plan: Plan, prices: broadcast::Sender<Price>) -> Report {
    let mut report = Report::default();
    let mut ticks = interval(plan.every);
    for number in 1..=plan.prices {
        ticks.tick().await;
        // Never waits, however slow the receivers are.
        match prices.send(plan.next_price(number)) {
            Ok(_receivers) => {}
            // There is no receiver at this moment. There may be one later: no reason to stop.
            Err(SendError(price)) => {
                log(Level::Info, format!("nobody hears {price}"));
                report.unheard += 1;
            }
        }
        report.sent += 1;
    }
    report
}

async fn follow(desk: Desk, mut prices: broadcast::Receiver<Price>) -> Followed {
    let mut followed = Followed::default();
    loop {
        match prices.recv().await {
            Ok(price) => {
                desk.act_on(&price).await;
                followed.seen += 1;
            }
            // Not the end: the next `recv` gives the oldest price that is still there.
            Err(RecvError::Lagged(missed)) => {
                log(Level::Warn, format!("was too slow, missed {missed}"));
                followed.missed += missed;
            }
            Err(RecvError::Closed) => return followed,
        }
    }
}
// endregion

/// Who sends what, and to whom.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many subscribers there are.
    pub subscribers: usize,
    /// How many prices are published.
    pub prices: usize,
    /// How many the channel keeps.
    pub buffer: usize,
    /// How long it is from one to the next.
    pub every: Duration,
    slow: Network,
    rng: Rng,
    cents: u64,
}

impl Plan {
    /// Reads it from the parameters.
    pub fn new(scene: &Scene) -> Self {
        let values = &scene.values;
        Self {
            subscribers: values.count("subscribers"),
            prices: values.count("prices"),
            buffer: values.count("buffer"),
            every: values.millis("every"),
            slow: Network::simulated(scene.seed, values.number("slow"), 0, 0),
            rng: scene.rng(),
            cents: 10_000,
        }
    }

    /// Returns what a subscriber does with prices. The last one asks a service about each of them.
    pub fn desk(&self, subscriber: usize) -> Desk {
        Desk { service: (subscriber == self.subscribers).then(|| self.slow.clone()) }
    }

    fn next_price(&mut self, number: usize) -> Price {
        self.cents = self.cents + self.rng.u64(0..=100) - 50;
        Price { number, cents: self.cents }
    }
}

/// What somebody paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    number: usize,
    cents: u64,
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "price {}: {}.{:02}", self.number, self.cents / 100, self.cents % 100)
    }
}

/// A subscriber's use for prices.
#[derive(Debug)]
pub struct Desk {
    service: Option<Network>,
}

impl Desk {
    /// Does what is to be done about a price.
    pub async fn act_on(&self, price: &Price) {
        value("last seen", price);
        if let Some(service) = &self.service {
            let question = format!("data/{}.json?cents={}", price.number % 5 + 1, price.cents);
            if let Err(error) = service.get(&question).await {
                log(Level::Warn, error);
            }
        }
    }
}

/// What a subscriber came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Followed {
    /// How many prices it saw.
    pub seen: u64,
    /// How many it knows to have missed.
    pub missed: u64,
}

/// What became of all prices.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many were sent.
    pub sent: u64,
    /// How many were sent to nobody.
    pub unheard: u64,
    /// What each subscriber came to.
    pub followed: Vec<Followed>,
}

use std::fmt;
use std::time::Duration;

use fastrand::Rng;

use super::broadcast_pitfall::PITFALL;
use crate::net::Network;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::trace::current::value;

/// The catalogue's entry.
///
/// # What it does
///
/// `broadcast::channel(n)` keeps the last `n` messages (tokio rounds up to a power of two), and each receiver
/// has its own place in them. A receiver whose place was overwritten gets `RecvError::Lagged` with the number
/// of messages lost to it, once, and goes on with the oldest that is left. `Closed` comes when all senders
/// are gone and everything was read.
///
/// # When to use it
///
/// For events that several parts of a program follow on their own: cache invalidations, chat lines, price
/// ticks, a progress log. Values are cloned for each receiver, so put large ones in an `Arc`. If receivers
/// need only the newest value, use `watch`; if none may miss any, give each an `mpsc` channel of its own and
/// decide what happens when one is full.
///
/// # What goes wrong without it
///
/// A list of bounded channels makes everybody as slow as the slowest: one stuck client stops the feed. A list
/// of unbounded ones makes one stuck client eat the memory. Lag is the third way, and it is a feature: the
/// slow receiver alone pays, and it learns what it has to fetch again. Count lags in your metrics; they are
/// the first sign of a consumer in trouble.
///
/// # What to watch
///
/// Each `send` wakes all subscribers at one instant. The last one asks a service about every price, falls
/// behind, and gets its place overwritten: `missed` in its log. Raise the buffer to 16 and it only is late;
/// let it be as fast as the others and nothing is missed. With no subscribers `send` fails, the value comes
/// back, and the publisher goes on.
pub const PATTERN: Pattern = Pattern {
    id: "broadcast",
    chapter: Chapter::Channels,
    title: "Broadcast",
    summary: "Prices go to every subscriber. The publisher never waits, so a subscriber that is too slow misses \
              some, and is told how many.",
    params: &[
        Param {
            name: "subscribers",
            label: "Subscribers",
            help: "How many tasks receive.",
            kind: Kind::Count { min: 0, max: 1000, default: 3 },
        },
        Param {
            name: "prices",
            label: "Prices",
            help: "How many are published.",
            kind: Kind::Count { min: 0, max: 10_000, default: 8 },
        },
        Param {
            name: "every",
            label: "Every",
            help: "How long it is from one price to the next.",
            kind: Kind::Millis { min: 1, max: 5000, default: 10 },
        },
        Param {
            name: "buffer",
            label: "Buffer",
            help: "How many prices the channel keeps; rounded up to a power of two, as in tokio.",
            kind: Kind::Count { min: 1, max: 4096, default: 2 },
        },
        Param {
            name: "slow",
            label: "Slow subscriber",
            help: "How long the last subscriber takes for a price; the others take no time.",
            kind: Kind::Millis { min: 0, max: 5000, default: 35 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/channels/broadcast.rs",
    source: source!("channels/broadcast.rs"),
    spelling: &[
        ("sync::broadcast", "tokio::sync::broadcast"),
        (".named(\"prices\")", "nothing: it only names the channel's lane"),
        ("runtime::interval", "tokio::time::interval"),
        ("runtime::Builder::new().name(…).spawn(…)", "tokio::spawn(…)"),
        ("trace::current::log", "tracing::info!, tracing::warn!"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&PITFALL),
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    Ok(outcome(&market(Plan::new(&scene)).await))
}

/// Tells what became of the prices.
pub fn outcome(report: &Report) -> Outcome {
    let missed: u64 = report.followed.iter().map(|followed| followed.missed).sum();
    let seen: Vec<_> = report.followed.iter().take(20).map(|followed| followed.seen.to_string()).collect();
    Outcome::new(format!("{} prices were sent, {missed} were missed by who was too slow", report.sent))
        .fact("sent", report.sent)
        .fact("unheard", report.unheard)
        .fact("seen", seen.join(", "))
        .fact("missed", missed)
}

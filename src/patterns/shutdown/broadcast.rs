//! The same with a broadcast channel: a message tells every worker to stop.
//!
//! A message is an edge. Whoever subscribes after it was sent never hears it, so when a worker subscribes
//! is part of the shutdown's correctness.

// region: shown
use futures::{FutureExt as _, select_biased};

use crate::runtime::{JoinSet, interval, shutdown_signal};
use crate::sync::{ResourceExt, broadcast};

/// Whether to stop, and the way to learn it.
struct Shutdown {
    is_over: bool,
    notify: broadcast::Receiver<()>,
}

impl Shutdown {
    async fn recv(&mut self) {
        // The message comes once, and this may be asked again.
        if !self.is_over {
            // A value, a lag and a closed channel all mean the same here: it is time.
            let _ = self.notify.recv().await;
            self.is_over = true;
        }
    }
}

pub async fn service(plan: &Plan, start: &Start) -> Stopped {
    let (notify, _) = broadcast::channel::<()>(1).named("shutdown");
    let mut workers = JoinSet::new();
    for number in 1..=plan.workers {
        let subscription = match start.subscribes {
            // In the receiver before the worker exists: whatever is sent while it starts is in there.
            Subscribes::BeforeSpawn => Subscription::Made(notify.subscribe()),
            Subscribes::WhenConnected => Subscription::ToBeMade(notify.clone()),
        };
        let worker = work(plan.worker(number), subscription, start.connection(number, plan.workers));
        workers.build_task().name(format!("worker {number}")).spawn(worker);
    }

    asked(shutdown_signal(), plan.timer).await;
    // An error means that no worker is left to hear it.
    let _ = notify.send(());
    stop(plan, workers).await
}

async fn work(worker: Worker, subscription: Subscription, connection: Connection) {
    connection.connect().await;
    let notify = match subscription {
        Subscription::Made(receiver) => receiver,
        // From here on. A message that was sent while it connected is gone, and there will be no other.
        Subscription::ToBeMade(sender) => sender.subscribe(),
    };
    let mut shutdown = Shutdown { is_over: false, notify };
    let mut ticks = interval(worker.every);
    loop {
        select_biased! {
            () = shutdown.recv().fuse() => break,
            _ = ticks.tick().fuse() => {}
        }
        worker.work().await;
    }
    worker.clean_up();
}
// endregion

enum Subscription {
    Made(broadcast::Receiver<()>),
    ToBeMade(broadcast::Sender<()>),
}

/// How workers start.
#[derive(Debug)]
pub struct Start {
    subscribes: Subscribes,
    slow: u32,
    seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subscribes {
    BeforeSpawn,
    WhenConnected,
}

impl Start {
    /// Returns what a worker connects to; it takes the last one longer.
    fn connection(&self, number: usize, workers: usize) -> Connection {
        let latency = if number == workers { self.slow } else { 10 };
        Connection { number, network: Network::simulated(self.seed, latency, 0, 0) }
    }
}

struct Connection {
    number: usize,
    network: Network,
}

impl Connection {
    async fn connect(&self) {
        match self.network.get(&format!("data/2.json?worker={}", self.number)).await {
            Ok(_welcome) => log(Level::Info, "is connected"),
            Err(error) => log(Level::Warn, error),
        }
    }
}

use super::cancel_token::{Stopped, stop};
use super::signal::{ASKS, STOP, asked};
use super::workers::{DEADLINE, EVERY, LATENCY, Plan, WORKERS, Worker};
use crate::net::Network;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::trace::Level;
use crate::trace::current::log;

/// The catalogue's entry.
///
/// # What it does
///
/// A `broadcast` channel of `()`, one receiver for each worker, and one message. The small struct around the
/// receiver remembers that the message came, because unlike a token it can be received only once. Dropping
/// the sender instead of sending is a signal too: `recv` then fails with `Closed`.
///
/// # When to use it
///
/// Where a token is not at hand (it needs `tokio-util`), or where the message says more than `stop`: how long
/// there is, or which part is to go. Tokio's own mini-redis is built this way. For new code take the token,
/// or a `watch` channel, which keeps its value for those who come late.
///
/// # What goes wrong without it
///
/// An `AtomicBool` wakes nobody, so every loop polls it and each stop takes as long as the longest sleep.
/// `Notify::notify_waiters` is an edge as well, and forgets those who do not wait at that very moment; a
/// broadcast channel at least keeps the message for who has subscribed.
///
/// # What to watch
///
/// One `send`, and all workers wake; the arrows start at `main`. Now let workers subscribe when they are
/// connected, and let the last one take 300 ms for that: the message is sent while it connects, it subscribes
/// to silence, works on, and is aborted at the deadline. Subscribed before it was spawned, the same slow
/// worker ends at its first look.
pub const PATTERN: Pattern = Pattern {
    id: "shutdown-broadcast",
    chapter: Chapter::Shutdown,
    title: "Shutdown by broadcast",
    summary: "Workers are told to stop by a message on a broadcast channel. Those who have subscribed by then end \
              well; one that subscribes a moment later never hears of it.",
    params: &[
        WORKERS,
        EVERY,
        LATENCY,
        Param {
            name: "connect",
            label: "Slow start",
            help: "How long the last worker takes to connect; the others take 10 ms.",
            kind: Kind::Millis { min: 0, max: 5000, default: 100 },
        },
        Param {
            name: "subscribes",
            label: "Subscribes",
            help: "When a worker's receiver is made.",
            kind: Kind::Choice { options: &["before spawn", "when connected"] },
        },
        STOP,
        ASKS,
        DEADLINE,
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/shutdown/broadcast.rs",
    source: source!("shutdown/broadcast.rs"),
    spelling: &[
        ("sync::broadcast", "tokio::sync::broadcast"),
        ("runtime::shutdown_signal()", "tokio::signal::ctrl_c(), and signal::unix for SIGTERM"),
        ("runtime::{JoinSet, interval}", "tokio::task::JoinSet, tokio::time::interval"),
        ("futures::select_biased!", "tokio::select! { biased; … }"),
        ("asked(signal, timer)", "signal.await: the timer lets this run end by itself"),
        ("stop(plan, workers)", "as in `cancel-token`: joins them under a deadline, then aborts"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let plan = Plan::new(&scene);
    let subscribes = match scene.values.text("subscribes") {
        "when connected" => Subscribes::WhenConnected,
        _ => Subscribes::BeforeSpawn,
    };
    let start = Start { subscribes, slow: scene.values.number("connect"), seed: scene.seed };
    let stopped = service(&plan, &start).await;
    Ok(plan.ledger().outcome(stopped.aborted))
}

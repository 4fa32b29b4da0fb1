//! The latest value, and a word when there is a new one.
//!
//! A watch channel holds one value. Receivers are told that it changed, not how often: one that is busy
//! meanwhile finds the newest value and never sees those in between. It is for state, not for events.

// region: shown
use crate::runtime::{Builder, interval};
use crate::sync::{ResourceExt, watch};
use crate::trace::Level;
use crate::trace::current::{log, value};

pub async fn reload(plan: Plan) -> Report {
    let (sender, receiver) = watch::channel(Config::default()).named("config");
    let spawn = |number| {
        let server = serve(plan.server(number), receiver.clone());
        Builder::new().name(format!("server {number}")).spawn(server)
    };
    let servers: Vec<_> = (1..=plan.servers).map(spawn).collect();
    drop(receiver);

    publish(&plan, sender).await;

    let mut report = Report::default();
    for server in servers {
        report.applied.push(server.await.expect("a server neither panics nor is aborted"));
    }
    report
}

pub async fn publish(plan: &Plan, config: watch::Sender<Config>) {
    let mut ticks = interval(plan.every);
    for version in 1..=plan.versions {
        ticks.tick().await;
        // Not `send`: that fails without a receiver, and leaves the old value in place for the next one.
        config.send_replace(plan.config(version));
    }
    // The sender is dropped here. Receivers keep the last value.
}

async fn serve(server: Server, mut config: watch::Receiver<Config>) -> Vec<usize> {
    let mut applied = Vec::new();
    loop {
        // Cloned out, so that the borrow ends on this line: it is a read lock, and as long as it is held
        // nobody can publish. `borrow_and_update` marks the value as seen; `borrow` would not.
        let current = config.borrow_and_update().clone();
        value("config", current.version);
        server.apply(&current).await;
        applied.push(current.version);

        // An error says that the sender is gone and the last value was seen: nothing more will change.
        if config.changed().await.is_err() {
            log(Level::Info, format!("no more changes: stays at version {}", current.version));
            return applied;
        }
    }
}
// endregion

/// Who publishes what, and to whom.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many servers there are.
    pub servers: usize,
    /// How many versions are published.
    pub versions: usize,
    /// How long it is from one to the next.
    pub every: Duration,
    slow: Network,
}

impl Plan {
    /// Reads it from the parameters.
    pub fn new(scene: &Scene) -> Self {
        let values = &scene.values;
        Self {
            servers: values.count("servers"),
            versions: values.count("versions"),
            every: values.millis("every"),
            slow: Network::simulated(scene.seed, values.number("slow"), 0, 0),
        }
    }

    /// Returns how a server applies a configuration. The last one has to warm up for it.
    pub fn server(&self, number: usize) -> Server {
        Server { origin: (number == self.servers).then(|| self.slow.clone()) }
    }

    /// Returns a version of the configuration.
    pub fn config(&self, version: usize) -> Config {
        Config { version, page: format!("data/{}.json", (version - 1) % 5 + 1) }
    }
}

/// What servers are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Counts from 1; 0 is what a server starts with.
    pub version: usize,
    /// The page that a server warms up for.
    pub page: String,
}

/// Applies configurations.
#[derive(Debug)]
pub struct Server {
    origin: Option<Network>,
}

impl Server {
    /// Applies one.
    pub async fn apply(&self, config: &Config) {
        if let Some(origin) = self.origin.as_ref().filter(|_| !config.page.is_empty()) {
            let page = format!("{}?version={}", config.page, config.version);
            if let Err(error) = origin.get(&page).await {
                log(Level::Warn, error);
            }
        }
    }
}

/// What became of the versions.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The versions that each server applied.
    pub applied: Vec<Vec<usize>>,
}

use std::time::Duration;

use super::watch_pitfall::PITFALL;
use crate::net::Network;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};

/// The catalogue's entry.
///
/// # What it does
///
/// `watch::channel(value)` holds one value and its version. `changed` waits for a version that this receiver
/// has not seen; `borrow_and_update` reads the value and marks it as seen. When the sender is dropped
/// `changed` becomes an error, once the last value was seen, and the value stays readable.
///
/// # When to use it
///
/// For state that others follow: configuration, the address of the leader, a connection's health, progress,
/// "are we shutting down". If it would be wrong to skip a value, it is not state but an event: use `mpsc` or
/// `broadcast`. A counter of clicks is state; a click is an event.
///
/// # What goes wrong without it
///
/// An `Arc<RwLock<Config>>` has the value and no word of its change, so somebody polls it. A channel of
/// configurations has a slow server work through old ones that nobody wants any more. Hold a `borrow` only
/// for a line: it is a read lock, and the publisher waits for it, on its thread.
///
/// # What to watch
///
/// Each version is told to all servers at one instant. The last server warms up for each version and is busy
/// when others come: its lane has the versions it skipped as skipped, and it goes from an old one straight to
/// the newest. Publish every 60 ms and nothing is skipped. When the sender goes, all servers end by
/// themselves. Then look at the pitfall.
pub const PATTERN: Pattern = Pattern {
    id: "watch",
    chapter: Chapter::Channels,
    title: "Watch",
    summary: "A configuration is reloaded while servers run. Each of them always finds the latest version, and \
              one that is slow never sees those in between.",
    params: &[
        Param {
            name: "servers",
            label: "Servers",
            help: "How many tasks follow the configuration.",
            kind: Kind::Count { min: 0, max: 1000, default: 2 },
        },
        Param {
            name: "versions",
            label: "Versions",
            help: "How many are published.",
            kind: Kind::Count { min: 0, max: 10_000, default: 6 },
        },
        Param {
            name: "every",
            label: "Every",
            help: "How long it is from one version to the next.",
            kind: Kind::Millis { min: 1, max: 5000, default: 20 },
        },
        Param {
            name: "slow",
            label: "Slow server",
            help: "How long the last server takes to apply a version; the others take no time.",
            kind: Kind::Millis { min: 0, max: 5000, default: 50 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/channels/watch.rs",
    source: source!("channels/watch.rs"),
    spelling: &[
        ("sync::watch", "tokio::sync::watch"),
        (".named(\"config\")", "nothing: it only names the channel's lane"),
        ("runtime::interval", "tokio::time::interval"),
        ("runtime::Builder::new().name(…).spawn(…)", "tokio::spawn(…)"),
        ("trace::current::log, value", "tracing::info!"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&PITFALL),
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let plan = Plan::new(&scene);
    let versions = plan.versions;
    Ok(outcome(versions, &reload(plan).await))
}

/// Tells what became of the versions.
pub fn outcome(versions: usize, report: &Report) -> Outcome {
    let texts: Vec<_> = report.applied.iter().take(20).map(|applied| numbers(applied)).collect();
    // Version 0 is what a server starts with, and may be past before it does.
    let seen = |applied: &Vec<usize>| applied.iter().filter(|version| **version > 0).count();
    let skipped: usize = report.applied.iter().map(|applied| versions - seen(applied)).sum();
    let last = report.applied.iter().all(|applied| applied.last() == Some(&versions));
    let end =
        if last { "and every server ended at the latest" } else { "and not every server has the latest" };
    Outcome::new(format!("{versions} versions were published, {skipped} were skipped by who was busy, {end}"))
        .fact("published", versions)
        .fact("applied", texts.join(" | "))
        .fact("skipped", skipped)
        .fact("all at the latest", last)
}

fn numbers(numbers: &[usize]) -> String {
    let shown: Vec<_> = numbers.iter().take(20).map(usize::to_string).collect();
    shown.join(", ") + if numbers.len() > 20 { ", …" } else { "" }
}

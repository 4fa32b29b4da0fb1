//! Many producers, one consumer, and a buffer between them that can be full.
//!
//! A bounded channel hands over values and one thing more: the consumer's speed. When the buffer is full
//! `send` waits, so those who find work slow down to those who do it, and memory stays what it is.

// region: shown
use crate::net::Network;
use crate::runtime::Builder;
use crate::sync::mpsc::error::SendError;
use crate::sync::{ResourceExt, mpsc};
use crate::trace::Level;
use crate::trace::current::log;

pub async fn crawl(plan: Plan) -> Report {
    let (sender, receiver) = mpsc::channel::<Job>(plan.buffer).named("jobs");
    let spawn = |number| {
        let producer = produce(number, plan.clone(), sender.clone());
        Builder::new().name(format!("producer {number}")).spawn(producer)
    };
    let producers: Vec<_> = (1..=plan.producers).map(spawn).collect();

    // This one is a sender like its clones, and `recv` says `None` only when the last of them is gone.
    drop(sender);

    let mut report = consume(&plan, receiver).await;
    for producer in producers {
        report.add(producer.await.expect("a producer neither panics nor is aborted"));
    }
    report
}

pub async fn produce(number: usize, plan: Plan, jobs: mpsc::Sender<Job>) -> Produced {
    let mut produced = Produced::default();
    for job in plan.jobs_of(number) {
        plan.find(&job).await;
        // Waits while the buffer is full, which is all that back-pressure is.
        match jobs.send(job).await {
            Ok(()) => produced.sent += 1,
            // Nobody will ever receive it. It is not lost: whoever sent it has it back.
            Err(SendError(job)) => {
                log(Level::Warn, format!("{job} comes back: nobody receives any more"));
                produced.came_back += 1;
                break;
            }
        }
    }
    produced
}

async fn consume(plan: &Plan, mut jobs: mpsc::Receiver<Job>) -> Report {
    let mut report = Report::default();
    while let Some(job) = jobs.recv().await {
        match fetch(&plan.site, &job).await {
            Ok(title) => log(Level::Info, format!("{job}: {title}")),
            Err(error) => log(Level::Warn, format!("{job}: {error}")),
        }
        report.done += 1;
        match plan.leave {
            // No more from here on; what is in the buffer is still ours, and the loop goes on to its end.
            Leave::Closing(after) if after == report.done => jobs.close(),
            // Out of scope, and with it every job in the buffer.
            Leave::Dropping(after) if after == report.done => break,
            _ => {}
        }
    }
    report
}
// endregion

/// Does a job: fetches its document.
pub async fn fetch(site: &Network, job: &Job) -> Result<String, FetchError> {
    let document = site.get(&job.address).await?;
    Ok(document.title().unwrap_or(document.body))
}

/// What there is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where producers find jobs.
    pub feed: Network,
    /// Where the consumer fetches documents.
    pub site: Network,
    /// How many producers there are.
    pub producers: usize,
    /// How many jobs each of them finds.
    pub jobs: usize,
    /// How many jobs the channel holds.
    pub buffer: usize,
    /// Whether the consumer leaves before the end.
    pub leave: Leave,
}

/// Whether the consumer leaves before the end, after how many jobs, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// It stays.
    Never,
    /// It drops the receiver.
    Dropping(usize),
    /// It closes the channel and takes what is in it.
    Closing(usize),
}

impl Plan {
    /// Reads it from the parameters.
    pub fn new(scene: &Scene) -> Self {
        let values = &scene.values;
        let network = |name| match values.text("network") {
            "real" => Network::real(&scene.base),
            _ => Network::simulated(scene.seed, values.number(name), 0, 0),
        };
        let leave = match (values.count("leave"), values.text("how")) {
            (0, _) => Leave::Never,
            (after, "close") => Leave::Closing(after),
            (after, _) => Leave::Dropping(after),
        };
        let (feed, site) = (network("find"), network("fetch"));
        let (producers, jobs, buffer) =
            (values.count("producers"), values.count("jobs"), values.count("buffer"));
        Self { feed, site, producers, jobs, buffer, leave }
    }

    /// Returns the jobs that a producer will find.
    fn jobs_of(&self, producer: usize) -> impl Iterator<Item = Job> + use<> {
        (1..=self.jobs).map(move |number| {
            // Each address is another, so that no cache answers twice.
            let address = format!("data/{}.json?job={producer}.{number}", (number - 1) % 5 + 1);
            Job { producer, number, address }
        })
    }

    /// Finds a job: reads the page of the feed that it is on. One that cannot be read has it too.
    async fn find(&self, job: &Job) {
        let page = format!("data/articles.json?feed={}&page={}", job.producer, job.number);
        if let Err(error) = self.feed.get(&page).await {
            log(Level::Warn, error);
        }
    }
}

/// A document to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    producer: usize,
    number: usize,
    address: String,
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "job {}.{}", self.producer, self.number)
    }
}

/// What became of a producer's jobs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Produced {
    sent: usize,
    came_back: usize,
}

/// What became of all jobs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    /// How many were sent.
    pub sent: usize,
    /// How many came back to a producer.
    pub came_back: usize,
    /// How many were done.
    pub done: usize,
}

impl Report {
    /// Adds what a producer did.
    pub fn add(&mut self, produced: Produced) {
        self.sent += produced.sent;
        self.came_back += produced.came_back;
    }
}

use std::fmt;

use super::mpsc_pitfall::PITFALL;
use crate::net::FetchError;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};

/// The catalogue's entry.
///
/// # What it does
///
/// `mpsc::channel(n)` makes a queue with room for `n` values, any number of senders (clones of one) and one
/// receiver. `send` waits for room and `recv` for a value. Both ends tell about the other: `recv` returns
/// `None` when all senders are gone, `send` returns the value in an error when the receiver is.
///
/// # When to use it
///
/// Whenever work is found in one place and done in another: requests for one database connection, lines for a
/// log writer, commands for an owner of state. Keep it bounded, always. The size is not a guess at the load
/// but the delay that you accept: with 5 ms a job, a buffer of 200 is a second during which nobody learns
/// that you are too slow. Small and full is healthy; large and full is only late.
///
/// # What goes wrong without it
///
/// With an unbounded channel a slow consumer looks fine until the process is killed for its memory, with
/// everything in the queue lost. With a bounded one the wait travels upstream, from `send` to whoever reads
/// the socket, and from there to the client, which is the only place where something can be done about it.
///
/// # What to watch
///
/// `jobs` fills up, and a producer that finds it full stays idle in `send` until the consumer takes one. Set
/// the buffer to 1 and both run in step; let producers take 60 ms for a job, and it is the consumer that
/// waits. Let the consumer leave after 3 jobs: producers get their jobs back, and what was in the buffer is
/// gone, unless it leaves by `close`. Then look at the pitfall.
pub const PATTERN: Pattern = Pattern {
    id: "mpsc",
    chapter: Chapter::Channels,
    title: "Bounded channel",
    summary: "Producers find jobs faster than one consumer does them. The buffer between them is bounded, so \
              the producers wait for room, and the loop ends when the last sender is gone.",
    params: &[
        Param {
            name: "producers",
            label: "Producers",
            help: "How many tasks send.",
            kind: Kind::Count { min: 0, max: 1000, default: 2 },
        },
        Param {
            name: "jobs",
            label: "Jobs each",
            help: "How many jobs each producer finds.",
            kind: Kind::Count { min: 0, max: 1000, default: 4 },
        },
        Param {
            name: "buffer",
            label: "Buffer",
            help: "How many jobs the channel holds; at least 1, as in tokio.",
            kind: Kind::Count { min: 1, max: 10_000, default: 2 },
        },
        Param {
            name: "find",
            label: "To find one",
            help: "How long a producer takes to find the next job.",
            kind: Kind::Millis { min: 0, max: 5000, default: 5 },
        },
        Param {
            name: "fetch",
            label: "To do one",
            help: "How long the consumer takes for a job.",
            kind: Kind::Millis { min: 0, max: 5000, default: 20 },
        },
        Param {
            name: "leave",
            label: "Leaves after",
            help: "After how many jobs the consumer leaves; 0 for never.",
            kind: Kind::Count { min: 0, max: 100_000, default: 0 },
        },
        Param {
            name: "how",
            label: "Leaves by",
            help: "Dropping the receiver with all that is in the buffer, or closing the channel and doing the \
                   rest.",
            kind: Kind::Choice { options: &["drop", "close"] },
        },
        Param {
            name: "network",
            label: "Network",
            help: "Simulated, or real HTTP requests from this program.",
            kind: Kind::Choice { options: &["simulated", "real"] },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/channels/mpsc.rs",
    source: source!("channels/mpsc.rs"),
    spelling: &[
        ("sync::mpsc", "tokio::sync::mpsc"),
        (".named(\"jobs\")", "nothing: it only names the channel's lane"),
        ("runtime::Builder::new().name(…).spawn(…)", "tokio::spawn(…)"),
        ("site.get(url)", "reqwest::get(url)"),
        ("trace::current::log", "tracing::info!, tracing::warn!"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&PITFALL),
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    Ok(outcome(crawl(Plan::new(&scene)).await))
}

/// Tells what became of the jobs.
pub fn outcome(report: Report) -> Outcome {
    let Report { sent, came_back, done } = report;
    let lost = sent - done;
    let mut summary = format!("{done} of {sent} jobs that were sent are done");
    if came_back > 0 {
        summary += &format!(", {came_back} came back, {lost} were lost in the buffer");
    }
    Outcome::new(summary)
        .fact("sent", sent)
        .fact("done", done)
        .fact("came back", came_back)
        .fact("lost in the buffer", lost)
}

//! Jobs that come faster than they are done, and never more than a few of them at work.
//!
//! A task is cheap, what it holds is not. With a limit the queue fills instead of the memory, and whoever sends
//! learns that it must wait.

// region: shown
use std::sync::Arc;

use futures::StreamExt;
use futures::stream::unfold;

use crate::net::Network;
use crate::runtime::{FutureExt, JoinSet};
use crate::sync::{ResourceExt, Semaphore, mpsc};

/// A task for each job, and a permit for each task.
pub async fn permits(mut jobs: mpsc::Receiver<u32>, limit: usize, network: &Network, load: &Load) -> usize {
    let permits = Arc::new(Semaphore::new(limit).named("permits"));
    let (mut tasks, mut done) = (JoinSet::new(), 0);
    while let Some(number) = jobs.recv().await {
        // Before the spawn: a job without a permit is not yet a task, and the queue behind it fills up.
        let permit = Arc::clone(&permits).acquire_owned().await.expect("nobody closes it");
        let job = job(number, network.clone(), load.clone());
        tasks.build_task().name(format!("job {number}")).spawn(async move {
            let _permit = permit; // Goes with the task, whichever way that ends.
            job.await
        });
        // A set keeps what has ended until it is joined, so join it now and then: it would grow too.
        while let Some(joined) = tasks.try_join_next() {
            done += usize::from(joined.is_ok_and(|is_done| is_done));
        }
    }
    while let Some(joined) = tasks.join_next().await {
        done += usize::from(joined.is_ok_and(|is_done| is_done));
    }
    done
}

/// No tasks at all: the jobs are futures in this one, and no more than so many are polled.
pub async fn buffered(jobs: mpsc::Receiver<u32>, limit: usize, network: &Network, load: &Load) -> usize {
    let jobs = unfold(jobs, |mut jobs| async { jobs.recv().await.map(|number| (number, jobs)) });
    let done = jobs
        .map(|number| job(number, network.clone(), load.clone()).named(format!("job {number}")))
        .buffer_unordered(limit)
        .filter(|is_done| std::future::ready(*is_done))
        .count();
    done.await
}

pub async fn job(number: u32, network: Network, load: Load) -> bool {
    let request = load.take(); // Memory that the job has from its beginning to its end.
    let answer = network.get(&format!("data/{}.json?job={number}", (number - 1) % 5 + 1)).await;
    answer.is_ok_and(|document| document.body.len() < request.len())
}
// endregion

/// How many jobs are alive, and what they hold.
#[derive(Clone, Debug, Default)]
pub struct Load {
    alive: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    bytes: usize,
}

impl Load {
    /// Takes the memory of one more job, until what it returns is dropped.
    fn take(&self) -> Taken {
        let alive = self.alive.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(alive, Ordering::Relaxed);
        self.tell(alive);
        Taken { load: self.clone(), memory: vec![0; self.bytes] }
    }

    fn tell(&self, alive: usize) {
        value("alive", alive);
        value("memory", format!("{} kB", alive * self.bytes / 1024));
    }

    /// Returns how many there were at most.
    pub(super) fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    /// Returns how much memory that was, in kilobytes.
    pub(super) fn most_kilobytes(&self) -> usize {
        self.most() * self.bytes / 1024
    }
}

/// The memory of a job.
#[derive(Debug)]
struct Taken {
    load: Load,
    memory: Vec<u8>,
}

impl Taken {
    fn len(&self) -> usize {
        self.memory.len()
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let alive = self.load.alive.fetch_sub(1, Ordering::Relaxed) - 1;
        self.load.tell(alive);
    }
}

use std::sync::atomic::{AtomicUsize, Ordering};

use super::unbounded_spawn_pitfall;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::{Builder, JoinHandle, sleep};
use crate::trace::current::value;

/// The catalogue's entry.
///
/// # What it does
///
/// Take a permit, then spawn; the task gives it back when it ends. Or keep the jobs as futures in one task
/// with `buffer_unordered(n)`, which takes the next from the stream only when one is done. Either way the
/// receiver stops receiving, the bounded channel fills, and `send` waits: back-pressure reaches whoever makes
/// the work.
///
/// # When to use it
///
/// Wherever the number of tasks is decided by somebody else: connections, messages, lines of a file, rows of
/// a table. Choose the limit by what runs out first (connections of the database, memory, file handles), not
/// by the number of cores. Between services do not wait but refuse: answer 429 or 503 when no permit is free,
/// since a client that waits will time out and ask again.
///
/// # What goes wrong without it
///
/// It runs well until the other side is slow for a minute. Then tasks pile up, each with its request, its
/// socket and its buffers; latency rises for all of them alike, clients retry, and the kernel ends the
/// process. An unbounded channel only moves the pile elsewhere.
///
/// # What to watch
///
/// The values `alive` and `memory` never exceed the limit; `jobs` is full, and `sender` waits for it. With
/// `permits` each job is a task of its own, with `buffer_unordered` a child inside `main`. Raise the limit
/// above what the latency needs, and the queue stays empty. Then the pitfall: all of them are alive at once,
/// and nobody ever waited.
pub const PATTERN: Pattern = Pattern {
    id: "unbounded-spawn",
    chapter: Chapter::Practice,
    title: "Don't spawn without limit",
    summary: "Jobs come faster than they are done. A semaphore, or `buffer_unordered`, lets so many work at a time, \
              and makes the sender wait for the rest.",
    params: &[
        Param {
            name: "way",
            label: "Way",
            help: "A permit for each task, or futures in one task.",
            kind: Kind::Choice { options: &["permits", "buffer_unordered"] },
        },
        Param {
            name: "jobs",
            label: "Jobs",
            help: "How many there are.",
            kind: Kind::Count { min: 1, max: 2000, default: 8 },
        },
        Param {
            name: "every",
            label: "One every",
            help: "How long after a job the next comes, if it may.",
            kind: Kind::Millis { min: 0, max: 1000, default: 2 },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long a job takes.",
            kind: Kind::Millis { min: 0, max: 5000, default: 15 },
        },
        Param {
            name: "limit",
            label: "Limit",
            help: "How many jobs may be at work at a time.",
            kind: Kind::Count { min: 1, max: 1000, default: 3 },
        },
        Param {
            name: "memory",
            label: "Memory of a job",
            help: "How many kilobytes a job holds while it is at work.",
            kind: Kind::Count { min: 1, max: 64, default: 16 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/practice/unbounded_spawn.rs",
    source: source!("practice/unbounded_spawn.rs"),
    spelling: &[
        ("sync::Semaphore", "tokio::sync::Semaphore"),
        ("sync::mpsc", "tokio::sync::mpsc"),
        ("runtime::JoinSet", "tokio::task::JoinSet"),
        ("network.get(url)", "reqwest::get(url)"),
        (".named(…)", "nothing: it only gives a lane or a semaphore its name"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&unbounded_spawn_pitfall::PITFALL),
};

/// What is needed to run jobs.
pub(super) struct Work {
    pub(super) jobs: mpsc::Receiver<u32>,
    pub(super) network: Network,
    pub(super) load: Load,
    sender: JoinHandle<()>,
}

impl Work {
    /// Starts a task that sends jobs.
    pub(super) fn new(scene: &Scene) -> Self {
        let values = &scene.values;
        value("limit", values.number("limit"));
        let (sender, jobs) = mpsc::channel(2).named("jobs");
        let (count, every) = (values.number("jobs"), values.millis("every"));
        let sender = Builder::new().name("sender").spawn(async move {
            for number in 1..=count {
                if sender.send(number).await.is_err() {
                    return; // Nobody takes them any more.
                }
                sleep(every).await;
            }
        });
        let load = Load { bytes: values.count("memory") * 1024, ..Load::default() };
        Self { jobs, network: scene.network(), load, sender }
    }
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let Work { jobs, network, load, sender } = Work::new(&scene);
    let limit = scene.values.count("limit");
    let done = match scene.values.text("way") {
        "buffer_unordered" => buffered(jobs, limit, &network, &load).await,
        _ => permits(jobs, limit, &network, &load).await,
    };
    sender.await.map_err(|error| PatternError::new(&error))?;
    let most = load.most();
    Ok(Outcome::new(format!(
        "{done} jobs are done, {most} at a time at most, with {} kB",
        load.most_kilobytes()
    ))
    .fact("done", done)
    .fact("alive at most", most)
    .fact("memory at most", format!("{} kB", load.most_kilobytes())))
}

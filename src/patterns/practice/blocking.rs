//! Work that takes long, without keeping everybody else from their turn.
//!
//! A poll cannot be interrupted: until it returns, its thread polls nobody else. So what computes for long
//! gives way now and then, or goes to a thread that no task waits for; what only waits, waits by `.await`.

// region: shown
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::runtime::{MissedTickBehavior, interval, sleep, spawn_blocking, work, yield_now};
use crate::trace::Level;
use crate::trace::current::{log, value};

/// One job: the checksum of so many blocks.
pub async fn job(blocks: u32, cost: Duration, how: How) -> u64 {
    match how {
        // Gives way after each block, so that no poll is longer than one.
        How::InChunks => {
            let mut sum = 0;
            for block in 0..blocks {
                sum = checksum(sum, block..block + 1, cost);
                yield_now().await;
            }
            sum
        }
        // Leaves it to a thread that has nothing else to do, and waits for that like for anything else.
        How::OnAThread => {
            let checksum = spawn_blocking(move || checksum(0, 0..blocks, cost));
            checksum.await.expect("a checksum does not panic")
        }
        // It need not compute at all: the time goes by while a device does, say. Then it is a wait.
        How::Asleep => {
            sleep(cost * blocks).await;
            checksum(0, 0..blocks, Duration::ZERO)
        }
    }
}

pub fn checksum(mut sum: u64, blocks: Range<u32>, cost: Duration) -> u64 {
    for block in blocks {
        sum = (sum.rotate_left(5) ^ u64::from(block)).wrapping_mul(0x517c_c1b7_2722_0a95);
        work(cost); // What a block costs that is larger than these eight bytes.
    }
    sum
}

/// Everybody else, for whom this stands: it has very little to do, but on time.
pub async fn heartbeat(period: Duration, most: Duration, longest: Arc<AtomicU64>) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let late = ticks.tick().await.elapsed();
        let millis = late.as_millis() as u64;
        longest.fetch_max(millis, Ordering::Relaxed);
        value("late", format!("{millis} ms"));
        if late > most {
            log(Level::Warn, format!("{millis} ms late, {} ms are allowed", most.as_millis()));
        }
    }
}
// endregion

/// How a job is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// A piece at a time.
    InChunks,
    /// By a thread for what blocks.
    OnAThread,
    /// By waiting.
    Asleep,
}

use super::blocking_pitfall;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::{BoxFuture, Builder, JoinSet};

/// The catalogue's entry.
///
/// # What it does
///
/// An executor polls one task after another on a thread, and a poll ends only when the future returns. Three
/// ways keep polls short: `yield_now().await` between pieces of a computation, `spawn_blocking` for what
/// cannot be split (a password hash, a synchronous driver, a large file), and an `.await` for what only
/// waits.
///
/// # When to use it
///
/// Whenever more than some 10 to 100 µs can pass between two `.await`s. tokio keeps up to 512 threads for
/// `spawn_blocking`, because most of what goes there waits; for pure computing use `rayon` or a semaphore
/// with as many permits as there are cores. Aborting such a task does not stop its closure, and the runtime
/// waits for it at its end.
///
/// # What goes wrong without it
///
/// Everything on the thread stands still: timeouts come late, health checks fail, and the service is
/// restarted while it was merely busy. Several worker threads hide the bug until as many requests block at
/// once as there are workers. The usual suspects: `std::fs`, `thread::sleep`, `std::sync::Mutex` under
/// contention, a large `serde_json::from_str`, a regular expression on user input, `block_on` within async
/// code.
///
/// # What to watch
///
/// Between any two blocks of a job the others have a turn, and `heartbeat` is late by one round at most. Make
/// blocks cost 50 ms: chunks that are too large are blocking again. Do it `on a thread`: the jobs are idle
/// meanwhile, and the heartbeat is never late; in virtual time, and in a page, where there are no threads,
/// the thread is simulated. Then switch to the pitfall.
pub const PATTERN: Pattern = Pattern {
    id: "blocking",
    chapter: Chapter::Practice,
    title: "Don't block the executor",
    summary: "Some jobs compute for long while a heartbeat must be on time. Split into chunks, or given to a thread, \
              they leave it its turn; in one piece they starve it, and everything else.",
    params: &[
        Param {
            name: "how",
            label: "Jobs are done",
            help: "In chunks with `yield_now` between them, on a thread by `spawn_blocking`, or as a wait.",
            kind: Kind::Choice { options: &["in chunks", "on a thread", "asleep"] },
        },
        Param {
            name: "jobs",
            label: "Jobs",
            help: "How many there are; on tokio it takes as many to starve others as there are worker threads.",
            kind: Kind::Count { min: 1, max: 64, default: 4 },
        },
        Param {
            name: "blocks",
            label: "Blocks",
            help: "How many blocks a job has.",
            kind: Kind::Count { min: 1, max: 1000, default: 8 },
        },
        Param {
            name: "cost",
            label: "Cost of a block",
            help: "How long the thread computes for a block.",
            kind: Kind::Millis { min: 0, max: 1000, default: 4 },
        },
        Param {
            name: "period",
            label: "Heartbeat",
            help: "How often the heartbeat beats.",
            kind: Kind::Millis { min: 1, max: 10_000, default: 5 },
        },
        Param {
            name: "most",
            label: "Tolerance",
            help: "How late a heartbeat may be.",
            kind: Kind::Millis { min: 0, max: 10_000, default: 20 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/practice/blocking.rs",
    source: source!("practice/blocking.rs"),
    spelling: &[
        ("runtime::yield_now", "tokio::task::yield_now; `consume_budget` gives way only when it is time"),
        ("runtime::spawn_blocking", "tokio::task::spawn_blocking"),
        ("runtime::sleep", "tokio::time::sleep"),
        ("runtime::interval", "tokio::time::interval"),
        ("runtime::work", "nothing: it stands for a computation"),
        ("trace::current::log", "tracing::warn!"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&blocking_pitfall::PITFALL),
};

/// What the jobs came to.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) sums: Vec<u64>,
    pub(super) longest_millis: u64,
}

/// Runs jobs beside a heartbeat until they are done.
pub(super) async fn beside_a_heartbeat(scene: &Scene, job: impl Fn() -> BoxFuture<'static, u64>) -> Ran {
    let (period, most) = (scene.values.millis("period"), scene.values.millis("most"));
    let longest = Arc::<AtomicU64>::default();
    let heartbeat = heartbeat(period, most, Arc::clone(&longest));
    let heartbeat = Builder::new().name("heartbeat").spawn(heartbeat);
    yield_now().await; // It beats before there is anything to disturb it.
    let mut jobs = JoinSet::new();
    for number in 1..=scene.values.number("jobs") {
        jobs.build_task().name(format!("job {number}")).spawn(job());
    }
    let mut sums = Vec::new();
    while let Some(joined) = jobs.join_next().await {
        sums.extend(joined);
    }
    sleep(period).await; // The beat that was kept waiting has its turn.
    heartbeat.abort();
    let _ = heartbeat.await; // As it was asked to.
    Ran { sums, longest_millis: longest.load(Ordering::Relaxed) }
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let how = match scene.values.text("how") {
        "on a thread" => How::OnAThread,
        "asleep" => How::Asleep,
        _ => How::InChunks,
    };
    let (blocks, cost) = (scene.values.number("blocks"), scene.values.millis("cost"));
    let ran = beside_a_heartbeat(&scene, || Box::pin(job(blocks, cost, how))).await;
    let expected = checksum(0, 0..blocks, Duration::ZERO);
    let right = ran.sums.iter().filter(|sum| **sum == expected).count();
    Ok(Outcome::new(format!(
        "{right} jobs are done, and the heartbeat was {} ms late at most",
        ran.longest_millis
    ))
    .fact("done", right)
    .fact("late at most", format!("{} ms", ran.longest_millis)))
}

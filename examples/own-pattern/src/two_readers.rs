//! Two tasks read from one channel, and each job goes to whichever is free first.

// region: shown
use std::sync::Arc;
use std::time::Duration;

use wakeline::runtime::{Builder, sleep};
use wakeline::sync::{Mutex, ResourceExt, mpsc};
use wakeline::trace::Level;
use wakeline::trace::current::log;

type Jobs = Arc<Mutex<mpsc::Receiver<u32>>>;

async fn reader(jobs: Jobs, takes: Duration) -> u32 {
    let mut done = 0;
    loop {
        // The lock is for taking a job and not for doing it: the guard ends with this statement.
        let job = jobs.lock().await.recv().await;
        let Some(job) = job else { return done };
        log(Level::Info, format!("does job {job}"));
        sleep(takes).await;
        done += 1;
    }
}

pub async fn two_readers(count: u32, quick: Duration, slow: Duration) -> (u32, u32) {
    let (sender, receiver) = mpsc::channel(2).named("jobs");
    let jobs = Arc::new(Mutex::new(receiver).named("receiver"));
    let first = Builder::new().name("quick reader").spawn(reader(Arc::clone(&jobs), quick));
    let second = Builder::new().name("slow reader").spawn(reader(jobs, slow));
    for job in 0..count {
        sender.send(job).await.expect("readers stay until the channel is closed");
    }
    drop(sender);
    (first.await.expect("nobody aborts it"), second.await.expect("nobody aborts it"))
}
// endregion

use wakeline::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene, Source};

/// What the page says of it; a reader sees these sections beside the region above.
///
/// # What it does
///
/// An `mpsc` channel has one receiver. Behind a `Mutex` several tasks share it: whoever has the lock waits
/// for the next job, takes it, and lets go of the lock before doing it.
///
/// # When to use it
///
/// For a few workers that are all alike. The work spreads by itself: a slow job holds up one worker and not
/// the queue.
///
/// # What goes wrong without it
///
/// Jobs that are dealt out in turn wait behind a slow worker while the other one has nothing to do.
///
/// # What to watch
///
/// The row of `receiver`: who holds it takes a job and lets go at once. Set both jobs to 0 ms, and one waits
/// for a job while the other one waits for the lock.
pub const PATTERN: Pattern = Pattern {
    id: "two-readers",
    chapter: Chapter::Custom("My own"),
    title: "Two readers of one channel",
    summary: "Two tasks take jobs from one channel; the quick one takes more of them, and nobody plans it.",
    params: &[
        Param {
            name: "jobs",
            label: "Jobs",
            help: "How many jobs are sent.",
            kind: Kind::Count { min: 0, max: 100, default: 8 },
        },
        Param {
            name: "quick",
            label: "Quick job",
            help: "How long a job takes the quick reader.",
            kind: Kind::Millis { min: 0, max: 1000, default: 10 },
        },
        Param {
            name: "slow",
            label: "Slow job",
            help: "How long a job takes the slow reader.",
            kind: Kind::Millis { min: 0, max: 1000, default: 25 },
        },
    ],
    runtimes: EVERYWHERE,
    // As the compiler calls this file: what is recorded is tied to lines of it.
    file: file!(),
    source: Source::text(include_str!("two_readers.rs")),
    spelling: &[
        ("wakeline::sync", "tokio::sync"),
        ("runtime::sleep", "tokio::time::sleep"),
        ("Builder::new().name(…).spawn(…)", "tokio::spawn(…)"),
        (".named(…)", "nothing: it only names a lane or a row"),
        ("trace::current::log", "tracing::info!"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let values = &scene.values;
    let (quick, slow) =
        two_readers(values.number("jobs"), values.millis("quick"), values.millis("slow")).await;
    let summary = format!("the quick reader did {quick} jobs, the slow one {slow}");
    Ok(Outcome::new(summary).fact("quick", quick).fact("slow", slow))
}

//! The same jobs, with a task for each as it comes.

// region: shown
use super::unbounded_spawn::{Load, job};
use crate::net::Network;
use crate::runtime::JoinSet;
use crate::sync::mpsc;

pub async fn unbounded(mut jobs: mpsc::Receiver<u32>, network: &Network, load: &Load) -> usize {
    let mut tasks = JoinSet::new();
    while let Some(number) = jobs.recv().await {
        // A task is cheap. So nothing ever says that there are too many.
        let job = job(number, network.clone(), load.clone());
        tasks.build_task().name(format!("job {number}")).spawn(job);
    }
    let mut done = 0;
    while let Some(joined) = tasks.join_next().await {
        done += usize::from(joined.is_ok_and(|is_done| is_done));
    }
    done
}
// endregion

use super::unbounded_spawn::Work;
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};
use crate::trace::Level;
use crate::trace::current::log;

/// A spawn for whatever comes.
pub(super) const PITFALL: Pitfall = Pitfall {
    title: "Tasks without a limit",
    explanation: "The loop is always ready for the next job, so the channel is never full and the sender never \
                  waits: the bound of the channel bounds nothing. How many tasks there are is decided by how \
                  slow the other side is, and it is slowest when there is most to do. Watch `alive` \
                  go past `limit` with every job that comes in, and `memory` with it. Raise the latency to 200 ms, as \
                  happens in an outage, and every job there is has its memory at once. In a real service \
                  this ends without an error message: the process is killed.",
    file: "src/patterns/practice/unbounded_spawn_pitfall.rs",
    source: source!("practice/unbounded_spawn_pitfall.rs"),
    start: |scene| Box::pin(run(scene)),
};

/// There were more than there may be.
#[derive(Debug, thiserror::Error)]
#[error("`{most}` jobs were alive at once with `{kilobytes}` kB, and the limit is `{limit}`")]
struct TooMany {
    most: usize,
    kilobytes: usize,
    limit: usize,
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let Work { jobs, network, load, .. } = Work::new(&scene);
    let done = unbounded(jobs, &network, &load).await;
    let (most, limit) = (load.most(), scene.values.count("limit"));
    if most <= limit {
        return Ok(Outcome::new(format!("{done} jobs are done, {most} at a time at most"))
            .fact("alive at most", most));
    }
    let error = TooMany { most, kilobytes: load.most_kilobytes(), limit };
    log(Level::Error, &error);
    Err(PatternError::new(&error))
}

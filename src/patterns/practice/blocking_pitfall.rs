//! The same jobs, each in one piece.

// region: shown
use std::time::Duration;

use super::blocking::checksum;

/// `async` does not make it so: there is no `.await` in it, so the whole job is one poll.
pub async fn job(blocks: u32, cost: Duration) -> u64 {
    checksum(0, 0..blocks, cost)
}
// endregion

use super::blocking::beside_a_heartbeat;
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};
use crate::trace::Level;
use crate::trace::current::log;

/// A computation without an await.
pub(super) const PITFALL: Pitfall = Pitfall {
    title: "A long poll starves everybody else",
    explanation: "The function is `async`, it is spawned, and it looks as if it ran beside the others. But a \
                  task gives way only where it awaits something that is not ready, and this one awaits \
                  nothing. Watch `heartbeat`: it is due, and waits behind one poll after the other, because \
                  jobs that are ready stand before it in the queue. Nothing is logged, no error is returned; \
                  what one sees in production is that something else is slow. tokio-console shows it as a \
                  long busy time of a poll, and here it is a long block. With fewer jobs than worker \
                  threads, tokio's others carry on and hide it.",
    file: "src/patterns/practice/blocking_pitfall.rs",
    source: source!("practice/blocking_pitfall.rs"),
    start: |scene| Box::pin(run(scene)),
};

/// Somebody with little to do could not do it in time.
#[derive(Debug, thiserror::Error)]
#[error(
    "`heartbeat` was `{late}` ms late, `{most}` are allowed: each of `{jobs}` jobs computed `{took}` ms in one poll"
)]
struct Starved {
    late: u64,
    most: u128,
    jobs: u32,
    took: u128,
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let (blocks, cost) = (scene.values.number("blocks"), scene.values.millis("cost"));
    let ran = beside_a_heartbeat(&scene, || Box::pin(job(blocks, cost))).await;
    let (late, most) = (ran.longest_millis, scene.values.millis("most").as_millis());
    if u128::from(late) <= most {
        let summary = format!("nobody noticed: the heartbeat was {late} ms late at most");
        return Ok(Outcome::new(summary).fact("late at most", format!("{late} ms")));
    }
    let jobs = scene.values.number("jobs");
    let error = Starved { late, most, jobs, took: (cost * blocks).as_millis() };
    log(Level::Error, &error);
    Err(PatternError::new(&error))
}

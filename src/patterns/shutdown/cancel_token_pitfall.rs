//! A shutdown that gives its workers a while, and goes.

// region: shown
use std::time::Duration;

use futures::{FutureExt as _, select_biased};

use crate::runtime::{Builder, interval, shutdown_signal, sleep};
use crate::sync::{CancellationToken, ResourceExt};

pub async fn service(plan: &Plan) {
    let token = CancellationToken::new().named("shutdown");
    for number in 1..=plan.workers {
        let worker = work(plan.worker(number), token.clone());
        Builder::new().name(format!("worker {number}")).spawn(worker);
    }

    asked(shutdown_signal(), plan.timer).await;
    token.cancel();
    // Give them time to finish.
    sleep(Duration::from_millis(100)).await;
}

async fn work(worker: Worker, token: CancellationToken) {
    let mut ticks = interval(worker.every);
    loop {
        select_biased! {
            () = token.cancelled().fuse() => break,
            _ = ticks.tick().fuse() => {}
        }
        worker.work().await;
    }
    worker.clean_up();
}
// endregion

use super::signal::asked;
use super::workers::{Plan, Worker};
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};
use crate::runtime::FutureExt as _;
use crate::trace::Level;
use crate::trace::current::log;

/// The sleep that is too short.
pub const PITFALL: Pitfall = Pitfall {
    title: "A sleep in place of a join",
    explanation: "The workers do all that is right, and the service does not wait for them: it waits for 100 ms. That \
                  is too long when everybody is done after 5, so every deployment is slow, and too short for the \
                  one request that takes longer, which is the one that matters. What is left is dropped without a \
                  word, and no number of milliseconds is right for both. Keep the handles (`JoinSet`, \
                  `TaskTracker`), wait for them under a deadline, and say what the deadline cut off.",
    file: "src/patterns/shutdown/cancel_token_pitfall.rs",
    source: source!("shutdown/cancel_token_pitfall.rs"),
    start: |scene| Box::pin(run(scene).record_err()),
};

/// The service is gone, and some of its work with it.
#[derive(Debug, thiserror::Error)]
#[error(
    "the service is gone with `{requests}` requests in flight, and `{workers}` workers had no chance to clean up"
)]
struct Lost {
    requests: usize,
    workers: usize,
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let plan = Plan::new(&scene);
    service(&plan).await;
    let ledger = plan.ledger();
    let lost = Lost { requests: ledger.in_flight(), workers: plan.workers - ledger.cleaned() };
    if lost.requests + lost.workers == 0 {
        return Ok(ledger.outcome(0));
    }
    log(Level::Error, &lost);
    Err(PatternError::new(&lost))
}

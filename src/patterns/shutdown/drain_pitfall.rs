//! A server that is over when the signal comes.

// region: shown
use std::sync::Arc;

use futures::{FutureExt as _, select_biased};

use crate::runtime::{Builder, shutdown_signal};
use crate::sync::{ResourceExt, Semaphore, mpsc};

pub async fn serve(plan: &Plan, requests: &mut mpsc::Receiver<Request>) {
    select_biased! {
        () = asked(shutdown_signal(), plan.timer).fuse() => {}
        () = accept(plan, requests).fuse() => {}
    }
    // Back in `main`, which returns.
}

async fn accept(plan: &Plan, requests: &mut mpsc::Receiver<Request>) {
    let permits = Arc::new(Semaphore::new(plan.limit).named("permits"));
    loop {
        let permit = Arc::clone(&permits).acquire_owned().await.expect("it is never closed");
        let Some(request) = requests.recv().await else { return };
        let name = request.to_string();
        let serving = plan.handler().serve(request);
        Builder::new().name(name).spawn(async move {
            serving.await;
            drop(permit);
        });
    }
}
// endregion

use super::clients::{Clients, Plan, Request};
use super::drain::Drained;
use super::signal::asked;
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};
use crate::runtime::FutureExt as _;
use crate::trace::Level;
use crate::trace::current::log;

/// The server that is over when the signal comes.
pub const PITFALL: Pitfall = Pitfall {
    title: "Over at the signal",
    explanation: "The signal wins the `select!`, the accept loop is dropped, `main` returns, and the runtime is shut \
                  down: that drops every task where it stands, and the queue with what is in it. It looks like a \
                  graceful shutdown, since the signal is handled and the exit code is 0. Clients see connections \
                  that end half-way, and requests that were accepted are never served. The signal should end the \
                  accepting and nothing else: close the queue, empty it, wait for what is in flight.",
    file: "src/patterns/shutdown/drain_pitfall.rs",
    source: source!("shutdown/drain_pitfall.rs"),
    start: |scene| Box::pin(run(scene).record_err()),
};

/// The server is gone, and accepted requests with it.
#[derive(Debug, thiserror::Error)]
#[error("the server is gone, and with it accepted requests that nobody has counted: {0}")]
struct Lost(Drained);

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let plan = Plan::new(&scene);
    let (_clients, mut requests) = Clients::spawn(&plan);
    serve(&plan, &mut requests).await;
    // Whatever is not served by now is dropped with the run.
    let left = Drained { queued: requests.len(), cut_off: plan.handler().unfinished() };
    if left.queued + left.cut_off == 0 {
        return Ok(plan.outcome(left));
    }
    let lost = Lost(left);
    log(Level::Error, &lost);
    Err(PatternError::new(&lost))
}

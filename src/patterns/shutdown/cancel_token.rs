//! One token tells every worker to stop, and each comes to its own end.
//!
//! A cancellation token is a level and not an edge: once cancelled it stays so, for those who look now,
//! later, or for the first time. Nothing is dropped by it. A worker looks where it can stop, finishes what
//! it has begun, and cleans up.

// region: shown
use futures::{FutureExt as _, select_biased};

use crate::runtime::{JoinSet, interval, shutdown_signal, timeout};
use crate::sync::{CancellationToken, ResourceExt};
use crate::trace::Level;
use crate::trace::current::log;

pub async fn service(plan: &Plan, deaf: usize) -> Stopped {
    let token = CancellationToken::new().named("shutdown");
    let mut workers = JoinSet::new();
    for number in 1..=plan.workers {
        let own = if number <= deaf {
            // A slip: no child of anything. Nobody will ever cancel it.
            CancellationToken::new()
        } else {
            // A child is cancelled with its parent, and can be cancelled alone.
            token.child_token().named(format!("token {number}"))
        };
        workers.build_task().name(format!("worker {number}")).spawn(work(plan.worker(number), own));
    }

    asked(shutdown_signal(), plan.timer).await;
    token.cancel();
    stop(plan, workers).await
}

async fn work(worker: Worker, token: CancellationToken) {
    let mut ticks = interval(worker.every);
    loop {
        select_biased! {
            // First, so that it wins against work that is due as well.
            () = token.cancelled().fuse() => break,
            _ = ticks.tick().fuse() => {}
        }
        // Outside of the select: a request that was begun is not dropped half-way.
        worker.work().await;
    }
    worker.clean_up();
}

/// Waits for the workers, but not for ever: whoever started this process will not either.
pub async fn stop(plan: &Plan, mut workers: JoinSet<()>) -> Stopped {
    let all = async { while workers.join_next().await.is_some() {} };
    if timeout(plan.deadline, all).await.is_ok() {
        return Stopped { aborted: 0 };
    }
    let aborted = workers.len();
    let millis = plan.deadline.as_millis();
    log(Level::Error, format!("has waited {millis} ms, and aborts who has not stopped: {aborted}"));
    workers.shutdown().await;
    Stopped { aborted }
}
// endregion

/// How the workers stopped.
#[derive(Clone, Copy, Debug)]
pub struct Stopped {
    /// How many of them had to be aborted.
    pub aborted: usize,
}

use super::cancel_token_pitfall::PITFALL;
use super::signal::{ASKS, STOP, asked};
use super::workers::{DEADLINE, EVERY, LATENCY, Plan, WORKERS, Worker};
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};

/// The catalogue's entry.
///
/// # What it does
///
/// `CancellationToken` (of `tokio-util`) is a flag that can be awaited. `cancelled()` is ready once
/// `cancel()` was called, however long ago. `child_token()` makes one that follows its parent and can be
/// cancelled alone: for one connection, one tenant, one failed part. Cancelling drops nothing: it is a
/// request, and `abort` is the order.
///
/// # When to use it
///
/// For everything that runs until it is told to stop: accept loops, consumers, periodic jobs. Give a token to
/// each task that you spawn as you would give it a name. Where dropping half-way is fine,
/// `token.run_until_cancelled(future)` saves the loop.
///
/// # What goes wrong without it
///
/// A process that just exits drops every future where it stands: half a file, a job that is neither done nor
/// queued. With `abort` it is the same with fewer words. And with `cancel` alone you hope. Join the workers,
/// under a deadline that is shorter than that of whoever stops you: Kubernetes sends SIGTERM, waits
/// `terminationGracePeriodSeconds` (30), `preStop` hook included, and kills.
///
/// # What to watch
///
/// All workers are woken at one instant, those that wait for their next tick end at once, the others when
/// their answer is there. Press Stop (Ctrl-C) yourself, before the timer does. Make worker 1 deaf: it goes on
/// until the deadline and is aborted, which the log says. Set the deadline to 50 ms and even good workers are
/// cut off. Then look at the pitfall.
pub const PATTERN: Pattern = Pattern {
    id: "cancel-token",
    chapter: Chapter::Shutdown,
    title: "Cancellation token",
    summary: "A signal cancels one token. Every worker sees it at the same instant, finishes the request it is \
              in, cleans up and ends; one that does not is aborted at a deadline.",
    params: &[
        WORKERS,
        EVERY,
        LATENCY,
        STOP,
        ASKS,
        DEADLINE,
        Param {
            name: "deaf",
            label: "Deaf workers",
            help: "How many of them have a token that nobody cancels.",
            kind: Kind::Count { min: 0, max: 1000, default: 0 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/shutdown/cancel_token.rs",
    source: source!("shutdown/cancel_token.rs"),
    spelling: &[
        ("sync::CancellationToken", "tokio_util::sync::CancellationToken"),
        ("runtime::shutdown_signal()", "tokio::signal::ctrl_c(), and signal::unix for SIGTERM"),
        ("runtime::{JoinSet, interval, timeout}", "tokio::task::JoinSet, tokio::time::{interval, timeout}"),
        ("futures::select_biased!", "tokio::select! { biased; … }"),
        ("asked(signal, timer)", "signal.await: the timer lets this run end by itself"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&PITFALL),
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let plan = Plan::new(&scene);
    let stopped = service(&plan, scene.values.count("deaf")).await;
    Ok(plan.ledger().outcome(stopped.aborted))
}

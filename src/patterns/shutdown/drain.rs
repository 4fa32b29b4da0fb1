//! A server that stops taking requests, finishes those it has, and then stops: by a deadline.
//!
//! Three steps, and each has an end of its own. The queue is closed, so that nothing comes in any more;
//! it is emptied, so that what was accepted is done; what is in flight is waited for. What the deadline
//! cuts off is counted.

// region: shown
use std::sync::Arc;

use futures::{FutureExt as _, select_biased};

use crate::runtime::{Builder, FutureExt, shutdown_signal, sleep};
use crate::sync::{CancellationToken, ResourceExt, Semaphore, TaskTracker, mpsc};
use crate::trace::Level;
use crate::trace::current::log;

pub async fn serve(plan: &Plan, requests: &mut mpsc::Receiver<Request>) -> Drained {
    let server = Server {
        permits: Arc::new(Semaphore::new(plan.limit).named("permits")),
        in_flight: TaskTracker::new().named("in flight"),
        cut_off: CancellationToken::new().named("cut off"),
        handler: plan.handler(),
    };
    select_biased! {
        () = asked(shutdown_signal(), plan.timer).fuse() => {}
        // Dropped in the middle of a wait it loses nothing: `recv` takes a request or does not.
        () = server.dispatch(requests).fuse() => return Drained::default(),
    }

    // 1. Nothing comes in any more. Who sends from here on has the request back and can go elsewhere.
    requests.close();
    log(Level::Info, format!("drains {} queued, {} in flight", requests.len(), server.in_flight.len()));

    // 2. and 3. What is queued is served, what is in flight is waited for.
    let drain = async {
        server.dispatch(requests).await;
        server.in_flight.close();
        server.in_flight.wait().await;
    };
    let is_drained = select_biased! {
        () = drain.named("drain").fuse() => true,
        () = sleep(plan.deadline).named("deadline").fuse() => false,
    };
    if is_drained {
        return Drained::default();
    }

    // The time is up. What is left goes now, and is counted.
    server.cut_off.cancel();
    server.in_flight.close();
    server.in_flight.wait().await;
    let drained = Drained { queued: requests.len(), cut_off: server.handler.unfinished() };
    log(Level::Error, format!("the deadline cut off {drained}"));
    drained
}

impl Server {
    /// Serves requests, a limited number at a time, until the queue is closed and empty.
    async fn dispatch(&self, requests: &mut mpsc::Receiver<Request>) {
        loop {
            // First the permit, then the request: one that is taken is also begun.
            let permit = Arc::clone(&self.permits).acquire_owned().await.expect("it is never closed");
            let Some(request) = requests.recv().await else { return };
            let name = request.to_string();
            let (serving, cut_off) = (self.handler.serve(request), self.cut_off.clone());
            let task = async move {
                // Dropped when it is cut off, wherever it is then.
                cut_off.run_until_cancelled(serving).await;
                drop(permit);
            };
            self.in_flight.spawn_named(Builder::new().name(name), task);
        }
    }
}
// endregion

struct Server {
    permits: Arc<Semaphore>,
    in_flight: TaskTracker,
    cut_off: CancellationToken,
    handler: Handler,
}

/// What the deadline cut off.
#[derive(Clone, Copy, Debug, Default)]
pub struct Drained {
    /// How many requests were accepted and not begun.
    pub queued: usize,
    /// How many were begun and not finished.
    pub cut_off: usize,
}

impl fmt::Display for Drained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} queued and {} in flight", self.queued, self.cut_off)
    }
}

use std::fmt;

use super::clients::{Clients, Handler, Plan, Request};
use super::drain_pitfall::PITFALL;
use super::signal::{ASKS, STOP, asked};
use super::workers::DEADLINE;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};

/// The catalogue's entry.
///
/// # What it does
///
/// Closing the receiver of the queue is the whole trick: `send` fails from then on and gives each request
/// back, `recv` goes on until the queue is empty and then says so. A `TaskTracker` counts the tasks in
/// flight; `wait` is ready when it is closed and empty. One token is left for the end, to cut off what the
/// deadline does not allow.
///
/// # When to use it
///
/// For every server and every consumer of a queue that is deployed while it is used. Say first that you are
/// going (fail the readiness check, leave the load balancer), keep accepting for a moment, since routers
/// learn late, then drain. Set the deadline some seconds below the grace period of whoever stops you, so that
/// the last word in the log is yours and not that of SIGKILL.
///
/// # What goes wrong without it
///
/// A fixed sleep is too long on every quiet day and too short on the one that counts. Ending at the signal
/// drops what was accepted: clients have had their `202` and nobody ever does the work. And a drain without a
/// deadline hangs with the one request that hangs.
///
/// # What to watch
///
/// At the signal `requests` closes: a client that waits for room in it gets its request back at once. `drain`
/// runs beside `deadline`; the queue empties, permits come back, `in flight` falls to nothing, and `deadline`
/// is dropped unused. Set the deadline to 100 ms: it fires first, the log counts what is cut off, and the
/// lanes in flight end there. Press Stop (Ctrl-C) once and it drains; twice, and it is over.
pub const PATTERN: Pattern = Pattern {
    id: "drain",
    chapter: Chapter::Shutdown,
    title: "Drain with a deadline",
    summary: "At the signal a server closes its queue, serves what is in it, waits for what is in flight, and ends. \
              A deadline bounds all of that, and what it cuts off is counted.",
    params: &[
        Param {
            name: "clients",
            label: "Clients",
            help: "How many tasks send requests.",
            kind: Kind::Count { min: 0, max: 1000, default: 2 },
        },
        Param {
            name: "requests",
            label: "Requests each",
            help: "How many each of them sends at most.",
            kind: Kind::Count { min: 0, max: 1000, default: 6 },
        },
        Param {
            name: "every",
            label: "Every",
            help: "How long a client pauses between two requests.",
            kind: Kind::Millis { min: 0, max: 5000, default: 15 },
        },
        Param {
            name: "queue",
            label: "Queue",
            help: "How many accepted requests may wait.",
            kind: Kind::Count { min: 1, max: 1000, default: 3 },
        },
        Param {
            name: "limit",
            label: "At a time",
            help: "How many requests are served at once.",
            kind: Kind::Count { min: 1, max: 1000, default: 2 },
        },
        Param {
            name: "latency",
            label: "To serve one",
            help: "How long a simulated request takes.",
            kind: Kind::Millis { min: 0, max: 5000, default: 70 },
        },
        Param {
            name: "network",
            label: "Network",
            help: "Simulated, or real HTTP requests from this program, which are then in flight in earnest.",
            kind: Kind::Choice { options: &["simulated", "real"] },
        },
        Param { kind: Kind::Millis { min: 0, max: 600_000, default: 100 }, ..STOP },
        ASKS,
        Param { help: "How long the server may take to drain.", ..DEADLINE },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/shutdown/drain.rs",
    source: source!("shutdown/drain.rs"),
    spelling: &[
        ("sync::{mpsc, Semaphore}", "tokio::sync::{mpsc, Semaphore}"),
        ("sync::TaskTracker", "tokio_util::task::TaskTracker"),
        ("in_flight.spawn_named(builder, task)", "in_flight.spawn(task)"),
        ("sync::CancellationToken", "tokio_util::sync::CancellationToken"),
        ("runtime::shutdown_signal()", "tokio::signal::ctrl_c(), and signal::unix for SIGTERM"),
        ("futures::select_biased!", "tokio::select! { biased; … }"),
        ("asked(signal, timer)", "signal.await: the timer lets this run end by itself"),
        (".named(…)", "nothing: it only names a lane"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&PITFALL),
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let plan = Plan::new(&scene);
    let (_clients, mut requests) = Clients::spawn(&plan);
    let drained = serve(&plan, &mut requests).await;
    // The clients go when this function does: they are outside of the server.
    Ok(plan.outcome(drained))
}

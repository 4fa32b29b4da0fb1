//! Who sends requests to the server of this chapter, how one is served, and the books of both.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::drain::Drained;
use super::signal::Timer;
use crate::net::Network;
use crate::patterns::{Outcome, Scene};
use crate::runtime::{JoinSet, MaybeSend, sleep};
use crate::sync::mpsc::error::SendError;
use crate::sync::{ResourceExt, mpsc};
use crate::trace::Level;
use crate::trace::current::log;

/// A server and its clients.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many requests are served at once.
    pub limit: usize,
    /// How long the server may take to drain.
    pub deadline: Duration,
    /// Who asks the server to stop.
    pub timer: Timer,
    clients: usize,
    requests: usize,
    every: Duration,
    queue: usize,
    handler: Handler,
    refused: Arc<AtomicUsize>,
}

impl Plan {
    /// Reads it from the parameters.
    pub fn new(scene: &Scene) -> Self {
        let values = &scene.values;
        Self {
            limit: values.count("limit"),
            deadline: values.millis("deadline"),
            timer: Timer::new(values),
            clients: values.count("clients"),
            requests: values.count("requests"),
            every: values.millis("every"),
            queue: values.count("queue"),
            handler: Handler { network: scene.network(), begun: Arc::default(), served: Arc::default() },
            refused: Arc::default(),
        }
    }

    /// Returns what serves a request.
    pub fn handler(&self) -> Handler {
        self.handler.clone()
    }

    /// Tells what became of the requests.
    pub fn outcome(&self, drained: Drained) -> Outcome {
        let served = self.handler.served.load(Ordering::Relaxed);
        let accepted = served + drained.queued + drained.cut_off;
        let mut summary = format!("{served} of {accepted} accepted requests were served");
        if served < accepted {
            summary += &format!("; the deadline cut off {drained}");
        }
        Outcome::new(summary)
            .fact("accepted", accepted)
            .fact("served", served)
            .fact("refused", self.refused.load(Ordering::Relaxed))
            .fact("left in the queue", drained.queued)
            .fact("cut off in flight", drained.cut_off)
    }
}

/// What a client wants.
#[derive(Debug)]
pub struct Request {
    client: usize,
    number: usize,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "request {}.{}", self.client, self.number)
    }
}

/// Serves requests, by asking another server, and keeps count.
#[derive(Clone, Debug)]
pub struct Handler {
    network: Network,
    begun: Arc<AtomicUsize>,
    served: Arc<AtomicUsize>,
}

impl Handler {
    /// Serves a request; it counts as begun from here on, whether or not the future is polled.
    pub fn serve(&self, request: Request) -> impl Future<Output = ()> + MaybeSend + use<> {
        let Request { client, number } = request;
        self.begun.fetch_add(1, Ordering::Relaxed);
        // Each address is another, so that no cache answers twice.
        let address = format!("data/{}.json?request={client}.{number}", (number - 1) % 5 + 1);
        let (answer, served) = (self.network.get(&address), Arc::clone(&self.served));
        async move {
            if let Err(error) = answer.await {
                log(Level::Warn, error);
            }
            served.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Returns how many requests were begun and are not served.
    pub fn unfinished(&self) -> usize {
        self.begun.load(Ordering::Relaxed) - self.served.load(Ordering::Relaxed)
    }
}

/// The clients; they are aborted when this is dropped.
#[derive(Debug)]
pub struct Clients {
    _tasks: JoinSet<()>,
}

impl Clients {
    /// Spawns them; returns what the server receives from.
    pub fn spawn(plan: &Plan) -> (Self, mpsc::Receiver<Request>) {
        let (intake, requests) = mpsc::channel(plan.queue).named("requests");
        let mut tasks = JoinSet::new();
        for client in 1..=plan.clients {
            let sending = send(client, plan.clone(), intake.clone());
            tasks.build_task().name(format!("client {client}")).spawn(sending);
        }
        (Self { _tasks: tasks }, requests)
    }
}

async fn send(client: usize, plan: Plan, intake: mpsc::Sender<Request>) {
    for number in 1..=plan.requests {
        if let Err(SendError(request)) = intake.send(Request { client, number }).await {
            log(Level::Info, format!("{request} comes back: the server takes no more"));
            plan.refused.fetch_add(1, Ordering::Relaxed);
            break;
        }
        sleep(plan.every).await;
    }
}

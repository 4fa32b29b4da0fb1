//! One question, one answer: a channel for a single value.
//!
//! The sender goes along with the question. Whoever answers uses it up; whoever drops it has answered
//! too, because the receiver is told that nothing will come. In the other direction it is the same: an
//! answer that nobody waits for comes back to its sender.

// region: shown
use std::pin::pin;

use futures::future::{join, join_all};
use futures::{FutureExt as _, select_biased};

use crate::runtime::{FutureExt, JoinSet, timeout};
use crate::sync::{ResourceExt, oneshot};
use crate::trace::Level;
use crate::trace::current::log;

/// The error of a request is an answer as well. A sender that is only dropped says less.
type Answer = Result<Document, FetchError>;

pub async fn ask_all(desk: &Desk) -> Report {
    let (mut workers, mut askers) = (JoinSet::new(), Vec::new());
    for number in 1..=desk.questions {
        let (reply, answer) = oneshot::channel::<Answer>().named(format!("reply {number}"));
        workers.build_task().name(format!("worker {number}")).spawn(serve(desk.clone(), number, reply));
        askers.push(ask(desk, answer).record_err().named(format!("asker {number}")));
    }
    let (answers, ()) = join(join_all(askers), desk.meddle_with(&mut workers)).await;
    Report { answers, served: joined(workers).await }
}

async fn ask(desk: &Desk, answer: oneshot::Receiver<Answer>) -> Result<Document, AskError> {
    match timeout(desk.patience, answer).await {
        Ok(Ok(answer)) => Ok(answer?),
        // The sender is gone unused, maybe with its whole task. Without this we would wait for ever.
        Ok(Err(_closed)) => Err(AskError::NoAnswer),
        // The receiver is dropped with the timeout, and the sender can know.
        Err(_elapsed) => Err(AskError::TooLate { patience: desk.patience }),
    }
}

async fn serve(desk: Desk, number: usize, mut reply: oneshot::Sender<Answer>) -> Served {
    let mut request = pin!(desk.request(number).fuse());
    let answer = if desk.gives_up {
        select_biased! {
            answer = request => answer,
            // Who asked has left: the request is dropped where it stands.
            () = reply.closed().fuse() => return Served::GaveUp,
        }
    } else {
        request.await
    };
    if desk.worker == Worker::ReturnsEarly {
        return Served::Forgot; // As with a `?` in the wrong place: `reply` goes out of scope unused.
    }
    match reply.send(answer) {
        Ok(()) => Served::Answered,
        // Nobody waits for it, but it is a good answer all the same: into the cache with it.
        Err(_answer) => {
            log(Level::Info, "the answer comes back: nobody waits for it");
            Served::CameBack
        }
    }
}
// endregion

/// Who answers, and how.
#[derive(Clone, Debug)]
pub struct Desk {
    network: Network,
    questions: usize,
    latency: Duration,
    patience: Duration,
    gives_up: bool,
    worker: Worker,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worker {
    Answers,
    ReturnsEarly,
    IsAborted,
}

impl Desk {
    fn request(&self, number: usize) -> impl Future<Output = Answer> + use<> {
        self.network.get(&format!("data/{}.json?question={number}", (number - 1) % 5 + 1))
    }

    /// Aborts the workers in the middle of their requests, if that is what is asked for.
    async fn meddle_with(&self, workers: &mut JoinSet<Served>) {
        if self.worker == Worker::IsAborted {
            sleep(self.latency / 2).await;
            workers.abort_all();
        }
    }
}

/// How a worker ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// It answered.
    Answered,
    /// Its answer came back.
    CameBack,
    /// It saw that nobody waits, and stopped.
    GaveUp,
    /// It ended without an answer.
    Forgot,
    /// It was aborted.
    Aborted,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The sender was dropped.
    #[error("no answer will come: the sender was dropped unused")]
    NoAnswer,
    /// The asker would not wait any longer.
    #[error("no answer within `{}` ms", patience.as_millis())]
    TooLate {
        /// How long it waited.
        patience: Duration,
    },
    /// The answer is an error.
    #[error(transparent)]
    Failed(#[from] FetchError),
}

/// What became of the questions.
#[derive(Debug)]
pub struct Report {
    answers: Vec<Result<Document, AskError>>,
    served: Vec<Served>,
}

async fn joined(mut workers: JoinSet<Served>) -> Vec<Served> {
    let mut served = Vec::new();
    while let Some(worker) = workers.join_next().await {
        served.push(worker.unwrap_or(Served::Aborted));
    }
    served
}

use std::time::Duration;

use crate::net::{Document, FetchError, Network};
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::sleep;

/// The catalogue's entry.
///
/// # What it does
///
/// `oneshot::channel()` makes a sender and a receiver for one value. `send` takes the sender itself, so there
/// can be no second answer, and never waits. The receiver is a future of the value, or of `RecvError` when
/// the sender is gone. `sender.closed()` is ready when the receiver is gone.
///
/// # When to use it
///
/// For replies: put the sender into the message to another task, as an actor does. For the result of
/// something that is not a task of yours, such as a thread, a callback, a signal handler. A task's own result
/// needs no channel: its `JoinHandle` is one, and tells a panic too.
///
/// # What goes wrong without it
///
/// A reply by a shared map and polling, or by an `mpsc` channel with a number in each message, makes you
/// write by hand what is given here: that a lost sender is noticed, and that an answer has an owner. Send a
/// `Result` through it. A worker that drops the sender on an error turns every cause into the same `channel
/// closed`, and the one who has to debug it is you.
///
/// # What to watch
///
/// An arrow from each `worker` to its `asker`, in the order of the answers and not of the questions. Let the
/// workers be aborted: at the same instant every asker wakes to an error. Set the patience to 30 ms: the
/// askers leave, and the answers come back to the workers, which did all the work for nothing. Let them give
/// up, and they end with their askers.
pub const PATTERN: Pattern = Pattern {
    id: "oneshot",
    chapter: Chapter::Channels,
    title: "Oneshot reply",
    summary: "Each question carries the sender for its one answer. A sender that is dropped unused ends the \
              wait, and an answer that comes too late goes back to who made it.",
    params: &[
        Param {
            name: "questions",
            label: "Questions",
            help: "How many are asked at once.",
            kind: Kind::Count { min: 0, max: 1000, default: 3 },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long a worker's request takes at least.",
            kind: Kind::Millis { min: 0, max: 5000, default: 40 },
        },
        Param {
            name: "spread",
            label: "Spread",
            help: "How much longer it may take, drawn from the seed.",
            kind: Kind::Millis { min: 0, max: 5000, default: 60 },
        },
        Param {
            name: "failures",
            label: "Failures",
            help: "How many of a hundred requests are answered with an error.",
            kind: Kind::Percent { default: 0 },
        },
        Param {
            name: "worker",
            label: "The worker",
            help: "Whether it answers, forgets to, or is aborted half-way.",
            kind: Kind::Choice { options: &["answers", "returns early", "is aborted"] },
        },
        Param {
            name: "patience",
            label: "Patience",
            help: "How long an asker waits before it leaves.",
            kind: Kind::Millis { min: 0, max: 60_000, default: 1000 },
        },
        Param {
            name: "unheard",
            label: "When nobody waits",
            help: "Whether a worker finishes its request or gives up.",
            kind: Kind::Choice { options: &["finish", "give up"] },
        },
        Param {
            name: "network",
            label: "Network",
            help: "Simulated, or real HTTP requests from this program.",
            kind: Kind::Choice { options: &["simulated", "real"] },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/channels/oneshot.rs",
    source: source!("channels/oneshot.rs"),
    spelling: &[
        ("sync::oneshot", "tokio::sync::oneshot"),
        ("runtime::timeout", "tokio::time::timeout"),
        ("runtime::JoinSet", "tokio::task::JoinSet"),
        ("futures::select_biased!", "tokio::select! { biased; … }"),
        (".named(…), .record_err()", "nothing: they only draw a lane and its failure"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let values = &scene.values;
    let desk = Desk {
        network: scene.network(),
        questions: values.count("questions"),
        latency: values.millis("latency"),
        patience: values.millis("patience"),
        gives_up: values.text("unheard") == "give up",
        worker: match values.text("worker") {
            "returns early" => Worker::ReturnsEarly,
            "is aborted" => Worker::IsAborted,
            _ => Worker::Answers,
        },
    };
    let Report { answers, served } = ask_all(&desk).await;
    let count = |what| served.iter().filter(|served| **served == what).count();
    let (answered, failed): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    match failed.into_iter().find_map(Result::err) {
        // Nobody got anything: that is a failure and not a result.
        Some(error) if answered.is_empty() => Err(PatternError::new(&error)),
        _ => Ok(Outcome::new(format!("{} of {} questions were answered", answered.len(), desk.questions))
            .fact("answered", answered.len())
            .fact("came back", count(Served::CameBack))
            .fact("gave up", count(Served::GaveUp))
            .fact("aborted", count(Served::Aborted))),
    }
}

//! The same requests twice: answers in the order of the requests, and answers as they come.
//!
//! Both keep up to `n` requests under way. The ordered one gives an answer only when all before it have been
//! given, so one slow request at the head of the line holds back everything behind it.

// region: shown
use std::pin::pin;

use futures::{Stream, StreamExt as _, stream};

use crate::net::{FetchError, Network};
use crate::runtime::{Builder, FutureExt, Instant, Stage, StreamExt};

pub async fn both(requests: Vec<Request>, limit: usize) -> Result<(Vec<Answer>, Vec<Answer>), BufferError> {
    // With no room for even one, either stream would wait for ever.
    if limit == 0 {
        return Err(BufferError::NoRoom { limit });
    }
    let ordered = Builder::new().name("ordered").spawn(in_order(requests.clone(), limit));
    let unordered = Builder::new().name("unordered").spawn(as_they_come(requests, limit));
    Ok((ordered.await??, unordered.await??))
}

async fn in_order(requests: Vec<Request>, limit: usize) -> Result<Vec<Answer>, FetchError> {
    let stage = Stage::new("buffered");
    let answers = stream::iter(requests)
        .entering(&stage, Request::to_string)
        .map(|request| request.fetch().named(format!("ordered {}", request.number)))
        .buffered(limit) // Up to `limit` answers wait here for one that is late; nothing new begins meanwhile.
        .leaving(&stage, text);
    take_all(answers).await
}

async fn as_they_come(requests: Vec<Request>, limit: usize) -> Result<Vec<Answer>, FetchError> {
    let stage = Stage::new("buffer_unordered");
    let answers = stream::iter(requests)
        .entering(&stage, Request::to_string)
        .map(|request| request.fetch().named(format!("unordered {}", request.number)))
        .buffer_unordered(limit) // An answer leaves at once and makes room. Whose it is, it has to say itself.
        .leaving(&stage, text);
    take_all(answers).await
}

async fn take_all(
    answers: impl Stream<Item = Result<Answer, FetchError>>,
) -> Result<Vec<Answer>, FetchError> {
    let mut answers = pin!(answers);
    let mut taken = Vec::new();
    while let Some(answer) = answers.next().await {
        taken.push(Answer { taken: Instant::now(), ..answer? });
    }
    Ok(taken)
}
// endregion

/// One request, and how long its answer takes.
#[derive(Clone, Debug)]
pub struct Request {
    number: usize,
    network: Network,
}

impl Request {
    #[track_caller]
    fn fetch(&self) -> impl Future<Output = Result<Answer, FetchError>> + use<> {
        let number = self.number;
        let document = self.network.get(&format!("data/{}.json?request={number}", (number - 1) % 5 + 1));
        async move {
            document.await?;
            let now = Instant::now();
            Ok(Answer { number, came: now, taken: now })
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)
    }
}

/// An answer: when it was there, and when it was handed on.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    number: usize,
    came: Instant,
    taken: Instant,
}

fn text(answer: &Result<Answer, FetchError>) -> String {
    answer.as_ref().map_or_else(FetchError::to_string, |answer| answer.number.to_string())
}

/// Why there are no answers.
#[derive(Debug, thiserror::Error)]
pub enum BufferError {
    /// Nothing may run.
    #[error("`limit` is `{limit}`: nothing could ever run; use at least `1`")]
    NoRoom {
        /// The limit that was asked for.
        limit: usize,
    },
    /// A request failed.
    #[error("a request was not answered")]
    Fetch(#[from] FetchError),
    /// One of the two tasks did not come to its end.
    #[error("a task broke off")]
    Task(#[from] JoinError),
}

use std::fmt;

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::JoinError;

/// The catalogue's entry.
///
/// # What it does
///
/// Both take futures from a stream and poll up to `n` of them at a time. `buffer_unordered(n)` gives each
/// result when it is there. `buffered(n)` keeps results until all earlier ones have been given, and a result
/// that is kept still takes one of the `n` places.
///
/// # When to use it
///
/// `buffered` where the order means something: chunks of a file, log lines, pages that are shown as they
/// come. `buffer_unordered` for everything else, with the request's key in its result. If you need the order
/// only at the very end, run unordered and sort.
///
/// # What goes wrong without it
///
/// The ordered form costs more than the wait you see. While the head is late, finished results pile up in
/// memory, up to `n` of them, and no new request begins: with `n` of 10 and one answer that takes a minute, a
/// minute of throughput is gone. Hence a timeout for each request, inside the buffer. And a consumer that is
/// slow stops *all* that is in flight: they are polled only when it asks for the next.
///
/// # What to watch
///
/// Two groups of lanes with the same latencies. `ordered 2` and `ordered 3` end early and their marbles leave
/// `buffered` only with the first's, all in one instant; until then `ordered 4` does not begin. In the other
/// group each marble leaves as its lane ends. Make the first request no slower than the others, or the limit
/// as large as the list, and compare the times.
pub const PATTERN: Pattern = Pattern {
    id: "stream-buffer",
    chapter: Chapter::Streams,
    title: "Buffered, ordered or not",
    summary: "The same requests run through `buffered` and through `buffer_unordered`, side by side. One slow \
              request holds up all answers of the one, and none of the other.",
    params: &[
        Param {
            name: "requests",
            label: "Requests",
            help: "How many there are.",
            kind: Kind::Count { min: 0, max: 1000, default: 6 },
        },
        Param {
            name: "limit",
            label: "At most at a time",
            help: "How many may be under way together; 0 is refused.",
            kind: Kind::Count { min: 0, max: 1000, default: 3 },
        },
        Param {
            name: "slow",
            label: "First takes",
            help: "How long the answer to the first request takes.",
            kind: Kind::Millis { min: 0, max: 10_000, default: 100 },
        },
        Param {
            name: "latency",
            label: "Others take",
            help: "How long the others take at least.",
            kind: Kind::Millis { min: 0, max: 5000, default: 20 },
        },
        Param {
            name: "spread",
            label: "Spread",
            help: "How much longer they may take, drawn from the seed.",
            kind: Kind::Millis { min: 0, max: 5000, default: 20 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/streams/buffer.rs",
    source: source!("streams/buffer.rs"),
    spelling: &[
        ("futures::StreamExt::buffered", "the same: it needs no runtime"),
        ("futures::StreamExt::buffer_unordered", "the same: it needs no runtime"),
        ("runtime::Builder::new().name(…).spawn(…)", "tokio::spawn(…)"),
        ("network.get(url)", "reqwest::get(url)"),
        (".named(…), .entering(…), .leaving(…), Stage", "nothing: they only draw lanes and a stage"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let (values, mut rng) = (&scene.values, scene.rng());
    let requests = (1..=values.count("requests")).map(|number| {
        let drawn = values.number("latency") + rng.u32(0..=values.number("spread"));
        let latency = if number == 1 { values.number("slow") } else { drawn };
        Request { number, network: Network::simulated(scene.seed, latency, 0, 0) }
    });
    let both = both(requests.collect(), values.count("limit")).await;
    let (ordered, unordered) = both.map_err(|error| PatternError::new(&error))?;
    let summary = format!(
        "in order: all after {} ms, an answer held back for {} ms; as they came: {} ms and {} ms",
        last_ms(&ordered),
        held_ms(&ordered),
        last_ms(&unordered),
        held_ms(&unordered)
    );
    Ok(Outcome::new(summary)
        .fact("ordered", numbers(&ordered))
        .fact("unordered", numbers(&unordered))
        .fact("ordered held back ms", held_ms(&ordered))
        .fact("unordered held back ms", held_ms(&unordered))
        .fact("ordered most held", most_held(&ordered))
        .fact("unordered most held", most_held(&unordered))
        .fact("ordered done ms", last_ms(&ordered))
        .fact("unordered done ms", last_ms(&unordered)))
}

fn numbers(answers: &[Answer]) -> String {
    let numbers: Vec<_> = answers.iter().take(20).map(|answer| answer.number.to_string()).collect();
    numbers.join(", ") + if answers.len() > 20 { ", …" } else { "" }
}

fn last_ms(answers: &[Answer]) -> u64 {
    answers.iter().map(|answer| answer.taken.as_nanos() / 1_000_000).max().unwrap_or_default()
}

/// How long an answer that was there waited for those before it, at most.
fn held_ms(answers: &[Answer]) -> u128 {
    answers.iter().map(|answer| (answer.taken - answer.came).as_millis()).max().unwrap_or_default()
}

/// How many answers were there and not handed on at one time, at most.
fn most_held(answers: &[Answer]) -> usize {
    let held = |at: Instant| answers.iter().filter(|one| one.came <= at && at < one.taken).count();
    answers.iter().map(|answer| held(answer.came)).max().unwrap_or_default()
}

//! Many tasks at once, joined in the order in which they end.
//!
//! A `JoinSet` owns the tasks that are spawned into it. `join_next` gives them back as they end, each
//! as a `Result` of its own: one that failed does not stop the others, one that was aborted is told
//! apart from one that failed, and when the set is dropped whatever is left in it is aborted.

// region: shown
use crate::net::Network;
use crate::runtime::{FutureExt, JoinSet};
use crate::trace::Level;
use crate::trace::current::log;

pub async fn join_set(work: Work, abort: Option<usize>, enough: usize) -> Report {
    let mut set = JoinSet::new();
    let mut aborts = Vec::new();
    for number in 1..=work.tasks {
        let request = work.network.get(&work.address(number));
        let fetch = async move { request.await.map(|document| (number, document)) };
        aborts.push(set.build_task().name(format!("fetch {number}")).spawn(fetch.record_err()));
    }

    let mut report = Report::default();
    while let Some(joined) = set.join_next().await {
        match joined {
            Ok(Ok((number, _document))) => report.answered.push(number),
            // The task ran to its end, and its end is an error: ours to log, not a reason to stop.
            Ok(Err(error)) => {
                log(Level::Warn, error);
                report.failed += 1;
            }
            // The task did not run to its end, so there is no output, good or bad.
            Err(join) if join.is_cancelled() => report.aborted += 1,
            Err(join) => {
                log(Level::Error, join);
                report.panicked += 1;
            }
        }
        if report.answered.len() >= enough {
            break; // The set goes out of scope, and the tasks that are left go with it.
        }
        if let Some(number) = abort.filter(|_| report.joined() == 1) {
            aborts[number - 1].abort();
        }
    }
    report.left = set.len();
    report
}
// endregion

/// What is to be fetched.
#[derive(Debug)]
pub struct Work {
    /// Where from.
    pub network: Network,
    /// How many requests to make.
    pub tasks: usize,
    /// The address, in which `{n}` stands for a number from 1 to 5.
    pub address: String,
}

impl Work {
    /// Returns the address for a task; each is another, so that no cache answers twice.
    fn address(&self, number: usize) -> String {
        let address = self.address.replace("{n}", &((number - 1) % 5 + 1).to_string());
        let separator = if address.contains('?') { '&' } else { '?' };
        format!("{address}{separator}task={number}")
    }
}

/// What became of the tasks.
#[derive(Debug, Default)]
pub struct Report {
    /// The tasks that answered, in the order in which they did.
    pub answered: Vec<usize>,
    /// How many ended in an error of their own.
    pub failed: usize,
    /// How many were aborted while somebody still waited for them.
    pub aborted: usize,
    /// How many panicked.
    pub panicked: usize,
    /// How many were aborted by the end of the set.
    pub left: usize,
}

impl Report {
    fn joined(&self) -> usize {
        self.answered.len() + self.failed + self.aborted + self.panicked
    }
}

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};

/// The catalogue's entry.
///
/// # What it does
///
/// `JoinSet::spawn` starts a task and keeps its handle; `join_next` waits for whichever ends next. There are
/// three ways for a task to end: with its output (which may be an error of its own), aborted, or in a panic.
/// The last two have no output, so they come as a `JoinError`.
///
/// # When to use it
///
/// For a changing number of independent jobs whose results you want as they come: fan-out to several
/// services, a batch of uploads, the connections of a server. If you need all results in order, `join_all` is
/// simpler; if the number is large, bound it.
///
/// # What goes wrong without it
///
/// Handles in a `Vec`, awaited one after another, make you wait for the slowest first and hear of a failure
/// late. Handles that are dropped leave tasks running that nobody will ever join.
///
/// # What to watch
///
/// All lanes begin together, in the order of the spawns; `main` is woken once for each task that ends, and
/// the arrow comes from that task. Let one fail: its lane ends in `!`, the others go on. Abort one: it ends
/// in `╳` at its next turn. Be content with fewer answers, and the rest are cancelled at the moment the set
/// is dropped.
pub const PATTERN: Pattern = Pattern {
    id: "join-set",
    chapter: Chapter::Concurrent,
    title: "Join set",
    summary: "Several requests run as tasks of their own. Their results come in the order in which they end, \
              and one that fails stops nobody.",
    params: &[
        Param {
            name: "tasks",
            label: "Tasks",
            help: "How many requests are made at once.",
            kind: Kind::Count { min: 0, max: 10_000, default: 5 },
        },
        Param {
            name: "network",
            label: "Network",
            help: "Simulated, or real HTTP requests from this program.",
            kind: Kind::Choice { options: &["simulated", "real"] },
        },
        Param {
            name: "url",
            label: "Address",
            help: "What each task fetches; `{n}` stands for 1 to 5 in turn. Any address that allows it will do.",
            kind: Kind::Text { default: "data/{n}.json" },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long a simulated answer takes at least.",
            kind: Kind::Millis { min: 0, max: 5000, default: 40 },
        },
        Param {
            name: "spread",
            label: "Spread",
            help: "How much longer a simulated answer may take, drawn from the seed.",
            kind: Kind::Millis { min: 0, max: 5000, default: 60 },
        },
        Param {
            name: "failures",
            label: "Failures",
            help: "How many of a hundred simulated answers are an error.",
            kind: Kind::Percent { default: 20 },
        },
        Param {
            name: "abort",
            label: "Abort task",
            help: "The task that is aborted after the first one has ended; 0 for none.",
            kind: Kind::Count { min: 0, max: 10_000, default: 0 },
        },
        Param {
            name: "enough",
            label: "Enough answers",
            help: "After this many answers the set is dropped, and the rest with it.",
            kind: Kind::Count { min: 1, max: 10_000, default: 10_000 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/concurrent/join_set.rs",
    source: source!("concurrent/join_set.rs"),
    spelling: &[
        ("runtime::JoinSet", "tokio::task::JoinSet"),
        ("set.build_task().name(…).spawn(…)", "set.spawn(…), or build_task with tokio_unstable"),
        ("set.join_next()", "set.join_next()"),
        ("network.get(url)", "reqwest::get(url)"),
        (".record_err()", "nothing: it only draws the failure"),
        ("trace::current::log", "tracing::warn!"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let tasks = scene.values.count("tasks");
    let abort = Some(scene.values.count("abort")).filter(|number| (1..=tasks).contains(number));
    let work = Work { network: scene.network(), tasks, address: scene.values.text("url").to_owned() };
    let report = join_set(work, abort, scene.values.count("enough")).await;
    let order: Vec<_> = report.answered.iter().take(20).map(usize::to_string).collect();
    let more = if report.answered.len() > 20 { ", …" } else { "" };
    let summary = format!(
        "{} of {tasks} tasks answered, {} failed, {} aborted",
        report.answered.len(),
        report.failed,
        report.aborted + report.left
    );
    Ok(Outcome::new(summary)
        .fact("answered", report.answered.len())
        .fact("order", order.join(", ") + more)
        .fact("failed", report.failed)
        .fact("aborted", report.aborted)
        .fact("dropped with the set", report.left)
        .fact("panicked", report.panicked))
}

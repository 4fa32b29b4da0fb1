//! Tasks that use what is not `Send`, and may be spawned all the same.
//!
//! What a future keeps across an `.await` is part of the future. On a runtime with several threads a task is
//! polled now here and now there, so all of that must be `Send`, and the compiler sees to it.

// region: shown
use std::rc::Rc;
use std::sync::Arc;

use crate::net::{FetchError, Network};
use crate::runtime::{Builder, JoinHandle, LocalPoolHandle};

/// Used, but not kept: it is gone before the await.
async fn dropped_before(text: String, network: Network) -> Result<usize, FetchError> {
    let count = {
        let words: Rc<[&str]> = text.split_whitespace().collect();
        words.len()
    };
    publish(count, &network).await?;
    Ok(count)
}

/// Kept, and of a type that may go to another thread.
async fn send_type(text: String, network: Network) -> Result<usize, FetchError> {
    let words: Arc<[&str]> = text.split_whitespace().collect();
    publish(words.len(), &network).await?;
    Ok(words.len())
}

/// Kept, and not `Send`: so the future is not either.
async fn kept(text: String, network: Network) -> Result<usize, FetchError> {
    let words: Rc<[&str]> = text.split_whitespace().collect();
    publish(words.len(), &network).await?;
    Ok(words.len())
}

pub fn report(fix: Fix, text: String, network: Network) -> JoinHandle<Result<usize, FetchError>> {
    let task = Builder::new().name(fix.name());
    match fix {
        Fix::DroppedBefore => task.spawn(dropped_before(text, network)),
        Fix::SendType => task.spawn(send_type(text, network)),
        // What crosses to the other thread is the closure. The future is made there, and stays.
        Fix::Pinned => task.spawn_pinned_on(move || kept(text, network), &LocalPoolHandle::new(1)),
    }
}

async fn publish(words: usize, network: &Network) -> Result<(), FetchError> {
    network.get(&format!("data/1.json?words={words}")).await.map(drop)
}
// endregion

/// A way to spawn such a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix {
    /// What is not `Send` is gone before the await.
    DroppedBefore,
    /// It is replaced by something that is.
    SendType,
    /// The task stays on its thread.
    Pinned,
}

impl Fix {
    const ALL: [Self; 3] = [Self::DroppedBefore, Self::SendType, Self::Pinned];

    fn name(self) -> &'static str {
        match self {
            Self::DroppedBefore => "dropped before",
            Self::SendType => "Send type",
            Self::Pinned => "pinned",
        }
    }
}

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Pitfall, Scene};
use crate::trace::Level;
use crate::trace::current::log_line;

/// The catalogue's entry.
///
/// # What it does
///
/// An `async fn` is compiled to a value that holds every variable that is alive at an `.await`. `spawn` on
/// several threads wants that value to be `Send`, so one `Rc`, `RefCell` borrow, `std::sync::MutexGuard` or
/// raw pointer that is alive there is one too many. Whether the task would in fact move does not matter, nor
/// how short the wait is.
///
/// # When to use it
///
/// First try to let go of it before the await, with a block around it: `drop(it)` is not enough for what was
/// borrowed once, and a method call borrows. If it must be kept, take the type that is `Send`: `Arc` for
/// `Rc`, a lock or an atomic for `RefCell` and `Cell`, an owned value for a guard. If it is not yours to
/// choose (a JavaScript value, a window handle, a library in C), pin the task: `LocalPoolHandle`, `LocalSet`,
/// or an owner task that the others send messages to.
///
/// # What goes wrong without it
///
/// The compiler refuses, and says where: see the pitfall. What it cannot refuse is the reverse, an `unsafe
/// impl Send` that makes the message go away. In generic code the error appears far from its cause, at the
/// `spawn` of somebody who uses your library, so write `+ Send` where you promise it, and a test that spawns
/// your futures.
///
/// # What to watch
///
/// All three wait for the same answer and report the same count. On tokio with several threads the task
/// `pinned` has a thread of its own, and is polled on no other; in a page and on one thread that makes no
/// difference, and there `spawn` takes any future. The pitfall shows what the compiler says to the fourth,
/// which would be shortest.
pub const PATTERN: Pattern = Pattern {
    id: "send-bounds",
    chapter: Chapter::Practice,
    title: "What a spawned task may hold",
    summary: "Three tasks count words with something that is not `Send`: dropped before the await, replaced by what \
              is, or on a thread that the task never leaves.",
    params: &[
        Param {
            name: "fix",
            label: "Fix",
            help: "Which of the three are run.",
            kind: Kind::Choice { options: &["all", "dropped before", "Send type", "pinned"] },
        },
        Param {
            name: "text",
            label: "Text",
            help: "Whose words are counted.",
            kind: Kind::Text { default: "A pinned future stays where it is until it is dropped." },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long it takes to publish a count.",
            kind: Kind::Millis { min: 0, max: 5000, default: 20 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/practice/send_bounds.rs",
    source: source!("practice/send_bounds.rs"),
    spelling: &[
        ("Builder::spawn", "tokio::spawn"),
        ("LocalPoolHandle::new(1)", "tokio_util::task::LocalPoolHandle::new(1)"),
        (
            "Builder::spawn_pinned_on",
            "LocalPoolHandle::spawn_pinned; `tokio::task::spawn_local` in a `LocalSet`",
        ),
        ("network.get(url)", "reqwest::get(url)"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&PITFALL),
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let wanted = scene.values.text("fix");
    let fixes = Fix::ALL.into_iter().filter(|fix| wanted == "all" || wanted == fix.name());
    let tasks: Vec<_> =
        fixes.map(|fix| report(fix, scene.values.text("text").to_owned(), scene.network())).collect();
    let mut counts = Vec::new();
    for task in tasks {
        let count = task.await.map_err(|error| PatternError::new(&error))?;
        counts.push(count.map_err(|error| PatternError::new(&error))?);
    }
    let count = counts.first().copied().unwrap_or_default();
    Ok(Outcome::new(format!("{} tasks counted {count} words", counts.len()))
        .fact("tasks", counts.len())
        .fact("words", count)
        .fact("agree", counts.iter().all(|other| *other == count)))
}

/// What the compiler says to the file `send_bounds_refused.rs`; `tests/compile_fail.rs` keeps it true.
pub const MESSAGE: &str = include_str!("send_bounds_refused.stderr");

const REFUSED: &str = "src/patterns/practice/send_bounds_refused.rs";

/// An `Rc` across an await.
const PITFALL: Pitfall = Pitfall {
    title: "The compiler refuses it",
    explanation: "This program does not run, on no runtime: what you see in the log is what the compiler says, word \
                  for word. A test compiles the file and compares. Read the message from its end: `report` \
                  cannot be sent, because `words` is alive at the `.await`, and `Rc<[&str]>` is not `Send`. The arrow at \
                  `spawn` is only where it was found. The usual way out, a `clone` before the await, \
                  changes nothing, as the original is still there.",
    file: REFUSED,
    source: source!("practice/send_bounds_refused.rs"),
    start: |_| Box::pin(refuse()),
};

/// The first line of what the compiler says.
#[derive(Debug, thiserror::Error)]
#[error("the compiler refuses it: {0}")]
struct Refused(&'static str);

async fn refuse() -> Result<Outcome, PatternError> {
    let mut line = 0;
    for (number, text) in MESSAGE.lines().enumerate() {
        // `  --> file:line:column`, above the lines that it is about.
        if let Some(place) = text.trim_start().strip_prefix("--> ") {
            line = place.split(':').nth(1).and_then(|line| line.parse().ok()).unwrap_or(line);
        }
        log_line(if number == 0 { Level::Error } else { Level::Info }, text, REFUSED, line);
    }
    Err(PatternError::new(&Refused(MESSAGE.lines().next().unwrap_or_default())))
}

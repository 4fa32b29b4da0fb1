//! Children that cannot outlive the scope that spawned them.
//!
//! Whoever calls a function may assume that it is over when it returns. A task that goes on behind it breaks
//! that, and so a scope returns when its last child has ended, whichever way: done, failed, or cancelled.

// region: shown
use std::fmt::Display;

use futures::future::try_join;

use crate::net::FetchError;
use crate::runtime::{BoxFuture, FutureExt, JoinSet};

/// Runs children at the same time and waits for all of them. The first error cancels the others, and is
/// returned once they are gone.
pub async fn scope<T, E>(children: Vec<(String, BoxFuture<'static, Result<T, E>>)>) -> Result<Vec<T>, E>
where
    T: Send + 'static,
    E: Display + Send + 'static,
{
    let mut set = JoinSet::new();
    for (name, child) in children {
        set.build_task().name(name).spawn(child.record_err());
    }
    let (mut outputs, mut first_error) = (Vec::new(), None);
    while let Some(joined) = set.join_next().await {
        match joined {
            Ok(Ok(output)) => outputs.push(output),
            Ok(Err(error)) if first_error.is_none() => {
                set.abort_all(); // Asks. They are gone when they have been joined, and the loop goes on for that.
                first_error = Some(error);
            }
            Ok(Err(_later)) => {} // It failed before its abort reached it. One error is enough to say why.
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic), // A bug in the child is one in the scope.
                Err(_cancelled) => {}                          // As it was asked to.
            },
        }
    }
    match first_error {
        Some(error) => Err(error),
        None => Ok(outputs),
    }
    // Dropped before its end, by a timeout, say, the scope drops the set, and that aborts what is in it.
}

/// A page: each part is fetched by a task of its own.
pub async fn page(site: Site, census: Census) -> Result<usize, FetchError> {
    let child = |name: &str, part: BoxFuture<'static, _>| (name.to_owned(), part);
    let words = scope(vec![
        child("text", Box::pin(part(site.clone(), "text", census.enters()))),
        child("author", Box::pin(part(site.clone(), "author", census.enters()))),
        child("comments", Box::pin(comments(site, census))),
    ]);
    Ok(words.await?.into_iter().sum())
}

/// A scope within the scope needs no tasks: futures in a task are dropped with it, at once.
async fn comments(site: Site, census: Census) -> Result<usize, FetchError> {
    let first = part(site.clone(), "first comment", census.enters()).named("first comment");
    let second = part(site, "second comment", census.enters()).named("second comment");
    let (first, second) = try_join(first, second).await?; // The first error drops the other.
    Ok(first + second)
}

pub async fn part(site: Site, name: &'static str, inside: Inside) -> Result<usize, FetchError> {
    let _inside = inside; // Counts this child as alive until its future is gone.
    let document = site.get(name).await?;
    Ok(document.body.split_whitespace().count())
}
// endregion

/// Where the parts are, some slower than others.
#[derive(Clone, Debug)]
pub struct Site {
    seed: u64,
    latency: u32,
    failing: String,
}

impl Site {
    fn get(&self, name: &str) -> BoxFuture<'static, Result<Document, FetchError>> {
        let times = match name {
            "first comment" => 1,
            "author" => 2,
            "text" => 4,
            _ => 5,
        };
        let address = if name == self.failing { "data/9.json" } else { "data/1.json" };
        Network::simulated(self.seed, self.latency * times, 0, 0).get(address)
    }
}

/// Counts the children that are alive.
#[derive(Clone, Debug, Default)]
pub struct Census {
    alive: Arc<AtomicUsize>,
}

impl Census {
    /// Counts one more, until what it returns is dropped.
    pub(super) fn enters(&self) -> Inside {
        value("alive", self.alive.fetch_add(1, Ordering::Relaxed) + 1);
        Inside(self.clone())
    }

    /// Returns how many there are.
    pub(super) fn alive(&self) -> usize {
        self.alive.load(Ordering::Relaxed)
    }
}

/// A child that is alive.
#[derive(Debug)]
pub struct Inside(Census);

impl Drop for Inside {
    fn drop(&mut self) {
        value("alive", self.0.alive.fetch_sub(1, Ordering::Relaxed) - 1);
    }
}

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::structured_pitfall;
use crate::net::{Document, Network};
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::{sleep, timeout};
use crate::trace::current::value;

/// The catalogue's entry.
///
/// # What it does
///
/// A scope spawns its children into a `JoinSet` and returns when the last of them has been joined. An error
/// aborts the siblings, and they are joined too before it is returned, so that nothing of theirs goes on
/// behind the caller's back. Within one task the same is had for nothing: `try_join` drops the other futures
/// at the first error, and a drop is immediate.
///
/// # When to use it
///
/// As the normal shape of concurrency: fan out, wait, go on. Start with futures in one task, and take tasks
/// where the work needs several threads. What shall really outlive its caller (a cache refresh, a connection)
/// is not a child but a service: give it an owner, a token and a place in the shutdown. The crates
/// `futures-concurrency` and `moro` have such scopes.
///
/// # What goes wrong without it
///
/// A failed request answers 500 while its siblings still write to the database. A retry starts them a second
/// time. On shutdown nobody knows what is running, and in tests a task of one disturbs the next. Handles in a
/// `Vec` and `try_join_all` look like a scope, and are none.
///
/// # What to watch
///
/// The bar of `scope` lasts as long as those of its tasks. Let `author` fail: `text` and `comments` are woken
/// by the abort and end in `╳`, the comments with everything in them, and only then does the scope end in
/// `!`. Set the patience to 25 ms: the scope is dropped, which aborts its tasks but cannot wait for them,
/// since a drop cannot await; they are gone at their next turn.
pub const PATTERN: Pattern = Pattern {
    id: "structured",
    chapter: Chapter::Practice,
    title: "Structured concurrency",
    summary: "A page is put together by tasks in a scope. When the scope returns they are all gone: done, or \
              cancelled because one of them failed.",
    params: &[
        Param {
            name: "fails",
            label: "Fails",
            help: "Which part of the page is not found.",
            kind: Kind::Choice { options: &["author", "none", "text", "first comment", "second comment"] },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long the fastest part takes; the slowest takes five times as long.",
            kind: Kind::Millis { min: 0, max: 1000, default: 10 },
        },
        Param {
            name: "patience",
            label: "Patience",
            help: "How long the caller waits before it drops the scope.",
            kind: Kind::Millis { min: 0, max: 60_000, default: 10_000 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/practice/structured.rs",
    source: source!("practice/structured.rs"),
    spelling: &[
        ("runtime::JoinSet", "tokio::task::JoinSet"),
        ("futures::future::try_join", "tokio::try_join!"),
        ("site.get(part)", "reqwest::get(url)"),
        (".named(…), .record_err()", "nothing: they only draw a lane and its failure"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&structured_pitfall::PITFALL),
};

/// How the page came out, and who was left when it did.
#[derive(Debug)]
pub(super) struct Built {
    /// The words on the page, or why there is none; nothing if nobody waited for it.
    words: Option<Result<usize, FetchError>>,
    /// How many children were alive when the caller went on.
    pub(super) outlived: usize,
}

/// Builds the page, as `page` does it.
pub(super) async fn build<F>(scene: &Scene, page: impl FnOnce(Site, Census) -> F) -> Built
where
    F: Future<Output = Result<usize, FetchError>>,
{
    let latency = scene.values.number("latency");
    let site = Site { seed: scene.seed, latency, failing: scene.values.text("fails").to_owned() };
    let census = Census::default();
    let page = page(site, census.clone()).record_err().named("scope");
    let words = timeout(scene.values.millis("patience"), page).await.ok();
    let outlived = census.alive();
    if outlived > 0 {
        // The caller goes on, and they with it.
        sleep(scene.values.millis("latency") * 5).await;
    }
    Built { words, outlived }
}

impl Built {
    /// Says how it came out.
    pub(super) fn outcome(&self) -> Outcome {
        let summary = match &self.words {
            Some(Ok(words)) => format!("the page has {words} words"),
            Some(Err(error)) => format!("there is no page: {error}"),
            None => "nobody waited for the page".to_owned(),
        };
        let outlived = self.outlived;
        Outcome::new(format!("{summary}; {outlived} children outlived the scope")).fact("outlived", outlived)
    }
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    Ok(build(&scene, page).await.outcome())
}

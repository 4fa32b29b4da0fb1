//! The catalogue: every pattern, in the order in which a reader meets them.
//!
//! A pattern is one file and one line here. The file holds the code that runs, which is the code that
//! is shown, and the `PATTERN` that describes it. A program with patterns of its own [`install`]s them in
//! place of these.

#[macro_use]
mod source;

mod catalogue;
mod channels;
mod concurrent;
mod errors;
mod explanation;
mod model;
mod params;
mod practice;
mod shared;
mod shutdown;
mod streams;
mod traits;
mod twin;

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

pub use catalogue::{InstallError, RESERVED, UnknownPattern, catalogue, find, install};
pub use explanation::{Section, explanation};
pub use params::{Kind, MAX_TEXT, Param, ParamError, Value, Values};
pub use source::{Source, SourceFile, region};
use thiserror::Error;
pub use twin::{Pitfall, Twin, TwinError};

use crate::net::Network;
use crate::runtime::BoxFuture;

/// Every pattern that Wakeline brings along, by chapter. Not a constant: each crate that names one has a copy.
pub static CATALOGUE: &[&Pattern] = &[
    &model::future_lazy::PATTERN,
    &model::first_fetch::PATTERN,
    &concurrent::join_set::PATTERN,
    &concurrent::bounded::PATTERN,
    &concurrent::race::PATTERN,
    &channels::mpsc::PATTERN,
    &channels::broadcast::PATTERN,
    &channels::oneshot::PATTERN,
    &channels::watch::PATTERN,
    &channels::actor::PATTERN,
    &errors::typed_errors::PATTERN,
    &errors::context::PATTERN,
    &errors::timeout::PATTERN,
    &errors::retry::PATTERN,
    &shutdown::cancel_token::PATTERN,
    &shutdown::broadcast::PATTERN,
    &shutdown::drain::PATTERN,
    &traits::repository::PATTERN,
    &traits::async_fn_in_trait::PATTERN,
    &streams::source::PATTERN,
    &streams::map_filter::PATTERN,
    &streams::chunks::PATTERN,
    &streams::merge::PATTERN,
    &streams::buffer::PATTERN,
    &shared::rwlock_cache::PATTERN,
    &shared::semaphore_pool::PATTERN,
    &shared::pool_timeout::PATTERN,
    &practice::instrument::PATTERN,
    &practice::blocking::PATTERN,
    &practice::lock_across_await::PATTERN,
    &practice::cancel_safety::PATTERN,
    &practice::ignored_errors::PATTERN,
    &practice::send_bounds::PATTERN,
    &practice::structured::PATTERN,
    &practice::unbounded_spawn::PATTERN,
];

/// A chapter of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chapter {
    /// What a future is.
    Model,
    /// Tasks that run at the same time.
    Concurrent,
    /// How tasks talk to each other.
    Channels,
    /// How failures travel, and what is done about them.
    Errors,
    /// How a program stops without losing what it does.
    Shutdown,
    /// One interface to several stores.
    Traits,
    /// Values over time.
    Streams,
    /// What several tasks use at once.
    Shared,
    /// Finding out what goes on, and what not to do.
    Practice,
    /// A chapter of an author's own, with its heading.
    Custom(&'static str),
}

impl Chapter {
    /// Returns the chapter's heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Model => "The model",
            Self::Concurrent => "Concurrent tasks",
            Self::Channels => "Channels",
            Self::Errors => "Errors",
            Self::Shutdown => "Graceful shutdown",
            Self::Traits => "Async traits",
            Self::Streams => "Streams",
            Self::Shared => "Shared resources",
            Self::Practice => "Debugging and practice",
            Self::Custom(title) => title,
        }
    }
}

/// Where a pattern can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuntimeKind {
    /// The browser's event loop.
    Browser,
    /// The deterministic executor in virtual time, anywhere.
    Virtual,
    /// tokio, natively.
    Tokio,
}

impl RuntimeKind {
    /// Returns the name used in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Virtual => "virtual",
            Self::Tokio => "tokio",
        }
    }
}

/// All of them; a pattern that runs on fewer says why in its explanation.
pub const EVERYWHERE: &[RuntimeKind] = &[RuntimeKind::Browser, RuntimeKind::Virtual, RuntimeKind::Tokio];

/// A pattern: real code with a description, parameters and an outcome.
///
/// Of [`source`](Self::source) a reader is shown its [`region`], and reads its [`explanation`]: what it does, when to
/// use it, what goes wrong without it, what to watch.
#[derive(Debug)]
pub struct Pattern {
    /// The stable name in links and on the command line.
    pub id: &'static str,
    /// Its chapter.
    pub chapter: Chapter,
    /// Its heading.
    pub title: &'static str,
    /// One or two sentences.
    pub summary: &'static str,
    /// What a reader can change.
    pub params: &'static [Param],
    /// Where it runs.
    pub runtimes: &'static [RuntimeKind],
    /// The file, as locations in a trace name it: `file!()`, or from the crate's root.
    pub file: &'static str,
    /// The file's text, the very code that runs: `Source::text(include_str!("mine.rs"))` in `mine.rs` itself.
    pub source: Source,
    /// The name used here, and what a program on tokio alone would write.
    pub spelling: &'static [(&'static str, &'static str)],
    /// Makes the future of the first task.
    pub start: Start,
    /// The same as it is commonly written wrong, where there is such a way.
    pub pitfall: Option<&'static Pitfall>,
}

/// Makes the future of a run's first task.
pub type Start = fn(Scene) -> BoxFuture<'static, Result<Outcome, PatternError>>;

/// What a run of a pattern is given.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The values of its parameters.
    pub values: Values,
    /// What its random choices are drawn from.
    pub seed: u64,
    /// The origin that relative addresses of real fetches start from, such as `http://localhost:8080/`.
    pub base: String,
}

impl Scene {
    /// Returns a random generator for the pattern's own choices; the same one for the same seed.
    pub fn rng(&self) -> fastrand::Rng {
        let mut rng = fastrand::Rng::with_seed(self.seed);
        // The first number of neighbouring seeds is alike; the second is not.
        rng.u64(..);
        rng
    }

    /// Returns the network that the parameters `network`, `latency`, `spread` and `failures` describe;
    /// one that is not among the pattern's parameters is as good as zero.
    pub fn network(&self) -> Network {
        let number = |name| match self.values.get(name) {
            Some(Value::Number(number)) => *number,
            _ => 0,
        };
        match self.values.get("network") {
            Some(Value::Text(kind)) if kind == "real" => Network::real(&self.base),
            _ => Network::simulated(self.seed, number("latency"), number("spread"), number("failures")),
        }
    }
}

/// How a run ended, in words and figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// One sentence.
    pub summary: String,
    /// What a reader or a test may want to know, by name.
    pub facts: Vec<(Cow<'static, str>, String)>,
}

impl Outcome {
    /// Creates an outcome with a sentence.
    pub fn new(summary: impl Into<String>) -> Self {
        Self { summary: summary.into(), facts: Vec::new() }
    }

    /// Adds a fact.
    pub fn fact(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push((name.into(), value.to_string()));
        self
    }

    /// Returns a fact by name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|(fact, _)| *fact == name).map(|(_, value)| value.as_str())
    }
}

/// A run's first task ended in an error; the text has the whole chain of causes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct PatternError(String);

impl PatternError {
    /// Creates an error from any other, with its causes.
    pub fn new(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            // Many errors repeat their cause in their own text.
            if !text.contains(&cause_text) {
                text.push_str(": ");
                text.push_str(&cause_text);
            }
            source = cause.source();
        }
        Self(text)
    }
}

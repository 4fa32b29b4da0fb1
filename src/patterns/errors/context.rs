//! An error that says at each level what was being attempted.
//!
//! The deepest error knows what broke and nothing else. Each function on the way up adds what *it*
//! was doing, and at the top the whole chain is told once.

// region: shown
use anyhow::Result;
use drawn::Context; // `anyhow::Context`, and it draws where each link is added.

use crate::net::FetchError;
use crate::runtime::FutureExt;
use crate::trace::Level;
use crate::trace::current::log;

pub async fn front_page(site: &Site) -> Result<String> {
    let path = featured(site).record_err().named("step 1").await.context("cannot choose an article")?;
    // The closure runs only if there is an error: the good case formats nothing.
    let headline = headline(site, &path).record_err().named("step 2").await;
    headline.with_context(|| format!("cannot set the headline of `{path}`"))
}

async fn featured(site: &Site) -> Result<String> {
    let list = site.list.get("data/articles.json").record_err().named("GET").await;
    let list = list.context("cannot read the list of articles")?;
    // `None` has no cause, so here the context is the first link of the chain.
    list.entry("featured").context("the list features no article")
}

async fn headline(site: &Site, path: &str) -> Result<String> {
    let article = site.articles.get(path).record_err().named("GET").await;
    let article = article.context("cannot read the article")?;
    article.title().context("the article has no title")
}

/// Tells the chain, outermost first. Only the place that deals with the error does so: an error that is
/// logged at every level it passes is counted as many errors.
pub fn report(error: &anyhow::Error) {
    log(Level::Error, error);
    for cause in error.chain().skip(1) {
        log(Level::Error, format!("caused by: {cause}"));
    }
    // The text is for people. A program still gets at the value that it all began with.
    if let Some(FetchError::Status { status, .. }) = error.downcast_ref() {
        log(Level::Error, format!("at the root is a `FetchError` with status {status}"));
    }
}
// endregion

mod drawn {
    use std::fmt::Display;
    use std::panic::Location;

    use anyhow::{Error, Result};

    use crate::trace::Level;
    use crate::trace::current::log;

    /// Adds context to an error, as `anyhow::Context`, and draws at which line.
    pub(super) trait Context<T>: Sized {
        #[track_caller]
        fn context<C: Display + Send + Sync + 'static>(self, context: C) -> Result<T> {
            self.with_context(|| context)
        }

        fn with_context<C: Display + Send + Sync + 'static>(self, context: impl FnOnce() -> C) -> Result<T>;
    }

    impl<T, E: Into<Error>> Context<T> for Result<T, E> {
        #[track_caller]
        fn with_context<C: Display + Send + Sync + 'static>(self, context: impl FnOnce() -> C) -> Result<T> {
            match self {
                Ok(value) => Ok(value),
                Err(error) => Err(error.into().context(draw(context()))),
            }
        }
    }

    impl<T> Context<T> for Option<T> {
        #[track_caller]
        fn with_context<C: Display + Send + Sync + 'static>(self, context: impl FnOnce() -> C) -> Result<T> {
            match self {
                Some(value) => Ok(value),
                None => Err(Error::msg(draw(context()).to_string())),
            }
        }
    }

    #[track_caller]
    fn draw<C: Display>(context: C) -> C {
        log(Level::Warn, format!("line {} adds “{context}”", Location::caller().line()));
        context
    }
}

/// A list of articles, and the articles, each with a network of its own.
#[derive(Debug)]
pub struct Site {
    list: Network,
    articles: Network,
}

use crate::net::Network;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};

/// The catalogue's entry.
///
/// # What it does
///
/// `.context(…)` wraps an error in a sentence about what was being attempted and keeps the original as its
/// cause. Three levels add three links, and the top prints them all: what the user wanted, which step, what
/// broke. The links are still values: `downcast_ref` finds the first error again.
///
/// # When to use it
///
/// In applications, wherever the only thing to do with an error is to tell somebody: `main`, a job, a request
/// handler. Add a link where you know something that the callee does not, such as which file, which user,
/// which step. Where callers decide by kind, give them `typed-errors`; libraries should not hand out
/// `anyhow::Error`.
///
/// # What goes wrong without it
///
/// “`data/4.json` answered with status `503`”, at three in the morning, from a program that asks for it in
/// five places. A backtrace is no substitute: it names functions, not which user or file they were busy with,
/// it ends where the task was spawned, and in wasm there is none.
///
/// # What to watch
///
/// The error climbs: first `GET` ends in `!`, then the step around it, then `main`, all in one poll, and each
/// end has the text as it was at that level. The log has the number of each line that added a link, then the
/// chain. Let the first step fail, and the second never begins.
pub const PATTERN: Pattern = Pattern {
    id: "context",
    chapter: Chapter::Errors,
    title: "Context on the way up",
    summary: "Two steps, each with a request inside. An error collects on its way up what each level was doing, \
              and is told as one chain at the top.",
    params: &[
        Param {
            name: "fails",
            label: "Fails",
            help: "Which step's request is answered with an error.",
            kind: Kind::Choice { options: &["nothing", "first step", "second step"] },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long an answer takes at least.",
            kind: Kind::Millis { min: 0, max: 5000, default: 40 },
        },
        Param {
            name: "spread",
            label: "Spread",
            help: "How much longer an answer may take, drawn from the seed.",
            kind: Kind::Millis { min: 0, max: 5000, default: 40 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/errors/context.rs",
    source: source!("errors/context.rs"),
    spelling: &[
        (".context(…), .with_context(…)", "anyhow::Context: the same, but it does not draw the line"),
        ("anyhow::Error", "the same: errors need no runtime"),
        ("network.get(url)", "reqwest::get(url)"),
        (".named(…), .record_err()", "nothing: they only draw a lane and its failure"),
        ("trace::current::log", "tracing::error!"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let fails = scene.values.text("fails");
    let network = |step: &str| {
        let failures = if fails == step { 100 } else { 0 };
        let (latency, spread) = (scene.values.number("latency"), scene.values.number("spread"));
        Network::simulated(scene.seed, latency, spread, failures)
    };
    let site = Site { list: network("first step"), articles: network("second step") };
    let headline = front_page(&site).await.map_err(|error| {
        report(&error);
        PatternError::new(error.as_ref())
    })?;
    Ok(Outcome::new(format!("the front page opens with “{headline}”")).fact("headline", headline))
}

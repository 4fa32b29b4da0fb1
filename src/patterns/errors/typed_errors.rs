//! One error type for a service, with a variant for each thing that a caller would treat differently.
//!
//! `thiserror` writes the `Display`, `source` and `From` that one would otherwise write by hand. The
//! variants are not a list of what can break inside: they are the questions that callers ask.

// region: shown
use std::time::Duration;

use thiserror::Error;

use crate::net::{Document, FetchError};
use crate::runtime::{FutureExt, timeout};

/// Why there is no article.
#[derive(Debug, Error)]
pub enum ServiceError {
    // `#[from]` lets `?` wrap the cause and makes it the `source`. The text leaves the cause out:
    // whoever prints the whole chain would print it twice.
    #[error("the network failed")]
    Network(#[from] FetchError),
    #[error("the database failed")]
    Database(#[from] DatabaseError),
    #[error("there is no article `{id}`")]
    NotFound { id: u32 },
    #[error("no answer within `{}` ms", limit.as_millis())]
    Timeout { limit: Duration },
}

/// A query that brought no answer; a field of the name `source` is the cause, without more ado.
#[derive(Debug, Error)]
#[error("the query `{query}` was not answered")]
pub struct DatabaseError {
    query: String,
    source: FetchError,
}

pub async fn article(service: &Service, id: u32) -> Result<Document, ServiceError> {
    // `?` calls `From`: a `DatabaseError` becomes `ServiceError::Database`.
    let found = service.find(id).record_err().named("query").await?;
    let path = found.ok_or(ServiceError::NotFound { id })?;

    let limit = service.limit;
    let request = service.network.get(&path).record_err().named("request");
    let answer = timeout(limit, request).await.map_err(|_elapsed| ServiceError::Timeout { limit })?;
    Ok(answer?) // And a `FetchError` becomes `ServiceError::Network`.
}

impl ServiceError {
    /// What the variants are for: a decision each. A new one does not compile until it has its own.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound { .. } => 404,
            Self::Database(_) => 500,
            Self::Network(_) => 502,
            Self::Timeout { .. } => 504,
        }
    }
}
// endregion

/// A service that keeps the addresses of its articles in a database and their text elsewhere.
#[derive(Debug)]
pub struct Service {
    database: Network,
    network: Network,
    limit: Duration,
}

impl Service {
    /// Looks up where an article is, if there is one.
    async fn find(&self, id: u32) -> Result<Option<String>, DatabaseError> {
        match self.database.get("data/articles.json").await {
            Ok(table) => Ok(table.entry(&id.to_string())),
            Err(source) => {
                Err(DatabaseError { query: format!("select path from articles where id = {id}"), source })
            }
        }
    }
}

use crate::net::Network;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::trace::Level;
use crate::trace::current::log;

/// The catalogue's entry.
///
/// # What it does
///
/// A `thiserror` enum with a variant for each failure that a caller would treat differently. `#[from]` writes
/// the conversion that `?` calls and keeps the original as `source`, so nothing is lost on the way up.
/// `Timeout` and `NotFound` have no cause: they are this service's own findings.
///
/// # When to use it
///
/// For libraries, and for every boundary where somebody decides by the kind of failure: answer 404 or 503,
/// try again or not, alert or shrug. Where nobody decides and all there is to do is tell, see `context`. Mark
/// a public enum `#[non_exhaustive]`, or its next variant breaks your users.
///
/// # What goes wrong without it
///
/// With `Box<dyn Error>` or a `String` callers end up matching on the text, and break when somebody rewords
/// it. The other ditch is a variant for each dependency: callers then match on your HTTP client, and
/// replacing it is a breaking change. Beware of `#[from]` for a type with two meanings: here a 404 for the
/// document counts as `Network`, not `NotFound`.
///
/// # What to watch
///
/// The error value is at the end of `main`: the variant's text, then each `source`. The lane below ended
/// first, with the cause alone. Let the database fail, then the network; ask for article 9; make the latency
/// longer than the limit, and `request` is dropped rather than failed. The log has the status that the
/// variant was turned into.
pub const PATTERN: Pattern = Pattern {
    id: "typed-errors",
    chapter: Chapter::Errors,
    title: "Typed errors",
    summary: "A service asks its database, then the network. Whatever fails comes back as one enum, and the \
              caller decides by its variant.",
    params: &[
        Param {
            name: "id",
            label: "Article",
            help: "Which article is asked for; there are 1 to 5.",
            kind: Kind::Count { min: 0, max: 99, default: 1 },
        },
        Param {
            name: "fails",
            label: "Fails",
            help: "What answers with an error.",
            kind: Kind::Choice { options: &["nothing", "database", "network"] },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long the database takes, and then the network.",
            kind: Kind::Millis { min: 0, max: 5000, default: 60 },
        },
        Param {
            name: "limit",
            label: "Limit",
            help: "How long the service waits for the network.",
            kind: Kind::Millis { min: 0, max: 5000, default: 200 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/errors/typed_errors.rs",
    source: source!("errors/typed_errors.rs"),
    spelling: &[
        ("thiserror::Error", "the same: errors need no runtime"),
        ("runtime::timeout", "tokio::time::timeout"),
        ("network.get(url)", "reqwest::get(url)"),
        (".named(…), .record_err()", "nothing: they only draw a lane and its failure"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let fails = scene.values.text("fails");
    let network = |name: &str| {
        let failures = if fails == name { 100 } else { 0 };
        Network::simulated(scene.seed, scene.values.number("latency"), 0, failures)
    };
    let (database, network) = (network("database"), network("network"));
    let service = Service { database, network, limit: scene.values.millis("limit") };
    let document = article(&service, scene.values.number("id")).await.map_err(|error| {
        log(Level::Error, format!("{error}: the caller is told status {}", error.status()));
        PatternError::new(&error)
    })?;
    let title = document.title().unwrap_or_default();
    Ok(Outcome::new(format!("the article's title is “{title}”")).fact("title", title))
}

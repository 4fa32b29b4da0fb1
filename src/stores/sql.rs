//! What SQLite and PostgreSQL have in common.

use sqlx::Error;

use super::StoreError;
use crate::runtime::io;
use crate::runtime::tokio::in_background;

/// Both know `$1`. One statement each: what it reads is of one instant, whoever writes meanwhile.
pub(super) const GET: &str = "SELECT a.title, a.revision, t.tag \
     FROM wakeline_articles a LEFT JOIN wakeline_tags t ON t.article = a.id \
     WHERE a.id = $1 ORDER BY t.position";

/// The row that it writes stays locked until the transaction ends, so saves to one id are serialised.
pub(super) const UPSERT: &str = "INSERT INTO wakeline_articles (id, title, revision) VALUES ($1, $2, 1) \
     ON CONFLICT (id) DO UPDATE SET title = excluded.title, revision = wakeline_articles.revision + 1 \
     RETURNING revision";

pub(super) const CLEAR_TAGS: &str = "DELETE FROM wakeline_tags WHERE article = $1";

/// Its tags go with it: the schema says so.
pub(super) const DELETE: &str = "DELETE FROM wakeline_articles WHERE id = $1";

/// A row of [`GET`]: one for each tag, and one without for an article that has none.
pub(super) type Row = (String, i64, Option<String>);

pub(super) fn article(store: &'static str, id: u32, rows: Vec<Row>) -> Result<super::Article, StoreError> {
    let mut rows = rows.into_iter();
    let Some((title, revision, first)) = rows.next() else {
        return Err(StoreError::Missing { store, id });
    };
    let tags = first.into_iter().chain(rows.filter_map(|(.., tag)| tag)).collect();
    Ok(super::Article { id, title, tags, revision: count(revision) })
}

/// A revision as the database counts it.
pub(super) fn count(revision: i64) -> u32 {
    u32::try_from(revision).unwrap_or(u32::MAX)
}

/// Does work on a database in the background, and says what the caller waits for.
#[track_caller]
pub(super) fn in_io<T: Send + 'static>(
    store: &'static str,
    call: &'static str,
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> impl Future<Output = Result<T, StoreError>> + Send {
    io(&format!("{store} {call}"), async move {
        match in_background(work).await {
            Ok(result) => result.map_err(|error| failure(store, &error)),
            Err(error) => Err(StoreError::Failed { store, why: error.to_string() }),
        }
    })
}

/// Tells a connection that is gone from a store that said no.
fn failure(store: &'static str, error: &Error) -> StoreError {
    let why = error.to_string();
    match error {
        Error::Io(_) | Error::Tls(_) | Error::Protocol(_) | Error::PoolClosed | Error::WorkerCrashed => {
            StoreError::Lost { store, why }
        }
        // The classes of SQLSTATE for a connection that broke and for an operator who intervened.
        Error::Database(error) if error.code().is_some_and(|code| is_lost(&code)) => {
            StoreError::Lost { store, why: error.message().to_owned() }
        }
        Error::Database(error) => StoreError::Failed { store, why: error.message().to_owned() },
        _ => StoreError::Failed { store, why },
    }
}

fn is_lost(code: &str) -> bool {
    code.len() == 5 && (code.starts_with("08") || code.starts_with("57P"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_is_gone_is_told_from_a_refusal() {
        let lost = |error| matches!(failure("sqlite", &error), StoreError::Lost { .. });
        assert!(lost(Error::Io(std::io::ErrorKind::BrokenPipe.into())) && lost(Error::PoolClosed));
        assert!(!lost(Error::PoolTimedOut) && !lost(Error::RowNotFound));
        assert!(
            is_lost("57P01") && is_lost("08006") && !is_lost("57014") && !is_lost("8") && !is_lost("40001")
        );
    }

    #[test]
    fn an_article_is_put_together_from_its_rows() {
        let row = |tag: Option<&str>| ("Pinning".to_owned(), 3, tag.map(str::to_owned));
        let whole = article("sqlite", 7, vec![row(Some("a")), row(Some("b"))]).expect("it is there");
        assert_eq!(
            whole,
            crate::stores::Article { revision: 3, ..crate::stores::Article::new(7, "Pinning", &["a", "b"]) }
        );
        assert!(article("sqlite", 7, vec![row(None)]).expect("it is there").tags.is_empty());
        assert_eq!(article("sqlite", 7, vec![]), Err(StoreError::Missing { store: "sqlite", id: 7 }));
    }
}

//! SQLite, in a file or in memory.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures::lock::Mutex;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
};
use sqlx::{Connection as _, Error};

use super::boxed::boxed;
use super::sql::{self, CLEAR_TAGS, DELETE, GET, UPSERT, in_io};
use super::{Article, StoreError, lane};
use crate::runtime::MaybeSend;

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS wakeline_articles (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, revision INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS wakeline_tags (
    article INTEGER NOT NULL REFERENCES wakeline_articles ON DELETE CASCADE,
    position INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;";

/// Articles in a SQLite database.
#[derive(Clone, Debug)]
pub struct Sqlite {
    pool: SqlitePool,
    /// A database in memory lasts as long as a connection to it does, and a pool may replace its own.
    _keeps_memory: Option<Arc<Mutex<SqliteConnection>>>,
}

impl Sqlite {
    pub(super) const NAME: &'static str = "sqlite";

    /// Opens a database in memory that nobody else sees.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    pub async fn open_default() -> Result<Self, StoreError> {
        Self::open("sqlite::memory:").await
    }

    /// Opens the database at `url`: `sqlite:articles.db`, made if it is not there, or `sqlite::memory:`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when it cannot be opened or is no database.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let why = |error: Error| StoreError::Unavailable { store: Self::NAME, why: error.to_string() };
        let is_in_memory = url.contains(":memory:") || url.contains("mode=memory");
        let options = SqliteConnectOptions::from_str(url).map_err(why)?.create_if_missing(true);
        let open = async move {
            // Readers do not wait for a writer, nor it for them; a writer waits for another one.
            let (options, size) = match is_in_memory {
                true => (options, 1),
                false => (options.journal_mode(SqliteJournalMode::Wal), 4),
            };
            let options = options.busy_timeout(Duration::from_secs(5));
            let keeps_memory = match is_in_memory {
                true => Some(Arc::new(Mutex::new(SqliteConnection::connect_with(&options).await?))),
                false => None,
            };
            let pool = SqlitePoolOptions::new().max_connections(size).connect_with(options).await?;
            sqlx::raw_sql(SCHEMA).execute(&pool).await?;
            Ok(Self { pool, _keeps_memory: keeps_memory })
        };
        in_io(Self::NAME, "open", open).await.map_err(|error| match error {
            StoreError::Failed { store, why } | StoreError::Lost { store, why } => {
                StoreError::Unavailable { store, why }
            }
            error => error,
        })
    }

    /// Returns the connections, for what a repository does not offer, such as a backup. They belong to a
    /// tokio runtime of the store's own.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Closes the database when what is under way is done; later calls end in [`StoreError::Lost`].
    pub async fn close(&self) {
        let pool = self.pool.clone();
        let closed = in_io(Self::NAME, "close", async move {
            pool.close().await;
            Ok(())
        });
        // It can only fail where there is no runtime, and then there is nothing to close.
        let _ = closed.await;
    }

    /// Reads an article; see [`Repository::get`](super::Repository::get).
    #[track_caller]
    pub fn get(&self, id: u32) -> impl Future<Output = Result<Article, StoreError>> + MaybeSend + '_ {
        let pool = self.pool.clone();
        let rows =
            in_io(Self::NAME, "get", async move { sqlx::query_as(GET).bind(id).fetch_all(&pool).await });
        lane(Self::NAME, "get", async move { sql::article(Self::NAME, id, rows.await?) })
    }

    /// Inserts or replaces an article; see [`Repository::save`](super::Repository::save).
    #[track_caller]
    pub fn save<'a>(
        &'a self,
        article: &'a Article,
    ) -> impl Future<Output = Result<u32, StoreError>> + MaybeSend + 'a {
        lane(Self::NAME, "save", in_io(Self::NAME, "save", save(self.pool.clone(), article.clone())))
    }

    /// Removes an article; see [`Repository::delete`](super::Repository::delete).
    #[track_caller]
    pub fn delete(&self, id: u32) -> impl Future<Output = Result<(), StoreError>> + MaybeSend + '_ {
        let pool = self.pool.clone();
        let gone =
            in_io(Self::NAME, "delete", async move { sqlx::query(DELETE).bind(id).execute(&pool).await });
        lane(Self::NAME, "delete", async move {
            match gone.await?.rows_affected() {
                0 => Err(StoreError::Missing { store: Self::NAME, id }),
                _ => Ok(()),
            }
        })
    }
}

async fn save(pool: SqlitePool, article: Article) -> Result<u32, Error> {
    // The first statement writes, so the transaction waits for its turn right there. One that reads first
    // and then wants to write may find that another was faster, and has to be given up: it would need
    // `BEGIN IMMEDIATE`. That is not used where it is not needed, because sqlx 0.8 forgets a transaction
    // whose `begin_with` is dropped before it returns, and the connection stays within it for good.
    let mut transaction = pool.begin().await?;
    let revision: i64 =
        sqlx::query_scalar(UPSERT).bind(article.id).bind(&article.title).fetch_one(&mut *transaction).await?;
    sqlx::query(CLEAR_TAGS).bind(article.id).execute(&mut *transaction).await?;
    let tags = serde_json::to_string(&article.tags).map_err(|error| Error::Encode(error.into()))?;
    sqlx::query(
        "INSERT INTO wakeline_tags (article, position, tag) SELECT $1, key, value FROM json_each($2)",
    )
    .bind(article.id)
    .bind(tags)
    .execute(&mut *transaction)
    .await?;
    // Without this, however the function ends, the transaction is rolled back when it is dropped.
    transaction.commit().await?;
    Ok(sql::count(revision))
}

boxed!(Sqlite);

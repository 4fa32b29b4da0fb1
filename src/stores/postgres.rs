//! PostgreSQL.

use std::str::FromStr;
use std::time::Duration;

use sqlx::Error;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use super::boxed::boxed;
use super::sql::{self, CLEAR_TAGS, DELETE, GET, UPSERT, in_io};
use super::{Article, StoreError, lane};
use crate::runtime::MaybeSend;

/// Two that make the tables at once would be in each other's way, `IF NOT EXISTS` notwithstanding; so
/// they take turns, by a lock whose number is nobody else's. Statements that are sent together are one
/// transaction.
const SCHEMA: &str = "SELECT pg_advisory_xact_lock(7020398103231);
CREATE TABLE IF NOT EXISTS wakeline_articles (
    id bigint PRIMARY KEY, title text NOT NULL, revision bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS wakeline_tags (
    article bigint NOT NULL REFERENCES wakeline_articles ON DELETE CASCADE,
    position bigint NOT NULL, tag text NOT NULL, PRIMARY KEY (article, position)
);";

/// Articles in a PostgreSQL database.
#[derive(Clone, Debug)]
pub struct Postgres {
    pool: PgPool,
}

impl Postgres {
    pub(super) const NAME: &'static str = "postgres";

    /// Connects to the database at `url`, such as `postgres://user:password@host/database`, and makes its
    /// tables if they are not there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when there is no such server, or it does not let us in.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let unavailable = |why| StoreError::Unavailable { store: Self::NAME, why };
        let options = PgConnectOptions::from_str(url).map_err(|error| unavailable(error.to_string()))?;
        let options = options.application_name("wakeline");
        let open = async move {
            let pool = PgPoolOptions::new()
                .max_connections(8)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options)
                .await?;
            sqlx::raw_sql(SCHEMA).execute(&pool).await?;
            Ok(Self { pool })
        };
        in_io(Self::NAME, "open", open).await.map_err(|error| match error {
            StoreError::Failed { why, .. } | StoreError::Lost { why, .. } => unavailable(why),
            error => error,
        })
    }

    /// Returns the connections, for what a repository does not offer. They belong to a tokio runtime of
    /// the store's own.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Reads an article; see [`Repository::get`](super::Repository::get).
    #[track_caller]
    pub fn get(&self, id: u32) -> impl Future<Output = Result<Article, StoreError>> + MaybeSend + '_ {
        let pool = self.pool.clone();
        let rows =
            in_io(Self::NAME, "get", async move { sqlx::query_as(GET).bind(key(id)).fetch_all(&pool).await });
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
            in_io(
                Self::NAME,
                "delete",
                async move { sqlx::query(DELETE).bind(key(id)).execute(&pool).await },
            );
        lane(Self::NAME, "delete", async move {
            match gone.await?.rows_affected() {
                0 => Err(StoreError::Missing { store: Self::NAME, id }),
                _ => Ok(()),
            }
        })
    }
}

async fn save(pool: PgPool, article: Article) -> Result<u32, Error> {
    let mut transaction = pool.begin().await?;
    let revision: i64 = sqlx::query_scalar(UPSERT)
        .bind(key(article.id))
        .bind(&article.title)
        .fetch_one(&mut *transaction)
        .await?;
    sqlx::query(CLEAR_TAGS).bind(key(article.id)).execute(&mut *transaction).await?;
    sqlx::query(
        "INSERT INTO wakeline_tags (article, position, tag) \
         SELECT $1, position, tag FROM unnest($2::text[]) WITH ORDINALITY AS tags (tag, position)",
    )
    .bind(key(article.id))
    .bind(&article.tags)
    .execute(&mut *transaction)
    .await?;
    // Without this, however the function ends, the transaction is rolled back: by sqlx when it is
    // dropped, by the server when the connection is gone.
    transaction.commit().await?;
    Ok(sql::count(revision))
}

/// PostgreSQL's integers have a sign.
fn key(id: u32) -> i64 {
    id.into()
}

boxed!(Postgres);

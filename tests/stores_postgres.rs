//! PostgreSQL does what a repository must, on a real server whose connections are really cut.
#![cfg(all(feature = "postgres", not(target_arch = "wasm32")))]

#[path = "support/conformance.rs"]
mod conformance;
#[path = "support/engines.rs"]
mod engines;
#[path = "support/postgres.rs"]
mod postgres;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use conformance::{Fixture, PROPERTIES};
use engines::{Background, ENGINES};
use postgres::Server;
use sqlx::postgres::{PgPool, PgPoolOptions};
use wakeline::runtime::BoxFuture;
use wakeline::stores::{self, Postgres, Repository, StoreError};

/// A database of its own, in which a lock holds saves between two of their statements.
struct InPostgres {
    background: Arc<Background>,
    url: String,
    /// One connection, for what the test does behind the back of those that it tests.
    own: PgPool,
}

impl InPostgres {
    fn new(server: &Server, background: &Arc<Background>, name: &str) -> Self {
        let (main, url) = (server.url("postgres"), server.url(name));
        let create = format!("CREATE DATABASE {name}");
        let own = background.block_on(async {
            let one = || PgPoolOptions::new().max_connections(1);
            let main = one().connect(&main).await.unwrap();
            sqlx::query(&create).execute(&main).await.unwrap();
            main.close().await;
            one().connect(&url).await.unwrap()
        });
        Self { background: Arc::clone(background), url, own }
    }

    fn execute(&self, sql: &'static str) -> BoxFuture<'_, u64> {
        let own = self.own.clone();
        self.background.run(async move {
            sqlx::raw_sql(sql).execute(&own).await.map(|done| done.rows_affected()).unwrap()
        })
    }
}

/// Those of this database that wait for a lock, which are the saves that [`Fixture::hold`] holds.
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";

impl Fixture for InPostgres {
    fn open(&self) -> BoxFuture<'_, Arc<dyn Repository>> {
        Box::pin(async { Arc::new(Postgres::open(&self.url).await.unwrap()) as Arc<dyn Repository> })
    }

    fn refuse(&self, refuse: bool) -> BoxFuture<'_, ()> {
        let sql = match refuse {
            true => {
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql \
                 AS 'BEGIN RAISE EXCEPTION ''a planned fault''; END'; \
                 CREATE TRIGGER refuse BEFORE INSERT ON wakeline_tags \
                 FOR EACH ROW WHEN (new.position = 20) EXECUTE FUNCTION refuse()"
            }
            false => "DROP FUNCTION refuse CASCADE",
        };
        Box::pin(async move { _ = self.execute(sql).await })
    }

    fn hold(&self) -> BoxFuture<'_, ()> {
        // The article is written by then, its tags are not.
        Box::pin(async { _ = self.execute("BEGIN; LOCK TABLE wakeline_tags").await })
    }

    fn held(&self) -> BoxFuture<'_, ()> {
        let own = self.own.clone();
        self.background.run(async move {
            let waiting = "SELECT count(*) FROM pg_stat_activity \
                           WHERE datname = current_database() AND wait_event_type = 'Lock'";
            // Within a transaction the server shows its activity as it was when it was first looked at.
            let fresh = "SELECT pg_stat_clear_snapshot()";
            for _ in 0..1_000 {
                sqlx::raw_sql(fresh).execute(&own).await.unwrap();
                let count: i64 = sqlx::query_scalar(waiting).fetch_one(&own).await.unwrap();
                if count > 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            panic!("nothing waits for the lock");
        })
    }

    fn cut(&self) -> BoxFuture<'_, bool> {
        Box::pin(async {
            assert_eq!(self.execute(CUT).await, 1, "there is one connection to cut");
            true
        })
    }

    fn release(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { _ = self.execute("ROLLBACK").await })
    }

    fn pause(&self, step: u32) -> BoxFuture<'_, ()> {
        if step == 0 {
            return Box::pin(async {});
        }
        // From 20 µs to 40 ms: however busy the machine is, some are too short and some are long enough.
        let pause = Duration::from_micros(20).mul_f64(1.3_f64.powf(step.into()));
        // tokio's own timers are no finer than a millisecond.
        self.background.run(async move { std::thread::sleep(pause) })
    }
}

/// One test for all: they share a server, which ends with the test.
#[test]
fn postgres_conforms() {
    let server = Server::start();
    let background = Arc::new(Background::new());
    for (number, (name, property)) in PROPERTIES.iter().enumerate() {
        for (engine_number, engine) in ENGINES.into_iter().enumerate() {
            let fixture = InPostgres::new(&server, &background, &format!("d{number}_{engine_number}"));
            engine.run(name, move || Box::pin(async move { property(&fixture).await }));
        }
    }
    what_opens_at_once_makes_its_tables_once(&InPostgres::new(&server, &background, "at_once"));
    what_cannot_be_opened_says_why(&server);
    a_server_that_is_gone_is_a_lost_connection(server, &background);
}

fn what_opens_at_once_makes_its_tables_once(database: &InPostgres) {
    let url = database.url.clone();
    ENGINES[3].run("open", || {
        Box::pin(async move {
            let open = (0..8).map(|_| Postgres::open(&url));
            let opened = futures::future::join_all(open).await;
            assert!(opened.iter().all(Result::is_ok), "{opened:?}");
        })
    });
}

fn what_cannot_be_opened_says_why(server: &Server) {
    let error = |url: String| {
        let opened = ENGINES[0].run("open", || Box::pin(async move { stores::open(&url).await.map(drop) }));
        opened.unwrap_err().to_string()
    };
    assert_eq!(error(server.url("nowhere")), "cannot open `postgres`: database \"nowhere\" does not exist");
    let nobody = error("postgres://me:secret@localhost:1/db?host=%2Fnowhere".to_owned());
    assert!(nobody.starts_with("cannot open `postgres`: ") && !nobody.contains("secret"), "{nobody}");
}

fn a_server_that_is_gone_is_a_lost_connection(server: Server, background: &Arc<Background>) {
    let url = InPostgres::new(&server, background, "gone").url;
    let server = Mutex::new(Some(server));
    let error = ENGINES[0].run("gone", || {
        Box::pin(async move {
            let store = Postgres::open(&url).await.unwrap();
            assert!(matches!(store.get(1).await, Err(StoreError::Missing { .. })));
            drop(server.lock().unwrap().take());
            store.get(1).await.unwrap_err()
        })
    });
    assert!(matches!(error, StoreError::Lost { .. }), "{error:?}");
}

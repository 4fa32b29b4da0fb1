//! Every store does what a repository must, on Wakeline's executor and on tokio.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

#[path = "support/conformance.rs"]
mod conformance;
#[path = "support/engines.rs"]
mod engines;

use std::sync::Arc;
use std::time::Duration;

use conformance::{Fixture, PROPERTIES};
use engines::{Background, ENGINES};
use sqlx::SqlitePool;
use wakeline::runtime::{self, BoxFuture, Config, Instant, Run, sleep};
use wakeline::stores::{self, Article, Fault, Faulty, Memory, Repository, Sqlite, StoreError};
use wakeline::timeline::Model;
use wakeline::trace::End;

/// Runs each property on everything that can run it, with a new store each time.
fn assert_conforms<F: Fixture + 'static>(new: impl Fn() -> F) {
    for (name, property) in PROPERTIES {
        for engine in ENGINES {
            let fixture = Arc::new(new());
            engine.run(name, move || Box::pin(async move { property(&*fixture).await }));
        }
    }
}

/// Latency in place of work: half of it is before a save, half after.
struct InMemory(Arc<Faulty<Memory>>);

const LATENCY: Duration = Duration::from_millis(8);

impl Fixture for InMemory {
    fn open(&self) -> BoxFuture<'_, Arc<dyn Repository>> {
        let store: Arc<dyn Repository> = self.0.clone();
        Box::pin(async { store })
    }

    fn refuse(&self, refuse: bool) -> BoxFuture<'_, ()> {
        self.0.arm(0, if refuse { 2 } else { 0 });
        Box::pin(async {})
    }

    fn hold(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }

    fn held(&self) -> BoxFuture<'_, ()> {
        Box::pin(sleep(LATENCY / 4))
    }

    fn cut(&self) -> BoxFuture<'_, bool> {
        Box::pin(async { false })
    }

    fn release(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }

    fn pause(&self, step: u32) -> BoxFuture<'_, ()> {
        Box::pin(sleep(LATENCY * step / 20))
    }
}

#[test]
fn memory_conforms() {
    assert_conforms(|| InMemory(Arc::new(Faulty::new(Memory::new(LATENCY), Fault::Refused))));
}

/// A database whose triggers refuse saves, or keep them busy, between two of their statements.
struct InSqlite {
    background: Background,
    /// What the test does behind the back of those that it tests.
    own: Sqlite,
    file: Option<tempfile::TempDir>,
}

impl InSqlite {
    fn new(in_file: bool) -> Self {
        let background = Background::new();
        let file = in_file.then(|| tempfile::tempdir().unwrap());
        let own = background.block_on(open(&file)).unwrap();
        Self { background, own, file }
    }

    fn execute(&self, sql: &'static str) -> BoxFuture<'_, ()> {
        let pool: SqlitePool = self.own.pool().clone();
        self.background.run(async move { sqlx::raw_sql(sql).execute(&pool).await.map(|_| ()).unwrap() })
    }
}

async fn open(file: &Option<tempfile::TempDir>) -> Result<Sqlite, StoreError> {
    match file {
        Some(file) => Sqlite::open(&format!("sqlite:{}", file.path().join("articles.db").display())).await,
        None => Sqlite::open_default().await,
    }
}

impl Fixture for InSqlite {
    fn open(&self) -> BoxFuture<'_, Arc<dyn Repository>> {
        Box::pin(async {
            let store = match self.file {
                Some(_) => open(&self.file).await.unwrap(),
                None => self.own.clone(),
            };
            Arc::new(store) as Arc<dyn Repository>
        })
    }

    fn refuse(&self, refuse: bool) -> BoxFuture<'_, ()> {
        self.execute(match refuse {
            true => {
                "CREATE TRIGGER refuse AFTER INSERT ON wakeline_tags WHEN new.position = 20 \
                 BEGIN SELECT RAISE(ABORT, 'a planned fault'); END"
            }
            false => "DROP TRIGGER refuse",
        })
    }

    fn hold(&self) -> BoxFuture<'_, ()> {
        self.execute(
            "CREATE VIEW endless AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) \
             SELECT max(i) AS i FROM n; \
             CREATE TRIGGER hold AFTER INSERT ON wakeline_tags WHEN new.position = 20 \
             BEGIN SELECT i FROM endless; END",
        )
    }

    fn held(&self) -> BoxFuture<'_, ()> {
        self.background.run(async move { tokio::time::sleep(Duration::from_millis(50)).await })
    }

    fn cut(&self) -> BoxFuture<'_, bool> {
        Box::pin(async { false })
    }

    fn release(&self) -> BoxFuture<'_, ()> {
        self.execute("DROP TRIGGER hold; DROP VIEW endless")
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

#[test]
fn sqlite_in_memory_conforms() {
    assert_conforms(|| InSqlite::new(false));
}

#[test]
fn sqlite_in_a_file_conforms() {
    assert_conforms(|| InSqlite::new(true));
}

#[test]
fn a_closed_database_says_so() {
    for engine in ENGINES {
        let error = engine.run("closed", || {
            Box::pin(async {
                let store = Sqlite::open_default().await.unwrap();
                store.close().await;
                store.save(&Article::new(1, "late", &[])).await.unwrap_err()
            })
        });
        assert!(matches!(error, StoreError::Lost { store: "sqlite", .. }), "{error:?}");
    }
}

#[test]
fn what_is_no_database_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("text.db");
    std::fs::write(&file, "This is no database, although it is long enough to be one. ".repeat(40)).unwrap();
    let open = |url: String| {
        let opened =
            ENGINES[0].run("open", move || Box::pin(async move { stores::open(&url).await.map(drop) }));
        opened.unwrap_err().to_string()
    };
    assert_eq!(open(format!("sqlite:{}", file.display())), "cannot open `sqlite`: file is not a database");
    let nowhere = folder.path().join("nowhere").join("articles.db");
    assert_eq!(
        open(format!("sqlite:{}", nowhere.display())),
        "cannot open `sqlite`: unable to open database file"
    );
    assert_eq!(
        open("mysql://me:secret@host/db".to_owned()),
        "cannot open `store`: use an address that begins with `sqlite:` or `postgres://`, or none"
    );
}

#[test]
fn a_connection_lost_on_the_way_back_leaves_what_was_saved() {
    for (fault, kept) in [(Fault::LostBefore, None), (Fault::LostAfter, Some(1)), (Fault::Refused, None)] {
        let store = Faulty::new(Memory::default(), fault);
        store.arm(0, 1);
        let (error, found) = ENGINES[0].run("faulty", move || {
            Box::pin(async move {
                let error = store.save(&Article::new(1, "news", &[])).await.unwrap_err();
                (error, store.get(1).await.ok().map(|article| article.revision))
            })
        });
        assert_eq!(matches!(error, StoreError::Lost { .. }), fault != Fault::Refused, "{error}");
        assert_eq!(found, kept, "{fault:?}");
    }
}

#[test]
fn each_call_is_a_lane_with_the_stores_name_and_virtual_time_waits_for_it() {
    let mut run = Run::new(Config::default(), || {
        Box::pin(async {
            let store = Sqlite::open_default().await.unwrap();
            let store: &dyn Repository = &store;
            let _ = store.get(1).await;
            store.save(&Article::new(1, "news", &[])).await.unwrap();
            store.delete(1).await.unwrap();
            Instant::now().as_nanos()
        })
    });
    let mut model = Model::new();
    runtime::block_on(&mut run, 1_000, |frame| model.apply(&frame));
    assert_eq!(run.take_output().unwrap().unwrap(), 0, "real time is no virtual time");
    let ends = model.lanes().iter().skip(1).map(|lane| {
        let end = lane.end.as_ref().expect("the call has ended");
        (&*lane.name, end.end, model.text(end.message))
    });
    let expected = [
        ("sqlite get", End::Failed, "`sqlite` has no article `1`"),
        ("sqlite save", End::Completed, ""),
        ("sqlite delete", End::Completed, ""),
    ];
    assert!(ends.eq(expected), "{:?}", model.lanes());
}

//! SQLite databases whose saves can be refused, and held, between two of their statements.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use futures::channel::oneshot;
use sqlx::SqlitePool;
use wakeline::runtime::{BoxFuture, io};
use wakeline::stores::{Repository, Sqlite};

use crate::conformance::Fixture;
use crate::engines::Background;

pub struct InSqlite {
    background: Background,
    /// What the test does behind the back of those that it tests.
    own: Sqlite,
    file: Option<tempfile::TempDir>,
    /// The store that was opened last: the one that is tested.
    opened: Mutex<Sqlite>,
    gate: Mutex<Arc<Gate>>,
}

/// Where a save stops and waits. SQLite calls on its own thread, in the middle of a statement.
#[derive(Default)]
struct Gate {
    state: Mutex<Passing>,
    opens: Condvar,
    arrived: Mutex<Vec<oneshot::Sender<()>>>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Passing {
    #[default]
    Closed,
    Open,
    /// Open, and the statement ends in an error there.
    Interrupted,
}

impl Gate {
    /// Waits until it opens; returns whether the statement goes on.
    fn pass(&self) -> bool {
        // Who is not waited for any more has gone away.
        for arrived in self.arrived.lock().unwrap().drain(..) {
            // Whoever waited may be gone.
            let _ = arrived.send(());
        }
        let closed = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *self.opens.wait_while(closed, |state| *state == Passing::Closed).unwrap() == Passing::Open
    }

    fn open(&self, passing: Passing) {
        *self.state.lock().unwrap() = passing;
        self.opens.notify_all();
    }
}

impl InSqlite {
    pub fn new(in_file: bool) -> Self {
        let background = Background::new();
        let file = in_file.then(|| tempfile::tempdir().unwrap());
        let own = background.block_on(Sqlite::open(&url(&file))).unwrap();
        let opened = Mutex::new(own.clone());
        Self { background, own, file, opened, gate: Mutex::default() }
    }

    pub async fn open_sqlite(&self) -> Sqlite {
        let store = match self.file {
            Some(_) => Sqlite::open(&url(&self.file)).await.unwrap(),
            // Opened once more it would be another database.
            None => self.own.clone(),
        };
        *self.opened.lock().unwrap() = store.clone();
        store
    }

    fn execute(&self, sql: &'static str) -> BoxFuture<'_, ()> {
        let pool: SqlitePool = self.own.pool().clone();
        self.background.run(async move { sqlx::raw_sql(sql).execute(&pool).await.map(|_| ()).unwrap() })
    }

    fn gate(&self) -> Arc<Gate> {
        Arc::clone(&self.gate.lock().unwrap())
    }

    /// Lets the save that is held end in an error where it stands.
    pub fn interrupt(&self) -> BoxFuture<'_, ()> {
        self.gate().open(Passing::Interrupted);
        self.forget_trigger()
    }

    fn forget_trigger(&self) -> BoxFuture<'_, ()> {
        self.execute("DROP TRIGGER hold; DROP VIEW long")
    }
}

fn url(file: &Option<tempfile::TempDir>) -> String {
    let in_memory = || "sqlite::memory:".to_owned();
    file.as_ref()
        .map_or_else(in_memory, |file| format!("sqlite:{}", file.path().join("articles.db").display()))
}

impl Fixture for InSqlite {
    fn open(&self) -> BoxFuture<'_, Arc<dyn Repository>> {
        Box::pin(async { Arc::new(self.open_sqlite().await) as Arc<dyn Repository> })
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

    /// Half of the tags are written by then. A trigger makes work for so many steps of SQLite's machine
    /// that its progress is asked for there, and nowhere else.
    fn hold(&self) -> BoxFuture<'_, ()> {
        let gate = Arc::new(Gate::default());
        *self.gate.lock().unwrap() = Arc::clone(&gate);
        let pool = self.opened.lock().unwrap().pool().clone();
        let watch = self.background.run(async move {
            let mut connection = pool.acquire().await.unwrap();
            connection.lock_handle().await.unwrap().set_progress_handler(20_000, move || gate.pass());
        });
        let trigger = self.execute(
            "CREATE VIEW long AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
             SELECT max(i) AS i FROM n; \
             CREATE TRIGGER hold AFTER INSERT ON wakeline_tags WHEN new.position = 20 BEGIN SELECT i FROM long; END",
        );
        Box::pin(async {
            trigger.await;
            watch.await;
        })
    }

    fn held(&self) -> BoxFuture<'_, ()> {
        let (arrived, arrives) = oneshot::channel();
        self.gate().arrived.lock().unwrap().push(arrived);
        Box::pin(async { io("the test", arrives).await.unwrap() })
    }

    fn cut(&self) -> BoxFuture<'_, bool> {
        // There is no connection that could be lost on the way to a library.
        Box::pin(async { false })
    }

    fn release(&self) -> BoxFuture<'_, ()> {
        self.gate().open(Passing::Open);
        self.forget_trigger()
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

//! A pool of connections: a permit is the right to one, and a guard hands the connection back.
//!
//! Two things are given out and two are given back. The order in which they come back is all there is to it:
//! the connection first, then the permit that says that there is one.

// region: shown
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use crate::net::{FetchError, Network};
use crate::sync::{AcquireError, OwnedSemaphorePermit, ResourceExt, Semaphore};

#[derive(Debug)]
pub struct Pool {
    permits: Arc<Semaphore>,
    /// A plain lock: it is held for a `push` or a `pop`, never across an `await`.
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub fn new(connections: Vec<Connection>) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(connections.len()).named("pool"));
        Arc::new(Self { permits, idle: Mutex::new(connections) })
    }

    /// Waits for its turn. The permit comes first, so whoever has one finds a connection.
    pub async fn acquire(self: Arc<Self>) -> Result<Guard, AcquireError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await?;
        let connection = self.idle(Vec::pop).expect("permit without a connection");
        Ok(Guard { connection: Some(connection), pool: self, _permit: permit })
    }

    fn idle<R>(&self, with: impl FnOnce(&mut Vec<Connection>) -> R) -> R {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let result = with(&mut idle);
        value("idle connections", idle.len());
        result
    }
}

/// A borrowed connection. Permit and connection are one value, so neither can be kept without the other.
#[derive(Debug)]
pub struct Guard {
    connection: Option<Connection>,
    pool: Arc<Pool>,
    /// Given back when the fields are dropped, which is after `drop`.
    _permit: OwnedSemaphorePermit,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.idle(|idle| idle.push(connection));
        }
    }
}

impl Deref for Guard {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("only `drop` takes it out")
    }
}

pub async fn handler(pool: Arc<Pool>, network: Network, queries: usize) -> Result<(), PoolError> {
    for query in 1..=queries {
        let connection = Arc::clone(&pool).acquire().await?;
        connection.query(&network, query).await?;
    } // The guard goes at the end of each round: nobody keeps a connection while it has nothing to ask.
    Ok(())
}
// endregion

/// A connection to a database.
#[derive(Debug)]
pub struct Connection {
    number: usize,
}

impl Connection {
    pub(super) fn open(number: usize) -> Self {
        Self { number }
    }

    #[track_caller]
    pub(super) fn query(
        &self,
        network: &Network,
        query: usize,
    ) -> impl Future<Output = Result<Document, FetchError>> + use<> {
        network.get(&format!("data/1.json?connection={}&query={query}", self.number))
    }
}

/// Why a handler could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// Nobody can have a permit any more.
    #[error("the pool is closed")]
    Closed(#[from] AcquireError),
    /// The database did not answer.
    #[error("a query failed")]
    Query(#[from] FetchError),
    /// A handler panicked.
    #[error("a handler did not come to its end")]
    Handler(#[from] JoinError),
}

use crate::net::Document;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::{BoxFuture, FutureExt, JoinError, JoinSet};
use crate::trace::current::value;

/// The catalogue's entry.
///
/// # What it does
///
/// A semaphore has as many permits as there are connections. `acquire` waits for a permit and then takes a
/// connection from the list. The guard holds both; its `drop` puts the connection back, and only then are its
/// fields dropped, the permit among them. So at no instant is there a permit to be had without a connection
/// to go with it.
///
/// # When to use it
///
/// For whatever there are few of and that is costly to make: connections, GPU slots, licences. Before you
/// write one look at `deadpool`, `bb8` or the pool of your database crate, which also check and recycle. A
/// bare semaphore is enough if there is nothing to hand out but the right to go on.
///
/// # What goes wrong without it
///
/// Without a limit the database refuses the 101st client, at the busiest hour. With a permit and a connection
/// kept apart somebody will sooner or later keep one and lose the other: an early `?` between them, a panic,
/// a dropped future. In a guard the drop does it on all three ways. If the way back must await something, a
/// `ROLLBACK` say, move the permit into that task too.
///
/// # What to watch
///
/// On the lane of `pool`: permits in use, and who waits, served in the order in which they came. A handler
/// that gives its connection back wakes the next in the queue; one that asks again goes to its end. `idle
/// connections` is never less than the free permits. Switch to the pitfall: the same handlers, and a
/// connection that comes back a moment after its permit.
pub const PATTERN: Pattern = Pattern {
    id: "semaphore-pool",
    chapter: Chapter::Shared,
    title: "Connection pool",
    summary: "Handlers share a few connections. A semaphore says who may have one, and a guard hands it back \
              when it is dropped: the connection first, the permit after it.",
    params: &[
        Param {
            name: "handlers",
            label: "Handlers",
            help: "How many tasks want connections.",
            kind: Kind::Count { min: 0, max: 1000, default: 4 },
        },
        Param {
            name: "connections",
            label: "Connections",
            help: "How many there are.",
            kind: Kind::Count { min: 1, max: 100, default: 2 },
        },
        Param {
            name: "queries",
            label: "Queries",
            help: "How many the first handler makes, with a connection for each; the next makes one more, and so on.",
            kind: Kind::Count { min: 0, max: 100, default: 1 },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long a query takes at least.",
            kind: Kind::Millis { min: 0, max: 5000, default: 20 },
        },
        Param {
            name: "spread",
            label: "Spread",
            help: "How much longer it may take, drawn from the seed.",
            kind: Kind::Millis { min: 0, max: 5000, default: 0 },
        },
        Param {
            name: "failures",
            label: "Failures",
            help: "How many of a hundred queries are an error, which ends the run; no connection is lost by it.",
            kind: Kind::Percent { default: 0 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/shared/semaphore_pool.rs",
    source: source!("shared/semaphore_pool.rs"),
    spelling: &[
        ("sync::Semaphore", "tokio::sync::Semaphore"),
        ("sync::OwnedSemaphorePermit", "tokio::sync::OwnedSemaphorePermit"),
        ("runtime::spawn", "tokio::spawn"),
        ("runtime::JoinSet", "tokio::task::JoinSet"),
        ("network.get(url)", "a query of sqlx or tokio-postgres"),
        (".named(…)", "nothing: it only names the lane"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: Some(&super::semaphore_pool_pitfall::PITFALL),
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let pool = Pool::new((1..=scene.values.count("connections")).map(Connection::open).collect());
    let outcome = serve(&scene, |network, queries| Box::pin(handler(Arc::clone(&pool), network, queries)));
    let outcome = outcome.await?;
    let permits = pool.permits.available_permits();
    Ok(outcome.fact("permits", permits).fact("idle connections", pool.idle(|idle| idle.len())))
}

/// Runs the handlers of either twin, and ends with the first that goes wrong.
pub(super) async fn serve(
    scene: &Scene,
    mut handler: impl FnMut(Network, usize) -> BoxFuture<'static, Result<(), PoolError>>,
) -> Result<Outcome, PatternError> {
    let (handlers, queries) = (scene.values.count("handlers"), scene.values.count("queries"));
    let network = scene.network();
    let mut set = JoinSet::new();
    let mut all = 0;
    for more in 0..handlers {
        let future = handler(network.clone(), queries + more);
        set.build_task().name(format!("handler {}", more + 1)).spawn(future.record_err());
        all += queries + more;
    }
    while let Some(joined) = set.join_next().await {
        if let Err(error) = joined.map_err(PoolError::from).and_then(|done| done) {
            // The others are stopped where they stand; what they hold is back when this returns.
            set.shutdown().await;
            return Err(PatternError::new(&error));
        }
    }
    Ok(Outcome::new(format!("{handlers} handlers made {all} queries")).fact("queries", all))
}

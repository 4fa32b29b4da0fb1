//! A pool that nobody waits for without end, and that can be closed.
//!
//! Whoever gives up leaves the queue, and takes nothing along: a wait for a permit is a future, and dropping
//! it puts everything back, even a permit that was just being handed over.

// region: shown
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::net::{FetchError, Network};
use crate::runtime::timeout;
use crate::sync::{OwnedSemaphorePermit, ResourceExt, Semaphore};
use crate::trace::Level;
use crate::trace::current::{log, value};

impl Pool {
    /// The pool's own patience, for all alike: a caller cannot forget it.
    pub async fn acquire(self: Arc<Self>) -> Result<Guard, AcquireError> {
        let permit = Arc::clone(&self.permits).acquire_owned();
        let permit = match timeout(self.patience, permit).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_closed)) => return Err(AcquireError::Closed),
            // The wait was dropped in the queue, wherever in it that was; those behind it move up.
            Err(_elapsed) => return Err(AcquireError::TimedOut { patience: self.patience }),
        };
        // The pool may have been closed between the permit's being handed over and this very poll.
        let connection = self.stock(Stock::lend).ok_or(AcquireError::Closed)?;
        Ok(Guard { connection: Some(connection), pool: self, _permit: permit })
    }

    /// From now on nobody gets in, and whoever waits is told at once. What is lent out is used to its end.
    pub fn close(&self) {
        self.stock(Stock::close);
        self.permits.close();
    }

    fn stock<R>(&self, with: impl FnOnce(&mut Stock) -> R) -> R {
        let mut stock = self.stock.lock().unwrap_or_else(PoisonError::into_inner);
        let result = with(&mut stock);
        value("connections", &*stock); // Never more and never fewer, whatever was dropped where.
        result
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.stock(|stock| stock.take_back(connection));
        }
    } // The permit is a field: it goes after this.
}

pub async fn client(pool: Arc<Pool>, network: Network, queries: usize) -> Result<Counts, FetchError> {
    let mut counts = Counts::default();
    for query in 1..=queries {
        match Arc::clone(&pool).acquire().await {
            Ok(connection) => {
                connection.query(&network, query).await?;
                counts.served += 1;
            }
            // An answer like any other: status 503, and quickly. The next request may find less of a crowd.
            Err(error @ AcquireError::TimedOut { .. }) => {
                log(Level::Warn, error);
                counts.timed_out += 1;
            }
            Err(error @ AcquireError::Closed) => {
                log(Level::Warn, error);
                counts.refused += queries - query + 1;
                break;
            }
        }
    }
    Ok(counts)
}
// endregion

/// Connections, the right to have one, and how long anybody waits for it.
#[derive(Debug)]
pub struct Pool {
    permits: Arc<Semaphore>,
    /// A plain lock: it is never held across an `await`.
    stock: Mutex<Stock>,
    patience: Duration,
}

impl Pool {
    fn new(connections: usize, patience: Duration) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(connections).named("pool"));
        let idle = (1..=connections).map(|number| Connection { number }).collect();
        let stock = Mutex::new(Stock { idle, ..Stock::default() });
        Arc::new(Self { permits, stock, patience })
    }
}

/// Where the connections are.
#[derive(Debug, Default)]
struct Stock {
    idle: Vec<Connection>,
    lent: usize,
    closed: usize,
    is_closed: bool,
}

impl Stock {
    fn lend(&mut self) -> Option<Connection> {
        let connection = self.idle.pop()?;
        self.lent += 1;
        Some(connection)
    }

    fn take_back(&mut self, connection: Connection) {
        self.lent -= 1;
        if self.is_closed {
            self.closed += 1;
        } else {
            self.idle.push(connection);
        }
    }

    fn close(&mut self) {
        self.is_closed = true;
        self.closed += self.idle.drain(..).count();
    }
}

impl fmt::Display for Stock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lent, {} idle, {} closed", self.lent, self.idle.len(), self.closed)
    }
}

/// A connection to a database.
#[derive(Debug)]
pub struct Connection {
    number: usize,
}

impl Connection {
    #[track_caller]
    fn query(
        &self,
        network: &Network,
        query: usize,
    ) -> impl Future<Output = Result<Document, FetchError>> + use<> {
        network.get(&format!("data/1.json?connection={}&query={query}", self.number))
    }
}

/// A borrowed connection.
#[derive(Debug)]
pub struct Guard {
    connection: Option<Connection>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Deref for Guard {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("only `drop` takes it out")
    }
}

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcquireError {
    /// All are in use, for too long.
    #[error("no connection was free within `{}` ms", patience.as_millis())]
    TimedOut {
        /// How long was waited.
        patience: Duration,
    },
    /// There are none any more.
    #[error("the pool is closed")]
    Closed,
}

/// What became of a client's queries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    served: usize,
    timed_out: usize,
    refused: usize,
}

use std::fmt;

use crate::net::Document;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::{Builder, FutureExt, JoinSet, sleep};

/// The catalogue's entry.
///
/// # What it does
///
/// `timeout` around the wait for a permit. When the time is up the wait is dropped, and its place in the
/// queue with it; if its permit was on the way already, that goes to the next. `close` wakes every waiter
/// with an error, and lets those who hold something finish.
///
/// # When to use it
///
/// For every pool in front of something that can be slow, which is every pool. The patience belongs to the
/// pool, not to the callers, since the one call that forgot it is the one that hangs; and it is shorter than
/// the deadline of a request, so that there is time left to say why. Keep it apart from the limit of the
/// query: *pool exhausted* and *query slow* are different pages at 3 a.m.
///
/// # What goes wrong without it
///
/// When the database slows down, the queue for connections grows without a limit and every request in it is
/// older than its client's patience: the pool then works only for people who have left. A timeout that is
/// built by hand around a channel or a counter tends to lose a permit when time-up and hand-over meet; after
/// a week the pool has size 0. And without `close` a shutdown waits for waiters who wait for it.
///
/// # What to watch
///
/// On the lane of `pool`: who waits, and who gives up after the patience, from the middle of the queue too.
/// `connections` adds up to the same number at every instant. Set the patience to 0: only what is free at
/// once is served. Close the pool at 50 ms: all waiters are refused in that instant, and the connections that
/// are lent come back to be closed.
pub const PATTERN: Pattern = Pattern {
    id: "pool-timeout",
    chapter: Chapter::Shared,
    title: "Pool with a timeout",
    summary: "More clients than connections. Whoever has waited long enough leaves the queue with an error, and \
              a pool that is closed turns everybody away at once. No permit is ever lost by it.",
    params: &[
        Param {
            name: "clients",
            label: "Clients",
            help: "How many tasks want connections.",
            kind: Kind::Count { min: 0, max: 1000, default: 5 },
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
            help: "How many each client makes.",
            kind: Kind::Count { min: 0, max: 100, default: 2 },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long a query takes at least.",
            kind: Kind::Millis { min: 0, max: 5000, default: 30 },
        },
        Param {
            name: "spread",
            label: "Spread",
            help: "How much longer it may take, drawn from the seed.",
            kind: Kind::Millis { min: 0, max: 5000, default: 20 },
        },
        Param {
            name: "patience",
            label: "Patience",
            help: "How long the pool lets anybody wait.",
            kind: Kind::Millis { min: 0, max: 60_000, default: 50 },
        },
        Param {
            name: "close",
            label: "Closed at",
            help: "When the pool is closed; 0 is never.",
            kind: Kind::Millis { min: 0, max: 60_000, default: 0 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/shared/pool_timeout.rs",
    source: source!("shared/pool_timeout.rs"),
    spelling: &[
        ("sync::Semaphore", "tokio::sync::Semaphore"),
        ("sync::OwnedSemaphorePermit", "tokio::sync::OwnedSemaphorePermit"),
        ("runtime::timeout", "tokio::time::timeout"),
        ("network.get(url)", "a query of sqlx or tokio-postgres"),
        ("trace::current::log, value", "tracing::warn!, a gauge of your metrics"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let values = &scene.values;
    let pool = Pool::new(values.count("connections"), values.millis("patience"));
    let (network, queries) = (scene.network(), values.count("queries"));
    let mut clients = JoinSet::new();
    for number in 1..=values.count("clients") {
        let client = client(Arc::clone(&pool), network.clone(), queries);
        clients.build_task().name(format!("client {number}")).spawn(client.record_err());
    }
    let close = values.millis("close");
    let closing = (!close.is_zero()).then(|| {
        let pool = Arc::clone(&pool);
        Builder::new().name("closing").spawn(async move {
            sleep(close).await;
            pool.close();
        })
    });
    let mut all = Counts::default();
    while let Some(joined) = clients.join_next().await {
        let counts = joined.map_err(|error| PatternError::new(&error))?;
        let counts = counts.map_err(|error| PatternError::new(&error))?;
        all.served += counts.served;
        all.timed_out += counts.timed_out;
        all.refused += counts.refused;
    }
    if let Some(closing) = closing {
        closing.await.map_err(|error| PatternError::new(&error))?;
    }
    let permits = pool.permits.available_permits();
    Ok(Outcome::new(format!(
        "{} queries served, {} timed out, {} refused; {permits} permits are free again",
        all.served, all.timed_out, all.refused
    ))
    .fact("served", all.served)
    .fact("timed out", all.timed_out)
    .fact("refused", all.refused)
    .fact("permits", permits))
}

//! The pool as it is commonly written: the guard's `drop` cannot await the lock, so it spawns a task that can.
//!
//! The task returns the connection *later*, when its turn comes. The permit is a field of the guard, and goes
//! back now.

// region: shown
use std::ops::Deref;
use std::sync::Arc;

use super::semaphore_pool::{Connection, PoolError};
use crate::net::Network;
use crate::runtime::Builder;
use crate::sync::{AcquireError, Mutex, OwnedSemaphorePermit, ResourceExt, Semaphore};

#[derive(Debug)]
pub struct Pool {
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub fn new(connections: Vec<Connection>) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(connections.len()).named("pool"));
        Arc::new(Self { permits, idle: Mutex::new(connections).named("idle connections") })
    }

    pub async fn acquire(self: Arc<Self>) -> Result<Guard, AcquireError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await?;
        let connection = self.idle.lock().await.pop().expect("permit without a connection");
        Ok(Guard { connection: Some(connection), pool: self, _permit: permit })
    }
}

#[derive(Debug)]
pub struct Guard {
    connection: Option<Connection>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let pool = Arc::clone(&self.pool);
            Builder::new().name("return").spawn(async move {
                pool.idle.lock().await.push(connection);
            });
        }
    } // Here the permit goes back. The task above has only been queued.
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
    }
    Ok(())
}
// endregion

use super::semaphore_pool::serve;
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};
use crate::runtime::FutureExt;

/// The twin of the catalogue's entry.
pub const PITFALL: Pitfall = Pitfall {
    title: "The permit is back before the connection",
    explanation: "The lock around the list is async and `drop` is not, so `drop` spawns a task to take it. The permit \
                  does not wait for that task: it is released as soon as `drop` returns, and whoever gets it may \
                  run before the connection is back. Tests on one thread rarely notice, since there the task that \
                  was spawned first runs first. Here the default run breaks all the same, under `fifo` and with \
                  any seed: towards the end nobody waits, and `handler 3` gives back and asks again within one \
                  poll. Under `random`, seed 1, it is a waiter: `handler 2` wakes `handler 4` with its permit, and \
                  that is polled before `return`. tokio on several threads does so nearly always, because a \
                  worker begins with what was woken *last*. Instead, put the connection back in `drop` itself, under a plain lock: \
                  fields, and so the permit, are dropped after that. If the way back must await something, move \
                  the permit into the task, behind the connection.",
    file: "src/patterns/shared/semaphore_pool_pitfall.rs",
    source: source!("shared/semaphore_pool_pitfall.rs"),
    start: |scene| Box::pin(run(scene).record_err()),
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let pool = Pool::new((1..=scene.values.count("connections")).map(Connection::open).collect());
    serve(&scene, |network, queries| Box::pin(handler(Arc::clone(&pool), network, queries))).await
}

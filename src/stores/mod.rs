//! Where articles are kept: one trait, and the stores behind it.
//!
//! | store | where | data |
//! |---|---|---|
//! | [`Memory`] | everywhere | in the program; its latency is simulated, so it is at home in virtual time |
//! | `IndexedDb` | browser | the page's own database, which outlives the page |
//! | `Sqlite` | native | a file, or a database in memory |
//! | `Postgres` | feature `postgres` | a server |
//!
//! [`Embedded`] is whichever of IndexedDB and SQLite this program has. Every store passes one
//! conformance suite (`tests/stores`, and `tests/web_stores.rs` in the browser):
//!
//! - `save` is an upsert and happens as a whole or not at all, tags included;
//! - saves to one id are serialised: the last one wins, no reader sees a mixture of two, and
//!   revisions count them;
//! - dropping the future of a call cancels it: the old value is there or the new one, whole;
//! - a connection that is lost on the way is an error that says so, and leaves nothing half written.
//!
//! A store that does real input and output does it by [`io`](crate::runtime::io), for which virtual
//! time waits, and every call is a lane with the store's name, such as `sqlite get`.

#[cfg(not(any(target_arch = "wasm32", feature = "native")))]
mod absent;
mod boxed;
mod faulty;
#[cfg(target_arch = "wasm32")]
mod indexed_db;
#[cfg(target_arch = "wasm32")]
mod indexed_db_value;
mod memory;
mod open;
#[cfg(all(feature = "postgres", not(target_arch = "wasm32")))]
mod postgres;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod sql;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod sqlite;

use thiserror::Error;

#[cfg(not(any(target_arch = "wasm32", feature = "native")))]
pub use absent::Absent as Embedded;
pub use faulty::{Fault, Faulty};
#[cfg(target_arch = "wasm32")]
pub use indexed_db::{IndexedDb, IndexedDb as Embedded};
pub use memory::Memory;
pub use open::open;
#[cfg(all(feature = "postgres", not(target_arch = "wasm32")))]
pub use postgres::Postgres;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub use sqlite::{Sqlite, Sqlite as Embedded};

use crate::runtime::{BoxFuture, FutureExt as _, MaybeSend, MaybeSync};

/// What is kept. Its tags are rows of their own in a relational store, so that a save is more than one
/// statement there, as most are.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Article {
    /// Its key.
    pub id: u32,
    /// Its title.
    pub title: String,
    /// Its tags, in their order.
    pub tags: Vec<String>,
    /// How often it was saved, when it was read. Saving counts by itself and does not look at this.
    pub revision: u32,
}

impl Article {
    /// Creates an article that was never saved.
    pub fn new(id: u32, title: impl Into<String>, tags: &[&str]) -> Self {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        Self { id, title: title.into(), tags, revision: 0 }
    }
}

/// A collection of articles that can be passed about as `&dyn Repository`.
///
/// A trait with `async fn` has no `dyn`: each implementation's future is a type of its own, of its own
/// size, and a vtable has no room for it. So every method returns a boxed future, which is what the
/// macro of the crate `async-trait` writes too.
pub trait Repository: MaybeSend + MaybeSync {
    /// Returns the store's name, such as `sqlite`.
    fn name(&self) -> &'static str;

    /// Reads an article.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is none with this id, and whatever the store runs into.
    fn get(&self, id: u32) -> BoxFuture<'_, Result<Article, StoreError>>;

    /// Inserts an article or replaces the one with its id; returns which revision it is now: `1` for one
    /// that is new.
    ///
    /// # Errors
    ///
    /// Whatever the store runs into. After anything but [`StoreError::Lost`] nothing was written.
    fn save<'a>(&'a self, article: &'a Article) -> BoxFuture<'a, Result<u32, StoreError>>;

    /// Removes an article.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is none with this id, and whatever the store runs into.
    fn delete(&self, id: u32) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// Why a store did not do what it was asked to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// There is no such article.
    #[error("`{store}` has no article `{id}`")]
    Missing {
        /// The store's name.
        store: &'static str,
        /// What was looked for.
        id: u32,
    },
    /// The store said no, and nothing was written.
    #[error("`{store}` refused: {why}")]
    Failed {
        /// The store's name.
        store: &'static str,
        /// What it said.
        why: String,
    },
    /// The connection was lost before the answer came. Nobody here can know whether a save went
    /// through: read before saving again.
    #[error("lost the connection to `{store}`: {why}")]
    Lost {
        /// The store's name.
        store: &'static str,
        /// What is known about it.
        why: String,
    },
    /// The store could not be opened.
    #[error("cannot open `{store}`: {why}")]
    Unavailable {
        /// The store's name.
        store: &'static str,
        /// What is known about it, and the remedy where there is one.
        why: String,
    },
}

/// Draws a call on a lane of its own, which belongs to the lane that makes the call.
#[track_caller]
fn lane<'a, T>(
    store: &'static str,
    call: &'static str,
    future: impl Future<Output = Result<T, StoreError>> + MaybeSend + 'a,
) -> impl Future<Output = Result<T, StoreError>> + MaybeSend + 'a
where
    T: MaybeSend + 'a,
{
    future.record_err().named(format!("{store} {call}"))
}

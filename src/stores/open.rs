//! Opens a store by its address.

use super::{Embedded, Repository, StoreError};

/// Opens the store at `url`: the program's own embedded one if it is empty.
///
/// | address | store |
/// |---|---|
/// | (empty) | IndexedDB in the browser; natively a SQLite database in memory, which ends with the store |
/// | `sqlite:articles.db` | a SQLite file, made if it is not there; native |
/// | `postgres://user:password@host/database` | a PostgreSQL server; feature `postgres` |
///
/// # Errors
///
/// [`StoreError::Unavailable`] when this program has no such store, or it cannot be reached.
pub async fn open(url: &str) -> Result<Box<dyn Repository>, StoreError> {
    match url.split_once(':') {
        None if url.is_empty() => Ok(Box::new(Embedded::open_default().await?)),
        Some(("sqlite", _)) => sqlite(url).await,
        Some(("postgres" | "postgresql", _)) => postgres(url).await,
        // Not the address itself: it may hold a password.
        _ => unavailable("store", "use an address that begins with `sqlite:` or `postgres://`, or none"),
    }
}

fn unavailable(store: &'static str, why: &str) -> Result<Box<dyn Repository>, StoreError> {
    Err(StoreError::Unavailable { store, why: why.to_owned() })
}

#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
async fn sqlite(url: &str) -> Result<Box<dyn Repository>, StoreError> {
    Ok(Box::new(super::Sqlite::open(url).await?))
}

#[cfg(target_arch = "wasm32")]
async fn sqlite(_url: &str) -> Result<Box<dyn Repository>, StoreError> {
    unavailable("sqlite", "a page has IndexedDB in its place; leave the address empty")
}

#[cfg(not(any(target_arch = "wasm32", feature = "native")))]
async fn sqlite(_url: &str) -> Result<Box<dyn Repository>, StoreError> {
    unavailable("sqlite", "it is not part of this build; build with `--features native`")
}

#[cfg(all(feature = "postgres", not(target_arch = "wasm32")))]
async fn postgres(url: &str) -> Result<Box<dyn Repository>, StoreError> {
    Ok(Box::new(super::Postgres::open(url).await?))
}

#[cfg(target_arch = "wasm32")]
async fn postgres(_url: &str) -> Result<Box<dyn Repository>, StoreError> {
    unavailable("postgres", "a page cannot open a connection to it; run the pattern on the command line")
}

#[cfg(not(any(target_arch = "wasm32", feature = "postgres")))]
async fn postgres(_url: &str) -> Result<Box<dyn Repository>, StoreError> {
    unavailable("postgres", "it is not part of this build; build with `--features postgres`")
}

//! A store around a store, in which saves go wrong as planned.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{Article, Repository, StoreError};
use crate::runtime::BoxFuture;

/// What goes wrong with a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The store refuses it: nothing is written.
    Refused,
    /// The connection is lost on the way there: nothing is written.
    LostBefore,
    /// The connection is lost on the way back: it is written, and the caller does not learn of it.
    LostAfter,
}

/// Passes every call on, but for the saves that are to go wrong.
pub struct Faulty<R> {
    inner: R,
    fault: Fault,
    /// How many of the next saves go wrong.
    left: AtomicU32,
}

impl<R: Repository> Faulty<R> {
    /// Creates a store around `inner` in which so many of the first saves go wrong.
    pub fn new(inner: R, fault: Fault, saves: u32) -> Self {
        Self { inner, fault, left: AtomicU32::new(saves) }
    }

    /// Lets so many of the next saves go wrong.
    pub fn arm(&self, saves: u32) {
        self.left.store(saves, Ordering::Relaxed);
    }

    fn is_due(&self) -> bool {
        let count = |left: u32| left.checked_sub(1);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count).is_ok()
    }
}

impl<R: Repository> Repository for Faulty<R> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn get(&self, id: u32) -> BoxFuture<'_, Result<Article, StoreError>> {
        self.inner.get(id)
    }

    fn save<'a>(&'a self, article: &'a Article) -> BoxFuture<'a, Result<u32, StoreError>> {
        if !self.is_due() {
            return self.inner.save(article);
        }
        let store = self.name();
        let why = "a planned fault".to_owned();
        Box::pin(super::lane(store, "save", async move {
            match self.fault {
                Fault::Refused => Err(StoreError::Failed { store, why }),
                Fault::LostBefore => Err(StoreError::Lost { store, why }),
                Fault::LostAfter => {
                    self.inner.save(article).await?;
                    Err(StoreError::Lost { store, why })
                }
            }
        }))
    }

    fn delete(&self, id: u32) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.delete(id)
    }
}

impl Repository for Box<dyn Repository> {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn get(&self, id: u32) -> BoxFuture<'_, Result<Article, StoreError>> {
        (**self).get(id)
    }

    fn save<'a>(&'a self, article: &'a Article) -> BoxFuture<'a, Result<u32, StoreError>> {
        (**self).save(article)
    }

    fn delete(&self, id: u32) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).delete(id)
    }
}

impl<R: Repository> std::fmt::Debug for Faulty<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { inner, fault, left } = self;
        f.debug_struct("Faulty")
            .field("inner", &inner.name())
            .field("fault", fault)
            .field("left", left)
            .finish()
    }
}

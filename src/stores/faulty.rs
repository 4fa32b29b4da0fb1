//! A store around a store, in which saves go wrong as planned.

use std::sync::{Mutex, MutexGuard, PoisonError};

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
    /// How many of the next saves go well, and how many go wrong after them.
    plan: Mutex<(u32, u32)>,
}

impl<R: Repository> Faulty<R> {
    /// Creates a store around `inner` in which nothing goes wrong before [`arm`](Self::arm).
    pub fn new(inner: R, fault: Fault) -> Self {
        Self { inner, fault, plan: Mutex::new((0, 0)) }
    }

    /// Lets so many saves go wrong, after so many that go well.
    pub fn arm(&self, well: u32, wrong: u32) {
        *self.plan() = (well, wrong);
    }

    fn plan(&self) -> MutexGuard<'_, (u32, u32)> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_due(&self) -> bool {
        let (well, wrong) = &mut *self.plan();
        match (*well, *wrong) {
            (0, 0) => false,
            (0, _) => {
                *wrong -= 1;
                true
            }
            _ => {
                *well -= 1;
                false
            }
        }
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
        let Self { inner, fault, plan } = self;
        f.debug_struct("Faulty")
            .field("inner", &inner.name())
            .field("fault", fault)
            .field("plan", plan)
            .finish()
    }
}

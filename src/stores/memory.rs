//! The store that keeps articles in the program.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::boxed::boxed;
use super::{Article, StoreError, lane};
use crate::runtime::{MaybeSend, sleep_at};

/// Articles in memory, behind a latency that is simulated.
///
/// Half of the latency is the way there and half the way back. So a call that is dropped in its second
/// half has happened already, as it may have with any store that is not part of the program.
#[derive(Debug, Default)]
pub struct Memory {
    articles: Mutex<BTreeMap<u32, Article>>,
    latency: Duration,
}

impl Memory {
    pub(super) const NAME: &'static str = "memory";

    /// Creates an empty store whose calls take as long as `latency`.
    pub fn new(latency: Duration) -> Self {
        Self { articles: Mutex::default(), latency }
    }

    /// Reads an article; see [`Repository::get`](super::Repository::get).
    #[track_caller]
    pub fn get(&self, id: u32) -> impl Future<Output = Result<Article, StoreError>> + MaybeSend + '_ {
        self.call("get", move |articles| {
            articles.get(&id).cloned().ok_or(StoreError::Missing { store: Self::NAME, id })
        })
    }

    /// Inserts or replaces an article; see [`Repository::save`](super::Repository::save).
    #[track_caller]
    pub fn save<'a>(
        &'a self,
        article: &'a Article,
    ) -> impl Future<Output = Result<u32, StoreError>> + MaybeSend + 'a {
        self.call("save", move |articles| {
            let revision = articles.get(&article.id).map_or(0, |before| before.revision) + 1;
            articles.insert(article.id, Article { revision, ..article.clone() });
            Ok(revision)
        })
    }

    /// Removes an article; see [`Repository::delete`](super::Repository::delete).
    #[track_caller]
    pub fn delete(&self, id: u32) -> impl Future<Output = Result<(), StoreError>> + MaybeSend + '_ {
        self.call("delete", move |articles| {
            articles.remove(&id).map(drop).ok_or(StoreError::Missing { store: Self::NAME, id })
        })
    }

    #[track_caller]
    fn call<'a, T: MaybeSend + 'a>(
        &'a self,
        call: &'static str,
        work: impl FnOnce(&mut BTreeMap<u32, Article>) -> Result<T, StoreError> + MaybeSend + 'a,
    ) -> impl Future<Output = Result<T, StoreError>> + MaybeSend + 'a {
        let location = Location::caller();
        let there = self.latency / 2;
        let back = self.latency - there;
        lane(Self::NAME, call, async move {
            travel(there, location).await;
            let result = work(&mut self.articles());
            travel(back, location).await;
            result
        })
    }

    fn articles(&self) -> MutexGuard<'_, BTreeMap<u32, Article>> {
        // Nothing panics while it is held, and a map is whole between any two calls.
        self.articles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn travel(time: Duration, location: &'static Location<'static>) {
    if !time.is_zero() {
        sleep_at(time, location).await;
    }
}

boxed!(Memory);

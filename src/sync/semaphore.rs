//! A number of permits, given out in the order in which they are asked for; as `tokio::sync::Semaphore`,
//! which it wraps.

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{AcquireError, TryAcquireError};

use super::permits::{OwnedSemaphorePermit, SemaphorePermit};
use super::record::{Held, Place, Resource};
use crate::trace::{Op, ResourceKind};

/// Gives out permits; as `tokio::sync::Semaphore`: fair, so that one who wants many is not overtaken by
/// those who want few.
#[derive(Debug)]
pub struct Semaphore {
    pub(super) resource: Resource,
    pub(super) inner: tokio::sync::Semaphore,
    /// The permits there are, held or not.
    total: AtomicUsize,
}

impl Semaphore {
    /// The most permits that a semaphore can have.
    pub const MAX_PERMITS: usize = tokio::sync::Semaphore::MAX_PERMITS;

    /// Creates a semaphore with this many permits.
    ///
    /// # Panics
    ///
    /// Panics if there are more than [`Semaphore::MAX_PERMITS`].
    #[track_caller]
    pub fn new(permits: usize) -> Self {
        let inner = tokio::sync::Semaphore::new(permits);
        Self { resource: Resource::new(ResourceKind::Semaphore, permits), inner, total: permits.into() }
    }

    /// Creates a semaphore for a `static`, of which nothing is recorded: it belongs to no run.
    pub const fn const_new(permits: usize) -> Self {
        let inner = tokio::sync::Semaphore::const_new(permits);
        Self { resource: Resource::NONE, inner, total: AtomicUsize::new(permits) }
    }

    /// Returns how many permits nobody holds.
    pub fn available_permits(&self) -> usize {
        self.inner.available_permits()
    }

    /// Adds permits.
    ///
    /// # Panics
    ///
    /// Panics if there are more than [`Semaphore::MAX_PERMITS`] then.
    #[track_caller]
    pub fn add_permits(&self, n: usize) {
        let place = Location::caller();
        let before = self.total.fetch_add(n, Ordering::Relaxed);
        self.resource.op(Op::Resized, before + n, place);
        self.resource.act(place, || self.inner.add_permits(n));
    }

    /// Takes away up to `n` permits that nobody holds; returns how many there were.
    #[track_caller]
    pub fn forget_permits(&self, n: usize) -> usize {
        let forgotten = self.inner.forget_permits(n);
        let before = self.total.fetch_sub(forgotten, Ordering::Relaxed);
        self.resource.op(Op::Resized, before - forgotten, Location::caller());
        forgotten
    }

    /// Waits for a permit.
    ///
    /// # Errors
    ///
    /// Fails when the semaphore is closed, before or while it waits.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        self.acquire_at(1, Location::caller())
    }

    /// Waits for `n` permits at once; those who ask later wait behind it.
    ///
    /// # Errors
    ///
    /// As [`acquire`](Self::acquire).
    #[track_caller]
    pub fn acquire_many(&self, n: u32) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        self.acquire_at(n, Location::caller())
    }

    #[inline]
    fn acquire_at(
        &self,
        n: u32,
        place: Place,
    ) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        self.resource.acquire(
            (n as usize, place),
            self,
            move |semaphore| semaphore.inner.try_acquire_many(n).ok().map(Ok),
            move |semaphore| semaphore.inner.acquire_many(n),
            move |acquired, semaphore, wait| {
                let inner = acquired?;
                wait.got(Op::Acquired, n as usize);
                Ok(SemaphorePermit::new(Held::new(semaphore.resource, n), inner, semaphore))
            },
        )
    }

    /// Takes a permit if one is there.
    ///
    /// # Errors
    ///
    /// Fails when the semaphore is closed, or nothing can be had without waiting.
    #[track_caller]
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.try_acquire_many(1)
    }

    /// Takes `n` permits if they are there.
    ///
    /// # Errors
    ///
    /// As [`try_acquire`](Self::try_acquire).
    #[track_caller]
    pub fn try_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        let inner = self.inner.try_acquire_many(n)?;
        self.resource.op(Op::Acquired, n as usize, Location::caller());
        Ok(SemaphorePermit::new(Held::new(self.resource, n), inner, self))
    }

    /// As [`acquire`](Self::acquire), with a permit that can outlive the borrow.
    ///
    /// # Errors
    ///
    /// As [`acquire`](Self::acquire).
    #[track_caller]
    pub fn acquire_owned(
        self: Arc<Self>,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        self.acquire_owned_at(1, Location::caller())
    }

    /// As [`acquire_many`](Self::acquire_many), with a permit that can outlive the borrow.
    ///
    /// # Errors
    ///
    /// As [`acquire`](Self::acquire).
    #[track_caller]
    pub fn acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        self.acquire_owned_at(n, Location::caller())
    }

    #[inline]
    fn acquire_owned_at(
        self: Arc<Self>,
        n: u32,
        place: Place,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        let now = move |semaphore: &mut Arc<Self>| {
            semaphore.inner.try_acquire_many(n).ok()?.forget();
            Some(Ok(()))
        };
        let later = move |semaphore: &mut Arc<Self>| {
            let semaphore = Arc::clone(semaphore);
            async move { semaphore.inner.acquire_many(n).await.map(tokio::sync::SemaphorePermit::forget) }
        };
        self.resource.acquire((n as usize, place), self, now, later, move |acquired, semaphore, wait| {
            acquired?;
            wait.got(Op::Acquired, n as usize);
            Ok(OwnedSemaphorePermit::new(Held::new(semaphore.resource, n), semaphore, n as usize))
        })
    }

    /// As [`try_acquire`](Self::try_acquire), with a permit that can outlive the borrow.
    ///
    /// # Errors
    ///
    /// As [`try_acquire`](Self::try_acquire).
    #[track_caller]
    pub fn try_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.try_acquire_many_owned(1)
    }

    /// As [`try_acquire_many`](Self::try_acquire_many), with a permit that can outlive the borrow.
    ///
    /// # Errors
    ///
    /// As [`try_acquire`](Self::try_acquire).
    #[track_caller]
    pub fn try_acquire_many_owned(self: Arc<Self>, n: u32) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.inner.try_acquire_many(n)?.forget();
        self.resource.op(Op::Acquired, n as usize, Location::caller());
        Ok(OwnedSemaphorePermit::new(Held::new(self.resource, n), self, n as usize))
    }

    /// Closes the semaphore: whoever waits gets an error, and nobody can acquire any more.
    #[track_caller]
    pub fn close(&self) {
        let place = Location::caller();
        if !self.inner.is_closed() {
            self.resource.op(Op::Closed, 0, place);
        }
        self.resource.act(place, || self.inner.close());
    }

    /// Returns whether the semaphore is closed.
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// Records that permits which somebody held are gone for good.
    pub(super) fn forgotten(&self, n: usize, place: Place) {
        let before = self.total.fetch_sub(n, Ordering::Relaxed);
        self.resource.op(Op::Resized, before - n, place);
    }
}

//! A lock with many readers or one writer, given out in the order in which it is asked for; as
//! `tokio::sync::RwLock`, which it wraps.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::Arc;

use tokio::sync::TryLockError;

use super::mutex::guard;
use super::record::{Held, Resource};
use crate::trace::{Event, Op, ResourceKind};

/// A lock with many readers or one writer; as `tokio::sync::RwLock`: fair, so that a writer that waits is
/// not overtaken by readers.
pub struct RwLock<T> {
    pub(super) resource: Resource,
    // A guard that owns its lock needs it in an `Arc` of tokio's own.
    inner: Arc<tokio::sync::RwLock<T>>,
}

const ALONE: &str = "whoever owns the lock has outlived every guard of it";

impl<T> RwLock<T> {
    /// Creates an unlocked lock.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let inner = Arc::new(tokio::sync::RwLock::new(value));
        Self { resource: Resource::new(ResourceKind::RwLock, Event::UNBOUNDED as usize), inner }
    }

    /// Creates an unlocked lock for at most so many readers at once.
    ///
    /// # Panics
    ///
    /// Panics if that is more than `u32::MAX >> 3`.
    #[track_caller]
    pub fn with_max_readers(value: T, most: u32) -> Self {
        let inner = Arc::new(tokio::sync::RwLock::with_max_readers(value, most));
        Self { resource: Resource::new(ResourceKind::RwLock, most as usize), inner }
    }

    /// Waits until nobody writes, nor waited to write before.
    #[track_caller]
    pub fn read(&self) -> impl Future<Output = RwLockReadGuard<'_, T>> {
        let wants = (1, Location::caller());
        self.resource.acquire(
            wants,
            self,
            |lock| lock.inner.try_read().ok(),
            |lock| lock.inner.read(),
            |inner, lock, wait| {
                wait.got(Op::AcquiredShared, 1);
                RwLockReadGuard { _held: Held::shared(lock.resource), inner }
            },
        )
    }

    /// Waits until nobody reads or writes.
    #[track_caller]
    pub fn write(&self) -> impl Future<Output = RwLockWriteGuard<'_, T>> {
        let wants = (1, Location::caller());
        self.resource.acquire(
            wants,
            self,
            |lock| lock.inner.try_write().ok(),
            |lock| lock.inner.write(),
            |inner, lock, wait| {
                wait.got(Op::Acquired, 1);
                RwLockWriteGuard { held: Held::new(lock.resource, 1), inner }
            },
        )
    }

    /// As [`read`](Self::read), with a guard that can outlive the borrow.
    #[track_caller]
    pub fn read_owned(self: Arc<Self>) -> impl Future<Output = OwnedRwLockReadGuard<T>> {
        let wants = (1, Location::caller());
        let now = |lock: &mut Arc<Self>| Arc::clone(&lock.inner).try_read_owned().ok();
        let later = |lock: &mut Arc<Self>| Arc::clone(&lock.inner).read_owned();
        self.resource.acquire(wants, self, now, later, |inner, lock, wait| {
            wait.got(Op::AcquiredShared, 1);
            OwnedRwLockReadGuard { _held: Held::shared(lock.resource), inner, lock }
        })
    }

    /// As [`write`](Self::write), with a guard that can outlive the borrow.
    #[track_caller]
    pub fn write_owned(self: Arc<Self>) -> impl Future<Output = OwnedRwLockWriteGuard<T>> {
        let wants = (1, Location::caller());
        let now = |lock: &mut Arc<Self>| Arc::clone(&lock.inner).try_write_owned().ok();
        let later = |lock: &mut Arc<Self>| Arc::clone(&lock.inner).write_owned();
        self.resource.acquire(wants, self, now, later, |inner, lock, wait| {
            wait.got(Op::Acquired, 1);
            OwnedRwLockWriteGuard { held: Held::new(lock.resource, 1), inner, lock }
        })
    }

    /// Takes the lock to read if that needs no waiting.
    ///
    /// # Errors
    ///
    /// Fails when it does.
    #[track_caller]
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        let inner = self.inner.try_read()?;
        self.resource.op(Op::AcquiredShared, 1, Location::caller());
        Ok(RwLockReadGuard { _held: Held::shared(self.resource), inner })
    }

    /// Takes the lock to write if that needs no waiting.
    ///
    /// # Errors
    ///
    /// Fails when it does.
    #[track_caller]
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, TryLockError> {
        let inner = self.inner.try_write()?;
        self.resource.op(Op::Acquired, 1, Location::caller());
        Ok(RwLockWriteGuard { held: Held::new(self.resource, 1), inner })
    }

    /// As [`try_read`](Self::try_read), with a guard that can outlive the borrow.
    ///
    /// # Errors
    ///
    /// As [`try_read`](Self::try_read).
    #[track_caller]
    pub fn try_read_owned(self: Arc<Self>) -> Result<OwnedRwLockReadGuard<T>, TryLockError> {
        let inner = Arc::clone(&self.inner).try_read_owned()?;
        self.resource.op(Op::AcquiredShared, 1, Location::caller());
        Ok(OwnedRwLockReadGuard { _held: Held::shared(self.resource), inner, lock: self })
    }

    /// As [`try_write`](Self::try_write), with a guard that can outlive the borrow.
    ///
    /// # Errors
    ///
    /// As [`try_write`](Self::try_write).
    #[track_caller]
    pub fn try_write_owned(self: Arc<Self>) -> Result<OwnedRwLockWriteGuard<T>, TryLockError> {
        let inner = Arc::clone(&self.inner).try_write_owned()?;
        self.resource.op(Op::Acquired, 1, Location::caller());
        Ok(OwnedRwLockWriteGuard { held: Held::new(self.resource, 1), inner, lock: self })
    }

    /// Returns the value: whoever has the lock to itself need not take it.
    pub fn get_mut(&mut self) -> &mut T {
        Arc::get_mut(&mut self.inner).expect(ALONE).get_mut()
    }

    /// Returns the value.
    pub fn into_inner(self) -> T {
        Arc::into_inner(self.inner).expect(ALONE).into_inner()
    }
}

impl<T> From<T> for RwLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Default> Default for RwLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// Reads until it is dropped; as `tokio::sync::RwLockReadGuard`.
#[must_use = "a guard that is not kept releases its lock at once"]
pub struct RwLockReadGuard<'a, T> {
    // Told first, and released then.
    _held: Held,
    inner: tokio::sync::RwLockReadGuard<'a, T>,
}

/// Writes until it is dropped; as `tokio::sync::RwLockWriteGuard`.
#[must_use = "a guard that is not kept releases its lock at once"]
pub struct RwLockWriteGuard<'a, T> {
    held: Held,
    inner: tokio::sync::RwLockWriteGuard<'a, T>,
}

/// Reads until it is dropped; as `tokio::sync::OwnedRwLockReadGuard`.
#[must_use = "a guard that is not kept releases its lock at once"]
pub struct OwnedRwLockReadGuard<T> {
    _held: Held,
    inner: tokio::sync::OwnedRwLockReadGuard<T>,
    lock: Arc<RwLock<T>>,
}

/// Writes until it is dropped; as `tokio::sync::OwnedRwLockWriteGuard`.
#[must_use = "a guard that is not kept releases its lock at once"]
pub struct OwnedRwLockWriteGuard<T> {
    held: Held,
    inner: tokio::sync::OwnedRwLockWriteGuard<T>,
    lock: Arc<RwLock<T>>,
}

/// Turns the holding of a writer into that of a reader, with nobody in between.
#[track_caller]
fn downgraded(held: Held) -> Held {
    let resource = held.resource;
    drop(held);
    resource.op(Op::AcquiredShared, 1, Location::caller());
    Held::shared(resource)
}

impl<'a, T> RwLockWriteGuard<'a, T> {
    /// Lets other readers in and goes on as one of them; no writer comes in between.
    #[track_caller]
    pub fn downgrade(self) -> RwLockReadGuard<'a, T> {
        let held = downgraded(self.held);
        let inner = held.resource.act(Location::caller(), || self.inner.downgrade());
        RwLockReadGuard { _held: held, inner }
    }
}

impl<T> OwnedRwLockReadGuard<T> {
    /// Returns the lock.
    pub fn rwlock(&self) -> &Arc<RwLock<T>> {
        &self.lock
    }
}

impl<T> OwnedRwLockWriteGuard<T> {
    /// Lets other readers in and goes on as one of them; no writer comes in between.
    #[track_caller]
    pub fn downgrade(self) -> OwnedRwLockReadGuard<T> {
        let held = downgraded(self.held);
        let inner = held.resource.act(Location::caller(), || self.inner.downgrade());
        OwnedRwLockReadGuard { _held: held, inner, lock: self.lock }
    }

    /// Returns the lock.
    pub fn rwlock(&self) -> &Arc<RwLock<T>> {
        &self.lock
    }
}

guard!(RwLockReadGuard<'_, T>);
guard!(RwLockWriteGuard<'_, T>, mut);
guard!(OwnedRwLockReadGuard<T>);
guard!(OwnedRwLockWriteGuard<T>, mut);

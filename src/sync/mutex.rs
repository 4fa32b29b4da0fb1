//! A lock that may be held across an `.await`, given out in the order in which it is asked for; as
//! `tokio::sync::Mutex`, which it wraps.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::Arc;

use tokio::sync::TryLockError;

use super::record::{Held, Resource};
use crate::trace::{Op, ResourceKind};

/// A lock with one holder; as `tokio::sync::Mutex`.
pub struct Mutex<T> {
    pub(super) resource: Resource,
    // A guard that owns its lock needs it in an `Arc` of tokio's own.
    inner: Arc<tokio::sync::Mutex<T>>,
}

const ALONE: &str = "whoever owns the lock has outlived every guard of it";

impl<T> Mutex<T> {
    /// Creates an unlocked lock.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let inner = Arc::new(tokio::sync::Mutex::new(value));
        Self { resource: Resource::new(ResourceKind::Mutex, 1), inner }
    }

    /// Waits for the lock. Dropping the guard releases it; dropping this future gives up the place in the
    /// queue.
    #[track_caller]
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        let wants = (1, Location::caller());
        self.resource.acquire(
            wants,
            self,
            |mutex| mutex.inner.try_lock().ok(),
            |mutex| mutex.inner.lock(),
            |inner, mutex, wait| {
                wait.got(Op::Acquired, 1);
                MutexGuard { _held: Held::new(mutex.resource, 1), inner, mutex }
            },
        )
    }

    /// As [`lock`](Self::lock), with a guard that can outlive the borrow.
    #[track_caller]
    pub fn lock_owned(self: Arc<Self>) -> impl Future<Output = OwnedMutexGuard<T>> {
        let wants = (1, Location::caller());
        let now = |mutex: &mut Arc<Self>| Arc::clone(&mutex.inner).try_lock_owned().ok();
        let later = |mutex: &mut Arc<Self>| Arc::clone(&mutex.inner).lock_owned();
        self.resource.acquire(wants, self, now, later, |inner, mutex, wait| {
            wait.got(Op::Acquired, 1);
            OwnedMutexGuard { _held: Held::new(mutex.resource, 1), inner, mutex }
        })
    }

    /// Takes the lock if nobody holds it.
    ///
    /// # Errors
    ///
    /// Fails when somebody holds it.
    #[track_caller]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        let inner = self.inner.try_lock()?;
        self.resource.op(Op::Acquired, 1, Location::caller());
        Ok(MutexGuard { _held: Held::new(self.resource, 1), inner, mutex: self })
    }

    /// As [`try_lock`](Self::try_lock), with a guard that can outlive the borrow.
    ///
    /// # Errors
    ///
    /// Fails when somebody holds it.
    #[track_caller]
    pub fn try_lock_owned(self: Arc<Self>) -> Result<OwnedMutexGuard<T>, TryLockError> {
        let inner = Arc::clone(&self.inner).try_lock_owned()?;
        self.resource.op(Op::Acquired, 1, Location::caller());
        Ok(OwnedMutexGuard { _held: Held::new(self.resource, 1), inner, mutex: self })
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

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// Holds a [`Mutex`] until it is dropped; as `tokio::sync::MutexGuard`.
#[must_use = "a guard that is not kept releases its lock at once"]
pub struct MutexGuard<'a, T> {
    // Told first, and released then.
    _held: Held,
    inner: tokio::sync::MutexGuard<'a, T>,
    mutex: &'a Mutex<T>,
}

impl<'a, T> MutexGuard<'a, T> {
    /// Returns the lock.
    pub fn mutex(this: &Self) -> &'a Mutex<T> {
        this.mutex
    }
}

/// Holds a [`Mutex`] until it is dropped; as `tokio::sync::OwnedMutexGuard`.
#[must_use = "a guard that is not kept releases its lock at once"]
pub struct OwnedMutexGuard<T> {
    _held: Held,
    inner: tokio::sync::OwnedMutexGuard<T>,
    mutex: Arc<Mutex<T>>,
}

impl<T> OwnedMutexGuard<T> {
    /// Returns the lock.
    pub fn mutex(this: &Self) -> &Arc<Mutex<T>> {
        &this.mutex
    }
}

/// What every guard of a `T` can do, and with `mut` those who may change it.
macro_rules! guard {
    ($guard:ty $(, $mutable:ident)?) => {
        impl<T> Deref for $guard {
            type Target = T;

            fn deref(&self) -> &T {
                &self.inner
            }
        }
        $(impl<T> DerefMut for $guard {
            fn deref_mut(&$mutable self) -> &$mutable T {
                &$mutable self.inner
            }
        })?
        impl<T: fmt::Debug> fmt::Debug for $guard {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }
        impl<T: fmt::Display> fmt::Display for $guard {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }
    };
}
pub(super) use guard;

guard!(MutexGuard<'_, T>, mut);
guard!(OwnedMutexGuard<T>, mut);

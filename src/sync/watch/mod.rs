//! A value of which receivers see the latest; as `tokio::sync::watch`.
//!
//! It is built as tokio builds its own, of a lock, a version and `tokio::sync::Notify`, with one difference.
//! tokio spreads those who wait over several lists, and picks one at random as soon as any part of a build
//! asks for its `rt` or `macros`; then receivers wake in a random order. Here they wake in the order in which
//! they began to wait, so that a run can be repeated.

mod receiver;
mod sender;

use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::Notify;

pub use self::receiver::Receiver;
pub use self::sender::Sender;
use super::record::Resource;
use crate::trace::ResourceKind;

/// What goes wrong with a watched value.
pub mod error {
    pub use tokio::sync::watch::error::SendError;

    /// All senders are dropped; as `tokio::sync::watch::error::RecvError`.
    #[derive(Clone, Debug, thiserror::Error)]
    #[error("channel closed")]
    pub struct RecvError(pub(super) ());
}

/// Creates a watched value that begins as `init`, which counts as seen; as `tokio::sync::watch::channel`.
#[track_caller]
pub fn channel<T>(init: T) -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared {
        resource: Resource::new(ResourceKind::Watch, 1),
        value: RwLock::new(init),
        state: AtomicUsize::new(0),
        receivers: AtomicUsize::new(1),
        senders: AtomicUsize::new(1),
        changed: Notify::new(),
        closed: Notify::new(),
    });
    (Sender::of(Arc::clone(&shared)), Receiver::new(shared, Version::FIRST))
}

/// How often the value was set, wrapping around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version(usize);

impl Version {
    const FIRST: Self = Self(0);
    const STEP: usize = 2;
    const CLOSED: usize = 1;

    /// The number of the version in the trace.
    fn number(self) -> usize {
        self.0 / Self::STEP
    }
}

#[derive(Debug)]
struct Shared<T> {
    resource: Resource,
    value: RwLock<T>,
    /// The version, and in its lowest bit whether all senders are gone.
    state: AtomicUsize,
    receivers: AtomicUsize,
    senders: AtomicUsize,
    /// Tells receivers of a new version, or that there will be none.
    changed: Notify,
    /// Tells senders that nobody receives.
    closed: Notify,
}

impl<T> Shared<T> {
    fn read(&self) -> RwLockReadGuard<'_, T> {
        self.value.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn version(&self) -> Version {
        Version(self.state.load(Ordering::Acquire) & !Version::CLOSED)
    }

    fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) & Version::CLOSED != 0
    }
}

/// Borrows the value; as `tokio::sync::watch::Ref`. Nobody can set it meanwhile, so keep it short, and
/// never across an `.await`.
#[derive(Debug)]
pub struct Ref<'a, T> {
    inner: RwLockReadGuard<'a, T>,
    has_changed: bool,
}

impl<T> Ref<'_, T> {
    /// Returns whether this is another version than the receiver had seen.
    pub fn has_changed(&self) -> bool {
        self.has_changed
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: fmt::Display> fmt::Display for Ref<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

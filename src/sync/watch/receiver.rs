//! The end that sees the latest value.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::error::RecvError;
use super::{Ref, Shared, Version};
use crate::sync::record::{Place, Resource};
use crate::trace::Op;

/// Sees the latest value; as `tokio::sync::watch::Receiver`.
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// The last version seen.
    version: Version,
    /// The last version of which was told that it was seen.
    told: Told,
}

#[derive(Debug)]
struct Told(AtomicUsize);

impl Told {
    /// Records that a version is seen, once.
    fn seen(&self, version: Version, resource: Resource, place: Place) {
        if resource.is_told() && self.0.swap(version.number(), Ordering::Relaxed) != version.number() {
            resource.op(Op::Received, version.number(), place);
        }
    }
}

impl<T> Receiver<T> {
    pub(super) fn new(shared: Arc<Shared<T>>, version: Version) -> Self {
        Self { shared, version, told: Told(AtomicUsize::new(version.number())) }
    }

    pub(in crate::sync) fn resource(&self) -> Resource {
        self.shared.resource
    }

    /// Borrows the value as it is now, which does not count as seen.
    #[track_caller]
    pub fn borrow(&self) -> Ref<'_, T> {
        let inner = self.shared.read();
        let version = self.shared.version();
        self.told.seen(version, self.shared.resource, Location::caller());
        Ref { inner, has_changed: self.version != version }
    }

    /// Borrows the value as it is now and counts it as seen.
    #[track_caller]
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        let inner = self.shared.read();
        let version = self.shared.version();
        self.told.seen(version, self.shared.resource, Location::caller());
        let before = std::mem::replace(&mut self.version, version);
        Ref { inner, has_changed: before != version }
    }

    /// Returns whether there is a version that was not seen.
    ///
    /// # Errors
    ///
    /// Fails when all senders are dropped.
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        if self.shared.is_closed() {
            return Err(RecvError(()));
        }
        Ok(self.version != self.shared.version())
    }

    /// Returns whether all senders are dropped.
    pub fn is_closed(&self) -> bool {
        self.shared.is_closed()
    }

    /// Counts the value as not seen.
    pub fn mark_changed(&mut self) {
        self.version = Version(self.version.0.wrapping_sub(Version::STEP));
    }

    /// Counts the value as seen.
    pub fn mark_unchanged(&mut self) {
        self.version = self.shared.version();
    }

    /// Waits for a version that was not seen, and counts it as seen. Dropping this future loses nothing.
    ///
    /// # Errors
    ///
    /// Fails when all senders are dropped and what they set was seen.
    #[track_caller]
    pub fn changed(&mut self) -> impl Future<Output = Result<(), RecvError>> {
        let Self { shared, version, told } = self;
        changed(shared, version, told, Location::caller())
    }

    /// Waits until the value is as `wanted` says, which may be at once, and borrows it.
    ///
    /// # Errors
    ///
    /// Fails when all senders are dropped and the last value is not as wanted.
    #[track_caller]
    pub fn wait_for(
        &mut self,
        mut wanted: impl FnMut(&T) -> bool,
    ) -> impl Future<Output = Result<Ref<'_, T>, RecvError>> {
        let place = Location::caller();
        async move {
            let Self { shared, version, told } = self;
            let shared = &**shared;
            let mut is_closed = false;
            loop {
                {
                    let inner = shared.read();
                    let latest = shared.version();
                    let has_changed = std::mem::replace(version, latest) != latest;
                    if !is_closed || has_changed {
                        told.seen(latest, shared.resource, place);
                        if wanted(&inner) {
                            return Ok(Ref { inner, has_changed });
                        }
                    }
                }
                if is_closed {
                    return Err(RecvError(()));
                }
                is_closed = changed(shared, version, told, place).await.is_err();
            }
        }
    }

    /// Returns whether both see the same value.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

fn changed<T>(
    shared: &Shared<T>,
    version: &mut Version,
    told: &Told,
    place: Place,
) -> impl Future<Output = Result<(), RecvError>> {
    let latest = async move {
        loop {
            // Made before the look, so that no change comes in between.
            let notified = shared.changed.notified();
            let state = shared.state.load(Ordering::Acquire);
            let latest = Version(state & !Version::CLOSED);
            if *version != latest {
                *version = latest;
                return Ok(latest);
            }
            if state & Version::CLOSED != 0 {
                return Err(RecvError(()));
            }
            notified.await;
        }
    };
    shared.resource.wait(1, place, latest, |latest: Result<Version, _>, wait| {
        let number = latest?.number();
        told.0.store(number, Ordering::Relaxed);
        wait.got(Op::Received, number);
        Ok(())
    })
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        self.shared.receivers.fetch_add(1, Ordering::Relaxed);
        Self::new(Arc::clone(&self.shared), self.version)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if self.shared.receivers.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.shared.closed.notify_waiters();
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("value", &self.shared.value).finish_non_exhaustive()
    }
}

//! The end that sets the value.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::error::SendError;
use super::{Receiver, Ref, Shared, Version};
use crate::sync::record::{Place, Resource};
use crate::trace::Op;

/// Sets the value; as `tokio::sync::watch::Sender`.
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Sender<T> {
    /// Creates a watched value without receivers.
    #[track_caller]
    pub fn new(init: T) -> Self {
        super::channel(init).0
    }

    pub(super) fn of(shared: Arc<Shared<T>>) -> Self {
        Self { shared }
    }

    pub(in crate::sync) fn resource(&self) -> Resource {
        self.shared.resource
    }

    /// Sets the value and wakes the receivers that wait for a new one.
    ///
    /// # Errors
    ///
    /// Gives the value back when there is no receiver.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        if self.receiver_count() == 0 {
            return Err(SendError(value));
        }
        self.send_replace(value);
        Ok(())
    }

    /// Sets the value, also if there is no receiver, and returns the one before.
    #[track_caller]
    pub fn send_replace(&self, mut value: T) -> T {
        self.send_modify(|current| std::mem::swap(current, &mut value));
        value
    }

    /// Changes the value in place, also if there is no receiver.
    #[track_caller]
    pub fn send_modify(&self, modify: impl FnOnce(&mut T)) {
        self.send_if_modified(|value| {
            modify(value);
            true
        });
    }

    /// As [`send_modify`](Self::send_modify), and wakes nobody if `modify` says that nothing has changed;
    /// returns what it says.
    #[track_caller]
    pub fn send_if_modified(&self, modify: impl FnOnce(&mut T) -> bool) -> bool {
        self.modify_at(modify, Location::caller())
    }

    fn modify_at(&self, modify: impl FnOnce(&mut T) -> bool, place: Place) -> bool {
        let shared = &*self.shared;
        {
            let mut value = shared.value.write().unwrap_or_else(PoisonError::into_inner);
            // If this panics the lock is poisoned, which nobody minds, and no version is told.
            if !modify(&mut value) {
                return false;
            }
            let before = shared.state.fetch_add(Version::STEP, Ordering::Release);
            let version = Version(before.wrapping_add(Version::STEP));
            // Told while nobody can have seen it.
            shared.resource.op(Op::Sent, version.number(), place);
        }
        shared.resource.act(place, || shared.changed.notify_waiters());
        true
    }

    /// Borrows the value as it is now.
    pub fn borrow(&self) -> Ref<'_, T> {
        Ref { inner: self.shared.read(), has_changed: false }
    }

    /// Returns whether there is no receiver.
    pub fn is_closed(&self) -> bool {
        self.receiver_count() == 0
    }

    /// Waits until there is no receiver.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        let shared = &*self.shared;
        let closed = async move {
            while shared.receivers.load(Ordering::Acquire) > 0 {
                // Made before another look, so that the last drop does not come in between.
                let notified = shared.closed.notified();
                if shared.receivers.load(Ordering::Acquire) == 0 {
                    return;
                }
                notified.await;
            }
        };
        shared.resource.wait(0, Location::caller(), closed, |(), _| ())
    }

    /// Creates a receiver that has seen the value as it is now.
    pub fn subscribe(&self) -> Receiver<T> {
        self.shared.receivers.fetch_add(1, Ordering::Relaxed);
        Receiver::new(Arc::clone(&self.shared), self.shared.version())
    }

    /// Returns how many receivers there are.
    pub fn receiver_count(&self) -> usize {
        self.shared.receivers.load(Ordering::Acquire)
    }

    /// Returns how many senders there are.
    pub fn sender_count(&self) -> usize {
        self.shared.senders.load(Ordering::Relaxed)
    }

    /// Returns whether both set the same value.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl<T: Default> Default for Sender<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.shared.senders.fetch_add(1, Ordering::Relaxed);
        Self::of(Arc::clone(&self.shared))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if self.shared.senders.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.shared.resource.op_in_drop(Op::Closed, 0);
            self.shared.state.fetch_or(Version::CLOSED, Ordering::Release);
            self.shared.changed.notify_waiters();
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("value", &self.shared.value).finish_non_exhaustive()
    }
}

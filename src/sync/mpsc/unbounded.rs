//! A channel without a limit: a sender never waits, and nothing tells it to slow down.

use std::fmt;
use std::panic::Location;
use std::task::{Context, Poll};

use tokio::sync::mpsc;

use super::error::{SendError, TryRecvError};
use super::receiving::Rx;
use crate::sync::numbers::{Numbers, Share, WeakShare};
use crate::sync::record::{Place, Resource};
use crate::trace::{Event, ResourceKind};

/// Creates a channel that holds as many messages as there is memory for; as
/// `tokio::sync::mpsc::unbounded_channel`.
#[track_caller]
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let (tx, rx) = mpsc::unbounded_channel();
    let numbers = Numbers::new(Resource::new(ResourceKind::Mpsc, Event::UNBOUNDED as usize));
    let share = Share::new(numbers.as_ref());
    (UnboundedSender { share, inner: tx }, UnboundedReceiver(Rx::new(rx, numbers)))
}

/// Sends messages; as `tokio::sync::mpsc::UnboundedSender`.
pub struct UnboundedSender<T> {
    // Told first, and closed then.
    share: Share,
    inner: mpsc::UnboundedSender<T>,
}

impl<T> UnboundedSender<T> {
    pub(in crate::sync) fn resource(&self) -> Resource {
        self.share.resource()
    }

    /// Sends at once.
    ///
    /// # Errors
    ///
    /// Gives the message back when the channel is closed.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        match self.share.numbers() {
            None => self.inner.send(message),
            Some(numbers) => self.send_told(message, numbers, Location::caller()),
        }
    }

    #[inline(never)]
    fn send_told(&self, message: T, numbers: &Numbers, place: Place) -> Result<(), SendError<T>> {
        self.resource().act(place, || {
            // Nobody closes the channel between the look and the deed.
            let _held = numbers.hold();
            if self.inner.is_closed() {
                return Err(SendError(message));
            }
            let _locked = numbers.send(place);
            self.inner.send(message)
        })
    }

    /// Waits until the receiver is dropped or closes the channel.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        self.resource().wait(0, Location::caller(), self.inner.closed(), |(), _| ())
    }

    /// Returns whether the receiver is dropped or has closed the channel.
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// Returns whether both send into the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Returns a sender that does not keep the channel open.
    pub fn downgrade(&self) -> WeakUnboundedSender<T> {
        WeakUnboundedSender { share: self.share.downgrade(), inner: self.inner.downgrade() }
    }

    /// Returns how many senders there are.
    pub fn strong_count(&self) -> usize {
        self.inner.strong_count()
    }

    /// Returns how many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.inner.weak_count()
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> Self {
        Self { share: self.share.clone(), inner: self.inner.clone() }
    }
}

impl<T> fmt::Debug for UnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnboundedSender").finish_non_exhaustive()
    }
}

/// A sender that does not keep the channel open; as `tokio::sync::mpsc::WeakUnboundedSender`.
pub struct WeakUnboundedSender<T> {
    share: WeakShare,
    inner: mpsc::WeakUnboundedSender<T>,
}

impl<T> WeakUnboundedSender<T> {
    /// Returns a sender, if there is still another.
    pub fn upgrade(&self) -> Option<UnboundedSender<T>> {
        Some(UnboundedSender { share: self.share.upgrade()?, inner: self.inner.upgrade()? })
    }

    /// Returns how many senders there are.
    pub fn strong_count(&self) -> usize {
        self.inner.strong_count()
    }

    /// Returns how many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.inner.weak_count()
    }
}

impl<T> Clone for WeakUnboundedSender<T> {
    fn clone(&self) -> Self {
        Self { share: self.share.clone(), inner: self.inner.clone() }
    }
}

impl<T> fmt::Debug for WeakUnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakUnboundedSender").finish_non_exhaustive()
    }
}

/// Receives messages; as `tokio::sync::mpsc::UnboundedReceiver`.
pub struct UnboundedReceiver<T>(pub(super) Rx<mpsc::UnboundedReceiver<T>>);

super::receiver!(UnboundedReceiver);

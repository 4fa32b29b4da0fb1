//! A channel without a limit: a sender never waits, and nothing tells it to slow down.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::chan::{Chan, Rx, Tx, WeakTx};
use super::error::{SendError, TryRecvError};
use super::places::{Places, Unbounded};
use crate::sync::record::Resource;
use crate::trace::{Event, ResourceKind};

/// Creates a channel that holds as many messages as there is memory for; as
/// `tokio::sync::mpsc::unbounded_channel`.
#[track_caller]
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let resource = Resource::new(ResourceKind::Mpsc, Event::UNBOUNDED as usize);
    let chan = Chan::new(resource, Unbounded::default());
    (UnboundedSender(Tx(Arc::clone(&chan))), UnboundedReceiver(Rx::new(chan)))
}

/// Sends messages; as `tokio::sync::mpsc::UnboundedSender`.
pub struct UnboundedSender<T>(pub(super) Tx<T, Unbounded>);

impl<T> UnboundedSender<T> {
    fn chan(&self) -> &Chan<T, Unbounded> {
        &self.0.0
    }

    pub(in crate::sync) fn resource(&self) -> Resource {
        self.chan().resource
    }

    /// Sends at once.
    ///
    /// # Errors
    ///
    /// Gives the message back when the channel is closed.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        if !self.chan().places.take() {
            return Err(SendError(message));
        }
        self.chan().push_at(message, Location::caller());
        Ok(())
    }

    /// Waits until the receiver is dropped or closes the channel.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        let chan = self.chan();
        chan.resource.wait(0, Location::caller(), chan.closed(), |(), _| ())
    }

    /// Returns whether the receiver is dropped or has closed the channel.
    pub fn is_closed(&self) -> bool {
        self.chan().places.are_closed()
    }

    /// Returns whether both send into the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0.0, &other.0.0)
    }

    /// Returns a sender that does not keep the channel open.
    pub fn downgrade(&self) -> WeakUnboundedSender<T> {
        WeakUnboundedSender(WeakTx::new(&self.0))
    }

    /// Returns how many senders there are.
    pub fn strong_count(&self) -> usize {
        self.chan().strong_count()
    }

    /// Returns how many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.chan().weak_count()
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for UnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnboundedSender").field("len", &self.chan().len()).finish_non_exhaustive()
    }
}

/// A sender that does not keep the channel open; as `tokio::sync::mpsc::WeakUnboundedSender`.
pub struct WeakUnboundedSender<T>(WeakTx<T, Unbounded>);

impl<T> WeakUnboundedSender<T> {
    /// Returns a sender, if there is still another.
    pub fn upgrade(&self) -> Option<UnboundedSender<T>> {
        self.0.upgrade().map(UnboundedSender)
    }

    /// Returns how many senders there are.
    pub fn strong_count(&self) -> usize {
        self.0.0.strong_count()
    }

    /// Returns how many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.0.0.weak_count()
    }
}

impl<T> Clone for WeakUnboundedSender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for WeakUnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakUnboundedSender").finish_non_exhaustive()
    }
}

/// Receives messages; as `tokio::sync::mpsc::UnboundedReceiver`.
pub struct UnboundedReceiver<T>(pub(super) Rx<T, Unbounded>);

super::receiver!(UnboundedReceiver);

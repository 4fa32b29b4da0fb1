//! A channel with so many places.

use std::fmt;
use std::panic::Location;
use std::task::{Context, Poll};

use tokio::sync::mpsc;

use super::error::{SendError, TryRecvError, TrySendError};
use super::permit::{OwnedPermit, Permit, PermitIterator};
use super::receiving::Rx;
use crate::sync::numbers::{Numbers, Share, WeakShare};
use crate::sync::record::{Place, Resource};
use crate::trace::{Op, ResourceKind};

/// Creates a channel that holds at most `buffer` messages, sent or promised a place; as
/// `tokio::sync::mpsc::channel`.
///
/// # Panics
///
/// Panics if `buffer` is 0 or more than [`crate::sync::Semaphore::MAX_PERMITS`].
#[track_caller]
pub fn channel<T>(buffer: usize) -> (Sender<T>, Receiver<T>) {
    let (tx, rx) = mpsc::channel(buffer);
    let numbers = Numbers::new(Resource::new(ResourceKind::Mpsc, buffer));
    (Sender { share: Share::new(numbers.as_ref()), inner: tx }, Receiver(Rx::new(rx, numbers)))
}

/// Sends messages; as `tokio::sync::mpsc::Sender`.
pub struct Sender<T> {
    // Told first, and closed then.
    pub(super) share: Share,
    pub(super) inner: mpsc::Sender<T>,
}

/// Puts a message into its place.
#[inline]
pub(super) fn push<T>(share: &Share, place: Place, permit: mpsc::Permit<'_, T>, value: T) {
    let _locked = share.send(place);
    permit.send(value);
}

impl<T> Sender<T> {
    #[inline]
    pub(in crate::sync) fn resource(&self) -> Resource {
        self.share.resource()
    }

    /// Waits for a place and sends into it.
    ///
    /// Dropping this future before it is ready gives up its turn, and the message with it;
    /// [`reserve`](Self::reserve) keeps the message.
    ///
    /// # Errors
    ///
    /// Gives the message back when the channel is closed.
    #[track_caller]
    pub fn send(&self, value: T) -> impl Future<Output = Result<(), SendError<T>>> {
        let wants = (1, Location::caller());
        self.resource().acquire(
            wants,
            self,
            |tx| tx.inner.try_reserve().ok().map(Ok),
            |tx| tx.inner.reserve(),
            |permit, tx, wait| match permit {
                Ok(permit) => {
                    wait.is_over();
                    push(&tx.share, wait.place, permit, value);
                    Ok(())
                }
                Err(_) => Err(SendError(value)),
            },
        )
    }

    /// Sends if there is a place.
    ///
    /// # Errors
    ///
    /// Gives the message back when there is none or the channel is closed.
    #[track_caller]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        let place = Location::caller();
        match self.inner.try_reserve() {
            Ok(permit) => {
                self.resource().act(place, || push(&self.share, place, permit, message));
                Ok(())
            }
            Err(TrySendError::Full(())) => Err(TrySendError::Full(message)),
            Err(TrySendError::Closed(())) => Err(TrySendError::Closed(message)),
        }
    }

    /// Waits for a place and keeps it for a message to come.
    ///
    /// # Errors
    ///
    /// Fails when the channel is closed.
    #[track_caller]
    pub fn reserve(&self) -> impl Future<Output = Result<Permit<'_, T>, SendError<()>>> {
        let wants = (1, Location::caller());
        self.resource().acquire(
            wants,
            self,
            |tx| tx.inner.try_reserve().ok().map(Ok),
            |tx| tx.inner.reserve(),
            |permit, tx, wait| {
                let inner = permit?;
                wait.got(Op::Acquired, 1);
                Ok(Permit::new(&tx.share, inner))
            },
        )
    }

    /// Waits for `n` places at once and keeps them.
    ///
    /// # Errors
    ///
    /// Fails when the channel is closed or has never so many places.
    #[track_caller]
    pub fn reserve_many(
        &self,
        n: usize,
    ) -> impl Future<Output = Result<PermitIterator<'_, T>, SendError<()>>> {
        self.resource().wait(n, Location::caller(), self.inner.reserve_many(n), move |permits, wait| {
            let inner = permits?;
            wait.got(Op::Acquired, n);
            Ok(PermitIterator::new(&self.share, inner))
        })
    }

    /// Waits for a place and keeps it with the sender.
    ///
    /// # Errors
    ///
    /// Fails when the channel is closed.
    #[track_caller]
    pub fn reserve_owned(self) -> impl Future<Output = Result<OwnedPermit<T>, SendError<()>>> {
        let Self { share, inner } = self;
        let (resource, reserve) = (share.resource(), inner.reserve_owned());
        resource.wait(1, Location::caller(), reserve, move |permit, wait| {
            let inner = permit?;
            wait.got(Op::Acquired, 1);
            Ok(OwnedPermit::new(share, inner))
        })
    }

    /// Reserves a place if there is one.
    ///
    /// # Errors
    ///
    /// Fails when there is none or the channel is closed.
    #[track_caller]
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        let inner = self.inner.try_reserve()?;
        self.resource().op(Op::Acquired, 1, Location::caller());
        Ok(Permit::new(&self.share, inner))
    }

    /// Reserves `n` places if there are so many.
    ///
    /// # Errors
    ///
    /// As [`try_reserve`](Self::try_reserve).
    #[track_caller]
    pub fn try_reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, TrySendError<()>> {
        let inner = self.inner.try_reserve_many(n)?;
        self.resource().op(Op::Acquired, n, Location::caller());
        Ok(PermitIterator::new(&self.share, inner))
    }

    /// Reserves a place, if there is one, and keeps it with the sender.
    ///
    /// # Errors
    ///
    /// Gives the sender back when there is no place or the channel is closed.
    #[track_caller]
    pub fn try_reserve_owned(self) -> Result<OwnedPermit<T>, TrySendError<Self>> {
        let Self { share, inner } = self;
        match inner.try_reserve_owned() {
            Ok(inner) => {
                share.resource().op(Op::Acquired, 1, Location::caller());
                Ok(OwnedPermit::new(share, inner))
            }
            Err(TrySendError::Full(inner)) => Err(TrySendError::Full(Self { share, inner })),
            Err(TrySendError::Closed(inner)) => Err(TrySendError::Closed(Self { share, inner })),
        }
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

    /// Returns how many places are free.
    pub fn capacity(&self) -> usize {
        self.inner.capacity()
    }

    /// Returns how many places there are.
    pub fn max_capacity(&self) -> usize {
        self.inner.max_capacity()
    }

    /// Returns a sender that does not keep the channel open.
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender { share: self.share.downgrade(), inner: self.inner.downgrade() }
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

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self { share: self.share.clone(), inner: self.inner.clone() }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("capacity", &self.capacity()).finish_non_exhaustive()
    }
}

/// A sender that does not keep the channel open; as `tokio::sync::mpsc::WeakSender`.
pub struct WeakSender<T> {
    share: WeakShare,
    inner: mpsc::WeakSender<T>,
}

impl<T> WeakSender<T> {
    /// Returns a sender, if there is still another.
    pub fn upgrade(&self) -> Option<Sender<T>> {
        Some(Sender { share: self.share.upgrade()?, inner: self.inner.upgrade()? })
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

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> Self {
        Self { share: self.share.clone(), inner: self.inner.clone() }
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakSender").finish_non_exhaustive()
    }
}

/// Receives messages; as `tokio::sync::mpsc::Receiver`.
pub struct Receiver<T>(pub(super) Rx<mpsc::Receiver<T>>);

super::receiver!(Receiver);

impl<T> Receiver<T> {
    /// Returns how many places are free.
    pub fn capacity(&self) -> usize {
        self.0.inner.capacity()
    }

    /// Returns how many places there are.
    pub fn max_capacity(&self) -> usize {
        self.0.inner.max_capacity()
    }
}

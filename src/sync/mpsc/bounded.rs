//! A channel with so many places.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::{Semaphore, TryAcquireError};

use super::chan::{Chan, Ends, Rx, Tx, WeakTx};
use super::error::{SendError, TryRecvError, TrySendError};
use super::permit::{OwnedPermit, Permit, PermitIterator};
use super::places::{Bounded, Places};
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
    assert!(buffer > 0, "mpsc bounded channel requires buffer > 0");
    let places = Bounded { semaphore: Semaphore::new(buffer), capacity: buffer };
    let chan = Chan::new(Resource::new(ResourceKind::Mpsc, buffer), places);
    (Sender(Tx(Arc::clone(&chan))), Receiver(Rx::new(chan)))
}

/// Lets the receiver of a closed channel look again when a sender stops waiting.
///
/// A sender in the queue may have been given a place that it has not taken when the channel is closed. It gives
/// the place back as it learns of the close, or is dropped, and the receiver may be waiting for nothing else.
struct GivesUp<'a>(&'a Ends<Bounded>);

impl Drop for GivesUp<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.unreserve(0);
    }
}

/// Sends messages; as `tokio::sync::mpsc::Sender`.
pub struct Sender<T>(pub(super) Tx<T, Bounded>);

impl<T> Sender<T> {
    fn chan(&self) -> &Chan<T, Bounded> {
        &self.0.0
    }

    pub(in crate::sync) fn resource(&self) -> Resource {
        self.chan().resource
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
        let chan = self.chan();
        chan.resource.wait(1, Location::caller(), take_many(chan, 1), move |taken, wait| match taken {
            Ok(()) => {
                chan.push(value, |number| wait.got(Op::Sent, number));
                Ok(())
            }
            Err(_) => Err(SendError(value)),
        })
    }

    /// Sends if there is a place.
    ///
    /// # Errors
    ///
    /// Gives the message back when there is none or the channel is closed.
    #[track_caller]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        match self.try_take(1) {
            Ok(()) => {
                self.chan().push_at(message, Location::caller());
                Ok(())
            }
            Err(TrySendError::Full(())) => Err(TrySendError::Full(message)),
            Err(TrySendError::Closed(())) => Err(TrySendError::Closed(message)),
        }
    }

    fn try_take(&self, n: u32) -> Result<(), TrySendError<()>> {
        match self.chan().places.semaphore.try_acquire_many(n) {
            Ok(places) => {
                places.forget();
                Ok(())
            }
            Err(TryAcquireError::NoPermits) => Err(TrySendError::Full(())),
            Err(TryAcquireError::Closed) => Err(TrySendError::Closed(())),
        }
    }

    /// Waits for a place and keeps it for a message to come.
    ///
    /// # Errors
    ///
    /// Fails when the channel is closed.
    #[track_caller]
    pub fn reserve(&self) -> impl Future<Output = Result<Permit<'_, T>, SendError<()>>> {
        let chan = self.chan();
        let reserved = self.reserve_at(1, Location::caller());
        async move { reserved.await.map(|()| Permit::new(chan)) }
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
        let chan = self.chan();
        let reserved = self.reserve_at(n, Location::caller());
        async move { reserved.await.map(|()| PermitIterator::new(chan, n)) }
    }

    #[inline]
    fn reserve_at(&self, n: usize, place: Place) -> impl Future<Output = Result<(), SendError<()>>> {
        let chan = self.chan();
        chan.resource.wait(n, place, take_many(chan, n), move |taken, wait| {
            taken.inspect(|()| wait.got(Op::Acquired, n))
        })
    }

    /// Waits for a place and keeps it with the sender.
    ///
    /// # Errors
    ///
    /// Fails when the channel is closed.
    #[track_caller]
    pub fn reserve_owned(self) -> impl Future<Output = Result<OwnedPermit<T>, SendError<()>>> {
        let place = Location::caller();
        async move {
            self.reserve_at(1, place).await?;
            Ok(OwnedPermit::new(self.0))
        }
    }

    /// Reserves a place if there is one.
    ///
    /// # Errors
    ///
    /// Fails when there is none or the channel is closed.
    #[track_caller]
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        self.try_take(1)?;
        self.chan().resource.op(Op::Acquired, 1, Location::caller());
        Ok(Permit::new(self.chan()))
    }

    /// Reserves `n` places if there are so many.
    ///
    /// # Errors
    ///
    /// As [`try_reserve`](Self::try_reserve).
    #[track_caller]
    pub fn try_reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, TrySendError<()>> {
        let fits = u32::try_from(n).ok().filter(|_| n <= self.max_capacity());
        self.try_take(fits.ok_or(TrySendError::Full(()))?)?;
        self.chan().resource.op(Op::Acquired, n, Location::caller());
        Ok(PermitIterator::new(self.chan(), n))
    }

    /// Reserves a place, if there is one, and keeps it with the sender.
    ///
    /// # Errors
    ///
    /// Gives the sender back when there is no place or the channel is closed.
    #[track_caller]
    pub fn try_reserve_owned(self) -> Result<OwnedPermit<T>, TrySendError<Self>> {
        match self.try_take(1) {
            Ok(()) => {
                self.chan().resource.op(Op::Acquired, 1, Location::caller());
                Ok(OwnedPermit::new(self.0))
            }
            Err(TrySendError::Full(())) => Err(TrySendError::Full(self)),
            Err(TrySendError::Closed(())) => Err(TrySendError::Closed(self)),
        }
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

    /// Returns how many places are free.
    pub fn capacity(&self) -> usize {
        self.chan().places.semaphore.available_permits()
    }

    /// Returns how many places there are.
    pub fn max_capacity(&self) -> usize {
        self.chan().places.capacity
    }

    /// Returns a sender that does not keep the channel open.
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender(WeakTx::new(&self.0))
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

/// Takes as many places as there can be in a channel, which may be more than are given out in one go.
async fn take_many(ends: &Ends<Bounded>, n: usize) -> Result<(), SendError<()>> {
    if n > ends.places.capacity {
        return Err(SendError(()));
    }
    let _gives_up = GivesUp(ends);
    let n = u32::try_from(n).expect("nobody reserves four billion places");
    ends.places.semaphore.acquire_many(n).await.map_err(|_| SendError(()))?.forget();
    Ok(())
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("capacity", &self.capacity()).finish_non_exhaustive()
    }
}

/// A sender that does not keep the channel open; as `tokio::sync::mpsc::WeakSender`.
pub struct WeakSender<T>(WeakTx<T, Bounded>);

impl<T> WeakSender<T> {
    /// Returns a sender, if there is still another.
    pub fn upgrade(&self) -> Option<Sender<T>> {
        self.0.upgrade().map(Sender)
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

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakSender").finish_non_exhaustive()
    }
}

/// Receives messages; as `tokio::sync::mpsc::Receiver`.
pub struct Receiver<T>(pub(super) Rx<T, Bounded>);

super::receiver!(Receiver);

impl<T> Receiver<T> {
    /// Returns how many places are free.
    pub fn capacity(&self) -> usize {
        self.0.chan.places.semaphore.available_permits()
    }

    /// Returns how many places there are.
    pub fn max_capacity(&self) -> usize {
        self.0.chan.places.capacity
    }
}

//! A channel of which every receiver gets every value; as `tokio::sync::broadcast`, which it wraps.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::broadcast;

pub use tokio::sync::broadcast::error;

use self::error::{RecvError, SendError, TryRecvError};
use super::record::{Place, Resource, Wait};
use crate::trace::{Op, ResourceKind};

/// Creates a channel that keeps the last `capacity` values (rounded up to a power of two) for receivers
/// that are slower than the senders; as `tokio::sync::broadcast::channel`.
///
/// # Panics
///
/// Panics if `capacity` is 0 or greater than `usize::MAX / 2`.
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = broadcast::channel(capacity);
    let shared = Shared::new(capacity);
    (Sender { shared: Arc::clone(&shared), inner: sender }, Receiver { shared, inner: receiver })
}

/// A value with its number in the channel; 0 where nothing is recorded.
#[derive(Clone, Debug)]
struct Message<T> {
    number: u32,
    value: T,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) resource: Resource,
    last_number: AtomicU32,
}

impl Shared {
    #[track_caller]
    fn new(capacity: usize) -> Arc<Self> {
        let resource = Resource::new(ResourceKind::Broadcast, capacity.next_power_of_two());
        Arc::new(Self { resource, last_number: AtomicU32::new(0) })
    }
}

/// Sends to all receivers; as `tokio::sync::broadcast::Sender`.
pub struct Sender<T> {
    pub(super) shared: Arc<Shared>,
    inner: broadcast::Sender<Message<T>>,
}

impl<T> Sender<T> {
    /// Creates a channel without receivers.
    ///
    /// # Panics
    ///
    /// As [`channel`].
    #[track_caller]
    pub fn new(capacity: usize) -> Self {
        let inner = broadcast::Sender::new(capacity);
        Self { shared: Shared::new(capacity), inner }
    }

    /// Sends at once to all receivers there are, and returns how many. The slowest of them lose their
    /// oldest value when the channel is full.
    ///
    /// # Errors
    ///
    /// Gives the value back when there is no receiver.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        let place = Location::caller();
        let resource = self.shared.resource;
        let is_told = resource.is_told() && self.inner.receiver_count() > 0;
        let number = if is_told {
            let number = self.shared.last_number.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            // Told before a receiver can have it.
            resource.op(Op::Sent, number as usize, place);
            number
        } else {
            0
        };
        let sent = resource.act(place, || self.inner.send(Message { number, value }));
        sent.map_err(|SendError(message)| {
            if is_told {
                resource.op(Op::Discarded, number as usize, place);
            }
            SendError(message.value)
        })
    }

    /// Creates a receiver of what is sent from now on.
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver { shared: Arc::clone(&self.shared), inner: self.inner.subscribe() }
    }

    /// Returns a sender that does not keep the channel open.
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender { shared: Arc::clone(&self.shared), inner: self.inner.downgrade() }
    }

    /// Returns how many values are kept for somebody.
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Returns whether no value is kept for anybody.
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// Returns how many receivers there are.
    pub fn receiver_count(&self) -> usize {
        self.inner.receiver_count()
    }

    /// Returns whether both send into the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Waits until there is no receiver any more.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        self.shared.resource.wait(0, Location::caller(), self.inner.closed(), |(), _| ())
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
        Self { shared: Arc::clone(&self.shared), inner: self.inner.clone() }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if self.shared.resource.is_told() && self.inner.strong_count() == 1 {
            self.shared.resource.op_in_drop(Op::Closed, self.inner.len());
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("broadcast::Sender").finish_non_exhaustive()
    }
}

/// A sender that does not keep the channel open; as `tokio::sync::broadcast::WeakSender`.
pub struct WeakSender<T> {
    shared: Arc<Shared>,
    inner: broadcast::WeakSender<Message<T>>,
}

impl<T> WeakSender<T> {
    /// Returns a sender, if there is still another.
    pub fn upgrade(&self) -> Option<Sender<T>> {
        Some(Sender { shared: Arc::clone(&self.shared), inner: self.inner.upgrade()? })
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
        Self { shared: Arc::clone(&self.shared), inner: self.inner.clone() }
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("broadcast::WeakSender").finish_non_exhaustive()
    }
}

/// Gets every value sent since it was made, unless it is too slow; as `tokio::sync::broadcast::Receiver`.
pub struct Receiver<T> {
    pub(super) shared: Arc<Shared>,
    inner: broadcast::Receiver<Message<T>>,
}

impl<T> Receiver<T> {
    /// Returns how many values are there to be received, the lost ones among them.
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Returns whether nothing is there to be received.
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// Returns whether all senders are dropped.
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// Returns whether both receive from the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Returns how many senders there are.
    pub fn sender_strong_count(&self) -> usize {
        self.inner.sender_strong_count()
    }

    /// Returns how many weak senders there are.
    pub fn sender_weak_count(&self) -> usize {
        self.inner.sender_weak_count()
    }
}

impl<T: Clone> Receiver<T> {
    /// Waits for the next value. Dropping this future loses nothing.
    ///
    /// # Errors
    ///
    /// Fails when all senders are dropped and what they sent is received, and when this receiver was too
    /// slow: then it is told how many values it has lost, and goes on with the oldest that is kept.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Result<T, RecvError>> {
        let wants = (1, Location::caller());
        self.shared.resource.acquire(
            wants,
            Some(&mut self.inner),
            |rx| match rx.as_mut()?.try_recv() {
                Ok(message) => Some(Ok(message)),
                Err(TryRecvError::Lagged(lost)) => Some(Err(RecvError::Lagged(lost))),
                Err(TryRecvError::Empty | TryRecvError::Closed) => None,
            },
            |rx| rx.take().expect("whoever waits has its receiver").recv(),
            |received, _, wait| {
                if let Err(RecvError::Lagged(lost)) = received {
                    wait.got(Op::Lagged, usize::try_from(lost).unwrap_or(usize::MAX));
                }
                Ok(got(received?, wait))
            },
        )
    }

    /// Takes the next value if one is there.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv), and when there is none.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.try_recv_at(Location::caller())
    }

    fn try_recv_at(&mut self, place: Place) -> Result<T, TryRecvError> {
        let mut wait = Wait::new(self.shared.resource, 1, place);
        let received = self.inner.try_recv();
        if let Err(TryRecvError::Lagged(lost)) = received {
            wait.got(Op::Lagged, usize::try_from(lost).unwrap_or(usize::MAX));
        }
        Ok(got(received?, &mut wait))
    }

    /// Creates another receiver of what is sent from now on.
    pub fn resubscribe(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), inner: self.inner.resubscribe() }
    }
}

fn got<T>(message: Message<T>, wait: &mut Wait) -> T {
    if message.number != 0 {
        wait.got(Op::Received, message.number as usize);
    }
    message.value
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("broadcast::Receiver").finish_non_exhaustive()
    }
}

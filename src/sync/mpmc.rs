//! A queue with many senders and many receivers, of which every message goes to one; as `async_channel`, which
//! it wraps. tokio has none.
//!
//! Several workers that share one queue of jobs each take the next when they are free. Whoever finds a place
//! takes it, also before one who has waited for longer; where turns matter there is [`mpsc`](super::mpsc).

use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

pub use async_channel::{RecvError, SendError, TryRecvError, TrySendError};

use super::numbers::{Numbers, Share};
use super::record::{Place, Resource, Wait};
use crate::trace::{Event, ResourceKind};

/// Creates a channel that holds at most `cap` messages; as `async_channel::bounded`.
///
/// # Panics
///
/// Panics if `cap` is 0.
#[track_caller]
pub fn bounded<T>(cap: usize) -> (Sender<T>, Receiver<T>) {
    ends(async_channel::bounded(cap), Resource::new(ResourceKind::Mpsc, cap))
}

/// Creates a channel that holds as many messages as there is memory for; as `async_channel::unbounded`.
#[track_caller]
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    ends(async_channel::unbounded(), Resource::new(ResourceKind::Mpsc, Event::UNBOUNDED as usize))
}

fn ends<T>(
    (tx, rx): (async_channel::Sender<T>, async_channel::Receiver<T>),
    resource: Resource,
) -> (Sender<T>, Receiver<T>) {
    let numbers = Numbers::new(resource);
    let share = || Share::new(numbers.as_ref());
    (Sender { share: share(), inner: tx }, Receiver { share: share(), inner: rx })
}

/// Sends messages; as `async_channel::Sender`.
pub struct Sender<T> {
    // Told first, and closed then.
    share: Share,
    inner: async_channel::Sender<T>,
}

impl<T> Sender<T> {
    /// Waits for a place and sends into it. Dropping this future before it is ready drops the message with it.
    ///
    /// # Errors
    ///
    /// Gives the message back when the channel is closed.
    #[track_caller]
    pub fn send(&self, msg: T) -> impl Future<Output = Result<(), SendError<T>>> {
        Passing::new(self, Location::caller(), self.inner.send(msg))
    }

    /// Sends if there is a place.
    ///
    /// # Errors
    ///
    /// Gives the message back when there is none or the channel is closed.
    #[track_caller]
    pub fn try_send(&self, msg: T) -> Result<(), TrySendError<T>> {
        at_once(self, Location::caller(), || self.inner.try_send(msg))
    }

    /// Waits until the channel is closed.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        self.resource().wait(0, Location::caller(), self.inner.closed(), |(), _| ())
    }
}

/// Receives messages; as `async_channel::Receiver`.
pub struct Receiver<T> {
    // Told first, and closed then.
    share: Share,
    inner: async_channel::Receiver<T>,
}

impl<T> Receiver<T> {
    /// Waits for the next message. Dropping this future loses nothing: the next receiver gets the message.
    ///
    /// # Errors
    ///
    /// Fails when the channel is closed and what was sent before is received.
    #[track_caller]
    pub fn recv(&self) -> impl Future<Output = Result<T, RecvError>> {
        Passing::new(self, Location::caller(), self.inner.recv())
    }

    /// Takes a message if one is there.
    ///
    /// # Errors
    ///
    /// Fails when there is none, and says whether there will be.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        at_once(self, Location::caller(), || self.inner.try_recv())
    }
}

/// What both ends can do.
macro_rules! end {
    ($end:ident) => {
        impl<T> $end<T> {
            pub(super) fn resource(&self) -> Resource {
                self.share.resource()
            }

            /// Closes the channel: nothing can be sent any more, and what is in it can be received. Returns
            /// whether it was open.
            #[track_caller]
            pub fn close(&self) -> bool {
                let Some(numbers) = self.share.numbers() else { return self.inner.close() };
                let place = Location::caller();
                self.resource().act(place, || {
                    // Nobody sends between the word and the deed.
                    let _locked = numbers.hold();
                    numbers.close(Some(place));
                    self.inner.close()
                })
            }

            /// Returns whether nothing more can be sent.
            pub fn is_closed(&self) -> bool {
                self.inner.is_closed()
            }

            /// Returns whether nothing is there to be received.
            pub fn is_empty(&self) -> bool {
                self.inner.is_empty()
            }

            /// Returns whether every place is taken.
            pub fn is_full(&self) -> bool {
                self.inner.is_full()
            }

            /// Returns how many messages are there to be received.
            pub fn len(&self) -> usize {
                self.inner.len()
            }

            /// Returns how many places there are; `None` without a limit.
            pub fn capacity(&self) -> Option<usize> {
                self.inner.capacity()
            }

            /// Returns how many receivers there are.
            pub fn receiver_count(&self) -> usize {
                self.inner.receiver_count()
            }

            /// Returns how many senders there are.
            pub fn sender_count(&self) -> usize {
                self.inner.sender_count()
            }

            /// Returns whether both are ends of the same channel.
            pub fn same_channel(&self, other: &Self) -> bool {
                self.inner.same_channel(&other.inner)
            }
        }

        impl<T> Clone for $end<T> {
            fn clone(&self) -> Self {
                Self { share: self.share.clone(), inner: self.inner.clone() }
            }
        }

        impl<T> fmt::Debug for $end<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($end)).field("len", &self.len()).finish_non_exhaustive()
            }
        }
    };
}

end!(Sender);
end!(Receiver);

/// An end through which messages pass, one at a time where that is told.
trait End {
    fn share(&self) -> &Share;
    /// Tells that a message passes if it is sure to, as the channel is now; returns whether it is.
    fn tell(&self, numbers: &Numbers, place: Place) -> bool;
}

impl<T> End for Sender<T> {
    #[inline]
    fn share(&self) -> &Share {
        &self.share
    }

    fn tell(&self, numbers: &Numbers, place: Place) -> bool {
        let is_sure = !numbers.is_closed() && !self.inner.is_full();
        if is_sure {
            drop(numbers.send(place));
        }
        is_sure
    }
}

impl<T> End for Receiver<T> {
    #[inline]
    fn share(&self) -> &Share {
        &self.share
    }

    fn tell(&self, numbers: &Numbers, place: Place) -> bool {
        let is_sure = !self.inner.is_empty();
        if is_sure {
            numbers.took(1, Some(place));
        }
        is_sure
    }
}

/// Tells of what does not wait, before it is done: what follows from it comes after it.
#[inline]
fn at_once<R>(end: &impl End, place: Place, pass: impl FnOnce() -> R) -> R {
    let Some(numbers) = end.share().numbers() else { return pass() };
    numbers.resource.act(place, || {
        let _locked = numbers.hold();
        end.tell(numbers, place);
        pass()
    })
}

pin_project! {
    /// A message on its way through an end.
    struct Passing<'a, E, F> {
        // Dropped before the inner future, whose drop may wake the next: a wait that is given up is told
        // before what follows from it.
        wait: Wait,
        end: &'a E,
        #[pin]
        inner: F,
    }
}

impl<'a, E: End, F: Future> Passing<'a, E, F> {
    #[inline]
    fn new(end: &'a E, place: Place, inner: F) -> Self {
        Self { wait: Wait::new(end.share().resource(), 1, place), end, inner }
    }
}

impl<E: End, F: Future> Future for Passing<'_, E, F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        match this.end.share().numbers() {
            None => this.inner.poll(cx),
            Some(numbers) => poll_told(*this.end, numbers, this.wait, this.inner, cx),
        }
    }
}

/// Apart from the poll that tells nothing, which is to be short.
#[inline(never)]
fn poll_told<F: Future>(
    end: &impl End,
    numbers: &Numbers,
    wait: &mut Wait,
    inner: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    wait.poll(|wait| {
        let _locked = numbers.hold();
        if end.tell(numbers, wait.place) {
            wait.is_over();
        }
        inner.poll(cx)
    })
}

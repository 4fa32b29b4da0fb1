//! A channel for one value; as `tokio::sync::oneshot`. It wraps `futures::channel::oneshot`.

use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::channel::oneshot;

use self::error::{RecvError, TryRecvError};
use super::record::{Place, Resource, Wait};
use crate::trace::{Op, ResourceKind};

/// What goes wrong with a channel for one value.
pub mod error {
    pub use tokio::sync::oneshot::error::TryRecvError;

    /// The sender was dropped without sending; as `tokio::sync::oneshot::error::RecvError`.
    #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
    #[error("channel closed")]
    pub struct RecvError(pub(super) ());
}

/// The number of the one value there is.
const VALUE: usize = 1;

/// Creates a channel for one value; as `tokio::sync::oneshot::channel`.
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let place = Location::caller();
    let resource = Resource::new(ResourceKind::Oneshot, 1);
    let (sender, receiver) = oneshot::channel();
    let wait = Wait::new(resource, 1, place);
    (Sender { resource, inner: Some(sender) }, Receiver { wait, inner: Some(receiver), is_closed: false })
}

/// Sends the value; as `tokio::sync::oneshot::Sender`.
pub struct Sender<T> {
    pub(super) resource: Resource,
    /// Taken when the value is sent.
    inner: Option<oneshot::Sender<T>>,
}

const UNSENT: &str = "sending takes the sender away";

impl<T> Sender<T> {
    /// Sends the value.
    ///
    /// # Errors
    ///
    /// Gives the value back when the receiver is dropped or closed.
    #[track_caller]
    pub fn send(mut self, value: T) -> Result<(), T> {
        let place = Location::caller();
        let sender = self.inner.take().expect(UNSENT);
        if sender.is_canceled() {
            return Err(value);
        }
        // Told before the receiver can have it.
        self.resource.op(Op::Sent, VALUE, place);
        let sent = self.resource.act(place, || sender.send(value));
        if sent.is_err() {
            self.resource.op(Op::Discarded, VALUE, place);
        }
        sent
    }

    /// Waits until the receiver is dropped or closed.
    #[track_caller]
    pub fn closed(&mut self) -> impl Future<Output = ()> {
        let resource = self.resource;
        let closed = std::future::poll_fn(|cx| self.poll_closed(cx));
        resource.wait(0, Location::caller(), closed, |(), _| ())
    }

    /// Returns whether the receiver is dropped or closed.
    pub fn is_closed(&self) -> bool {
        self.inner.as_ref().expect(UNSENT).is_canceled()
    }

    /// Polls whether the receiver is dropped or closed; see [`closed`](Self::closed).
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.inner.as_mut().expect(UNSENT).poll_canceled(cx)
    }
}

impl<T> Drop for Sender<T> {
    #[inline]
    fn drop(&mut self) {
        if self.resource.is_told() && self.inner.as_ref().is_some_and(|sender| !sender.is_canceled()) {
            self.resource.op_in_drop(Op::Closed, 0);
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// A future of the value; as `tokio::sync::oneshot::Receiver`.
#[must_use = "a future does nothing until it is awaited"]
pub struct Receiver<T> {
    wait: Wait,
    /// Taken with the value, or with the news that there will be none.
    inner: Option<oneshot::Receiver<T>>,
    is_closed: bool,
}

impl<T> Receiver<T> {
    /// Keeps the sender from sending; a value that was sent before can still be received.
    #[track_caller]
    pub fn close(&mut self) {
        let place = Location::caller();
        if let Some(receiver) = &mut self.inner {
            if !std::mem::replace(&mut self.is_closed, true) {
                self.wait.resource.op(Op::Closed, 0, place);
            }
            self.wait.resource.act(place, || receiver.close());
        }
    }

    /// Returns whether the value was received, or the news that there will be none.
    pub fn is_terminated(&self) -> bool {
        self.inner.is_none()
    }

    /// Takes the value if it is there.
    ///
    /// # Errors
    ///
    /// Fails when there is none, and says whether there will be.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let receiver = self.inner.as_mut().ok_or(TryRecvError::Closed)?;
        match receiver.try_recv() {
            Ok(Some(value)) => {
                self.inner = None;
                self.got(Location::caller());
                Ok(value)
            }
            Ok(None) => Err(TryRecvError::Empty),
            Err(oneshot::Canceled) => {
                self.inner = None;
                Err(TryRecvError::Closed)
            }
        }
    }

    fn got(&mut self, place: Place) {
        self.wait.place = place;
        self.wait.got(Op::Received, VALUE);
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let receiver = this.inner.as_mut().expect("called after complete");
        let output = this.wait.poll(|wait| {
            Pin::new(receiver).poll(cx).map(|value| {
                let value = value.map_err(|oneshot::Canceled| RecvError(()))?;
                wait.got(Op::Received, VALUE);
                Ok(value)
            })
        });
        if output.is_ready() {
            this.inner = None;
        }
        output
    }
}

// The value is never pinned: it is handed on.
impl<T> Unpin for Receiver<T> {}

impl<T> Drop for Receiver<T> {
    #[inline]
    fn drop(&mut self) {
        if self.wait.resource.is_told() {
            self.close_told();
        }
    }
}

impl<T> Receiver<T> {
    #[inline(never)]
    fn close_told(&mut self) {
        let Some(mut receiver) = self.inner.take() else { return };
        let resource = self.wait.resource;
        if !self.is_closed && matches!(receiver.try_recv(), Ok(None)) {
            resource.op_in_drop(Op::Closed, 0);
        }
        receiver.close();
        if let Ok(Some(value)) = receiver.try_recv() {
            resource.op_in_drop(Op::Discarded, VALUE);
            drop(value);
        }
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("is_terminated", &self.is_terminated()).finish_non_exhaustive()
    }
}

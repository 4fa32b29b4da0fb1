//! A channel with many senders and one receiver; as `tokio::sync::mpsc`.
//!
//! It wraps tokio's: its queue, its order among senders, its reservations and its weak senders. Where a run
//! is recorded, messages are numbered beside the queue (`sync/numbers.rs`).

/// What both receivers do, each with the channel that it is of.
macro_rules! receiver {
    ($receiver:ident) => {
        impl<T> $receiver<T> {
            pub(in crate::sync) fn resource(&self) -> Resource {
                self.0.resource()
            }

            /// Waits for the next message; `None` when all senders are dropped, or the channel is closed, and
            /// what was sent before is received.
            ///
            /// Dropping this future loses nothing.
            #[track_caller]
            pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
                self.0.recv()
            }

            /// Waits for messages and takes up to `limit` that are there; returns how many: none when the
            /// channel is at its end, or `limit` is 0.
            #[track_caller]
            pub fn recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> impl Future<Output = usize> {
                self.0.recv_many(buffer, limit)
            }

            /// Takes a message if one is there.
            ///
            /// # Errors
            ///
            /// Fails when there is none, and says whether there will be.
            #[track_caller]
            pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
                self.0.try_recv(Location::caller())
            }

            /// Polls for the next message, for futures and streams made by hand.
            #[track_caller]
            pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
                self.0.poll_recv(cx, Location::caller())
            }

            /// Polls for up to `limit` messages; see [`recv_many`](Self::recv_many).
            #[track_caller]
            pub fn poll_recv_many(
                &mut self,
                cx: &mut Context<'_>,
                buffer: &mut Vec<T>,
                limit: usize,
            ) -> Poll<usize> {
                self.0.poll_recv_many(cx, (buffer, limit), Location::caller())
            }

            /// Closes the channel: nothing can be sent any more, and what is in it can be received.
            #[track_caller]
            pub fn close(&mut self) {
                self.0.close_at(Location::caller());
            }

            /// Returns whether nothing more can be sent.
            pub fn is_closed(&self) -> bool {
                self.0.inner.is_closed()
            }

            /// Returns whether nothing is there to be received.
            pub fn is_empty(&self) -> bool {
                self.0.inner.is_empty()
            }

            /// Returns how many messages are there to be received.
            pub fn len(&self) -> usize {
                self.0.inner.len()
            }

            /// Returns how many senders there are.
            pub fn sender_strong_count(&self) -> usize {
                self.0.inner.sender_strong_count()
            }

            /// Returns how many weak senders there are.
            pub fn sender_weak_count(&self) -> usize {
                self.0.inner.sender_weak_count()
            }
        }

        impl<T> fmt::Debug for $receiver<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($receiver)).field("len", &self.len()).finish_non_exhaustive()
            }
        }
    };
}
use receiver;

mod bounded;
mod permit;
mod receiving;
mod unbounded;

pub use self::bounded::{Receiver, Sender, WeakSender, channel};
pub use self::permit::{OwnedPermit, Permit, PermitIterator};
pub use self::unbounded::{UnboundedReceiver, UnboundedSender, WeakUnboundedSender, unbounded_channel};

/// What goes wrong with a channel: tokio's own errors.
pub mod error {
    pub use tokio::sync::mpsc::error::{SendError, TryRecvError, TrySendError};
}

//! What the ends of a channel share, whether its places are counted or not.

use std::ops::Deref;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use async_channel::TryRecvError as Empty;
use futures::task::AtomicWaker;
use tokio::sync::Notify;

use super::error::TryRecvError;
use super::places::Places;
use crate::sync::record::{Place, Resource, Wait};
use crate::trace::Op;

/// A message with its number in the channel; 0 where nothing is recorded.
#[derive(Debug)]
struct Message<T> {
    number: u32,
    value: T,
}

/// What a channel is but for its messages: compiled once, and not for every kind of message.
#[derive(Debug)]
pub(super) struct Ends<P> {
    pub(super) resource: Resource,
    pub(super) places: P,
    receiver: AtomicWaker,
    receiver_closed: Notify,
    senders: AtomicUsize,
    weak_senders: AtomicUsize,
    last_number: AtomicU32,
}

impl<P: Places> Ends<P> {
    /// Gives back places that were reserved and not used; the receiver of a closed channel may wait for them.
    pub(super) fn unreserve(&self, n: usize) {
        self.places.add(n);
        if self.places.are_closed() && self.places.are_idle() {
            self.receiver.wake();
        }
    }

    pub(super) fn strong_count(&self) -> usize {
        self.senders.load(Ordering::Acquire)
    }

    pub(super) fn weak_count(&self) -> usize {
        self.weak_senders.load(Ordering::Relaxed)
    }

    pub(super) async fn closed(&self) {
        // Made before the look at the places, so that no close comes in between.
        let notified = self.receiver_closed.notified();
        if !self.places.are_closed() {
            notified.await;
        }
    }
}

#[derive(Debug)]
pub(super) struct Chan<T, P> {
    ends: Ends<P>,
    // Both ends of the queue live as long as the channel. It is closed when the last sender is dropped.
    push: async_channel::Sender<Message<T>>,
    pop: async_channel::Receiver<Message<T>>,
}

impl<T, P> Deref for Chan<T, P> {
    type Target = Ends<P>;

    #[inline]
    fn deref(&self) -> &Ends<P> {
        &self.ends
    }
}

impl<T, P: Places> Chan<T, P> {
    pub(super) fn new(resource: Resource, places: P) -> Arc<Self> {
        // The places are the bound; the queue grows with what is in it.
        let (push, pop) = async_channel::unbounded();
        let ends = Ends {
            resource,
            places,
            receiver: AtomicWaker::new(),
            receiver_closed: Notify::new(),
            senders: AtomicUsize::new(1),
            weak_senders: AtomicUsize::new(0),
            last_number: AtomicU32::new(0),
        };
        Arc::new(Self { ends, push, pop })
    }

    /// Puts a message into the place that its sender has taken.
    #[inline]
    pub(super) fn push(&self, value: T, sent: impl FnOnce(usize)) {
        let number = if self.resource.is_told() {
            let number = self.last_number.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            // Told before the receiver can have it.
            sent(number as usize);
            number
        } else {
            0
        };
        let pushed = self.push.try_send(Message { number, value });
        debug_assert!(pushed.is_ok(), "the queue is open as long as there is a sender");
        self.receiver.wake();
    }

    /// As [`push`](Self::push), without having waited.
    #[inline]
    pub(super) fn push_at(&self, value: T, place: Place) {
        self.resource.act(place, || {
            self.push(value, |number| self.resource.op(Op::Sent, number, place));
        });
    }

    pub(super) fn len(&self) -> usize {
        self.pop.len()
    }

    /// Takes the next message out and leaves its place to be given back by [`received`](Self::received).
    fn poll_message(&self, is_closed: bool, cx: &mut Context<'_>) -> Poll<Option<Message<T>>> {
        for registered in [false, true] {
            match self.pop.try_recv() {
                Ok(message) => return Poll::Ready(Some(message)),
                Err(Empty::Closed) => return Poll::Ready(None),
                Err(Empty::Empty) if registered => {}
                // A message may come between the look and the registration, hence another look.
                Err(Empty::Empty) => self.receiver.register(cx.waker()),
            }
        }
        if is_closed && self.places.are_idle() { Poll::Ready(None) } else { Poll::Pending }
    }

    /// Tells that a message was received, and gives back its place: what follows from that comes after it.
    #[inline]
    fn received(&self, message: Message<T>, wait: &mut Wait) -> T {
        if message.number != 0 {
            wait.got(Op::Received, message.number as usize);
        }
        self.places.add(1);
        message.value
    }

    fn poll_many(
        &self,
        is_closed: bool,
        cx: &mut Context<'_>,
        (buffer, limit): (&mut Vec<T>, usize),
        place: Place,
    ) -> Poll<usize> {
        if limit == 0 {
            return Poll::Ready(0);
        }
        let Some(first) = ready!(self.poll_message(is_closed, cx)) else { return Poll::Ready(0) };
        let mut next = Some(first);
        let mut received = 0;
        while let Some(Message { number, value }) = next {
            if number != 0 {
                self.resource.op(Op::Received, number as usize, place);
            }
            buffer.push(value);
            received += 1;
            next = if received < limit { self.pop.try_recv().ok() } else { None };
        }
        self.places.add(received);
        Poll::Ready(received)
    }
}

/// Counts as a sender.
#[derive(Debug)]
pub(super) struct Tx<T, P: Places>(pub(super) Arc<Chan<T, P>>);

impl<T, P: Places> Clone for Tx<T, P> {
    fn clone(&self) -> Self {
        self.0.senders.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0))
    }
}

impl<T, P: Places> Drop for Tx<T, P> {
    fn drop(&mut self) {
        if self.0.senders.fetch_sub(1, Ordering::AcqRel) != 1 {
            return;
        }
        if !self.0.places.are_closed() {
            self.0.resource.op_in_drop(Op::Closed, self.0.len());
        }
        self.0.push.close();
        self.0.receiver.wake();
    }
}

/// Counts as a weak sender.
#[derive(Debug)]
pub(super) struct WeakTx<T, P: Places>(pub(super) Arc<Chan<T, P>>);

impl<T, P: Places> WeakTx<T, P> {
    pub(super) fn new(tx: &Tx<T, P>) -> Self {
        tx.0.weak_senders.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&tx.0))
    }

    pub(super) fn upgrade(&self) -> Option<Tx<T, P>> {
        let more = |senders: usize| (senders > 0).then(|| senders + 1);
        self.0.senders.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok()?;
        Some(Tx(Arc::clone(&self.0)))
    }
}

impl<T, P: Places> Clone for WeakTx<T, P> {
    fn clone(&self) -> Self {
        self.0.weak_senders.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0))
    }
}

impl<T, P: Places> Drop for WeakTx<T, P> {
    fn drop(&mut self) {
        self.0.weak_senders.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The receiving end.
#[derive(Debug)]
pub(super) struct Rx<T, P: Places> {
    pub(super) chan: Arc<Chan<T, P>>,
    is_closed: bool,
    /// For those who poll without a future of ours.
    polling: Wait,
}

impl<T, P: Places> Rx<T, P> {
    pub(super) fn new(chan: Arc<Chan<T, P>>) -> Self {
        let polling = Wait::new(chan.resource, 1, Location::caller());
        Self { chan, is_closed: false, polling }
    }

    #[track_caller]
    pub(super) fn recv(&mut self) -> impl Future<Output = Option<T>> {
        let (chan, is_closed) = (&*self.chan, self.is_closed);
        let message = std::future::poll_fn(move |cx| chan.poll_message(is_closed, cx));
        chan.resource.wait(1, Location::caller(), message, |message: Option<Message<T>>, wait: &mut Wait| {
            Some(chan.received(message?, wait))
        })
    }

    #[track_caller]
    pub(super) fn recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> impl Future<Output = usize> {
        let (chan, is_closed, place) = (&*self.chan, self.is_closed, Location::caller());
        let messages = std::future::poll_fn(move |cx| chan.poll_many(is_closed, cx, (buffer, limit), place));
        chan.resource.wait(1, place, messages, |received, wait| {
            if received > 0 {
                wait.is_over();
            }
            received
        })
    }

    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>, place: Place) -> Poll<Option<T>> {
        let Self { chan, is_closed, polling } = self;
        polling.place = place;
        polling
            .poll(|| chan.poll_message(*is_closed, cx), |message, wait| Some(chan.received(message?, wait)))
    }

    pub(super) fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        into: (&mut Vec<T>, usize),
        place: Place,
    ) -> Poll<usize> {
        let Self { chan, is_closed, polling } = self;
        polling.place = place;
        polling.poll(
            || chan.poll_many(*is_closed, cx, into, place),
            |received, wait| {
                if received > 0 {
                    wait.is_over();
                }
                received
            },
        )
    }

    pub(super) fn try_recv(&mut self, place: Place) -> Result<T, TryRecvError> {
        let chan = &*self.chan;
        match chan.pop.try_recv() {
            Ok(message) => {
                let mut wait = Wait::new(chan.resource, 1, place);
                Ok(chan.resource.act(place, || chan.received(message, &mut wait)))
            }
            Err(Empty::Closed) => Err(TryRecvError::Disconnected),
            Err(Empty::Empty) if self.is_closed && chan.places.are_idle() => Err(TryRecvError::Disconnected),
            Err(Empty::Empty) => Err(TryRecvError::Empty),
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.chan.places.are_closed() || self.chan.strong_count() == 0
    }

    pub(super) fn close_at(&mut self, place: Place) {
        let resource = self.chan.resource;
        resource.act(place, || self.close(|left| resource.op(Op::Closed, left, place)));
    }

    fn close(&mut self, told: impl FnOnce(usize)) {
        if !std::mem::replace(&mut self.is_closed, true) {
            if self.chan.strong_count() > 0 {
                told(self.chan.len());
            }
            self.chan.places.close();
            self.chan.receiver_closed.notify_waiters();
        }
    }
}

impl<T, P: Places> Drop for Rx<T, P> {
    fn drop(&mut self) {
        let resource = self.chan.resource;
        self.close(|left| resource.op_in_drop(Op::Closed, left));
        drop(self.chan.receiver.take());
        while let Ok(message) = self.chan.pop.try_recv() {
            if message.number != 0 {
                resource.op_in_drop(Op::Discarded, message.number as usize);
            }
            self.chan.places.add(1);
        }
    }
}

//! The receiving end, whether the places of the channel are counted or not.

use std::panic::Location;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::mpsc;

use super::error::TryRecvError;
use crate::runtime::tokio::has_budget;
use crate::sync::numbers::Numbers;
use crate::sync::record::{Place, Resource, Wait};

/// A receiver of tokio's.
pub(super) trait Queue {
    type Message;
    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Self::Message>>;
    fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut Vec<Self::Message>,
        limit: usize,
    ) -> Poll<usize>;
    fn try_recv(&mut self) -> Result<Self::Message, TryRecvError>;
    fn len(&self) -> usize;
    fn close(&mut self);
}

macro_rules! queue {
    ($receiver:ident) => {
        impl<T> Queue for mpsc::$receiver<T> {
            type Message = T;

            #[inline]
            fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
                self.poll_recv(cx)
            }

            #[inline]
            fn poll_recv_many(
                &mut self,
                cx: &mut Context<'_>,
                buffer: &mut Vec<T>,
                limit: usize,
            ) -> Poll<usize> {
                self.poll_recv_many(cx, buffer, limit)
            }

            #[inline]
            fn try_recv(&mut self) -> Result<T, TryRecvError> {
                self.try_recv()
            }

            fn len(&self) -> usize {
                self.len()
            }

            fn close(&mut self) {
                self.close();
            }
        }
    };
}

queue!(Receiver);
queue!(UnboundedReceiver);

/// A receiver of tokio's, and what is told of it.
#[derive(Debug)]
pub(super) struct Rx<Q: Queue> {
    pub(super) inner: Q,
    numbers: Option<Arc<Numbers>>,
    /// For those who poll without a future of ours.
    polling: Wait,
}

/// Polls for up to `limit` messages. `poll` takes no more than it is told to; `count` returns how many it took.
///
/// What is there is told before it is taken: to take it wakes a sender, and what follows comes after.
#[inline(never)]
fn poll_told<Q: Queue, R>(
    numbers: &Numbers,
    queue: &mut Q,
    (wait, limit): (&mut Wait, usize),
    poll: impl FnOnce(&mut Q, usize) -> Poll<R>,
    count: impl FnOnce(&R) -> usize,
) -> Poll<R> {
    wait.poll(|wait| {
        let locked = numbers.hold();
        // Without a budget nothing is taken, whatever is there.
        let there = if has_budget() { queue.len().min(limit) } else { 0 };
        let locked = numbers.tell_ahead(locked, there, Some(wait.place));
        let result = poll(queue, if there == 0 { limit } else { there });
        drop(locked);
        if let Poll::Ready(taken) = &result
            && let taken @ 1.. = count(taken)
        {
            numbers.took(taken, Some(wait.place));
            wait.is_over();
        }
        result
    })
}

impl<Q: Queue> Rx<Q> {
    pub(super) fn new(inner: Q, numbers: Option<Arc<Numbers>>) -> Self {
        let resource = numbers.as_ref().map_or(Resource::NONE, |numbers| numbers.resource);
        Self { inner, numbers, polling: Wait::new(resource, 1, Location::caller()) }
    }

    #[inline]
    pub(super) fn resource(&self) -> Resource {
        self.polling.resource
    }

    fn parts(&mut self) -> (&mut Q, Option<&Numbers>, &mut Wait) {
        (&mut self.inner, self.numbers.as_deref(), &mut self.polling)
    }

    #[track_caller]
    pub(super) fn recv(&mut self) -> impl Future<Output = Option<Q::Message>> {
        let (inner, numbers, polling) = self.parts();
        let mut wait = Wait::new(polling.resource, 1, Location::caller());
        std::future::poll_fn(move |cx| poll_one(inner, numbers, &mut wait, cx))
    }

    #[track_caller]
    pub(super) fn recv_many(
        &mut self,
        buffer: &mut Vec<Q::Message>,
        limit: usize,
    ) -> impl Future<Output = usize> {
        let (inner, numbers, polling) = self.parts();
        let mut wait = Wait::new(polling.resource, 1, Location::caller());
        std::future::poll_fn(move |cx| poll_many(inner, numbers, &mut wait, cx, (buffer, limit)))
    }

    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>, place: Place) -> Poll<Option<Q::Message>> {
        let (inner, numbers, polling) = self.parts();
        polling.place = place;
        poll_one(inner, numbers, polling, cx)
    }

    pub(super) fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        into: (&mut Vec<Q::Message>, usize),
        place: Place,
    ) -> Poll<usize> {
        let (inner, numbers, polling) = self.parts();
        polling.place = place;
        poll_many(inner, numbers, polling, cx, into)
    }

    pub(super) fn try_recv(&mut self, place: Place) -> Result<Q::Message, TryRecvError> {
        let (inner, numbers, polling) = self.parts();
        let Some(numbers) = numbers else { return inner.try_recv() };
        polling.resource.act(place, || take(numbers, inner, Some(place)))
    }

    pub(super) fn close_at(&mut self, place: Place) {
        let (inner, numbers, polling) = self.parts();
        polling.resource.act(place, || close(inner, numbers, Some(place)));
    }
}

#[inline]
fn poll_one<Q: Queue>(
    inner: &mut Q,
    numbers: Option<&Numbers>,
    wait: &mut Wait,
    cx: &mut Context<'_>,
) -> Poll<Option<Q::Message>> {
    let Some(numbers) = numbers else { return inner.poll_recv(cx) };
    let count = |taken: &Option<_>| usize::from(taken.is_some());
    poll_told(numbers, inner, (wait, 1), |queue, _| queue.poll_recv(cx), count)
}

#[inline]
fn poll_many<Q: Queue>(
    inner: &mut Q,
    numbers: Option<&Numbers>,
    wait: &mut Wait,
    cx: &mut Context<'_>,
    (buffer, limit): (&mut Vec<Q::Message>, usize),
) -> Poll<usize> {
    let Some(numbers) = numbers else { return inner.poll_recv_many(cx, buffer, limit) };
    poll_told(numbers, inner, (wait, limit), |queue, n| queue.poll_recv_many(cx, buffer, n), |taken| *taken)
}

/// Takes a message if one is there; without a place it is discarded.
fn take<Q: Queue>(
    numbers: &Numbers,
    queue: &mut Q,
    place: Option<Place>,
) -> Result<Q::Message, TryRecvError> {
    let locked = numbers.hold();
    let locked = numbers.tell_ahead(locked, queue.len().min(1), place);
    let taken = queue.try_recv();
    drop(locked);
    if taken.is_ok() {
        numbers.took(1, place);
    }
    taken
}

fn close<Q: Queue>(queue: &mut Q, numbers: Option<&Numbers>, place: Option<Place>) {
    // Nobody sends between the word and the deed.
    let _locked = numbers.map(|numbers| {
        let locked = numbers.hold();
        numbers.close(place);
        locked
    });
    queue.close();
}

impl<Q: Queue> Drop for Rx<Q> {
    fn drop(&mut self) {
        if let Some(numbers) = &self.numbers {
            close(&mut self.inner, Some(numbers), None);
            while take(numbers, &mut self.inner, None).is_ok() {}
        }
    }
}

//! What is told of a channel in a run that is recorded, and in which order.
//!
//! A queue carries messages and nothing else: a message's number is its place in the queue, and both ends know
//! it by counting. So whoever sends keeps all others from sending from before it counts until the message is in
//! the queue, and whoever receives does so while it looks whether there is anything: what it sees then it is
//! sure to get, and can tell before it takes it, which wakes a sender.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::record::{Place, Resource};
use crate::trace::Op;

/// What is there to be told of one channel.
#[derive(Debug)]
pub(super) struct Numbers {
    pub(super) resource: Resource,
    sends: Lock,
    /// The last number given to a message; changes while `sends` is held.
    sent: AtomicU32,
    /// The last number that was told to have come out, and the last that has. Whoever receives writes them: one
    /// at a time.
    told: AtomicU32,
    received: AtomicU32,
    is_closed: AtomicBool,
}

impl Numbers {
    /// Nothing is there to be told of a resource without a number.
    pub(super) fn new(resource: Resource) -> Option<Arc<Self>> {
        (resource != Resource::NONE).then(|| {
            Arc::new(Self {
                resource,
                sends: Lock::default(),
                sent: AtomicU32::new(0),
                told: AtomicU32::new(0),
                received: AtomicU32::new(0),
                is_closed: AtomicBool::new(false),
            })
        })
    }

    /// Tells that a message is sent, which is to be in the queue before what this returns is dropped.
    #[inline(never)]
    pub(super) fn send(&self, place: Place) -> Locked<'_> {
        let locked = self.sends.lock();
        let number = self.sent.fetch_add(1, Relaxed).wrapping_add(1);
        self.resource.op(Op::Sent, number as usize, place);
        locked
    }

    /// Keeps the senders from sending.
    pub(super) fn hold(&self) -> Locked<'_> {
        self.sends.lock()
    }

    /// Tells that the channel is closed, if nobody did; without a place in a destructor.
    pub(super) fn close(&self, place: Option<Place>) {
        let _locked = self.hold();
        if self.is_closed.swap(true, Relaxed) {
            return;
        }
        let left = self.sent.load(Relaxed).wrapping_sub(self.received.load(Relaxed)) as usize;
        match place {
            Some(place) => self.resource.op(Op::Closed, left, place),
            None => self.resource.op_in_drop(Op::Closed, left),
        }
    }

    /// Returns whether it was told that the channel is closed.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Relaxed)
    }

    /// Tells that `n` messages are about to be taken, which are there, and lets the senders go on. If there are
    /// none, the senders are held until that is certain. Without a place the messages are discarded.
    pub(super) fn tell_ahead<'a>(
        &self,
        locked: Locked<'a>,
        n: usize,
        place: Option<Place>,
    ) -> Option<Locked<'a>> {
        if n == 0 {
            return Some(locked);
        }
        drop(locked);
        self.tell(n, place);
        None
    }

    /// Counts messages that were taken.
    pub(super) fn took(&self, n: usize, place: Option<Place>) {
        // Nothing is left to be told here, unless the waker that a poll replaced has sent as it was dropped.
        self.tell(n, place);
        self.received.store(self.received.load(Relaxed).wrapping_add(n as u32), Relaxed);
    }

    /// Tells of the next `n` messages that they come out, but for those of which it is told already.
    fn tell(&self, n: usize, place: Option<Place>) {
        let until = self.received.load(Relaxed).wrapping_add(n as u32);
        let mut told = self.told.load(Relaxed);
        // Numbers begin again after the last; what is behind is less than half of them away.
        while until.wrapping_sub(told).cast_signed() > 0 {
            told = told.wrapping_add(1);
            match place {
                Some(place) => self.resource.op(Op::Received, told as usize, place),
                None => self.resource.op_in_drop(Op::Discarded, told as usize),
            }
        }
        self.told.store(told, Relaxed);
    }
}

/// The share that an end of a channel has in what is told; the last one tells that the channel is closed.
#[derive(Clone, Debug)]
pub(super) struct Share(Option<Arc<Last>>);

/// The share of an end that does not keep the channel open.
#[derive(Clone, Debug)]
pub(super) struct WeakShare(Option<Weak<Last>>);

#[derive(Debug)]
struct Last(Arc<Numbers>);

impl Drop for Last {
    fn drop(&mut self) {
        self.0.close(None);
    }
}

impl Share {
    pub(super) fn new(numbers: Option<&Arc<Numbers>>) -> Self {
        Self(numbers.map(|numbers| Arc::new(Last(Arc::clone(numbers)))))
    }

    #[inline]
    pub(super) fn resource(&self) -> Resource {
        self.0.as_ref().map_or(Resource::NONE, |last| last.0.resource)
    }

    /// Returns what is there to be told.
    #[inline]
    pub(super) fn numbers(&self) -> Option<&Numbers> {
        self.0.as_ref().map(|last| &*last.0)
    }

    /// As [`Numbers::send`].
    #[inline]
    pub(super) fn send(&self, place: Place) -> Option<Locked<'_>> {
        self.numbers().map(|numbers| numbers.send(place))
    }

    pub(super) fn downgrade(&self) -> WeakShare {
        WeakShare(self.0.as_ref().map(Arc::downgrade))
    }
}

impl WeakShare {
    pub(super) fn upgrade(&self) -> Option<Share> {
        match &self.0 {
            None => Some(Share(None)),
            Some(weak) => Some(Share(Some(weak.upgrade()?))),
        }
    }
}

/// A lock that whoever holds it may take again: while one sends, a waker is called, and what it does is its
/// own affair.
#[derive(Debug, Default)]
struct Lock {
    lock: Mutex<()>,
    /// The thread that holds it; 0 where none does.
    holder: AtomicUsize,
}

#[derive(Debug)]
pub(super) struct Locked<'a> {
    holder: &'a AtomicUsize,
    guard: Option<MutexGuard<'a, ()>>,
}

impl Lock {
    fn lock(&self) -> Locked<'_> {
        thread_local! {
            static HERE: u8 = const { 0 };
        }
        let thread = HERE.with(|here| std::ptr::from_ref(here).addr());
        let guard = (self.holder.load(Relaxed) != thread).then(|| {
            let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
            self.holder.store(thread, Relaxed);
            guard
        });
        Locked { holder: &self.holder, guard }
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        if self.guard.is_some() {
            self.holder.store(0, Relaxed);
        }
    }
}

//! Reserved places of a channel.

use std::fmt;
use std::iter::FusedIterator;
use std::panic::Location;
use std::sync::Arc;

use super::Sender;
use super::chan::{Chan, Tx};
use super::places::Bounded;
use crate::sync::record::Held;

/// A reserved place; as `tokio::sync::mpsc::Permit`. It is free again when this is dropped unused.
#[must_use = "a place that is not used is given back at once"]
pub struct Permit<'a, T> {
    // Told first, and given back then.
    held: Held,
    places: Reserved<&'a Chan<T, Bounded>, T>,
}

/// Places that go back when this is dropped.
struct Reserved<C: AsChan<T>, T> {
    chan: C,
    n: usize,
    message: std::marker::PhantomData<fn(T)>,
}

trait AsChan<T> {
    fn chan(&self) -> &Chan<T, Bounded>;
}

impl<T> AsChan<T> for &Chan<T, Bounded> {
    fn chan(&self) -> &Chan<T, Bounded> {
        self
    }
}

impl<T> AsChan<T> for Tx<T, Bounded> {
    fn chan(&self) -> &Chan<T, Bounded> {
        &self.0
    }
}

impl<C: AsChan<T>, T> Reserved<C, T> {
    fn new(chan: C, n: usize) -> Self {
        Self { chan, n, message: std::marker::PhantomData }
    }
}

impl<C: AsChan<T>, T> Drop for Reserved<C, T> {
    fn drop(&mut self) {
        if self.n > 0 {
            self.chan.chan().unreserve(self.n);
        }
    }
}

impl<'a, T> Permit<'a, T> {
    pub(super) fn new(chan: &'a Chan<T, Bounded>) -> Self {
        Self { held: Held::new(chan.resource, 1), places: Reserved::new(chan, 1) }
    }

    /// Sends into the place.
    #[track_caller]
    pub fn send(self, value: T) {
        let Self { held, mut places } = self;
        places.n = 0;
        drop(held);
        places.chan.push_at(value, Location::caller());
    }
}

impl<T> fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

/// Gives out places that were reserved together; as `tokio::sync::mpsc::PermitIterator`.
pub struct PermitIterator<'a, T> {
    held: Held,
    places: Reserved<&'a Chan<T, Bounded>, T>,
}

impl<'a, T> PermitIterator<'a, T> {
    pub(super) fn new(chan: &'a Chan<T, Bounded>, n: usize) -> Self {
        let amount = crate::sync::record::amount(n);
        Self { held: Held::new(chan.resource, amount), places: Reserved::new(chan, n) }
    }
}

impl<'a, T> Iterator for PermitIterator<'a, T> {
    type Item = Permit<'a, T>;

    fn next(&mut self) -> Option<Self::Item> {
        self.places.n = self.places.n.checked_sub(1)?;
        self.held.amount = self.held.amount.saturating_sub(1);
        let mut permit = Permit::new(self.places.chan);
        permit.held.lane = self.held.lane;
        Some(permit)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.places.n, Some(self.places.n))
    }
}

impl<T> ExactSizeIterator for PermitIterator<'_, T> {}
impl<T> FusedIterator for PermitIterator<'_, T> {}

impl<T> fmt::Debug for PermitIterator<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PermitIterator").field("capacity", &self.places.n).finish_non_exhaustive()
    }
}

/// A reserved place with its sender; as `tokio::sync::mpsc::OwnedPermit`.
#[must_use = "a place that is not used is given back at once"]
pub struct OwnedPermit<T> {
    held: Held,
    places: Reserved<Tx<T, Bounded>, T>,
}

impl<T> OwnedPermit<T> {
    pub(super) fn new(tx: Tx<T, Bounded>) -> Self {
        Self { held: Held::new(tx.0.resource, 1), places: Reserved::new(tx, 1) }
    }

    /// Sends into the place, and returns the sender.
    #[track_caller]
    pub fn send(self, value: T) -> Sender<T> {
        let Self { held, mut places } = self;
        places.n = 0;
        drop(held);
        places.chan.0.push_at(value, Location::caller());
        Sender(places.chan.clone())
    }

    /// Gives the place back, and returns the sender.
    pub fn release(self) -> Sender<T> {
        Sender(self.places.chan.clone())
    }

    /// Returns whether both are places of the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.places.chan.0, &other.places.chan.0)
    }

    /// Returns whether this is a place of the sender's channel.
    pub fn same_channel_as_sender(&self, sender: &Sender<T>) -> bool {
        Arc::ptr_eq(&self.places.chan.0, &sender.0.0)
    }
}

impl<T> fmt::Debug for OwnedPermit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedPermit").finish_non_exhaustive()
    }
}

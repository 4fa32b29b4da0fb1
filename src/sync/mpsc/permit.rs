//! Reserved places of a channel.

use std::fmt;
use std::iter::FusedIterator;
use std::panic::Location;

use tokio::sync::mpsc;

use super::Sender;
use super::bounded::push;
use crate::sync::numbers::Share;
use crate::sync::record::{Held, amount};

/// A reserved place; as `tokio::sync::mpsc::Permit`. It is free again when this is dropped unused.
#[must_use = "a place that is not used is given back at once"]
pub struct Permit<'a, T> {
    // Told first, and given back then.
    held: Held,
    share: &'a Share,
    inner: mpsc::Permit<'a, T>,
}

impl<'a, T> Permit<'a, T> {
    pub(super) fn new(share: &'a Share, inner: mpsc::Permit<'a, T>) -> Self {
        Self { held: Held::new(share.resource(), 1), share, inner }
    }

    /// Sends into the place.
    #[track_caller]
    pub fn send(self, value: T) {
        let Self { held, share, inner } = self;
        let place = Location::caller();
        drop(held);
        share.resource().act(place, || push(share, place, inner, value));
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
    share: &'a Share,
    inner: mpsc::PermitIterator<'a, T>,
}

impl<'a, T> PermitIterator<'a, T> {
    pub(super) fn new(share: &'a Share, inner: mpsc::PermitIterator<'a, T>) -> Self {
        Self { held: Held::new(share.resource(), amount(inner.len())), share, inner }
    }
}

impl<'a, T> Iterator for PermitIterator<'a, T> {
    type Item = Permit<'a, T>;

    fn next(&mut self) -> Option<Self::Item> {
        let inner = self.inner.next()?;
        self.held.amount = self.held.amount.saturating_sub(1);
        let mut permit = Permit::new(self.share, inner);
        permit.held.lane = self.held.lane;
        Some(permit)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl<T> ExactSizeIterator for PermitIterator<'_, T> {}
impl<T> FusedIterator for PermitIterator<'_, T> {}

impl<T> fmt::Debug for PermitIterator<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PermitIterator").field("capacity", &self.len()).finish_non_exhaustive()
    }
}

/// A reserved place with its sender; as `tokio::sync::mpsc::OwnedPermit`.
#[must_use = "a place that is not used is given back at once"]
pub struct OwnedPermit<T> {
    held: Held,
    share: Share,
    inner: mpsc::OwnedPermit<T>,
}

impl<T> OwnedPermit<T> {
    pub(super) fn new(share: Share, inner: mpsc::OwnedPermit<T>) -> Self {
        Self { held: Held::new(share.resource(), 1), share, inner }
    }

    /// Sends into the place, and returns the sender.
    #[track_caller]
    pub fn send(self, value: T) -> Sender<T> {
        let Self { held, share, inner } = self;
        let place = Location::caller();
        drop(held);
        let inner = share.resource().act(place, || {
            let _locked = share.send(place);
            inner.send(value)
        });
        Sender { share, inner }
    }

    /// Gives the place back, and returns the sender.
    pub fn release(self) -> Sender<T> {
        let Self { held, share, inner } = self;
        drop(held);
        Sender { share, inner: inner.release() }
    }

    /// Returns whether both are places of the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Returns whether this is a place of the sender's channel.
    pub fn same_channel_as_sender(&self, sender: &Sender<T>) -> bool {
        self.inner.same_channel_as_sender(&sender.inner)
    }
}

impl<T> fmt::Debug for OwnedPermit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedPermit").finish_non_exhaustive()
    }
}

//! Permits: what a semaphore gives out, and gets back when they are dropped.

use std::panic::Location;
use std::sync::Arc;

use super::Semaphore;
use super::record::{Held, amount};
use crate::trace::{Op, current};

/// Makes one of two holdings, the lane of the first being the one that holds.
fn merge(held: &mut Held, other: Held) {
    if other.lane != held.lane && held.resource.is_told() {
        let lane = held.lane;
        let amount = other.amount;
        drop(other);
        current::op_of(lane, held.resource.id(), Op::Acquired, amount);
        held.amount += amount;
    } else {
        held.amount += other.amount;
        other.forget();
    }
}

/// Takes `n` out of a holding.
fn split(held: &mut Held, n: usize) -> Held {
    let n = amount(n);
    held.amount -= n;
    let mut other = Held::new(held.resource, n);
    other.lane = held.lane;
    other
}

/// Permits that go back when this is dropped; as `tokio::sync::SemaphorePermit`.
#[derive(Debug)]
#[must_use = "a permit that is not kept is given back at once"]
pub struct SemaphorePermit<'a> {
    held: Held,
    inner: tokio::sync::SemaphorePermit<'a>,
    semaphore: &'a Semaphore,
}

impl<'a> SemaphorePermit<'a> {
    pub(super) fn new(held: Held, inner: tokio::sync::SemaphorePermit<'a>, semaphore: &'a Semaphore) -> Self {
        Self { held, inner, semaphore }
    }

    /// Lets the permits go without giving them back: the semaphore has fewer from now on.
    #[track_caller]
    pub fn forget(self) {
        let Self { held, inner, semaphore } = self;
        let n = inner.num_permits();
        inner.forget();
        drop(held);
        semaphore.forgotten(n, Location::caller());
    }

    /// Takes another permit of the same semaphore into this one.
    ///
    /// # Panics
    ///
    /// Panics if it is another semaphore's.
    #[track_caller]
    pub fn merge(&mut self, other: Self) {
        self.inner.merge(other.inner);
        merge(&mut self.held, other.held);
    }

    /// Takes `n` permits out of this one; `None` if it holds fewer.
    pub fn split(&mut self, n: usize) -> Option<Self> {
        let inner = self.inner.split(n)?;
        Some(Self { held: split(&mut self.held, n), inner, semaphore: self.semaphore })
    }

    /// Returns the semaphore.
    pub fn semaphore(&self) -> &'a Semaphore {
        self.semaphore
    }

    /// Returns how many permits this is.
    pub fn num_permits(&self) -> usize {
        self.inner.num_permits()
    }
}

/// Permits that go back when this is dropped; as `tokio::sync::OwnedSemaphorePermit`.
#[derive(Debug)]
#[must_use = "a permit that is not kept is given back at once"]
pub struct OwnedSemaphorePermit {
    // Told first, and given back then.
    held: Held,
    permits: Permits,
}

#[derive(Debug)]
struct Permits {
    semaphore: Arc<Semaphore>,
    n: usize,
}

impl Drop for Permits {
    fn drop(&mut self) {
        self.semaphore.inner.add_permits(self.n);
    }
}

impl OwnedSemaphorePermit {
    pub(super) fn new(held: Held, semaphore: Arc<Semaphore>, n: usize) -> Self {
        Self { held, permits: Permits { semaphore, n } }
    }

    /// Lets the permits go without giving them back: the semaphore has fewer from now on.
    #[track_caller]
    pub fn forget(self) {
        let Self { held, mut permits } = self;
        let n = std::mem::take(&mut permits.n);
        drop(held);
        permits.semaphore.forgotten(n, Location::caller());
    }

    /// Takes another permit of the same semaphore into this one.
    ///
    /// # Panics
    ///
    /// Panics if it is another semaphore's.
    #[track_caller]
    pub fn merge(&mut self, other: Self) {
        assert!(
            Arc::ptr_eq(self.semaphore(), other.semaphore()),
            "merging permits from different semaphore instances"
        );
        let Self { held, mut permits } = other;
        let n = self.permits.n.checked_add(permits.n);
        self.permits.n = n.expect("number of permits overflowed");
        permits.n = 0;
        merge(&mut self.held, held);
    }

    /// Takes `n` permits out of this one; `None` if it holds fewer.
    pub fn split(&mut self, n: usize) -> Option<Self> {
        self.permits.n = self.permits.n.checked_sub(n)?;
        Some(Self::new(split(&mut self.held, n), Arc::clone(self.semaphore()), n))
    }

    /// Returns the semaphore.
    pub fn semaphore(&self) -> &Arc<Semaphore> {
        &self.permits.semaphore
    }

    /// Returns how many permits this is.
    pub fn num_permits(&self) -> usize {
        self.permits.n
    }
}

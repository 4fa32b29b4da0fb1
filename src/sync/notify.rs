//! A wake without a value; as `tokio::sync::Notify`, which it wraps.

use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::sync::futures;

use super::record::{Operation, Resource, Wait};
use crate::trace::{Op, ResourceKind};

/// Wakes one task or all; as `tokio::sync::Notify`: a notification that finds nobody waiting is kept for
/// the next, one of them at most.
#[derive(Debug)]
pub struct Notify {
    pub(super) resource: Resource,
    inner: Arc<tokio::sync::Notify>,
}

impl Notify {
    /// Creates one with no notification kept.
    #[track_caller]
    pub fn new() -> Self {
        Self { resource: Resource::new(ResourceKind::Notify, 1), inner: Arc::default() }
    }

    /// Waits for a notification.
    ///
    /// As in tokio, the future that this returns gets [`notify_waiters`](Self::notify_waiters) from now on,
    /// polled or not, and [`notify_one`](Self::notify_one) from its first poll or
    /// [`enable`](Notified::enable) on.
    #[track_caller]
    pub fn notified(&self) -> Notified<'_> {
        let inner = self.resource.wait(1, Location::caller(), self.inner.notified(), woken as Finish);
        Notified { inner }
    }

    /// As [`notified`](Self::notified), with a future that can outlive the borrow.
    #[track_caller]
    pub fn notified_owned(self: Arc<Self>) -> OwnedNotified {
        let notified = Arc::clone(&self.inner).notified_owned();
        OwnedNotified { inner: self.resource.wait(1, Location::caller(), notified, woken as Finish) }
    }

    /// Wakes the one that has waited longest, or is kept for the next.
    #[track_caller]
    pub fn notify_one(&self) {
        self.notify(1, |inner| inner.notify_one(), Location::caller());
    }

    /// Wakes the one that has waited least, or is kept for the next.
    #[track_caller]
    pub fn notify_last(&self) {
        self.notify(1, |inner| inner.notify_last(), Location::caller());
    }

    /// Wakes all that wait now; nothing is kept for those that come later.
    #[track_caller]
    pub fn notify_waiters(&self) {
        self.notify(0, |inner| inner.notify_waiters(), Location::caller());
    }

    fn notify(
        &self,
        how_many: usize,
        notify: impl FnOnce(&tokio::sync::Notify),
        place: super::record::Place,
    ) {
        self.resource.op(Op::Notified, how_many, place);
        self.resource.act(place, || notify(&self.inner));
    }
}

impl Default for Notify {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

type Finish = fn((), &mut Wait);

fn woken((): (), wait: &mut Wait) {
    wait.got(Op::Received, 0);
}

macro_rules! notified {
    ([$($generics:tt)*] $name:ident, $inner:ty, $method:literal) => {
        pin_project! {
            #[doc = concat!("The future of [`Notify::", $method, "`].")]
            #[derive(Debug)]
            #[must_use = "a future does nothing until it is awaited"]
            pub struct $name$($generics)* {
                #[pin]
                inner: Operation<$inner, Finish>,
            }
        }

        impl$($generics)* $name$($generics)* {
            /// Joins those that wait without being polled; returns whether a notification was there already.
            pub fn enable(self: Pin<&mut Self>) -> bool {
                let (wait, inner) = self.project().inner.parts();
                let enabled = inner.enable();
                if enabled {
                    wait.got(Op::Received, 0);
                }
                enabled
            }
        }

        impl$($generics)* Future for $name$($generics)* {
            type Output = ();

            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                self.project().inner.poll(cx)
            }
        }
    };
}

notified!([<'a>] Notified, futures::Notified<'a>, "notified");
notified!([] OwnedNotified, futures::OwnedNotified, "notified_owned");

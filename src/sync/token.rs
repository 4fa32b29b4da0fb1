//! A token by which tasks are told to stop; as `tokio_util::sync::CancellationToken`, which it wraps.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::Location;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio_util::sync as tokio_util;

use super::record::{Operation, Place, Resource, Wait};
use crate::trace::{Op, ResourceKind};

/// Tells tasks to stop; as `tokio_util::sync::CancellationToken`. A clone is the same token; a child is
/// cancelled with its parent, and not the other way round.
#[derive(Clone)]
pub struct CancellationToken {
    pub(super) resource: Resource,
    inner: tokio_util::CancellationToken,
}

impl CancellationToken {
    /// Creates a token that is not cancelled.
    #[track_caller]
    pub fn new() -> Self {
        Self { resource: Resource::new(ResourceKind::Token, 0), inner: tokio_util::CancellationToken::new() }
    }

    /// Creates a token that is cancelled when this one is, and can be cancelled alone.
    #[track_caller]
    pub fn child_token(&self) -> Self {
        let resource = Resource::new(ResourceKind::Token, 0);
        if self.resource != Resource::NONE {
            resource.op(Op::ChildOf, self.resource.id().0 as usize, Location::caller());
        }
        Self { resource, inner: self.inner.child_token() }
    }

    /// Cancels the token and its children, and wakes all that wait for it.
    #[track_caller]
    pub fn cancel(&self) {
        self.cancel_at(Location::caller());
    }

    fn cancel_at(&self, place: Place) {
        if !self.is_cancelled() {
            self.resource.op(Op::Cancelled, 0, place);
        }
        self.resource.act(place, || self.inner.cancel());
    }

    /// Returns whether the token is cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.inner.is_cancelled()
    }

    /// Waits until the token is cancelled.
    #[track_caller]
    pub fn cancelled(&self) -> WaitForCancellationFuture<'_> {
        let inner = self.resource.wait(1, Location::caller(), self.inner.cancelled(), cancelled as Finish);
        WaitForCancellationFuture { inner }
    }

    /// As [`cancelled`](Self::cancelled), with a future that can outlive the borrow.
    #[track_caller]
    pub fn cancelled_owned(self) -> WaitForCancellationFutureOwned {
        let Self { resource, inner } = self;
        let inner = resource.wait(1, Location::caller(), inner.cancelled_owned(), cancelled as Finish);
        WaitForCancellationFutureOwned { inner }
    }

    /// Cancels the token when the guard is dropped.
    #[track_caller]
    pub fn drop_guard(self) -> DropGuard {
        DropGuard { token: Some(self), place: Location::caller() }
    }

    /// As [`drop_guard`](Self::drop_guard), with a guard that borrows the token.
    #[track_caller]
    pub fn drop_guard_ref(&self) -> DropGuardRef<'_> {
        DropGuardRef { token: Some(self), place: Location::caller() }
    }

    /// Runs a future until it is ready or the token is cancelled, and drops it then. `None` if the token
    /// was first; if both are ready in one poll the future is.
    #[track_caller]
    pub fn run_until_cancelled<F: Future>(&self, future: F) -> impl Future<Output = Option<F::Output>> {
        let place = Location::caller();
        async move { self.run_at(future, place).await }
    }

    /// As [`run_until_cancelled`](Self::run_until_cancelled), with a future that can outlive the borrow.
    #[track_caller]
    pub fn run_until_cancelled_owned<F: Future>(self, future: F) -> impl Future<Output = Option<F::Output>> {
        let place = Location::caller();
        async move { self.run_at(future, place).await }
    }

    async fn run_at<F: Future>(&self, future: F, place: Place) -> Option<F::Output> {
        if self.is_cancelled() {
            return None;
        }
        let mut cancelled = pin!(self.resource.wait(1, place, self.inner.cancelled(), cancelled as Finish));
        let mut future = pin!(future);
        std::future::poll_fn(|cx| {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready(Some(output));
            }
            cancelled.as_mut().poll(cx).map(|()| None)
        })
        .await
    }
}

impl Default for CancellationToken {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for CancellationToken {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl Eq for CancellationToken {}

impl Hash for CancellationToken {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

impl fmt::Debug for CancellationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

type Finish = fn((), &mut Wait);

fn cancelled((): (), wait: &mut Wait) {
    wait.got(Op::Received, 0);
}

pin_project! {
    /// The future of [`CancellationToken::cancelled`].
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub struct WaitForCancellationFuture<'a> {
        #[pin]
        inner: Operation<tokio_util::WaitForCancellationFuture<'a>, Finish>,
    }
}

impl Future for WaitForCancellationFuture<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().inner.poll(cx)
    }
}

pin_project! {
    /// The future of [`CancellationToken::cancelled_owned`].
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub struct WaitForCancellationFutureOwned {
        #[pin]
        inner: Operation<tokio_util::WaitForCancellationFutureOwned, Finish>,
    }
}

impl Future for WaitForCancellationFutureOwned {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().inner.poll(cx)
    }
}

/// Cancels its token when it is dropped; as `tokio_util::sync::DropGuard`.
#[derive(Debug)]
#[must_use = "a guard that is not kept cancels its token at once"]
pub struct DropGuard {
    token: Option<CancellationToken>,
    place: Place,
}

impl DropGuard {
    /// Returns the token, which is not cancelled by this.
    pub fn disarm(mut self) -> CancellationToken {
        self.token.take().expect("the token is taken once")
    }
}

impl Drop for DropGuard {
    fn drop(&mut self) {
        if let Some(token) = &self.token {
            token.cancel_at(self.place);
        }
    }
}

/// Cancels its token when it is dropped; as `tokio_util::sync::DropGuardRef`.
#[derive(Debug)]
#[must_use = "a guard that is not kept cancels its token at once"]
pub struct DropGuardRef<'a> {
    token: Option<&'a CancellationToken>,
    place: Place,
}

impl<'a> DropGuardRef<'a> {
    /// Returns the token, which is not cancelled by this.
    pub fn disarm(mut self) -> &'a CancellationToken {
        self.token.take().expect("the token is taken once")
    }
}

impl Drop for DropGuardRef<'_> {
    fn drop(&mut self) {
        if let Some(token) = self.token {
            token.cancel_at(self.place);
        }
    }
}

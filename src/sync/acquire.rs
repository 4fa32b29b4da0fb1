//! Taking what is there to be had, and waiting only for what is not.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::record::{POLLED_AGAIN, Place, Resource, Wait};
use crate::runtime::tokio::{has_budget, spend_budget};

impl Resource {
    /// Makes the future of an operation that takes `wants` of what belongs to `owner`: `now` if they are there,
    /// as most of the time they are, and `later` by a future that has a place in the queue. Whoever waits is
    /// not overtaken: nothing is left for `now` while somebody does. `finish` gets the owner back, and is for
    /// the rest as in [`wait`](Self::wait).
    ///
    /// Where the run is recorded, everything goes by the queue.
    #[inline]
    pub(super) fn acquire<S, N, L, F, M, R>(
        self,
        (wants, place): (usize, Place),
        owner: S,
        now: N,
        later: L,
        finish: M,
    ) -> Acquire<S, N, L, F, M>
    where
        N: FnOnce(&mut S) -> Option<F::Output>,
        L: FnOnce(&mut S) -> F,
        F: Future,
        M: FnOnce(F::Output, S, &mut Wait) -> R,
    {
        let asks = Asks::Begins { ways: Some((now, later)) };
        Acquire { wait: Wait::new(self, wants, place), asks, end: Some((owner, finish)) }
    }
}

pin_project! {
    /// The future of [`Resource::acquire`].
    #[must_use = "a future does nothing until it is awaited"]
    pub(super) struct Acquire<S, N, L, F, M> {
        // Dropped before the inner future, as in an `Operation`.
        wait: Wait,
        #[pin]
        asks: Asks<N, L, F>,
        end: Option<(S, M)>,
    }
}

pin_project! {
    #[project = AsksNow]
    enum Asks<N, L, F> {
        Begins { ways: Option<(N, L)> },
        Waits { #[pin] inner: F },
    }
}

impl<S, N, L, F, M, R> Future for Acquire<S, N, L, F, M>
where
    N: FnOnce(&mut S) -> Option<F::Output>,
    L: FnOnce(&mut S) -> F,
    F: Future,
    M: FnOnce(F::Output, S, &mut Wait) -> R,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let mut this = self.project();
        if let AsksNow::Begins { ways } = this.asks.as_mut().project() {
            let (now, later) = ways.take().expect(POLLED_AGAIN);
            let (owner, _) = this.end.as_mut().expect(POLLED_AGAIN);
            if !this.wait.resource.is_told()
                && has_budget()
                && let Some(output) = now(owner)
            {
                spend_budget(cx);
                let (owner, finish) = this.end.take().expect(POLLED_AGAIN);
                return Poll::Ready(finish(output, owner, this.wait));
            }
            let inner = later(owner);
            this.asks.set(Asks::Waits { inner });
        }
        match this.asks.project() {
            AsksNow::Waits { inner } => this.wait.poll(|wait| {
                inner.poll(cx).map(|output| {
                    let (owner, finish) = this.end.take().expect(POLLED_AGAIN);
                    finish(output, owner, wait)
                })
            }),
            AsksNow::Begins { .. } => unreachable!("the wait has begun"),
        }
    }
}

//! How a primitive tells what is done with it: written once, used by all of them.

use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::trace::{Event, LaneId, LocationId, Op, ResourceId, ResourceKind, WaitKind, current};

/// The line of a program that asks for something.
pub(super) type Place = &'static Location<'static>;

/// A primitive's number in the run that made it; everything is silent where no run is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resource(ResourceId);

impl Resource {
    /// Nothing is told of it.
    pub(super) const NONE: Self = Self(ResourceId::NONE);

    #[track_caller]
    pub(super) fn new(kind: ResourceKind, capacity: usize) -> Self {
        Self(current::new_resource(kind, amount(capacity), Location::caller()))
    }

    pub(super) fn id(self) -> ResourceId {
        self.0
    }

    /// Returns whether anything that is told of it is kept. The number comes first: to compare it costs
    /// next to nothing, and it is all there is to do where nothing is recorded.
    #[inline]
    pub(super) fn is_told(self) -> bool {
        self.0 != ResourceId::NONE && current::is_recording()
    }

    /// Returns the lane that holds what is acquired now; where nothing is told, nobody asks who that is.
    #[inline]
    fn holder(self) -> LaneId {
        if self.0 == ResourceId::NONE { LaneId::OUTSIDE } else { current::lane() }
    }

    /// Records what the lane being polled does.
    #[inline]
    pub(super) fn op(self, op: Op, detail: usize, place: Place) {
        current::op(self.0, op, amount(detail), place);
    }

    /// Records what the lane being polled does where no line of the program says so: in a destructor.
    #[inline]
    pub(super) fn op_in_drop(self, op: Op, detail: usize) {
        current::op_of(current::lane(), self.0, op, amount(detail));
    }

    /// Does something at once; what it wakes is woken from `place`.
    #[inline]
    pub(super) fn act<R>(self, place: Place, work: impl FnOnce() -> R) -> R {
        let begun = self.is_told().then(|| current::begin_operation(place));
        let result = work();
        if let Some(before) = begun {
            current::end_operation(before);
        }
        result
    }

    /// Makes the future of an operation that may have to wait for `wants` of the resource. `finish` gets
    /// what `inner` gave, and says what was got by it; if it says nothing, nothing was.
    #[inline]
    pub(super) fn wait<F, M, R>(self, wants: usize, place: Place, inner: F, finish: M) -> Operation<F, M>
    where
        F: Future,
        M: FnOnce(F::Output, &mut Wait) -> R,
    {
        Operation { wait: Wait::new(self, wants, place), finish: Some(finish), inner }
    }
}

/// What is wrong with a future that is polled after its end.
pub(super) const POLLED_AGAIN: &str = "a future that is ready is not polled again";

/// Fits an amount into an event.
pub(super) fn amount(amount: usize) -> u32 {
    u32::try_from(amount).unwrap_or(Event::UNBOUNDED)
}

/// One operation on its way: who waits, for what, and where.
#[derive(Debug)]
pub(super) struct Wait {
    pub(super) resource: Resource,
    pub(super) place: Place,
    wants: u32,
    /// The lane that waits; [`LaneId::OUTSIDE`] while none does.
    lane: LaneId,
}

impl Wait {
    #[inline]
    pub(super) fn new(resource: Resource, wants: usize, place: Place) -> Self {
        Self { resource, place, wants: amount(wants), lane: LaneId::OUTSIDE }
    }

    /// Records what the operation got, which is the end of the wait.
    #[inline]
    pub(super) fn got(&mut self, op: Op, detail: usize) {
        self.lane = LaneId::OUTSIDE;
        self.resource.op(op, detail, self.place);
    }

    /// Ends the wait: what was got is told already.
    pub(super) fn is_over(&mut self) {
        self.lane = LaneId::OUTSIDE;
    }

    /// Polls once, and records who waits. `inner` says what was got; if it says nothing, nothing was.
    #[inline]
    pub(super) fn poll<R>(&mut self, inner: impl FnOnce(&mut Self) -> Poll<R>) -> Poll<R> {
        let begun = self.resource.is_told().then(|| current::begin_operation(self.place));
        let result = inner(self);
        if let Some(before) = begun {
            self.polled(before, result.is_pending());
        }
        result
    }

    #[inline(never)]
    fn polled(&mut self, before: LocationId, is_pending: bool) {
        if !is_pending {
            self.abandon();
        }
        current::end_operation(before);
        if is_pending {
            self.waits();
        }
    }

    /// Records that the lane being polled has to wait: once, and again if another lane polls from now on.
    fn waits(&mut self) {
        let lane = current::lane();
        if self.lane != lane {
            self.abandon();
            self.lane = lane;
            current::op(self.resource.0, Op::Waits, self.wants, self.place);
        }
        current::waiting(WaitKind::Resource, self.place, u64::from(self.resource.0.0));
    }

    #[inline]
    fn abandon(&mut self) {
        if self.lane != LaneId::OUTSIDE {
            current::op_of(self.lane, self.resource.0, Op::Abandoned, 0);
            self.lane = LaneId::OUTSIDE;
        }
    }
}

impl Drop for Wait {
    #[inline]
    fn drop(&mut self) {
        self.abandon();
    }
}

pin_project! {
    /// The future of an operation: polls the inner future and records who waits and what was got.
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub(super) struct Operation<F, M> {
        // Dropped before the inner future, whose drop may wake the next in the queue: a wait that is
        // given up is told before what follows from it.
        wait: Wait,
        finish: Option<M>,
        #[pin]
        inner: F,
    }
}

impl<F, M> Operation<F, M> {
    pub(super) fn parts(self: Pin<&mut Self>) -> (&mut Wait, Pin<&mut F>) {
        let this = self.project();
        (this.wait, this.inner)
    }
}

impl<F, M, R> Future for Operation<F, M>
where
    F: Future,
    M: FnOnce(F::Output, &mut Wait) -> R,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        let (inner, finish) = (this.inner, this.finish);
        this.wait.poll(|wait| inner.poll(cx).map(|output| finish.take().expect(POLLED_AGAIN)(output, wait)))
    }
}

/// What a guard or a permit stands for. It remembers the lane that acquired, whichever lane drops it, and
/// says that it is released before it is: what the release wakes comes after it.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) resource: Resource,
    pub(super) lane: LaneId,
    op: Op,
    pub(super) amount: u32,
}

impl Held {
    /// Held alone, or `amount` permits of it.
    #[inline]
    pub(super) fn new(resource: Resource, amount: u32) -> Self {
        Self { resource, lane: resource.holder(), op: Op::Released, amount }
    }

    /// Held beside other readers.
    #[inline]
    pub(super) fn shared(resource: Resource) -> Self {
        Self { resource, lane: resource.holder(), op: Op::ReleasedShared, amount: 1 }
    }

    /// Lets go without a word: somebody else holds it from now on.
    pub(super) fn forget(mut self) {
        self.resource = Resource::NONE;
    }
}

impl Drop for Held {
    #[inline]
    fn drop(&mut self) {
        current::op_of(self.lane, self.resource.0, self.op, self.amount);
    }
}

//! Stands in for tokio where it is not built in: nothing here can be made, so nothing can be called.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::runtime::JoinError;
use crate::runtime::shutdown::Shutdown;
use crate::trace::{LaneId, LocationId, Recorder, WakeCause};

const NO_RUN: &str = "this needs a run around it: call it from code that a Wakeline run polls";

#[derive(Debug)]
pub(in crate::runtime) struct JoinHandle<T>(Infallible, PhantomData<T>);

impl<T> JoinHandle<T> {
    pub(in crate::runtime) fn abort_handle(&self) -> AbortHandle {
        match self.0 {}
    }

    pub(in crate::runtime) fn is_finished(&self) -> bool {
        match self.0 {}
    }

    pub(in crate::runtime) fn lane(&self) -> LaneId {
        match self.0 {}
    }
}

#[derive(Clone, Debug)]
pub(in crate::runtime) struct AbortHandle(Infallible);

impl AbortHandle {
    pub(in crate::runtime) fn abort(&self) {
        match self.0 {}
    }

    pub(in crate::runtime) fn lane(&self) -> LaneId {
        match self.0 {}
    }
}

#[derive(Clone, Debug)]
pub(in crate::runtime) struct LocalPool(Infallible);

impl LocalPool {
    pub(in crate::runtime) fn new(_: usize) -> Option<Self> {
        None
    }

    pub(in crate::runtime) fn spawn_pinned<C, F>(
        &self,
        _: C,
        _: &str,
        _: &'static Location<'static>,
    ) -> JoinHandle<F::Output>
    where
        C: FnOnce() -> F,
        F: Future,
    {
        match self.0 {}
    }
}

#[derive(Debug)]
pub(in crate::runtime) struct Sleep(Infallible);

#[derive(Clone, Debug)]
pub(in crate::runtime) struct RunRef(Infallible);

impl RunRef {
    pub(in crate::runtime) fn current() -> Option<Self> {
        None
    }

    pub(in crate::runtime) fn record(&self, _: impl FnOnce(&mut Recorder, LaneId, WakeCause, LocationId)) {
        match self.0 {}
    }
}

#[derive(Debug)]
pub(in crate::runtime) struct IoGuard;

impl IoGuard {
    pub(in crate::runtime) fn new() -> Self {
        Self
    }
}

pub(in crate::runtime) fn poll_join<T>(
    handle: &mut JoinHandle<T>,
    _: &mut Context<'_>,
) -> Poll<Result<T, JoinError>> {
    match handle.0 {}
}

/// There is no budget to be kept out of.
pub(in crate::runtime) fn unconstrained<R>(
    cx: &mut Context<'_>,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<R>,
) -> Poll<R> {
    poll(cx)
}

/// There is no budget that could be used up.
#[inline]
pub(crate) fn has_budget() -> bool {
    true
}

/// There is no budget.
#[inline]
pub(crate) fn spend_budget(_: &mut Context<'_>) {}

#[track_caller]
pub(in crate::runtime) fn spawn<F: Future>(
    _: F,
    _: &str,
    _: &'static Location<'static>,
) -> JoinHandle<F::Output> {
    panic!("{NO_RUN}");
}

pub(in crate::runtime) fn spawn_blocking<F, R>(_: F) -> Result<std::future::Pending<R>, F>
where
    F: FnOnce() -> R,
{
    panic!("{NO_RUN}");
}

#[track_caller]
pub(in crate::runtime) fn sleep_until(_: u64) -> Sleep {
    panic!("{NO_RUN}");
}

pub(in crate::runtime) fn poll_sleep(sleep: &mut Sleep, _: &mut Context<'_>) -> bool {
    match sleep.0 {}
}

#[track_caller]
pub(in crate::runtime) fn now_nanos() -> u64 {
    panic!("{NO_RUN}");
}

#[track_caller]
pub(in crate::runtime) fn shutdown() -> Arc<Shutdown> {
    panic!("{NO_RUN}");
}

#[track_caller]
pub(in crate::runtime) fn defer(_: &mut Context<'_>) {
    panic!("{NO_RUN}");
}

#[track_caller]
pub(in crate::runtime) fn spin(_: Duration) {
    panic!("{NO_RUN}");
}

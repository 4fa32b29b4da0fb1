//! What tasks share, in tokio's words: channels, locks, permits, and the ways to tell others to stop.
//!
//! A program moves between tokio and this by an import: names, signatures, errors and their texts, fairness
//! and what a dropped future gives up are tokio's, and where that is practical so is the code, by wrapping
//! what is named below. On top of it, within a run that is recorded, each tells the trace who waits, who
//! holds and what flows ([`crate::trace::Op`]); outside of one it costs the comparison of a number, and what
//! can be had at once is had without a place in the queue.
//!
//! | here | in tokio | made of | not here, and why |
//! |---|---|---|---|
//! | [`mpsc`] | `sync::mpsc` | tokio's | `send_timeout`: that is `runtime::timeout` around `send` |
//! | [`mpmc`] | none; it is in the words of `async_channel` | `async_channel`'s | `Receiver` as a stream, weak ends, `force_send` |
//! | [`oneshot`] | `sync::oneshot` | `futures::channel::oneshot` | `is_empty`: what it is made of cannot look without taking |
//! | [`broadcast`] | `sync::broadcast` | tokio's | — |
//! | [`watch`] | `sync::watch` | a lock and `tokio::sync::Notify`: tokio's wakes receivers in a random order | — |
//! | [`Mutex`] | `sync::Mutex` | tokio's | `MutexGuard::map` and the mapped guards: no pattern needs them; `const_new` and `dyn` values: the lock lies behind an `Arc` |
//! | [`RwLock`] | `sync::RwLock` | tokio's | as for `Mutex` |
//! | [`Semaphore`] | `sync::Semaphore` | tokio's | — |
//! | [`Notify`] | `sync::Notify` | tokio's | `const_new`: it lies behind an `Arc` |
//! | [`Barrier`] | `sync::Barrier` | `tokio::sync::Notify`: tokio's rests on its `watch` | — |
//! | [`OnceCell`], [`SetOnce`] | the same | they are tokio's own, and tell nothing | — |
//! | [`CancellationToken`] | `tokio_util::sync::CancellationToken` | tokio-util's | — |
//! | [`TaskTracker`] | `tokio_util::task::TaskTracker` | a count and `tokio::sync::Notify`: tokio-util's needs tokio's runtime | `spawn_on`, `spawn_local`, `spawn_blocking`: there is one runtime, and no threads in the page |
//!
//! None has `blocking_*`: a page has no thread that it could block.
//!
//! ```
//! use wakeline::runtime::{self, Config, Run, spawn};
//! use wakeline::sync::{ResourceExt, mpsc};
//!
//! let mut run = Run::new(Config::default(), || {
//!     Box::pin(async {
//!         let (tx, mut rx) = mpsc::channel(1).named("numbers");
//!         spawn(async move {
//!             for number in 1..=3 {
//!                 tx.send(number).await.expect("the receiver is there");
//!             }
//!         });
//!         let mut sum = 0;
//!         while let Some(number) = rx.recv().await {
//!             sum += number;
//!         }
//!         assert_eq!(sum, 6);
//!     })
//! });
//! runtime::block_on(&mut run, 1_000, drop);
//! ```

mod acquire;
mod barrier;
pub mod broadcast;
pub mod mpmc;
pub mod mpsc;
mod mutex;
mod notify;
mod numbers;
pub mod oneshot;
mod permits;
mod record;
mod rwlock;
mod semaphore;
mod token;
mod tracker;
pub mod watch;

use std::sync::Arc;

pub use tokio::sync::{AcquireError, OnceCell, SetOnce, TryAcquireError, TryLockError};

pub use self::barrier::{Barrier, BarrierWaitResult};
pub use self::mutex::{Mutex, MutexGuard, OwnedMutexGuard};
pub use self::notify::{Notified, Notify, OwnedNotified};
pub use self::permits::{OwnedSemaphorePermit, SemaphorePermit};
pub use self::rwlock::{
    OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
};
pub use self::semaphore::Semaphore;
pub use self::token::{
    CancellationToken, DropGuard, DropGuardRef, WaitForCancellationFuture, WaitForCancellationFutureOwned,
};
pub use self::tracker::{TaskTracker, TaskTrackerToken, TaskTrackerWaitFuture, TrackedFuture};
use crate::trace::{ResourceId, current};

/// What has a place on the timeline beside the lanes: something that they share.
pub trait ResourceExt: Sized {
    /// Returns its number in the run; [`ResourceId::NONE`] outside of one.
    fn resource(&self) -> ResourceId;

    /// Gives it a name, shown on its line of the timeline.
    fn named(self, name: impl AsRef<str>) -> Self {
        current::name_resource(self.resource(), name.as_ref());
        self
    }
}

impl<R: ResourceExt> ResourceExt for Arc<R> {
    fn resource(&self) -> ResourceId {
        (**self).resource()
    }
}

macro_rules! resources {
    ($([$($generics:tt)*] $type:ty, $self:ident => $resource:expr;)*) => {
        $(impl$($generics)* ResourceExt for $type {
            fn resource(&$self) -> ResourceId {
                $resource.id()
            }
        })*
    };
}

resources! {
    [] Barrier, self => self.resource;
    [] CancellationToken, self => self.resource;
    [] Notify, self => self.resource;
    [] Semaphore, self => self.resource;
    [] TaskTracker, self => self.resource();
    [<T>] Mutex<T>, self => self.resource;
    [<T>] RwLock<T>, self => self.resource;
    [<T>] (broadcast::Sender<T>, broadcast::Receiver<T>), self => self.0.shared.resource;
    [<T>] (mpmc::Sender<T>, mpmc::Receiver<T>), self => self.0.resource();
    [<T>] (mpsc::Sender<T>, mpsc::Receiver<T>), self => self.0.resource();
    [<T>] (mpsc::UnboundedSender<T>, mpsc::UnboundedReceiver<T>), self => self.0.resource();
    [<T>] (oneshot::Sender<T>, oneshot::Receiver<T>), self => self.0.resource;
    [<T>] (watch::Sender<T>, watch::Receiver<T>), self => self.0.resource();
    [<T>] broadcast::Receiver<T>, self => self.shared.resource;
    [<T>] broadcast::Sender<T>, self => self.shared.resource;
    [<T>] mpmc::Receiver<T>, self => self.resource();
    [<T>] mpmc::Sender<T>, self => self.resource();
    [<T>] mpsc::Receiver<T>, self => self.resource();
    [<T>] mpsc::Sender<T>, self => self.resource();
    [<T>] mpsc::UnboundedReceiver<T>, self => self.resource();
    [<T>] mpsc::UnboundedSender<T>, self => self.resource();
    [<T>] oneshot::Sender<T>, self => self.resource;
    [<T>] watch::Receiver<T>, self => self.resource();
    [<T>] watch::Sender<T>, self => self.resource();
}

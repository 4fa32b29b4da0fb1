//! `Send` where tasks may move between threads, nothing where they cannot.

/// `Send` on targets with threads, where the same code runs on a multi-thread runtime; no bound at
/// all on wasm, where a future may hold JavaScript values, which belong to one thread.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSend: Send {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send> MaybeSend for T {}

/// `Send` on targets with threads; no bound at all on wasm.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSend {}
#[cfg(target_arch = "wasm32")]
impl<T> MaybeSend for T {}

/// `Sync` on targets with threads; no bound at all on wasm.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSync: Sync {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Sync + ?Sized> MaybeSync for T {}

/// `Sync` on targets with threads; no bound at all on wasm.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSync {}
#[cfg(target_arch = "wasm32")]
impl<T: ?Sized> MaybeSync for T {}

/// A boxed future that is `Send` where [`MaybeSend`] says so.
#[cfg(not(target_arch = "wasm32"))]
pub type BoxFuture<'a, T> = futures::future::BoxFuture<'a, T>;
/// A boxed future that is `Send` where [`MaybeSend`] says so.
#[cfg(target_arch = "wasm32")]
pub type BoxFuture<'a, T> = futures::future::LocalBoxFuture<'a, T>;

/// Makes a task cell; on wasm by way of `async-task`'s check that one thread owns the future.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn new_task<M, F, S>(
    metadata: M,
    future: F,
    schedule: S,
) -> (async_task::Runnable<M>, async_task::Task<F::Output, M>)
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
    S: async_task::Schedule<M> + Send + Sync + 'static,
{
    async_task::Builder::new().metadata(metadata).spawn(|_| future, schedule)
}

/// Makes a task cell; on wasm by way of `async-task`'s check that one thread owns the future.
#[cfg(target_arch = "wasm32")]
pub(super) fn new_task<M, F, S>(
    metadata: M,
    future: F,
    schedule: S,
) -> (async_task::Runnable<M>, async_task::Task<F::Output, M>)
where
    M: 'static,
    F: Future + 'static,
    F::Output: 'static,
    S: async_task::Schedule<M> + Send + Sync + 'static,
{
    async_task::Builder::new().metadata(metadata).spawn_local(|_| future, schedule)
}

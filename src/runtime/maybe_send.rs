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

/// Calls `work` on a thread of its own; gives it back where there are none.
///
/// # Panics
///
/// Panics when the system refuses a thread.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn on_a_thread<F, R>(work: F) -> Result<impl Future<Output = R> + Send, F>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    let (sender, output) = futures::channel::oneshot::channel();
    let name = "wakeline-blocking".to_owned();
    let thread = std::thread::Builder::new().name(name);
    let work = move || {
        // Nobody listens any more if the run is over.
        let _ = sender.send(catch_unwind(AssertUnwindSafe(work)));
    };
    thread.spawn(work).expect("the system has a thread to give");
    Ok(async {
        let output = output.await.expect("the thread sends what it has, or what it panicked with");
        output.unwrap_or_else(|payload| resume_unwind(payload))
    })
}

/// Calls `work` on a thread of its own; gives it back where there are none.
#[cfg(target_arch = "wasm32")]
pub(super) fn on_a_thread<F, R>(work: F) -> Result<std::future::Pending<R>, F>
where
    F: FnOnce() -> R,
{
    Err(work)
}

/// Keeps this thread busy.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn spin(duration: std::time::Duration) {
    #[expect(clippy::disallowed_methods, reason = "real work takes real time, whatever the run's clock says")]
    let start = std::time::Instant::now();
    while start.elapsed() < duration {
        std::hint::spin_loop();
    }
}

/// There is no thread that could be kept busy.
#[cfg(target_arch = "wasm32")]
pub(super) fn spin(_: std::time::Duration) {}

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

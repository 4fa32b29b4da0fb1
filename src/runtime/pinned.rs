//! Tasks that stay on one thread, and so may hold what is not `Send`.

use std::panic::Location;

use send_wrapper::SendWrapper;

use super::{Builder, JoinHandle, MaybeSend, tokio};

/// Threads for tasks that are not `Send`; as `tokio_util::task::LocalPoolHandle`.
///
/// A task's future is made on the thread that it is polled on, and never leaves it. On tokio with several
/// workers these are threads of their own, each with a `LocalSet`, filled in turn. Everywhere else all tasks are
/// on one thread anyway, and that is the one. The tasks outlive the handle.
#[derive(Clone, Debug)]
pub struct LocalPoolHandle {
    threads: Option<tokio::LocalPool>,
}

impl LocalPoolHandle {
    /// Creates a pool of at least one thread.
    ///
    /// # Panics
    ///
    /// Panics when the operating system refuses a thread.
    pub fn new(pool_size: usize) -> Self {
        Self { threads: tokio::LocalPool::new(pool_size.max(1)) }
    }

    /// Spawns the task that `create_task` makes, on a thread of the pool.
    ///
    /// # Panics
    ///
    /// Panics outside a run.
    #[track_caller]
    pub fn spawn_pinned<C, F>(&self, create_task: C) -> JoinHandle<F::Output>
    where
        C: FnOnce() -> F + MaybeSend + 'static,
        F: Future + 'static,
        F::Output: MaybeSend + 'static,
    {
        Builder::new().spawn_pinned_on(create_task, self)
    }
}

impl Builder<'_> {
    /// Spawns the task that `create_task` makes, on a thread of the pool; see
    /// [`LocalPoolHandle::spawn_pinned`].
    #[track_caller]
    pub fn spawn_pinned_on<C, F>(self, create_task: C, pool: &LocalPoolHandle) -> JoinHandle<F::Output>
    where
        C: FnOnce() -> F + MaybeSend + 'static,
        F: Future + 'static,
        F::Output: MaybeSend + 'static,
    {
        let location = Location::caller();
        match &pool.threads {
            Some(threads) => {
                JoinHandle::tokio(threads.spawn_pinned(create_task, self.name_str(), location), location)
            }
            // The one who spawns is on the only thread there is; the wrapper would panic on any other.
            None => self.spawn(SendWrapper::new(create_task())),
        }
    }
}

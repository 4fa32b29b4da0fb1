//! Threads for tasks that stay where they are.
//!
//! Each is a thread of its own that blocks on a `LocalSet`, whose timers are the run's. A task in the run
//! stands for each of its tasks, and is what is joined and aborted.

use std::panic::Location;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use ::tokio::runtime::{Handle, RuntimeFlavor};
use ::tokio::sync::{mpsc, oneshot};
use ::tokio::task::{AbortHandle, LocalSet, spawn_local};

use super::native::{JoinHandle, Shared, new_state, shared};
use super::quiet::Hold;
use super::recorded::Recorded;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Clone, Debug)]
pub(in crate::runtime) struct LocalPool(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    threads: Vec<mpsc::UnboundedSender<Job>>,
    next: AtomicUsize,
}

impl LocalPool {
    /// Starts the threads; `None` where there is but one thread for all tasks.
    pub(in crate::runtime) fn new(threads: usize) -> Option<Self> {
        let handle = Handle::try_current().ok()?;
        if handle.runtime_flavor() == RuntimeFlavor::CurrentThread {
            return None;
        }
        let shared = Shared::here()?;
        let start = |number| {
            let (jobs, mut todo) = mpsc::unbounded_channel::<Job>();
            let (handle, alive) = (handle.clone(), shared.alive());
            let run = move || {
                // Its own copy tells the end of the run that this thread has let go of everything.
                let _alive = alive;
                handle.block_on(LocalSet::new().run_until(async move {
                    while let Some(job) = todo.recv().await {
                        job();
                    }
                }));
            };
            let name = format!("wakeline-pinned-{number}");
            std::thread::Builder::new().name(name).spawn(run).expect("the system has a thread to give");
            jobs
        };
        Some(Self(Arc::new(Pool { threads: (0..threads).map(start).collect(), next: AtomicUsize::new(0) })))
    }

    pub(in crate::runtime) fn spawn_pinned<C, F>(
        &self,
        create: C,
        name: &str,
        location: &'static Location<'static>,
    ) -> JoinHandle<F::Output>
    where
        C: FnOnce() -> F + Send + 'static,
        F: Future + 'static,
        F::Output: Send + 'static,
    {
        let state = new_state(&shared(), name, Some(location));
        let (task_sender, task) = oneshot::channel();
        let (output_sender, output) = oneshot::channel();
        let local = Arc::clone(&state);
        let job = move || {
            let shared = Arc::clone(&local.shared);
            let future = shared.within(local.lane, create);
            let task = spawn_local(async move {
                let mut recorded = pin!(Recorded::new(future, local));
                let output = std::future::poll_fn(|cx| {
                    // The run must not look stuck between the end of this task and that of its stand-in.
                    let hold = Hold::new(&shared);
                    match recorded.as_mut().poll(cx) {
                        Poll::Ready(output) => Poll::Ready((output, hold)),
                        Poll::Pending => Poll::Pending,
                    }
                });
                // Nobody waits any more if the stand-in was aborted.
                let _ = output_sender.send(output.await);
            });
            let _ = task_sender.send(AbortOnDrop(task.abort_handle()));
        };
        let thread = self.0.next.fetch_add(1, Ordering::Relaxed) % self.0.threads.len();
        let is_sent = self.0.threads[thread].send(Box::new(job)).is_ok();
        let pool = self.clone();
        let handle = ::tokio::spawn(async move {
            let _abort = task.await;
            let output = output.await;
            drop(pool);
            match output {
                Ok((output, _hold)) => output,
                Err(_) if is_sent => panic!("the pinned task panicked"),
                Err(_) => panic!("the thread of the pinned task is gone"),
            }
        });
        JoinHandle::new(handle, state)
    }
}

/// What is aborted together with its stand-in.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

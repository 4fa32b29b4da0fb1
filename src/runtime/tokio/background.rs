//! A tokio runtime beside the run, for libraries that need one of their own.
//!
//! A client or a database driver registers its sockets and timers with the tokio runtime that polls
//! it. A run may have none (Wakeline's own executor), or one whose paused clock would run ahead of the
//! library's timeouts. So such work is done here, and the run waits for its answer.

use std::sync::OnceLock;

use ::tokio::runtime::{Builder, Runtime};
use futures::channel::oneshot;
use futures::future::{AbortHandle, abortable};
use thiserror::Error;

/// Why work in the background gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum BackgroundError {
    #[error("no runtime for work in the background: {0}")]
    NoRuntime(String),
    #[error("the work in the background panicked")]
    Panicked,
}

/// Lives as long as the program, because connections are worth keeping.
fn runtime() -> Result<&'static Runtime, BackgroundError> {
    static RUNTIME: OnceLock<std::io::Result<Runtime>> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(1).thread_name("wakeline-background").enable_all().build()
        })
        .as_ref()
        .map_err(|error| BackgroundError::NoRuntime(error.to_string()))
}

/// Runs a future on the background's runtime and returns what it returned.
///
/// Dropping this future drops the other one, at its next `.await`.
pub(crate) async fn in_background<F>(future: F) -> Result<F::Output, BackgroundError>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let (work, abort) = abortable(future);
    let (reply, answer) = oneshot::channel();
    runtime()?.spawn(async move {
        if let Ok(output) = work.await {
            // Nobody may be there to take it, which is fine.
            let _ = reply.send(output);
        }
    });
    let _abort_on_drop = AbortOnDrop(abort);
    answer.await.map_err(|_| BackgroundError::Panicked)
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

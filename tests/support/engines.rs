//! What can run a program: Wakeline's executor and tokio, and a tokio beside them for what a test does
//! behind the back of the program.

use std::sync::Arc;

use futures::channel::oneshot;
use wakeline::runtime::tokio::Flavor;
use wakeline::runtime::{self, BoxFuture, Clock, Config, Run, io};
use wakeline::trace::{Recorder, RunEnd};

/// What runs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sim(Clock),
    Tokio(Flavor),
}

/// One of each kind.
pub const ENGINES: [Engine; 4] = [
    Engine::Sim(Clock::Virtual),
    Engine::Sim(Clock::Real),
    Engine::Tokio(Flavor::CurrentThreadPaused),
    Engine::Tokio(Flavor::MultiThread(4)),
];

impl Engine {
    /// Runs a program to its end; its panics are the test's.
    #[track_caller]
    pub fn run<T: Send + 'static>(self, name: &str, start: impl FnOnce() -> BoxFuture<'static, T>) -> T {
        let (end, output) = match self {
            Self::Sim(clock) => {
                let mut run = Run::new(Config { clock, ..Config::default() }, start);
                let end = runtime::block_on(&mut run, 1_000_000, |_| {});
                (end, run.take_output())
            }
            Self::Tokio(flavor) => {
                let run = runtime::tokio::run(flavor, Recorder::new(1 << 16), start).unwrap();
                (run.end, Some(run.output))
            }
        };
        assert_eq!(end, RunEnd::Finished, "{name} on {self:?}");
        let output = output.expect("a finished run has an output");
        output.unwrap_or_else(|error| panic!("{name} on {self:?}: {error}"))
    }
}

/// A tokio runtime of the test's own.
pub struct Background(Option<Arc<tokio::runtime::Runtime>>);

impl Background {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        Self(Some(Arc::new(runtime.unwrap())))
    }

    fn runtime(&self) -> &tokio::runtime::Runtime {
        self.0.as_ref().expect("only its drop takes it")
    }

    /// Waits for work that has no run around it.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime().block_on(work)
    }

    /// Does work beside the program, which waits for it as for anything outside.
    pub fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> BoxFuture<'static, T> {
        let handle = self.runtime().handle().clone();
        Box::pin(io("the test", async move {
            let (reply, answer) = oneshot::channel();
            handle.spawn(async move { drop(reply.send(work.await)) });
            answer.await.expect("what the test does behind the program goes well")
        }))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // It may be dropped within a run on tokio, where waiting for its threads is not allowed.
        if let Some(runtime) = self.0.take().and_then(Arc::into_inner) {
            runtime.shutdown_background();
        }
    }
}

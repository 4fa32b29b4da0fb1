//! Programs that are written once and run in Wakeline's words and in tokio's.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use wakeline::runtime::tokio::Flavor;
use wakeline::runtime::{self, BoxFuture, Config, Run};
use wakeline::trace::{Frame, Recorder, RunEnd};

use super::rules::{self, Threads};

/// What a program says, line by line.
#[derive(Clone, Debug, Default)]
pub struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    pub fn say(&self, what: &str, value: impl Debug) {
        self.0.lock().unwrap().push(format!("{what}: {value:?}"));
    }

    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Says when it is dropped.
#[derive(Debug)]
pub struct Dropped(pub Lines, pub u32);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.say("dropped", self.1);
    }
}

/// Polls a future once, with a waker that does nothing.
pub fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls a future once in the task that calls.
pub async fn poll_here<F: Future + ?Sized>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

/// Returns what a panic says.
pub fn panics<R>(work: impl FnOnce() -> R) -> String {
    let caught = catch_unwind(AssertUnwindSafe(work));
    match caught {
        Ok(_) => "no panic".to_owned(),
        Err(payload) => payload
            .downcast_ref::<&'static str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default(),
    }
}

pub type Program = fn(Lines) -> BoxFuture<'static, ()>;

/// What one run left.
#[derive(Debug)]
pub struct Seen {
    pub lines: Vec<String>,
    pub finished: bool,
    pub trace: Vec<u8>,
}

const RING: usize = 1 << 20;

/// Runs a program on Wakeline's executor.
pub fn on_the_executor(program: Program, recorder: Recorder) -> Seen {
    let lines = Lines::default();
    let config = Config { recorder, ..Config::default() };
    let mut run = Run::new(config, || program(lines.clone()));
    let mut trace = Vec::new();
    let end = runtime::block_on(&mut run, 1_000_000, |frame: Frame| frame.encode_into(&mut trace));
    run.take_frame().encode_into(&mut trace);
    Seen { lines: lines.take(), finished: end == RunEnd::Finished, trace }
}

/// Runs a program in Wakeline's words on tokio.
pub fn through_the_api(program: Program, flavor: Flavor) -> Seen {
    let lines = Lines::default();
    let run = runtime::tokio::run(flavor, Recorder::new(RING), || program(lines.clone())).unwrap();
    Seen { lines: lines.take(), finished: run.end == RunEnd::Finished, trace: run.trace }
}

/// Runs a program in tokio's words on tokio.
pub fn on_tokio_alone(program: Program, threads: usize) -> Seen {
    let lines = Lines::default();
    let runtime = if threads == 0 {
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
    } else {
        tokio::runtime::Builder::new_multi_thread().enable_time().worker_threads(threads).build().unwrap()
    };
    let future = program(lines.clone());
    // A program that can never go on is cut short, as Wakeline's runs are.
    let limit = std::time::Duration::from_secs(if threads == 0 { 1_000_000 } else { 20 });
    let task = runtime.block_on(async { tokio::time::timeout(limit, tokio::spawn(future)).await });
    drop(runtime);
    if let Ok(joined) = &task {
        assert!(joined.is_ok(), "the program failed: {joined:?}");
    }
    Seen { lines: lines.take(), finished: task.is_ok(), trace: Vec::new() }
}

fn assert_same(name: &str, place: &str, ours: &Seen, theirs: &Seen) {
    assert_eq!(ours.lines, theirs.lines, "`{name}` {place} (left) and tokio's own (right)");
    assert_eq!(ours.finished, theirs.finished, "`{name}` {place} and tokio's own: who finished");
}

fn assert_rules(name: &str, place: &str, seen: &Seen, threads: Threads) {
    if let Err(error) = rules::check(&seen.trace, threads) {
        panic!("the trace of `{name}` {place} breaks a rule: {error}");
    }
}

/// Asserts that a program does the same in both words, on every runtime that has one thread, and that
/// what it leaves in the trace follows the rules.
pub fn compare(name: &str, ours: Program, theirs: Program) {
    let theirs = on_tokio_alone(theirs, 0);
    let silent = on_the_executor(ours, Recorder::off());
    assert_same(name, "on the executor, recording off,", &silent, &theirs);
    let recorded = on_the_executor(ours, Recorder::new(RING));
    assert_same(name, "on the executor", &recorded, &theirs);
    assert_rules(name, "on the executor", &recorded, Threads::One);
    let again = on_the_executor(ours, Recorder::new(RING));
    assert!(again.trace == recorded.trace, "`{name}` left another trace when it ran again");
    let on_tokio = through_the_api(ours, Flavor::CurrentThreadPaused);
    assert_same(name, "on paused tokio", &on_tokio, &theirs);
    assert_rules(name, "on paused tokio", &on_tokio, Threads::One);
}

/// As [`compare`], for what is the same in whichever order several threads run it.
pub fn compare_on_threads(name: &str, ours: Program, theirs: Program) {
    compare(name, ours, theirs);
    let theirs = on_tokio_alone(theirs, 4);
    let on_threads = through_the_api(ours, Flavor::MultiThread(4));
    assert_same(name, "on four threads", &on_threads, &theirs);
    assert_rules(name, "on four threads", &on_threads, Threads::Several);
}

/// Writes each program out twice, and a test that compares the two.
#[macro_export]
macro_rules! programs {
    ($compare:ident: $(async fn $name:ident($lines:ident) $body:block)*) => {
        $crate::programs!(@words on_wakeline {
            pub use wakeline::runtime::{sleep, spawn, yield_now};
            pub use wakeline::sync;
        } $(async fn $name($lines) $body)*);
        $crate::programs!(@words on_tokio {
            pub use tokio::spawn;
            pub use tokio::task::yield_now;
            pub use tokio::time::sleep;
            pub mod sync {
                pub use async_channel as mpmc;
                pub use tokio::sync::*;
                pub use tokio_util::sync::CancellationToken;
                pub use tokio_util::task::TaskTracker;
            }
        } $(async fn $name($lines) $body)*);
        $(
            #[test]
            fn $name() {
                $crate::support::twice::$compare(
                    stringify!($name),
                    |lines| Box::pin(on_wakeline::$name(lines)),
                    |lines| Box::pin(on_tokio::$name(lines)),
                );
            }
        )*
    };
    (@words $words:ident { $($imports:item)* } $(async fn $name:ident($lines:ident) $body:block)*) => {
        #[allow(unused_imports, clippy::drop_non_drop, reason = "each file uses its own part")]
        mod $words {
            $($imports)*
            use std::future::Future;
            use std::pin::{Pin, pin};
            use std::sync::Arc;
            use std::task::Poll;
            use std::time::Duration;
            use $crate::support::twice::{Dropped, Lines, panics, poll_here, poll_once};
            $(pub async fn $name($lines: Lines) $body)*
        }
    };
}

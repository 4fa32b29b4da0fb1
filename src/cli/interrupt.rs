//! Ctrl-C and `SIGTERM`, both of which ask for the same.
//!
//! The first one asks the run to shut down by itself, and stops it if its code does not listen; the next
//! one stops it in any case, and what there is of it is shown. One that nobody attends to ends the
//! program: before and after a run, and while a task computes without end.

use std::future::poll_fn;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll};
use std::thread;

use futures::Stream;
use futures::task::AtomicWaker;

use crate::runtime::Request;

/// A signal that ends programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Signal {
    /// What Ctrl-C sends: `SIGINT` on Unix.
    #[default]
    Interrupt,
    /// What `kill`, service managers and orchestrators send first.
    Terminate,
}

impl Signal {
    /// Returns the exit code of a program that the signal ended: 128 and its number, as shells have it.
    pub(super) fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }

    /// Returns what people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "Ctrl-C",
            Self::Terminate => "SIGTERM",
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::Interrupt => 1,
            Self::Terminate => 2,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        [Self::Interrupt, Self::Terminate].into_iter().find(|signal| signal.code() == code)
    }
}

/// Knows which signals came.
#[derive(Debug, Default)]
pub(crate) struct Interrupt {
    is_attended: AtomicBool,
    /// The code of a signal that nobody has seen to yet; 0 for none.
    pending: AtomicU8,
    /// The code of the last signal; 0 for none.
    last: AtomicU8,
    waker: AtomicWaker,
}

impl Interrupt {
    /// Begins to listen. Where the system has no such signals, none ever comes.
    pub(super) fn listen() -> Arc<Self> {
        let interrupt = Arc::new(Self::default());
        let (ready, is_ready) = mpsc::channel();
        let listener = Arc::clone(&interrupt);
        let thread = thread::Builder::new().name("signals".to_owned());
        if thread.spawn(move || listener.run(&ready)).is_ok() {
            // An error is a listener that gave up, which is as good.
            let _ = is_ready.recv();
        }
        interrupt
    }

    fn run(&self, ready: &mpsc::Sender<()>) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(async {
            let Ok(mut signals) = Signals::new() else { return };
            // Whoever waits for that may be gone.
            let _ = ready.send(());
            while let Some(signal) = poll_fn(|cx| signals.poll(cx)).await {
                self.last.store(signal.code(), Ordering::Release);
                let is_unseen = self.pending.swap(signal.code(), Ordering::AcqRel) != 0;
                if is_unseen || !self.is_attended.load(Ordering::Acquire) {
                    process::exit(i32::from(signal.exit_code()));
                }
                self.waker.wake();
            }
        });
    }

    /// Returns the signals as what they ask of a run. While there is nobody who polls this, a signal ends
    /// the whole program.
    pub(super) fn requests(&self) -> impl Stream<Item = Request> {
        struct Attention<'a>(&'a AtomicBool);
        impl Drop for Attention<'_> {
            fn drop(&mut self) {
                self.0.store(false, Ordering::Release);
            }
        }
        self.is_attended.store(true, Ordering::Release);
        let attention = Attention(&self.is_attended);
        futures::stream::poll_fn(move |cx| {
            let _ = &attention;
            self.waker.register(cx.waker());
            match self.pending.swap(0, Ordering::AcqRel) {
                0 => Poll::Pending,
                _ => Poll::Ready(Some(Request::Shutdown)),
            }
        })
    }

    /// Returns the last signal that came.
    pub(super) fn last(&self) -> Option<Signal> {
        Signal::from_code(self.last.load(Ordering::Acquire))
    }
}

/// The signals as the system gives them.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Signal>> {
        if let Poll::Ready(signal) = self.interrupt.poll_recv(cx) {
            return Poll::Ready(signal.map(|()| Signal::Interrupt));
        }
        self.terminate.poll_recv(cx).map(|signal| signal.map(|()| Signal::Terminate))
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Signal>> {
        self.0.poll_recv(cx).map(|signal| signal.map(|()| Signal::Interrupt))
    }
}

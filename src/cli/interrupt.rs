//! Ctrl-C: the first one stops the run, the second one the program.

use std::pin::pin;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::thread;

use futures::task::AtomicWaker;

/// The exit code of a program that Ctrl-C ended: 128 and the signal's number, as shells have it.
pub(super) const EXIT_CODE: u8 = 130;

/// Knows whether Ctrl-C was pressed.
#[derive(Debug, Default)]
pub(super) struct Interrupt {
    is_listened_to: AtomicBool,
    requested: AtomicBool,
    waker: AtomicWaker,
}

impl Interrupt {
    /// Begins to listen. Where the system has no such signal, Ctrl-C is never pressed.
    pub(super) fn listen() -> Arc<Self> {
        let interrupt = Arc::new(Self::default());
        let (ready, is_ready) = mpsc::channel();
        let listener = Arc::clone(&interrupt);
        let thread = thread::Builder::new().name("ctrl-c".to_owned());
        if thread.spawn(move || listener.run(&ready)).is_ok() {
            // An error is a listener that gave up, which is as good.
            let _ = is_ready.recv();
        }
        interrupt
    }

    fn run(&self, ready: &mpsc::Sender<()>) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(async {
            loop {
                let mut pressed = pin!(tokio::signal::ctrl_c());
                let pressed = std::future::poll_fn(|cx| {
                    let poll = pressed.as_mut().poll(cx);
                    // The first poll installs the handler; whoever waits for that may be gone.
                    let _ = ready.send(());
                    poll
                });
                if pressed.await.is_err() {
                    return;
                }
                let is_second = self.requested.swap(true, Ordering::AcqRel);
                if is_second || !self.is_listened_to.load(Ordering::Acquire) {
                    process::exit(i32::from(EXIT_CODE));
                }
                self.waker.wake();
            }
        });
    }

    /// Waits for Ctrl-C, which ends the whole program when nothing waits for it.
    pub(super) async fn pressed(&self) {
        struct Deaf<'a>(&'a AtomicBool);
        impl Drop for Deaf<'_> {
            fn drop(&mut self) {
                self.0.store(false, Ordering::Release);
            }
        }
        self.is_listened_to.store(true, Ordering::Release);
        let _deaf = Deaf(&self.is_listened_to);
        std::future::poll_fn(|cx| {
            self.waker.register(cx.waker());
            if self.requested.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

//! Drives a run from a thread that has nothing else to do: tests and the command line.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use super::run::{Progress, Run};
use super::{Clock, MaybeSend};
use crate::trace::{Frame, RunEnd};

/// How many polls a slice has between two looks at the recorder.
const SLICE: usize = 4096;

/// Runs until the end, at most `most_polls` polls, and hands out frames as they fill.
///
/// Virtual time jumps from deadline to deadline; real time and real I/O make the thread sleep, so
/// this is not for a browser's page unless the run is known to need neither.
pub fn block_on<T: MaybeSend + 'static>(
    run: &mut Run<T>,
    most_polls: u64,
    frame: impl FnMut(Frame),
) -> RunEnd {
    block_on_until(run, most_polls, std::future::pending(), frame)
}

/// As [`block_on`], and stops the run when `stop` is ready.
pub fn block_on_until<T: MaybeSend + 'static>(
    run: &mut Run<T>,
    most_polls: u64,
    stop: impl Future<Output = ()>,
    mut frame: impl FnMut(Frame),
) -> RunEnd {
    let mut stop = pin!(stop);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let end = loop {
        run.executor().register_driver(&waker);
        if run.ended().is_none() && stop.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            // The run ends now, not when it last had something to do.
            let now = run.executor().read_clock();
            run.advance_to(now);
            run.stop();
        }
        let left = most_polls.saturating_sub(run.polls());
        if left == 0 && run.ended().is_none() {
            run.give_up();
        }
        if run.executor().clock() == Clock::Real {
            // Timers come due also while something is always ready.
            let now = run.executor().read_clock();
            run.advance_to(now);
        }
        let progress = run.run(SLICE.min(usize::try_from(left).unwrap_or(usize::MAX)).max(1));
        if run.executor().recorder().wants_frame() {
            frame(run.take_frame());
        }
        match progress {
            Progress::Ended(end) => break end,
            Progress::Polled(_) => {}
            Progress::Waiting(idle) => match (run.executor().clock(), idle.next_deadline) {
                (Clock::Virtual, Some(_)) if idle.io_in_flight == 0 => {
                    run.advance();
                }
                (Clock::Real, Some(deadline)) => {
                    let wait = deadline.saturating_sub(run.executor().read_clock());
                    thread::park_timeout(Duration::from_nanos(wait));
                }
                _ => thread::park(),
            },
        }
    };
    frame(run.take_frame());
    end
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

//! Drives a run from a thread that has nothing else to do: tests and the command line.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use futures::{FutureExt as _, Stream, StreamExt as _, stream};

use super::run::{Progress, Run};
use super::{Clock, MaybeSend, Request};
use crate::trace::{Frame, RunEnd};

/// How many polls a slice has between two looks at the recorder.
const SLICE: usize = 4096;

/// Runs until the end, at most `most_polls` polls, and hands out frames as they fill.
///
/// Virtual time jumps from deadline to deadline; real time and real I/O make the thread sleep, so
/// this is not for a browser's page unless the run is known to need neither. Nobody asks the run to shut
/// down: one that waits for that alone is stuck.
pub fn block_on<T: MaybeSend + 'static>(
    run: &mut Run<T>,
    most_polls: u64,
    frame: impl FnMut(Frame),
) -> RunEnd {
    block_on_with(run, most_polls, stream::empty(), frame)
}

/// As [`block_on`], and stops the run when `stop` is ready.
pub fn block_on_until<T: MaybeSend + 'static>(
    run: &mut Run<T>,
    most_polls: u64,
    stop: impl Future<Output = ()>,
    frame: impl FnMut(Frame),
) -> RunEnd {
    block_on_with(run, most_polls, stream::once(stop.map(|()| Request::Stop)), frame)
}

/// As [`block_on`], and does as the `requests` say. As long as there may be more of them, a run that waits
/// for nothing but to be asked to shut down makes the thread sleep.
pub fn block_on_with<T: MaybeSend + 'static>(
    run: &mut Run<T>,
    most_polls: u64,
    requests: impl Stream<Item = Request>,
    mut frame: impl FnMut(Frame),
) -> RunEnd {
    let mut requests = pin!(requests.fuse());
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let end = loop {
        run.executor().register_driver(&waker);
        while run.ended().is_none()
            && let Poll::Ready(Some(request)) = requests.poll_next_unpin(&mut Context::from_waker(&waker))
        {
            // It comes now, not when the run last had something to do.
            let now = run.executor().read_clock();
            run.advance_to(now);
            if request == Request::Stop || !run.request_shutdown() {
                run.stop();
            }
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
            Progress::Waiting(idle) if idle.awaits_signal_alone() && requests.is_done() => run.stall(),
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

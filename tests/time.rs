//! Timers fire in order and never early; aborts and wakes reach a run from wherever they come.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use wakeline::runtime::{self, BoxFuture, Clock, Config, Instant, Progress, Run, Sleep, io, sleep, spawn};
use wakeline::trace::{Event, RunEnd, WaitKind, WakeCause};

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn run(main: impl FnOnce() -> BoxFuture<'static, ()>) -> (RunEnd, Vec<Event>) {
    let mut events = Vec::new();
    let mut run = Run::new(Config::default(), main);
    let end = runtime::block_on(&mut run, 1_000_000, |frame| events.extend(frame.events));
    (end, events)
}

proptest! {
    #![proptest_config(support::config(200))]

    #[test]
    fn timers_fire_by_deadline_and_then_in_the_order_in_which_they_were_set(
        deadlines in prop::collection::vec(0..20u64, 1..60),
    ) {
        let fired = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&fired);
        let waits = deadlines.clone();
        run(|| Box::pin(async move {
            let tasks: Vec<_> = waits.into_iter().enumerate().map(|(number, wait)| {
                let told = Arc::clone(&told);
                spawn(async move {
                    sleep(millis(wait)).await;
                    told.lock().unwrap().push((Instant::now().as_nanos() / 1_000_000, number));
                })
            }).collect();
            for task in tasks {
                task.await.unwrap();
            }
        }));
        let mut expected: Vec<_> =
            deadlines.iter().enumerate().map(|(number, wait)| (*wait, number)).collect();
        // Stable: what is due together keeps the order in which it was set.
        expected.sort_by_key(|(wait, _)| *wait);
        prop_assert_eq!(&*fired.lock().unwrap(), &expected);
    }

    /// Work moves the clock within a poll, so timers may fire late; never early, and still in order.
    #[test]
    fn no_timer_wakes_before_its_deadline(steps in prop::collection::vec((0..30u64, 0..10u64), 1..40)) {
        let (end, events) = run(|| Box::pin(async move {
            let tasks: Vec<_> = steps.into_iter().map(|(wait, work)| spawn(async move {
                sleep(millis(wait)).await;
                runtime::work(millis(work));
                sleep(millis(wait / 2)).await;
            })).collect();
            for task in tasks {
                task.await.unwrap();
            }
        }));
        prop_assert_eq!(end, RunEnd::Finished);
        let (mut now, mut last_due) = (0, 0);
        let mut due = std::collections::BTreeMap::new();
        let mut is_first_of_batch = true;
        for event in events {
            match event {
                Event::Clock { nanos } => now = nanos,
                Event::PollBegin { .. } => is_first_of_batch = true,
                Event::Waiting { lane, on: WaitKind::Timer, detail, .. } => { due.insert(lane, detail); }
                Event::Woken { lane, cause: WakeCause::Timer, .. } => {
                    let deadline = due[&lane];
                    prop_assert!(deadline <= now, "a timer due at {} fired at {}", deadline, now);
                    prop_assert!(is_first_of_batch || last_due <= deadline, "timers fired out of order");
                    (last_due, is_first_of_batch) = (deadline, false);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn a_reset_moves_a_timer_there_and_back(moves in prop::collection::vec(0..100u64, 1..10)) {
        let last = *moves.last().unwrap();
        let (_, events) = run(|| Box::pin(async move {
            let start = Instant::now();
            let mut timer: Sleep = sleep(millis(50));
            futures::poll!(&mut timer).is_pending();
            for to in moves {
                timer.reset(start + millis(to));
                let _ = futures::poll!(&mut timer);
            }
            timer.await;
        }));
        let end = events.iter().rev().find_map(|event| match event {
            Event::Clock { nanos } => Some(*nanos),
            _ => None,
        });
        prop_assert_eq!(end.unwrap_or(0), last * 1_000_000);
    }
}

#[test]
fn timers_come_due_while_something_else_is_always_ready() {
    let ticks = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&ticks);
    let main = move || -> BoxFuture<'static, ()> {
        Box::pin(async move {
            spawn(async {
                loop {
                    // Never yields to the clock: it asks for itself at once.
                    runtime::work(millis(1));
                    wake_at_once().await;
                    futures::pending!();
                }
            });
            for _ in 0..5 {
                sleep(millis(10)).await;
                *counted.lock().unwrap() += 1;
            }
        })
    };
    let mut run = Run::new(Config::default(), main);
    assert_eq!(runtime::block_on(&mut run, 100_000, |_| {}), RunEnd::Finished);
    assert_eq!(*ticks.lock().unwrap(), 5);
}

async fn wake_at_once() {
    std::future::poll_fn(|cx| {
        cx.waker().wake_by_ref();
        std::task::Poll::Ready(())
    })
    .await;
}

#[test]
fn an_abort_from_another_thread_reaches_the_task() {
    let mut run = Run::new(Config::default(), || -> BoxFuture<'static, bool> {
        Box::pin(async {
            let task = spawn(io("never answers", std::future::pending::<()>()));
            let abort = task.abort_handle();
            std::thread::spawn(move || {
                std::thread::sleep(millis(5));
                abort.abort();
            });
            task.await.is_err_and(|error| error.is_cancelled())
        })
    });
    let end = runtime::block_on(&mut run, 1_000, |_| {});
    assert_eq!((end, run.take_output().unwrap().unwrap()), (RunEnd::Finished, true));
}

#[test]
fn an_abort_reaches_its_own_run_and_no_other() {
    let handle = Arc::new(Mutex::new(None));
    let start = |handle: Arc<Mutex<Option<runtime::AbortHandle>>>| {
        Run::new(Config::default(), move || -> BoxFuture<'static, ()> {
            Box::pin(async move {
                let task = spawn(sleep(millis(10)));
                *handle.lock().unwrap() = Some(task.abort_handle());
                assert!(task.await.is_ok(), "somebody else's abort");
            })
        })
    };
    let mut other = start(Arc::default());
    let mut run = start(Arc::clone(&handle));
    run.step();
    other.step();
    let abort = handle.lock().unwrap().take().unwrap();
    other.executor().enter(|| abort.abort());
    assert_eq!(runtime::block_on(&mut other, 100, |_| {}), RunEnd::Finished);
    assert!(other.take_output().unwrap().is_ok());
    runtime::block_on(&mut run, 100, |_| {});
    assert!(run.take_output().unwrap().is_err_and(|error| error.is_panic()), "its own task was aborted");
}

#[test]
fn a_thread_that_wakes_is_heard_in_both_clocks() {
    for clock in [Clock::Virtual, Clock::Real] {
        let config = Config { clock, ..Config::default() };
        let mut run = Run::new(config, || -> BoxFuture<'static, u32> {
            Box::pin(async {
                let mut sum = 0;
                for number in 0..200 {
                    let (send, receive) = futures::channel::oneshot::channel();
                    std::thread::spawn(move || send.send(number));
                    sum += io("a thread", receive).await.unwrap();
                }
                sum
            })
        });
        assert_eq!(runtime::block_on(&mut run, 100_000, |_| {}), RunEnd::Finished);
        assert_eq!(run.take_output().unwrap().unwrap(), 199 * 200 / 2);
    }
}

#[test]
fn a_run_that_is_asked_for_no_polls_has_not_stalled() {
    let mut run = Run::new(Config::default(), || -> BoxFuture<'static, ()> { Box::pin(async {}) });
    assert_eq!(run.run(0), Progress::Ended(RunEnd::Finished));
}

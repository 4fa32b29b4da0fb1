//! A stream that is drawn has marbles for what it does, and does nothing else than without.
#![cfg(not(target_arch = "wasm32"))]

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::stream::{self, FusedStream};
use futures::{FutureExt as _, Stream, StreamExt as _};
use wakeline::runtime::{self, BoxFuture, Config, FutureExt as _, Run, Stage, StreamExt, sleep};
use wakeline::timeline::Model;
use wakeline::trace::{Event, Frame, NameId, Op, Recorder, ResourceKind, RunEnd, WaitKind};

/// Runs a future as the first task; returns what was recorded.
fn record(start: impl FnOnce() -> BoxFuture<'static, ()>) -> (Model, Vec<Event>) {
    let mut run = Run::new(Config::default(), start);
    let (mut model, mut events) = (Model::new(), Vec::new());
    let end = runtime::block_on(&mut run, 10_000, |frame: Frame| {
        model.apply(&frame);
        events.extend(frame.events);
    });
    assert_eq!(end, RunEnd::Finished);
    (model, events)
}

/// What happened on all stream lanes, in order: `evens: out 2`.
fn marbles(start: impl FnOnce() -> BoxFuture<'static, ()>) -> Vec<String> {
    let (model, events) = record(start);
    let ops = events.iter().filter_map(|event| match *event {
        Event::Op { resource, op, detail, .. } => Some((resource, op, detail)),
        _ => None,
    });
    ops.map(|(id, op, detail)| {
        let resource = model.resource(id).expect("it was made before it is used");
        assert_eq!(resource.kind, ResourceKind::Stream);
        let text = model.text(NameId(detail));
        match op {
            Op::ItemIn => format!("{}: in {text}", resource.name),
            Op::ItemOut => format!("{}: out {text}", resource.name),
            Op::ItemDropped => format!("{}: dropped {text}", resource.name),
            Op::ItemFailed => format!("{}: failed {text}", resource.name),
            Op::StreamEnded => format!("{}: ended", resource.name),
            Op::StreamDropped => format!("{}: let go", resource.name),
            op => panic!("a stream does no {op:?}"),
        }
    })
    .collect()
}

#[test]
fn items_and_the_end_are_marbles() {
    let seen = marbles(|| {
        Box::pin(async {
            let all: Vec<_> = stream::iter([3, 5]).observed("numbers", i32::to_string).collect().await;
            assert_eq!(all, [3, 5]);
        })
    });
    assert_eq!(seen, ["numbers: out 3", "numbers: out 5", "numbers: ended"]);
}

#[test]
fn a_stream_that_is_dropped_before_its_end_says_so_after_what_it_held() {
    struct Held;
    impl Drop for Held {
        fn drop(&mut self) {
            wakeline::trace::current::value("held", "gone");
        }
    }
    let (model, events) = record(|| {
        Box::pin(async {
            let held = Held;
            let numbers = stream::iter(1..).map(move |number: i32| (&held, number).1);
            let mut numbers = Box::pin(numbers.observed("numbers", i32::to_string));
            assert_eq!(numbers.next().await, Some(1));
        })
    });
    let place = |is: &dyn Fn(&Event) -> bool| events.iter().position(is).expect("it is recorded");
    let held = place(&|event| matches!(event, Event::Value { .. }));
    let dropped = place(&|event| matches!(event, Event::Op { op: Op::StreamDropped, .. }));
    assert!(held < dropped);
    assert_eq!(model.resources().len(), 1);
}

#[test]
fn a_stream_that_was_never_polled_is_dropped_too() {
    let seen = marbles(|| {
        Box::pin(async {
            drop(stream::iter([1]).observed("numbers", i32::to_string));
        })
    });
    assert_eq!(seen, ["numbers: let go"]);
}

#[test]
fn errors_are_marbles_of_their_own() {
    let seen = marbles(|| {
        Box::pin(async {
            let items = stream::iter([Ok(1), Err("broken"), Ok(2)]);
            let items: Vec<Result<i32, _>> = items.try_observed("feed", i32::to_string).collect().await;
            assert_eq!(items, [Ok(1), Err("broken"), Ok(2)]);
        })
    });
    assert_eq!(seen, ["feed: out 1", "feed: failed broken", "feed: out 2", "feed: ended"]);
}

#[test]
fn a_stage_has_both_its_ends_on_one_lane() {
    let seen = marbles(|| {
        Box::pin(async {
            let evens = Stage::new("evens");
            let kept = stream::iter(1..=3)
                .entering(&evens, i32::to_string)
                .filter(move |number| {
                    if number % 2 != 0 {
                        evens.dropped(number);
                    }
                    std::future::ready(number % 2 == 0)
                })
                .leaving(&evens, i32::to_string);
            assert_eq!(kept.collect::<Vec<_>>().await, [2]);
        })
    });
    let expected = ["in 1", "dropped 1", "in 2", "out 2", "in 3", "dropped 3", "ended"];
    assert_eq!(seen, expected.map(|what| format!("evens: {what}")));
}

/// What the first task waited for after its first poll.
fn first_wait(start: impl FnOnce() -> BoxFuture<'static, ()>) -> (WaitKind, u64, String, u32) {
    let (model, events) = record(start);
    let polled = events.iter().take_while(|event| !matches!(event, Event::PollEnd { .. }));
    let waits = polled.filter_map(|event| match *event {
        Event::Waiting { on, detail, location, .. } => Some((on, detail, location)),
        _ => None,
    });
    let (on, detail, location) = waits.last().expect("it waits");
    let place = model.place(location).expect("the place is known");
    (on, detail, place.file.clone(), place.line)
}

#[test]
fn a_parked_stream_is_what_its_task_waits_for_unless_a_timer_inside_says_more() {
    let line = line!() + 4;
    let (on, detail, file, at) = first_wait(|| {
        Box::pin(async {
            let (sender, receiver) = futures::channel::mpsc::unbounded::<i32>();
            let mut numbers = receiver.observed("numbers", i32::to_string);
            let wait = async { assert_eq!(numbers.next().await, Some(1)) };
            // The wait is polled first; then the sender sends, and nothing of it is recorded.
            futures::join!(wait, async { sender.unbounded_send(1).unwrap() });
        })
    });
    assert_eq!((on, detail), (WaitKind::Resource, 1));
    assert!(file.ends_with("observed.rs"), "{file}");
    assert_eq!(at, line);

    let (on, detail, ..) = first_wait(|| {
        Box::pin(async {
            let late = stream::once(sleep(Duration::from_millis(3))).observed("late", |()| "now".to_owned());
            pin!(late.observed("later", |()| "now".to_owned())).next().await;
        })
    });
    assert_eq!((on, detail), (WaitKind::Timer, 3_000_000));
}

#[test]
fn a_wait_that_was_told_before_the_stream_was_polled_is_not_taken_for_its_own() {
    let (on, detail, ..) = first_wait(|| {
        Box::pin(async {
            let (sender, receiver) = futures::channel::mpsc::unbounded::<i32>();
            let mut numbers = receiver.observed("numbers", i32::to_string);
            let timer = sleep(Duration::from_millis(1)).then(|()| async move {
                sender.unbounded_send(1).unwrap();
            });
            futures::join!(timer, async { assert_eq!(numbers.next().await, Some(1)) });
        })
    });
    assert_eq!((on, detail), (WaitKind::Resource, 1));
}

/// Counts how often it is polled, gives `left` numbers with a pause before each, and has a size.
struct Counted {
    polls: Arc<AtomicUsize>,
    left: usize,
    is_rested: bool,
}

impl Stream for Counted {
    type Item = usize;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<usize>> {
        self.polls.fetch_add(1, Ordering::Relaxed);
        self.is_rested = !self.is_rested;
        if self.is_rested {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.left = self.left.saturating_sub(1);
        Poll::Ready((self.left > 0).then_some(self.left))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl FusedStream for Counted {
    fn is_terminated(&self) -> bool {
        self.left == 0
    }
}

#[test]
fn a_drawn_stream_is_polled_as_often_as_one_that_is_not() {
    let counted = |polls: &Arc<AtomicUsize>| Counted { polls: Arc::clone(polls), left: 4, is_rested: false };
    for recorder in [Recorder::new(1 << 12), Recorder::off()] {
        let polls = [(); 2].map(|()| Arc::<AtomicUsize>::default());
        let (bare, drawn) = (counted(&polls[0]), counted(&polls[1]));
        let config = Config { recorder, ..Config::default() };
        let mut run = Run::new(config, || {
            Box::pin(async move {
                let drawn = drawn.observed("counted", usize::to_string);
                assert_eq!(drawn.size_hint(), bare.size_hint());
                assert!(!drawn.is_terminated());
                let (mut bare, mut drawn) = (bare, pin!(drawn));
                let (mut from_bare, mut from_drawn) = (Vec::new(), Vec::new());
                while let Some(number) = bare.next().await {
                    from_bare.push(number);
                }
                while let Some(number) = drawn.next().await {
                    from_drawn.push(number);
                }
                assert_eq!(from_bare, from_drawn);
                assert!(drawn.is_terminated());
            })
        });
        runtime::block_on(&mut run, 1000, |_| {});
        run.take_output().expect("the run has finished").expect("nothing panicked");
        let [bare, drawn] = polls.map(|polls| polls.load(Ordering::Relaxed));
        assert_eq!(bare, drawn);
    }
}

#[test]
fn outside_a_run_a_stream_works_and_no_text_is_made() {
    let text = |_: &i32| -> String { panic!("nobody reads it") };
    let all: Vec<_> = stream::iter([1, 2]).observed("numbers", text).collect().now_or_never().unwrap();
    assert_eq!(all, [1, 2]);
}

#[test]
fn marbles_belong_to_the_lane_that_polls() {
    let (model, _) = record(|| {
        Box::pin(async {
            let numbers = stream::iter([1]).observed("numbers", i32::to_string);
            numbers.collect::<Vec<_>>().named("reader").await;
        })
    });
    let resource = &model.resources()[0];
    let lanes: Vec<_> = model.ops(resource.id).map(|op| model.lane_name(op.lane).into_owned()).collect();
    assert_eq!(lanes, ["reader", "reader"]);
}

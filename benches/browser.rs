//! What a spawn, a switch and a recorded poll cost in the browser, beside `spawn_local`.
//!
//! The page's clock has a grain of 100 µs, so each measurement takes tens of milliseconds; they take turns
//! for several rounds, and the medians are told.
#![cfg(target_arch = "wasm32")]

use std::future::Future;
use std::pin::Pin;

use wakeline::runtime::browser::now_millis;
use wakeline::runtime::{self, BoxFuture, Config, Progress, Run};
use wakeline::trace::Recorder;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

mod support;
use support::{Budget, Left, Row, Switch, print_table};

wasm_bindgen_test_configure!(run_in_browser);

const ROUNDS: usize = 9;
const TASKS: u32 = 100;

/// Something to measure: so many operations, by one call.
struct Case {
    operations: u32,
    run: fn(u32) -> Pin<Box<dyn Future<Output = ()>>>,
    nanos: Vec<f64>,
}

impl Case {
    fn new(operations: u32, run: fn(u32) -> Pin<Box<dyn Future<Output = ()>>>) -> Self {
        Self { operations, run, nanos: Vec::new() }
    }

    async fn measure(&mut self) {
        let start = now_millis();
        (self.run)(self.operations).await;
        self.nanos.push((now_millis() - start) * 1e6 / f64::from(self.operations));
    }

    fn median(&mut self) -> f64 {
        self.nanos.sort_by(f64::total_cmp);
        self.nanos[self.nanos.len() / 2]
    }
}

fn ours(recorder: Recorder, main: impl FnOnce() -> BoxFuture<'static, ()>) {
    let mut run = Run::new(Config { recorder, ..Config::default() }, main);
    loop {
        match run.run(4096) {
            Progress::Ended(_) => return,
            Progress::Polled(_) => {}
            Progress::Waiting(_) => assert!(run.advance(), "only timers are waited for"),
        }
        if run.executor().recorder().wants_frame() {
            drop(std::hint::black_box(run.take_frame()));
        }
    }
}

fn recording() -> Recorder {
    Recorder::new(Recorder::DEFAULT_CAPACITY)
}

fn spawns(count: u32) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        for _ in 1..count {
            drop(runtime::spawn(async {}));
        }
        runtime::spawn(async {}).await.expect("the task ends");
    })
}

fn switches(tasks: u32, count: u32) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let each = count / tasks;
        let tasks: Vec<_> = (0..tasks).map(|_| runtime::spawn(Switch { left: each })).collect();
        for task in tasks {
            task.await.expect("the task ends");
        }
    })
}

fn sleeps(count: u32) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let each = count / TASKS;
        let tasks = (1..=u64::from(TASKS)).map(|number| {
            runtime::spawn(async move {
                for _ in 0..each {
                    runtime::sleep(std::time::Duration::from_millis(number)).await;
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("the task ends");
        }
    })
}

/// Runs tasks of the page's own queue and waits for the last of them.
async fn on_the_page<F: Future<Output = ()> + 'static>(tasks: u32, task: impl Fn() -> F) {
    let (done, all_done) = futures::channel::oneshot::channel();
    let done = std::rc::Rc::new(std::cell::Cell::new(Some(done)));
    let left = Left::new(tasks);
    for _ in 0..tasks {
        let (task, left, done) = (task(), left.clone(), done.clone());
        spawn_local(async move {
            task.await;
            if left.one_less()
                && let Some(done) = done.take()
            {
                let _ = done.send(());
            }
        });
    }
    all_done.await.expect("the last task says so");
}

fn at_once(work: impl FnOnce()) -> Pin<Box<dyn Future<Output = ()>>> {
    work();
    Box::pin(std::future::ready(()))
}

#[wasm_bindgen_test]
async fn runtime_beside_spawn_local() {
    let mut cases = [
        Case::new(200_000, |count| at_once(|| ours(Recorder::off(), || spawns(count)))),
        Case::new(200_000, |count| at_once(|| ours(recording(), || spawns(count)))),
        Case::new(200_000, |count| Box::pin(on_the_page(count, || async {}))),
        Case::new(1_000_000, |count| at_once(|| ours(Recorder::off(), || switches(1, count)))),
        Case::new(1_000_000, |count| at_once(|| ours(recording(), || switches(1, count)))),
        Case::new(20_000, |count| Box::pin(on_the_page(1, move || Switch { left: count }))),
        Case::new(1_000_000, |count| at_once(|| ours(Recorder::off(), || switches(TASKS, count)))),
        Case::new(1_000_000, |count| at_once(|| ours(recording(), || switches(TASKS, count)))),
        Case::new(1_000_000, |count| Box::pin(on_the_page(TASKS, move || Switch { left: count / TASKS }))),
        Case::new(200_000, |count| at_once(|| ours(Recorder::off(), || sleeps(count)))),
        Case::new(200_000, |count| at_once(|| ours(recording(), || sleeps(count)))),
    ];
    // The first round lets the browser compile and is not counted.
    for round in 0..=ROUNDS {
        for case in &mut cases {
            case.measure().await;
            if round == 0 {
                case.nanos.clear();
            }
        }
    }
    let [
        spawn,
        spawn_recorded,
        spawn_page,
        one,
        one_recorded,
        one_page,
        many,
        many_recorded,
        many_page,
        timer,
        timer_recorded,
    ] = cases.map(|mut case| case.median());
    let row = |what: &str, ours_nanos, theirs: &str, theirs_nanos, budget| Row {
        what: what.to_owned(),
        ours_nanos,
        theirs: theirs.to_owned(),
        theirs_nanos,
        budget,
    };
    let off = "recording off";
    print_table(
        |line| console_log!("{line}"),
        &[
            row("spawn + finish", spawn, "`spawn_local`", spawn_page, Budget::Ratio(2.0)),
            row("switch, 1 ready", one, "`spawn_local`", one_page, Budget::Ratio(0.05)),
            row("switch, 100 ready", many, "`spawn_local`", many_page, Budget::Ratio(1.5)),
            row("recorded poll, 1 ready", one_recorded, off, one, Budget::Extra(60.0)),
            row("recorded poll, 100 ready", many_recorded, off, many, Budget::Extra(60.0)),
            row("recorded spawn + finish", spawn_recorded, off, spawn, Budget::None),
            row("recorded timer", timer_recorded, off, timer, Budget::None),
        ],
    );
}

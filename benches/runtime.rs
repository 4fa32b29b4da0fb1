//! What a spawn, a switch, a timer and a recorded poll cost, beside tokio and async-executor.
//!
//! Everything is measured in one run, so that the ratios hold on any machine; the table at the end holds
//! them against the budgets.

use std::path::Path;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use criterion::{Criterion, Throughput};
use wakeline::runtime::{self, BoxFuture, Clock, Config, Run};
use wakeline::trace::{Frame, Recorder};

mod support;
use support::{Budget, Results, Row, Switch, print_table};

/// Operations an iteration; enough to hide what making a runtime costs.
const MANY: u32 = 10_000;
const TASKS: u32 = 100;

fn main() {
    let started = SystemTime::now();
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("criterion");
    let mut criterion = Criterion::default()
        .output_directory(&place)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(40)
        .configure_from_args();
    spawns(&mut criterion);
    switches(&mut criterion);
    timers(&mut criterion);
    frames(&mut criterion);
    criterion.final_summary();
    print_table(|line| println!("{line}"), &rows(&Results { place, started }));
}

fn ours(recorder: Recorder, main: BoxFuture<'static, ()>) {
    let mut run = Run::new(Config { recorder, ..Config::default() }, || main);
    runtime::block_on(&mut run, u64::MAX, |frame| drop(std::hint::black_box(frame)));
}

fn recording() -> Recorder {
    Recorder::new(Recorder::DEFAULT_CAPACITY)
}

fn tokio_current_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime starts")
}

fn on_tokio(runtime: &tokio::runtime::Runtime, main: BoxFuture<'static, ()>) {
    runtime.block_on(async { tokio::spawn(main).await }).expect("the task ends");
}

/// Polls until it is ready: nothing that is measured here ever waits.
fn spin_on<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
}

fn spawns(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("spawn");
    group.throughput(Throughput::Elements(MANY.into()));
    let main = || -> BoxFuture<'static, ()> {
        Box::pin(async {
            for _ in 1..MANY {
                drop(runtime::spawn(async {}));
            }
            runtime::spawn(async {}).await.expect("the task ends");
        })
    };
    group.bench_function("wakeline", |bench| bench.iter(|| ours(Recorder::off(), main())));
    group.bench_function("wakeline_recording", |bench| bench.iter(|| ours(recording(), main())));
    let runtime = tokio_current_thread();
    group.bench_function("tokio", |bench| {
        bench.iter(|| {
            on_tokio(
                &runtime,
                Box::pin(async {
                    for _ in 1..MANY {
                        drop(tokio::spawn(async {}));
                    }
                    tokio::spawn(async {}).await.expect("the task ends");
                }),
            );
        });
    });
    group.bench_function("tokio_local", |bench| {
        bench.iter(|| {
            tokio::task::LocalSet::new().block_on(&runtime, async {
                for _ in 1..MANY {
                    drop(tokio::task::spawn_local(async {}));
                }
                tokio::task::spawn_local(async {}).await.expect("the task ends");
            });
        });
    });
    group.bench_function("async_executor", |bench| {
        bench.iter(|| {
            let executor = std::rc::Rc::new(async_executor::LocalExecutor::new());
            spin_on(executor.run(async {
                for _ in 1..MANY {
                    executor.spawn(async {}).detach();
                }
                executor.spawn(async {}).await;
            }));
        });
    });
    group.finish();
}

fn switches(criterion: &mut Criterion) {
    for tasks in [1, TASKS] {
        let mut group = criterion.benchmark_group(format!("switch_{tasks}"));
        group.throughput(Throughput::Elements(MANY.into()));
        let each = MANY / tasks;
        let main = move || -> BoxFuture<'static, ()> {
            Box::pin(async move {
                let tasks: Vec<_> = (0..tasks).map(|_| runtime::spawn(Switch { left: each })).collect();
                for task in tasks {
                    task.await.expect("the task ends");
                }
            })
        };
        group.bench_function("wakeline", |bench| bench.iter(|| ours(Recorder::off(), main())));
        group.bench_function("wakeline_recording", |bench| bench.iter(|| ours(recording(), main())));
        let runtime = tokio_current_thread();
        group.bench_function("tokio", |bench| {
            bench.iter(|| {
                on_tokio(
                    &runtime,
                    Box::pin(async move {
                        let tasks: Vec<_> = (0..tasks).map(|_| tokio::spawn(Switch { left: each })).collect();
                        for task in tasks {
                            task.await.expect("the task ends");
                        }
                    }),
                );
            });
        });
        group.bench_function("tokio_local", |bench| {
            bench.iter(|| {
                tokio::task::LocalSet::new().block_on(&runtime, async {
                    let spawn = |_| tokio::task::spawn_local(Switch { left: each });
                    let tasks: Vec<_> = (0..tasks).map(spawn).collect();
                    for task in tasks {
                        task.await.expect("the task ends");
                    }
                });
            });
        });
        group.bench_function("async_executor", |bench| {
            bench.iter(|| {
                let executor = async_executor::LocalExecutor::new();
                spin_on(executor.run(async {
                    let tasks: Vec<_> = (0..tasks).map(|_| executor.spawn(Switch { left: each })).collect();
                    for task in tasks {
                        task.await;
                    }
                }));
            });
        });
        group.finish();
    }
}

fn timers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("timer");
    group.throughput(Throughput::Elements(MANY.into()));
    let each = MANY / TASKS;
    let main = move || -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let tasks = (1..=u64::from(TASKS)).map(|number| {
                runtime::spawn(async move {
                    for _ in 0..each {
                        runtime::sleep(Duration::from_millis(number)).await;
                    }
                })
            });
            for task in tasks.collect::<Vec<_>>() {
                task.await.expect("the task ends");
            }
        })
    };
    group.bench_function("wakeline", |bench| bench.iter(|| ours(Recorder::off(), main())));
    group.bench_function("wakeline_recording", |bench| bench.iter(|| ours(recording(), main())));
    group.bench_function("tokio", |bench| {
        bench.iter(|| {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            let runtime = builder.enable_time().start_paused(true).build().expect("a runtime starts");
            on_tokio(
                &runtime,
                Box::pin(async move {
                    let tasks = (1..=u64::from(TASKS)).map(|number| {
                        tokio::spawn(async move {
                            for _ in 0..each {
                                tokio::time::sleep(Duration::from_millis(number)).await;
                            }
                        })
                    });
                    for task in tasks.collect::<Vec<_>>() {
                        task.await.expect("the task ends");
                    }
                }),
            );
        });
    });
    group.finish();
}

/// A frame of what switches leave: three events a poll.
fn frame() -> Frame {
    let mut frames = Vec::new();
    #[expect(clippy::redundant_async_block, reason = "what is measured is the switch of an async block")]
    let main = Box::pin(async { Switch { left: MANY }.await });
    let config = Config { recorder: Recorder::new(1 << 20), clock: Clock::Virtual, ..Config::default() };
    let mut run = Run::new(config, || main as BoxFuture<'static, ()>);
    runtime::block_on(&mut run, u64::MAX, |frame| frames.push(frame));
    frames.remove(0)
}

fn frames(criterion: &mut Criterion) {
    let frame = frame();
    let bytes = frame.encode();
    let mut group = criterion.benchmark_group("event");
    group.throughput(Throughput::Elements(frame.events.len() as u64));
    group.bench_function("encode", |bench| bench.iter(|| frame.encode()));
    group.bench_function("decode", |bench| bench.iter(|| Frame::decode(&bytes)));
    group.finish();
}

fn rows(results: &Results) -> Vec<Row> {
    let many = f64::from(MANY);
    let row = |what: &str, ours: &str, theirs: &str, group: &str, budget: Budget| {
        results.row(what, group, [ours, theirs], many, budget)
    };
    let mut rows = Vec::new();
    let groups = [
        ("spawn + finish", "spawn", 0.4),
        ("switch, 1 ready", "switch_1", 1.1),
        ("switch, 100 ready", "switch_100", 1.1),
    ];
    for (what, group, most) in groups {
        rows.push(row(what, "wakeline", "tokio", group, Budget::Ratio(most)));
        rows.push(row(what, "wakeline", "tokio_local", group, Budget::None));
        rows.push(row(what, "wakeline", "async_executor", group, Budget::None));
    }
    rows.push(row("timer set and fired", "wakeline", "tokio", "timer", Budget::None));
    for (what, group, budget) in [
        ("recorded poll, 1 ready", "switch_1", Budget::Extra(40.0)),
        ("recorded poll, 100 ready", "switch_100", Budget::Extra(40.0)),
        ("recorded spawn + finish", "spawn", Budget::None),
        ("recorded timer", "timer", Budget::None),
    ] {
        rows.push(row(what, "wakeline_recording", "wakeline", group, budget));
    }
    rows.into_iter().flatten().collect()
}

//! What channels, locks and permits cost, beside what they wrap and what they are like.
//!
//! All of them are driven by the same executor, Wakeline's with recording off, so that what differs is the
//! primitive alone; once more with recording on. The table at the end holds them against the budget.

use std::path::Path;
use std::time::{Duration, SystemTime};

use criterion::{Criterion, Throughput};
use wakeline::runtime::{self, BoxFuture, Config, Run};
use wakeline::trace::Recorder;

mod support;
use support::{Budget, Results, Row, print_table};

/// Operations an iteration; enough to hide what making a run costs.
const MANY: u32 = 10_000;
/// Places of a channel; as small as that both ends wait now and then.
const PLACES: usize = 64;

fn main() {
    let started = SystemTime::now();
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("criterion");
    let mut criterion = Criterion::default()
        .output_directory(&place)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(30)
        .configure_from_args();
    channels(&mut criterion);
    values(&mut criterion);
    locks(&mut criterion);
    criterion.final_summary();
    print_table(|line| println!("{line}"), &rows(&Results { place, started }));
}

type Program = fn() -> BoxFuture<'static, ()>;

fn on_the_executor(recorder: Recorder, program: Program) {
    let mut run = Run::new(Config { recorder, ..Config::default() }, program);
    runtime::block_on(&mut run, u64::MAX, |frame| drop(std::hint::black_box(frame)));
}

/// Measures ours, recorded and not, and each of the others.
fn group(criterion: &mut Criterion, name: &str, ours: Program, others: &[(&str, Program)]) {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(MANY.into()));
    let recording = || Recorder::new(Recorder::DEFAULT_CAPACITY);
    group.bench_function("wakeline", |bench| bench.iter(|| on_the_executor(Recorder::off(), ours)));
    group.bench_function("wakeline_recording", |bench| bench.iter(|| on_the_executor(recording(), ours)));
    for (name, program) in others {
        group.bench_function(*name, |bench| bench.iter(|| on_the_executor(Recorder::off(), *program)));
    }
    group.finish();
}

/// A program with a channel: what makes it, and how a message goes in and comes out.
macro_rules! through {
    ($channel:expr, |$tx:ident, $n:ident| $send:expr, |$rx:ident| $recv:expr) => {
        || {
            Box::pin(async {
                #[allow(unused_mut, reason = "not every receiver changes")]
                let ($tx, mut $rx) = $channel;
                let sends = runtime::spawn(async move {
                    for $n in 0..MANY {
                        $send;
                    }
                });
                for _ in 0..MANY {
                    std::hint::black_box($recv);
                }
                sends.await.expect("the task ends");
            })
        }
    };
}

macro_rules! bounded {
    ($sync:path) => {{
        use $sync as mpsc;
        through!(
            mpsc::channel(PLACES),
            |tx, number| tx.send(number).await.expect("the receiver is there"),
            |rx| rx.recv().await.expect("the sender is there")
        )
    }};
}

macro_rules! unbounded {
    ($sync:path) => {{
        use $sync as mpsc;
        through!(
            mpsc::unbounded_channel(),
            |tx, number| tx.send(number).expect("the receiver is there"),
            |rx| rx.recv().await.expect("the sender is there")
        )
    }};
}

macro_rules! for_several {
    ($sync:path, $channel:ident($($places:expr)?)) => {{
        use $sync as mpmc;
        through!(
            mpmc::$channel($($places)?),
            |tx, number| tx.send(number).await.expect("the receiver is there"),
            |rx| rx.recv().await.expect("the sender is there")
        )
    }};
}

fn channels(criterion: &mut Criterion) {
    let others = [("tokio", bounded!(tokio::sync::mpsc) as Program)];
    group(criterion, "mpsc", bounded!(wakeline::sync::mpsc), &others);
    let others = [("tokio", unbounded!(tokio::sync::mpsc) as Program)];
    group(criterion, "mpsc_unbounded", unbounded!(wakeline::sync::mpsc), &others);
    let others = [("async_channel", for_several!(async_channel, bounded(PLACES)) as Program)];
    group(criterion, "mpmc", for_several!(wakeline::sync::mpmc, bounded(PLACES)), &others);
    let others = [("async_channel", for_several!(async_channel, unbounded()) as Program)];
    group(criterion, "mpmc_unbounded", for_several!(wakeline::sync::mpmc, unbounded()), &others);
}

/// A program that does the same many times over with one thing.
macro_rules! over_and_over {
    ($made:expr, |$it:ident, $n:ident| $once:expr) => {
        || {
            Box::pin(async {
                #[allow(unused_mut, reason = "not every one of them changes")]
                let mut $it = $made;
                for $n in 0..MANY {
                    std::hint::black_box($n);
                    std::hint::black_box($once);
                }
            })
        }
    };
}

macro_rules! one_value {
    ($sync:path) => {{
        use $sync as oneshot;
        over_and_over!((), |none, number| {
            let () = none;
            let (tx, rx) = oneshot::channel();
            tx.send(number).expect("the receiver is there");
            rx.await.expect("it was sent")
        })
    }};
}

macro_rules! to_all {
    ($sync:path) => {{
        use $sync as broadcast;
        over_and_over!(broadcast::channel(PLACES), |ends, number| {
            ends.0.send(number).expect("the receiver is there");
            ends.1.recv().await.expect("it was sent")
        })
    }};
}

macro_rules! latest {
    ($sync:path) => {{
        use $sync as watch;
        over_and_over!(watch::channel(0), |ends, number| {
            ends.0.send(number).expect("the receiver is there");
            ends.1.changed().await.expect("it was sent");
            *ends.1.borrow_and_update()
        })
    }};
}

fn values(criterion: &mut Criterion) {
    let others = [
        ("futures", one_value!(futures::channel::oneshot) as Program),
        ("tokio", one_value!(tokio::sync::oneshot)),
    ];
    group(criterion, "oneshot", one_value!(wakeline::sync::oneshot), &others);
    let others = [("tokio", to_all!(tokio::sync::broadcast) as Program)];
    group(criterion, "broadcast", to_all!(wakeline::sync::broadcast), &others);
    let others = [("tokio", latest!(tokio::sync::watch) as Program)];
    group(criterion, "watch", latest!(wakeline::sync::watch), &others);
}

macro_rules! mutex {
    ($sync:path) => {{
        use $sync as sync;
        over_and_over!(sync::Mutex::new(0), |mutex, number| *mutex.lock().await += number)
    }};
}

macro_rules! mutex_owned {
    ($sync:path) => {{
        use $sync as sync;
        over_and_over!(std::sync::Arc::new(sync::Mutex::new(0)), |mutex, number| {
            *std::sync::Arc::clone(&mutex).lock_owned().await += number
        })
    }};
}

/// Four tasks that want the lock at once, and give way while they hold it.
macro_rules! contended {
    ($sync:path) => {{
        use $sync as sync;
        || {
            Box::pin(async {
                let mutex = std::sync::Arc::new(sync::Mutex::new(0));
                let tasks: Vec<_> = (0..4)
                    .map(|_| {
                        let mutex = std::sync::Arc::clone(&mutex);
                        runtime::spawn(async move {
                            for _ in 0..MANY / 4 {
                                let mut value = mutex.lock().await;
                                *value += 1;
                                runtime::yield_now().await;
                            }
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.expect("the task ends");
                }
            })
        }
    }};
}

macro_rules! read {
    ($sync:path) => {{
        use $sync as sync;
        over_and_over!(sync::RwLock::new(0), |lock, number| *lock.read().await + number)
    }};
}

macro_rules! write {
    ($sync:path) => {{
        use $sync as sync;
        over_and_over!(sync::RwLock::new(0), |lock, number| *lock.write().await += number)
    }};
}

macro_rules! permit {
    ($sync:path) => {{
        use $sync as sync;
        over_and_over!(sync::Semaphore::new(3), |pool, number| {
            drop(pool.acquire_many(1 + number % 3).await.expect("nobody closes it"))
        })
    }};
}

macro_rules! permit_owned {
    ($sync:path) => {{
        use $sync as sync;
        over_and_over!(std::sync::Arc::new(sync::Semaphore::new(3)), |pool, number| {
            let pool = std::sync::Arc::clone(&pool);
            drop(pool.acquire_many_owned(1 + number % 3).await.expect("nobody closes it"))
        })
    }};
}

fn locks(criterion: &mut Criterion) {
    let of = |program: Program| [("tokio", program)];
    group(criterion, "mutex", mutex!(wakeline::sync), &of(mutex!(tokio::sync)));
    group(criterion, "mutex_owned", mutex_owned!(wakeline::sync), &of(mutex_owned!(tokio::sync)));
    group(criterion, "mutex_contended", contended!(wakeline::sync), &of(contended!(tokio::sync)));
    group(criterion, "rwlock_read", read!(wakeline::sync), &of(read!(tokio::sync)));
    group(criterion, "rwlock_write", write!(wakeline::sync), &of(write!(tokio::sync)));
    group(criterion, "semaphore", permit!(wakeline::sync), &of(permit!(tokio::sync)));
    group(criterion, "semaphore_owned", permit_owned!(wakeline::sync), &of(permit_owned!(tokio::sync)));
}

fn rows(results: &Results) -> Vec<Row> {
    let many = f64::from(MANY);
    let row = |what: &str, ours: &str, theirs: &str, group: &str, budget: Budget| {
        results.row(what, group, [ours, theirs], many, budget)
    };
    let wrapped = Budget::Ratio(1.1);
    type Held<'a> = (&'a str, &'a str, &'a [(&'a str, Budget)]);
    let groups: [Held<'_>; 14] = [
        ("bounded mpsc, a message", "mpsc", &[("tokio", wrapped)]),
        ("unbounded mpsc, a message", "mpsc_unbounded", &[("tokio", wrapped)]),
        ("bounded mpmc, a message", "mpmc", &[("async_channel", wrapped)]),
        ("unbounded mpmc, a message", "mpmc_unbounded", &[("async_channel", wrapped)]),
        ("oneshot, made and used", "oneshot", &[("futures", wrapped), ("tokio", Budget::None)]),
        ("broadcast, a value", "broadcast", &[("tokio", wrapped)]),
        ("watch, a version", "watch", &[("tokio", wrapped)]),
        ("mutex, free", "mutex", &[("tokio", wrapped)]),
        ("mutex, free, owned guard", "mutex_owned", &[("tokio", wrapped)]),
        ("mutex, wanted by four", "mutex_contended", &[("tokio", wrapped)]),
        ("rwlock, read", "rwlock_read", &[("tokio", wrapped)]),
        ("rwlock, write", "rwlock_write", &[("tokio", wrapped)]),
        ("semaphore, permits", "semaphore", &[("tokio", wrapped)]),
        ("semaphore, owned permits", "semaphore_owned", &[("tokio", wrapped)]),
    ];
    let mut rows = Vec::new();
    for (what, group, others) in groups {
        rows.extend(others.iter().map(|(theirs, budget)| row(what, "wakeline", theirs, group, *budget)));
    }
    for (what, group, _) in groups {
        let what = format!("{what}, recorded");
        rows.push(row(&what, "wakeline_recording", "wakeline", group, Budget::None));
    }
    let mut rows: Vec<Row> = rows.into_iter().flatten().collect();
    for row in rows.iter_mut().filter(|row| row.what.ends_with("recorded")) {
        row.theirs = "recording off".to_owned();
    }
    rows
}

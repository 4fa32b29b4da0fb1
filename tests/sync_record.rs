//! The trace tells who waits, who holds, what flows and what is given up, with lanes, lines and names.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::sync::Arc;

use support::recorded::{record, task};
use wakeline::runtime::{self, Builder, FutureExt, spawn, yield_now};
use wakeline::sync::{
    Barrier, CancellationToken, Mutex, Notify, ResourceExt, RwLock, Semaphore, TaskTracker, mpsc, watch,
};
use wakeline::trace::{Event, Op, ResourceId, ResourceKind, WaitKind};

#[test]
fn a_semaphore_tells_who_waits_in_which_order_and_who_holds() {
    let run = record(|| {
        Box::pin(async {
            let pool = Arc::new(Semaphore::new(2)).named("pool");
            let tasks: Vec<_> = ["a", "b", "c"]
                .into_iter()
                .map(|name| {
                    let pool = Arc::clone(&pool);
                    task(name, async move {
                        let _permit = pool.acquire_many(if name == "b" { 2 } else { 1 }).await.unwrap();
                        yield_now().await;
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            pool.add_permits(3);
            pool.acquire().await.unwrap().forget();
            pool.close();
        })
    });
    assert_eq!(
        run.ops("pool"),
        [
            "a Acquired 1",
            "b Waits 2",
            "c Waits 1",
            "a Released 1",
            "b Acquired 2",
            "b Released 2",
            "c Acquired 1",
            "c Released 1",
            "main Resized 5",
            "main Acquired 1",
            "main Released 1",
            "main Resized 4",
            "main Closed 0",
        ]
    );
    let pool = run.model.resources()[0].clone();
    assert_eq!((pool.kind, pool.capacity), (ResourceKind::Semaphore, 2));
    assert_eq!(run.model.resource_state_text(pool.id, run.end())[0], "0 of 4 permits in use");
}

#[test]
fn a_lane_that_waits_says_for_what_and_on_which_line() {
    let (first, mut line) = (line!(), 0);
    let run = record(|| {
        Box::pin(async {
            let mutex = Arc::new(Mutex::new(0)).named("ledger");
            let guard = mutex.lock().await;
            let waits = task("waits", {
                let mutex = Arc::clone(&mutex);
                async move { *mutex.lock().await += 1 }
            });
            yield_now().await;
            drop(guard);
            waits.await.unwrap();
        })
    });
    let ledger = run.model.resources()[0].id;
    let place = |location| run.model.place(location).map_or(0, |place| place.line);
    for event in run.events() {
        match *event {
            Event::Waiting { on: WaitKind::Resource, detail, location, .. } => {
                assert_eq!(detail, u64::from(ledger.0));
                line = place(location);
            }
            Event::Op { op: Op::Waits, location, .. } => assert!(place(location) > first),
            _ => {}
        }
    }
    assert!((first..line!()).contains(&line), "waits on line {line}");
    assert_eq!(
        run.ops("ledger"),
        ["main Acquired 1", "waits Waits 1", "main Released 1", "waits Acquired 1", "waits Released 1"]
    );
}

#[test]
fn a_guard_is_released_by_the_lane_that_acquired_it() {
    let run = record(|| {
        Box::pin(async {
            let lock = Arc::new(RwLock::new(0)).named("table");
            let guard = task_with("writer", Arc::clone(&lock).write_owned()).await;
            let reader = guard.downgrade();
            let other = lock.read().named("reader").await;
            drop(reader);
            drop(other);
        })
    });
    assert_eq!(
        run.ops("table"),
        [
            "writer Acquired 1",
            "writer Released 1",
            "main AcquiredShared 1",
            "reader AcquiredShared 1",
            "main ReleasedShared 1",
            "reader ReleasedShared 1",
        ]
    );
}

async fn task_with<T: Send + 'static>(name: &str, future: impl Future<Output = T> + Send + 'static) -> T {
    Builder::new().name(name).spawn(future).await.unwrap()
}

#[test]
fn signals_tell_who_gave_them_and_who_got_them() {
    let run = record(|| {
        Box::pin(async {
            let notify = Arc::new(Notify::new()).named("wake");
            let barrier = Arc::new(Barrier::new(2)).named("line");
            let token = CancellationToken::new().named("shutdown");
            let child = token.child_token().named("child");
            let tracker = TaskTracker::new().named("workers");
            let worker = tracker.spawn_named(Builder::new().name("worker"), async move {
                notify.notified().await;
                barrier.wait().await;
                child.cancelled().await;
            });
            drop(worker);
            yield_now().await;
            token.cancel();
            tracker.close();
            let notify = Arc::new(Notify::new()).named("unheard");
            notify.notify_waiters();
        })
    });
    assert_eq!(run.ops("wake"), ["worker Waits 1", "worker Abandoned 0"]);
    assert_eq!(run.ops("shutdown"), ["main Cancelled 0"]);
    assert_eq!(run.ops("child"), ["main ChildOf 3"]);
    assert_eq!(run.ops("workers"), ["main Entered 2", "main Closed 1", "worker Left 2"]);
    assert_eq!(run.ops("unheard"), ["main Notified 0"]);
}

#[test]
fn nothing_is_told_where_no_run_is_recorded() {
    let (tx, rx) = mpsc::channel::<u32>(1).named("outside");
    assert_eq!((tx.resource(), rx.resource()), (ResourceId::NONE, ResourceId::NONE));
    static POOL: Semaphore = Semaphore::const_new(1);
    let run = record(|| {
        Box::pin(async move {
            tx.send(1).await.unwrap();
            drop(POOL.acquire().await.unwrap());
            // What is made within a run and used outside of it says nothing there.
            let inside = Arc::new(Semaphore::new(1));
            assert_ne!(inside.resource(), ResourceId::NONE);
            std::thread::spawn(move || drop(inside.try_acquire().unwrap())).join().unwrap();
        })
    });
    let told: Vec<_> = run.events().filter(|event| matches!(event, Event::Op { .. })).collect();
    assert!(told.is_empty(), "{told:?}");
    drop(rx);
}

#[test]
fn watchers_and_those_at_a_barrier_wake_in_the_order_in_which_they_waited() {
    for _ in 0..20 {
        let woken = std::sync::Mutex::new(Vec::new());
        let woken = Arc::new(woken);
        let run = record({
            let woken = Arc::clone(&woken);
            move || {
                Box::pin(async move {
                    let (tx, rx) = watch::channel(0);
                    let barrier = Arc::new(Barrier::new(9));
                    for number in 0..8 {
                        let (mut rx, barrier, woken) = (rx.clone(), Arc::clone(&barrier), Arc::clone(&woken));
                        spawn(async move {
                            rx.changed().await.unwrap();
                            woken.lock().unwrap().push(number);
                            barrier.wait().await;
                            woken.lock().unwrap().push(10 + number);
                        });
                    }
                    yield_now().await;
                    tx.send(1).unwrap();
                    yield_now().await;
                    barrier.wait().await;
                    yield_now().await;
                })
            }
        });
        assert!(run.model.findings().iter().all(|finding| finding.kind.code() != "stuck"));
        let expected: Vec<i32> = (0..8).chain(10..18).collect();
        assert_eq!(*woken.lock().unwrap(), expected);
    }
}

#[test]
fn whoever_waits_with_a_limit_waits_for_what_is_limited() {
    let run = record(|| {
        Box::pin(async {
            let pool = Semaphore::new(0).named("pool");
            let limit = std::time::Duration::from_millis(10);
            assert!(runtime::timeout(limit, pool.acquire()).await.is_err());
            // A future that says nothing leaves the word to the timer.
            assert!(runtime::timeout(limit, std::future::pending::<()>()).await.is_err());
        })
    });
    let waits = run.events().filter_map(|event| match event {
        Event::Waiting { on, .. } => Some(*on),
        _ => None,
    });
    // The first is said twice: when the wait begins, and in the poll in which its time is up.
    assert_eq!(waits.collect::<Vec<_>>(), [WaitKind::Resource, WaitKind::Resource, WaitKind::Timer]);
}

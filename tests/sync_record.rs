//! The trace tells who waits, who holds, what flows and what is given up, with lanes, lines and names.
#![cfg(not(target_arch = "wasm32"))]

use std::panic::Location;
use std::sync::Arc;

use wakeline::runtime::{self, BoxFuture, Builder, Config, FutureExt, Run, spawn, yield_now};
use wakeline::sync::{
    Barrier, CancellationToken, Mutex, Notify, ResourceExt, RwLock, Semaphore, TaskTracker, broadcast, mpsc,
    oneshot, watch,
};
use wakeline::timeline::Model;
use wakeline::trace::{Event, Frame, Op, Recorder, ResourceId, ResourceKind, WaitKind};

/// A run that was recorded.
struct Recorded {
    model: Model,
    frames: Vec<Frame>,
}

fn record(main: impl FnOnce() -> BoxFuture<'static, ()>) -> Recorded {
    let config = Config { recorder: Recorder::new(1 << 16), ..Config::default() };
    let mut run = Run::new(config, main);
    let (mut model, mut frames) = (Model::new(), Vec::new());
    runtime::block_on(&mut run, 100_000, |frame| frames.push(frame));
    frames.push(run.take_frame());
    for frame in &frames {
        model.apply(frame);
    }
    Recorded { model, frames }
}

impl Recorded {
    /// The last moment of the run.
    fn end(&self) -> wakeline::timeline::Moment {
        self.model.extent().end
    }

    /// What was done with a resource: `lane Op detail`.
    fn ops(&self, name: &str) -> Vec<String> {
        let named = |resource: &&wakeline::timeline::Resource| resource.name == name;
        let resource = self.model.resources().iter().find(named);
        let id = resource.unwrap_or_else(|| panic!("nothing is called `{name}`")).id;
        let op = |line: wakeline::timeline::OpLine| {
            let lane = self.model.lane_name(line.lane);
            format!("{lane} {:?} {}", line.op, line.detail)
        };
        self.model.ops(id).map(op).collect()
    }

    fn events(&self) -> impl Iterator<Item = &Event> {
        self.frames.iter().flat_map(|frame| &frame.events)
    }
}

fn task(name: &str, future: impl Future<Output = ()> + Send + 'static) -> runtime::JoinHandle<()> {
    Builder::new().name(name).spawn(future)
}

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
    let mut line = 0;
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
            Event::Op { op: Op::Waits, location, .. } => assert!(place(location) > 100),
            _ => {}
        }
    }
    assert!((100..Location::caller().line()).contains(&line), "waits on line {line}");
    assert_eq!(
        run.ops("ledger"),
        ["main Acquired 1", "waits Waits 1", "main Released 1", "waits Acquired 1", "waits Released 1"]
    );
}

#[test]
fn messages_flow_by_number_from_those_who_sent_to_those_who_received() {
    let run = record(|| {
        Box::pin(async {
            let (tx, mut rx) = mpsc::channel(1).named("jobs");
            let consumer = task("consumer", async move {
                while let Some(number) = rx.recv().await {
                    if number == 2 {
                        break;
                    }
                }
            });
            for number in 0..5 {
                if tx.send(number).await.is_err() {
                    break;
                }
            }
            consumer.await.unwrap();
        })
    });
    assert_eq!(
        run.ops("jobs"),
        [
            "main Sent 1",
            "main Waits 1",
            "consumer Received 1",
            "consumer Waits 1",
            "main Sent 2",
            "main Waits 1",
            "consumer Received 2",
            "consumer Waits 1",
            "main Sent 3",
            "main Waits 1",
            "consumer Received 3",
            "consumer Closed 0",
            "main Abandoned 0",
        ]
    );
    let jobs = run.model.resources()[0].id;
    let flows = run.model.flows(jobs, wakeline::timeline::Moment::default(), run.end());
    let names = |lane| run.model.lane_name(lane).to_string();
    let flows: Vec<_> = flows.map(|flow| (flow.number, names(flow.sent.1), names(flow.received.1))).collect();
    let expected = [1, 2, 3].map(|number| (number, "main".to_owned(), "consumer".to_owned()));
    assert_eq!(flows, expected);
}

#[test]
fn what_a_dropped_channel_held_is_discarded_and_those_who_wait_abandon() {
    let run = record(|| {
        Box::pin(async {
            let (tx, rx) = mpsc::channel(2).named("jobs");
            tx.send(1).await.unwrap();
            tx.try_send(2).unwrap();
            let waits = task("waits", async move {
                let _ = tx.send(3).await;
            });
            yield_now().await;
            waits.abort();
            let _ = waits.await;
            drop(rx);
        })
    });
    assert_eq!(
        run.ops("jobs"),
        [
            "main Sent 1",
            "main Sent 2",
            "waits Waits 1",
            "waits Abandoned 0",
            "waits Closed 2",
            "main Discarded 1",
            "main Discarded 2",
        ]
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
fn channels_for_one_for_all_and_for_the_latest_tell_what_came_through() {
    let run = record(|| {
        Box::pin(async {
            let (tx, rx) = oneshot::channel().named("answer");
            let asks = task("asks", async move { assert_eq!(rx.await, Ok(1)) });
            yield_now().await;
            tx.send(1).unwrap();
            asks.await.unwrap();

            let (tx, mut slow) = broadcast::channel(2).named("news");
            for number in 0..4 {
                tx.send(number).unwrap();
            }
            assert!(slow.recv().await.is_err());
            assert_eq!(slow.recv().await, Ok(2));
            drop(tx);

            let (tx, mut rx) = watch::channel(0).named("config");
            tx.send(1).unwrap();
            tx.send(2).unwrap();
            rx.changed().await.unwrap();
            assert_eq!(*rx.borrow_and_update(), 2);
            drop(tx);
        })
    });
    assert_eq!(run.ops("answer"), ["asks Waits 1", "main Sent 1", "asks Received 1"]);
    assert_eq!(
        run.ops("news"),
        [
            "main Sent 1",
            "main Sent 2",
            "main Sent 3",
            "main Sent 4",
            "main Lagged 2",
            "main Received 3",
            "main Closed 1"
        ]
    );
    assert_eq!(run.ops("config"), ["main Sent 1", "main Sent 2", "main Received 2", "main Closed 0"]);
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

//! Channels, locks and signals in the browser, where nothing has a thread of its own.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use wakeline::runtime::browser::drive;
use wakeline::runtime::{BoxFuture, Config, Run, sleep, spawn, yield_now};
use wakeline::sync::{
    Barrier, CancellationToken, Mutex, Notify, ResourceExt, RwLock, Semaphore, TaskTracker, broadcast, mpsc,
    oneshot, watch,
};
use wakeline::trace::{Event, Op, RunEnd};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Runs to the end, and returns the operations that were recorded.
async fn finish(main: impl FnOnce() -> BoxFuture<'static, ()>) -> Vec<(Op, u32)> {
    let run = Rc::new(RefCell::new(Run::new(Config::default(), main)));
    let events = Rc::new(RefCell::new(Vec::new()));
    let kept = Rc::clone(&events);
    let end = drive(Rc::clone(&run), move |run| {
        kept.borrow_mut().extend(run.take_frame().events);
        true
    })
    .await;
    assert_eq!(end, Some(RunEnd::Finished));
    let op = |event: &Event| match *event {
        Event::Op { op, detail, .. } => Some((op, detail)),
        _ => None,
    };
    events.borrow().iter().filter_map(op).collect()
}

#[wasm_bindgen_test]
async fn messages_come_in_order_and_a_full_channel_makes_senders_wait() {
    let ops = finish(|| {
        Box::pin(async {
            // A value of JavaScript's own: nothing here has to be `Send`.
            let (tx, mut rx) = mpsc::channel::<Rc<u32>>(1).named("jobs");
            spawn(async move {
                for number in 0..3 {
                    tx.send(Rc::new(number)).await.expect("the receiver is there");
                }
            });
            for number in 0..3 {
                assert_eq!(rx.recv().await.as_deref(), Some(&number));
            }
            assert_eq!(rx.recv().await, None);
        })
    })
    .await;
    let received: Vec<u32> =
        ops.iter().filter(|(op, _)| *op == Op::Received).map(|(_, detail)| *detail).collect();
    assert_eq!(received, [1, 2, 3]);
    assert!(ops.iter().any(|(op, _)| *op == Op::Waits));
}

#[wasm_bindgen_test]
async fn channels_for_one_for_all_and_for_the_latest() {
    finish(|| {
        Box::pin(async {
            let (tx, rx) = oneshot::channel();
            spawn(async move { tx.send(1).expect("the receiver is there") });
            assert_eq!(rx.await, Ok(1));

            let (tx, mut rx) = broadcast::channel(2);
            for number in 0..4 {
                tx.send(number).expect("the receiver is there");
            }
            assert_eq!(rx.recv().await, Err(broadcast::error::RecvError::Lagged(2)));
            assert_eq!(rx.recv().await, Ok(2));

            let (tx, mut rx) = watch::channel(0);
            spawn(async move {
                for number in 1..=3 {
                    yield_now().await;
                    tx.send(number).expect("the receiver is there");
                }
            });
            assert_eq!(rx.wait_for(|number| *number == 3).await.map(|number| *number).ok(), Some(3));
            assert!(rx.changed().await.is_err());
        })
    })
    .await;
}

#[wasm_bindgen_test]
async fn locks_and_permits_go_round() {
    let ops = finish(|| {
        Box::pin(async {
            let pool = Arc::new(Semaphore::new(2));
            let (mutex, lock) = (Arc::new(Mutex::new(0)), Arc::new(RwLock::new(0)));
            let tasks: Vec<_> = (0..5)
                .map(|_| {
                    let (pool, mutex, lock) = (Arc::clone(&pool), Arc::clone(&mutex), Arc::clone(&lock));
                    spawn(async move {
                        let _permit = pool.acquire_owned().await.expect("nobody closes it");
                        let mut value = mutex.lock().await;
                        yield_now().await;
                        *value += 1;
                        *lock.write().await += 1;
                    })
                })
                .collect();
            for task in tasks {
                task.await.expect("nobody aborts it");
            }
            assert_eq!((*mutex.lock().await, *lock.read().await, pool.available_permits()), (5, 5, 2));
        })
    })
    .await;
    let count = |of: &[Op]| ops.iter().filter(|(op, _)| of.contains(op)).count();
    assert_eq!(
        count(&[Op::Acquired, Op::AcquiredShared]),
        count(&[Op::Released, Op::ReleasedShared]),
        "everything that was held is given back"
    );
}

#[wasm_bindgen_test]
async fn a_shutdown_reaches_everybody() {
    finish(|| {
        Box::pin(async {
            let (token, tracker) = (CancellationToken::new(), TaskTracker::new());
            let (notify, barrier) = (Arc::new(Notify::new()), Arc::new(Barrier::new(3)));
            for _ in 0..3 {
                let (token, notify, barrier) =
                    (token.child_token(), Arc::clone(&notify), Arc::clone(&barrier));
                tracker.spawn(async move {
                    notify.notified().await;
                    barrier.wait().await;
                    let late = token.run_until_cancelled(sleep(Duration::from_secs(3600))).await;
                    assert!(late.is_none());
                });
            }
            yield_now().await;
            notify.notify_waiters();
            sleep(Duration::from_secs(1)).await;
            token.cancel();
            tracker.close();
            tracker.wait().await;
            assert!(tracker.is_empty());
        })
    })
    .await;
}

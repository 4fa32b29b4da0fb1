//! Between many threads nothing is lost, nothing comes twice, and permits stay as many as they are.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use wakeline::runtime::{self, Builder, tokio::Flavor};
use wakeline::sync::{CancellationToken, Mutex, Notify, RwLock, Semaphore, broadcast, mpsc, oneshot, watch};
use wakeline::timeline::Model;
use wakeline::trace::{Frame, Op, Recorder};

/// More threads than processors, so that they are interrupted anywhere.
const THREADS: usize = 8;
const TASKS: u64 = 16;
const EACH: u64 = 10_000;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_time().build().unwrap()
}

/// Runs so many tasks to their end.
fn run<F: Future<Output = ()> + Send + 'static>(task: impl Fn(u64) -> F) {
    runtime().block_on(async {
        let mut tasks = JoinSet::new();
        for number in 0..TASKS {
            tasks.spawn(task(number));
        }
        while let Some(joined) = tasks.join_next().await {
            joined.unwrap();
        }
    });
}

/// Checks that the numbers of every task come once, and in their order.
struct Tally(Vec<u64>);

impl Tally {
    fn new() -> Self {
        Self(vec![0; TASKS as usize])
    }

    fn add(&mut self, (task, number): (u64, u64)) {
        let expected = &mut self.0[task as usize];
        assert_eq!(*expected, number, "message of task {task}");
        *expected += 1;
    }

    fn is_whole(&self) -> bool {
        self.0.iter().all(|count| *count == EACH)
    }
}

#[test]
fn a_bounded_channel_loses_nothing() {
    for capacity in [1, 16] {
        let (tx, mut rx) = mpsc::channel(capacity);
        let runtime = runtime();
        let collector = runtime.spawn(async move {
            let mut tally = Tally::new();
            while let Some(message) = rx.recv().await {
                tally.add(message);
            }
            assert!(tally.is_whole(), "{:?}", tally.0);
        });
        run(|task| {
            let tx = tx.clone();
            async move {
                for number in 0..EACH {
                    match number % 4 {
                        0 => tx.reserve().await.unwrap().send((task, number)),
                        1 if tx.try_send((task, number)).is_ok() => {}
                        2 => {
                            // A send that is given up sends nothing.
                            let given_up = tx.send((task, u64::MAX));
                            drop(given_up);
                            tx.send((task, number)).await.unwrap();
                        }
                        _ => tx.send((task, number)).await.unwrap(),
                    }
                }
            }
        });
        assert_eq!(tx.strong_count(), 1);
        drop(tx);
        runtime.block_on(collector).unwrap();
    }
}

#[test]
fn an_unbounded_channel_loses_nothing() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    let runtime = runtime();
    let collector = runtime.spawn(async move {
        let mut tally = Tally::new();
        while let Some(message) = rx.recv().await {
            tally.add(message);
        }
        assert!(tally.is_whole(), "{:?}", tally.0);
    });
    run(|task| {
        let tx = tx.clone();
        async move { (0..EACH).for_each(|number| tx.send((task, number)).unwrap()) }
    });
    drop(tx);
    runtime.block_on(collector).unwrap();
}

#[test]
fn what_is_sent_while_a_channel_closes_is_received_or_comes_back() {
    for round in 0..200u64 {
        let (tx, mut rx) = mpsc::channel(4);
        let (accepted, returned) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let runtime = runtime();
        let received = runtime.spawn(async move {
            for _ in 0..round % 50 {
                rx.recv().await;
            }
            rx.close();
            let mut count = round % 50;
            while rx.recv().await.is_some() {
                count += 1;
            }
            count
        });
        let senders: Vec<_> = (0..4)
            .map(|_| {
                let (tx, accepted, returned) = (tx.clone(), Arc::clone(&accepted), Arc::clone(&returned));
                runtime.spawn(async move {
                    for number in 0..50 {
                        match tx.send(number).await {
                            Ok(()) => accepted.fetch_add(1, SeqCst),
                            Err(error) => {
                                assert_eq!(error.0, number);
                                returned.fetch_add(1, SeqCst)
                            }
                        };
                    }
                    tx.closed().await;
                })
            })
            .collect();
        runtime.block_on(async {
            let all = async {
                for sender in senders {
                    sender.await.unwrap();
                }
                assert_eq!(received.await.unwrap(), accepted.load(SeqCst));
            };
            // A wake that is lost should fail the test and not hang it.
            tokio::time::timeout(Duration::from_secs(60), all).await.expect("nobody waits for ever");
        });
        assert_eq!(accepted.load(SeqCst) + returned.load(SeqCst), 200);
    }
}

#[test]
fn permits_stay_as_many_as_they_are() {
    let (semaphore, inside) = (Arc::new(Semaphore::new(5)), Arc::new(AtomicI64::new(0)));
    run(|task| {
        let (semaphore, inside) = (Arc::clone(&semaphore), Arc::clone(&inside));
        async move {
            for round in 0..EACH {
                let n = (task + round) % 4;
                if round % 5 == 0 {
                    // Begun, polled and given up at a point that only the scheduler knows.
                    let acquire = Arc::clone(&semaphore).acquire_many_owned(n as u32);
                    let _ = tokio::time::timeout(Duration::ZERO, acquire).await;
                    continue;
                }
                let permit = Arc::clone(&semaphore).acquire_many_owned(n as u32).await.unwrap();
                assert!(inside.fetch_add(n as i64, SeqCst) + n as i64 <= 5);
                inside.fetch_sub(n as i64, SeqCst);
                drop(permit);
            }
        }
    });
    assert_eq!(semaphore.available_permits(), 5);
}

#[test]
fn locks_keep_what_they_guard_whole() {
    let (mutex, lock) = (Arc::new(Mutex::new(0u64)), Arc::new(RwLock::new((0u64, 0u64))));
    run(|task| {
        let (mutex, lock) = (Arc::clone(&mutex), Arc::clone(&lock));
        async move {
            for round in 0..EACH {
                *mutex.lock().await += 1;
                if (task + round) % 4 == 0 {
                    let mut both = lock.write().await;
                    both.0 += 1;
                    both.1 += 1;
                    let both = both.downgrade();
                    assert_eq!(both.0, both.1);
                } else {
                    let both = Arc::clone(&lock).read_owned().await;
                    assert_eq!(both.0, both.1);
                }
            }
        }
    });
    let total = TASKS * EACH;
    assert_eq!(Arc::into_inner(mutex).unwrap().into_inner(), total);
    assert_eq!(Arc::into_inner(lock).unwrap().into_inner(), (total / 4, total / 4));
}

#[test]
fn every_receiver_gets_every_broadcast_or_is_told_how_many_it_lost() {
    let (tx, _) = broadcast::channel(64);
    let runtime = runtime();
    let receivers: Vec<_> = (0..4)
        .map(|_| {
            let mut rx = tx.subscribe();
            runtime.spawn(async move {
                let mut count = 0;
                loop {
                    match rx.recv().await {
                        Ok(_) => count += 1,
                        Err(broadcast::error::RecvError::Lagged(lost)) => count += lost,
                        Err(broadcast::error::RecvError::Closed) => return count,
                    }
                }
            })
        })
        .collect();
    run(|task| {
        let tx = tx.clone();
        async move {
            for number in 0..EACH / 4 {
                tx.send((task, number)).unwrap();
            }
        }
    });
    drop(tx);
    for receiver in receivers {
        assert_eq!(runtime.block_on(receiver).unwrap(), TASKS * EACH / 4);
    }
}

#[test]
fn messages_have_the_numbers_of_their_places_in_the_queue() {
    const MESSAGES: usize = 1_500;
    for capacity in [2, MESSAGES] {
        let recorder = Recorder::new(1 << 21);
        let run = runtime::tokio::run(Flavor::MultiThread(THREADS), recorder, move || {
            Box::pin(async move {
                let (tx, mut rx) = mpsc::channel(capacity);
                for task in 0..TASKS {
                    let tx = tx.clone();
                    drop(Builder::new().name(format!("{task}")).spawn(async move {
                        for _ in 0..MESSAGES {
                            tx.send(format!("{task}")).await.unwrap();
                        }
                    }));
                }
                drop(tx);
                let mut all = Vec::new();
                while rx.recv_many(&mut all, 5).await > 0 {
                    all.extend(rx.try_recv());
                }
                all
            })
        });
        let run = run.unwrap();
        let mut model = Model::new();
        for frame in Frame::decode_all(&run.trace).unwrap() {
            model.apply(&frame);
        }
        let told = |op| {
            let lines = model.ops(model.resources()[0].id).filter(move |line| line.op == op);
            lines.map(|line| (line.detail, model.lane_name(line.lane).to_string())).collect::<Vec<_>>()
        };
        let all: Vec<_> = (1..).zip(run.output.unwrap()).collect();
        assert_eq!(all.len(), TASKS as usize * MESSAGES);
        assert!(told(Op::Sent) == all, "messages are told in another order than that of the queue");
        assert!(told(Op::Received).iter().map(|(number, _)| *number).eq(1..=all.len() as u32));
    }
}

#[test]
fn the_last_version_of_a_watch_reaches_everybody() {
    let (tx, rx) = watch::channel(0u64);
    let runtime = runtime();
    let receivers: Vec<_> = (0..6)
        .map(|_| {
            let mut rx = rx.clone();
            runtime.spawn(async move {
                let mut last = 0;
                while rx.changed().await.is_ok() {
                    let value = *rx.borrow_and_update();
                    assert!(value >= last);
                    last = value;
                }
                last
            })
        })
        .collect();
    run(|_| {
        let tx = tx.clone();
        async move { (0..EACH).for_each(|_| tx.send_modify(|value| *value += 1)) }
    });
    drop(tx);
    for receiver in receivers {
        assert_eq!(runtime.block_on(receiver).unwrap(), TASKS * EACH);
    }
}

#[test]
fn answers_notifications_and_cancellations_arrive() {
    let (notify, token) = (Arc::new(Notify::new()), CancellationToken::new());
    let runtime = runtime();
    let waits = runtime.spawn({
        let notify = Arc::clone(&notify);
        let token = token.clone();
        async move {
            let mut heard = 0u64;
            while token.run_until_cancelled(notify.notified()).await.is_some() {
                heard += 1;
            }
            heard
        }
    });
    run(|task| {
        let notify = Arc::clone(&notify);
        async move {
            for number in 0..EACH / 4 {
                let (tx, rx) = oneshot::channel();
                let asks = tokio::spawn(rx);
                notify.notify_one();
                tx.send((task, number)).unwrap();
                assert_eq!(asks.await.unwrap(), Ok((task, number)));
            }
        }
    });
    token.cancel();
    assert!(runtime.block_on(waits).unwrap() > 0);
}

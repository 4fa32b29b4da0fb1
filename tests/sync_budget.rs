//! Natively a task that never has to wait gives way as often as with tokio's own primitives.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

use wakeline::runtime::tokio::Flavor;
use wakeline::trace::Recorder;

/// Writes out, for the primitives of one library, what is done over and over.
macro_rules! words {
    ($words:ident, $sync:path) => {
        mod $words {
            use std::future::Future;
            use std::sync::Arc;
            use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
            use $sync as sync;

            /// Enough to see that nothing stops the task.
            const MOST: u32 = 2_000;
            const PLACES: usize = MOST as usize + 1;

            /// Returns how often `once` is done before another task gets to run.
            async fn turns<F: Future>(mut once: impl FnMut() -> F) -> u32 {
                let has_run = Arc::new(AtomicBool::new(false));
                let other = tokio::spawn({
                    let has_run = Arc::clone(&has_run);
                    async move { has_run.store(true, SeqCst) }
                });
                let mut turns = 0;
                while !has_run.load(SeqCst) && turns < MOST {
                    once().await;
                    turns += 1;
                }
                other.await.unwrap();
                turns
            }

            pub async fn all() -> Vec<(&'static str, u32)> {
                let mutex = Arc::new(sync::Mutex::new(0));
                let lock = Arc::new(sync::RwLock::new(0));
                let pool = Arc::new(sync::Semaphore::new(2));
                let (tx, mut rx) = sync::mpsc::channel(PLACES);
                let (to_all, _kept) = sync::broadcast::channel(4);
                let mut lines = vec![
                    ("lock", turns(async || *mutex.lock().await += 1).await),
                    ("lock_owned", turns(async || *Arc::clone(&mutex).lock_owned().await += 1).await),
                    ("read", turns(async || *lock.read().await).await),
                    ("read_owned", turns(async || *Arc::clone(&lock).read_owned().await).await),
                    ("write", turns(async || *lock.write().await += 1).await),
                    ("write_owned", turns(async || *Arc::clone(&lock).write_owned().await += 1).await),
                    ("acquire", turns(async || drop(pool.acquire().await.unwrap())).await),
                    ("acquire_many", turns(async || drop(pool.acquire_many(2).await.unwrap())).await),
                    (
                        "acquire_owned",
                        turns(async || drop(Arc::clone(&pool).acquire_owned().await.unwrap())).await,
                    ),
                    ("reserve", turns(async || drop(tx.reserve().await.unwrap())).await),
                    ("reserve_many", turns(async || drop(tx.reserve_many(2).await.unwrap())).await),
                    ("send", turns(async || tx.send(0).await.unwrap()).await),
                    ("broadcast", turns(async || to_all.send(0).unwrap()).await),
                ];
                while tx.try_send(0).is_ok() {}
                let mut turns = 0;
                let other = tokio::spawn(async {});
                while !other.is_finished() && turns < MOST {
                    rx.recv().await.unwrap();
                    turns += 1;
                }
                lines.push(("recv", turns));
                lines
            }

            /// A lock whose turn came when the budget was used up is held by who is to be asked again.
            pub async fn last_of_the_budget() -> bool {
                let mutex = Arc::new(sync::Mutex::new(0));
                let tries = tokio::spawn({
                    let mutex = Arc::clone(&mutex);
                    async move { mutex.try_lock().is_ok() }
                });
                for _ in 0..128 {
                    drop(mutex.lock().await);
                }
                drop(mutex.lock().await);
                tries.await.unwrap()
            }
        }
    };
}

words!(ours, wakeline::sync);
words!(theirs, tokio::sync);

fn on_tokio<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { tokio::spawn(future).await.unwrap() })
}

#[test]
fn a_task_that_never_waits_gives_way_as_with_tokios_own() {
    let theirs = on_tokio(theirs::all());
    assert_eq!(on_tokio(ours::all()), theirs);
    assert!(theirs.iter().all(|(what, turns)| *what == "broadcast" || *turns < 200), "{theirs:?}");
}

#[test]
fn it_does_in_a_run_that_is_recorded() {
    let recorder = Recorder::new(1 << 16);
    let run = wakeline::runtime::tokio::run(Flavor::CurrentThread, recorder, || Box::pin(ours::all()));
    assert_eq!(run.unwrap().output.unwrap(), on_tokio(theirs::all()));
}

#[test]
fn what_is_asked_for_without_a_budget_is_kept() {
    assert_eq!(on_tokio(ours::last_of_the_budget()), on_tokio(theirs::last_of_the_budget()));
}

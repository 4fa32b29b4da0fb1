//! Random interleavings of operations do on ours what they do on tokio's, operation by operation.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

mod support;

use proptest::prelude::*;
use wakeline::runtime::{self, Config, Run};
use wakeline::trace::Recorder;

use support::rules::{self, Threads};

/// One thing done with a channel. Numbers choose among what is there.
#[derive(Clone, Copy, Debug)]
enum Act {
    TrySend,
    /// Begins a send and polls it once.
    Send,
    Reserve(usize),
    TryReserve,
    /// Uses, or gives back, a reservation.
    UsePermit(usize),
    DropPermit(usize),
    /// Polls, or drops, something that was begun.
    Poll(usize),
    DropFuture(usize),
    TryRecv,
    Recv,
    RecvMany(usize),
    Close,
    DropReceiver,
    CloneSender,
    DropSender(usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::TrySend),
        6 => Just(Act::Send),
        2 => (0..4usize).prop_map(Act::Reserve),
        2 => Just(Act::TryReserve),
        3 => any::<usize>().prop_map(Act::UsePermit),
        2 => any::<usize>().prop_map(Act::DropPermit),
        6 => any::<usize>().prop_map(Act::Poll),
        3 => any::<usize>().prop_map(Act::DropFuture),
        3 => Just(Act::TryRecv),
        6 => Just(Act::Recv),
        1 => (0..4usize).prop_map(Act::RecvMany),
        1 => Just(Act::Close),
        1 => Just(Act::DropReceiver),
        1 => Just(Act::CloneSender),
        1 => any::<usize>().prop_map(Act::DropSender),
    ]
}

/// One thing done with a lock that readers share, or with a semaphore.
#[derive(Clone, Copy, Debug)]
enum Lock {
    Read,
    Write,
    TryRead,
    TryWrite,
    Acquire(u32),
    TryAcquire(u32),
    Poll(usize),
    DropFuture(usize),
    Release(usize),
    Forget(usize),
    Downgrade(usize),
    Add(usize),
    Close,
}

fn lock() -> impl Strategy<Value = Lock> {
    prop_oneof![
        4 => Just(Lock::Read),
        4 => Just(Lock::Write),
        2 => Just(Lock::TryRead),
        2 => Just(Lock::TryWrite),
        6 => (0..5u32).prop_map(Lock::Acquire),
        2 => (0..5u32).prop_map(Lock::TryAcquire),
        8 => any::<usize>().prop_map(Lock::Poll),
        4 => any::<usize>().prop_map(Lock::DropFuture),
        8 => any::<usize>().prop_map(Lock::Release),
        1 => any::<usize>().prop_map(Lock::Forget),
        2 => any::<usize>().prop_map(Lock::Downgrade),
        1 => (0..3usize).prop_map(Lock::Add),
        1 => (0..20u32).prop_map(|number| if number == 0 { Lock::Close } else { Lock::Read }),
    ]
}

/// Returns one of so many by a number.
fn pick<T>(of: &mut Vec<T>, number: usize) -> Option<T> {
    if of.is_empty() { None } else { Some(of.swap_remove(number % of.len())) }
}

macro_rules! words {
    ($words:ident, $sync:path) => {
        mod $words {
            use super::support::twice::poll_once;
            use super::{Act, Lock, pick};
            use futures::future::BoxFuture;
            use std::sync::Arc;
            use std::task::Poll;
            use $sync as sync;

            enum Done {
                Sent(Result<(), u32>),
                Reserved(Result<Vec<sync::mpsc::OwnedPermit<u32>>, ()>),
            }

            /// Plays acts on a channel; says what each of them gave.
            pub fn channel(capacity: usize, acts: &[Act]) -> Vec<String> {
                let (tx, rx) = sync::mpsc::channel::<u32>(capacity);
                let (mut senders, mut receiver) = (vec![tx], Some(rx));
                let mut futures: Vec<BoxFuture<'static, Done>> = Vec::new();
                let mut permits = Vec::new();
                let mut lines = Vec::new();
                let mut next = 0;
                for act in acts {
                    next += 1;
                    let value = next;
                    let mut begun = None;
                    let said = match *act {
                        Act::TrySend => senders.first().map(|tx| format!("{:?}", tx.try_send(value))),
                        Act::Send => senders.first().cloned().map(|tx| {
                            begun = Some(Box::pin(async move {
                                Done::Sent(tx.send(value).await.map_err(|error| error.0))
                            }) as BoxFuture<'static, Done>);
                            "begun".to_owned()
                        }),
                        Act::Reserve(n) => senders.first().cloned().map(|tx| {
                            begun = Some(Box::pin(async move {
                                if n == 0 {
                                    let permit = tx.reserve_owned().await;
                                    return Done::Reserved(permit.map(|permit| vec![permit]).map_err(|_| ()));
                                }
                                // Holding the places shows as a lower capacity; they are given back here.
                                let sent = match tx.reserve_many(n).await {
                                    Ok(permits) => {
                                        permits
                                            .enumerate()
                                            .for_each(|(at, permit)| permit.send(value * 100 + at as u32));
                                        Ok(())
                                    }
                                    Err(_) => Err(value),
                                };
                                Done::Sent(sent)
                            }) as BoxFuture<'static, Done>);
                            format!("{n}")
                        }),
                        Act::TryReserve => senders.first().cloned().map(|tx| match tx.try_reserve_owned() {
                            Ok(permit) => {
                                permits.push(permit);
                                "reserved".to_owned()
                            }
                            Err(error) => format!("{error}"),
                        }),
                        Act::UsePermit(number) => pick(&mut permits, number).map(|permit| {
                            permit.send(value);
                            "used".to_owned()
                        }),
                        Act::DropPermit(number) => pick(&mut permits, number).map(|permit| {
                            drop(permit.release());
                            "given back".to_owned()
                        }),
                        Act::Poll(number) => {
                            begun = pick(&mut futures, number);
                            begun.as_ref().map(|_| "poll".to_owned())
                        }
                        Act::DropFuture(number) => pick(&mut futures, number).map(|_| "dropped".to_owned()),
                        Act::TryRecv => receiver.as_mut().map(|rx| format!("{:?}", rx.try_recv())),
                        Act::Recv => receiver.as_mut().map(|rx| {
                            let mut recv = Box::pin(rx.recv());
                            format!("{:?}", poll_once(recv.as_mut()))
                        }),
                        Act::RecvMany(limit) => receiver.as_mut().map(|rx| {
                            let mut all = Vec::new();
                            let mut recv = Box::pin(rx.recv_many(&mut all, limit));
                            let polled = poll_once(recv.as_mut());
                            drop(recv);
                            format!("{polled:?} {all:?}")
                        }),
                        Act::Close => receiver.as_mut().map(|rx| {
                            rx.close();
                            format!("{}", rx.is_closed())
                        }),
                        Act::DropReceiver => receiver.take().map(|_| "receiver gone".to_owned()),
                        Act::CloneSender => senders.first().cloned().map(|tx| {
                            senders.push(tx);
                            "cloned".to_owned()
                        }),
                        Act::DropSender(number) => {
                            pick(&mut senders, number).map(|_| "sender gone".to_owned())
                        }
                    };
                    let polled = begun.map(|mut future| match poll_once(future.as_mut()) {
                        Poll::Pending => {
                            futures.push(future);
                            "pending".to_owned()
                        }
                        Poll::Ready(Done::Sent(sent)) => format!("{sent:?}"),
                        Poll::Ready(Done::Reserved(Ok(reserved))) => {
                            permits.extend(reserved);
                            "reserved".to_owned()
                        }
                        Poll::Ready(Done::Reserved(Err(()))) => "closed".to_owned(),
                    });
                    let state = receiver.as_ref().map(|rx| (rx.len(), rx.is_closed(), rx.capacity()));
                    let open = senders.first().map(|tx| (tx.capacity(), tx.is_closed(), tx.strong_count()));
                    lines.push(format!("{act:?}: {said:?} {polled:?} {state:?} {open:?}"));
                }
                lines
            }

            enum Held {
                Read(sync::OwnedRwLockReadGuard<u32>),
                Write(sync::OwnedRwLockWriteGuard<u32>),
                Permit(sync::OwnedSemaphorePermit),
            }

            /// Plays acts on a lock and a semaphore; says what each of them gave.
            pub fn locks(permits: usize, acts: &[Lock]) -> Vec<String> {
                let lock = Arc::new(sync::RwLock::new(0));
                let semaphore = Arc::new(sync::Semaphore::new(permits));
                let mut futures: Vec<BoxFuture<'static, Option<Held>>> = Vec::new();
                let mut held = Vec::new();
                let mut lines = Vec::new();
                for act in acts {
                    let mut begun: Option<BoxFuture<'static, Option<Held>>> = None;
                    let (l, s) = (Arc::clone(&lock), Arc::clone(&semaphore));
                    let mut said = String::new();
                    match *act {
                        Lock::Read => {
                            begun = Some(Box::pin(async move { Some(Held::Read(l.read_owned().await)) }))
                        }
                        Lock::Write => {
                            begun = Some(Box::pin(async move { Some(Held::Write(l.write_owned().await)) }))
                        }
                        Lock::Acquire(n) => {
                            begun = Some(Box::pin(async move {
                                s.acquire_many_owned(n).await.ok().map(Held::Permit)
                            }));
                        }
                        Lock::TryRead => match l.try_read_owned() {
                            Ok(guard) => held.push(Held::Read(guard)),
                            Err(error) => said = format!("{error}"),
                        },
                        Lock::TryWrite => match l.try_write_owned() {
                            Ok(guard) => held.push(Held::Write(guard)),
                            Err(error) => said = format!("{error}"),
                        },
                        Lock::TryAcquire(n) => match s.try_acquire_many_owned(n) {
                            Ok(permit) => held.push(Held::Permit(permit)),
                            Err(error) => said = format!("{error}"),
                        },
                        Lock::Poll(number) => begun = pick(&mut futures, number),
                        Lock::DropFuture(number) => drop(pick(&mut futures, number)),
                        Lock::Release(number) => match pick(&mut held, number) {
                            Some(Held::Write(mut guard)) => {
                                *guard += 1;
                                said = format!("wrote {}", *guard);
                            }
                            Some(Held::Read(guard)) => said = format!("read {}", *guard),
                            Some(Held::Permit(permit)) => said = format!("had {}", permit.num_permits()),
                            None => {}
                        },
                        Lock::Forget(number) => match pick(&mut held, number) {
                            Some(Held::Permit(permit)) => permit.forget(),
                            other => held.extend(other),
                        },
                        Lock::Downgrade(number) => match pick(&mut held, number) {
                            Some(Held::Write(guard)) => held.push(Held::Read(guard.downgrade())),
                            other => held.extend(other),
                        },
                        Lock::Add(n) => s.add_permits(n),
                        Lock::Close => s.close(),
                    }
                    let polled = begun.map(|mut future| match poll_once(future.as_mut()) {
                        Poll::Pending => {
                            futures.push(future);
                            "pending"
                        }
                        Poll::Ready(Some(got)) => {
                            held.push(got);
                            "got"
                        }
                        Poll::Ready(None) => "closed",
                    });
                    let state =
                        (semaphore.available_permits(), lock.try_read().is_ok(), lock.try_write().is_ok());
                    lines.push(format!("{act:?}: {said} {polled:?} {state:?} {} held", held.len()));
                }
                lines
            }
        }
    };
}

words!(on_wakeline, wakeline::sync);
words!(on_tokio, tokio::sync);

/// Calls `work` in a run that is recorded; returns its trace too.
fn recorded<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> (T, Vec<u8>) {
    let config = Config { recorder: Recorder::new(1 << 16), ..Config::default() };
    let (sender, done) = std::sync::mpsc::channel();
    let mut run = Run::new(config, || Box::pin(async move { sender.send(work()).unwrap() }));
    let mut trace = Vec::new();
    runtime::block_on(&mut run, 1_000, |frame| frame.encode_into(&mut trace));
    run.take_frame().encode_into(&mut trace);
    (done.recv().unwrap(), trace)
}

proptest! {
    #![proptest_config(support::config(600))]

    #[test]
    fn a_channel_answers_as_tokios(capacity in 1..4usize, acts in prop::collection::vec(act(), 1..60)) {
        prop_assert_eq!(on_wakeline::channel(capacity, &acts), on_tokio::channel(capacity, &acts));
    }

    #[test]
    fn a_channel_that_is_recorded_answers_as_tokios(capacity in 1..4usize, acts in prop::collection::vec(act(), 1..60)) {
        let theirs = on_tokio::channel(capacity, &acts);
        let (ours, trace) = recorded(move || on_wakeline::channel(capacity, &acts));
        prop_assert_eq!(ours, theirs);
        prop_assert_eq!(rules::check(&trace, Threads::One).err(), None);
    }

    #[test]
    fn locks_and_permits_answer_as_tokios(permits in 0..4usize, acts in prop::collection::vec(lock(), 1..80)) {
        prop_assert_eq!(on_wakeline::locks(permits, &acts), on_tokio::locks(permits, &acts));
    }
}

//! The trace tells what goes into a channel, what comes out of it and what is left, in that order.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use support::recorded::{Recorded, record, task};
use wakeline::runtime::yield_now;
use wakeline::sync::{ResourceExt, broadcast, mpmc, mpsc, oneshot, watch};
use wakeline::trace::{Event, Op};

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

/// Says in which order messages came out and lanes were woken.
fn flow(run: &Recorded) -> Vec<String> {
    let name = |lane| run.model.lane_name(lane).to_string();
    let said = run.events().filter_map(|event| match *event {
        Event::Op { lane, op: op @ (Op::Sent | Op::Received), detail, .. } => {
            Some(format!("{} {op:?} {detail}", name(lane)))
        }
        Event::Woken { lane, by, .. } if name(by) == "main" => Some(format!("{} woken", name(lane))),
        _ => None,
    });
    said.collect()
}

#[test]
fn whoever_makes_room_tells_so_before_it_wakes_who_waits_for_it() {
    let run = record(|| {
        Box::pin(async {
            let (tx, mut rx) = mpsc::channel(2);
            for number in 0..5 {
                let tx = tx.clone();
                let send = async move { tx.send(number).await.unwrap() };
                drop(task(&format!("sender {number}"), send));
            }
            yield_now().await;
            let mut all = Vec::new();
            assert_eq!(rx.recv().await, Some(0));
            assert_eq!(rx.try_recv(), Ok(1));
            yield_now().await;
            assert_eq!(rx.recv_many(&mut all, 9).await, 2);
        })
    });
    assert_eq!(
        flow(&run),
        [
            "sender 0 Sent 1",
            "sender 1 Sent 2",
            "main Received 1",
            "sender 2 woken",
            "main Received 2",
            "sender 3 woken",
            "sender 2 Sent 3",
            "sender 3 Sent 4",
            "main Received 3",
            "main Received 4",
            "sender 4 woken",
        ]
    );
}

#[test]
fn a_queue_for_several_tells_as_one_for_one_does() {
    let run = record(|| {
        Box::pin(async {
            let (tx, rx) = mpmc::bounded(1).named("jobs");
            tx.send(0).await.unwrap();
            for worker in ["a", "b"] {
                let rx = rx.clone();
                drop(task(worker, async move { while rx.recv().await.is_ok() {} }));
            }
            let full = tx.clone();
            drop(task("full", async move { full.send(1).await.unwrap() }));
            yield_now().await;
            drop(rx);
            yield_now().await;
            tx.send(2).await.unwrap();
            drop(tx);
            yield_now().await;
        })
    });
    assert_eq!(
        run.ops("jobs"),
        [
            "main Sent 1",
            "a Received 1",
            "a Waits 1",
            "b Waits 1",
            "full Sent 2",
            "a Received 2",
            "a Waits 1",
            "main Sent 3",
            "main Closed 1",
            "a Received 3",
            "b Abandoned 0",
        ]
    );
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

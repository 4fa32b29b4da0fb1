//! A queue that several take from does what `async_channel` does, and tells what it does.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

mod support;

programs! { compare:
    async fn every_message_goes_to_one_receiver(lines) {
        let (tx, rx) = sync::mpmc::bounded(2);
        let workers: Vec<_> = (0..3)
            .map(|worker| {
                let (rx, lines) = (rx.clone(), lines.clone());
                spawn(async move {
                    while let Ok(number) = rx.recv().await {
                        lines.say("got", (worker, number));
                        sleep(Duration::from_millis(10 * (worker + 1))).await;
                    }
                    lines.say("end", worker);
                })
            })
            .collect();
        drop(rx);
        for number in 0..12 {
            tx.send(number).await.unwrap();
        }
        lines.say("counts", (tx.sender_count(), tx.receiver_count(), tx.capacity()));
        drop(tx);
        for worker in workers {
            worker.await.unwrap();
        }
    }

    async fn several_send_and_several_receive(lines) {
        let (tx, rx) = sync::mpmc::bounded(1);
        for sender in 0..3 {
            let (tx, lines) = (tx.clone(), lines.clone());
            spawn(async move {
                for round in 0..3 {
                    tx.send((sender, round)).await.unwrap();
                    lines.say("sent", (sender, round));
                }
            });
        }
        drop(tx);
        let receivers: Vec<_> = (0..2)
            .map(|receiver| {
                let (rx, lines) = (rx.clone(), lines.clone());
                spawn(async move {
                    while let Ok(message) = rx.recv().await {
                        lines.say("received", (receiver, message));
                        yield_now().await;
                    }
                })
            })
            .collect();
        for receiver in receivers {
            receiver.await.unwrap();
        }
        lines.say("closed", rx.is_closed());
    }

    async fn what_does_not_wait_says_why_it_fails(lines) {
        let (tx, rx) = sync::mpmc::bounded(1);
        lines.say("empty", rx.try_recv().map_err(|error| format!("{error} {error:?}")));
        lines.say("sent", tx.try_send("a"));
        lines.say("full", tx.try_send("b").map_err(|error| (format!("{error} {error:?}"), error.into_inner())));
        lines.say("state", (rx.len(), rx.is_empty(), rx.is_full(), tx.len(), tx.is_empty(), tx.is_full()));
        lines.say("close", (rx.close(), tx.close(), tx.is_closed()));
        lines.say("closed", tx.try_send("c").map_err(|error| format!("{error} {error:?}")));
        lines.say("send", tx.send("d").await.map_err(|error| (format!("{error}"), error.0)));
        lines.say("left", rx.recv().await);
        lines.say("end", rx.recv().await.map_err(|error| format!("{error}")));
        lines.say("end", rx.try_recv());
    }

    async fn a_send_and_a_recv_that_are_dropped_hand_on_their_turn(lines) {
        let (tx, rx) = sync::mpmc::bounded(1);
        tx.send(Dropped(lines.clone(), 0)).await.unwrap();
        let mut first = Box::pin(tx.send(Dropped(lines.clone(), 1)));
        let mut second = Box::pin(tx.send(Dropped(lines.clone(), 2)));
        assert!(poll_here(first.as_mut()).await.is_pending());
        assert!(poll_here(second.as_mut()).await.is_pending());
        drop(rx.recv().await);
        // The place is the first one's now, and it has not been polled since.
        drop(first);
        lines.say("second", poll_here(second.as_mut()).await.is_ready());
        drop(second);
        drop(rx.recv().await);
        let mut first = Box::pin(rx.recv());
        let mut second = Box::pin(rx.recv());
        assert!(poll_here(first.as_mut()).await.is_pending());
        assert!(poll_here(second.as_mut()).await.is_pending());
        tx.send(Dropped(lines.clone(), 3)).await.unwrap();
        drop(first);
        lines.say("second", poll_here(second.as_mut()).await.is_ready());
    }

    async fn the_last_receiver_closes_the_channel(lines) {
        let (tx, rx) = sync::mpmc::bounded(1);
        tx.send(Dropped(lines.clone(), 0)).await.unwrap();
        let hears = spawn({
            let (tx, lines) = (tx.clone(), lines.clone());
            async move {
                tx.closed().await;
                lines.say("closed", tx.is_closed());
            }
        });
        let sends = spawn({
            let (tx, lines) = (tx.clone(), lines.clone());
            async move { lines.say("failed", tx.send(Dropped(lines.clone(), 1)).await.is_err()) }
        });
        yield_now().await;
        let other = rx.clone();
        lines.say("same", (other.same_channel(&rx), rx.receiver_count()));
        drop(rx);
        lines.say("open", !tx.is_closed());
        drop(other);
        lines.say("gone", tx.is_closed());
        hears.await.unwrap();
        sends.await.unwrap();
        drop(tx);
        lines.say("end", ());
    }

    async fn without_a_limit_nobody_waits_to_send(lines) {
        let (tx, rx) = sync::mpmc::unbounded();
        for number in 0..100 {
            tx.send(number).await.unwrap();
        }
        lines.say("state", (rx.len(), tx.is_full(), rx.capacity()));
        drop(tx);
        let mut sum = 0;
        while let Ok(number) = rx.recv().await {
            sum += number;
        }
        lines.say("sum", sum);
        lines.say("none", panics(|| drop(sync::mpmc::bounded::<u32>(0))));
    }
}

mod threads {
    crate::programs! { compare_on_threads:
        async fn everything_that_is_sent_is_received_once(lines) {
            let (tx, rx) = sync::mpmc::bounded(3);
            for task in 0..6u32 {
                let tx = tx.clone();
                spawn(async move {
                    for number in 0..200u32 {
                        tx.send(task * 1_000 + number).await.unwrap();
                    }
                });
            }
            drop(tx);
            let receivers: Vec<_> = (0..4)
                .map(|_| {
                    let rx = rx.clone();
                    spawn(async move {
                        let mut all = Vec::new();
                        while let Ok(number) = rx.recv().await {
                            all.push(number);
                        }
                        all
                    })
                })
                .collect();
            drop(rx);
            let mut all = Vec::new();
            for receiver in receivers {
                all.extend(receiver.await.unwrap());
            }
            all.sort_unstable();
            lines.say("all", (all.len(), all.iter().sum::<u32>()));
        }
    }
}

//! A bounded channel does what tokio's does.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

mod support;

programs! { compare:
    async fn senders_are_served_in_the_order_in_which_they_came(lines) {
        let (tx, mut rx) = sync::mpsc::channel(1);
        for number in 0..4 {
            let (tx, lines) = (tx.clone(), lines.clone());
            spawn(async move {
                for round in 0..3 {
                    tx.send((number, round)).await.unwrap();
                    lines.say("sent", (number, round));
                }
            });
        }
        drop(tx);
        while let Some(message) = rx.recv().await {
            lines.say("received", message);
        }
    }

    async fn a_newcomer_does_not_overtake_one_that_waits(lines) {
        let (tx, mut rx) = sync::mpsc::channel(1);
        tx.try_send(0).unwrap();
        let mut waits = pin!(tx.send(1));
        assert!(poll_here(waits.as_mut()).await.is_pending());
        lines.say("received", rx.try_recv());
        lines.say("newcomer", tx.try_send(2));
        lines.say("capacity", (tx.capacity(), rx.capacity(), rx.len()));
        lines.say("waited", waits.await);
        lines.say("received", rx.recv().await);
    }

    async fn values_come_back_from_sends_that_fail(lines) {
        let (tx, mut rx) = sync::mpsc::channel(1);
        lines.say("first", tx.try_send("a"));
        lines.say("full", tx.try_send("b").map_err(|error| (format!("{error}"), format!("{error:?}"), error.into_inner())));
        let mut waits = pin!(tx.send("c"));
        assert!(poll_here(waits.as_mut()).await.is_pending());
        rx.close();
        lines.say("waited", waits.await.map_err(|error| (format!("{error}"), format!("{error:?}"), error.0)));
        lines.say("closed", tx.try_send("d").map_err(|error| (format!("{error}"), format!("{error:?}"))));
        lines.say("send", tx.send("e").await);
        lines.say("left", rx.recv().await);
        lines.say("end", rx.recv().await);
        lines.say("try", rx.try_recv().map_err(|error| (format!("{error}"), error)));
    }

    async fn what_was_sent_is_received_after_the_senders_are_gone(lines) {
        let (tx, mut rx) = sync::mpsc::channel(3);
        lines.say("empty", rx.try_recv().map_err(|error| format!("{error}")));
        for number in 0..3 {
            tx.send(number).await.unwrap();
        }
        lines.say("open", (tx.is_closed(), rx.is_closed(), rx.len(), rx.is_empty()));
        drop(tx);
        lines.say("closed", (rx.is_closed(), rx.len()));
        for _ in 0..4 {
            lines.say("received", rx.recv().await);
        }
        lines.say("try", rx.try_recv().map_err(|error| format!("{error}")));
    }

    async fn a_reservation_outlives_the_close(lines) {
        let (tx, mut rx) = sync::mpsc::channel(2);
        let permit = tx.reserve().await.unwrap();
        let unused = tx.try_reserve().unwrap();
        lines.say("full", tx.try_reserve().map(drop));
        rx.close();
        lines.say("closed", tx.reserve().await.map(drop));
        lines.say("not yet", rx.try_recv());
        permit.send("kept");
        lines.say("received", rx.recv().await);
        lines.say("not yet", rx.try_recv());
        let mut end = pin!(rx.recv());
        lines.say("pending", poll_here(end.as_mut()).await);
        drop(unused);
        lines.say("end", end.await);
    }

    async fn the_last_reservation_given_back_ends_the_wait(lines) {
        let (tx, mut rx) = sync::mpsc::channel::<u32>(1);
        let owned = tx.clone().reserve_owned().await.unwrap();
        rx.close();
        let receives = spawn({
            let lines = lines.clone();
            async move { lines.say("received", rx.recv().await) }
        });
        yield_now().await;
        lines.say("same", (owned.same_channel_as_sender(&tx), tx.strong_count()));
        let tx = owned.release();
        receives.await.unwrap();
        lines.say("closed", tx.is_closed());
    }

    async fn owned_reservations_carry_their_sender(lines) {
        let (tx, mut rx) = sync::mpsc::channel(1);
        let permit = tx.reserve_owned().await.unwrap();
        let tx = permit.send(1);
        let tx = match tx.try_reserve_owned() {
            Err(error) => {
                lines.say("full", format!("{error}"));
                error.into_inner()
            }
            Ok(_) => unreachable!(),
        };
        let mut reserves = Box::pin(tx.reserve_owned());
        lines.say("pending", poll_here(reserves.as_mut()).await.is_pending());
        lines.say("received", rx.recv().await);
        drop(reserves.await.unwrap());
        lines.say("end", rx.recv().await);
    }

    async fn many_places_are_reserved_at_once(lines) {
        let (tx, mut rx) = sync::mpsc::channel(4);
        lines.say("too many", tx.reserve_many(5).await.map(drop));
        lines.say("too many", tx.try_reserve_many(5).map(drop));
        let mut permits = tx.reserve_many(3).await.unwrap();
        lines.say("capacity", (tx.capacity(), permits.len()));
        permits.next().unwrap().send(1);
        permits.next().unwrap().send(2);
        lines.say("capacity", (tx.capacity(), permits.len()));
        drop(permits);
        lines.say("capacity", tx.capacity());
        lines.say("none", tx.try_reserve_many(0).unwrap().next().is_none());
        let mut waits = Box::pin(tx.reserve_many(3));
        lines.say("pending", poll_here(waits.as_mut()).await.is_pending());
        lines.say("newcomer", tx.try_send(3).is_err());
        lines.say("received", rx.recv().await);
        waits.as_mut().await.unwrap().next().unwrap().send(4);
        drop(waits);
        drop(tx);
        while let Some(message) = rx.recv().await {
            lines.say("received", message);
        }
    }

    async fn a_send_that_is_dropped_gives_up_its_turn(lines) {
        let (tx, mut rx) = sync::mpsc::channel(1);
        tx.send(Dropped(lines.clone(), 0)).await.unwrap();
        let mut first = Box::pin(tx.send(Dropped(lines.clone(), 1)));
        let mut second = Box::pin(tx.send(Dropped(lines.clone(), 2)));
        assert!(poll_here(first.as_mut()).await.is_pending());
        assert!(poll_here(second.as_mut()).await.is_pending());
        drop(first);
        lines.say("given up", ());
        drop(rx.recv().await);
        lines.say("second", poll_here(second.as_mut()).await.is_ready());
        drop(second);
        lines.say("received", rx.recv().await.map(|message| message.1));
    }

    async fn a_send_that_got_its_place_and_is_dropped_gives_it_back(lines) {
        let (tx, mut rx) = sync::mpsc::channel(1);
        tx.send(0).await.unwrap();
        let mut first = Box::pin(tx.send(1));
        let mut second = Box::pin(tx.send(2));
        assert!(poll_here(first.as_mut()).await.is_pending());
        assert!(poll_here(second.as_mut()).await.is_pending());
        lines.say("received", rx.recv().await);
        // The place is the first one's now, and it has not been polled since.
        drop(first);
        lines.say("second", poll_here(second.as_mut()).await);
        lines.say("received", rx.recv().await);
    }

    async fn a_recv_that_is_dropped_loses_nothing(lines) {
        let (tx, mut rx) = sync::mpsc::channel(2);
        for number in 0..4 {
            let mut receives = Box::pin(rx.recv());
            lines.say("pending", poll_here(receives.as_mut()).await.is_pending());
            tx.send(number).await.unwrap();
            drop(receives);
            lines.say("received", rx.try_recv());
        }
    }

    async fn what_is_inside_is_dropped_with_the_receiver(lines) {
        let (tx, rx) = sync::mpsc::channel(4);
        for number in 0..3 {
            tx.send(Dropped(lines.clone(), number)).await.unwrap();
        }
        let permit = tx.reserve().await.unwrap();
        drop(rx);
        lines.say("receiver", "gone");
        lines.say("closed", tx.is_closed());
        permit.send(Dropped(lines.clone(), 3));
        lines.say("sent", "into nothing");
        drop(tx.send(Dropped(lines.clone(), 4)).await);
        drop(tx);
        lines.say("sender", "gone");
    }

    async fn senders_hear_of_the_close(lines) {
        let (tx, mut rx) = sync::mpsc::channel::<u32>(1);
        tx.send(1).await.unwrap();
        let waits = spawn({
            let (tx, lines) = (tx.clone(), lines.clone());
            async move {
                tx.closed().await;
                lines.say("closed", tx.capacity());
            }
        });
        let sends = spawn({
            let (tx, lines) = (tx.clone(), lines.clone());
            async move { lines.say("send", tx.send(2).await) }
        });
        yield_now().await;
        rx.close();
        lines.say("closed", (tx.is_closed(), rx.is_closed()));
        waits.await.unwrap();
        sends.await.unwrap();
        tx.closed().await;
        lines.say("left", rx.recv().await);
    }

    async fn weak_senders_do_not_keep_a_channel_open(lines) {
        let (tx, mut rx) = sync::mpsc::channel(1);
        let weak = tx.downgrade();
        let clone = weak.clone();
        lines.say("counts", (tx.strong_count(), tx.weak_count(), rx.sender_strong_count(), rx.sender_weak_count()));
        let strong = weak.upgrade().unwrap();
        lines.say("same", (strong.same_channel(&tx), weak.strong_count(), clone.weak_count()));
        strong.send(1).await.unwrap();
        drop((tx, strong, clone));
        lines.say("upgrade", (weak.upgrade().is_none(), weak.weak_count()));
        lines.say("received", rx.recv().await);
        lines.say("end", rx.recv().await);
    }

    async fn many_are_received_at_once(lines) {
        let (tx, mut rx) = sync::mpsc::channel(4);
        let mut all = Vec::new();
        lines.say("none", rx.recv_many(&mut all, 0).await);
        for number in 0..4 {
            tx.send(number).await.unwrap();
        }
        lines.say("three", rx.recv_many(&mut all, 3).await);
        lines.say("capacity", (tx.capacity(), all.clone()));
        lines.say("one", rx.recv_many(&mut all, 3).await);
        let receives = spawn({
            let lines = lines.clone();
            async move {
                lines.say("waited", (rx.recv_many(&mut all, 9).await, all.clone()));
                lines.say("end", rx.recv_many(&mut all, 9).await);
            }
        });
        yield_now().await;
        tx.send(4).await.unwrap();
        tx.send(5).await.unwrap();
        drop(tx);
        receives.await.unwrap();
    }

    async fn a_receiver_can_be_polled_by_hand(lines) {
        let (tx, mut rx) = sync::mpsc::channel(2);
        let polled = std::future::poll_fn(|cx| Poll::Ready(rx.poll_recv(cx))).await;
        lines.say("polled", polled);
        let reads = spawn({
            let lines = lines.clone();
            async move {
                while let Some(message) = std::future::poll_fn(|cx| rx.poll_recv(cx)).await {
                    lines.say("polled", message);
                }
                let mut all: Vec<u32> = Vec::new();
                lines.say("end", std::future::poll_fn(|cx| rx.poll_recv_many(cx, &mut all, 3)).await);
            }
        });
        for number in 0..4 {
            tx.send(number).await.unwrap();
            yield_now().await;
        }
        drop(tx);
        reads.await.unwrap();
    }

    async fn capacity_is_exact(lines) {
        for capacity in [1, 2, 3, 7] {
            let (tx, rx) = sync::mpsc::channel(capacity);
            let sent = (0..).take_while(|number| tx.try_send(*number).is_ok()).count();
            lines.say("fit", (capacity, sent, tx.max_capacity(), rx.max_capacity(), tx.capacity(), rx.len()));
        }
        lines.say("none", panics(|| drop(sync::mpsc::channel::<u32>(0))));
        lines.say("too many", panics(|| drop(sync::mpsc::channel::<u32>(usize::MAX))));
    }
}

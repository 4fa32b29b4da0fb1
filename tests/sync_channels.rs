//! Channels for one value, for all receivers and for the latest value do what tokio's do.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

mod support;

programs! { compare:
    async fn a_oneshot_gives_its_value_once(lines) {
        let (tx, mut rx) = sync::oneshot::channel();
        lines.say("empty", rx.try_recv().map_err(|error| format!("{error}")));
        lines.say("open", (tx.is_closed(), rx.is_terminated()));
        let waits = spawn({
            let lines = lines.clone();
            async move {
                lines.say("received", (&mut rx).await);
                lines.say("again", (rx.is_terminated(), rx.try_recv().map_err(|error| format!("{error}"))));
            }
        });
        yield_now().await;
        lines.say("sent", tx.send(7));
        waits.await.unwrap();
    }

    async fn a_oneshot_without_a_sender_ends(lines) {
        let (tx, rx) = sync::oneshot::channel::<u32>();
        let waits = spawn({
            let lines = lines.clone();
            async move { lines.say("received", rx.await.map_err(|error| (format!("{error}"), format!("{error:?}")))) }
        });
        yield_now().await;
        drop(tx);
        waits.await.unwrap();
        let (tx, mut rx) = sync::oneshot::channel::<u32>();
        drop(tx);
        lines.say("closed", (rx.try_recv(), rx.is_terminated(), rx.try_recv()));
    }

    async fn a_oneshot_without_a_receiver_gives_the_value_back(lines) {
        let (mut tx, rx) = sync::oneshot::channel();
        let mut closed = Box::pin(tx.closed());
        lines.say("pending", poll_here(closed.as_mut()).await);
        drop(rx);
        closed.as_mut().await;
        drop(closed);
        lines.say("closed", tx.is_closed());
        lines.say("sent", tx.send("back"));
    }

    async fn a_oneshot_closed_by_its_receiver_keeps_what_came_before(lines) {
        let (tx, mut rx) = sync::oneshot::channel();
        tx.send(1).unwrap();
        rx.close();
        lines.say("received", rx.await);
        let (tx, mut rx) = sync::oneshot::channel::<u32>();
        rx.close();
        rx.close();
        lines.say("sent", (tx.is_closed(), tx.send(2)));
        lines.say("closed", rx.await);
        let (tx, rx) = sync::oneshot::channel();
        tx.send(Dropped(lines.clone(), 3)).unwrap();
        lines.say("inside", ());
        drop(rx);
        lines.say("gone", ());
    }

    async fn a_oneshot_that_was_received_is_not_polled_again(lines) {
        let (tx, mut rx) = sync::oneshot::channel();
        tx.send(1).unwrap();
        lines.say("received", (&mut rx).await);
        lines.say("again", panics(|| drop(poll_once(Pin::new(&mut rx)))));
    }

    async fn every_receiver_gets_every_value(lines) {
        let (tx, rx) = sync::broadcast::channel(4);
        lines.say("counts", (tx.receiver_count(), tx.strong_count(), tx.is_empty()));
        for number in 0..3 {
            let (mut rx, lines) = (rx.resubscribe(), lines.clone());
            spawn(async move {
                loop {
                    match rx.recv().await {
                        Ok(value) => lines.say("received", (number, value)),
                        Err(error) => return lines.say("end", (number, format!("{error}"), error)),
                    }
                }
            });
        }
        drop(rx);
        for value in 0..3 {
            yield_now().await;
            lines.say("sent", tx.send(value));
        }
        lines.say("len", tx.len());
        drop(tx);
        sleep(Duration::from_millis(1)).await;
    }

    async fn a_slow_receiver_lags_by_as_many_as_it_lost(lines) {
        for capacity in [1, 2, 3, 5, 8] {
            let (tx, mut rx) = sync::broadcast::channel(capacity);
            for value in 0..20 {
                tx.send(value).unwrap();
            }
            lines.say("len", (rx.len(), tx.len()));
            lines.say("lagged", rx.recv().await.map_err(|error| format!("{error}")));
            lines.say("next", rx.try_recv());
            for value in 20..40 {
                tx.send(value).unwrap();
            }
            lines.say("lagged", rx.try_recv().map_err(|error| format!("{error}")));
            lines.say("next", rx.recv().await);
            drop(tx);
            while let Ok(value) = rx.recv().await {
                lines.say("rest", value);
            }
            lines.say("closed", (rx.is_closed(), rx.try_recv().map_err(|error| format!("{error}"))));
        }
        lines.say("none", panics(|| drop(sync::broadcast::channel::<u32>(0))));
    }

    async fn a_broadcast_without_receivers_gives_the_value_back(lines) {
        let tx = sync::broadcast::Sender::new(2);
        lines.say("sent", tx.send(1).map_err(|error| (format!("{error}"), format!("{error:?}"), error.0)));
        let mut rx = tx.subscribe();
        lines.say("empty", rx.try_recv().map_err(|error| format!("{error}")));
        lines.say("sent", tx.send(2));
        let late = rx.resubscribe();
        lines.say("late", (late.len(), late.is_empty(), rx.len(), rx.same_channel(&late)));
        let weak = tx.downgrade();
        lines.say("weak", (weak.strong_count(), weak.weak_count(), weak.upgrade().is_some()));
        let closed = spawn({
            let (tx, lines) = (tx.clone(), lines.clone());
            async move {
                tx.closed().await;
                lines.say("closed", tx.receiver_count());
            }
        });
        yield_now().await;
        lines.say("received", rx.recv().await);
        drop((rx, late));
        closed.await.unwrap();
        drop(tx);
        lines.say("weak", weak.upgrade().is_none());
    }

    async fn a_broadcast_recv_that_is_dropped_loses_nothing(lines) {
        let (tx, mut rx) = sync::broadcast::channel(4);
        let mut receives = Box::pin(rx.recv());
        lines.say("pending", poll_here(receives.as_mut()).await);
        tx.send(1).unwrap();
        drop(receives);
        lines.say("received", rx.recv().await);
    }

    async fn a_watch_shows_the_latest_version_alone(lines) {
        let (tx, mut rx) = sync::watch::channel(0);
        lines.say("first", (*rx.borrow(), rx.has_changed(), rx.is_closed(), tx.is_closed()));
        tx.send(1).unwrap();
        tx.send(2).unwrap();
        lines.say("changed", rx.has_changed());
        lines.say("borrow", (*rx.borrow(), rx.borrow().has_changed(), rx.has_changed()));
        rx.changed().await.unwrap();
        lines.say("seen", (rx.has_changed(), *rx.borrow_and_update()));
        let mut clone = rx.clone();
        tx.send(3).unwrap();
        lines.say("update", *rx.borrow_and_update());
        lines.say("again", rx.borrow_and_update().has_changed());
        lines.say("clone", (clone.has_changed(), clone.same_channel(&rx), *clone.borrow_and_update()));
        lines.say("pending", poll_here(pin!(rx.changed())).await);
        rx.mark_changed();
        lines.say("marked", (rx.has_changed(), rx.changed().await));
        tx.send(4).unwrap();
        rx.mark_unchanged();
        lines.say("unmarked", rx.has_changed());
        let late = tx.subscribe();
        lines.say("late", (late.has_changed(), *late.borrow(), tx.receiver_count(), tx.sender_count()));
        drop(tx);
        lines.say("closed", (rx.has_changed().map_err(|error| (format!("{error}"), format!("{error:?}"))), rx.is_closed()));
        lines.say("end", rx.changed().await);
        lines.say("last", *rx.borrow());
    }

    async fn a_version_that_was_not_seen_is_told_before_the_end(lines) {
        let (tx, mut rx) = sync::watch::channel(0);
        tx.send(1).unwrap();
        drop(tx);
        lines.say("changed", rx.changed().await);
        lines.say("end", rx.changed().await);
        rx.mark_changed();
        lines.say("marked", rx.changed().await);
    }

    async fn watchers_wake_in_the_order_in_which_they_waited(lines) {
        let (tx, rx) = sync::watch::channel(0);
        let number = 3u32; // tokio's own order is random from the second on; what each sees is not.
        let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
        let tasks: Vec<_> = (0..number)
            .map(|task| {
                let (mut rx, seen) = (rx.clone(), Arc::clone(&seen));
                spawn(async move {
                    while rx.changed().await.is_ok() {
                        seen.lock().unwrap().push((task, *rx.borrow_and_update()));
                    }
                })
            })
            .collect();
        for value in 1..4 {
            yield_now().await;
            tx.send(value).unwrap();
        }
        drop((tx, rx));
        for task in tasks {
            task.await.unwrap();
        }
        let mut seen = std::mem::take(&mut *seen.lock().unwrap());
        seen.sort_unstable();
        lines.say("seen", seen);
    }

    async fn a_watch_waits_for_what_is_wanted(lines) {
        let (tx, mut rx) = sync::watch::channel(0);
        lines.say("at once", *rx.wait_for(|value| *value == 0).await.unwrap());
        lines.say("not changed", rx.has_changed());
        let waits = spawn({
            let (mut rx, lines) = (rx.clone(), lines.clone());
            async move {
                let found = rx.wait_for(|value| *value > 2).await.map(|value| (*value, value.has_changed()));
                lines.say("found", found);
                lines.say("never", rx.wait_for(|value| *value > 9).await.map(|value| *value));
            }
        });
        for value in 1..=4 {
            yield_now().await;
            tx.send(value).unwrap();
        }
        yield_now().await;
        let mut waits_for = Box::pin(rx.wait_for(|value| *value == 9));
        lines.say("pending", poll_here(waits_for.as_mut()).await.is_pending());
        drop(waits_for);
        lines.say("seen", rx.has_changed());
        drop(tx);
        waits.await.unwrap();
    }

    async fn senders_of_a_watch_change_it_in_place(lines) {
        let (tx, rx) = sync::watch::channel(vec![1]);
        tx.send_modify(|values| values.push(2));
        lines.say("modified", (rx.has_changed(), rx.borrow().clone()));
        lines.say("not", tx.send_if_modified(|values| {
            values.push(3);
            false
        }));
        lines.say("if", tx.send_if_modified(|values| {
            values.push(4);
            true
        }));
        lines.say("replaced", tx.send_replace(vec![9]));
        lines.say("borrow", (tx.borrow().clone(), tx.borrow().has_changed()));
        let closed = spawn({
            let (tx, lines) = (tx.clone(), lines.clone());
            async move {
                tx.closed().await;
                lines.say("closed", (tx.is_closed(), tx.receiver_count()));
            }
        });
        yield_now().await;
        drop(rx);
        closed.await.unwrap();
        lines.say("send", tx.send(vec![0]).map_err(|error| (format!("{error}"), format!("{error:?}"), error.0)));
        lines.say("kept", tx.borrow().clone());
        lines.say("replaced", tx.send_replace(vec![7]));
        lines.say("later", tx.subscribe().borrow().clone());
    }

    async fn a_panic_while_a_watch_is_changed_changes_no_version(lines) {
        let (tx, mut rx) = sync::watch::channel(0);
        lines.say("panics", panics(|| {
            tx.send_modify(|value| {
                *value = 1;
                panic!("a planned panic");
            });
        }));
        lines.say("version", (rx.has_changed(), *rx.borrow()));
        tx.send(2).unwrap();
        lines.say("goes on", (rx.changed().await, *rx.borrow()));
    }
}

//! An unbounded channel does what tokio's does, and channels lose nothing between threads.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

mod support;

programs! { compare:
    async fn an_unbounded_channel_never_waits(lines) {
        let (tx, mut rx) = sync::mpsc::unbounded_channel();
        for number in 0..100 {
            tx.send(number).unwrap();
        }
        lines.say("len", (rx.len(), rx.is_empty(), tx.is_closed()));
        rx.close();
        let error = tx.send(100).unwrap_err();
        lines.say("closed", (format!("{error}"), format!("{error:?}"), error.0, tx.is_closed(), rx.is_closed()));
        let mut all = Vec::new();
        lines.say("many", rx.recv_many(&mut all, 60).await);
        while let Some(number) = rx.recv().await {
            all.push(number);
        }
        lines.say("all", all);
        lines.say("try", rx.try_recv());
    }

    async fn an_unbounded_receiver_waits_and_ends(lines) {
        let (tx, mut rx) = sync::mpsc::unbounded_channel();
        let receives = spawn({
            let lines = lines.clone();
            async move {
                while let Some(number) = rx.recv().await {
                    lines.say("received", number);
                }
                lines.say("end", rx.is_closed());
            }
        });
        for number in 0..3 {
            yield_now().await;
            tx.send(number).unwrap();
        }
        let weak = tx.downgrade();
        lines.say("weak", (tx.strong_count(), tx.weak_count(), weak.upgrade().is_some()));
        drop(tx);
        lines.say("weak", weak.upgrade().is_none());
        receives.await.unwrap();
    }

    async fn an_unbounded_channel_drops_what_nobody_received(lines) {
        let (tx, rx) = sync::mpsc::unbounded_channel();
        tx.send(Dropped(lines.clone(), 1)).unwrap();
        tx.send(Dropped(lines.clone(), 2)).unwrap();
        let hears = spawn({
            let (tx, lines) = (tx.clone(), lines.clone());
            async move {
                tx.closed().await;
                lines.say("heard", tx.is_closed());
            }
        });
        yield_now().await;
        drop(rx);
        lines.say("receiver", "gone");
        hears.await.unwrap();
        drop(tx.send(Dropped(lines.clone(), 3)));
    }

    async fn a_task_that_is_aborted_while_it_sends_leaves_the_queue(lines) {
        let (tx, mut rx) = sync::mpsc::channel(1);
        tx.send(0).await.unwrap();
        let tasks: Vec<_> = (1..4)
            .map(|number| {
                let tx = tx.clone();
                spawn(async move { tx.send(number).await.unwrap() })
            })
            .collect();
        yield_now().await;
        tasks[1].abort();
        drop(tx);
        while let Some(number) = rx.recv().await {
            lines.say("received", number);
        }
        for task in tasks {
            lines.say("joined", task.await.is_ok());
        }
    }

    async fn the_end_of_a_run_may_cut_off_those_who_wait(lines) {
        let (tx, mut rx) = sync::mpsc::channel::<u32>(1);
        spawn(async move {
            let _kept = tx;
            sleep(Duration::from_millis(5)).await;
            std::future::pending::<()>().await;
        });
        spawn(async move { rx.recv().await });
        sleep(Duration::from_millis(10)).await;
        lines.say("over", ());
    }
}

mod threads {
    crate::programs! { compare_on_threads:
        async fn everything_that_is_sent_is_received_once(lines) {
            let (tx, mut rx) = sync::mpsc::channel(3);
            let tasks: Vec<_> = (0..8u32)
                .map(|task| {
                    let tx = tx.clone();
                    spawn(async move {
                        for number in 0..200u32 {
                            if number % 7 == 0 {
                                tx.reserve().await.unwrap().send(task * 1_000 + number);
                            } else {
                                tx.send(task * 1_000 + number).await.unwrap();
                            }
                        }
                    })
                })
                .collect();
            drop(tx);
            let mut all = Vec::new();
            while let Some(number) = rx.recv().await {
                all.push(number);
            }
            for task in 0..8 {
                let of: Vec<u32> = all.iter().copied().filter(|number| number / 1_000 == task).collect();
                lines.say("in order", of.is_sorted());
            }
            all.sort_unstable();
            lines.say("all", (all.len(), all.iter().sum::<u32>()));
            for task in tasks {
                task.await.unwrap();
            }
        }

        async fn unbounded_messages_keep_each_senders_order(lines) {
            let (tx, mut rx) = sync::mpsc::unbounded_channel();
            for task in 0..4u32 {
                let tx = tx.clone();
                spawn(async move {
                    for number in 0..300u32 {
                        tx.send(task * 1_000 + number).unwrap();
                    }
                });
            }
            drop(tx);
            let mut last = [0; 4];
            let mut count = 0;
            while let Some(number) = rx.recv().await {
                let task = (number / 1_000) as usize;
                assert!(last[task] <= number);
                last[task] = number;
                count += 1;
            }
            lines.say("count", (count, last));
        }
    }
}

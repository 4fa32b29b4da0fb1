//! Notifications, barriers, tokens and trackers do what tokio's and tokio-util's do.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

mod support;

programs! { compare:
    async fn a_notification_is_kept_for_one(lines) {
        let notify = sync::Notify::new();
        notify.notify_one();
        notify.notify_one();
        lines.say("kept", poll_here(pin!(notify.notified())).await);
        lines.say("one alone", poll_here(pin!(notify.notified())).await);
        notify.notify_waiters();
        lines.say("waiters keep none", poll_here(pin!(notify.notified())).await);
        notify.notify_last();
        lines.say("last", poll_here(pin!(notify.notified())).await);
    }

    async fn the_first_and_the_last_are_notified(lines) {
        let notify = Arc::new(sync::Notify::new());
        for task in 0..5 {
            let (notify, lines) = (Arc::clone(&notify), lines.clone());
            spawn(async move {
                notify.notified().await;
                lines.say("notified", task);
            });
        }
        yield_now().await;
        notify.notify_one();
        yield_now().await;
        notify.notify_last();
        yield_now().await;
        notify.notify_waiters();
        lines.say("told", "all");
        sleep(Duration::from_millis(1)).await;
    }

    async fn a_future_that_is_made_hears_of_all_and_one_that_is_enabled_of_one(lines) {
        let notify = Arc::new(sync::Notify::new());
        let made = notify.notified();
        notify.notify_waiters();
        lines.say("made", poll_here(pin!(made)).await);
        let made = notify.notified();
        notify.notify_one();
        lines.say("kept for whoever polls first", poll_here(pin!(notify.notified())).await);
        lines.say("made", poll_here(pin!(made)).await);
        let mut enabled = pin!(notify.notified());
        lines.say("enable", enabled.as_mut().enable());
        let mut owned = Box::pin(Arc::clone(&notify).notified_owned());
        lines.say("enable", owned.as_mut().enable());
        notify.notify_one();
        lines.say("enabled", (poll_here(enabled).await, poll_here(owned.as_mut()).await));
        notify.notify_one();
        owned.await;
        lines.say("owned", "notified");
        notify.notify_one();
        let mut there = pin!(notify.notified());
        lines.say("enable", (there.as_mut().enable(), poll_here(there).await));
    }

    async fn a_notification_that_is_dropped_goes_to_the_next(lines) {
        let notify = sync::Notify::new();
        let mut first = Box::pin(notify.notified());
        let mut second = Box::pin(notify.notified());
        assert!(poll_here(first.as_mut()).await.is_pending());
        assert!(poll_here(second.as_mut()).await.is_pending());
        notify.notify_one();
        drop(first);
        lines.say("second", poll_here(second.as_mut()).await);
        let third = notify.notified();
        notify.notify_waiters();
        drop(third);
        lines.say("not kept", poll_here(pin!(notify.notified())).await);
    }

    async fn a_barrier_lets_go_when_all_have_come(lines) {
        let barrier = Arc::new(sync::Barrier::new(3));
        let mut tasks = Vec::new();
        for task in 0..6 {
            let (barrier, lines) = (Arc::clone(&barrier), lines.clone());
            tasks.push(spawn(async move {
                lines.say("comes", task);
                barrier.wait().await.is_leader()
            }));
            yield_now().await;
        }
        for task in tasks {
            lines.say("leads", task.await.unwrap());
        }
        for n in [0, 1] {
            lines.say("alone", sync::Barrier::new(n).wait().await.is_leader());
        }
    }

    async fn one_that_gives_up_has_come_all_the_same(lines) {
        let barrier = sync::Barrier::new(2);
        let mut first = Box::pin(barrier.wait());
        lines.say("first", poll_here(first.as_mut()).await.is_pending());
        drop(first);
        lines.say("second", barrier.wait().await.is_leader());
        let unpolled = barrier.wait();
        drop(unpolled);
        lines.say("third", poll_here(pin!(barrier.wait())).await.is_pending());
    }

    async fn a_token_stops_its_children_and_not_its_parent(lines) {
        let parent = sync::CancellationToken::new();
        let child = parent.child_token();
        let grandchild = child.child_token();
        let other = parent.child_token();
        let clone = child.clone();
        child.cancel();
        let state = |tokens: &[&sync::CancellationToken]| -> Vec<bool> {
            tokens.iter().map(|token| token.is_cancelled()).collect()
        };
        lines.say("child", state(&[&parent, &child, &grandchild, &other, &clone]));
        parent.cancel();
        parent.cancel();
        lines.say("parent", state(&[&parent, &child, &grandchild, &other, &parent.child_token()]));
        lines.say("same", (child == clone, child == other, format!("{parent:?}")));
    }

    async fn all_that_wait_for_a_token_go_on(lines) {
        let token = sync::CancellationToken::new();
        let child = token.child_token();
        for task in 0..3 {
            let (token, child, lines) = (token.clone(), child.clone(), lines.clone());
            spawn(async move {
                match task {
                    0 => token.cancelled().await,
                    1 => token.cancelled_owned().await,
                    _ => child.cancelled().await,
                }
                lines.say("cancelled", task);
            });
        }
        let mut dropped = Box::pin(token.cancelled());
        lines.say("pending", poll_here(dropped.as_mut()).await);
        drop(dropped);
        yield_now().await;
        token.cancel();
        lines.say("told", ());
        sleep(Duration::from_millis(1)).await;
        token.cancelled().await;
    }

    async fn a_guard_cancels_when_it_is_dropped(lines) {
        let token = sync::CancellationToken::new();
        let kept = token.clone().drop_guard().disarm();
        lines.say("disarmed", kept.is_cancelled());
        lines.say("disarmed", token.drop_guard_ref().disarm().is_cancelled());
        let child = token.child_token();
        drop(child.drop_guard_ref());
        lines.say("child", (child.is_cancelled(), token.is_cancelled()));
        let guard = token.clone().drop_guard();
        let task = spawn(async move {
            let _guard = guard;
            std::future::pending::<()>().await;
        });
        yield_now().await;
        task.abort();
        token.cancelled().await;
        lines.say("aborted", task.await.is_err());
    }

    async fn a_future_runs_until_its_token_is_cancelled(lines) {
        let token = sync::CancellationToken::new();
        lines.say("ready", token.run_until_cancelled(async { 1 }).await);
        let stops = spawn({
            let (token, lines) = (token.clone(), lines.clone());
            async move {
                let work = {
                    let lines = lines.clone();
                    async move {
                        let _held = Dropped(lines, 1);
                        sleep(Duration::from_secs(1)).await;
                    }
                };
                lines.say("stopped", token.run_until_cancelled_owned(work).await);
            }
        });
        yield_now().await;
        let both = token.clone().run_until_cancelled_owned({
            let token = token.clone();
            async move {
                token.cancel();
                "the future is first"
            }
        });
        lines.say("both", both.await);
        stops.await.unwrap();
        lines.say("late", token.run_until_cancelled(async { 2 }).await);
        let held = Dropped(lines.clone(), 2);
        lines.say("unpolled", token.run_until_cancelled(async move { drop(held) }).await);
    }

    async fn a_tracker_waits_until_it_is_closed_and_empty(lines) {
        let tracker = sync::TaskTracker::new();
        lines.say("new", (tracker.len(), tracker.is_empty(), tracker.is_closed()));
        let mut open = Box::pin(tracker.wait());
        lines.say("open", poll_here(open.as_mut()).await);
        let handle = tracker.spawn(async { 7 });
        tracker.spawn(sleep(Duration::from_millis(20)));
        lines.say("joined", handle.await.unwrap());
        lines.say("one left", (tracker.len(), tracker.close(), tracker.close(), tracker.is_closed()));
        let token = tracker.token();
        lines.say("two", (token.task_tracker().len(), token.clone().task_tracker().len()));
        lines.say("not yet", poll_here(open.as_mut()).await);
        drop(token);
        open.as_mut().await;
        drop(open);
        lines.say("empty", tracker.is_empty());
        tracker.wait().await;
        lines.say("reopened", (tracker.reopen(), tracker.reopen()));
        lines.say("open", poll_here(pin!(tracker.wait())).await);
    }

    async fn a_tracked_future_counts_until_it_is_dropped(lines) {
        let tracker = sync::TaskTracker::new();
        let held = Dropped(lines.clone(), 1);
        let mut tracked = Box::pin(tracker.track_future(async move {
            let _held = held;
            std::future::pending::<()>().await;
        }));
        lines.say("pending", poll_here(tracked.as_mut()).await);
        tracker.close();
        let task = tracker.spawn(std::future::pending::<()>());
        lines.say("len", tracker.len());
        drop(tracked);
        lines.say("len", tracker.len());
        task.abort();
        tracker.wait().await;
        lines.say("aborted", (task.await.is_err(), tracker.len()));
        lines.say("same", sync::TaskTracker::ptr_eq(&tracker, &tracker.clone()));
        let mut wait = Box::pin(tracker.wait());
        tracker.reopen();
        lines.say("was empty when it was asked", poll_here(wait.as_mut()).await);
    }
}

mod threads {
    crate::programs! { compare_on_threads:
        async fn one_of_each_round_leads(lines) {
            let barrier = Arc::new(sync::Barrier::new(4));
            let tasks: Vec<_> = (0..4)
                .map(|_| {
                    let barrier = Arc::clone(&barrier);
                    spawn(async move {
                        let mut led = 0;
                        for _ in 0..50 {
                            led += u32::from(barrier.wait().await.is_leader());
                        }
                        led
                    })
                })
                .collect();
            let mut led = 0;
            for task in tasks {
                led += task.await.unwrap();
            }
            lines.say("led", led);
        }

        async fn a_shutdown_reaches_everybody(lines) {
            let (token, tracker) = (sync::CancellationToken::new(), sync::TaskTracker::new());
            let stopped = Arc::new(std::sync::atomic::AtomicU32::new(0));
            for _ in 0..20 {
                let (token, stopped) = (token.child_token(), Arc::clone(&stopped));
                tracker.spawn(async move {
                    token.cancelled().await;
                    stopped.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                });
            }
            yield_now().await;
            token.cancel();
            tracker.close();
            tracker.wait().await;
            lines.say("stopped", (stopped.load(std::sync::atomic::Ordering::SeqCst), tracker.len()));
        }
    }
}

//! Locks and permits do what tokio's do.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

mod support;

programs! { compare:
    async fn a_mutex_goes_round_in_order(lines) {
        let mutex = Arc::new(sync::Mutex::new(Vec::new()));
        let tasks: Vec<_> = (0..4)
            .map(|task| {
                let mutex = Arc::clone(&mutex);
                spawn(async move {
                    for round in 0..3 {
                        let mut values = mutex.lock().await;
                        values.push((task, round));
                        yield_now().await;
                    }
                })
            })
            .collect();
        yield_now().await;
        lines.say("taken", mutex.try_lock().map(drop).map_err(|error| (format!("{error}"), format!("{error:?}"))));
        for task in tasks {
            task.await.unwrap();
        }
        lines.say("values", Arc::try_unwrap(mutex).unwrap().into_inner());
    }

    async fn a_lock_that_is_given_up_goes_to_the_next(lines) {
        let mutex = Arc::new(sync::Mutex::new(0));
        let guard = mutex.lock().await;
        let mut first = Box::pin(mutex.lock());
        let mut second = Box::pin(Arc::clone(&mutex).lock_owned());
        assert!(poll_here(first.as_mut()).await.is_pending());
        assert!(poll_here(second.as_mut()).await.is_pending());
        drop(guard);
        lines.say("handed on", mutex.try_lock().is_err());
        drop(first);
        *second.await += 1;
        lines.say("value", *mutex.lock().await);
    }

    async fn a_mutex_can_be_had_without_waiting(lines) {
        let mut mutex = sync::Mutex::new(1);
        *mutex.get_mut() += 1;
        lines.say("debug", format!("{mutex:?}"));
        let mutex = Arc::new(mutex);
        let owned = Arc::clone(&mutex).try_lock_owned().unwrap();
        lines.say("guard", (format!("{owned:?}"), format!("{owned}")));
        lines.say("debug", format!("{mutex:?}"));
        lines.say("taken", Arc::clone(&mutex).try_lock_owned().is_err());
        drop(owned);
        let guard = mutex.try_lock().unwrap();
        lines.say("same", std::ptr::eq(sync::MutexGuard::mutex(&guard), &*mutex));
        drop(guard);
        let mut mutex = Arc::into_inner(mutex).unwrap();
        lines.say("inner", (*mutex.get_mut(), mutex.into_inner()));
        lines.say("default", (sync::Mutex::<u32>::default().into_inner(), sync::Mutex::from("a").into_inner()));
    }

    async fn the_value_goes_with_the_last_owner(lines) {
        let mutex = Arc::new(sync::Mutex::new(Dropped(lines.clone(), 1)));
        let guard = Arc::clone(&mutex).lock_owned().await;
        drop(mutex);
        lines.say("held", sync::OwnedMutexGuard::mutex(&guard).try_lock().is_err());
        drop(guard);
        lines.say("gone", ());
    }

    async fn readers_share_and_a_writer_is_not_overtaken(lines) {
        let lock = Arc::new(sync::RwLock::new(0));
        let first = lock.read().await;
        let second = lock.try_read().unwrap();
        lines.say("write", lock.try_write().map(drop).map_err(|error| format!("{error}")));
        let mut writes = Box::pin(lock.write());
        assert!(poll_here(writes.as_mut()).await.is_pending());
        let mut reads = Box::pin(lock.read());
        lines.say("a reader behind the writer waits", poll_here(reads.as_mut()).await.is_pending());
        lines.say("and cannot barge", lock.try_read().is_err());
        drop((first, second));
        let mut guard = writes.await;
        *guard += 1;
        lines.say("still waits", poll_here(reads.as_mut()).await.is_pending());
        let reader = guard.downgrade();
        lines.say("beside", (*reader, *reads.await));
        lines.say("write", lock.try_write().is_err());
        drop(reader);
        lines.say("write", lock.try_write().is_ok());
    }

    async fn readers_go_on_when_a_writer_gives_up(lines) {
        let lock = Arc::new(sync::RwLock::new(5));
        let reader = Arc::clone(&lock).read_owned().await;
        let mut writes = Box::pin(Arc::clone(&lock).write_owned());
        let mut reads = Box::pin(lock.read());
        assert!(poll_here(writes.as_mut()).await.is_pending());
        assert!(poll_here(reads.as_mut()).await.is_pending());
        drop(writes);
        lines.say("reads", poll_here(reads.as_mut()).await.is_ready());
        drop((reads, reader));
        let guard = Arc::clone(&lock).try_write_owned().unwrap();
        lines.say("alone", (Arc::clone(&lock).try_read_owned().is_err(), lock.try_read().is_err()));
        let reader = guard.downgrade();
        lines.say("both", (*reader, *lock.read().await, format!("{reader:?}"), format!("{lock:?}")));
        drop(reader);
        lines.say("inner", Arc::into_inner(lock).unwrap().into_inner());
    }

    async fn only_so_many_readers(lines) {
        let lock = sync::RwLock::with_max_readers(0, 2);
        let one = lock.read().await;
        let two = lock.read().await;
        lines.say("third", lock.try_read().is_err());
        drop(one);
        lines.say("third", lock.try_read().is_ok());
        drop(two);
        lines.say("too many", panics(|| drop(sync::RwLock::with_max_readers(0, u32::MAX))));
    }

    async fn locks_go_round_in_the_order_of_asking(lines) {
        let lock = Arc::new(sync::RwLock::new(0u32));
        let tasks: Vec<_> = (0..6)
            .map(|task| {
                let (lock, lines) = (Arc::clone(&lock), lines.clone());
                spawn(async move {
                    for _ in 0..2 {
                        if task % 3 == 0 {
                            *lock.write().await += 1;
                            lines.say("wrote", task);
                        } else {
                            let value = lock.read().await;
                            yield_now().await;
                            lines.say("read", (task, *value));
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }

    async fn permits_go_to_those_who_came_first(lines) {
        let semaphore = Arc::new(sync::Semaphore::new(3));
        let held = semaphore.acquire_many(2).await.unwrap();
        let mut many = Box::pin(semaphore.acquire_many(3));
        let mut one = Box::pin(semaphore.acquire());
        assert!(poll_here(many.as_mut()).await.is_pending());
        lines.say("one behind many waits", poll_here(one.as_mut()).await.is_pending());
        lines.say("nobody barges", semaphore.try_acquire().map(drop).map_err(|error| (format!("{error}"), format!("{error:?}"))));
        lines.say("available", semaphore.available_permits());
        drop(held);
        let many = poll_here(many.as_mut()).await;
        lines.say("many", many.is_ready());
        lines.say("one", poll_here(one.as_mut()).await.is_pending());
        drop(many);
        lines.say("one", poll_here(one.as_mut()).await.is_ready());
    }

    async fn an_acquire_that_is_dropped_gives_back_what_it_was_given(lines) {
        let semaphore = Arc::new(sync::Semaphore::new(2));
        let held = semaphore.acquire().await.unwrap();
        let mut many = Box::pin(Arc::clone(&semaphore).acquire_many_owned(2));
        let mut one = Box::pin(semaphore.acquire());
        assert!(poll_here(many.as_mut()).await.is_pending());
        assert!(poll_here(one.as_mut()).await.is_pending());
        drop(many);
        lines.say("one", poll_here(one.as_mut()).await.is_ready());
        drop(held);
        drop(one);
        lines.say("available", semaphore.available_permits());
    }

    async fn a_semaphore_without_permits_waits_for_some(lines) {
        let semaphore = Arc::new(sync::Semaphore::new(0));
        lines.say("none wanted", semaphore.acquire_many(0).await.unwrap().num_permits());
        lines.say("none wanted", semaphore.try_acquire_many(0).is_ok());
        let tasks: Vec<_> = (1..4u32)
            .map(|n| {
                let (semaphore, lines) = (Arc::clone(&semaphore), lines.clone());
                spawn(async move {
                    let permit = semaphore.acquire_many(n).await.unwrap();
                    lines.say("acquired", permit.num_permits());
                    yield_now().await;
                    if n == 2 {
                        permit.forget();
                    }
                })
            })
            .collect();
        for n in [1, 1, 4] {
            yield_now().await;
            semaphore.add_permits(n);
            lines.say("added", n);
        }
        for task in tasks {
            task.await.unwrap();
        }
        lines.say("available", semaphore.available_permits());
        lines.say("forgotten", (semaphore.forget_permits(3), semaphore.forget_permits(9), semaphore.available_permits()));
    }

    async fn a_closed_semaphore_gives_nothing(lines) {
        let semaphore = Arc::new(sync::Semaphore::new(1));
        let held = Arc::clone(&semaphore).acquire_owned().await.unwrap();
        let waits = spawn({
            let (semaphore, lines) = (Arc::clone(&semaphore), lines.clone());
            async move {
                let error = semaphore.acquire().await.map(drop).unwrap_err();
                lines.say("waited", (format!("{error}"), format!("{error:?}")));
            }
        });
        yield_now().await;
        semaphore.close();
        waits.await.unwrap();
        lines.say("closed", semaphore.is_closed());
        lines.say("try", semaphore.try_acquire().map(drop).map_err(|error| format!("{error}")));
        lines.say("none", (semaphore.acquire_many(0).await.map(drop), semaphore.try_acquire_many(0).map(drop)));
        drop(held);
        lines.say("given back", semaphore.available_permits());
        lines.say("too many", panics(|| drop(sync::Semaphore::new(usize::MAX))));
    }

    async fn permits_are_merged_and_split(lines) {
        let semaphore = Arc::new(sync::Semaphore::new(5));
        let mut permit = semaphore.acquire_many(3).await.unwrap();
        permit.merge(semaphore.acquire().await.unwrap());
        let part = permit.split(1).unwrap();
        lines.say("split", (permit.num_permits(), part.num_permits(), permit.split(9).is_none()));
        drop(part);
        lines.say("available", semaphore.available_permits());
        permit.forget();
        let mut owned = Arc::clone(&semaphore).acquire_owned().await.unwrap();
        owned.merge(Arc::clone(&semaphore).try_acquire_owned().unwrap());
        let part = owned.split(1).unwrap();
        lines.say("split", (owned.num_permits(), part.num_permits(), owned.split(2).is_none(), semaphore.available_permits()));
        part.forget();
        lines.say("same", Arc::ptr_eq(owned.semaphore(), &semaphore));
        let other = Arc::new(sync::Semaphore::new(1));
        let foreign = Arc::clone(&other).acquire_owned().await.unwrap();
        lines.say("foreign", panics(|| owned.merge(foreign)));
        lines.say("given back", (other.available_permits(), semaphore.available_permits()));
        drop(owned);
        lines.say("available", semaphore.available_permits());
    }
}

mod threads {
    crate::programs! { compare_on_threads:
        async fn permits_stay_as_many_as_they_are(lines) {
            let semaphore = Arc::new(sync::Semaphore::new(5));
            let inside = Arc::new(std::sync::atomic::AtomicU32::new(0));
            let tasks: Vec<_> = (0..8u32)
                .map(|task| {
                    let (semaphore, inside) = (Arc::clone(&semaphore), Arc::clone(&inside));
                    spawn(async move {
                        use std::sync::atomic::Ordering::SeqCst;
                        for round in 0..60 {
                            let n = 1 + (task + round) % 4;
                            let permit = semaphore.acquire_many(n).await.unwrap();
                            assert!(inside.fetch_add(n, SeqCst) + n <= 5);
                            if round % 3 == 0 {
                                yield_now().await;
                            }
                            inside.fetch_sub(n, SeqCst);
                            drop(permit);
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            lines.say("available", semaphore.available_permits());
        }

        async fn nobody_writes_while_another_holds(lines) {
            let lock = Arc::new(sync::RwLock::new((0u64, 0u64)));
            let mutex = Arc::new(sync::Mutex::new(0u64));
            let tasks: Vec<_> = (0..6u32)
                .map(|task| {
                    let (lock, mutex) = (Arc::clone(&lock), Arc::clone(&mutex));
                    spawn(async move {
                        for round in 0..60 {
                            if (task + round) % 3 == 0 {
                                let mut both = lock.write().await;
                                both.0 += 1;
                                yield_now().await;
                                both.1 += 1;
                            } else {
                                let both = lock.read().await;
                                assert_eq!(both.0, both.1);
                            }
                            *mutex.lock().await += 1;
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            lines.say("written", (*lock.read().await, *mutex.lock().await));
        }
    }
}

//! Long work beside a heartbeat.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use wakeline::runtime::{self, Clock, Config, Instant, Run, sleep, spawn, spawn_blocking, work};
use wakeline::trace::{Event, Level, Recorder, RunEnd, WaitKind};

use super::seen::{FLAVORS, Seen, everywhere, on_tokio, pitfall, run};
use wakeline::patterns::Twin;

#[test]
fn jobs_that_give_way_leave_the_heartbeat_its_turn() {
    for how in ["in chunks", "on a thread", "asleep"] {
        everywhere("blocking", &[("how", how)], |seen| assert_eq!(seen.number("done"), 4, "{how}"));
    }
    assert!(run("blocking", &[]).number("late at most") <= 16, "one round of four blocks");
    for how in ["on a thread", "asleep"] {
        assert_eq!(run("blocking", &[("how", how)]).number("late at most"), 0, "{how}");
    }
    assert!(
        run("blocking", &[("cost", "50")]).number("late at most") > 100,
        "large chunks are blocking again"
    );
}

#[test]
fn a_thread_takes_as_long_as_its_work() {
    let seen = run("blocking", &[("how", "on a thread"), ("jobs", "2")]);
    let mut nanos = seen.events.iter().filter_map(|event| match event {
        Event::Clock { nanos } => Some(*nanos),
        _ => None,
    });
    // 32 ms of work, at the same time as another, and one more beat.
    assert_eq!(nanos.next_back(), Some(37_000_000));
    let waits = seen.count(|event| {
        matches!(event, Event::Waiting { on: WaitKind::Io, detail, .. }
            if seen.name(wakeline::trace::NameId(*detail as u32)) == "a thread")
    });
    assert_eq!(waits, 2);
}

/// The longest poll, in milliseconds.
fn longest_poll(seen: &Seen) -> u64 {
    let (mut now, mut begun, mut longest) = (0, 0, 0);
    for event in &seen.events {
        match *event {
            Event::Clock { nanos } => now = nanos,
            Event::PollBegin { .. } => begun = now,
            Event::PollEnd { .. } => longest = longest.max(now - begun),
            _ => {}
        }
    }
    longest / 1_000_000
}

#[test]
fn a_long_poll_starves_everybody_else() {
    let seen = pitfall("blocking", &[]);
    assert_eq!(
        seen.error(),
        "`heartbeat` was `123` ms late, `20` are allowed: each of `4` jobs computed `32` ms in one poll"
    );
    assert_eq!(seen.log(Level::Error).len(), 1);
    assert_eq!(longest_poll(&seen), 32);
    assert_eq!(longest_poll(&run("blocking", &[])), 4);
    // As many jobs as tokio has threads.
    for flavor in FLAVORS {
        let seen = on_tokio(flavor, "blocking", Twin::Pitfall, &[]);
        assert!(seen.error().starts_with("`heartbeat` was `"), "{flavor:?}");
    }
}

#[test]
fn a_paused_clock_moves_within_a_poll_as_ours_does() {
    let sim = pitfall("blocking", &[]);
    let tokio = on_tokio(FLAVORS[0], "blocking", Twin::Pitfall, &[]);
    assert_eq!(sim.error(), tokio.error());
}

#[test]
fn a_blocking_closure_has_a_thread_of_its_own_in_real_time() {
    static IS_DONE: AtomicBool = AtomicBool::new(false);
    let config = Config { clock: Clock::Real, recorder: Recorder::new(1 << 12), ..Config::default() };
    let mut run = Run::new(config, || {
        Box::pin(async {
            let here = std::thread::current().id();
            let task = spawn_blocking(move || {
                work(Duration::from_millis(30));
                IS_DONE.store(true, Ordering::SeqCst);
                std::thread::current().id() != here
            });
            sleep(Duration::from_millis(1)).await;
            assert!(!IS_DONE.load(Ordering::SeqCst), "the others go on meanwhile");
            task.await.unwrap()
        })
    });
    assert_eq!(runtime::block_on(&mut run, 1_000, |_| {}), RunEnd::Finished);
    assert!(run.take_output().unwrap().unwrap());
}

#[test]
fn a_panic_in_a_blocking_closure_is_the_join_error() {
    for clock in [Clock::Real, Clock::Virtual] {
        let mut run = Run::new(Config { clock, ..Config::default() }, || {
            Box::pin(async {
                let task = spawn_blocking(|| resume_unwind(Box::new("out of ink")));
                let error: runtime::JoinError = task.await.unwrap_err();
                error.to_string()
            })
        });
        runtime::block_on(&mut run, 1_000, |_| {});
        assert!(run.take_output().unwrap().unwrap().contains("out of ink"));
    }
}

#[test]
fn a_simulated_thread_does_not_move_the_clock() {
    let mut run = Run::new(Config::default(), || {
        Box::pin(async {
            let other = spawn(async {
                sleep(Duration::from_millis(5)).await;
                Instant::now().as_nanos()
            });
            let task = spawn_blocking(|| work(Duration::from_millis(40)));
            task.await.unwrap();
            (other.await.unwrap(), Instant::now().as_nanos())
        })
    });
    runtime::block_on(&mut run, 1_000, |_| {});
    assert_eq!(run.take_output().unwrap().unwrap(), (5_000_000, 40_000_000));
}

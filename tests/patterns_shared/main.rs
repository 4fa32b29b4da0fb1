//! The patterns about shared resources do what their pages say.
#![cfg(not(target_arch = "wasm32"))]

mod pools;

use wakeline::patterns::{self, Outcome, PatternError, Scene, Twin, Values};
use wakeline::runtime::{self, Config, Run, Schedule};
use wakeline::timeline::{Lane, Model, Resource};
use wakeline::trace::{End, Event, Frame, LaneId, Level, Op, ResourceKind, RunEnd, WakeCause};

struct Ran {
    model: Model,
    events: Vec<Event>,
    output: Result<Outcome, PatternError>,
}

fn scene(id: &str, settings: &[(&str, &str)], seed: u64) -> Scene {
    let pattern = patterns::find(id).expect("the id is in the catalogue");
    let mut values = Values::defaults(pattern.params);
    for (name, text) in settings {
        values.set(name, text).expect("the setting is right");
    }
    Scene { values, seed, base: String::new() }
}

fn run_as(id: &str, settings: &[(&str, &str)], twin: Twin, (schedule, seed): (Schedule, u64)) -> Ran {
    quiet_the_pitfall();
    let pattern = patterns::find(id).expect("the id is in the catalogue");
    let config = Config { schedule, seed, ..Config::default() };
    let mut run = Run::new(config, || pattern.start_of(twin)(scene(id, settings, seed)));
    let (mut model, mut events) = (Model::new(), Vec::new());
    let end = runtime::block_on(&mut run, 1_000_000, |frame: Frame| {
        model.apply(&frame);
        events.extend(frame.events);
    });
    assert_eq!(end, RunEnd::Finished);
    let output = run.take_output().expect("a finished run has an output");
    Ran { model, events, output: output.expect("the first task was neither aborted nor panicked") }
}

fn run(id: &str, settings: &[(&str, &str)]) -> Ran {
    run_as(id, settings, Twin::Corrected, (Schedule::Fifo, 7))
}

/// What the pitfall's handlers say when they panic, which is what they are there for.
const NO_CONNECTION: &str = "permit without a connection";

fn quiet_the_pitfall() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if info.payload().downcast_ref::<String>().is_none_or(|text| text != NO_CONNECTION)
                && info.payload().downcast_ref::<&str>().is_none_or(|text| *text != NO_CONNECTION)
            {
                before(info);
            }
        }));
    });
}

impl Ran {
    fn outcome(&self) -> &Outcome {
        self.output.as_ref().expect("the pattern succeeds")
    }

    #[track_caller]
    fn fact(&self, name: &str) -> u64 {
        let text = self.outcome().get(name).unwrap_or_else(|| panic!("there is no fact `{name}`"));
        text.parse().expect("the fact is a number")
    }

    fn lanes(&self, name: &str) -> impl Iterator<Item = &Lane> {
        self.model.lanes().iter().filter(move |lane| lane.name.starts_with(name))
    }

    #[track_caller]
    fn ended_ms(&self, name: &str) -> u64 {
        let lane = self.lanes(name).last().expect("there is such a lane");
        lane.end.as_ref().expect("the lane has ended").moment.nanos / 1_000_000
    }

    fn logged(&self, level: Level) -> Vec<(u64, &str)> {
        let lines = self.model.log_lines().filter(|line| line.level == level);
        lines.map(|line| (line.moment.nanos / 1_000_000, line.text)).collect()
    }

    /// Every value shown under a name, in order.
    fn shown(&self, name: &str) -> Vec<&str> {
        let values = self.events.iter().filter_map(|event| match *event {
            Event::Value { name, value, .. } => Some((self.model.text(name), self.model.text(value))),
            _ => None,
        });
        values.filter(|(shown, _)| *shown == name).map(|(_, value)| value).collect()
    }

    /// Checks at every operation that who writes is alone; returns how many read at once, at most.
    fn check_lock(&self) -> usize {
        let lock = self.model.resources().iter().find(|one| one.kind == ResourceKind::RwLock);
        let (mut readers, mut writers, mut most) = (0_usize, 0_usize, 0);
        for line in self.model.ops(lock.expect("there is a lock").id) {
            match line.op {
                Op::Acquired => writers += 1,
                Op::Released => writers -= 1,
                Op::AcquiredShared => readers += 1,
                Op::ReleasedShared => readers -= 1,
                _ => {}
            }
            assert!(writers == 0 || writers == 1 && readers == 0, "{writers} write while {readers} read");
            most = most.max(readers);
        }
        assert_eq!((readers, writers), (0, 0));
        most
    }

    /// How often somebody stopped waiting without having got anything.
    fn given_up(&self) -> usize {
        self.events.iter().filter(|event| matches!(event, Event::Op { op: Op::Abandoned, .. })).count()
    }

    /// Checks at every operation that nobody holds more of a semaphore than there is, that what is waited
    /// for is either got or given up, and that in the end all is back.
    fn check_permits(&self) {
        let is_pool = |one: &&Resource| one.kind == ResourceKind::Semaphore && one.name == "pool";
        assert_eq!(self.model.resources().iter().filter(is_pool).count(), 1);
        for semaphore in self.model.resources().iter().filter(is_pool) {
            let (mut held, mut waiting) = (0_u32, Vec::new());
            for line in self.model.ops(semaphore.id) {
                match line.op {
                    Op::Waits => waiting.push(line.lane),
                    Op::Acquired => held += line.detail,
                    Op::Released => held = held.checked_sub(line.detail).expect("what is released was held"),
                    _ => {}
                }
                if line.op != Op::Waits {
                    waiting.retain(|lane| *lane != line.lane);
                }
                assert!(held <= semaphore.capacity, "{held} permits of `{}` are held", semaphore.name);
            }
            assert_eq!((held, waiting), (0, vec![]), "`{}` at the end", semaphore.name);
        }
    }
}

#[test]
fn rwlock_cache_lets_readers_overlap_and_serves_hits_from_memory() {
    let ran = run("rwlock-cache", &[("readers", "4"), ("reads", "5")]);
    assert_eq!((ran.fact("most readers at once"), ran.check_lock()), (4, 4));
    assert_eq!(ran.fact("hits") + ran.fact("misses"), 20);
    assert_eq!(ran.fact("misses"), 4, "all of them miss the one article at first, and nobody does again");
    assert_eq!(ran.fact("writes"), 4 + 2);

    let ran = run("rwlock-cache", &[("readers", "0")]);
    assert_eq!((ran.fact("writes"), ran.fact("longest wait to write ms")), (2, 0));
}

#[test]
fn rwlock_cache_is_fair_to_a_writer_however_many_read() {
    for (readers, reads) in [("2", "4"), ("3", "40"), ("10", "40")] {
        for seed in 0..20 {
            let settings = [("readers", readers), ("reads", reads), ("writes", "10"), ("journal", "0")];
            let ran = run_as("rwlock-cache", &settings, Twin::Corrected, (Schedule::Fifo, seed));
            // Those who read when it comes: each for 30 ms at most.
            assert!(ran.fact("longest wait to write ms") <= 30, "{}", ran.outcome().summary);
        }
    }
}

#[test]
fn rwlock_cache_starves_the_writer_until_the_readers_stop_if_the_lock_prefers_them() {
    let mut waits = Vec::new();
    for reads in ["4", "20", "100"] {
        let settings = [("lock", "prefers readers"), ("reads", reads), ("writes", "1")];
        let ran = run("rwlock-cache", &settings);
        let readers_ended = (1..=3).map(|reader| ran.ended_ms(&format!("reader {reader}"))).max().unwrap();
        assert_eq!(ran.ended_ms("writer"), readers_ended + 10, "it writes when the last reader has gone");
        assert_eq!(ran.fact("longest wait to read ms"), 0, "nobody who reads ever waits");
        ran.check_lock();
        waits.push(ran.fact("longest wait to write ms"));
    }
    assert!(waits[1] > 4 * waits[0] && waits[2] > 4 * waits[1], "{waits:?}");

    let fair = run("rwlock-cache", &[("reads", "100"), ("writes", "1")]);
    assert!(fair.fact("longest wait to write ms") * 50 < waits[2]);
}

#[test]
fn rwlock_cache_makes_nobody_wait_if_nothing_is_held_across_an_await() {
    for lock in ["fair", "prefers readers"] {
        let ran = run("rwlock-cache", &[("lock", lock), ("hold", "0"), ("journal", "0"), ("reads", "30")]);
        let waits = (ran.fact("longest wait to write ms"), ran.fact("longest wait to read ms"));
        assert_eq!(waits, (0, 0), "{lock}");
    }
}

#[cfg(feature = "native")]
mod on_tokio {
    use super::*;
    use wakeline::runtime::tokio::{Flavor, TokioRun};
    use wakeline::trace::Recorder;

    fn run(id: &str, settings: &[(&str, &str)], twin: Twin, threads: usize) -> Result<Outcome, PatternError> {
        quiet_the_pitfall();
        let pattern = patterns::find(id).unwrap();
        let start = || pattern.start_of(twin)(scene(id, settings, 7));
        let TokioRun { end, output, .. } =
            runtime::tokio::run(Flavor::MultiThread(threads), Recorder::new(1 << 16), start).unwrap();
        assert_eq!(end, RunEnd::Finished);
        output.expect("the first task was neither aborted nor panicked")
    }

    #[test]
    fn shared_resources_are_the_same_on_several_threads() {
        for threads in [1, 4] {
            let get = |id, settings: &[(&str, &str)], name: &str| {
                let outcome = run(id, settings, Twin::Corrected, threads).expect("the pattern succeeds");
                outcome.get(name).expect("there is such a fact").to_owned()
            };
            assert_eq!(
                get("rwlock-cache", &[("latency", "1"), ("hold", "2")], "writes").parse::<u32>(),
                Ok(5)
            );
            assert_eq!(get("rwlock-cache", &[("lock", "prefers readers")], "writes"), "5");
            assert_eq!(get("pool-timeout", &[("patience", "20"), ("close", "60")], "permits"), "2");
            for _ in 0..20 {
                let busy = [("latency", "0"), ("handlers", "20"), ("connections", "3"), ("queries", "20")];
                assert_eq!(get("semaphore-pool", &busy, "idle connections"), "3");
            }
        }
    }

    #[test]
    fn the_pool_without_a_connection_breaks_there_too() {
        let settings = [("latency", "1"), ("handlers", "20"), ("queries", "20")];
        for threads in [1, 4] {
            let error = run("semaphore-pool", &settings, Twin::Pitfall, threads).expect_err("it breaks");
            assert!(error.to_string().contains(&format!("panicked with `{NO_CONNECTION}`")), "{error}");
        }
    }
}

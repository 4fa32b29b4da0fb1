//! What holds for every program under every schedule, whenever the run is stopped.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::sync::Arc;

use proptest::prelude::*;
use support::on_wakeline;
use support::program::{Allowed, Body, programs};
use support::rules::{self, Threads};
use support::world::{Leaf, World};
use wakeline::runtime::{Config, Progress, Run, Schedule};
use wakeline::trace::{Recorder, RunEnd};

const EVERYTHING: Allowed = Allowed { work: true, outside: true };
/// More polls than any of the programs takes.
const MANY: usize = 200_000;

struct Driven {
    run: Run<()>,
    world: Arc<World>,
    trace: Vec<u8>,
    outside_every: usize,
}

impl Driven {
    fn new(program: &Body, schedule: Schedule, seed: u64, outside_every: usize) -> Self {
        support::quiet_planned_panics();
        let world = Arc::<World>::default();
        let recorder = Recorder::new(1 << 22);
        let config = Config { schedule, seed, recorder, ..Config::default() };
        let run = Run::new(config, || on_wakeline::main(Arc::clone(&world), program.clone()));
        Self { run, world, trace: Vec::new(), outside_every }
    }

    /// Takes `most` steps, and answers what was asked of the outside now and then between two polls.
    fn drive(&mut self, most: usize) -> Option<RunEnd> {
        for step in 1..=most {
            if step % self.outside_every == 0 {
                self.world.answer_one();
            }
            match self.run.step() {
                Progress::Ended(end) => return Some(end),
                Progress::Polled(_) => {}
                Progress::Waiting(idle) if idle.io_in_flight > 0 => {
                    assert!(!self.run.advance(), "time stands still while something outside is under way");
                    assert!(self.world.answer_one(), "what is under way can be answered");
                }
                Progress::Waiting(_) => assert!(self.run.advance(), "a timer is set"),
            }
        }
        None
    }

    fn take_trace(&mut self) -> &[u8] {
        self.run.take_frame().encode_into(&mut self.trace);
        &self.trace
    }

    fn assert_nothing_is_left(&mut self) {
        let executor = self.run.executor();
        assert_eq!(executor.tasks(), 0, "tasks");
        assert_eq!(executor.ready(), 0, "ready");
        assert_eq!(executor.timers(), 0, "timers");
        assert_eq!(executor.yields(), 0, "yields");
        assert!(!executor.has_mail(), "mail");
        assert_eq!(executor.idle().io_in_flight, 0, "io");
        assert_eq!(self.world.guards_not_dropped_once(), [], "futures not dropped exactly once");
        assert_eq!(self.world.leaves(), [], "waits");
    }
}

fn schedules() -> impl Strategy<Value = (Schedule, u64)> {
    (prop_oneof![Just(Schedule::Fifo), Just(Schedule::Random)], any::<u64>())
}

proptest! {
    #![proptest_config(support::config(100))]

    /// Every future that can go on does: a run ends with its first task, or nothing in it could go on.
    #[test]
    fn no_wake_is_lost(program in programs(EVERYTHING), (schedule, seed) in schedules(), every in 1..50usize) {
        let mut driven = Driven::new(&program, schedule, seed, every);
        let world = Arc::clone(&driven.world);
        let mut leaves = Vec::new();
        let mut end = None;
        for _ in 0..MANY {
            leaves = world.leaves();
            end = driven.drive(1);
            if end.is_some() {
                break;
            }
        }
        match end {
            Some(RunEnd::Finished) => {}
            Some(RunEnd::Stalled) => {
                for leaf in leaves {
                    match leaf {
                        Leaf::Signal(number) => prop_assert!(!world.signal(number).is_set(), "signal {number}"),
                        Leaf::Task(_) | Leaf::Set => {}
                        leaf => prop_assert!(false, "stalled although {leaf:?} would have come"),
                    }
                }
            }
            end => prop_assert!(false, "{end:?}"),
        }
        prop_assert_eq!(&*world.violations.lock().unwrap(), &Vec::<String>::new());
    }

    #[test]
    fn the_trace_follows_the_state_machine(
        program in programs(EVERYTHING),
        (schedule, seed) in schedules(),
        every in 1..50usize,
    ) {
        let mut driven = Driven::new(&program, schedule, seed, every);
        let end = driven.drive(MANY);
        let checked = rules::check(driven.take_trace(), Threads::One).map_err(TestCaseError::fail)?;
        prop_assert_eq!(Some(checked), end);
    }

    #[test]
    fn a_run_that_is_stopped_drops_every_future_once(
        program in programs(EVERYTHING),
        (schedule, seed) in schedules(),
        every in 1..50usize,
        steps in 0..300usize,
    ) {
        let mut driven = Driven::new(&program, schedule, seed, every);
        if driven.drive(steps).is_none() {
            driven.run.stop();
        }
        driven.assert_nothing_is_left();
        rules::check(driven.take_trace(), Threads::One).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn a_run_that_is_dropped_drops_every_future_once(
        program in programs(EVERYTHING),
        (schedule, seed) in schedules(),
        steps in 0..300usize,
    ) {
        let mut driven = Driven::new(&program, schedule, seed, 7);
        let world = Arc::clone(&driven.world);
        driven.drive(steps);
        drop(driven);
        prop_assert_eq!(world.guards_not_dropped_once(), []);
        prop_assert_eq!(world.leaves(), []);
        prop_assert_eq!(Arc::strong_count(&world), 1, "somebody still holds the world");
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes(program in programs(EVERYTHING), (schedule, seed) in schedules()) {
        let trace = || {
            let mut driven = Driven::new(&program, schedule, seed, 3);
            driven.drive(MANY);
            driven.take_trace().to_vec()
        };
        prop_assert_eq!(trace(), trace());
    }
}

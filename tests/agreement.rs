//! The same program does the same on Wakeline's executor and on tokio's paused clock.
//!
//! Each program runs three times: on Wakeline's executor in virtual time, through Wakeline's API on
//! tokio, and in tokio's own words on tokio alone. What a user can see must be the same: every line, in
//! its order, with its virtual time; the results of joins, timeouts and races; the order of drops.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

mod support;

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use support::program::{Allowed, Body, Op, SetEnd, SetProgram, programs};
use support::rules::{self, Threads};
use support::world::World;
use support::{on_tokio, on_wakeline};
use wakeline::patterns::{self, CATALOGUE, Scene, Values};
use wakeline::runtime::tokio::Flavor;
use wakeline::runtime::{self, Config, Run};
use wakeline::trace::{Event, Frame, Recorder, RunEnd};

/// What both know: tokio's paused clock does not move while a task computes.
const COMMON: Allowed = Allowed { work: false, outside: false };
const RING: usize = 1 << 20;

#[derive(Debug, PartialEq, Eq)]
struct Seen {
    lines: Vec<String>,
    finished: bool,
}

impl Seen {
    fn new(world: &World, finished: bool) -> Self {
        let mut lines = std::mem::take(&mut *world.lines.lock().unwrap());
        if !finished {
            // What hangs is dropped with the run, and not everybody tells of that.
            lines.retain(|line| !line.contains("drop"));
        }
        Self { lines, finished }
    }
}

fn on_the_executor(program: &Body) -> Seen {
    let world = Arc::<World>::default();
    let config = Config { recorder: Recorder::off(), ..Config::default() };
    let mut run = Run::new(config, || on_wakeline::main(Arc::clone(&world), program.clone()));
    let end = runtime::block_on(&mut run, 1_000_000, |_| {});
    Seen::new(&world, end == RunEnd::Finished)
}

fn through_the_api(program: &Body) -> (Seen, Vec<u8>) {
    let world = Arc::<World>::default();
    let start = || on_wakeline::main(Arc::clone(&world), program.clone());
    let run = runtime::tokio::run(Flavor::CurrentThreadPaused, Recorder::new(RING), start).unwrap();
    (Seen::new(&world, run.end == RunEnd::Finished), run.trace)
}

fn on_tokio_alone(program: &Body) -> Seen {
    let world = Arc::<World>::default();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let main = on_tokio::main(Arc::clone(&world), program.clone());
    let finished = runtime.block_on(async {
        let main = tokio::spawn(main);
        // The paused clock comes to this timer only when nothing else is left to happen.
        tokio::time::timeout(Duration::from_secs(86_400 * 365), main).await.is_ok()
    });
    // What is dropped with the runtime is not compared.
    world.over.store(true, std::sync::atomic::Ordering::SeqCst);
    Seen::new(&world, finished)
}

#[track_caller]
fn assert_all_agree(program: Body) {
    support::quiet_planned_panics();
    let tokio = on_tokio_alone(&program);
    assert_eq!(on_the_executor(&program), tokio, "the executor (left) differs from tokio (right)");
    assert_eq!(through_the_api(&program).0, tokio, "the tokio backend (left) differs from tokio (right)");
}

proptest! {
    #![proptest_config(support::config(100))]

    #[test]
    fn any_program_does_the_same(program in programs(COMMON)) {
        support::quiet_planned_panics();
        let tokio = on_tokio_alone(&program);
        let ours = on_the_executor(&program);
        prop_assert_eq!(&ours, &tokio, "the executor (left) differs from tokio (right)");
        let (through_the_api, trace) = through_the_api(&program);
        prop_assert_eq!(&through_the_api, &tokio, "the tokio backend (left) differs from tokio (right)");
        rules::check(&trace, Threads::One).map_err(TestCaseError::fail)?;
    }

}

proptest! {
    // Each takes as long as real clocks take, so there are fewer.
    #![proptest_config(support::config(40))]

    #[test]
    fn several_threads_leave_a_trace_that_follows_the_state_machine(program in programs(COMMON), threads in 1..5usize) {
        support::quiet_planned_panics();
        let world = Arc::<World>::default();
        let start = || on_wakeline::main(Arc::clone(&world), hurried(program.clone()));
        let run = runtime::tokio::run(Flavor::MultiThread(threads), Recorder::new(RING), start).unwrap();
        let end = rules::check(&run.trace, Threads::Several).map_err(TestCaseError::fail)?;
        prop_assert_eq!(end, run.end);
        prop_assert_eq!(world.guards_not_dropped_once(), []);
    }
}

/// The same program with short waits, for a clock that really runs.
fn hurried(program: Body) -> Body {
    program
        .into_iter()
        .map(|op| match op {
            Op::Sleep(millis) => Op::Sleep(millis % 3),
            Op::Timeout(millis, body) => Op::Timeout(millis % 4, hurried(body)),
            Op::Interval { period, ticks, late, missed } => {
                Op::Interval { period: period % 3 + 1, ticks, late: late % 5, missed }
            }
            Op::Spawn(body) => Op::Spawn(hurried(body)),
            Op::SpawnMany(count, body) => Op::SpawnMany(count, hurried(body)),
            Op::Race(a, b) => Op::Race(hurried(a), hurried(b)),
            Op::Both(a, b) => Op::Both(hurried(a), hurried(b)),
            Op::Catch(body) => Op::Catch(hurried(body)),
            Op::Set(SetProgram { bodies, before, joins, end }) => Op::Set(SetProgram {
                bodies: bodies.into_iter().map(hurried).collect(),
                before: hurried(before),
                joins,
                end,
            }),
            op => op,
        })
        .collect()
}

#[test]
fn a_set_gives_tasks_in_the_order_of_their_ends_also_when_nobody_waited() {
    assert_all_agree(vec![Op::Set(SetProgram {
        bodies: vec![vec![Op::Sleep(30)], vec![Op::Sleep(10)], vec![Op::Sleep(20)]],
        before: vec![Op::Sleep(100)],
        joins: 3,
        end: SetEnd::Drop,
    })]);
}

#[test]
fn a_set_aborts_in_the_order_of_the_spawns() {
    for end in [SetEnd::Drop, SetEnd::AbortAllAndJoin, SetEnd::Shutdown, SetEnd::ShutdownForgotten] {
        let bodies = vec![vec![Op::Sleep(30)]; 4];
        let set = SetProgram { bodies, before: vec![Op::Sleep(1)], joins: 0, end };
        assert_all_agree(vec![Op::Set(set), Op::Sleep(5)]);
    }
}

#[test]
fn a_task_that_aborts_itself_goes_at_the_end_of_that_poll() {
    assert_all_agree(vec![
        Op::Spawn(vec![Op::Abort(0), Op::Sleep(10)]),
        Op::Spawn(vec![]),
        Op::Spawn(vec![]),
        Op::Sleep(20),
    ]);
}

#[test]
fn who_gives_way_among_many_is_woken_before_the_queue_has_drained() {
    assert_all_agree(vec![
        Op::Spawn(vec![Op::Yield, Op::Yield, Op::Yield]),
        Op::SpawnMany(100, vec![]),
        Op::Sleep(1),
    ]);
}

fn scene(id: &str, settings: &[(&str, &str)], seed: u64) -> Scene {
    let pattern = patterns::find(id).expect("the id is in the catalogue");
    let mut values = Values::defaults(pattern.params);
    for (name, text) in settings {
        values.set(name, text).expect("the setting is right");
    }
    Scene { values, seed, base: String::new() }
}

/// What a user sees of a trace: log lines and values with their virtual times in milliseconds.
fn visible(trace: &[u8]) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut lines = Vec::new();
    let mut millis = 0;
    for frame in Frame::decode_all(trace).unwrap() {
        names.extend(frame.names);
        let text = |id: wakeline::trace::NameId| &names[id.0 as usize];
        for event in frame.events {
            match event {
                Event::Clock { nanos } => millis = nanos / 1_000_000,
                Event::Log { lane, level, message, .. } => {
                    lines.push(format!("{millis} {} {level:?} {}", lane.0, text(message)));
                }
                Event::Value { lane, name, value } => {
                    lines.push(format!("{millis} {} {} = {}", lane.0, text(name), text(value)));
                }
                Event::Ended { lane, end, message } => {
                    lines.push(format!("{millis} {} {end:?} {}", lane.0, text(message)));
                }
                Event::PollBegin { lane } => lines.push(format!("{millis} {} polled", lane.0)),
                Event::Woken { lane, by, cause, .. } => {
                    lines.push(format!("{millis} {} woken {cause:?} by {}", lane.0, by.0));
                }
                _ => {}
            }
        }
    }
    lines
}

#[track_caller]
fn assert_pattern_agrees(id: &str, settings: &[(&str, &str)], seed: u64) {
    let pattern = patterns::find(id).unwrap();
    let mut trace = Vec::new();
    let config = Config { recorder: Recorder::new(RING), seed, ..Config::default() };
    let mut run = Run::new(config, || (pattern.start)(scene(id, settings, seed)));
    let end = runtime::block_on(&mut run, 1_000_000, |frame| frame.encode_into(&mut trace));
    let output = run.take_output().map(Result::unwrap);
    let start = || (pattern.start)(scene(id, settings, seed));
    let tokio = runtime::tokio::run(Flavor::CurrentThreadPaused, Recorder::new(RING), start).unwrap();
    assert_eq!(end, tokio.end, "{id} {settings:?}");
    assert_eq!(output, tokio.output.ok(), "{id} {settings:?}");
    if end == RunEnd::Finished {
        assert_eq!(visible(&trace), visible(&tokio.trace), "{id} {settings:?} {seed}");
    }
}

#[test]
fn every_pattern_does_the_same_on_the_paused_clock() {
    for pattern in CATALOGUE {
        for seed in 0..20 {
            assert_pattern_agrees(pattern.id, &[], seed);
        }
    }
}

#[test]
fn every_failure_does_the_same_on_the_paused_clock() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("future-lazy", &[("wake", "never")]),
        ("future-lazy", &[("wake", "at once"), ("steps", "9")]),
        ("first-fetch", &[("failures", "100")]),
        ("first-fetch", &[("url", "data/9.json")]),
        ("join-set", &[("tasks", "20"), ("failures", "50")]),
        ("join-set", &[("tasks", "8"), ("failures", "0"), ("abort", "2")]),
        ("join-set", &[("tasks", "8"), ("failures", "0"), ("enough", "2")]),
        ("join-set", &[("tasks", "0")]),
        ("bounded", &[("limit", "0")]),
        ("bounded", &[("items", "40"), ("limit", "7"), ("failures", "30")]),
        ("race", &[("fast", "50"), ("slow", "50")]),
        ("race", &[("fails", "fast")]),
        ("race", &[("fails", "both")]),
        ("typed-errors", &[("fails", "database")]),
        ("typed-errors", &[("fails", "network")]),
        ("typed-errors", &[("id", "9")]),
        ("typed-errors", &[("limit", "20")]),
        ("context", &[("fails", "first step")]),
        ("context", &[("fails", "second step")]),
        ("timeout", &[("takes", "99")]),
        ("timeout", &[("takes", "100")]),
        ("timeout", &[("takes", "101")]),
        ("timeout", &[("answer", "error")]),
        ("timeout", &[("limit", "0")]),
        ("retry", &[("failing", "9")]),
        ("retry", &[("url", "data/9.json")]),
        ("retry", &[("patience", "200")]),
        ("retry", &[("patience", "10")]),
        ("repository", &[("happens", "missing id")]),
        ("repository", &[("happens", "refused")]),
        ("repository", &[("happens", "lost before")]),
        ("repository", &[("happens", "lost after"), ("editors", "20")]),
        ("async-fn-in-trait", &[("happens", "missing id")]),
        ("async-fn-in-trait", &[("editors", "20"), ("latency", "0")]),
        ("mpsc", &[("producers", "5"), ("buffer", "1")]),
        ("mpsc", &[("leave", "3")]),
        ("mpsc", &[("leave", "3"), ("how", "close")]),
        ("broadcast", &[("subscribers", "0")]),
        ("broadcast", &[("subscribers", "9"), ("slow", "11")]),
        ("oneshot", &[("worker", "returns early")]),
        ("oneshot", &[("worker", "is aborted")]),
        ("oneshot", &[("patience", "60")]),
        ("oneshot", &[("patience", "60"), ("unheard", "give up")]),
        ("watch", &[("servers", "7"), ("slow", "45")]),
        ("actor", &[("shape", "shared lock"), ("buyers", "9")]),
        ("actor", &[("patience", "30")]),
        ("actor", &[("ends", "2")]),
        ("cancel-token", &[("deaf", "1")]),
        ("cancel-token", &[("deadline", "50")]),
        ("cancel-token", &[("workers", "0"), ("asks", "you")]),
        ("shutdown-broadcast", &[("subscribes", "when connected"), ("connect", "300")]),
        ("drain", &[("deadline", "100")]),
        ("drain", &[("clients", "9"), ("limit", "1")]),
        ("instrument", &[("failures", "50"), ("span", "none")]),
        ("blocking", &[("how", "on a thread")]),
        ("blocking", &[("cost", "50"), ("jobs", "7")]),
        ("stream-source", &[("take", "0")]),
        ("stream-source", &[("take", "99"), ("busy", "50")]),
        ("stream-map-filter", &[("readings", "0")]),
        ("stream-chunks", &[("size", "0")]),
        ("stream-chunks", &[("patience", "20")]),
        ("stream-merge", &[("left-every", "0"), ("right-every", "0"), ("turns", "left first")]),
        ("stream-merge", &[("fails", "both")]),
        ("stream-merge", &[("fails", "right"), ("on-error", "stop")]),
        ("stream-buffer", &[("spread", "0")]),
        ("rwlock-cache", &[("lock", "prefers readers")]),
        ("rwlock-cache", &[("hold", "0"), ("journal", "0"), ("readers", "9")]),
        ("semaphore-pool", &[("handlers", "9"), ("spread", "20")]),
        ("semaphore-pool", &[("failures", "30"), ("queries", "4")]),
        ("pool-timeout", &[("patience", "0")]),
        ("pool-timeout", &[("spread", "0"), ("patience", "30")]),
        ("pool-timeout", &[("close", "50"), ("clients", "9")]),
    ];
    for (id, settings) in cases {
        for seed in 0..5 {
            assert_pattern_agrees(id, settings, seed);
        }
    }
}

//! Every pattern leaves a trace that follows the state machine of `trace::event`, wherever it runs.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use support::rules::{self, Threads};
use wakeline::patterns::{CATALOGUE, Pattern, Scene, Values};
use wakeline::runtime::{self, Config, Run, Schedule};
use wakeline::trace::Recorder;

const RING: usize = 1 << 20;

fn scene(pattern: &Pattern, seed: u64) -> Scene {
    Scene { values: Values::defaults(pattern.params), seed, base: String::new() }
}

#[test]
fn on_the_executor() {
    for pattern in CATALOGUE {
        for seed in 0..10 {
            for schedule in [Schedule::Fifo, Schedule::Random] {
                let config = Config { schedule, seed, recorder: Recorder::new(RING), ..Config::default() };
                let mut run = Run::new(config, || (pattern.start)(scene(pattern, seed)));
                let mut trace = Vec::new();
                let end = runtime::block_on(&mut run, 1_000_000, |frame| frame.encode_into(&mut trace));
                assert_eq!(rules::check(&trace, Threads::One), Ok(end), "{}", pattern.id);
            }
        }
    }
}

#[test]
fn on_the_executor_stopped_at_any_poll() {
    for pattern in CATALOGUE {
        for polls in 0..40 {
            let mut run = Run::new(Config::default(), || (pattern.start)(scene(pattern, 7)));
            while run.polls() < polls && run.ended().is_none() {
                run.step();
                run.advance();
            }
            run.stop();
            let trace = run.take_frame().encode();
            rules::check(&trace, Threads::One)
                .unwrap_or_else(|error| panic!("{} {polls}: {error}", pattern.id));
        }
    }
}

#[cfg(feature = "native")]
#[test]
fn on_tokio() {
    use wakeline::runtime::tokio::Flavor;
    let flavors = [
        (Flavor::CurrentThreadPaused, Threads::One),
        (Flavor::CurrentThread, Threads::One),
        (Flavor::MultiThread(1), Threads::Several),
        (Flavor::MultiThread(4), Threads::Several),
    ];
    for pattern in CATALOGUE {
        for (flavor, threads) in flavors {
            let start = || (pattern.start)(scene(pattern, 7));
            let run = runtime::tokio::run(flavor, Recorder::new(RING), start).expect("a runtime starts");
            assert_eq!(rules::check(&run.trace, threads), Ok(run.end), "{} on {flavor:?}", pattern.id);
        }
    }
}

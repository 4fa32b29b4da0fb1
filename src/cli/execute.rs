//! Runs a plan to its end, whichever way it ends.

use std::io;

use super::interrupt::{Interrupt, Signal};
use super::plan::{Engine, Plan};
use crate::patterns::{Outcome, PatternError, Twin};
use crate::runtime::tokio::run_with;
use crate::runtime::{self, Config, JoinError, Run, TimeSource};
use crate::timeline::{Finding, Model};
use crate::trace::{FrameError, Recorder, RunEnd};

/// How many events are kept between two frames. A run on tokio gives one frame at its end.
const EVENTS: usize = 1 << 20;

/// A run that is over.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) result: Result<Outcome, Failure>,
    /// The frames as bytes: what a trace file holds.
    pub(super) trace: Vec<u8>,
    pub(super) model: Model,
    /// What is wrong with it.
    pub(super) findings: Vec<Finding>,
}

/// Why a run did not end as it should.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    #[error("{0}")]
    Pattern(PatternError),
    #[error("the first task panicked: {0}")]
    Panicked(String),
    #[error("the first task was cancelled")]
    Cancelled,
    #[error("it is stuck: nothing is ready, no timer is set, and nothing can wake it any more")]
    Stalled,
    #[error("it went on and on: gave up at the limit of polls, `{0}`, which `--max-polls` sets")]
    LimitReached(u64),
    #[error("stopped by {}", .0.name())]
    Stopped(Signal),
    /// A pitfall whose first task ended well all the same.
    #[error("{0}")]
    Found(String),
}

type Output = Result<Result<Outcome, PatternError>, JoinError>;

/// Runs it.
pub(super) fn execute(plan: &Plan, interrupt: &Interrupt) -> Result<Ran, ExecuteError> {
    let start = || plan.pattern.start_of(plan.twin)(plan.scene.clone());
    let recorder = Recorder::new(EVENTS);
    let (end, output, trace) = match plan.engine {
        Engine::Sim { clock, schedule } => {
            let seed = plan.scene.seed;
            let config = Config { clock, schedule, seed, recorder, time_source: TimeSource::default() };
            let mut run = Run::new(config, start);
            let mut trace = Vec::new();
            let end = runtime::block_on_with(&mut run, plan.max_polls, interrupt.requests(), |frame| {
                frame.encode_into(&mut trace);
            });
            (end, run.take_output(), trace)
        }
        Engine::Tokio(flavor) => {
            let run = run_with(flavor, recorder, plan.max_polls, interrupt.requests(), start);
            let run = run.map_err(ExecuteError::Runtime)?;
            (run.end, Some(run.output), run.trace)
        }
    };
    let mut model = Model::new();
    model.apply_bytes(&trace)?;
    let signal = interrupt.last().unwrap_or_default();
    let findings = model.findings();
    let result = result(end, output, plan.max_polls, signal).and_then(|outcome| match findings.first() {
        Some(finding) if plan.twin == Twin::Pitfall => Err(Failure::Found(finding.text.clone())),
        _ => Ok(outcome),
    });
    Ok(Ran { result, trace, model, findings })
}

fn result(end: RunEnd, output: Option<Output>, max_polls: u64, signal: Signal) -> Result<Outcome, Failure> {
    match (end, output) {
        (RunEnd::Stalled, _) => Err(Failure::Stalled),
        (RunEnd::Stopped | RunEnd::Killed, _) => Err(Failure::Stopped(signal)),
        (RunEnd::LimitReached, _) => Err(Failure::LimitReached(max_polls)),
        (RunEnd::Finished, Some(Ok(Ok(outcome)))) => Ok(outcome),
        (RunEnd::Finished, Some(Ok(Err(error)))) => Err(Failure::Pattern(error)),
        (RunEnd::Finished, Some(Err(error))) if error.is_panic() => Err(Failure::Panicked(error.to_string())),
        (RunEnd::Finished, _) => Err(Failure::Cancelled),
    }
}

/// Why there is nothing to show of a run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExecuteError {
    #[error("cannot start tokio: {0}")]
    Runtime(io::Error),
    #[error("cannot read its own trace: {0}")]
    Trace(#[from] FrameError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::plan::Plan;
    use crate::patterns::{Pattern, Scene, Values, find};
    use crate::runtime::tokio::Flavor;
    use crate::runtime::{Clock, Schedule, spawn, yield_now};

    /// The failure of a pattern that does what `start` does, on everything that can run it.
    fn failures(
        start: fn(Scene) -> crate::runtime::BoxFuture<'static, Result<Outcome, PatternError>>,
    ) -> Vec<Failure> {
        let race = find("race").expect("it is in the catalogue");
        let pattern: &'static Pattern = Box::leak(Box::new(Pattern { start, ..*race }));
        let sim = |clock| Engine::Sim { clock, schedule: Schedule::Fifo };
        let flavors = [Flavor::CurrentThreadPaused, Flavor::CurrentThread, Flavor::MultiThread(2)];
        let engines = [sim(Clock::Virtual), sim(Clock::Real)].into_iter().chain(flavors.map(Engine::Tokio));
        let run = |engine| {
            let scene = Scene { values: Values::defaults(&[]), seed: 0, base: String::new() };
            let plan = Plan { pattern, twin: Twin::Corrected, scene, engine, max_polls: 1_000 };
            let ran = execute(&plan, &Interrupt::default()).expect("a runtime starts");
            ran.result.expect_err("it fails")
        };
        engines.map(run).collect()
    }

    #[test]
    fn a_panic_of_the_first_task_is_a_failure_and_named() {
        for failure in failures(|_| Box::pin(async { panic!("out of ink") })) {
            assert!(matches!(failure, Failure::Panicked(_)), "{failure:?}");
            assert!(failure.to_string().contains("out of ink"), "{failure}");
        }
    }

    #[test]
    fn a_run_that_never_ends_is_given_up() {
        let endless = failures(|_| {
            Box::pin(async {
                loop {
                    spawn(yield_now());
                    yield_now().await;
                }
            })
        });
        assert!(endless.iter().all(|failure| *failure == Failure::LimitReached(1_000)), "{endless:?}");
    }
}

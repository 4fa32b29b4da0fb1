//! Runs a pattern under many schedules and says which of them go wrong.
//!
//! A bug that needs two tasks to meet at the wrong moment hides behind the one order in which they happen to
//! run. Here the order is drawn from a seed, so each schedule can be tried, named, and run again: by
//! `wakeline explore`, by the page, and by the tests that hold the corrected twins to all of them.
//!
//! Every run is in virtual time and costs what its polls cost, so a thousand schedules take a moment.

use crate::patterns::{Pattern, Scene, Twin};
use crate::runtime::{Config, Progress, Run, Schedule, quietly};
use crate::timeline::Model;
use crate::trace::{Recorder, RunEnd};
use serde::{Deserialize, Serialize};

/// How many polls one run may have.
const MAX_POLLS: u64 = 100_000;
/// How many events of a run are looked at.
const MAX_EVENTS: u32 = 1 << 18;

/// A schedule that goes wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// First in, first out; or random, from the seed of the scene.
    pub schedule: Schedule,
    /// The seed of the schedule, and of the pattern's own choices.
    pub seed: u64,
    /// What goes wrong, in words.
    pub text: String,
}

/// What came of looking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exploration {
    /// How many schedules were tried.
    pub tried: u64,
    /// The first that went wrong.
    pub first: Option<Fault>,
    /// How many went wrong.
    pub faults: u64,
}

impl Exploration {
    /// How many schedules the page tries.
    pub const ENOUGH: u64 = 500;

    /// Tries one more schedule: at first the queue's own order, then random ones with the seeds from 0 on.
    ///
    /// Returns whether it went well.
    pub fn step(&mut self, pattern: &'static Pattern, twin: Twin, scene: &Scene) -> bool {
        let (schedule, seed) = match self.tried.checked_sub(1) {
            None => (Schedule::Fifo, scene.seed),
            Some(seed) => (Schedule::Random, seed),
        };
        self.tried += 1;
        let Some(text) = fault(pattern, twin, scene, schedule, seed) else { return true };
        self.faults += 1;
        self.first.get_or_insert(Fault { schedule, seed, text });
        false
    }
}

/// Tries `most` schedules.
pub fn explore(pattern: &'static Pattern, twin: Twin, scene: &Scene, most: u64) -> Exploration {
    let mut exploration = Exploration::default();
    for _ in 0..most {
        exploration.step(pattern, twin, scene);
    }
    exploration
}

/// Runs a pattern under one schedule; returns what went wrong, if anything did.
///
/// The pattern's own random choices come from the same seed. Real input and output is not waited for: such a
/// run has no fault.
pub fn fault(
    pattern: &'static Pattern,
    twin: Twin,
    scene: &Scene,
    schedule: Schedule,
    seed: u64,
) -> Option<String> {
    quietly(|| run(pattern, twin, scene, schedule, seed))
}

fn run(
    pattern: &'static Pattern,
    twin: Twin,
    scene: &Scene,
    schedule: Schedule,
    seed: u64,
) -> Option<String> {
    let scene = Scene { seed, ..scene.clone() };
    let recorder = Recorder::new(MAX_EVENTS as usize);
    let config = Config { schedule, seed, recorder, ..Config::default() };
    let mut run = Run::new(config, || pattern.start_of(twin)(scene));
    let mut model = Model::with_limit(MAX_EVENTS);
    let end = loop {
        let progress = run.run(1024);
        model.apply(&run.take_frame());
        match progress {
            Progress::Ended(end) => break end,
            Progress::Waiting(_) if !run.advance() => return None,
            _ if run.polls() > MAX_POLLS => run.give_up(),
            _ => {}
        }
    };
    if let Some(finding) = model.findings().into_iter().next() {
        return Some(finding.text);
    }
    match (end, run.take_output()) {
        (RunEnd::Finished, Some(Ok(Ok(_)))) => None,
        (RunEnd::Finished, Some(Ok(Err(error)))) => Some(error.to_string()),
        (RunEnd::Finished, Some(Err(error))) => Some(error.to_string()),
        (RunEnd::LimitReached, _) => Some(format!("it went on and on: more than {MAX_POLLS} polls")),
        (end, _) => Some(crate::timeline::run_end_text(end).to_owned()),
    }
}

//! How long a run will be, from running it once where nobody sees it.
//!
//! In virtual time a run takes microseconds, so the page can afford to run it twice: once to choose
//! the axis and a speed at which it is a pleasure to watch, and once for the reader.

use super::server::POLLS_AT_ONCE;
use super::{MAX_MEMORY as MAX_MEMORY_OF_RUN, Setup};
use crate::patterns::Scene;
use crate::runtime::{Clock, Config, Progress, Run, TimeSource, quietly};
use crate::timeline::{Extent, Model};
use crate::trace::Recorder;
use serde::{Deserialize, Serialize};

/// How many polls a rehearsal may have.
const MAX_POLLS: u64 = 200_000;
/// How many events of it are looked at.
const MAX_EVENTS: u32 = 1_000_000;

/// How many bytes of memory may be in use after it. What it has taken is free again for the run itself, which
/// may have twice as much.
const MAX_MEMORY: u64 = MAX_MEMORY_OF_RUN / 2;

/// What a rehearsal found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// How much there is of the run.
    pub extent: Extent,
    /// How many rows it takes on the display.
    pub lanes: usize,
    /// Whether it came to its end.
    pub is_complete: bool,
}

/// Runs a setup in virtual time and with nothing real outside, and measures it.
///
/// `memory` says how many bytes are in use.
pub fn rehearse(setup: &Setup, memory: fn() -> u64) -> Rehearsal {
    // Whatever panics here will do so again where the reader sees it.
    quietly(|| run(setup, memory))
}

fn run(setup: &Setup, memory: fn() -> u64) -> Rehearsal {
    let mut values = setup.values.clone();
    if setup.reaches_outside() {
        // A pattern has one of them at most; the other name is not among its parameters.
        let within = [values.set("network", "simulated"), values.set("store", "memory")];
        if within.iter().all(Result::is_err) {
            return Rehearsal::default();
        }
    }
    let config = Config {
        clock: Clock::Virtual,
        schedule: setup.schedule,
        seed: setup.seed,
        recorder: Recorder::new(1 << 19),
        time_source: TimeSource::new(|| 0),
    };
    let scene = Scene { values, seed: setup.seed, base: String::new() };
    let mut run = Run::new(config, || setup.pattern.start_of(setup.twin)(scene));
    let mut model = Model::with_limit(MAX_EVENTS);
    let is_complete = loop {
        let progress = run.run(POLLS_AT_ONCE);
        model.apply(&run.take_frame());
        match progress {
            Progress::Ended(_) => break true,
            // The reader is going to ask, so somebody asks here.
            Progress::Waiting(idle) if idle.awaits_signal_alone() => drop(run.request_shutdown()),
            // Real input and output would begin here: the rehearsal ends, before it asks twice.
            Progress::Waiting(_) if !run.advance() => break false,
            _ if run.polls() > MAX_POLLS || memory() > MAX_MEMORY => break false,
            _ => {}
        }
    };
    Rehearsal { extent: model.extent(), lanes: model.panel_rows(), is_complete }
}

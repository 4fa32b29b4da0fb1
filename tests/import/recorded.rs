//! Runs to write and read back: every pattern and its pitfall, in virtual time, on tokio, and a program of many kinds
//! of events.

use std::sync::OnceLock;

use wakeline::patterns::{CATALOGUE, Scene, Twin, Values};
use wakeline::runtime::{self, Config, Run, Schedule};
use wakeline::timeline::Model;
use wakeline::trace::Recorder;

/// A run that was recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub name: String,
    pub frames: Vec<u8>,
    pub model: Model,
}

/// Runs a pattern in virtual time.
pub fn record(id: &str, twin: Twin, schedule: Schedule, seed: u64) -> Recorded {
    let pattern = wakeline::patterns::find(id).expect("the id is in the catalogue");
    let scene = Scene { values: Values::defaults(pattern.params), seed, base: String::new() };
    let config = Config { seed, schedule, recorder: Recorder::new(1 << 16), ..Config::default() };
    let mut run = Run::new(config, || pattern.start_of(twin)(scene));
    let mut frames = Vec::new();
    runtime::block_on(&mut run, 20_000, |frame| frame.encode_into(&mut frames));
    let mut model = Model::new();
    model.apply_bytes(&frames).expect("frames of our own");
    Recorded { name: format!("{id} {twin:?} {schedule:?} {seed}"), frames, model }
}

/// Every pattern and every pitfall.
pub fn all() -> &'static [Recorded] {
    static ALL: OnceLock<Vec<Recorded>> = OnceLock::new();
    ALL.get_or_init(|| {
        let twins = CATALOGUE.iter().flat_map(|pattern| {
            let pitfall = pattern.pitfall.map(|_| (pattern.id, Twin::Pitfall));
            [(pattern.id, Twin::Corrected)].into_iter().chain(pitfall)
        });
        twins.map(|(id, twin)| record(id, twin, Schedule::Fifo, 7)).collect()
    })
}

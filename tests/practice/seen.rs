//! Runs a pattern or its pitfall, on everything that can, and reads what was recorded.

use std::collections::BTreeMap;

use wakeline::patterns::{self, Outcome, Scene, Twin, Values};
use wakeline::runtime::tokio::Flavor;
use wakeline::runtime::{self, Config, Run, Schedule};
use wakeline::trace::{Event, Frame, Level, NameId, Recorder, RunEnd};

const RING: usize = 1 << 20;
pub const FLAVORS: [Flavor; 4] =
    [Flavor::CurrentThreadPaused, Flavor::CurrentThread, Flavor::MultiThread(1), Flavor::MultiThread(4)];

/// How a run ended, and what it told.
#[derive(Debug)]
pub struct Seen {
    pub end: RunEnd,
    /// The outcome, or the text of the error or of the panic.
    pub result: Option<Result<Outcome, String>>,
    pub events: Vec<Event>,
    names: Vec<String>,
}

impl Seen {
    fn new(
        end: RunEnd,
        output: Option<Result<Result<Outcome, patterns::PatternError>, runtime::JoinError>>,
        bytes: &[u8],
    ) -> Self {
        let result = output.map(|output| match output {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        });
        let (mut names, mut events) = (vec![String::new()], Vec::new());
        for frame in Frame::decode_all(bytes).unwrap() {
            assert_eq!(frame.dropped, 0);
            names.extend(frame.names);
            events.extend(frame.events);
        }
        Self { end, result, events, names }
    }

    #[track_caller]
    pub fn outcome(&self) -> &Outcome {
        self.result.as_ref().expect("the run finishes").as_ref().expect("the pattern succeeds")
    }

    #[track_caller]
    pub fn fact(&self, name: &str) -> &str {
        self.outcome().get(name).unwrap_or_else(|| panic!("no `{name}` in {:?}", self.outcome()))
    }

    #[track_caller]
    pub fn number(&self, name: &str) -> u64 {
        self.fact(name).split(' ').next().unwrap().parse().unwrap()
    }

    #[track_caller]
    pub fn error(&self) -> &str {
        self.result.as_ref().expect("the run finishes").as_ref().expect_err("the pattern fails")
    }

    pub fn name(&self, id: NameId) -> &str {
        &self.names[id.0 as usize]
    }

    /// The lanes by name; of those that share one, the last.
    pub fn lanes(&self) -> BTreeMap<&str, u32> {
        let lanes = self.events.iter().filter_map(|event| match *event {
            Event::Spawned { lane, name, .. } | Event::Child { lane, name, .. } => {
                Some((self.name(name), lane.0))
            }
            _ => None,
        });
        lanes.collect()
    }

    /// The lines that are at least this loud, with their lanes.
    pub fn log(&self, at_least: Level) -> Vec<(u32, &str)> {
        let lines = self.events.iter().filter_map(|event| match *event {
            Event::Log { lane, level, message, .. } if level >= at_least => {
                Some((lane.0, self.name(message)))
            }
            _ => None,
        });
        lines.collect()
    }

    /// The values that were shown under a name, in their order.
    pub fn values(&self, of: &str) -> Vec<&str> {
        let values = self.events.iter().filter_map(|event| match *event {
            Event::Value { name, value, .. } if self.name(name) == of => Some(self.name(value)),
            _ => None,
        });
        values.collect()
    }

    pub fn count(&self, is: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|event| is(event)).count()
    }
}

fn scene(id: &str, settings: &[(&str, &str)], seed: u64) -> Scene {
    let mut values = Values::defaults(patterns::find(id).unwrap().params);
    for (name, text) in settings {
        values.set(name, text).unwrap();
    }
    Scene { values, seed, base: String::new() }
}

pub fn run_with(id: &str, twin: Twin, settings: &[(&str, &str)], seed: u64, schedule: Schedule) -> Seen {
    let start = patterns::find(id).unwrap().start_of(twin);
    let config = Config { recorder: Recorder::new(RING), seed, schedule, ..Config::default() };
    let mut run = Run::new(config, || start(scene(id, settings, seed)));
    let mut bytes = Vec::new();
    let end = runtime::block_on(&mut run, 1_000_000, |frame| frame.encode_into(&mut bytes));
    Seen::new(end, run.take_output(), &bytes)
}

/// Runs the pattern on the deterministic executor.
pub fn run(id: &str, settings: &[(&str, &str)]) -> Seen {
    run_with(id, Twin::Corrected, settings, 7, Schedule::Fifo)
}

/// Runs the pitfall on the deterministic executor.
pub fn pitfall(id: &str, settings: &[(&str, &str)]) -> Seen {
    run_with(id, Twin::Pitfall, settings, 7, Schedule::Fifo)
}

pub fn on_tokio(flavor: Flavor, id: &str, twin: Twin, settings: &[(&str, &str)]) -> Seen {
    let start = patterns::find(id).unwrap().start_of(twin);
    let run = runtime::tokio::run(flavor, Recorder::new(RING), || start(scene(id, settings, 7))).unwrap();
    Seen::new(run.end, Some(run.output), &run.trace)
}

/// Checks the pattern on every kind of tokio runtime.
pub fn everywhere(id: &str, settings: &[(&str, &str)], check: impl Fn(&Seen)) {
    check(&run(id, settings));
    for flavor in FLAVORS {
        check(&on_tokio(flavor, id, Twin::Corrected, settings));
    }
}

/// Checks the pitfall on every kind of tokio runtime.
pub fn pitfall_everywhere(id: &str, settings: &[(&str, &str)], check: impl Fn(&Seen)) {
    check(&pitfall(id, settings));
    for flavor in FLAVORS {
        check(&on_tokio(flavor, id, Twin::Pitfall, settings));
    }
}

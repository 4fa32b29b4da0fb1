//! A pattern that was run, and what a reader sees of it.
#![allow(dead_code, reason = "each test file uses its own part")]

use wakeline::patterns::{self, Outcome, PatternError, Scene, Twin, Values};
use wakeline::runtime::{self, Config, Run, Schedule};
use wakeline::timeline::{Lane, Model};
use wakeline::trace::{End, Level, Recorder, RunEnd};

/// What is run, and how.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub id: &'a str,
    pub twin: Twin,
    pub settings: &'a [(&'a str, &'a str)],
    pub seed: u64,
    pub schedule: Schedule,
}

/// The pattern itself, first in, first out.
pub fn case<'a>(id: &'a str, settings: &'a [(&'a str, &'a str)]) -> Case<'a> {
    Case { id, twin: Twin::Corrected, settings, seed: 7, schedule: Schedule::Fifo }
}

/// The same as it is commonly written wrong.
pub fn pitfall<'a>(id: &'a str, settings: &'a [(&'a str, &'a str)]) -> Case<'a> {
    Case { twin: Twin::Pitfall, ..case(id, settings) }
}

type Output = Result<Outcome, PatternError>;

impl Case<'_> {
    pub fn scene(&self) -> Scene {
        let pattern = patterns::find(self.id).expect("the id is in the catalogue");
        let mut values = Values::defaults(pattern.params);
        for (name, text) in self.settings {
            values.set(name, text).expect("the setting is right");
        }
        Scene { values, seed: self.seed, base: String::new() }
    }

    pub fn start(&self) -> runtime::BoxFuture<'static, Output> {
        patterns::find(self.id).expect("the id is in the catalogue").start_of(self.twin)(self.scene())
    }

    /// A run at its beginning, for who drives it.
    pub fn begin(&self) -> Run<Output> {
        let recorder = Recorder::new(1 << 20);
        let config = Config { seed: self.seed, schedule: self.schedule, recorder, ..Config::default() };
        Run::new(config, || self.start())
    }

    /// Runs it in virtual time.
    pub fn run(&self) -> Ran {
        let mut run = self.begin();
        let mut model = Model::new();
        let end = runtime::block_on(&mut run, 1_000_000, |frame| model.apply(&frame));
        let output = run.take_output();
        Ran { model, end, output: output.map(|output| output.map_err(|error| error.to_string())) }
    }

    /// Runs it under a schedule that is drawn from each of so many seeds.
    #[track_caller]
    pub fn run_many(self, seeds: u64, check: impl Fn(&Ran)) {
        for seed in 0..seeds {
            let ran = Case { seed, schedule: Schedule::Random, ..self }.run();
            assert_eq!(ran.end, RunEnd::Finished, "{self:?} {seed}");
            check(&ran);
        }
    }
}

impl Case<'_> {
    /// Runs it on tokio, on its paused clock and on one and four threads of the real one.
    #[track_caller]
    pub fn run_on_tokio(&self, check: impl Fn(&Ran)) {
        use wakeline::runtime::tokio::{Flavor, run};
        for flavor in [Flavor::CurrentThreadPaused, Flavor::CurrentThread, Flavor::MultiThread(4)] {
            let run = run(flavor, Recorder::new(1 << 20), || self.start()).expect("a runtime starts");
            let mut model = Model::new();
            model.apply_bytes(&run.trace).expect("what was encoded can be decoded");
            let output = (run.end == RunEnd::Finished).then_some(run.output);
            let output = output.map(|output| output.map_err(|error| error.to_string()));
            check(&Ran { model, end: run.end, output });
        }
    }
}

/// A run that is over.
#[derive(Debug)]
pub struct Ran {
    pub model: Model,
    pub end: RunEnd,
    /// The outer error is a panic of the first task.
    pub output: Option<Result<Output, String>>,
}

impl Ran {
    #[track_caller]
    fn finished(&self) -> &Output {
        assert_eq!(self.end, RunEnd::Finished);
        let output = self.output.as_ref().expect("a finished run has an output");
        output.as_ref().expect("the first task neither panicked nor was aborted")
    }

    #[track_caller]
    pub fn fact(&self, name: &str) -> &str {
        let outcome = self.finished().as_ref().expect("the pattern succeeds");
        outcome.get(name).unwrap_or_else(|| panic!("there is no fact {name:?}: {outcome:?}"))
    }

    /// Facts by name, as they are printed.
    #[track_caller]
    pub fn facts<const N: usize>(&self, names: [&str; N]) -> [&str; N] {
        names.map(|name| self.fact(name))
    }

    #[track_caller]
    pub fn number(&self, name: &str) -> u64 {
        self.fact(name).parse().expect("the fact is a number")
    }

    /// The error of the run, which is also what its first task's lane ends with.
    #[track_caller]
    pub fn error(&self) -> String {
        let error = self.finished().as_ref().expect_err("the pattern fails").to_string();
        assert_eq!(self.ended("main"), (End::Failed, error.as_str()));
        error
    }

    pub fn lanes<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Lane> {
        self.model.lanes().iter().filter(move |lane| lane.name.starts_with(name))
    }

    /// How the lane ended, and with what words.
    #[track_caller]
    pub fn ended(&self, name: &str) -> (End, &str) {
        let end = self.lane(name).end.as_ref().expect("the lane has ended");
        (end.end, self.model.text(end.message))
    }

    #[track_caller]
    pub fn ended_ms(&self, name: &str) -> u64 {
        self.lane(name).end.as_ref().expect("the lane has ended").moment.nanos / 1_000_000
    }

    #[track_caller]
    fn lane(&self, name: &str) -> &Lane {
        let found = self.model.lanes().iter().rfind(|lane| lane.name.starts_with(name));
        found.unwrap_or_else(|| panic!("there is no lane {name:?}"))
    }

    pub fn logged(&self, level: Level) -> Vec<&str> {
        self.model.log_lines().filter(|line| line.level == level).map(|line| line.text).collect()
    }

    /// The lines that a lane logged, with their times in milliseconds.
    pub fn log_of(&self, name: &str) -> Vec<(u64, &str)> {
        let lines = self.model.log_lines().filter(|line| self.model.lane_name(line.lane).starts_with(name));
        lines.map(|line| (line.moment.nanos / 1_000_000, line.text)).collect()
    }
}

//! From the arguments to what is to be run; whatever does not go together is refused here.

use thiserror::Error;

use super::args::{RunArgs, RuntimeArg, Setting};
use super::suggest::nearest;
use crate::patterns::{
    self, Param, ParamError, Pattern, Scene, Twin, TwinError, UnknownPattern, Value, Values,
};
use crate::runtime::tokio::Flavor;
use crate::runtime::{Clock, Schedule};

/// A run that can be begun.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) pattern: &'static Pattern,
    pub(super) twin: Twin,
    pub(super) scene: Scene,
    pub(super) engine: Engine,
    pub(super) max_polls: u64,
}

/// What runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Sim { clock: Clock, schedule: Schedule },
    Tokio(Flavor),
}

impl Engine {
    /// Returns the name that `--runtime` takes.
    pub(super) fn runtime(self) -> &'static str {
        match self {
            Self::Sim { .. } => "sim",
            Self::Tokio(_) => "tokio",
        }
    }

    pub(super) fn clock(self) -> Clock {
        match self {
            Self::Sim { clock, .. } => clock,
            Self::Tokio(Flavor::CurrentThreadPaused) => Clock::Virtual,
            Self::Tokio(_) => Clock::Real,
        }
    }

    pub(super) fn schedule(self) -> Option<Schedule> {
        match self {
            Self::Sim { schedule, .. } => Some(schedule),
            Self::Tokio(_) => None,
        }
    }

    pub(super) fn threads(self) -> usize {
        match self {
            Self::Tokio(Flavor::MultiThread(threads)) => threads,
            _ => 1,
        }
    }
}

/// Why the arguments make no run.
#[derive(Debug, Error)]
pub(crate) enum PlanError {
    #[error("no pattern given: there is `{}`", ids().join("`, `"))]
    NoPattern,
    #[error("{error}{}", hint(.meant))]
    Pattern { error: UnknownPattern, meant: Option<&'static str> },
    #[error("{0}")]
    Twin(#[from] TwinError),
    #[error("{error}{}", hint(.meant))]
    Param { error: ParamError, meant: Option<&'static str> },
    #[error("real requests cannot be tried under many schedules: leave `network=real` out")]
    ExploresInEarnest,
    #[error(
        "`{name}=real` is different each time, and a picture is to be the same whenever it is made: \
         leave `{name}` out"
    )]
    ExportsInEarnest { name: &'static str },
    #[error(
        "`--threads {threads}` needs the real clock: tokio's paused clock has one thread; \
         use `--clock real`, or leave `--threads` out"
    )]
    ThreadsInVirtualTime { threads: usize },
    #[error(
        "`--threads {threads}` needs tokio: Wakeline's own executor has one thread; \
         use `--runtime tokio --threads {threads}`"
    )]
    ThreadsOfSim { threads: usize },
    #[error(
        "`--schedule random` needs Wakeline's own executor: tokio chooses by itself which task is next; \
         use `--runtime sim`, or leave `--schedule` out"
    )]
    ScheduleOfTokio,
    #[error(
        "`--console` shows the tasks of tokio in real time, which is what it chooses by itself; leave `--runtime` and \
         `--clock` out, or `--console`"
    )]
    ConsoleWithoutTokio,
    #[error(
        "real requests for `{url}` need to know where it is: add `--base http://localhost:8080/` or the like, \
         the address at which the page is served"
    )]
    NoBase { url: String },
}

fn hint(meant: &Option<&str>) -> String {
    meant.map_or(String::new(), |meant| format!("\n\n  tip: a similar one is `{meant}`"))
}

impl Plan {
    pub(super) fn new(args: &RunArgs) -> Result<Self, PlanError> {
        let (pattern, values) = chosen(&args.id, args.twin, &args.set)?;
        let base = args.base.clone().unwrap_or_default();
        if let Some(url) = address_without_base(&values, &base) {
            return Err(PlanError::NoBase { url });
        }
        let scene = Scene { values, seed: args.seed, base };
        Ok(Self { pattern, twin: args.twin, scene, engine: engine(args)?, max_polls: args.max_polls })
    }
}

/// Returns the pattern with this id and the values that are set.
pub(crate) fn chosen(
    id: &str,
    twin: Twin,
    settings: &[Setting],
) -> Result<(&'static Pattern, Values), PlanError> {
    if id.is_empty() {
        return Err(PlanError::NoPattern);
    }
    let pattern = patterns::find(id).map_err(|error| {
        let meant = nearest(id, ids());
        PlanError::Pattern { error, meant }
    })?;
    if twin == Twin::Pitfall {
        pattern.pitfall()?;
    }
    let mut values = Values::defaults(pattern.params);
    for (name, value) in settings {
        values.set(name, value).map_err(|error| {
            let meant = match &error {
                ParamError::Unknown { .. } => nearest(name, pattern.params.iter().map(|p| p.name)),
                ParamError::Refused { .. } => option_like(pattern.params, name, value),
            };
            PlanError::Param { error, meant }
        })?;
    }
    Ok((pattern, values))
}

fn ids() -> Vec<&'static str> {
    patterns::catalogue().iter().map(|pattern| pattern.id).collect()
}

fn engine(args: &RunArgs) -> Result<Engine, PlanError> {
    let several = args.threads.filter(|threads| *threads > 1);
    let means_tokio = several.is_some() || args.console;
    let runtime = args.runtime.unwrap_or(if means_tokio { RuntimeArg::Tokio } else { RuntimeArg::Sim });
    let clock = args.clock.unwrap_or(if means_tokio { Clock::Real } else { Clock::Virtual });
    match (runtime, clock, several) {
        (RuntimeArg::Sim, ..) | (_, Clock::Virtual, _) if args.console => Err(PlanError::ConsoleWithoutTokio),
        (RuntimeArg::Sim, _, Some(threads)) => Err(PlanError::ThreadsOfSim { threads }),
        (RuntimeArg::Sim, ..) => Ok(Engine::Sim { clock, schedule: args.schedule }),
        (RuntimeArg::Tokio, ..) if args.schedule == Schedule::Random => Err(PlanError::ScheduleOfTokio),
        (RuntimeArg::Tokio, Clock::Virtual, Some(threads)) => {
            Err(PlanError::ThreadsInVirtualTime { threads })
        }
        (RuntimeArg::Tokio, Clock::Virtual, None) => Ok(Engine::Tokio(Flavor::CurrentThreadPaused)),
        (RuntimeArg::Tokio, Clock::Real, _) => {
            Ok(Engine::Tokio(args.threads.map_or(Flavor::CurrentThread, Flavor::MultiThread)))
        }
    }
}

/// Returns the relative address that would be asked for in earnest without a base to start from.
fn address_without_base(values: &Values, base: &str) -> Option<String> {
    let text = |name| match values.get(name) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    if text("network") != Some("real") || !base.is_empty() {
        return None;
    }
    // A pattern that takes no address asks for the documents that the page serves.
    let url = text("url").unwrap_or("data/1.json");
    let has_scheme = url.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
    (!has_scheme).then(|| url.to_owned())
}

fn option_like(params: &[Param], name: &str, value: &str) -> Option<&'static str> {
    match params.iter().find(|param| param.name == name)?.kind {
        patterns::Kind::Choice { options } => nearest(value, options.iter().copied()),
        _ => None,
    }
}

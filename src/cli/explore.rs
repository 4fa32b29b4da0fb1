//! `wakeline explore`: which schedules go wrong.

use super::args::ExploreArgs;
use super::plan::{PlanError, chosen};
use super::words::one_line;
use crate::explore::{Exploration, explore};
use crate::patterns::{Scene, Twin, Value};
use crate::runtime::Schedule;

/// What was found, in words, and whether no schedule goes wrong.
pub(super) struct Explored {
    pub(super) text: String,
    pub(super) is_good: bool,
}

/// Tries the schedules.
pub(super) fn run(args: &ExploreArgs) -> Result<Explored, PlanError> {
    let (pattern, values) = chosen(&args.id, args.twin, &args.set)?;
    if matches!(values.get("network"), Some(Value::Text(kind)) if kind == "real") {
        return Err(PlanError::ExploresInEarnest);
    }
    let scene = Scene { values, seed: 0, base: String::new() };
    let Exploration { tried, first, faults } = explore(pattern, args.twin, &scene, args.schedules);
    let Some(fault) = first else {
        let text = format!("{}: {tried} schedules tried, none goes wrong\n", pattern.id);
        return Ok(Explored { text, is_good: true });
    };
    let mut again = format!("wakeline run {}", pattern.id);
    if args.twin == Twin::Pitfall {
        again += " --twin pitfall";
    }
    for (name, value) in &args.set {
        again += &format!(" --set '{name}={value}'");
    }
    let which = match fault.schedule {
        Schedule::Fifo => "first in, first out".to_owned(),
        Schedule::Random => {
            again += &format!(" --schedule random --seed {}", fault.seed);
            format!("random, seed {}", fault.seed)
        }
    };
    let text = format!(
        "{}: {faults} of {tried} schedules go wrong\nfirst: {which}: {}\nrun it: {again}\n",
        pattern.id,
        one_line(&fault.text)
    );
    Ok(Explored { text, is_good: false })
}

//! How a run ended, ready to be shown.

use crate::patterns::Outcome;
use crate::timeline::{Finding, Model, clock_text, run_end_text};
use crate::trace::RunEnd;

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// How, if it has.
    pub end: Option<RunEnd>,
    /// The same in a sentence.
    pub sentence: &'static str,
    /// When: a time, and how many steps came before.
    pub when: String,
    /// What the first task returned; an error with all its causes.
    pub output: Option<Result<Outcome, String>>,
    /// Which limit it reached.
    pub limit: Option<String>,
    /// What is wrong, each in a sentence, with the lane and the moment to look at.
    pub findings: Vec<Finding>,
    /// How many events are missing, and were they not, what would be told of them.
    pub missing: Option<String>,
}

impl Report {
    /// Creates the report of what a model holds.
    pub fn new(model: &Model, output: Option<Result<Outcome, String>>, limit: Option<String>) -> Self {
        let end = model.run_state().end;
        let dropped = model.dropped();
        let events = dropped.events + dropped.refused;
        let missing = (events > 0)
            .then(|| format!("{events} events are missing here: there were more than the record can hold."));
        let sentence = match (end, &output) {
            (Some((RunEnd::Finished, _)), Some(Err(_))) => "The first task ended in an error",
            (Some((end, _)), _) => run_end_text(end),
            (None, _) => "",
        };
        let when = end.map(|(_, moment)| format!("at {}, step {}", clock_text(moment.nanos), moment.order));
        let (end, when) = (end.map(|(end, _)| end), when.unwrap_or_default());
        Self { end, sentence, when, output, limit, findings: model.findings(), missing }
    }

    /// Returns whether the run ended otherwise than it should.
    pub fn is_bad(&self) -> bool {
        let ended_badly = matches!(self.end, Some(RunEnd::Stalled | RunEnd::LimitReached));
        ended_badly || matches!(self.output, Some(Err(_)))
    }
}

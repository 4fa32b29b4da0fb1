//! How a run ended, ready to be shown.

use crate::patterns::Outcome;
use crate::timeline::{LaneState, Model, Moment, SpanState, clock_text, run_end_text};
use crate::trace::RunEnd;

/// The most lanes that are told one by one.
const MOST_WAITING: usize = 20;

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
    /// Who waited for what when nothing could go on, each in a sentence.
    pub waiting: Vec<String>,
    /// How many more waited.
    pub more_waiting: usize,
    /// How many events are missing, and were they not, what would be told of them.
    pub missing: Option<String>,
}

impl Report {
    /// Creates the report of what a model holds.
    pub fn new(model: &Model, output: Option<Result<Outcome, String>>, limit: Option<String>) -> Self {
        let end = model.run_state().end;
        let (waiting, more_waiting) = match end {
            Some((RunEnd::Stalled, moment)) => waiting(model, moment),
            _ => Default::default(),
        };
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
        Self { end, sentence, when, output, limit, waiting, more_waiting, missing }
    }

    /// Returns whether the run ended otherwise than it should.
    pub fn is_bad(&self) -> bool {
        let ended_badly = matches!(self.end, Some(RunEnd::Stalled | RunEnd::LimitReached));
        ended_badly || matches!(self.output, Some(Err(_)))
    }
}

/// Who waits for what just before the end.
fn waiting(model: &Model, end: Moment) -> (Vec<String>, usize) {
    let before = model.moment(end.order.saturating_sub(1)).unwrap_or_default();
    let mut idle = model.rows().iter().filter_map(|row| match model.state_at(row.lane, before) {
        LaneState::Live(span) => match span.state {
            SpanState::Idle(wait) => Some((row.lane, wait)),
            _ => None,
        },
        _ => None,
    });
    let told = idle.by_ref().take(MOST_WAITING).map(|(lane, wait)| {
        let name = model.lane_name(lane);
        match wait {
            Some(wait) => {
                let place = model.place(wait.location).map(|place| format!(" ({place})")).unwrap_or_default();
                format!("`{name}` waits for {}{place}", model.wait_text(&wait))
            }
            None => format!("`{name}` is pending and did not say what it waits for"),
        }
    });
    let told: Vec<_> = told.collect();
    (told, idle.count())
}

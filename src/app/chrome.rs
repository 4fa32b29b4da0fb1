//! What of the state yew renders, to see whether anything of it changed.

use yew::AttrValue;

use super::report::Report;
use super::sources::Code;
use super::state::{Notice, Opened, State};
use super::view::Phase;
use super::{Panel, Theme};
use crate::patterns::{Twin, Values};
use crate::runtime::{Clock, Schedule};

/// What of the state yew renders.
#[derive(Clone, Debug, PartialEq)]
pub struct Chrome {
    /// The pattern's name.
    pub pattern: &'static str,
    /// Whether the pattern itself runs or its pitfall.
    pub twin: Twin,
    /// Its code, as far as it is here.
    pub code: Code,
    /// The file with its explanation, as far as it is here.
    pub about: Code,
    /// Its parameters.
    pub values: Values,
    /// The seed.
    pub seed: u64,
    /// The clock.
    pub clock: Clock,
    /// The schedule.
    pub schedule: Schedule,
    /// The speed.
    pub speed: f64,
    /// The colours.
    pub theme: Theme,
    /// The open panel.
    pub panel: Panel,
    /// What the reader is told.
    pub notice: Option<Notice>,
    /// Whether the list of keys is open.
    pub help: bool,
    /// Whether what there is to share is open.
    pub share: bool,
    /// Whether the catalogue lies over the page.
    pub drawer: bool,
    /// What is shown in place of a run.
    pub opened: Option<Opened>,
    /// How the run and the playback stand.
    pub phase: Phase,
    /// Whether the playhead is at the start.
    pub is_at_start: bool,
    /// What of the world outside virtual time waits for.
    pub awaits: Option<&'static str>,
    /// What the Stop button does.
    pub stop_label: &'static str,
    /// Whether there is a run to be stopped.
    pub can_stop: bool,
    /// How many lanes the run will have.
    pub expected_lanes: usize,
    /// How the run ended.
    pub report: Report,
    /// What the selected lane is called.
    pub selected: Option<AttrValue>,
    /// Whether there are lanes of resources.
    pub shares: bool,
    /// How many lines the log has.
    pub log_lines: usize,
}

impl Chrome {
    /// Takes it from the state.
    pub fn of(state: &State) -> Self {
        let look = state.view.look();
        let model = state.view.model();
        let selected = look.selection.filter(|selection| model.lane(selection.lane).is_some());
        Self {
            pattern: state.setup.pattern.id,
            twin: state.setup.twin,
            code: state.code(),
            about: state.about(),
            values: state.setup.values.clone(),
            seed: state.setup.seed,
            clock: state.setup.clock,
            schedule: state.setup.schedule,
            speed: state.speed,
            theme: state.theme,
            panel: state.panel,
            notice: state.notice.clone(),
            help: state.help,
            opened: state.opened().cloned(),
            share: state.share,
            drawer: state.drawer,
            phase: look.phase,
            is_at_start: look.moment.order == 0,
            awaits: state.awaits(),
            stop_label: state.stop_label(),
            can_stop: state.can_stop(),
            expected_lanes: state.expected_lanes(),
            report: state.report.clone(),
            selected: selected.map(|selection| model.lane_name(selection.lane).into_owned().into()),
            shares: !model.shown_resources().is_empty(),
            log_lines: model.log_lines().len(),
        }
    }
}

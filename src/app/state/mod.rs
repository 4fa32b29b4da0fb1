//! Everything the page knows, and the one place that changes it.

#[cfg(test)]
mod apart_tests;
mod explore;
mod look;
mod play;
mod recording;
#[cfg(test)]
mod recording_tests;
mod setup;
mod step;
#[cfg(test)]
mod stop_tests;
mod talk;
#[cfg(test)]
mod tests;

use std::fmt;
use std::rc::Rc;

use super::command::{Command, Panel, Selection};
use super::engine::{Client, Host, Rehearsal, Setup};
use super::report::Report;
use super::sources::{Code, Sources};
use super::theme::Theme;
use super::view::{Look, Phase, View};
use crate::patterns::{self, Outcome, Source};

pub use recording::Opened;
use recording::Record;
use talk::Asked;

pub use super::engine::Goal;

/// The slowest and the fastest speed.
pub const SPEEDS: (f64, f64) = (0.1, 10.0);
/// The speeds that one notch leads to.
pub const NOTCHES: [f64; 7] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

/// Something to tell the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: String,
    /// Whether something is wrong, rather than merely done.
    pub is_problem: bool,
}

/// Everything the page knows.
pub struct State {
    /// What runs, and how.
    pub setup: Setup,
    /// How fast the playhead moves.
    pub speed: f64,
    /// Light or dark.
    pub theme: Theme,
    /// The panel beside the source.
    pub panel: Panel,
    /// What the reader is told.
    pub notice: Option<Notice>,
    /// Whether the list of keys is open.
    pub help: bool,
    /// Whether what there is to share is open.
    pub share: bool,
    /// Whether the catalogue is open on a narrow screen.
    pub drawer: bool,
    /// How the run ended.
    pub report: Report,
    /// The code that was fetched to be shown.
    pub sources: Sources,
    /// What the components look at.
    pub view: Rc<View>,
    client: Client,
    /// The question that waits for its answer, and its number.
    asked: Option<(u64, Asked)>,
    /// What the reader wants done as soon as it is answered.
    queued: Option<Command>,
    is_receiving: bool,
    /// Whether the reader was told that the engine says nothing.
    is_silent: bool,
    /// When the reader pressed Stop, on the wall, in milliseconds.
    stopping_since: Option<f64>,
    rehearsal: Rehearsal,
    /// Whether the present run was to be rehearsed.
    rehearses: bool,
    record: Record,
    /// What is shown in place of a run.
    opened: Option<Opened>,
    look: Look,
    playing: bool,
    goal: Option<Goal>,
    /// Pause as soon as there were so many polls.
    pause_after_polls: Option<u64>,
    /// What a link wants selected once its moment is reached: a lane, and a step if it is another one.
    wanted: Option<(u32, Option<u32>)>,
    awaiting_outside: bool,
    /// Since when schedules are being tried, on the wall, in milliseconds.
    exploring_since: Option<f64>,
    /// How far the playhead goes in a second at speed 1.
    units_per_second: f64,
    /// Whether the view shows all and goes on doing so.
    fitted: bool,
    /// Whether the view goes with the playhead.
    following: bool,
    /// Whether the end of this run has been dealt with.
    end_seen: bool,
}

impl State {
    /// Creates the state in which the page opens: the first pattern, ready to run.
    pub fn new(host: Host) -> Self {
        let setup = Setup::new(patterns::catalogue()[0]);
        let mut state = Self {
            client: Client::new(host),
            asked: None,
            queued: None,
            is_receiving: false,
            is_silent: false,
            stopping_since: None,
            setup,
            speed: 1.0,
            theme: Theme::Auto,
            panel: Panel::Details,
            notice: None,
            help: false,
            share: false,
            drawer: false,
            report: Report::default(),
            sources: Sources::default(),
            view: View::new(),
            rehearsal: Rehearsal::default(),
            rehearses: true,
            record: Record::default(),
            opened: None,
            look: Look::default(),
            playing: false,
            goal: None,
            pause_after_polls: None,
            wanted: None,
            awaiting_outside: false,
            exploring_since: None,
            units_per_second: 1.0,
            fitted: true,
            following: true,
            end_seen: false,
        };
        state.renew();
        state
    }

    /// Carries out what the reader asks for.
    pub fn apply(&mut self, command: Command) {
        match command {
            Command::Open { id } => self.open(id),
            Command::SetTwin(twin) => self.set_twin(twin),
            Command::SetParam { name, text } => self.set_param(name, &text),
            Command::ResetParams => self.reset_params(),
            Command::SetSeed(seed) => self.change(|setup| setup.seed = seed),
            Command::RefuseSeed(text) => {
                let most = u64::MAX;
                self.problem(format!("seed does not take `{text}`: use a whole number from 0 to {most}"));
            }
            Command::SetClock(clock) => self.change(|setup| setup.clock = clock),
            Command::SetSchedule(schedule) => self.change(|setup| setup.schedule = schedule),
            Command::Explore => self.explore(),
            Command::SetSpeed(speed) => self.set_speed(speed),
            Command::Slower => self.set_notch(-1),
            Command::Faster => self.set_notch(1),

            Command::Run => self.play(),
            Command::Pause => self.pause(),
            Command::TogglePlay if self.is_moving() => self.pause(),
            Command::TogglePlay => self.play(),
            Command::Restart => self.restart(),
            Command::Stop => self.stop(),
            Command::First => self.seek(Goal::X(f64::NEG_INFINITY)),
            Command::Last => self.seek(Goal::End),
            Command::Seek { x } => self.seek(Goal::X(x)),
            Command::SeekTime(text) => self.seek_text(&text),
            Command::SeekStep(order) => self.seek(Goal::Order(order)),
            Command::StepForward => self.step_forward(),
            Command::StepBack => self.step_back(),
            Command::NextEvent => self.next_event(),
            Command::PreviousEvent => self.previous_event(),
            Command::NextPoll => self.next_poll(),
            Command::PreviousPoll => self.previous_poll(),

            Command::Select(selection) => self.select(selection),
            Command::Visit(selection) => self.visit(selection),
            Command::SelectAbove => self.select_neighbour(-1),
            Command::SelectBelow => self.select_neighbour(1),
            Command::FollowWakeBack => self.follow_wake_back(),
            Command::FollowWakeForward => self.follow_wake_forward(),

            Command::ZoomAt { x, factor } => self.zoom_at(x, factor),
            Command::Zoom { factor } => self.zoom(factor),
            Command::Pan { dx } => self.pan(dx),
            Command::PanBy { widths } => self.pan(widths * self.view_width()),
            Command::FitAll => self.fit_all(),
            Command::FitSelection => self.fit_selection(),
            Command::Resize { width_px } => self.resize(width_px),

            Command::HoverLine(line) => self.look.hover_line = line,
            Command::Show(panel) => self.panel = panel,
            Command::SetTheme(theme) => self.set_theme(theme),
            Command::NextTheme => self.set_theme(self.theme.next()),
            Command::ToggleShare => {
                self.pause();
                self.share = !self.share;
            }
            Command::ToggleHelp => self.help = !self.help,
            Command::ToggleDrawer => self.drawer = !self.drawer,
            Command::Notify(text) => self.tell(text),
            Command::DismissNotice => self.notice = None,
            Command::Escape => self.escape(),
            // These need the page itself, which carries them out beside this.
            Command::FetchCode
            | Command::CopyCode
            | Command::CopyLink
            | Command::CopySnippet(_)
            | Command::Save(_)
            | Command::Find => {}
        }
        self.publish();
    }

    /// Says that colours may have changed: the system switched between light and dark.
    pub fn colours_changed(&mut self) {
        self.look.colours = self.look.colours.wrapping_add(1);
        self.publish();
    }

    /// Returns whether the playhead moves by itself, so that frames are needed.
    pub fn is_moving(&self) -> bool {
        self.playing || self.goal.is_some() || self.is_exploring()
    }

    /// Returns whether it plays, rather than being on its way to some moment.
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// Returns whether frames are needed: the playhead moves, or an answer is waited for.
    pub fn needs_frames(&self) -> bool {
        self.is_moving() || self.asked.is_some()
    }

    /// Returns how the run and the playback stand.
    pub fn phase(&self) -> Phase {
        self.look.phase
    }

    /// Returns what is selected.
    pub fn selection(&self) -> Option<Selection> {
        self.look.selection
    }

    /// Returns the source of what runs.
    pub fn source(&self) -> Source {
        self.setup.pattern.source_of(self.setup.twin)
    }

    /// Returns the code of what runs, as far as it is here.
    pub fn code(&self) -> Code {
        self.sources.code(self.source())
    }

    /// Returns the file that explains what runs, as far as it is here: the pattern's, whichever twin it is.
    pub fn about(&self) -> Code {
        self.sources.code(self.setup.pattern.source)
    }

    /// Returns what of the world outside virtual time stands still for.
    pub fn awaits(&self) -> Option<&'static str> {
        let is_awaiting = self.awaiting_outside && self.is_moving();
        is_awaiting.then(|| if self.client.status().idle.io_in_flight > 0 { "the network" } else { "Stop" })
    }

    /// Returns what the Stop button does: a run that listens is asked first.
    pub fn stop_label(&self) -> &'static str {
        if self.client.status().idle.signal_listeners > 0 {
            "Stop: ask the run to shut down"
        } else {
            "Stop the run: drop every future"
        }
    }

    /// Returns what the first task returned, once the run has finished.
    pub fn output(&self) -> Option<Result<Outcome, String>> {
        self.client.status().output.clone()
    }

    /// Returns whether there is nothing left for [`Command::Escape`] to close or clear.
    pub fn has_nothing_to_close(&self) -> bool {
        !(self.help || self.share || self.drawer) && self.notice.is_none() && self.look.selection.is_none()
    }

    /// Returns how many lanes the run will have, as far as known, so that there is room for them.
    pub fn expected_lanes(&self) -> usize {
        self.rehearsal.lanes
    }

    /// Returns whether there is a run that could be stopped.
    pub fn can_stop(&self) -> bool {
        (self.client.status().polls > 0 || self.client.silence() > 100.0)
            && self.client.status().ended.is_none()
    }

    fn tell(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_problem: false });
    }

    fn problem(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_problem: true });
    }

    fn set_theme(&mut self, theme: Theme) {
        self.theme = theme;
        self.look.colours = self.look.colours.wrapping_add(1);
    }

    fn set_speed(&mut self, speed: f64) {
        if speed.is_finite() {
            self.speed = speed.clamp(SPEEDS.0, SPEEDS.1);
        }
    }

    fn set_notch(&mut self, notches: i32) {
        let next = if notches < 0 {
            NOTCHES.iter().rev().find(|notch| **notch < self.speed - 1e-9)
        } else {
            NOTCHES.iter().find(|notch| **notch > self.speed + 1e-9)
        };
        self.speed = next.copied().unwrap_or(self.speed);
    }

    fn escape(&mut self) {
        if self.share {
            self.share = false;
        } else if self.help {
            self.help = false;
        } else if self.drawer {
            self.drawer = false;
        } else if self.notice.is_some() {
            self.notice = None;
        } else {
            self.look.selection = None;
        }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("setup", &self.setup)
            .field("look", &self.look)
            .field("notice", &self.notice)
            .finish_non_exhaustive()
    }
}

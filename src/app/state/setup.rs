//! Choosing what runs. Every change drops the run that was there, at once and whole.

use super::State;
use super::talk::Asked;
use crate::app::command::Panel;
use crate::app::engine::{Goal, Rehearsal, Setup};
use crate::app::link::Link;
use crate::app::report::Report;
use crate::app::theme::Theme;
use crate::app::view::{Look, Phase};
use crate::patterns::{self, Twin, Values};
use crate::timeline::{Axis, Model, Moment};

/// How long a run lasts to watch at speed 1, in seconds.
const SECONDS_TO_WATCH: f64 = 5.0;
/// For how long an engine may say nothing before it is not asked for another run, in milliseconds.
const SILENCE_MILLIS: f64 = 100.0;

impl State {
    /// Opens what a link says, up to its moment, paused.
    pub fn open_link(&mut self, link: &Link) {
        let notice = (!link.problems.is_empty()).then(|| link.problems.join("; "));
        if link.setup != self.setup || self.opened.is_some() {
            self.look.selection = None;
            if self.panel == Panel::Outcome {
                self.panel = Panel::Details;
            }
            self.setup = link.setup.clone();
            self.renew();
        }
        self.speed = link.speed;
        if let Some(theme) = link.theme {
            self.set_theme(theme);
        }
        self.drawer = false;
        self.notice = None;
        self.wanted = link.lane.map(|lane| (lane, link.on));
        match link.step.map(Goal::Order).or(link.at_nanos.map(Goal::Nanos)) {
            Some(goal) if self.setup.is_repeatable() => self.seek(goal),
            Some(_) => {
                self.tell("the link's moment is of a run that cannot be repeated: press Run for another")
            }
            None if self.wanted.is_some() => self.seek(Goal::X(f64::NEG_INFINITY)),
            None => {}
        }
        if let Some(notice) = notice {
            self.problem(notice);
        }
        self.publish();
    }

    /// Returns the link to what is on the screen.
    pub fn link(&self) -> Link {
        let mut link = Link::new(self.setup.clone());
        link.speed = self.speed;
        link.theme = (self.theme != Theme::Auto).then_some(self.theme);
        let look = &self.look;
        let is_at_start = look.phase == Phase::Ready || look.moment.order == 0;
        if self.setup.is_repeatable() {
            if !is_at_start {
                link.at_nanos = Some(look.now_nanos);
                // Between two events the time says more than the step.
                let step = self.view.model().moment(look.moment.order);
                let is_on_step = step.is_some_and(|step| step.nanos == look.now_nanos);
                link.step = is_on_step.then_some(look.moment.order);
            }
            if let Some(selection) = look.selection {
                link.lane = Some(selection.lane.0);
                let order = selection.moment.order;
                link.on = (order != look.moment.order).then_some(order);
            }
        }
        link
    }

    pub(super) fn open(&mut self, id: &'static str) {
        self.drawer = false;
        match patterns::find(id) {
            Ok(pattern) if std::ptr::eq(pattern, self.setup.pattern) && self.opened.is_none() => {}
            Ok(pattern) => {
                self.setup = Setup { clock: self.setup.clock, ..Setup::new(pattern) };
                self.look.selection = None;
                self.notice = None;
                self.renew();
            }
            Err(error) => self.problem(error.to_string()),
        }
    }

    pub(super) fn set_twin(&mut self, twin: Twin) {
        match self.setup.pattern.pitfall() {
            Err(error) if twin == Twin::Pitfall => self.problem(error.to_string()),
            _ => self.change(|setup| setup.twin = twin),
        }
    }

    pub(super) fn set_param(&mut self, name: &'static str, text: &str) {
        let mut values = self.setup.values.clone();
        match values.set(name, text) {
            Ok(()) => self.change(|setup| setup.values = values),
            Err(error) => self.problem(error.to_string()),
        }
    }

    pub(super) fn reset_params(&mut self) {
        let values = Values::defaults(self.setup.pattern.params);
        self.change(|setup| setup.values = values);
    }

    pub(super) fn restart(&mut self) {
        self.renew();
        self.play();
    }

    /// Changes the setup and goes on as before: at the end if the run had ended, playing if it played,
    /// at the same time if it was paused. A run that cannot be repeated waits for the reader instead.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Setup)) {
        let mut setup = self.setup.clone();
        change(&mut setup);
        self.notice = None;
        if setup == self.setup {
            return;
        }
        self.setup = setup;
        let (phase, now_nanos) = (self.look.phase, self.look.now_nanos);
        self.look.selection = None;
        self.renew();
        if !self.setup.is_repeatable() {
            return;
        }
        match phase {
            Phase::Ready => {}
            Phase::Running => self.play(),
            Phase::Paused => self.seek(Goal::Nanos(now_nanos)),
            Phase::Ended | Phase::Failed | Phase::Stalled => self.seek(Goal::End),
        }
    }

    /// Drops the run and puts a new one, at its start, in its place.
    pub(super) fn renew(&mut self) {
        self.stop_exploring();
        if self.client.silence() > SILENCE_MILLIS && self.client.is_known() {
            // It may never answer again. The new run has an engine of its own.
            self.client.disconnect();
        }
        self.begin(true);
    }

    /// Has a run made. What is shown until then is one in which nothing has happened yet.
    pub(super) fn begin(&mut self, rehearse: bool) {
        (self.queued, self.stopping_since, self.is_silent) = (None, None, false);
        (self.opened, self.record) = (None, Default::default());
        self.rehearses = rehearse;
        let number = self.client.start(&self.setup, rehearse);
        self.asked = Some((number, Asked::Start));
        self.renewed(Rehearsal::default());
        self.receive();
    }

    pub(super) fn started(&mut self, rehearsal: Rehearsal) {
        self.set_axis(rehearsal);
        self.look.playhead = self.begin_x();
        self.publish();
        self.fit_all();
    }

    fn renewed(&mut self, rehearsal: Rehearsal) {
        (self.playing, self.awaiting_outside, self.end_seen) = (false, false, false);
        (self.goal, self.pause_after_polls) = (None, None);
        (self.fitted, self.following) = (true, true);
        self.report = Report::default();
        *self.view.model_mut() = Model::new();
        self.look = Look {
            revision: 0,
            run: self.look.run + 1,
            file: self.setup.pattern.file_of(self.setup.twin),
            hover_line: None,
            ..self.look
        };
        self.set_axis(rehearsal);
        self.look.playhead = self.begin_x();
        self.publish();
        self.fit_all();
    }

    fn set_axis(&mut self, rehearsal: Rehearsal) {
        self.rehearsal = rehearsal;
        let extent = rehearsal.extent;
        let axis = Axis::for_extent(&extent);
        let begin = axis.x_from_moment(Moment::START);
        // Without an end to fit, a second of the run is a second of the reader's.
        let end =
            if rehearsal.is_complete { axis.x_range(&extent).1 } else { begin + SECONDS_TO_WATCH * 1e9 };
        self.set_pace(begin, end);
        (self.look.axis, self.look.end) = (axis, end);
    }

    /// Has what lies between two places of the axis take as long as it is a pleasure to watch.
    pub(super) fn set_pace(&mut self, begin: f64, end: f64) {
        self.units_per_second = ((end - begin) / SECONDS_TO_WATCH).max(f64::MIN_POSITIVE);
    }
}

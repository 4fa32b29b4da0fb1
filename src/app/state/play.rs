//! Playing: where the playhead goes, and how far the run is executed for it.

use super::State;
use super::talk::Asked;
use crate::app::command::{Command, Panel};
use crate::app::engine::{Goal, Reach, Request};
use crate::app::report::Report;
use crate::app::units::parse_nanos;
use crate::app::view::Phase;
use crate::runtime::Clock;
use crate::timeline::{Axis, Moment};
use crate::trace::RunEnd;

/// How long one frame may execute, in milliseconds: the rest of it is for painting.
pub(super) const SLICE_MILLIS: f64 = 6.0;
/// The longest step between two frames, in seconds: in a hidden tab there are none, and time stands still.
const MAX_FRAME_SECONDS: f64 = 0.1;

impl State {
    /// Moves on by a frame that took so many seconds.
    pub fn frame(&mut self, seconds: f64) {
        self.watch_over();
        if self.is_exploring() {
            self.explore_on();
        } else if self.goal.is_some() {
            self.chase();
        } else if self.playing {
            let seconds = seconds.clamp(0.0, MAX_FRAME_SECONDS);
            match self.setup.clock {
                _ if self.opened.is_some() => self.play_virtual(seconds),
                Clock::Virtual => self.play_virtual(seconds),
                Clock::Real => self.play_real(seconds),
            }
            if self.pause_after_polls.is_some_and(|polls| self.client.status().polls >= polls) {
                self.pause();
                self.look.playhead = self.frontier();
            }
        }
        if self.following && self.is_moving() {
            self.reveal_playhead();
        }
        self.publish();
    }

    pub(super) fn play(&mut self) {
        self.stop_exploring();
        self.receive();
        if self.client.status().ended.is_some() && self.look.playhead >= self.frontier() {
            self.look.playhead = self.begin_x();
        }
        if self.setup.clock == Clock::Real && self.client.status().polls == 0 {
            self.look.playhead = self.frontier();
        }
        (self.playing, self.following) = (true, true);
        (self.goal, self.pause_after_polls) = (None, None);
        self.notice = None;
        if self.look.playhead >= self.frontier() {
            self.resume();
        }
    }

    fn resume(&mut self) {
        self.client.resume();
        self.receive();
    }

    pub(super) fn pause(&mut self) {
        self.stop_exploring();
        // What comes of it is taken in all the same, and the playhead stays.
        if !self.is_starting() {
            self.asked = None;
        }
        self.client.pause();
        self.receive();
        (self.playing, self.awaiting_outside) = (false, false);
        (self.goal, self.pause_after_polls) = (None, None);
    }

    /// Asks the run to shut down by itself, at the time that the reader sees; ends it if it does not listen.
    pub(super) fn stop(&mut self) {
        if self.is_starting() {
            return self.put_off(Command::Stop);
        }
        self.receive();
        self.publish();
        self.stopping_since = Some((self.client.host().surroundings.wall)());
        self.ask(Asked::Shutdown, Request::Shutdown { nanos: self.seen_nanos(), millis: 0.0 });
    }

    /// Returns what the reader sees the clock read where that is later than the last event.
    fn seen_nanos(&self) -> u64 {
        if self.look.live { self.look.now_nanos } else { 0 }
    }

    pub(super) fn asked_to_shut_down(&mut self, is_heard: bool) {
        if is_heard {
            self.stopping_since = None;
            self.look.playhead = self.frontier();
            self.play();
            return self.tell("the run was asked to shut down; Stop again ends it at once");
        }
        let was_going = self.client.status().ended.is_none();
        self.pause();
        self.publish();
        let nanos = self.look.live.then_some(self.look.now_nanos);
        self.ask(Asked::Stop { was_going }, Request::Stop { nanos });
    }

    /// Says that the page goes away: a run that listens is asked to shut down, and does what it can do
    /// about that before the page is gone.
    pub fn page_hides(&mut self) {
        self.receive();
        self.publish();
        if self.client.status().idle.signal_listeners == 0 || self.is_starting() {
            return;
        }
        let (nanos, millis) = (self.seen_nanos(), self.slice_millis());
        self.ask(Asked::Hide, Request::Shutdown { nanos, millis });
        self.publish();
    }

    pub(super) fn seek(&mut self, goal: Goal) {
        self.pause();
        self.following = true;
        if self.setup.clock == Clock::Real && goal == Goal::End && self.client.status().ended.is_none() {
            self.look.playhead = self.frontier();
            return self.play();
        }
        self.goal = Some(goal);
        self.chase();
        self.reveal_playhead();
    }

    pub(super) fn seek_text(&mut self, text: &str) {
        match parse_nanos(text) {
            Some(nanos) => self.seek(Goal::Nanos(nanos)),
            None => self
                .problem(format!("time does not take `{}`: write `41`, `41.5 ms` or `1.2 s`", text.trim())),
        }
    }

    fn play_virtual(&mut self, seconds: f64) {
        if self.asked.is_some() {
            return;
        }
        let x = self.look.playhead + self.units_per_second * self.speed * seconds;
        if self.opened.is_some() {
            return self.played(x, Reach::Ended);
        }
        let (axis, millis) = (self.look.axis, self.slice_millis());
        self.ask(Asked::Play { x }, Request::Advance { goal: Goal::X(x), axis, millis });
    }

    pub(super) fn played(&mut self, x: f64, reach: Reach) {
        if !self.playing {
            return;
        }
        let frontier = self.frontier();
        self.look.playhead = if reach == Reach::Reached { x } else { x.min(frontier) };
        if reach == Reach::Ended && x >= frontier {
            self.pause();
        }
    }

    fn play_real(&mut self, seconds: f64) {
        self.receive();
        let frontier = self.frontier();
        if self.client.status().ended.is_some() {
            let is_live = self.look.live && !self.end_seen;
            let x = self.look.playhead + self.units_per_second * self.speed * seconds;
            self.look.playhead = if is_live { frontier } else { x.min(frontier) };
            if self.look.playhead >= frontier {
                self.pause();
            }
        } else if self.look.playhead >= frontier || self.client.is_driven() {
            self.resume();
            let order = self.view.model().extent().end.order;
            let now = Moment { nanos: self.client.now_nanos(), order };
            self.look.playhead = self.look.axis.x_from_moment(now).max(frontier);
        } else {
            let x = self.look.playhead + self.units_per_second * self.speed * seconds;
            self.look.playhead = x.min(frontier);
        }
    }

    /// Goes on towards the goal for as long as a frame may take.
    fn chase(&mut self) {
        let Some(goal) = self.goal.filter(|_| self.asked.is_none()) else { return };
        if self.opened.is_some() {
            return self.chased(goal, Reach::Ended);
        }
        if self.setup.clock == Clock::Real {
            return self.chased(goal, Reach::Reached);
        }
        let (axis, millis) = (self.look.axis, self.slice_millis());
        self.ask(Asked::Chase(goal), Request::Advance { goal, axis, millis });
    }

    pub(super) fn chased(&mut self, goal: Goal, reach: Reach) {
        if self.goal != Some(goal) {
            return;
        }
        let frontier = self.frontier();
        let x = match goal {
            Goal::X(x) => x,
            Goal::End => frontier,
            Goal::Nanos(nanos) => self.x_at_nanos(nanos),
            Goal::Order(order) => {
                let model = self.view.model();
                let moment = model.moment(order.min(model.event_count()));
                self.look.axis.x_from_moment(moment.unwrap_or_default())
            }
        };
        let may_rest_beyond = reach == Reach::Reached && self.setup.clock == Clock::Virtual;
        let x = if may_rest_beyond { x } else { x.min(frontier) };
        self.look.playhead = x.max(self.begin_x());
        let goes_on = match reach {
            Reach::OutOfTime => true,
            Reach::AwaitingOutside => goal == Goal::End,
            Reach::Reached | Reach::Ended => false,
        };
        if !goes_on {
            self.goal = None;
            self.select_wanted();
        }
        if self.following {
            self.reveal_playhead();
        }
    }

    fn x_at_nanos(&self, nanos: u64) -> f64 {
        let model = self.view.model();
        let end = model.extent().end;
        let moment = if nanos > end.nanos && self.client.status().ended.is_none() {
            Moment { nanos, order: end.order }
        } else {
            model.moment_at_nanos(nanos)
        };
        self.look.axis.x_from_moment(moment)
    }

    pub(super) fn begin_x(&self) -> f64 {
        self.look.axis.x_range(&self.view.model().extent()).0
    }

    pub(super) fn frontier(&self) -> f64 {
        self.look.axis.x_range(&self.view.model().extent()).1
    }

    /// Brings the look up to date and shows it.
    pub(super) fn publish(&mut self) {
        let ended = self.client.status().ended;
        if ended.is_some() && !self.end_seen {
            self.end_seen = true;
            self.see_end();
        }
        let frontier = self.frontier();
        let look = &mut self.look;
        let model = self.view.model();
        let end = model.extent().end;
        look.frontier = frontier;
        look.playhead = look.playhead.max(look.axis.x_range(&model.extent()).0);
        look.moment = look.axis.moment_from_x(&model, look.playhead);
        look.live = ended.is_none() && look.playhead >= frontier;
        look.now_nanos = look.moment.nanos;
        if look.live && look.axis.nanos_scale > 0.0 {
            let passed = ((look.playhead - look.frontier) / look.axis.nanos_scale).max(0.0).round() as u64;
            let now = end.nanos + passed;
            // The room of the next step is not time: the clock waits at the deadline.
            let due = self.client.status().idle.next_deadline.unwrap_or(end.nanos);
            let is_virtual = self.setup.clock == Clock::Virtual;
            look.now_nanos = if is_virtual { now.min(due.max(end.nanos)) } else { now };
        }
        look.end =
            if ended.is_some() { look.frontier } else { look.end.max(look.frontier).max(look.playhead) };
        look.phase = if self.playing || self.goal.is_some() {
            Phase::Running
        } else if ended.is_some() && look.playhead >= look.frontier {
            match (ended, &self.client.status().output) {
                (Some(RunEnd::Stalled), _) => Phase::Stalled,
                (Some(RunEnd::LimitReached | RunEnd::Killed), _) | (_, Some(Err(_))) => Phase::Failed,
                _ => Phase::Ended,
            }
        } else if self.client.status().polls == 0 && look.moment.order <= 1 {
            Phase::Ready
        } else {
            Phase::Paused
        };
        drop(model);
        self.refit();
        self.view.publish(self.look);
    }

    /// Deals with the end of a run, once.
    fn see_end(&mut self) {
        if self.look.selection.is_none() && self.panel == Panel::Details {
            self.panel = Panel::Outcome;
        }
        let model = self.view.model();
        let status = self.client.status();
        self.report = Report::new(&model, status.output.clone(), status.limit.clone());
        let extent = model.extent();
        if extent == self.rehearsal.extent {
            return;
        }
        // It went otherwise than rehearsed: give it an axis of its own, for watching it again.
        let axis = Axis::for_extent(&extent);
        let at = self.look.axis.moment_from_x(&model, self.look.playhead);
        self.look.playhead = axis.x_from_moment(at);
        self.look.axis = axis;
        let (begin, end) = axis.x_range(&extent);
        drop(model);
        self.set_pace(begin, end);
    }
}

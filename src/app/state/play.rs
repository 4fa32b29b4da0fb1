//! Playing: where the playhead goes, and how far the run is executed for it.

use super::State;
use crate::app::command::Panel;
use crate::app::engine::Reach;
use crate::app::report::Report;
use crate::app::units::parse_nanos;
use crate::app::view::Phase;
use crate::runtime::Clock;
use crate::timeline::{Axis, Moment};
use crate::trace::RunEnd;

/// How long one frame may execute, in milliseconds: the rest of it is for painting.
const SLICE_MILLIS: f64 = 6.0;
/// The longest step between two frames, in seconds: in a hidden tab there are none, and time stands still.
const MAX_FRAME_SECONDS: f64 = 0.1;

/// Where the playhead is to go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// A place of the axis.
    X(f64),
    /// A time.
    Nanos(u64),
    /// A step of the order.
    Order(u32),
    /// The end of the run.
    End,
}

impl State {
    /// Moves on by a frame that took so many seconds.
    pub fn frame(&mut self, seconds: f64) {
        if self.is_exploring() {
            self.explore_on();
        } else if self.goal.is_some() {
            self.chase();
        } else if self.playing {
            let seconds = seconds.clamp(0.0, MAX_FRAME_SECONDS);
            match self.setup.clock {
                Clock::Virtual => self.play_virtual(seconds),
                Clock::Real => self.play_real(seconds),
            }
            if self.pause_after_polls.is_some_and(|polls| self.engine.polls() >= polls) {
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
        self.pull();
        if self.engine.ended().is_some() && self.look.playhead >= self.frontier() {
            self.look.playhead = self.begin();
        }
        if self.setup.clock == Clock::Real && self.engine.polls() == 0 {
            self.look.playhead = self.frontier();
        }
        (self.playing, self.following) = (true, true);
        (self.goal, self.pause_after_polls) = (None, None);
        self.notice = None;
        if self.look.playhead >= self.frontier() {
            self.engine.resume();
        }
    }

    pub(super) fn pause(&mut self) {
        self.stop_exploring();
        self.engine.pause();
        self.pull();
        (self.playing, self.awaiting_outside) = (false, false);
        (self.goal, self.pause_after_polls) = (None, None);
    }

    pub(super) fn stop(&mut self) {
        if self.request_shutdown() {
            self.play();
            return self.tell("the run was asked to shut down; Stop again ends it at once");
        }
        let was_going = self.engine.ended().is_none();
        self.pause();
        self.publish();
        if self.look.live {
            self.engine.stop_at(self.look.now_nanos);
        } else {
            self.engine.stop();
        }
        self.pull();
        if was_going {
            self.look.playhead = self.frontier();
        }
    }

    /// Says that the page goes away: a run that listens is asked to shut down, and does what it can do
    /// about that before the page is gone.
    pub fn page_hides(&mut self) {
        if !self.request_shutdown() {
            return;
        }
        self.execute(|state, go_on| match state.setup.clock {
            Clock::Virtual => state.advance(f64::INFINITY, go_on),
            Clock::Real => {
                while state.engine.is_ready() && go_on() {
                    state.step_engine();
                }
                Reach::Reached
            }
        });
        self.play();
        self.publish();
    }

    /// Asks the run to shut down by itself, at the time that the reader sees; returns whether it listens.
    /// The playhead is where that happens.
    fn request_shutdown(&mut self) -> bool {
        self.pull();
        self.publish();
        let nanos = if self.look.live { self.look.now_nanos } else { 0 };
        let is_heard = self.engine.request_shutdown_at(nanos);
        if is_heard {
            self.pull();
            self.look.playhead = self.frontier();
        }
        is_heard
    }

    pub(super) fn seek(&mut self, goal: Goal) {
        self.pause();
        self.following = true;
        if self.setup.clock == Clock::Real && goal == Goal::End && self.engine.ended().is_none() {
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
        let x = self.look.playhead + self.units_per_second * self.speed * seconds;
        let reach = self.execute(|state, go_on| state.advance(x, go_on));
        self.look.playhead = match reach {
            Reach::Reached => x,
            _ => x.min(self.frontier()),
        };
        if reach == Reach::Ended && x >= self.frontier() {
            self.pause();
        }
    }

    fn play_real(&mut self, seconds: f64) {
        self.pull();
        let frontier = self.frontier();
        if self.engine.ended().is_some() {
            let is_live = self.look.live && !self.end_seen;
            let x = self.look.playhead + self.units_per_second * self.speed * seconds;
            self.look.playhead = if is_live { frontier } else { x.min(frontier) };
            if self.look.playhead >= frontier {
                self.pause();
            }
        } else if self.look.playhead >= frontier || self.engine.is_driven() {
            self.engine.resume();
            let order = self.view.model().extent().end.order;
            let now = Moment { nanos: self.engine.now_nanos(), order };
            self.look.playhead = self.look.axis.x_from_moment(now).max(frontier);
        } else {
            let x = self.look.playhead + self.units_per_second * self.speed * seconds;
            self.look.playhead = x.min(frontier);
        }
    }

    /// Goes on towards the goal for as long as a frame may take.
    fn chase(&mut self) {
        let Some(goal) = self.goal else { return };
        let reach = match self.setup.clock {
            Clock::Real => Reach::Reached,
            Clock::Virtual => self.execute(|state, go_on| match goal {
                Goal::X(x) => state.advance(x, go_on),
                Goal::End => state.advance(f64::INFINITY, go_on),
                Goal::Nanos(nanos) => state.advance_to_nanos(nanos, go_on),
                Goal::Order(order) => state.advance_to_order(order, go_on),
            }),
        };
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
        self.look.playhead = x.max(self.begin());
        let goes_on = match reach {
            Reach::OutOfTime => true,
            Reach::AwaitingOutside => goal == Goal::End,
            Reach::Reached | Reach::Ended => false,
        };
        if !goes_on {
            self.goal = None;
            self.select_wanted();
        }
    }

    fn x_at_nanos(&self, nanos: u64) -> f64 {
        let model = self.view.model();
        let end = model.extent().end;
        let moment = if nanos > end.nanos && self.engine.ended().is_none() {
            Moment { nanos, order: end.order }
        } else {
            model.moment_at_nanos(nanos)
        };
        self.look.axis.x_from_moment(moment)
    }

    /// Executes within a frame's budget and notes what came of it.
    fn execute(&mut self, work: impl FnOnce(&mut Self, &mut dyn FnMut() -> bool) -> Reach) -> Reach {
        let wall = std::rc::Rc::clone(&self.host.wall);
        let until = wall() + SLICE_MILLIS;
        let reach = work(self, &mut || wall() < until);
        self.awaiting_outside = reach == Reach::AwaitingOutside;
        reach
    }

    fn advance(&mut self, x: f64, go_on: &mut dyn FnMut() -> bool) -> Reach {
        let axis = self.look.axis;
        let mut model = self.view.model_mut();
        let events = model.event_count();
        let reach = self.engine.advance_to_x(x, &axis, &mut model, go_on);
        self.look.revision += u64::from(model.event_count() != events);
        reach
    }

    fn advance_to_nanos(&mut self, nanos: u64, go_on: &mut dyn FnMut() -> bool) -> Reach {
        loop {
            let end = self.view.model().extent().end;
            if end.nanos > nanos {
                return Reach::Reached;
            }
            let x = self.look.axis.x_from_moment(Moment { nanos, order: end.order.saturating_add(1) });
            let reach = self.advance(x, go_on);
            // Nothing came of it: the next deadline is later.
            if reach != Reach::Reached || self.view.model().extent().end.order == end.order {
                return reach;
            }
        }
    }

    fn advance_to_order(&mut self, order: u32, go_on: &mut dyn FnMut() -> bool) -> Reach {
        while self.view.model().event_count() < order {
            if !go_on() {
                return Reach::OutOfTime;
            }
            match self.step_engine() {
                Reach::Reached => {}
                reach => return reach,
            }
        }
        Reach::Reached
    }

    /// Makes one real poll.
    pub(super) fn step_engine(&mut self) -> Reach {
        let reach = self.engine.step(&mut self.view.model_mut());
        self.look.revision += 1;
        reach
    }

    /// Takes what was recorded.
    pub(super) fn pull(&mut self) {
        let changed = self.engine.pull(&mut self.view.model_mut());
        self.look.revision += u64::from(changed);
    }

    pub(super) fn begin(&self) -> f64 {
        self.look.axis.x_range(&self.view.model().extent()).0
    }

    pub(super) fn frontier(&self) -> f64 {
        self.look.axis.x_range(&self.view.model().extent()).1
    }

    /// Brings the look up to date and shows it.
    pub(super) fn publish(&mut self) {
        let ended = self.engine.ended();
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
            let due = self.engine.idle().next_deadline.unwrap_or(end.nanos);
            let is_virtual = self.setup.clock == Clock::Virtual;
            look.now_nanos = if is_virtual { now.min(due.max(end.nanos)) } else { now };
        }
        look.end =
            if ended.is_some() { look.frontier } else { look.end.max(look.frontier).max(look.playhead) };
        look.phase = if self.playing || self.goal.is_some() {
            Phase::Running
        } else if ended.is_some() && look.playhead >= look.frontier {
            match (ended, self.engine.output()) {
                (Some(RunEnd::Stalled), _) => Phase::Stalled,
                (Some(RunEnd::LimitReached), _) | (_, Some(Err(_))) => Phase::Failed,
                _ => Phase::Ended,
            }
        } else if self.engine.polls() == 0 && look.moment.order <= 1 {
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
        self.report = Report::new(&model, self.engine.output(), self.engine.limit().map(str::to_owned));
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
        self.units_per_second = ((end - begin) / super::setup::SECONDS_TO_WATCH).max(f64::MIN_POSITIVE);
    }
}

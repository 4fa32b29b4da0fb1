//! Steps, the selection, and the way from a wake to its cause and back.

use super::State;
use super::talk::{After, Asked};
use crate::app::command::{Command, Panel, Selection};
use crate::app::engine::{Reach, Request};
use crate::timeline::{Happening, Moment};
use crate::trace::LaneId;

impl State {
    fn go_to(&mut self, moment: Moment) {
        self.look.playhead = self.look.axis.x_from_moment(moment);
        self.following = true;
        self.reveal_playhead();
    }

    /// Returns whether the playhead is at the end of all that is recorded.
    fn is_at_frontier(&self) -> bool {
        self.look.moment.order >= self.view.model().event_count()
    }

    /// Makes one poll; where nothing can be polled yet, plays until something can.
    fn poll_once(&mut self, after: After) {
        if self.client.status().ended.is_some() {
            return;
        }
        if self.asked.is_some() {
            return self.put_off(match after {
                After::Step => Command::StepForward,
                After::NextEvent => Command::NextEvent,
                After::NextPoll => Command::NextPoll,
            });
        }
        self.ask(Asked::Step(after), Request::Step);
    }

    pub(super) fn stepped(&mut self, after: After, reach: Reach) {
        if reach == Reach::AwaitingOutside {
            return self.play_until_polled();
        }
        self.publish();
        match after {
            After::Step => {
                let end = self.view.model().extent().end;
                self.go_to(end);
            }
            After::NextEvent => self.go_to_next_event(),
            After::NextPoll => self.next_poll(),
        }
    }

    fn play_until_polled(&mut self) {
        self.look.playhead = self.frontier();
        self.play();
        self.pause_after_polls = Some(self.client.status().polls + 1);
    }

    pub(super) fn step_forward(&mut self) {
        self.pause();
        self.publish();
        if let Some(moment) = self.recorded_step() {
            return self.go_to(moment);
        }
        if self.client.status().ended.is_some() {
            let end = self.view.model().extent().end;
            return self.go_to(end);
        }
        self.poll_once(After::Step);
    }

    /// Returns where the next poll ends, if it is recorded.
    fn recorded_step(&self) -> Option<Moment> {
        let model = self.view.model();
        let moment = model.end_of_next_poll(self.look.moment)?;
        let is_whole = matches!(model.event(moment.order)?.what, Happening::PollEnd);
        (is_whole || self.client.status().ended.is_some()).then_some(moment)
    }

    pub(super) fn step_back(&mut self) {
        self.pause();
        self.publish();
        let moment = {
            let model = self.view.model();
            let Moment { nanos, order } = self.look.moment;
            // In the gap after a poll the way back leads to that poll's end.
            let from = if self.is_in_gap() {
                Moment { nanos, order: order.saturating_add(1) }
            } else {
                self.look.moment
            };
            model.end_of_previous_poll(from).unwrap_or_default()
        };
        self.go_to(moment);
    }

    /// Returns whether the playhead is behind the event of its moment.
    fn is_in_gap(&self) -> bool {
        let here = self.view.model().moment(self.look.moment.order).unwrap_or_default();
        self.look.axis.x_from_moment(here) < self.look.playhead
    }

    pub(super) fn next_event(&mut self) {
        self.pause();
        self.publish();
        if self.is_at_frontier() && self.client.status().ended.is_none() {
            return self.poll_once(After::NextEvent);
        }
        self.go_to_next_event();
    }

    fn go_to_next_event(&mut self) {
        let next = self.view.model().next_event(self.look.moment);
        if let Some(moment) = next {
            self.go_to(moment);
        }
    }

    pub(super) fn previous_event(&mut self) {
        self.pause();
        self.publish();
        let moment = {
            let model = self.view.model();
            // In the gap after an event the way back leads to that event.
            if self.is_in_gap() {
                model.moment(self.look.moment.order)
            } else {
                model.previous_event(self.look.moment)
            }
        };
        if let Some(moment) = moment {
            self.go_to(moment);
        }
    }

    pub(super) fn next_poll(&mut self) {
        let Some(Selection { lane, .. }) = self.needs_selection() else { return };
        self.pause();
        self.publish();
        let next = self.view.model().next_poll(lane, self.look.moment);
        if let Some(moment) = next {
            self.look.selection = Some(Selection { lane, moment });
            return self.go_to(moment);
        }
        let is_over = self.view.model().lane(lane).is_none_or(|lane| lane.end.is_some());
        if !is_over {
            self.poll_once(After::NextPoll);
        }
    }

    pub(super) fn previous_poll(&mut self) {
        let Some(Selection { lane, .. }) = self.needs_selection() else { return };
        self.pause();
        self.publish();
        let previous = self.view.model().previous_poll(lane, self.look.moment);
        if let Some(moment) = previous {
            self.look.selection = Some(Selection { lane, moment });
            self.go_to(moment);
        }
    }

    pub(super) fn select(&mut self, selection: Option<Selection>) {
        self.look.selection = selection;
        if selection.is_some() && matches!(self.panel, Panel::Log | Panel::Outcome | Panel::Shared) {
            self.panel = Panel::Details;
        }
    }

    /// Goes to a moment of a lane, and selects it there.
    pub(super) fn visit(&mut self, selection: Selection) {
        self.pause();
        self.notice = None;
        self.look.selection = Some(selection);
        self.panel = Panel::Details;
        self.go_to(selection.moment);
    }

    pub(super) fn select_neighbour(&mut self, by: i32) {
        let lane = {
            let model = self.view.model();
            let rows = model.rows();
            let at = self.look.selection.and_then(|it| rows.iter().position(|row| row.lane == it.lane));
            let at = match at {
                Some(at) => at.saturating_add_signed(by as isize).min(rows.len().saturating_sub(1)),
                None => 0,
            };
            rows.get(at).map(|row| row.lane)
        };
        if let Some(lane) = lane {
            self.select(Some(Selection { lane, moment: self.look.moment }));
        }
    }

    /// Selects what a link asked for.
    pub(super) fn select_wanted(&mut self) {
        let Some((lane, on)) = self.wanted.take() else { return };
        let lane = LaneId(lane);
        let (exists, moment) = {
            let model = self.view.model();
            let at = on.and_then(|order| model.moment(order));
            let now = self.look.axis.moment_from_x(&model, self.look.playhead);
            (model.lane(lane).is_some(), at.unwrap_or(now))
        };
        if exists {
            self.look.selection = Some(Selection { lane, moment });
            self.panel = Panel::Details;
        } else {
            self.problem(format!("the link's `lane={}` is not in this run: nothing is selected", lane.0));
        }
    }

    fn needs_selection(&mut self) -> Option<Selection> {
        if self.look.selection.is_none() {
            self.tell("select a task first: click its lane, or press ↓");
        }
        self.look.selection
    }

    pub(super) fn follow_wake_back(&mut self) {
        let Some(Selection { lane, moment }) = self.needs_selection() else { return };
        self.pause();
        let model = std::rc::Rc::clone(&self.view);
        let model = model.model();
        match model.wake_before(lane, moment) {
            None => self.tell(format!("nothing had woken `{}` by then", model.lane_name(lane))),
            Some(wake) if wake.by == LaneId::OUTSIDE => {
                let text =
                    format!("`{}` was made ready by {}", model.lane_name(lane), model.wake_text(&wake));
                self.tell(text);
                self.go_to(wake.moment);
            }
            Some(wake) => {
                self.notice = None;
                self.look.selection = Some(Selection { lane: wake.by, moment: wake.moment });
                self.go_to(wake.moment);
            }
        }
    }

    pub(super) fn follow_wake_forward(&mut self) {
        let Some(Selection { lane, moment }) = self.needs_selection() else { return };
        self.pause();
        let model = std::rc::Rc::clone(&self.view);
        let model = model.model();
        let begin = model.span_at(lane, moment).map_or(moment, |span| span.begin);
        match model.wake_after(lane, begin) {
            None => self.tell(format!("`{}` wakes nothing from here on", model.lane_name(lane))),
            Some(wake) => {
                self.notice = None;
                let moment = model.poll_after_wake(&wake).unwrap_or(wake.moment);
                self.look.selection = Some(Selection { lane: wake.lane, moment });
                self.go_to(moment);
            }
        }
    }
}

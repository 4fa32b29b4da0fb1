//! Stepping: the moments before and after.

use super::events::Kind;
use super::{LaneKind, Model, Moment, State};
use crate::trace::LaneId;

impl Model {
    /// Returns the moment of the next event.
    pub fn next_event(&self, moment: Moment) -> Option<Moment> {
        self.moment(moment.order.checked_add(1)?)
    }

    /// Returns the moment of the event before; before the first one it is the start.
    pub fn previous_event(&self, moment: Moment) -> Option<Moment> {
        let last = self.moment(moment.order.min(self.event_count()))?;
        if moment > last { Some(last) } else { self.moment(last.order.checked_sub(1)?) }
    }

    /// Returns the beginning of the lane's next poll.
    pub fn next_poll(&self, lane: LaneId, moment: Moment) -> Option<Moment> {
        let spans = &self.lane(lane)?.spans;
        let first = spans.partition_point(|span| span.order <= moment.order);
        let poll = spans.iter_from(first).find(|span| span.state() == State::Polling)?;
        self.moment(poll.order)
    }

    /// Returns the beginning of the lane's poll before.
    pub fn previous_poll(&self, lane: LaneId, moment: Moment) -> Option<Moment> {
        let spans = &self.lane(lane)?.spans;
        let after = spans.partition_point(|span| span.order < moment.order);
        let before = (0..after).rev().filter_map(|index| spans.get(index));
        let poll = before.into_iter().find(|span| span.state() == State::Polling)?;
        self.moment(poll.order)
    }

    /// Returns where "step one poll" leads: the end of the next poll of a task, or the end of what is
    /// known. `None` at that end.
    pub fn end_of_next_poll(&self, moment: Moment) -> Option<Moment> {
        let mut later = moment.order.saturating_add(1)..=self.event_count();
        let end = self.extent().end;
        match later.find(|order| self.is_end_of_poll(*order)) {
            Some(order) => self.moment(order),
            None => (moment < end).then_some(end),
        }
    }

    /// Returns where "step back one poll" leads: the end of the poll before, or the start. `None` at
    /// the start.
    pub fn end_of_previous_poll(&self, moment: Moment) -> Option<Moment> {
        let last = moment.order.min(self.event_count().saturating_add(1));
        let order = (1..last).rev().find(|order| self.is_end_of_poll(*order)).unwrap_or(0);
        self.moment(order).filter(|before| *before < moment)
    }

    /// A child's poll lies within its task's and is no step of its own.
    fn is_end_of_poll(&self, order: u32) -> bool {
        self.kind_of_event(order) == Some(Kind::PollEnd)
            && self.lane(self.lane_of_event(order)).is_some_and(|lane| lane.kind == LaneKind::Task)
    }
}

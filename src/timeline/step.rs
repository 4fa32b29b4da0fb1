//! Stepping: the moments before and after.

use super::{Model, Moment};
use crate::trace::LaneId;

impl Model {
    /// Returns the moment of the next event.
    pub fn next_event(&self, moment: Moment) -> Option<Moment> {
        todo!("{moment:?}")
    }

    /// Returns the moment of the event before; before the first one it is the start.
    pub fn previous_event(&self, moment: Moment) -> Option<Moment> {
        todo!("{moment:?}")
    }

    /// Returns the beginning of the lane's next poll.
    pub fn next_poll(&self, lane: LaneId, moment: Moment) -> Option<Moment> {
        todo!("{lane:?} {moment:?}")
    }

    /// Returns the beginning of the lane's poll before.
    pub fn previous_poll(&self, lane: LaneId, moment: Moment) -> Option<Moment> {
        todo!("{lane:?} {moment:?}")
    }

    /// Returns the end of the poll (of any task) that is open at `moment`, or else of the next one:
    /// where "step one poll" leads.
    pub fn end_of_next_poll(&self, moment: Moment) -> Option<Moment> {
        todo!("{moment:?}")
    }
}

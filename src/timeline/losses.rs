//! What goes with a future that is dropped.

use super::{Happening, Model, Moment};
use crate::trace::{Level, Op};

/// How many events before the end of a lane are looked at.
const SEARCHED: u32 = 64;
/// How many losses are told.
const MOST: usize = 3;

impl Model {
    /// Returns what a lane that was dropped let go of in the very same drop, the first first: what it held,
    /// what it waited for, what it had not finished. `ended` is the moment of its end.
    ///
    /// A future is dropped on its own lane, right before the lane ends, so whatever the lane did since
    /// anybody else last did anything belongs to the drop.
    pub fn losses(&self, ended: Moment) -> Vec<String> {
        let lane = self.lane_of_event(ended.order);
        let first = ended.order.saturating_sub(SEARCHED).max(1);
        let before = self.events(first..=ended.order.saturating_sub(1)).rev();
        let mut losses: Vec<String> = before
            .take_while(|event| event.lane == lane)
            .map_while(|event| match event.what {
                Happening::Op(line) => {
                    let name = self.resource_name(line.resource);
                    match line.op {
                        Op::Released | Op::ReleasedShared => Some(Some(format!("gave back {name}"))),
                        Op::Abandoned => Some(Some(format!("left {name}"))),
                        Op::Discarded => Some(Some(format!("lost a message of {name}"))),
                        Op::StreamDropped => Some(Some(format!("dropped {name}"))),
                        Op::Closed => Some(Some(format!("closed {name}"))),
                        _ => Some(None),
                    }
                }
                Happening::Log { level: Level::Error, message, .. } => {
                    Some(Some(self.text(message).to_owned()))
                }
                Happening::Log { .. } | Happening::Value { .. } | Happening::Tracing(_) => Some(None),
                _ => None,
            })
            .flatten()
            .collect();
        losses.reverse();
        losses.dedup();
        if losses.len() > MOST {
            let more = losses.len() - MOST;
            losses.truncate(MOST);
            losses.push(format!("{more} more"));
        }
        losses
    }
}

//! What the model says about runs that are written by hand.

mod axis;
mod findings;
mod gaps;
mod resources;
mod size;
mod states;
mod stepping;
mod wakes;
mod window;
mod words;

use super::script::{MS, Script, race};
use super::*;
use crate::trace::{End, Event, Frame, LaneId, LocationId, Op, ResourceKind, RunEnd, WaitKind, WakeCause};

/// The states of a lane, one letter a span, and `…` if the last one goes on.
fn letters(model: &Model, lane: LaneId) -> String {
    let mut text = String::new();
    for span in model.spans(lane) {
        text.push(match span.state.state() {
            State::Idle => 'i',
            State::Scheduled => 's',
            State::Polling => 'p',
        });
        if span.end.is_none() {
            text.push('…');
        }
    }
    text
}

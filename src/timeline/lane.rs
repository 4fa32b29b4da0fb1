//! Lanes: the lines of the timeline.

use super::Moment;
use super::column::Column;
use crate::trace::{End, LaneId, LocationId, NameId};

/// What kind of future a lane is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LaneKind {
    /// The runtime polls it by itself.
    Task,
    /// A named future within a task or another child.
    Child,
}

/// How and when a lane ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneEnd {
    /// When.
    pub moment: Moment,
    /// How.
    pub end: End,
    /// The text of an error or a panic; see [`super::Model::text`].
    pub message: NameId,
}

/// One line of the timeline.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Its number in the run.
    pub id: LaneId,
    /// The lane that spawned a task, or in which a child lives; [`LaneId::OUTSIDE`] for the first task.
    pub parent: LaneId,
    /// What kind of future it is.
    pub kind: LaneKind,
    /// What to call it: its own name, or `task 7`.
    pub name: String,
    /// Whether the name is its own.
    pub is_named: bool,
    /// Where it was spawned or named.
    pub location: LocationId,
    /// When it was first heard of. Its spawning, unless that was lost.
    pub spawned: Moment,
    /// Whether the event that made it was lost, so that kind, parent, name and place are guesses.
    pub is_placeholder: bool,
    /// How it ended, if it did.
    pub end: Option<LaneEnd>,
    /// How often it was polled.
    pub polls: u32,
    pub(super) spans: Column<RawSpan>,
    /// The end of the last span: that of the lane, or of the poll in which the lane ended.
    pub(super) closed: Option<u32>,
    /// The wake that came while the lane is polled; it is scheduled again when the poll ends.
    pub(super) rewoken: Option<u32>,
    /// What it said within the open poll that it waits for.
    pub(super) waiting: Option<u32>,
}

/// A span as it is kept: its first order, two bits of state, and what the state refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawSpan {
    pub(super) order: u32,
    pub(super) bits: u32,
}

/// A line of the display: the lanes in the order in which they are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The lane.
    pub lane: LaneId,
    /// How deep it lies in its task; 0 for a task.
    pub depth: u16,
}

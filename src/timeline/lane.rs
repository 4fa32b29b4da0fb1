//! Lanes: the lines of the timeline.

use super::Moment;
use super::column::Column;
use super::span::{RawSpan, State};
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
#[derive(Clone, Debug, PartialEq)]
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
    /// When it was first heard of: its spawning, unless that was lost.
    pub spawned: Moment,
    /// Whether the event that made it was lost, so that kind, parent, name and place are guesses.
    pub is_placeholder: bool,
    /// How it ended, if it did.
    pub end: Option<LaneEnd>,
    /// Who took its output and when, if somebody did.
    pub joined: Option<(Moment, LaneId)>,
    /// Who dropped its handle and when, if somebody did.
    pub detached: Option<(Moment, LaneId)>,
    /// How often it was polled.
    pub polls: u32,
    pub(super) spans: Column<RawSpan>,
    /// Where the last span ends: with the lane, or with the poll in which the lane ended.
    pub(super) closed: Option<u32>,
    /// The wake that came while the lane is polled: it is scheduled again when the poll ends.
    pub(super) rewoken: Option<u32>,
    /// What it said within the open poll that it waits for.
    pub(super) waiting: Option<u32>,
    pub(super) totals: Totals,
}

/// How long a lane was in each state, up to its last span.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Totals {
    /// By [`State`], before the last span.
    pub(super) nanos: [u64; 3],
    /// The time at which the last span began.
    pub(super) since: u64,
    /// `nanos` as it was before every [`Totals::EVERY`]-th span, so that asking for a moment long ago
    /// does not walk over all spans.
    pub(super) checkpoints: Vec<[u64; 3]>,
}

impl Totals {
    pub(super) const EVERY: usize = 1024;
}

/// A line of the display: the lanes in the order in which they are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The lane.
    pub lane: LaneId,
    /// How deep it lies in its task; 0 for a task.
    pub depth: u16,
}

impl Lane {
    pub(super) fn placeholder(id: LaneId, moment: Moment) -> Self {
        Self {
            id,
            parent: LaneId::OUTSIDE,
            kind: LaneKind::Task,
            name: fallback_name(LaneKind::Task, id),
            is_named: false,
            location: LocationId::NONE,
            spawned: moment,
            is_placeholder: true,
            end: None,
            joined: None,
            detached: None,
            polls: 0,
            spans: Column::default(),
            closed: None,
            rewoken: None,
            waiting: None,
            totals: Totals::default(),
        }
    }

    /// Returns what the lane does after the last event; `None` before its first span.
    pub(super) fn state(&self) -> Option<State> {
        self.spans.last().map(RawSpan::state)
    }

    /// Begins a span, which ends the one before.
    pub(super) fn begin(&mut self, moment: Moment, state: State, refers_to: Option<u32>) {
        if let Some(before) = self.state() {
            self.totals.nanos[before as usize] += moment.nanos.saturating_sub(self.totals.since);
        }
        self.totals.since = moment.nanos;
        if self.spans.len().is_multiple_of(Totals::EVERY) {
            self.totals.checkpoints.push(self.totals.nanos);
        }
        self.spans.push(RawSpan::new(moment.order, state, refers_to));
    }

    /// Returns the place of the span that holds `order`, if one does.
    pub(super) fn index_at(&self, order: u32) -> Option<usize> {
        let index = self.spans.partition_point(|span| span.order <= order).checked_sub(1)?;
        let is_over = index + 1 == self.spans.len() && self.closed.is_some_and(|closed| closed <= order);
        (!is_over).then_some(index)
    }

    /// Returns the order at which the span ends.
    pub(super) fn end_order(&self, index: usize) -> Option<u32> {
        self.spans.get(index + 1).map(|next| next.order).or(self.closed)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.spans.heap_bytes() + self.name.capacity() + self.totals.checkpoints.capacity() * 24
    }
}

pub(super) fn fallback_name(kind: LaneKind, id: LaneId) -> String {
    match kind {
        LaneKind::Task => format!("task {}", id.0),
        LaneKind::Child => format!("child {}", id.0),
    }
}

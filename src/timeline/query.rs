//! The state of everything at a moment.

use super::lane::Totals;
use super::{Lane, LaneEnd, LaneKind, Model, Moment, Span, SpanState, State, Wait, Wake};
use crate::trace::{LaneId, LocationId, RunEnd};

/// What a lane does at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneState {
    /// It has not been heard of yet.
    Unborn,
    /// It exists and was not polled yet (a child between its naming and its first poll).
    New,
    /// It lives, and does this.
    Live(Span),
    /// It has ended.
    Ended(LaneEnd),
}

/// What a lane did up to a moment. Times are in nanoseconds; in virtual time a poll takes none,
/// unless it worked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaneStats {
    /// How many polls have begun.
    pub polls: u32,
    /// How long it was polled.
    pub busy_nanos: u64,
    /// How long it was ready and waited for its turn.
    pub scheduled_nanos: u64,
    /// How long it waited for something else.
    pub idle_nanos: u64,
    /// The last wake (or its spawn).
    pub woken: Option<Wake>,
    /// What it waits for, while it is idle.
    pub parked: Option<Wait>,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunState {
    /// How and when it ended, if it did.
    pub end: Option<(RunEnd, Moment)>,
    /// How many tasks were spawned.
    pub tasks: usize,
    /// How many tasks have not ended.
    pub live_tasks: usize,
}

impl Model {
    /// Returns how many spans a lane has.
    pub fn span_count(&self, lane: LaneId) -> usize {
        self.lane(lane).map_or(0, |lane| lane.spans.len())
    }

    /// Returns a span of a lane by its place.
    pub fn span(&self, id: LaneId, index: usize) -> Option<Span> {
        let lane = self.lane(id)?;
        let span = lane.spans.get(index)?;
        let state = match (span.state(), span.refers_to()) {
            (State::Idle, wait) => SpanState::Idle(wait.and_then(|number| self.wait(number))),
            (State::Scheduled, wake) => SpanState::Scheduled(self.wake_of_span(id, span.order, wake)),
            (State::Polling, number) => SpanState::Polling { number: number.unwrap_or(0) },
        };
        let end = lane.end_order(index).map(|order| self.moment_of(order));
        Some(Span { lane: id, index, begin: self.moment_of(span.order), end, state })
    }

    /// Returns the spans of a lane, oldest first.
    pub fn spans(&self, lane: LaneId) -> impl DoubleEndedIterator<Item = Span> + '_ {
        (0..self.span_count(lane)).filter_map(move |index| self.span(lane, index))
    }

    /// Returns the span of a lane that holds a moment.
    pub fn span_at(&self, id: LaneId, moment: Moment) -> Option<Span> {
        let index = self.lane(id)?.index_at(moment.order)?;
        self.span(id, index)
    }

    /// Returns what a lane does at a moment. A lane has ended when it says so, though the poll in
    /// which it did goes on for some events.
    pub fn state_at(&self, id: LaneId, moment: Moment) -> LaneState {
        let Some(lane) = self.lane(id).filter(|lane| lane.spawned.order <= moment.order) else {
            return LaneState::Unborn;
        };
        match lane.end {
            Some(end) if end.moment.order <= moment.order => LaneState::Ended(end),
            _ => self.span_at(id, moment).map_or(LaneState::New, LaneState::Live),
        }
    }

    /// Returns what a lane did up to a moment.
    pub fn lane_stats(&self, id: LaneId, moment: Moment) -> LaneStats {
        let Some(lane) = self.lane(id) else { return LaneStats::default() };
        let mut stats = LaneStats { woken: self.wake_before(id, moment), ..LaneStats::default() };
        let after = lane.spans.partition_point(|span| span.order <= moment.order);
        let Some(last) = after.checked_sub(1) else { return stats };
        let checkpoint = last / Totals::EVERY;
        let mut nanos = lane.totals.checkpoints.get(checkpoint).copied().unwrap_or_default();
        for index in checkpoint * Totals::EVERY..after {
            let Some(span) = lane.spans.get(index) else { break };
            let end = lane.end_order(index).map_or(moment, |order| self.moment_of(order).min(moment));
            nanos[span.state() as usize] += end.nanos.saturating_sub(self.moment_of(span.order).nanos);
        }
        [stats.idle_nanos, stats.scheduled_nanos, stats.busy_nanos] = nanos;
        let polls = (0..after).rev().filter_map(|index| lane.spans.get(index));
        stats.polls = polls
            .filter(|span| span.state() == State::Polling)
            .find_map(|span| span.refers_to())
            .unwrap_or(0);
        if let LaneState::Live(Span { state: SpanState::Idle(wait), .. }) = self.state_at(id, moment) {
            stats.parked = wait;
        }
        stats
    }

    /// Returns how the run stands after all that was applied.
    pub fn run_state(&self) -> RunState {
        self.run_state_at(self.extent().end)
    }

    /// Returns how the run stood at a moment.
    pub fn run_state_at(&self, moment: Moment) -> RunState {
        let is_task = |lane: &&Lane| lane.kind == LaneKind::Task && lane.spawned.order <= moment.order;
        let has_ended = |lane: &&Lane| lane.end.is_some_and(|end| end.moment.order <= moment.order);
        let tasks = self.lanes().iter().filter(is_task).count();
        let ended = self.lanes().iter().filter(is_task).filter(has_ended).count();
        let end = self.run_end.filter(|(_, end)| end.order <= moment.order);
        RunState { end, tasks, live_tasks: tasks - ended }
    }

    /// Returns a wait by its number.
    pub(super) fn wait(&self, number: u32) -> Option<Wait> {
        let wait = self.waits.get(number as usize)?;
        Some(Wait {
            moment: self.moment_of(wait.order),
            on: wait.on,
            location: LocationId(wait.location),
            detail: wait.detail,
        })
    }
}

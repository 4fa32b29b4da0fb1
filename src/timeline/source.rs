//! Which line of the source is which part of the timeline.

use super::{Lane, LaneState, Model, Moment, Span, SpanState, State, Wait};
use crate::trace::{LaneId, LocationId, Place};

/// What a lane has to do with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// It waits there.
    Parked(Wait),
    /// It waited there, has been woken and not been polled yet.
    Woken(Wait),
    /// It was spawned or named there, and lives.
    Created,
}

/// A mark in the gutter of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineMark {
    /// The lane.
    pub lane: LaneId,
    /// Where; see [`Model::place`].
    pub location: LocationId,
    /// What the lane has to do with it.
    pub kind: MarkKind,
}

impl Model {
    /// Returns where each living lane is parked and was created at a moment, in display order.
    pub fn lines_at(&self, moment: Moment) -> Vec<LineMark> {
        let mut marks = Vec::new();
        for row in self.rows() {
            let Some(lane) = self.lane(row.lane) else { continue };
            let span = match self.state_at(lane.id, moment) {
                LaneState::Unborn | LaneState::Ended(_) => continue,
                LaneState::New => None,
                LaneState::Live(span) => Some(span),
            };
            if lane.location != LocationId::NONE {
                marks.push(LineMark { lane: lane.id, location: lane.location, kind: MarkKind::Created });
            }
            let kind = match span.map(|span| (span.state, span.index)) {
                Some((SpanState::Idle(Some(wait)), _)) => MarkKind::Parked(wait),
                Some((SpanState::Scheduled(_), index)) => {
                    let before = index.checked_sub(1).and_then(|index| self.span(lane.id, index));
                    let Some(SpanState::Idle(Some(wait))) = before.map(|span| span.state) else { continue };
                    MarkKind::Woken(wait)
                }
                _ => continue,
            };
            let (MarkKind::Parked(Wait { location, .. }) | MarkKind::Woken(Wait { location, .. })) = kind
            else {
                continue;
            };
            if location != LocationId::NONE {
                marks.push(LineMark { lane: lane.id, location, kind });
            }
        }
        marks
    }

    /// Returns the places on a line; several when a line holds several calls. A file is named by its
    /// whole path or by its last parts.
    pub fn locations_on_line(&self, file: &str, line: u32) -> Vec<LocationId> {
        let is_there = |place: &&Option<Place>| {
            place.as_ref().is_some_and(|place| place.line == line && is_file(&place.file, file))
        };
        let numbered = (0..=u16::MAX).zip(&self.locations);
        numbered.filter(|(_, place)| is_there(place)).map(|(number, _)| LocationId(number)).collect()
    }

    /// Returns the spans in which a lane was parked on a line and that began after `from` and up to
    /// `to`, in order.
    pub fn spans_on_line(
        &self,
        file: &str,
        line: u32,
        from: Moment,
        to: Moment,
    ) -> impl Iterator<Item = Span> + '_ {
        let locations = self.locations_on_line(file, line);
        let first = self.waits.partition_point(|wait| wait.order <= from.order);
        let waits = self.waits.iter_from(first).take_while(move |wait| wait.order <= to.order);
        let there = (first..).zip(waits);
        let there = there.filter(move |(_, wait)| locations.contains(&LocationId(wait.location)));
        there.filter_map(|(number, wait)| self.span_of_wait(number, wait.order))
    }

    /// Returns the lanes that were spawned or named on a line.
    pub fn lanes_on_line(&self, file: &str, line: u32) -> impl Iterator<Item = &Lane> + '_ {
        let locations = self.locations_on_line(file, line);
        self.lanes().iter().filter(move |lane| locations.contains(&lane.location))
    }

    /// The wait is said within a poll; the span is the one after, unless something came in between.
    fn span_of_wait(&self, number: usize, order: u32) -> Option<Span> {
        let id = self.lane_of_event(order);
        let lane = self.lane(id)?;
        let index = lane.spans.partition_point(|span| span.order <= order);
        let span = lane.spans.get(index)?;
        let is_its = span.state() == State::Idle && span.refers_to() == Some(number as u32);
        is_its.then(|| self.span(id, index)).flatten()
    }
}

fn is_file(path: &str, file: &str) -> bool {
    match path.strip_suffix(file) {
        Some(before) => !file.is_empty() && (before.is_empty() || before.ends_with('/')),
        None => false,
    }
}

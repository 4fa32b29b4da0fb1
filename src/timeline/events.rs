//! What happened, one event after another.

use std::ops::RangeInclusive;

use rustc_hash::FxHashMap;

use super::{LaneEnd, Model, Moment, OpLine, Wait, Wake};
use crate::trace::{End, LaneId, Level, LocationId, NameId, Place, ResourceId, RunEnd, SpanId};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A task was spawned by this lane.
    Spawned {
        /// The spawning lane; [`LaneId::OUTSIDE`] for the first task.
        by: LaneId,
    },
    /// A child appeared in this lane.
    Child {
        /// The lane around it.
        parent: LaneId,
    },
    /// The lane was woken.
    Woken(Wake),
    /// A poll begins.
    PollBegin {
        /// Which poll of the lane, from 1; 0 when it is not known.
        number: u32,
    },
    /// A poll ends.
    PollEnd,
    /// The lane says what it waits for.
    Waiting(Wait),
    /// The lane has ended.
    Ended {
        /// How.
        end: End,
        /// The text of an error or a panic.
        message: NameId,
    },
    /// A line for the reader.
    Log {
        /// How loud.
        level: Level,
        /// The line.
        message: NameId,
        /// Where it was written.
        location: LocationId,
    },
    /// A value was shown.
    Value {
        /// What it is called.
        name: NameId,
        /// The value as text.
        value: NameId,
    },
    /// A resource was made by the lane.
    ResourceMade(ResourceId),
    /// A resource was given its name.
    ResourceNamed(ResourceId),
    /// The lane did something with a resource.
    Op(OpLine),
    /// A span of `tracing` was made, entered, left or let go.
    Tracing(TracingEdge),
    /// Somebody took the task's output.
    Joined {
        /// Who.
        by: LaneId,
    },
    /// Somebody dropped the task's handle, so that nobody can learn how it ends.
    Detached {
        /// Who.
        by: LaneId,
    },
    /// The run is over.
    RunEnded(RunEnd),
}

/// What happened to a span of `tracing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TracingEdge {
    /// The span.
    pub span: SpanId,
    /// What.
    pub kind: TracingEdgeKind,
}

/// What happens to a span of `tracing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TracingEdgeKind {
    /// It was made, and has this name with its fields.
    New(NameId, LocationId),
    /// The lane is within it from here on.
    Enter,
    /// The lane has left it.
    Exit,
    /// It will not be entered again.
    Close,
}

/// One event of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimelineEvent {
    /// When.
    pub moment: Moment,
    /// To which lane; [`LaneId::OUTSIDE`] for the run as a whole.
    pub lane: LaneId,
    /// What.
    pub what: Happening,
}

/// A line that the code wrote for the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// When.
    pub moment: Moment,
    /// Who wrote it.
    pub lane: LaneId,
    /// How loud.
    pub level: Level,
    /// The line.
    pub text: &'a str,
    /// Where it was written.
    pub place: Option<&'a Place>,
}

/// A value that the code showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueLine<'a> {
    /// When.
    pub moment: Moment,
    /// Who showed it.
    pub lane: LaneId,
    /// What it is called.
    pub name: &'a str,
    /// The value as text.
    pub value: &'a str,
}

/// What kind of event it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    Spawned,
    Child,
    Woken,
    PollBegin,
    PollEnd,
    Waiting,
    Ended,
    Log,
    Value,
    RunEnded,
    Resource,
    ResourceName,
    Op,
    Tracing,
    Joined,
    Detached,
}

impl Kind {
    const ALL: [Self; 16] = [
        Self::Spawned,
        Self::Child,
        Self::Woken,
        Self::PollBegin,
        Self::PollEnd,
        Self::Waiting,
        Self::Ended,
        Self::Log,
        Self::Value,
        Self::RunEnded,
        Self::Resource,
        Self::ResourceName,
        Self::Op,
        Self::Tracing,
        Self::Joined,
        Self::Detached,
    ];
}

/// An event as it is kept: four bits of kind before the place of the lane, counted from 1, in the
/// model's list. Whatever else it says is in a table of its kind, in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawEvent(u32);

impl RawEvent {
    pub(super) fn new(kind: Kind, lane: Option<u32>) -> Self {
        Self((kind as u32) << 28 | lane.map_or(0, |place| place + 1))
    }

    fn kind(self) -> Kind {
        Kind::ALL[(self.0 >> 28) as usize]
    }

    fn lane(self) -> Option<usize> {
        ((self.0 & 0x0fff_ffff) as usize).checked_sub(1)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawLog {
    pub(super) order: u32,
    pub(super) level: Level,
    pub(super) message: NameId,
    pub(super) location: LocationId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawValue {
    pub(super) order: u32,
    pub(super) name: NameId,
    pub(super) value: NameId,
}

/// What happened to a span of `tracing`; of a new one, with its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawTracing {
    pub(super) order: u32,
    pub(super) span: u32,
    pub(super) kind: TracingEdgeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawJoin {
    pub(super) order: u32,
    pub(super) by: u32,
}

impl Model {
    /// Returns how many events there are; they are numbered from 1.
    pub fn event_count(&self) -> u32 {
        self.events.len() as u32
    }

    /// Returns the event with this number.
    pub fn event(&self, order: u32) -> Option<TimelineEvent> {
        let kind = self.kind_of_event(order)?;
        let moment = self.moment_of(order);
        let lane = self.lane_of_event(order);
        let what = match kind {
            Kind::Spawned => {
                Happening::Spawned { by: self.lane(lane).map_or(LaneId::OUTSIDE, |lane| lane.parent) }
            }
            Kind::Child => {
                Happening::Child { parent: self.lane(lane).map_or(LaneId::OUTSIDE, |lane| lane.parent) }
            }
            Kind::Woken => Happening::Woken(self.wake_at(order)?),
            Kind::PollBegin => Happening::PollBegin { number: self.poll_that_begins(lane, order) },
            Kind::PollEnd => Happening::PollEnd,
            Kind::Waiting => {
                let number = self.waits.partition_point(|wait| wait.order < order);
                Happening::Waiting(self.wait(number as u32)?)
            }
            Kind::Ended => match self.lane(lane).and_then(|lane| lane.end) {
                Some(LaneEnd { end, message, .. }) => Happening::Ended { end, message },
                None => Happening::Ended { end: End::Dropped, message: NameId::NONE },
            },
            Kind::Log => {
                let number = self.logs.partition_point(|log| log.order < order);
                let RawLog { level, message, location, .. } = *self.logs.get(number)?;
                Happening::Log { level, message, location }
            }
            Kind::Value => {
                let number = self.values.partition_point(|value| value.order < order);
                let RawValue { name, value, .. } = *self.values.get(number)?;
                Happening::Value { name, value }
            }
            Kind::Resource | Kind::ResourceName => {
                let of = |resource: &&super::Resource| [resource.made.order, resource.named].contains(&order);
                let resource =
                    self.resources.iter().find(of).map_or(ResourceId::NONE, |resource| resource.id);
                match kind {
                    Kind::Resource => Happening::ResourceMade(resource),
                    _ => Happening::ResourceNamed(resource),
                }
            }
            Kind::Op => Happening::Op(self.op_at(order)?),
            Kind::Tracing => {
                let number = self.tracing.partition_point(|edge| edge.order < order);
                let RawTracing { span, kind, .. } = self.tracing.get(number)?;
                Happening::Tracing(TracingEdge { span: SpanId(span), kind })
            }
            Kind::Joined => Happening::Joined { by: self.joined_by(order)? },
            Kind::Detached => Happening::Detached { by: self.joined_by(order)? },
            Kind::RunEnded => Happening::RunEnded(self.run_end?.0),
        };
        Some(TimelineEvent { moment, lane, what })
    }

    /// Returns the events with numbers in `orders`.
    pub fn events(&self, orders: RangeInclusive<u32>) -> impl DoubleEndedIterator<Item = TimelineEvent> + '_ {
        let last = (*orders.end()).min(self.event_count());
        ((*orders.start()).max(1)..=last).filter_map(|order| self.event(order))
    }

    /// Returns the lines that the code wrote, oldest first.
    pub fn log_lines(&self) -> impl DoubleEndedIterator<Item = LogLine<'_>> + ExactSizeIterator {
        self.logs.iter().map(|log| LogLine {
            moment: self.moment_of(log.order),
            lane: self.lane_of_event(log.order),
            level: log.level,
            text: self.text(log.message),
            place: self.place(log.location),
        })
    }

    /// Returns the lines that the code wrote between two moments, oldest first.
    pub fn log_lines_between(&self, from: Moment, to: Moment) -> impl Iterator<Item = LogLine<'_>> {
        let first = self.logs.partition_point(|log| log.order < from.order);
        self.log_lines().skip(first).take_while(move |line| line.moment.order <= to.order)
    }

    /// Returns the values that the code showed, oldest first.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = ValueLine<'_>> + ExactSizeIterator {
        self.values.iter().map(|value| ValueLine {
            moment: self.moment_of(value.order),
            lane: self.lane_of_event(value.order),
            name: self.text(value.name),
            value: self.text(value.value),
        })
    }

    /// Returns the latest value of each name of each lane at a moment, in the order of first showing.
    pub fn values_at(&self, moment: Moment) -> Vec<ValueLine<'_>> {
        let mut latest: Vec<ValueLine<'_>> = Vec::new();
        let mut places = FxHashMap::default();
        for line in self.values().take_while(|line| line.moment.order <= moment.order) {
            let place = *places.entry((line.lane, line.name)).or_insert(latest.len());
            match latest.get_mut(place) {
                Some(before) => *before = line,
                None => latest.push(line),
            }
        }
        latest
    }

    pub(super) fn kind_of_event(&self, order: u32) -> Option<Kind> {
        self.raw_event(order).map(RawEvent::kind)
    }

    /// Returns the lane of which an event speaks.
    pub(super) fn lane_of_event(&self, order: u32) -> LaneId {
        let place = self.raw_event(order).and_then(RawEvent::lane);
        place.and_then(|place| self.lanes.get(place)).map_or(LaneId::OUTSIDE, |lane| lane.id)
    }

    fn raw_event(&self, order: u32) -> Option<RawEvent> {
        self.events.get(order.checked_sub(1)? as usize)
    }

    fn joined_by(&self, order: u32) -> Option<LaneId> {
        let number = self.joins.partition_point(|join| join.order < order);
        self.joins.get(number).map(|join| LaneId(join.by))
    }

    fn poll_that_begins(&self, lane: LaneId, order: u32) -> u32 {
        let number = self.lane(lane).and_then(|lane| {
            let span = lane.spans.get(lane.spans.partition_point(|span| span.order < order))?;
            span.refers_to().filter(|_| span.order == order)
        });
        number.unwrap_or(0)
    }
}

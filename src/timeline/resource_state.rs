//! How a resource stands at a moment: who holds it, who waits for it and in which order, how full it is.

use super::resources::RawLevel;
use super::{Model, Moment, OpLine};
use crate::trace::{Event, LaneId, LocationId, Op, ResourceId, ResourceKind};

/// A lane that holds something of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The lane that acquired it.
    pub lane: LaneId,
    /// How many permits; 1 for a lock.
    pub amount: u32,
    /// Whether others may hold it too: a reader.
    pub is_shared: bool,
    /// Since when.
    pub since: Moment,
    /// Where it was acquired.
    pub location: LocationId,
}

/// A lane that waits for a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter {
    /// The lane.
    pub lane: LaneId,
    /// How much it wants.
    pub amount: u32,
    /// Since when.
    pub since: Moment,
    /// Where it waits.
    pub location: LocationId,
}

/// How a resource stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResourceState {
    /// Who holds it, the earliest first.
    pub holders: Vec<Holder>,
    /// Who waits for it, in the order of their waiting.
    pub waiters: Vec<Waiter>,
    /// How much of it is used: messages inside, permits held, readers, tasks within.
    pub level: u32,
    /// How much there may be.
    pub capacity: u32,
    /// The last message or version that went in.
    pub last_sent: u32,
    /// Whether it was closed or cancelled, or ended as a stream does.
    pub is_over: bool,
}

impl ResourceState {
    pub(super) fn new(capacity: u32) -> Self {
        Self { capacity, ..Self::default() }
    }

    /// Takes in what was done next.
    pub(super) fn apply(&mut self, kind: ResourceKind, line: &OpLine) {
        let OpLine { lane, moment, detail, location, .. } = *line;
        if line.op == Op::Waits {
            // A lane is told to wait once; whoever says so again has lost its place.
            self.waiters.retain(|waiter| waiter.lane != lane);
            self.waiters.push(Waiter { lane, amount: detail, since: moment, location });
            return;
        }
        let holds_more = matches!(line.op, Op::Acquired | Op::AcquiredShared);
        if holds_more || matches!(line.op, Op::Sent | Op::Received | Op::Abandoned | Op::Lagged | Op::Left) {
            self.waiters.retain(|waiter| waiter.lane != lane);
        }
        match line.op {
            Op::Acquired | Op::AcquiredShared => {
                let is_shared = line.op == Op::AcquiredShared;
                self.holders.push(Holder { lane, amount: detail.max(1), is_shared, since: moment, location });
                self.level = self.in_use(kind, |level| level.saturating_add(detail));
            }
            Op::Released | Op::ReleasedShared => {
                self.release(lane, detail.max(1), line.op == Op::ReleasedShared);
                self.level = self.in_use(kind, |level| level.saturating_sub(detail));
            }
            Op::Sent => {
                self.last_sent = self.last_sent.max(detail);
                self.level = if kind == ResourceKind::Watch { detail } else { self.level.saturating_add(1) };
            }
            Op::Received | Op::Discarded if matches!(kind, ResourceKind::Mpsc | ResourceKind::Oneshot) => {
                self.level = self.level.saturating_sub(1);
            }
            Op::Resized => self.capacity = detail,
            Op::ItemIn | Op::ItemOut => self.last_sent = self.last_sent.saturating_add(1),
            Op::Entered => self.level = self.level.saturating_add(1),
            Op::Left => self.level = self.level.saturating_sub(1),
            Op::Notified | Op::Cancelled => self.release_waiters(line.op, detail),
            Op::Closed | Op::StreamEnded | Op::StreamDropped => self.is_over = true,
            _ => {}
        }
        self.is_over |= line.op == Op::Cancelled;
    }

    /// Returns how much is used after a holder has come or gone: a place that is reserved in a channel counts
    /// beside the messages.
    fn in_use(&self, kind: ResourceKind, of_places: impl FnOnce(u32) -> u32) -> u32 {
        match kind {
            ResourceKind::Mpsc => of_places(self.level),
            _ => self.holders.iter().map(|holder| holder.amount).sum(),
        }
    }

    fn release(&mut self, lane: LaneId, mut amount: u32, is_shared: bool) {
        // The latest first: guards are mostly dropped in the opposite order.
        for holder in self.holders.iter_mut().rev() {
            if holder.lane == lane && holder.is_shared == is_shared && amount > 0 {
                let given = holder.amount.min(amount);
                holder.amount -= given;
                amount -= given;
            }
        }
        self.holders.retain(|holder| holder.amount > 0);
    }

    fn release_waiters(&mut self, op: Op, detail: u32) {
        if op == Op::Notified && detail == 1 {
            if !self.waiters.is_empty() {
                self.waiters.remove(0);
            }
        } else {
            self.waiters.clear();
        }
    }
}

/// How full a resource was from one of its events to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// From when on.
    pub begin: Moment,
    /// How much of it was used.
    pub level: u32,
    /// How much there might be.
    pub capacity: u32,
    /// How many waited.
    pub waiters: u32,
    /// Whether it was held alone: a writer.
    pub is_exclusive: bool,
}

/// A message on its way from one lane to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Through what.
    pub resource: ResourceId,
    /// Which message.
    pub number: u32,
    /// When it went in, and by whom.
    pub sent: (Moment, LaneId),
    /// When it came out, and to whom.
    pub received: (Moment, LaneId),
}

impl Model {
    /// Returns how a resource stood at a moment.
    pub fn resource_at(&self, id: ResourceId, moment: Moment) -> ResourceState {
        let Some(resource) = self.resource(id) else { return ResourceState::default() };
        let mut state = ResourceState::new(resource.capacity);
        for line in self.ops(id).take_while(|line| line.moment.order <= moment.order) {
            state.apply(resource.kind, &line);
        }
        let has_ended = |lane| self.lane(lane).and_then(|lane| lane.end);
        state
            .waiters
            .retain(|waiter| has_ended(waiter.lane).is_none_or(|end| end.moment.order > moment.order));
        state
    }

    /// Returns how full a resource was, from the piece that holds `from` on.
    pub fn levels(&self, id: ResourceId, from: Moment) -> impl Iterator<Item = Level> + '_ {
        let levels = self.resource(id).map_or(&[][..], |resource| &resource.levels);
        let first = levels.partition_point(|level| level.order <= from.order).saturating_sub(1);
        levels[first..].iter().map(|raw| self.level_of(raw))
    }

    fn level_of(&self, raw: &RawLevel) -> Level {
        Level {
            begin: self.moment_of(raw.order),
            level: raw.level,
            capacity: raw.capacity,
            waiters: raw.waiters,
            is_exclusive: raw.is_exclusive,
        }
    }

    /// Returns the messages that were received from a resource between two moments, as they were received.
    pub fn flows(&self, id: ResourceId, from: Moment, to: Moment) -> impl Iterator<Item = Flow> + '_ {
        let resource = self.resource(id);
        let received = resource.map_or(&[][..], |resource| &resource.received);
        let first = received.partition_point(|pair| self.order_of_op(pair.received) < from.order);
        received[first..].iter().filter_map(move |pair| {
            let (sent, received) = (self.op(pair.sent as usize)?, self.op(pair.received as usize)?);
            (received.moment.order <= to.order).then_some(Flow {
                resource: id,
                number: sent.detail,
                sent: (sent.moment, sent.lane),
                received: (received.moment, received.lane),
            })
        })
    }

    fn order_of_op(&self, number: u32) -> u32 {
        self.ops.get(number as usize).map_or(u32::MAX, |op| op.order)
    }

    /// Returns how a resource stood at a moment in words: `3 of 4 inside · held by … · waiting: a, b`.
    pub fn resource_state_text(&self, id: ResourceId, moment: Moment) -> Vec<String> {
        let Some(resource) = self.resource(id) else { return Vec::new() };
        let state = self.resource_at(id, moment);
        let of = |what: &str| match state.capacity {
            Event::UNBOUNDED => format!("{} {what}, no limit", state.level),
            capacity => format!("{} of {capacity} {what}", state.level),
        };
        let mut lines = vec![match resource.kind {
            ResourceKind::Mpsc => of("inside"),
            ResourceKind::Semaphore => of("permits in use"),
            ResourceKind::Watch => format!("version {}", state.last_sent),
            ResourceKind::Broadcast => format!("{} sent", state.last_sent),
            ResourceKind::Oneshot if state.level > 0 => "the value is inside".to_owned(),
            ResourceKind::Oneshot => "empty".to_owned(),
            ResourceKind::Mutex | ResourceKind::RwLock if state.holders.is_empty() => "free".to_owned(),
            ResourceKind::Mutex => "held".to_owned(),
            ResourceKind::RwLock if state.holders.iter().any(|holder| !holder.is_shared) => {
                "held by a writer".to_owned()
            }
            ResourceKind::RwLock => format!("held by {} readers", state.holders.len()),
            ResourceKind::Tracker | ResourceKind::Scope => format!("{} within", state.level),
            ResourceKind::Token if state.is_over => "cancelled".to_owned(),
            ResourceKind::Token => "not cancelled".to_owned(),
            ResourceKind::Stream => format!("{} items", state.last_sent),
            ResourceKind::Notify | ResourceKind::Barrier => format!("{} waiting", state.waiters.len()),
        }];
        if state.is_over && resource.kind != ResourceKind::Token {
            lines.push(if resource.kind == ResourceKind::Stream { "ended" } else { "closed" }.to_owned());
        }
        if !state.holders.is_empty() {
            lines.push(format!("held by {}", self.names(state.holders.iter().map(|holder| holder.lane))));
        }
        if !state.waiters.is_empty() {
            let in_order = self.names(state.waiters.iter().map(|waiter| waiter.lane));
            lines.push(format!("waiting, in order: {in_order}"));
        }
        lines
    }

    /// Returns some lanes' names in a list.
    fn names(&self, lanes: impl ExactSizeIterator<Item = LaneId>) -> String {
        const NAMED: usize = 8;
        let count = lanes.len();
        let names: Vec<_> = lanes.take(NAMED).map(|lane| format!("`{}`", self.lane_name(lane))).collect();
        match count.checked_sub(NAMED).filter(|more| *more > 0) {
            Some(more) => format!("{} and {more} more", names.join(", ")),
            None => names.join(", "),
        }
    }
}

//! Resources: what lanes share, and what they did with it.

use rustc_hash::FxHashMap;

use super::{Model, Moment, ResourceState};
use crate::trace::{LaneId, LocationId, NameId, Op, ResourceId, ResourceKind};

/// How many resources have a row of their own at most.
const MOST_SHOWN: usize = 64;
/// How many messages of a resource are followed from where they went in; a channel for many keeps them all.
const MOST_INSIDE: usize = 1 << 17;

/// What lanes share: a channel, a lock, a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its number in the run.
    pub id: ResourceId,
    /// What it is.
    pub kind: ResourceKind,
    /// How much it holds; [`crate::trace::Event::UNBOUNDED`] for no limit.
    pub capacity: u32,
    /// What to call it: its own name, or `semaphore 2`.
    pub name: String,
    /// Whether the name is its own.
    pub is_named: bool,
    /// The lane that made it.
    pub lane: LaneId,
    /// Where it was made.
    pub location: LocationId,
    /// When it was made.
    pub made: Moment,
    /// The number of the event that named it, 0 if none did.
    pub(super) named: u32,
    /// The numbers of what was done with it, in order.
    pub(super) ops: Vec<u32>,
    /// How it stands after all of them.
    pub(super) now: ResourceState,
    pub(super) levels: Vec<RawLevel>,
    /// The numbers of the sending of what is inside, by the message's.
    sent: FxHashMap<u32, u32>,
    pub(super) received: Vec<RawFlow>,
}

/// How full it was from an event on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawLevel {
    pub(super) order: u32,
    pub(super) level: u32,
    pub(super) capacity: u32,
    pub(super) waiters: u32,
    pub(super) is_exclusive: bool,
}

/// The numbers of the sending and the receiving of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawFlow {
    pub(super) sent: u32,
    pub(super) received: u32,
}

/// Something that a lane did with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpLine {
    /// When.
    pub moment: Moment,
    /// Who.
    pub lane: LaneId,
    /// With what.
    pub resource: ResourceId,
    /// What.
    pub op: Op,
    /// How much, or which; see [`Op`].
    pub detail: u32,
    /// Where.
    pub location: LocationId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawOp {
    pub(super) order: u32,
    pub(super) resource: u32,
    pub(super) detail: u32,
    pub(super) location: u16,
    pub(super) op: Op,
}

/// Returns the word for a kind of resource: `channel`, `mutex`.
pub fn resource_word(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Mpsc => "channel",
        ResourceKind::Oneshot => "oneshot",
        ResourceKind::Broadcast => "broadcast",
        ResourceKind::Watch => "watch",
        ResourceKind::Mutex => "mutex",
        ResourceKind::RwLock => "rwlock",
        ResourceKind::Semaphore => "semaphore",
        ResourceKind::Notify => "notify",
        ResourceKind::Barrier => "barrier",
        ResourceKind::Token => "token",
        ResourceKind::Tracker => "tracker",
        ResourceKind::Stream => "stream",
        ResourceKind::Scope => "scope",
    }
}

impl Resource {
    pub(super) fn new(id: ResourceId, kind: ResourceKind, made: Moment) -> Self {
        Self {
            id,
            kind,
            capacity: 0,
            name: format!("{} {}", resource_word(kind), id.0),
            is_named: false,
            lane: LaneId::OUTSIDE,
            location: LocationId::NONE,
            made,
            named: 0,
            ops: Vec::new(),
            now: ResourceState::default(),
            levels: Vec::new(),
            sent: FxHashMap::default(),
            received: Vec::new(),
        }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        size_of_val(self)
            + self.ops.capacity() * 4
            + self.levels.capacity() * size_of::<RawLevel>()
            + self.received.capacity() * size_of::<RawFlow>()
            + self.sent.capacity() * 16
    }

    /// Takes in what was done next.
    fn apply(&mut self, number: u32, line: &OpLine) {
        self.ops.push(number);
        self.now.apply(self.kind, line);
        let level = RawLevel {
            order: line.moment.order,
            level: self.now.level,
            capacity: self.now.capacity,
            waiters: self.now.waiters.len() as u32,
            is_exclusive: self.kind == ResourceKind::RwLock
                && self.now.holders.iter().any(|holder| !holder.is_shared),
        };
        let same = |before: &RawLevel| RawLevel { order: level.order, ..*before } == level;
        if !self.levels.last().is_some_and(same) {
            self.levels.push(level);
        }
        let is_for_many = matches!(self.kind, ResourceKind::Broadcast | ResourceKind::Watch);
        match line.op {
            Op::Sent if self.sent.len() < MOST_INSIDE => drop(self.sent.insert(line.detail, number)),
            Op::Received => {
                let sent = match is_for_many {
                    true => self.sent.get(&line.detail).copied(),
                    false => self.sent.remove(&line.detail),
                };
                self.received.extend(sent.map(|sent| RawFlow { sent, received: number }));
            }
            Op::Discarded => drop(self.sent.remove(&line.detail)),
            _ => {}
        }
    }
}

impl Model {
    /// Returns all resources in the order in which they were made.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// Returns a resource.
    pub fn resource(&self, id: ResourceId) -> Option<&Resource> {
        // Numbers are given in the order of making, so a resource lies at or before its number.
        let place = self.resources.binary_search_by_key(&id, |resource| resource.id).ok()?;
        self.resources.get(place)
    }

    /// Returns the resources that have a row of their own: those that were given a name, in that order.
    pub fn shown_resources(&self) -> &[ResourceId] {
        &self.shown_resources
    }

    /// Returns how many rows the display has: first the resources', then the lanes'.
    pub fn panel_rows(&self) -> usize {
        self.shown_resources.len() + self.rows.len()
    }

    /// Returns the resource of a row of the display.
    pub fn resource_of_row(&self, row: usize) -> Option<ResourceId> {
        self.shown_resources.get(row).copied()
    }

    /// Returns the lane of a row of the display.
    pub fn lane_of_row(&self, row: usize) -> Option<LaneId> {
        self.rows.get(row.checked_sub(self.shown_resources.len())?).map(|row| row.lane)
    }

    /// Returns the row of a lane in the display.
    pub fn row_of_lane(&self, lane: LaneId) -> Option<usize> {
        let row = self.rows.iter().position(|row| row.lane == lane)?;
        Some(self.shown_resources.len() + row)
    }

    /// Returns what was done with a resource between two moments, oldest first.
    pub fn ops_between(&self, id: ResourceId, from: Moment, to: Moment) -> impl Iterator<Item = OpLine> + '_ {
        let numbers = self.resource(id).map_or(&[][..], |resource| &resource.ops);
        let order_of = |number: &u32| self.ops.get(*number as usize).map_or(u32::MAX, |op| op.order);
        let first = numbers.partition_point(|number| order_of(number) < from.order);
        let ops = numbers[first..].iter().filter_map(|number| self.op(*number as usize));
        ops.take_while(move |line| line.moment.order <= to.order)
    }

    /// Returns what was done last with a resource up to a moment, or first after it.
    pub fn nearest_op(&self, id: ResourceId, moment: Moment) -> Option<OpLine> {
        let numbers = &self.resource(id)?.ops;
        let order_of = |number: &u32| self.ops.get(*number as usize).map_or(u32::MAX, |op| op.order);
        let after = numbers.partition_point(|number| order_of(number) <= moment.order);
        self.op(*numbers.get(after.saturating_sub(1))? as usize)
    }

    /// Returns whether a message that was sent, or a version that was set, was ever received.
    pub fn was_received(&self, sent: &OpLine) -> bool {
        let received = self.resource(sent.resource).map_or(&[][..], |resource| &resource.received);
        // What was received was so after it was sent, and mostly soon.
        let first = received.partition_point(|pair| {
            self.ops.get(pair.received as usize).is_none_or(|op| op.order <= sent.moment.order)
        });
        let is_it =
            |pair: &RawFlow| self.ops.get(pair.sent as usize).is_some_and(|op| op.order == sent.moment.order);
        received[first..].iter().any(is_it)
    }

    /// Returns what was done with a resource, oldest first.
    pub fn ops(&self, id: ResourceId) -> impl DoubleEndedIterator<Item = OpLine> + '_ {
        let numbers = self.resource(id).map_or(&[][..], |resource| &resource.ops);
        numbers.iter().filter_map(|number| self.op(*number as usize))
    }

    /// Returns what to call a resource.
    pub fn resource_name(&self, id: ResourceId) -> std::borrow::Cow<'_, str> {
        match self.resource(id) {
            Some(resource) => (&resource.name).into(),
            None => format!("resource {}", id.0).into(),
        }
    }

    pub(super) fn op(&self, number: usize) -> Option<OpLine> {
        let raw = self.ops.get(number)?;
        Some(OpLine {
            moment: self.moment_of(raw.order),
            lane: self.lane_of_event(raw.order),
            resource: ResourceId(raw.resource),
            op: raw.op,
            detail: raw.detail,
            location: LocationId(raw.location),
        })
    }

    /// Returns something done with a resource by the number of its event.
    pub(super) fn op_at(&self, order: u32) -> Option<OpLine> {
        let number = self.ops.partition_point(|op| op.order < order);
        self.op(number).filter(|op| op.moment.order == order)
    }

    pub(super) fn make_resource(
        &mut self,
        id: ResourceId,
        (kind, capacity): (ResourceKind, u32),
        (lane, location): (LaneId, LocationId),
        moment: Moment,
    ) {
        if let Some(place) = self.place_of_resource(id, kind, moment) {
            let resource = &mut self.resources[place];
            (resource.kind, resource.capacity) = (kind, capacity);
            resource.now = ResourceState::new(capacity);
            if !resource.is_named {
                resource.name = format!("{} {}", resource_word(kind), id.0);
            }
            (resource.lane, resource.location) = (lane, location);
        }
    }

    pub(super) fn name_the_resource(&mut self, id: ResourceId, name: NameId, moment: Moment) {
        let text = self.text(name).to_owned();
        if let Some(place) = self.place_of_resource(id, ResourceKind::Mpsc, moment)
            && !text.is_empty()
        {
            let resource = &mut self.resources[place];
            (resource.name, resource.is_named, resource.named) = (text, true, moment.order);
            if self.shown_resources.len() < MOST_SHOWN && !self.shown_resources.contains(&id) {
                self.shown_resources.push(id);
            }
        }
    }

    pub(super) fn take_op(&mut self, raw: RawOp, moment: Moment) {
        let number = self.ops.len() as u32;
        self.ops.push(raw);
        if let Some(place) = self.place_of_resource(ResourceId(raw.resource), ResourceKind::Mpsc, moment)
            && let Some(line) = self.op(number as usize)
        {
            self.resources[place].apply(number, &line);
        }
    }

    /// Returns the place of a resource; makes one if its making was lost.
    fn place_of_resource(&mut self, id: ResourceId, kind: ResourceKind, moment: Moment) -> Option<usize> {
        if id == ResourceId::NONE {
            return None;
        }
        match self.resources.binary_search_by_key(&id, |resource| resource.id) {
            Ok(place) => Some(place),
            Err(place) => {
                self.resources.insert(place, Resource::new(id, kind, moment));
                Some(place)
            }
        }
    }
}

//! Resources: what lanes share, and what they did with it.

use super::{Model, Moment};
use crate::trace::{LaneId, LocationId, NameId, Op, ResourceId, ResourceKind};

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
        }
    }

    pub(super) fn take_op(&mut self, raw: RawOp, moment: Moment) {
        let number = self.ops.len() as u32;
        if let Some(place) = self.place_of_resource(ResourceId(raw.resource), ResourceKind::Mpsc, moment) {
            self.resources[place].ops.push(number);
        }
        self.ops.push(raw);
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

//! The rules of `trace::event` for what lanes share, as a check over the operations of a whole run.

use std::collections::{BTreeMap, BTreeSet};

use wakeline::trace::{Event, LaneId, Op, ResourceId, ResourceKind};

#[derive(Debug)]
struct Resource {
    kind: ResourceKind,
    capacity: u32,
    /// How many waits of a lane are open.
    waits: BTreeMap<LaneId, u32>,
    /// Who ever waited.
    waited: BTreeSet<LaneId>,
    /// How much each lane holds alone, and beside others.
    held: BTreeMap<LaneId, u32>,
    shared: BTreeMap<LaneId, u32>,
    inside: BTreeSet<u32>,
    last_sent: u32,
    within: u32,
}

/// What is known of the resources so far.
#[derive(Debug, Default)]
pub struct Resources {
    all: BTreeMap<ResourceId, Resource>,
}

fn require(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

impl Resources {
    pub fn make(&mut self, id: ResourceId, kind: ResourceKind, capacity: u32) -> Result<(), String> {
        let next = self.all.last_key_value().map_or(1, |(last, _)| last.0 + 1);
        require(id.0 == next, "resources are numbered as they are made")?;
        let resource = Resource {
            kind,
            capacity,
            waits: BTreeMap::new(),
            waited: BTreeSet::new(),
            held: BTreeMap::new(),
            shared: BTreeMap::new(),
            inside: BTreeSet::new(),
            last_sent: 0,
            within: 0,
        };
        self.all.insert(id, resource);
        Ok(())
    }

    pub fn known(&self, id: ResourceId) -> Result<(), String> {
        require(self.all.contains_key(&id), "the resource was never made")
    }

    /// Takes in an operation; with one thread everything is numbered as it is sent.
    pub fn op(&mut self, event: &Event, one_thread: bool) -> Result<(), String> {
        let Event::Op { lane, resource, op, detail, .. } = *event else { return Ok(()) };
        self.known(resource)?;
        let resource = self.all.get_mut(&resource).expect("it is known");
        resource.op(lane, op, detail, one_thread)
    }

    /// Says what is still held when everything has ended.
    pub fn close(&self) -> Result<(), String> {
        for (id, resource) in &self.all {
            let held = resource.held.values().chain(resource.shared.values()).sum::<u32>();
            require(held == 0, &format!("{held} of resource {} is still held", id.0))?;
            let waits = resource.waits.values().sum::<u32>();
            require(waits == 0, &format!("{waits} still wait for resource {}", id.0))?;
        }
        Ok(())
    }
}

impl Resource {
    fn op(&mut self, lane: LaneId, op: Op, detail: u32, one_thread: bool) -> Result<(), String> {
        let is_queue = matches!(self.kind, ResourceKind::Mpsc | ResourceKind::Oneshot);
        // A queue tells in its own order, however many threads there are.
        let in_order = one_thread || is_queue;
        match op {
            Op::Waits => {
                self.waited.insert(lane);
                *self.waits.entry(lane).or_default() += 1;
            }
            Op::Abandoned => {
                // Another operation of the lane may have ended the wait before.
                require(self.waited.contains(&lane), "it abandons a wait that it never began")?;
                self.goes_on(lane);
            }
            Op::Acquired => {
                self.goes_on(lane);
                *self.held.entry(lane).or_default() += detail;
                let held: u32 = self.held.values().sum();
                let shared: u32 = self.shared.values().sum();
                require(held <= self.capacity, "more is held than there is")?;
                let alone = matches!(self.kind, ResourceKind::Mutex | ResourceKind::RwLock);
                require(!alone || held == 1 && shared == 0, "it is held already")?;
            }
            Op::AcquiredShared => {
                self.goes_on(lane);
                require(self.held.values().sum::<u32>() == 0, "a writer holds it")?;
                *self.shared.entry(lane).or_default() += detail;
            }
            Op::Released => give_back(&mut self.held, lane, detail)?,
            Op::ReleasedShared => give_back(&mut self.shared, lane, detail)?,
            Op::Sent => {
                self.goes_on(lane);
                require(detail > self.last_sent || !in_order, "messages are numbered as they are sent")?;
                self.last_sent = self.last_sent.max(detail);
                require(!is_queue || self.inside.insert(detail), "the message is inside already")?;
                let used = self.inside.len() as u64 + u64::from(self.held.values().sum::<u32>());
                require(used <= u64::from(self.capacity), "more is inside than there is room for")?;
            }
            Op::Received | Op::Discarded if is_queue => {
                self.goes_on(lane);
                let first = self.inside.first().copied();
                require(self.inside.remove(&detail), "the message is not inside")?;
                require(first == Some(detail) || !in_order, "another message was before it")?;
            }
            Op::Received => {
                self.goes_on(lane);
                let is_sent = matches!(self.kind, ResourceKind::Broadcast | ResourceKind::Watch);
                require(!is_sent || detail <= self.last_sent, "nothing of that number was sent")?;
            }
            Op::Lagged => self.goes_on(lane),
            Op::Resized => self.capacity = detail,
            Op::Entered => self.within += 1,
            Op::Left => {
                self.within = self.within.checked_sub(1).ok_or("more leave than have entered")?;
            }
            _ => {}
        }
        Ok(())
    }

    fn goes_on(&mut self, lane: LaneId) {
        if let Some(waits) = self.waits.get_mut(&lane) {
            *waits -= 1;
            if *waits == 0 {
                self.waits.remove(&lane);
            }
        }
    }
}

fn give_back(held: &mut BTreeMap<LaneId, u32>, lane: LaneId, amount: u32) -> Result<(), String> {
    let of = held.entry(lane).or_default();
    *of = of.checked_sub(amount).ok_or("it gives back more than it holds")?;
    Ok(())
}

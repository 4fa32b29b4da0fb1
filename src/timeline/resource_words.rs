//! What is done with resources and spans, in words.

use super::{Model, OpLine, TracingEdge, TracingEdgeKind, resource_word};
use crate::trace::{Event, LaneId, NameId, Op, ResourceId, ResourceKind};

impl Model {
    /// Returns what to call a resource with its kind: ``semaphore `pool` ``.
    pub fn resource_text(&self, id: ResourceId) -> String {
        match self.resource(id) {
            Some(resource) if resource.is_named => {
                format!("{} `{}`", resource_word(resource.kind), resource.name)
            }
            Some(resource) => format!("`{}`", resource.name),
            None => "something shared".to_owned(),
        }
    }

    pub(super) fn made_sentence(&self, lane: LaneId, id: ResourceId) -> String {
        let lane = self.lane_name(lane);
        let Some(resource) = self.resource(id) else { return format!("`{lane}` made something to share") };
        let holds = match (resource.kind, resource.capacity) {
            (ResourceKind::Mpsc, Event::UNBOUNDED) => " without a limit".to_owned(),
            (ResourceKind::Mpsc | ResourceKind::Broadcast, room) => format!(" with room for {room}"),
            (ResourceKind::Semaphore, permits) => format!(" with {permits} permits"),
            (ResourceKind::Barrier, lanes) => format!(" for {lanes}"),
            _ => String::new(),
        };
        format!("`{lane}` made {}{holds}{}", self.resource_text(id), self.at(resource.location))
    }

    /// Returns something done with a resource as a sentence: ``"`worker 2` waits for semaphore `pool`"``.
    pub fn op_sentence(&self, line: &OpLine) -> String {
        let lane = self.lane_name(line.lane);
        let what = self.resource_text(line.resource);
        let kind = self.resource(line.resource).map(|resource| resource.kind);
        let n = line.detail;
        let text = || self.text(NameId(n));
        let is_lock = matches!(kind, Some(ResourceKind::Mutex | ResourceKind::RwLock));
        let permits = |n: u32| if n == 1 { "a permit".to_owned() } else { format!("{n} permits") };
        let places = |n: u32| if n == 1 { "a place".to_owned() } else { format!("{n} places") };
        let told = match line.op {
            Op::Waits if kind == Some(ResourceKind::Semaphore) => {
                format!("waits for {} of {what}", permits(n))
            }
            Op::Waits => format!("waits for {what}"),
            Op::Acquired if kind == Some(ResourceKind::RwLock) => format!("holds {what} to write"),
            Op::Acquired if is_lock => format!("holds {what}"),
            Op::Acquired if kind == Some(ResourceKind::Mpsc) => format!("reserves {} in {what}", places(n)),
            Op::Acquired => format!("has {} of {what}", permits(n)),
            Op::AcquiredShared => format!("holds {what} to read"),
            Op::Released if is_lock => format!("releases {what}"),
            Op::Released if kind == Some(ResourceKind::Mpsc) => {
                format!("has no more reserved {} in {what}", places(n))
            }
            Op::Released => format!("gives back {} of {what}", permits(n)),
            Op::ReleasedShared => format!("has read {what} and releases it"),
            Op::Abandoned => format!("waits for {what} no more, and has got nothing"),
            Op::Sent if kind == Some(ResourceKind::Watch) => format!("sets {what} to version {n}"),
            Op::Sent if kind == Some(ResourceKind::Oneshot) => format!("sends its value into {what}"),
            Op::Sent => format!("sends message {n} into {what}"),
            Op::Received if kind == Some(ResourceKind::Watch) => format!("sees version {n} of {what}"),
            Op::Received if kind == Some(ResourceKind::Oneshot) => format!("receives the value of {what}"),
            Op::Received if kind == Some(ResourceKind::Notify) => format!("is notified by {what}"),
            Op::Received if kind == Some(ResourceKind::Barrier) => format!("passes {what} in round {n}"),
            Op::Received if kind == Some(ResourceKind::Token) => format!("sees that {what} is cancelled"),
            Op::Received if kind == Some(ResourceKind::Tracker) => format!("sees that {what} is empty"),
            Op::Received => format!("receives message {n} from {what}"),
            Op::Discarded => format!("drops message {n} of {what}, which nobody received"),
            Op::Lagged => format!("is too slow for {what} and misses {n} messages"),
            Op::Closed if n > 0 => format!("closes {what}, with {n} still inside"),
            Op::Closed => format!("closes {what}"),
            Op::Notified if n == 1 => format!("notifies one waiter of {what}"),
            Op::Notified => format!("notifies all waiters of {what}"),
            Op::Cancelled => format!("cancels {what}"),
            Op::ChildOf => return format!("{what} is a child of {}", self.resource_text(ResourceId(n))),
            Op::Resized => format!("makes the permits of {what} {n}"),
            Op::ItemIn => format!("puts {} into {what}", text()),
            Op::ItemOut => format!("takes {} out of {what}", text()),
            Op::ItemDropped => format!("drops {} in {what}", text()),
            Op::ItemFailed => format!("takes an error out of {what}: {}", text()),
            Op::StreamEnded => format!("comes to the end of {what}"),
            Op::StreamDropped => format!("drops {what} before its end"),
            Op::Entered if n > 0 => format!("puts `{}` under {what}", self.lane_name(LaneId(n))),
            Op::Entered => format!("enters {what}"),
            Op::Left if n > 0 => format!("sees `{}` leave {what}", self.lane_name(LaneId(n))),
            Op::Left => format!("leaves {what}"),
        };
        format!("`{lane}` {told}{}", self.at(line.location))
    }

    pub(super) fn tracing_sentence(&self, lane: LaneId, edge: &TracingEdge) -> String {
        let lane = self.lane_name(lane);
        let (name, location) = self.tracing_name(edge.span);
        match edge.kind {
            TracingEdgeKind::New(..) => format!("`{lane}` opens the span `{name}`{}", self.at(location)),
            TracingEdgeKind::Enter => format!("`{lane}` enters the span `{name}`"),
            TracingEdgeKind::Exit => format!("`{lane}` leaves the span `{name}`"),
            TracingEdgeKind::Close => format!("`{lane}` closes the span `{name}`"),
        }
    }
}

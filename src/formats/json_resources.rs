//! Resources in the JSON of a run: what each is, and what lanes did with it.

use serde::Serialize;

use super::{At, Place, Stream, lane_id, place_at};
use crate::timeline::{Model, OpLine, Resource, resource_word};
use crate::trace::{Event, NameId, Op};

/// One resource.
#[derive(Serialize)]
pub(super) struct ResourceEntry<'a, O> {
    id: u32,
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<u32>,
    made: At,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place<'a>>,
    ops: O,
}

/// One thing done with it.
#[derive(Serialize)]
pub(super) struct OpEntry<'a> {
    at: At,
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<u32>,
    op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place<'a>>,
}

pub(super) fn entries(model: &Model) -> impl Iterator<Item = impl Serialize + '_> {
    model.resources().iter().map(move |resource| {
        let id = resource.id;
        entry(model, resource, Stream(move || model.ops(id).map(|line| OpEntry::of(model, &line))))
    })
}

fn entry<'a, O>(model: &'a Model, resource: &'a Resource, ops: O) -> ResourceEntry<'a, O> {
    ResourceEntry {
        id: resource.id.0,
        kind: resource_word(resource.kind),
        name: &resource.name,
        capacity: (resource.capacity != Event::UNBOUNDED).then_some(resource.capacity),
        lane: lane_id(resource.lane),
        made: resource.made.into(),
        place: place_at(model, resource.location),
        ops,
    }
}

impl<'a> OpEntry<'a> {
    fn of(model: &'a Model, line: &OpLine) -> Self {
        let is_item = matches!(line.op, Op::ItemIn | Op::ItemOut | Op::ItemDropped | Op::ItemFailed);
        Self {
            at: line.moment.into(),
            lane: lane_id(line.lane),
            op: op_code(line.op),
            number: (!is_item && line.detail > 0).then_some(line.detail),
            item: is_item.then(|| model.text(NameId(line.detail))),
            place: place_at(model, line.location),
        }
    }
}

/// What programs read for an operation: never to be changed.
fn op_code(op: Op) -> &'static str {
    match op {
        Op::Waits => "waits",
        Op::Acquired => "acquired",
        Op::AcquiredShared => "acquired-shared",
        Op::Released => "released",
        Op::ReleasedShared => "released-shared",
        Op::Abandoned => "abandoned",
        Op::Sent => "sent",
        Op::Received => "received",
        Op::Discarded => "discarded",
        Op::Lagged => "lagged",
        Op::Closed => "closed",
        Op::Notified => "notified",
        Op::Cancelled => "cancelled",
        Op::ChildOf => "child-of",
        Op::Resized => "resized",
        Op::ItemIn => "item-in",
        Op::ItemOut => "item-out",
        Op::ItemDropped => "item-dropped",
        Op::ItemFailed => "item-failed",
        Op::StreamEnded => "stream-ended",
        Op::StreamDropped => "stream-dropped",
        Op::Entered => "entered",
        Op::Left => "left",
    }
}

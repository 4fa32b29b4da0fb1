//! A run written by hand, for tests: says what happens in words of the vocabulary.

use std::collections::HashMap;
use std::panic::Location;

use super::Model;
use crate::trace::{
    End, Event, Frame, LaneId, Level, NameId, Op, Recorder, ResourceId, ResourceKind, RunEnd, WaitKind,
    WakeCause,
};

/// One millisecond.
pub(crate) const MS: u64 = 1_000_000;

/// What happens, one event after another. Lanes are called by name; `outside` is no lane. The place of
/// each event is the line of the test that says it.
pub(crate) struct Script {
    pub(crate) recorder: Recorder,
    lanes: HashMap<String, LaneId>,
    resources: HashMap<String, ResourceId>,
}

impl Script {
    pub(crate) fn new() -> Self {
        let lanes = HashMap::from([("outside".to_owned(), LaneId::OUTSIDE)]);
        Self { recorder: Recorder::new(1 << 23), lanes, resources: HashMap::new() }
    }

    pub(crate) fn lane(&self, name: &str) -> LaneId {
        self.lanes[name]
    }

    pub(crate) fn at(&mut self, nanos: u64) -> &mut Self {
        self.recorder.set_clock(nanos);
        self
    }

    #[track_caller]
    pub(crate) fn spawns(&mut self, parent: &str, name: &str) -> &mut Self {
        let (lane, parent, id) = self.new_lane(parent, name);
        let location = self.recorder.location(Location::caller());
        self.push(Event::Spawned { lane, parent, name: id, location })
    }

    #[track_caller]
    pub(crate) fn names_child(&mut self, parent: &str, name: &str) -> &mut Self {
        let (lane, parent, id) = self.new_lane(parent, name);
        let location = self.recorder.location(Location::caller());
        self.push(Event::Child { lane, parent, name: id, location })
    }

    fn new_lane(&mut self, parent: &str, name: &str) -> (LaneId, LaneId, NameId) {
        let lane = self.recorder.new_lane();
        self.lanes.insert(name.to_owned(), lane);
        let id = self.recorder.name(if name.starts_with("task ") { "" } else { name });
        (lane, self.lanes[parent], id)
    }

    pub(crate) fn begins(&mut self, lane: &str) -> &mut Self {
        let lane = self.lane(lane);
        self.push(Event::PollBegin { lane })
    }

    pub(crate) fn ends(&mut self, lane: &str) -> &mut Self {
        let lane = self.lane(lane);
        self.push(Event::PollEnd { lane })
    }

    /// A poll with nothing in it.
    pub(crate) fn polled(&mut self, lane: &str) -> &mut Self {
        self.begins(lane).ends(lane)
    }

    #[track_caller]
    pub(crate) fn waits(&mut self, lane: &str, on: WaitKind, detail: u64) -> &mut Self {
        let lane = self.lane(lane);
        let location = self.recorder.location(Location::caller());
        self.push(Event::Waiting { lane, on, location, detail })
    }

    #[track_caller]
    pub(crate) fn waits_until(&mut self, lane: &str, nanos: u64) -> &mut Self {
        self.waits(lane, WaitKind::Timer, nanos)
    }

    #[track_caller]
    pub(crate) fn waits_for(&mut self, lane: &str, other: &str) -> &mut Self {
        let other = self.lane(other);
        self.waits(lane, WaitKind::Join, u64::from(other.0))
    }

    #[track_caller]
    pub(crate) fn wakes(&mut self, by: &str, lane: &str, cause: WakeCause) -> &mut Self {
        let (by, lane) = (self.lane(by), self.lane(lane));
        let location = self.recorder.location(Location::caller());
        self.push(Event::Woken { lane, by, cause, location })
    }

    pub(crate) fn is_over(&mut self, lane: &str, end: End, message: &str) -> &mut Self {
        let lane = self.lane(lane);
        let message = self.recorder.name(message);
        self.push(Event::Ended { lane, end, message })
    }

    /// The last poll of a lane, which completes it.
    pub(crate) fn completes(&mut self, lane: &str) -> &mut Self {
        self.begins(lane).is_over(lane, End::Completed, "").ends(lane)
    }

    #[track_caller]
    pub(crate) fn logs(&mut self, lane: &str, text: &str) -> &mut Self {
        let lane = self.lane(lane);
        let message = self.recorder.name(text);
        let location = self.recorder.location(Location::caller());
        self.push(Event::Log { lane, level: Level::Info, message, location })
    }

    pub(crate) fn shows(&mut self, lane: &str, name: &str, value: &str) -> &mut Self {
        let lane = self.lane(lane);
        let (name, value) = (self.recorder.name(name), self.recorder.name(value));
        self.push(Event::Value { lane, name, value })
    }

    #[track_caller]
    pub(crate) fn makes(&mut self, lane: &str, name: &str, kind: ResourceKind, capacity: u32) -> &mut Self {
        let lane = self.lane(lane);
        let resource = self.recorder.new_resource();
        self.resources.insert(name.to_owned(), resource);
        let location = self.recorder.location(Location::caller());
        self.push(Event::Resource { resource, kind, capacity, lane, location });
        let name = self.recorder.name(name);
        self.push(Event::ResourceName { resource, name })
    }

    pub(crate) fn resource(&self, name: &str) -> ResourceId {
        self.resources[name]
    }

    #[track_caller]
    pub(crate) fn does(&mut self, lane: &str, op: Op, resource: &str, detail: u32) -> &mut Self {
        let (lane, resource) = (self.lane(lane), self.resource(resource));
        let location = self.recorder.location(Location::caller());
        self.push(Event::Op { lane, resource, op, location, detail })
    }

    /// The lane is polled and cannot go on without a resource.
    #[track_caller]
    pub(crate) fn parks(&mut self, lane: &str, resource: &str, amount: u32) -> &mut Self {
        let detail = u64::from(self.resource(resource).0);
        self.begins(lane).does(lane, Op::Waits, resource, amount);
        self.waits(lane, WaitKind::Resource, detail).ends(lane)
    }

    /// Somebody takes a task's output, or drops its handle.
    pub(crate) fn tells_of_join(&mut self, by: &str, lane: &str, takes: bool) {
        let (by, lane) = (self.lane(by), self.lane(lane));
        self.push(if takes { Event::Joined { lane, by } } else { Event::Detached { lane, by } });
    }

    pub(crate) fn run_ends(&mut self, end: RunEnd) -> &mut Self {
        self.push(Event::RunEnded { end })
    }

    fn push(&mut self, event: Event) -> &mut Self {
        self.recorder.push(event);
        self
    }

    pub(crate) fn frame(&mut self) -> Frame {
        self.recorder.take_frame()
    }

    pub(crate) fn model(&mut self) -> Model {
        let mut model = Model::new();
        model.apply_bytes(&self.frame().encode()).expect("a frame of our own");
        model
    }
}

/// Two requests race: `fetch 1` answers at 41 ms, `fetch 2` is dropped then. 23 events.
pub(crate) fn race() -> Script {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main");
    run.names_child("main", "fetch 1").begins("fetch 1").waits_until("fetch 1", 41 * MS).ends("fetch 1");
    run.names_child("main", "fetch 2").begins("fetch 2").waits_until("fetch 2", 90 * MS).ends("fetch 2");
    run.ends("main");
    run.at(41 * MS);
    run.wakes("outside", "fetch 1", WakeCause::Timer).wakes("outside", "main", WakeCause::Timer);
    run.begins("main").begins("fetch 1");
    run.logs("fetch 1", "first: 41 ms").shows("main", "answers", "1");
    run.is_over("fetch 1", End::Completed, "").ends("fetch 1");
    run.is_over("fetch 2", End::Dropped, "").is_over("main", End::Completed, "").ends("main");
    run.run_ends(RunEnd::Finished);
    run
}

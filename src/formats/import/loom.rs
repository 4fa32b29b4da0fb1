//! Where importers put what they have read: a recorder whose frames a model takes as they fill up.

use super::MAX_LANES;
use crate::timeline::Model;
use crate::trace::{Event, LaneId, Recorder};

pub(super) struct Loom {
    pub(super) recorder: Recorder,
    model: Model,
    lanes: usize,
}

impl Loom {
    pub(super) fn new() -> Self {
        Self { recorder: Recorder::new(Recorder::DEFAULT_CAPACITY), model: Model::new(), lanes: 0 }
    }

    /// Returns whether there is room for one more lane, and takes it.
    pub(super) fn takes_lane(&mut self) -> bool {
        let takes = self.lanes < MAX_LANES;
        self.lanes += usize::from(takes);
        takes
    }

    /// Takes the next lane number.
    pub(super) fn new_lane(&mut self) -> Option<LaneId> {
        self.takes_lane().then(|| self.recorder.new_lane())
    }

    pub(super) fn at(&mut self, nanos: u64) {
        self.recorder.set_clock(nanos);
    }

    pub(super) fn push(&mut self, event: Event) {
        self.recorder.push(event);
        if self.recorder.wants_frame() {
            self.model.take_frame(&self.recorder.take_frame());
        }
    }

    pub(super) fn finish(mut self) -> Model {
        self.model.take_frame(&self.recorder.take_frame());
        self.model.arrange();
        self.model
    }
}

//! Trying schedules, a few in each frame, until one goes wrong.

use super::State;
use super::talk::Asked;
use crate::app::engine::Request;
use crate::explore::Exploration;
use crate::runtime::Schedule;

/// How long a frame may spend on them, and how long they may take together, in milliseconds.
const SLICE_MILLIS: f64 = 10.0;
const PATIENCE_MILLIS: f64 = 5_000.0;

impl State {
    pub(super) fn explore(&mut self) {
        if self.opened.is_some() {
            return self.problem("a recording is as it is: open the pattern to try schedules");
        }
        if !self.setup.is_repeatable() {
            return self.problem(
                "schedules can be tried in virtual time alone, and without a real network: choose them first",
            );
        }
        self.pause();
        self.exploring_since = Some((self.client.host().surroundings.wall)());
        self.tell("tries schedules…");
    }

    /// Returns whether schedules are being tried.
    pub fn is_exploring(&self) -> bool {
        self.exploring_since.is_some()
    }

    /// Forgets about schedules: the reader wants something else.
    pub(super) fn stop_exploring(&mut self) {
        self.exploring_since = None;
    }

    /// Has as many schedules tried as a frame has time for.
    pub(super) fn explore_on(&mut self) {
        if self.asked.is_none() {
            self.ask(Asked::Explore, Request::Explore { millis: SLICE_MILLIS });
        }
    }

    pub(super) fn explored(&mut self, exploration: Exploration) {
        let Some(since) = self.exploring_since else { return };
        let passed = (self.client.host().surroundings.wall)() - since;
        if exploration.tried < Exploration::ENOUGH && passed <= PATIENCE_MILLIS {
            return;
        }
        self.exploring_since = None;
        let Exploration { tried, first, faults } = exploration;
        let Some(fault) = first else {
            return self.tell(format!("{tried} schedules tried: none goes wrong"));
        };
        let (schedule, seed) = (fault.schedule, fault.seed);
        self.change(|setup| (setup.schedule, setup.seed) = (schedule, seed));
        let which = match schedule {
            Schedule::Fifo => "first in, first out".to_owned(),
            Schedule::Random => format!("random with seed {seed}"),
        };
        self.problem(format!(
            "{faults} of {tried} schedules go wrong. This is the first, {which}: {}",
            fault.text
        ));
        self.seek(super::Goal::End);
    }
}

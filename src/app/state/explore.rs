//! Trying schedules, a few in each frame, until one goes wrong.

use super::State;
use crate::explore::Exploration;
use crate::patterns::Scene;
use crate::runtime::Schedule;

/// How many schedules are tried.
const SCHEDULES: u64 = 500;
/// How long a frame may spend on them, and how long they may take together, in milliseconds.
const SLICE_MILLIS: f64 = 10.0;
const PATIENCE_MILLIS: f64 = 5_000.0;

impl State {
    pub(super) fn explore(&mut self) {
        if !self.setup.is_repeatable() {
            return self.problem(
                "schedules can be tried in virtual time alone, and without a real network: choose them first",
            );
        }
        self.pause();
        self.exploring = Some((Exploration::default(), (self.host.wall)()));
        self.tell("tries schedules…");
    }

    /// Returns whether schedules are being tried.
    pub fn is_exploring(&self) -> bool {
        self.exploring.is_some()
    }

    /// Forgets about schedules: the reader wants something else.
    pub(super) fn stop_exploring(&mut self) {
        self.exploring = None;
    }

    /// Tries as many schedules as a frame has time for.
    pub(super) fn explore_on(&mut self) {
        let Some((mut exploration, since)) = self.exploring.take() else { return };
        let wall = std::rc::Rc::clone(&self.host.wall);
        let until = wall() + SLICE_MILLIS;
        let (pattern, twin) = (self.setup.pattern, self.setup.twin);
        let scene =
            Scene { values: self.setup.values.clone(), seed: self.setup.seed, base: self.host.base.clone() };
        loop {
            exploration.step(pattern, twin, &scene);
            if exploration.tried >= SCHEDULES || wall() - since > PATIENCE_MILLIS {
                return self.explored(&exploration);
            }
            if wall() >= until {
                self.exploring = Some((exploration, since));
                return;
            }
        }
    }

    fn explored(&mut self, exploration: &Exploration) {
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

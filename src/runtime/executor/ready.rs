//! The ready queue, and which of its tasks runs next.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

use async_task::Runnable;

use super::Meta;

/// In which order ready tasks are polled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Schedule {
    /// First in, first out, as tokio's `current_thread` runtime does.
    #[default]
    Fifo,
    /// Any ready task, chosen by the seed: what a multi-thread runtime might do.
    Random,
}

impl Schedule {
    /// Returns the name used on the command line and in links.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::Random => "random",
        }
    }
}

impl std::str::FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "fifo" => Ok(Self::Fifo),
            "random" => Ok(Self::Random),
            _ => Err(ScheduleError { given: text.to_owned() }),
        }
    }
}

/// The text names no schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown schedule `{given}`: use `fifo` or `random`")]
pub struct ScheduleError {
    given: String,
}

#[derive(Debug)]
pub(super) struct ReadyQueue {
    queue: VecDeque<Runnable<Meta>>,
    schedule: Schedule,
    rng: fastrand::Rng,
}

impl ReadyQueue {
    pub(super) fn new(schedule: Schedule, seed: u64) -> Self {
        Self { queue: VecDeque::new(), schedule, rng: fastrand::Rng::with_seed(seed) }
    }

    #[inline]
    pub(super) fn push(&mut self, runnable: Runnable<Meta>) {
        self.queue.push_back(runnable);
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Runnable<Meta>> {
        match self.schedule {
            Schedule::Fifo => self.queue.pop_front(),
            Schedule::Random => self.pop_any(),
        }
    }

    fn pop_any(&mut self) -> Option<Runnable<Meta>> {
        if self.queue.is_empty() {
            return None;
        }
        // Drawn as 64 bits: a `usize` would be another number on wasm.
        let which = self.rng.u64(..self.queue.len() as u64) as usize;
        // Whatever takes its place is as good as anything else.
        self.queue.swap_remove_front(which)
    }

    pub(super) fn pop_last(&mut self) -> Option<Runnable<Meta>> {
        self.queue.pop_back()
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }
}

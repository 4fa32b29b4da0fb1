//! Everything in words: one place for what the page, the terminal and a screen reader say.

use super::{LaneStats, Model, Moment, Span, State, TimelineEvent, Wait, Wake};
use crate::trace::{End, LaneId, RunEnd};

/// Returns the word for a state: `polling`, `scheduled`, `idle`.
pub fn state_word(state: State) -> &'static str {
    match state {
        State::Idle => "idle",
        State::Scheduled => "scheduled",
        State::Polling => "polling",
    }
}

/// Returns the word for an end: `completed`, `failed`, `cancelled`, `dropped`, `panicked`.
pub fn end_word(end: End) -> &'static str {
    match end {
        End::Completed => "completed",
        End::Failed => "failed",
        End::Cancelled => "cancelled",
        End::Dropped => "dropped",
        End::Panicked => "panicked",
    }
}

/// Returns a sentence for how a run ended.
pub fn run_end_text(end: RunEnd) -> &'static str {
    todo!("{end:?}")
}

impl Model {
    /// Returns what to call a lane: its name, `task 7`, or `outside`.
    pub fn lane_name(&self, lane: LaneId) -> std::borrow::Cow<'_, str> {
        todo!("{lane:?}")
    }

    /// Returns an event as a sentence: "`fetch 2` was woken by `main` (race.rs:14)".
    pub fn sentence(&self, event: &TimelineEvent) -> String {
        todo!("{event:?}")
    }

    /// Returns what a lane does at a moment as a sentence, for a status line or a screen reader.
    pub fn state_sentence(&self, lane: LaneId, moment: Moment) -> String {
        todo!("{lane:?} {moment:?}")
    }

    /// Returns what a wait is for: `timer, due at 90 ms`, ``end of `fetch 2` ``.
    pub fn wait_text(&self, wait: &Wait) -> String {
        todo!("{wait:?}")
    }

    /// Returns who woke and why: `its timer`, `` `main` (race.rs:14) ``.
    pub fn wake_text(&self, wake: &Wake) -> String {
        todo!("{wake:?}")
    }

    /// Returns a span in one line for a tooltip, at the time of `now` if it goes on.
    pub fn span_text(&self, span: &Span, now: Moment) -> String {
        todo!("{span:?} {now:?}")
    }

    /// Returns what a lane did in one line: `3 polls, busy 0 ms, scheduled 0 ms, idle 90 ms`.
    pub fn stats_text(&self, stats: &LaneStats) -> String {
        todo!("{stats:?}")
    }
}

//! Everything in words: one place for what the page, the terminal and a screen reader say.

use std::borrow::Cow;

use super::{
    Cause, Happening, LaneKind, LaneState, LaneStats, Model, Moment, Span, SpanState, State, TimelineEvent,
    Wait, Wake, duration_text, resource_word,
};
use crate::trace::{End, LaneId, Level, LocationId, NameId, ResourceId, RunEnd, WaitKind, WakeCause};

/// Returns the pieces of a text and whether each stood in backticks; a last backtick that nothing closes is one.
pub fn backticked(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let is_odd = text.matches('`').count() % 2 == 1;
    let (closed, rest) = match text.rfind('`') {
        Some(last) if is_odd => text.split_at(last),
        _ => (text, ""),
    };
    let pieces = closed.split('`').enumerate().map(|(at, piece)| (piece, at % 2 == 1));
    pieces.chain([(rest, false)]).filter(|(piece, _)| !piece.is_empty())
}

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
    match end {
        RunEnd::Finished => "The run finished",
        RunEnd::Stalled => "The run is stuck: nothing is ready, and nothing will wake it",
        RunEnd::Stopped => "The run was stopped",
        RunEnd::LimitReached => "The run reached a limit",
        RunEnd::Killed => "The run was ended with its engine",
    }
}

impl Model {
    /// Returns what to call a lane: its name, `task 7`, or `outside`.
    pub fn lane_name(&self, lane: LaneId) -> Cow<'_, str> {
        match self.lane(lane) {
            Some(lane) => Cow::Borrowed(&lane.name),
            None if lane == LaneId::OUTSIDE => Cow::Borrowed("outside"),
            None => Cow::Owned(super::lane::fallback_name(LaneKind::Task, lane)),
        }
    }

    /// Returns an event as a sentence: ``"`fetch 2` was woken by `main` (race.rs:14)"``.
    pub fn sentence(&self, event: &TimelineEvent) -> String {
        let lane = self.lane_name(event.lane);
        let here = self.lane(event.lane).map_or(LocationId::NONE, |lane| lane.location);
        match event.what {
            Happening::Spawned { by: LaneId::OUTSIDE } => format!("`{lane}` started{}", self.at(here)),
            Happening::Spawned { by } => {
                format!("`{}` spawned `{lane}`{}", self.lane_name(by), self.at(here))
            }
            Happening::Child { parent } => {
                format!("`{lane}` began within `{}`{}", self.lane_name(parent), self.at(here))
            }
            Happening::Woken(wake) => format!("`{lane}` was woken {}", self.wake_text(&wake)),
            Happening::PollBegin { number: 0 } => format!("A poll of `{lane}` began"),
            Happening::PollBegin { number } => format!("Poll {number} of `{lane}` began"),
            Happening::PollEnd => self.poll_end_sentence(event),
            Happening::Waiting(wait) => {
                format!("`{lane}` waits for {}{}", self.wait_text(&wait), self.at(wait.location))
            }
            Happening::Ended { end, message } => format!("`{lane}` {}", self.end_text(end, message)),
            Happening::Log { message, .. } if event.lane == LaneId::OUTSIDE => self.text(message).to_owned(),
            Happening::Log { level, message, .. } => {
                let says = match level {
                    Level::Info => "",
                    Level::Warn => " warns",
                    Level::Error => " reports an error",
                };
                format!("`{lane}`{says}: {}", self.text(message))
            }
            Happening::Value { name, value } => {
                format!("`{lane}` shows {} = {}", self.text(name), self.text(value))
            }
            Happening::ResourceMade(resource) => self.made_sentence(event.lane, resource),
            Happening::ResourceNamed(resource) => match self.resource(resource) {
                Some(resource) => {
                    format!("The {} is called `{}`", resource_word(resource.kind), resource.name)
                }
                None => "A resource was given its name".to_owned(),
            },
            Happening::Op(op) => self.op_sentence(&op),
            Happening::Tracing(edge) => self.tracing_sentence(event.lane, &edge),
            Happening::Joined { by } => format!("`{}` took the output of `{lane}`", self.lane_name(by)),
            Happening::Detached { by } => {
                format!(
                    "`{}` let go of the handle of `{lane}`: nobody will know its output",
                    self.lane_name(by)
                )
            }
            Happening::RunEnded(end) => run_end_text(end).to_owned(),
        }
    }

    fn poll_end_sentence(&self, event: &TimelineEvent) -> String {
        let name = self.lane_name(event.lane);
        match self.state_at(event.lane, event.moment) {
            LaneState::Ended(_) => format!("The last poll of `{name}` ended"),
            LaneState::Live(Span { state: SpanState::Scheduled(_), .. }) => {
                format!("The poll of `{name}` ended, and it is scheduled again")
            }
            _ => format!("The poll of `{name}` ended: pending"),
        }
    }

    /// Returns what a lane does at a moment as a sentence, for a status line or a screen reader.
    pub fn state_sentence(&self, lane: LaneId, moment: Moment) -> String {
        let name = self.lane_name(lane);
        match self.state_at(lane, moment) {
            LaneState::Unborn => format!("`{name}` does not exist yet"),
            LaneState::New => format!("`{name}` was not polled yet"),
            LaneState::Live(span) => format!("`{name}` is {}", self.doing_text(&span, moment)),
            LaneState::Ended(end) => {
                let when = duration_text(end.moment.nanos);
                format!("`{name}` {} (at {when})", self.end_text(end.end, end.message))
            }
        }
    }

    /// Returns what a lane does in a span, as it follows "is": `idle: waits for its timer, due at 90 ms`.
    pub fn doing_text(&self, span: &Span, moment: Moment) -> String {
        match span.state {
            SpanState::Polling { number } => format!("polling (poll {number})"),
            SpanState::Scheduled(Some(Wake { cause: Cause::Spawned, .. })) => "scheduled: new".to_owned(),
            SpanState::Scheduled(Some(wake)) => format!("scheduled: woken {}", self.wake_text(&wake)),
            SpanState::Scheduled(None) => "scheduled".to_owned(),
            SpanState::Idle(Some(wait)) => {
                format!("idle: waits for {}{}", self.wait_text(&wait), self.at(wait.location))
            }
            SpanState::Idle(None) => match self.children_text(span.lane, moment) {
                Some(children) => format!("idle: waits for {children}"),
                None => "idle".to_owned(),
            },
        }
    }

    /// A task says nothing itself when the futures inside it wait.
    fn children_text(&self, parent: LaneId, moment: Moment) -> Option<String> {
        const NAMED: usize = 3;
        let is_living_child = |row: &&super::Row| {
            let lives = matches!(self.state_at(row.lane, moment), LaneState::New | LaneState::Live(_));
            lives && self.lane(row.lane).is_some_and(|lane| lane.parent == parent)
        };
        let below = self.rows().iter().skip_while(|row| row.lane != parent).skip(1);
        let children: Vec<_> = below.take_while(|row| row.depth > 0).filter(is_living_child).collect();
        let names: Vec<_> =
            children.iter().take(NAMED).map(|row| format!("`{}`", self.lane_name(row.lane))).collect();
        match (children.len(), names.split_last()) {
            (0, _) | (_, None) => None,
            (1, Some((only, _))) => Some(only.clone()),
            (count, Some(_)) if count > NAMED => {
                Some(format!("{} and {} more", names.join(", "), count - NAMED))
            }
            (_, Some((last, others))) => Some(format!("{} and {last}", others.join(", "))),
        }
    }

    /// Returns how a lane ended, with its message: `failed: not found`.
    pub fn end_text(&self, end: End, message: NameId) -> String {
        let words = match end {
            End::Completed => "completed",
            End::Failed => "failed",
            End::Cancelled => "was cancelled",
            End::Dropped => "was dropped before it was ready",
            End::Panicked => "panicked",
        };
        match self.text(message) {
            "" => words.to_owned(),
            message => format!("{words}: {message}"),
        }
    }

    /// Returns what a wait is for: `its timer, due at 90 ms`, ``the end of `fetch 2` ``.
    pub fn wait_text(&self, wait: &Wait) -> String {
        let named = |kind: &str| match u32::try_from(wait.detail).map(NameId) {
            Ok(name) if name != NameId::NONE => format!("{kind} `{}`", self.text(name)),
            _ => kind.to_owned(),
        };
        match wait.on {
            WaitKind::Timer => format!("its timer, due at {}", duration_text(wait.detail)),
            WaitKind::Join => {
                let lane = u32::try_from(wait.detail).map_or(LaneId::OUTSIDE, LaneId);
                format!("the end of `{}`", self.lane_name(lane))
            }
            WaitKind::JoinSet if wait.detail == 1 => "the last task of its set".to_owned(),
            WaitKind::JoinSet => format!("the next of {} tasks", wait.detail),
            WaitKind::Io => named("I/O"),
            WaitKind::Yield => "its next turn".to_owned(),
            WaitKind::Signal => "the signal to shut down".to_owned(),
            WaitKind::Resource => {
                self.resource_text(u32::try_from(wait.detail).map_or(ResourceId::NONE, ResourceId))
            }
        }
    }

    /// Returns who woke and why, as it follows "was woken": `by its timer`, `` by `main` (race.rs:14) ``.
    pub fn wake_text(&self, wake: &Wake) -> String {
        let by = self.lane_name(wake.by);
        let text = match wake.cause {
            Cause::Spawned if wake.by == LaneId::OUTSIDE => "at the start".to_owned(),
            Cause::Spawned => format!("by `{by}`, which made it"),
            Cause::Woken(WakeCause::Lane) if wake.by == wake.lane => "by itself".to_owned(),
            Cause::Woken(WakeCause::Lane) if wake.by == LaneId::OUTSIDE => "from outside".to_owned(),
            Cause::Woken(WakeCause::Lane) => format!("by `{by}`"),
            Cause::Woken(WakeCause::Timer) => "by its timer".to_owned(),
            Cause::Woken(WakeCause::External) => "from outside".to_owned(),
            Cause::Woken(WakeCause::Yield) => "by itself, after giving way".to_owned(),
            Cause::Woken(WakeCause::Abort) if wake.by == LaneId::OUTSIDE => "to be dropped".to_owned(),
            Cause::Woken(WakeCause::Abort) => format!("by `{by}` to be dropped"),
        };
        text + &self.at(wake.location)
    }

    /// Returns a span in one line for a tooltip, at the time of `now` if it goes on.
    pub fn span_text(&self, span: &Span, now: Moment) -> String {
        let end = span.end.unwrap_or(now);
        let length = end.nanos.saturating_sub(span.begin.nanos);
        let so_far = if span.end.is_none() { " so far" } else { "" };
        let begin = duration_text(span.begin.nanos);
        let doing = self.doing_text(span, span.begin);
        format!("{doing} · from {begin} for {}{so_far}", duration_text(length))
    }

    /// Returns what a lane did in one line: `3 polls, busy 0 ms, scheduled 0 ms, idle 90 ms`.
    pub fn stats_text(&self, stats: &LaneStats) -> String {
        format!(
            "{} {}, busy {}, scheduled {}, idle {}",
            stats.polls,
            if stats.polls == 1 { "poll" } else { "polls" },
            duration_text(stats.busy_nanos),
            duration_text(stats.scheduled_nanos),
            duration_text(stats.idle_nanos),
        )
    }

    /// Returns a place as it follows a sentence: ` (race.rs:14)`, or nothing.
    pub(super) fn at(&self, location: LocationId) -> String {
        self.place(location).map_or(String::new(), |place| format!(" ({place})"))
    }
}

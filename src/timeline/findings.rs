//! What is wrong with a run, found in its record: nothing is guessed from averages.
//!
//! | finding | how it reads |
//! |---|---|
//! | [`FindingKind::Deadlock`] | ``deadlock: `a` waits for mutex `B`, which `b` holds; `b` waits for mutex `A`, which `a` holds`` |
//! | [`FindingKind::Stuck`] | ``stuck: `consumer` waits for channel `jobs` (mpsc.rs:21), and nothing will wake it`` |
//! | [`FindingKind::Panicked`] | ``panicked: `main` at 40 ms: …`` |
//! | [`FindingKind::LongPoll`] | ``blocked the executor: one poll of `import` took 300 ms, and 3 other tasks waited`` |
//! | [`FindingKind::UnseenError`] | ``an error that nobody saw: `audit` failed at 20 ms: …, and its handle was dropped by `main` `` |
//! | [`FindingKind::CutShort`] | ``cut short: `worker 2` still ran when the first task ended, and was dropped`` |
//! | [`FindingKind::ErrorLogged`] | `` `reader` reports an error: message 3 is lost`` |
//!
//! Tasks that somebody aborted on purpose are no finding, and neither is an error that was taken by a join.

use rustc_hash::FxHashSet;

use super::{Lane, LaneKind, LaneState, Model, Moment, Span, SpanState, Wait, duration_text};
use crate::trace::{End, LaneId, Level, RunEnd, WaitKind};

/// A poll that takes longer than this, in nanoseconds, keeps everybody else waiting: 10 ms. tokio's advice is
/// 10 to 100 µs from one `.await` to the next; a browser drops a frame at 16 ms.
pub const LONG_POLL_NANOS: u64 = 10_000_000;
/// How many findings of a kind are told.
pub(super) const MOST_OF_A_KIND: usize = 20;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingKind {
    /// Lanes wait for each other in a circle.
    Deadlock,
    /// A lane waits, and nothing can wake it any more.
    Stuck,
    /// A lane panicked.
    Panicked,
    /// A poll took so long that others starved.
    LongPoll,
    /// A task failed, and nobody looked.
    UnseenError,
    /// A task was still alive when the run ended.
    CutShort,
    /// The code itself says that something is wrong.
    ErrorLogged,
}

impl FindingKind {
    /// Returns the code that programs read.
    pub fn code(self) -> &'static str {
        match self {
            Self::Deadlock => "deadlock",
            Self::Stuck => "stuck",
            Self::Panicked => "panicked",
            Self::LongPoll => "long-poll",
            Self::UnseenError => "unseen-error",
            Self::CutShort => "cut-short",
            Self::ErrorLogged => "error-logged",
        }
    }
}

/// Something that is wrong with a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// With which lane.
    pub lane: LaneId,
    /// When.
    pub moment: Moment,
    /// In words, with names in backticks.
    pub text: String,
}

impl Model {
    /// Returns what is wrong with the run so far, the most telling first.
    pub fn findings(&self) -> Vec<Finding> {
        let mut all = self.stuck();
        let lanes = || self.lanes().iter();
        // A panic passes through the task around a child; it is told once, where it began.
        let panicked_in = |lane: &&Lane| lane.end.is_some_and(|end| end.end == End::Panicked);
        let children = lanes().filter(panicked_in).filter(|lane| lane.kind == LaneKind::Child);
        let passed_on: FxHashSet<LaneId> = children.map(|child| self.task_of(child.id)).collect();
        let is_first = |lane: &&Lane| lane.kind != LaneKind::Task || !passed_on.contains(&lane.id);
        all.extend(lanes().filter(is_first).filter_map(|lane| self.panicked(lane)).take(MOST_OF_A_KIND));
        all.extend(lanes().filter_map(|lane| self.long_poll(lane)).take(MOST_OF_A_KIND));
        all.extend(lanes().filter_map(|lane| self.unseen_error(lane)).take(MOST_OF_A_KIND));
        all.extend(lanes().filter_map(|lane| self.cut_short(lane)).take(MOST_OF_A_KIND));
        let errors = self.log_lines().filter(|line| line.level == Level::Error).take(MOST_OF_A_KIND);
        all.extend(errors.map(|line| Finding {
            kind: FindingKind::ErrorLogged,
            lane: line.lane,
            moment: line.moment,
            text: format!("`{}` reports an error: {}", self.lane_name(line.lane), line.text),
        }));
        all
    }

    fn panicked(&self, lane: &Lane) -> Option<Finding> {
        let end = lane.end.filter(|end| end.end == End::Panicked)?;
        let message = self.text(end.message);
        let when = duration_text(end.moment.nanos);
        Some(Finding {
            kind: FindingKind::Panicked,
            lane: lane.id,
            moment: end.moment,
            text: format!("panicked: `{}` at {when}: {message}", lane.name),
        })
    }

    fn long_poll(&self, lane: &Lane) -> Option<Finding> {
        if lane.kind != LaneKind::Task
            || self.lane_stats(lane.id, self.extent().end).busy_nanos < LONG_POLL_NANOS
        {
            return None;
        }
        let length = |span: &Span| span.end.map_or(0, |end| end.nanos.saturating_sub(span.begin.nanos));
        let polls = self.spans(lane.id).filter(|span| matches!(span.state, SpanState::Polling { .. }));
        let longest = polls.max_by_key(length).filter(|span| length(span) >= LONG_POLL_NANOS)?;
        let end = longest.end?;
        let before = self.moment_of(end.order.saturating_sub(1));
        let starved = self.lanes().iter().filter(|other| {
            let is_scheduled = |moment| {
                matches!(
                    self.state_at(other.id, moment),
                    LaneState::Live(Span { state: SpanState::Scheduled(_), .. })
                )
            };
            let is_due = |wait: Wait| {
                wait.on == WaitKind::Timer && (longest.begin.nanos..end.nanos).contains(&wait.detail)
            };
            let waits_in_vain = matches!(self.state_at(other.id, before),
                LaneState::Live(Span { state: SpanState::Idle(Some(wait)), .. }) if is_due(wait));
            other.id != lane.id && other.kind == LaneKind::Task && (is_scheduled(before) || waits_in_vain)
        });
        let others = match starved.count() {
            0 => String::new(),
            1 => ", and another task waited".to_owned(),
            many => format!(", and {many} other tasks waited"),
        };
        let took = duration_text(length(&longest));
        Some(Finding {
            kind: FindingKind::LongPoll,
            lane: lane.id,
            moment: longest.begin,
            text: format!("blocked the executor: one poll of `{}` took {took}{others}", lane.name),
        })
    }

    fn unseen_error(&self, lane: &Lane) -> Option<Finding> {
        let end = lane.end.filter(|end| matches!(end.end, End::Failed | End::Panicked))?;
        // The first task's output goes to whoever started the run.
        let is_main = lane.parent == LaneId::OUTSIDE;
        if is_main || lane.kind != LaneKind::Task || lane.joined.is_some() {
            return None;
        }
        let (when, message) = (duration_text(end.moment.nanos), self.text(end.message));
        let because = match lane.detached {
            Some((_, by)) => format!("its handle was dropped by `{}`", self.lane_name(by)),
            None => self.run_end.map(|_| "nobody ever joined it".to_owned())?,
        };
        Some(Finding {
            kind: FindingKind::UnseenError,
            lane: lane.id,
            moment: end.moment,
            text: format!(
                "an error that nobody saw: `{}` failed at {when}: {message}, and {because}",
                lane.name
            ),
        })
    }

    fn cut_short(&self, lane: &Lane) -> Option<Finding> {
        let (how, run_end) = self.run_end?;
        let end = lane.end.filter(|end| end.end == End::Dropped && lane.kind == LaneKind::Task)?;
        // On tokio the end of the run is told after the last tasks were dropped.
        let main_end =
            self.lanes().iter().find(|lane| lane.parent == LaneId::OUTSIDE).and_then(|main| main.end);
        let is_after = main_end.is_some_and(|main| main.moment.order < end.moment.order)
            || end.moment.order > run_end.order;
        (how == RunEnd::Finished && is_after).then(|| Finding {
            kind: FindingKind::CutShort,
            lane: lane.id,
            moment: end.moment,
            text: format!("cut short: `{}` still ran when the first task ended, and was dropped", lane.name),
        })
    }

    /// Returns the task around a lane, or the lane itself if it is one.
    pub fn task_of(&self, mut id: LaneId) -> LaneId {
        // A damaged trace can say that a lane is its own ancestor.
        for _ in 0..64 {
            match self.lane(id) {
                Some(lane) if lane.kind == LaneKind::Child => id = lane.parent,
                _ => return id,
            }
        }
        id
    }
}

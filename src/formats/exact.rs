//! What our Chrome traces say beside what the format has room for, so that they read back as they were.
//!
//! Each event that comes from a run has a field `wakeline`, which other tools pass over. (In `args` it would stand in
//! the names that speedscope makes of them, and among the series of a counter.) In virtual time a poll takes no time,
//! and what other tools are shown is laid out; the true moments are here.

use serde::{Deserialize, Serialize};

use crate::timeline::Moment;

/// A time in nanoseconds and a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct At {
    pub(super) nanos: u64,
    pub(super) step: u32,
}

impl From<Moment> for At {
    fn from(moment: Moment) -> Self {
        Self { nanos: moment.nanos, step: moment.order }
    }
}

/// What an event is in the run. Codes are those of the frames.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Exact {
    /// When.
    #[serde(default)]
    pub(super) at: At,
    /// Until when, of a poll; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<At>,
    /// The cause of a wake, the level of a line of the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<u8>,
    /// A value as it was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    /// The lane, on the event that names its thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lane: Option<ExactLane>,
}

/// A lane, which is a thread in the format.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ExactLane {
    /// Its own name, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// The number of the lane that made it.
    #[serde(default)]
    pub(super) parent: u32,
    /// Whether it is a child, and no task.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) child: bool,
    /// How it ended, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) end: Option<ExactEnd>,
}

/// How a lane ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ExactEnd {
    #[serde(default)]
    pub(super) at: At,
    #[serde(default)]
    pub(super) code: u8,
    /// The text of an error or a panic.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) message: String,
}

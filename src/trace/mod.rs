//! What happened in a run: the vocabulary, the recorder and the frames.
//!
//! [`event`] is the specification. Nothing here knows of a runtime, a page or a clock.

mod bytes;
mod codec;
mod codes;
pub mod current;
pub mod event;
pub mod frame;
mod intern;
mod recorder;
pub mod resource;

pub use event::{End, Event, LaneId, Level, LocationId, NameId, RunEnd, WaitKind, WakeCause};
pub use frame::{Frame, FrameError};
pub use intern::{MAX_NAME_BYTES, MAX_NAME_LEN, MAX_NAMES, Place};
pub use recorder::Recorder;
pub use resource::{Op, ResourceId, ResourceKind, SpanId};

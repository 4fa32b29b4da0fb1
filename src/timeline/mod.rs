//! The pure model of a run: frames go in; lanes, slices, arrows and the state of everything at a
//! moment come out.
//!
//! Nothing here knows of a page, a runtime or a clock of its own: equal frames give an equal model,
//! on every platform, whether they come one by one while a run goes on or all at once from a file.
//!
//! ```text
//!  frames ──▶ Model ──┬─▶ lanes, rows, spans, state_at, lane_stats   (what is)
//!                     ├─▶ wakes, wake_before, wake_after             (who woke whom)
//!                     ├─▶ events, sentences, logs, values            (what happened)
//!                     ├─▶ lines_at, spans_on_line                    (where in the source)
//!                     └─▶ Window ◀── Axis, Viewport                  (what to paint)
//! ```
//!
//! Storage is columnar: a span takes eight bytes and an event four, because a moment is kept as its
//! place in the order alone and one table of instants tells the time of every place.

mod apply;
mod axis;
mod column;
mod events;
mod findings;
mod lane;
mod losses;
mod model;
mod moment;
mod query;
mod resource_state;
mod resource_words;
mod resources;
mod rows;
#[cfg(test)]
pub(crate) mod script;
mod sentences;
mod source;
mod span;
mod step;
#[cfg(test)]
mod tests;
mod ticks;
mod tracing_spans;
mod units;
mod viewport;
mod wait_for;
mod wakes;
mod window;

pub use axis::Axis;
pub use events::{Happening, LogLine, TimelineEvent, TracingEdge, TracingEdgeKind, ValueLine};
pub use findings::{Finding, FindingKind, LONG_POLL_NANOS};
pub use lane::{Lane, LaneEnd, LaneKind, Row};
pub use model::{Dropped, Gap, Model};
pub use moment::{Extent, Moment};
pub use query::{LaneState, LaneStats, RunState};
pub use resource_state::{Flow, Holder, Level, ResourceState, Waiter};
pub use resources::{OpLine, Resource, resource_word};
pub use sentences::{backticked, end_word, run_end_text, state_word};
pub use source::{LineMark, MarkKind};
pub use span::{Span, SpanState, State, Wait};
pub use ticks::{Instant, Ruler, Tick};
pub use tracing_spans::{TracingPiece, TracingSpan};
pub use units::{clock_text, duration_text};
pub use viewport::Viewport;
pub use wakes::{Cause, Wake};
pub use window::{VisibleSpan, VisibleSpans, Window};

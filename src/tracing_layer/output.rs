//! Natively spans and events can be printed beside the recording, by `tracing-subscriber`'s `fmt`.

use std::fmt;
use std::io::IsTerminal;

use tracing::dispatcher::SetGlobalDefaultError;
use tracing_subscriber::fmt::format::{FmtSpan, Writer};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::prelude::*;

use super::SpanLayer;
use crate::trace::current;

/// As [`install`](super::install), and prints to the standard error too: each event, and each span as it is
/// made, entered and left.
///
/// # Errors
///
/// Fails when the program has a subscriber already.
pub fn install_with_output() -> Result<(), SetGlobalDefaultError> {
    let printed = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .with_timer(RunTime)
        .with_span_events(FmtSpan::NEW | FmtSpan::ACTIVE);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(SpanLayer).with(printed))
}

/// The time in the run, which in virtual time is what the timeline shows and not what the wall does.
struct RunTime;

impl FormatTime for RunTime {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        match current::with(|recorder, _| recorder.now_nanos()) {
            Some(nanos) => write!(writer, "{}.{:03} ms", nanos / 1_000_000, nanos / 1_000 % 1_000),
            None => writer.write_str("-"),
        }
    }
}

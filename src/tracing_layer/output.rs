//! Natively spans and events can be printed beside the recording, by `tracing-subscriber`'s `fmt`, and the tasks
//! of a run on tokio can be watched in tokio-console.

use std::fmt;
use std::io::IsTerminal;

use thiserror::Error;
use tracing::dispatcher::SetGlobalDefaultError;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::format::{FmtSpan, Writer};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::prelude::*;

use super::SpanLayer;
use crate::trace::current;

/// Who hears of spans and events besides the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    /// The standard error: each event, and each span as it is made, entered and left.
    pub printed: bool,
    /// tokio-console, which connects to port 6669 of this machine. It needs feature `console`.
    pub console: bool,
}

/// Why an output is not to be had.
#[derive(Debug, Error)]
pub enum OutputsError {
    /// The program has a subscriber already.
    #[error("cannot add an output for spans: {0}")]
    Set(#[from] SetGlobalDefaultError),
    /// The build has no tokio-console.
    #[error(
        "this build has nothing for tokio-console to connect to: build it with \
         `RUSTFLAGS=\"--cfg tokio_unstable\" cargo build --features console`"
    )]
    NoConsole,
}

/// As [`install`](super::install), with outputs besides.
///
/// # Errors
///
/// Fails when the program has a subscriber already, and when tokio-console is asked of a build without it.
pub fn install_with(outputs: Outputs) -> Result<(), OutputsError> {
    let printed = outputs.printed.then(|| {
        tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .with_timer(RunTime)
            .with_span_events(FmtSpan::NEW | FmtSpan::ACTIVE)
            // What tokio-console lives on is quieter, and not for people.
            .with_filter(LevelFilter::INFO)
    });
    let subscriber = tracing_subscriber::registry().with(SpanLayer).with(printed);
    if !outputs.console {
        return Ok(tracing::subscriber::set_global_default(subscriber)?);
    }
    #[cfg(all(feature = "console", tokio_unstable))]
    return Ok(tracing::subscriber::set_global_default(
        subscriber.with(console_subscriber::ConsoleLayer::builder().with_default_env().spawn()),
    )?);
    #[cfg(not(all(feature = "console", tokio_unstable)))]
    Err(OutputsError::NoConsole)
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

//! `tracing`'s spans and events, recorded into the trace of the run that they happen in.
//!
//! A span of a task is drawn in that task's lane: [`SpanLayer`] turns what `tracing` tells a subscriber into
//! [`Event::SpanNew`] and its like, and an `info!` into a line of the log. It
//! keeps no clock and no state but a number in each span, so in virtual time the same run still gives the
//! same bytes.
//!
//! `tracing` has one subscriber for a whole program. [`install`] sets one that has this layer, the first time
//! that something asks for it; a program with a subscriber of its own adds the layer to that:
//!
//! ```
//! use tracing_subscriber::prelude::*;
//! use wakeline::tracing_layer::{self, SpanLayer};
//!
//! tracing_subscriber::registry().with(SpanLayer).init();
//! assert!(tracing_layer::install(), "there is a layer, so nothing is left to install");
//! ```
//!
//! It records what is at least as loud as `INFO`: [`Level`] knows nothing quieter, and a library's `DEBUG` is
//! not what a reader came to see.
//!
//! | where | what else hears of it |
//! |---|---|
//! | a page | DevTools' performance panel and console, by `tracing-wasm`, while [`mirror`] is on |
//! | natively | whatever layers the program has: `wakeline run --tracing` adds `tracing-subscriber`'s `fmt`, and with feature `console` `--console` adds tokio-console |

#[cfg(target_arch = "wasm32")]
mod devtools;
mod fields;
#[cfg(not(target_arch = "wasm32"))]
mod nowhere;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod output;

use std::sync::OnceLock;

use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Metadata, Subscriber, dispatcher};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

#[cfg(target_arch = "wasm32")]
use self::devtools as surroundings;
use self::fields::{Text, Values};
#[cfg(not(target_arch = "wasm32"))]
use self::nowhere as surroundings;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub use self::output::{Outputs, OutputsError, install_with};
use crate::trace::{Event, LaneId, Level, LocationId, Recorder, SpanId, current};

/// Records spans and events into the run that is being polled; outside of any run it does nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct SpanLayer;

/// A span's number in its run's trace, kept in the span itself.
struct Recorded(SpanId);

/// Makes sure that spans are recorded, as far as that can be done; returns whether they are.
///
/// The first call sets `tracing`'s global subscriber, unless the program has set one. A program that has
/// decides for itself: spans are recorded if its subscriber has a [`SpanLayer`].
pub fn install() -> bool {
    static SET: OnceLock<()> = OnceLock::new();
    SET.get_or_init(|| {
        let ours = Dispatch::new(surroundings::subscriber());
        // An error means that the program has its own, which is as it should be.
        let _ = dispatcher::set_global_default(ours);
    });
    dispatcher::get_default(|dispatch| dispatch.downcast_ref::<SpanLayer>().is_some())
}

/// Switches the mirror to the browser's DevTools on or off; returns whether it is on.
///
/// It is off at first, because it costs 7 to 9 µs for each poll of a span, a hundred times what recording
/// does. Natively there is no DevTools, and the answer is always no.
pub fn mirror(on: bool) -> bool {
    surroundings::mirror(on)
}

/// Returns how loud something is in a trace; `None` for what is too quiet to be recorded.
fn level(metadata: &Metadata<'_>) -> Option<Level> {
    match *metadata.level() {
        tracing::Level::ERROR => Some(Level::Error),
        tracing::Level::WARN => Some(Level::Warn),
        tracing::Level::INFO => Some(Level::Info),
        _ => None,
    }
}

fn location(recorder: &mut Recorder, metadata: &Metadata<'_>) -> LocationId {
    match (metadata.file(), metadata.line()) {
        (Some(file), Some(line)) => recorder.line(file, line),
        _ => LocationId::NONE,
    }
}

impl SpanLayer {
    /// Records an event about a span that is in the trace.
    fn tell<S>(id: &Id, ctx: &Context<'_, S>, event: impl FnOnce(LaneId, SpanId) -> Event)
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        if !current::is_recording() {
            return;
        }
        let span = ctx.span(id).and_then(|span| span.extensions().get::<Recorded>().map(|span| span.0));
        if let Some(span) = span {
            current::record(event(current::lane(), span));
        }
    }
}

impl<S> Layer<S> for SpanLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn max_level_hint(&self) -> Option<tracing::level_filters::LevelFilter> {
        // What nobody keeps is not even made, unless another layer asks for it.
        Some(tracing::level_filters::LevelFilter::INFO)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let metadata = attributes.metadata();
        let Some(level) = level(metadata).filter(|_| current::is_recording()) else { return };
        // Before the recorder is at hand: a field's text is made by foreign code.
        let text = Text::of_span(attributes);
        let span = current::with(|recorder, lane| {
            let span = recorder.new_span();
            let name = recorder.name(&text);
            let location = location(recorder, metadata);
            recorder.push(Event::SpanNew { lane, span, name, level, location });
            span
        });
        if let (Some(span), Some(reference)) = (span, ctx.span(id)) {
            reference.extensions_mut().insert(Recorded(span));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        let is_recorded = |span: &tracing_subscriber::registry::SpanRef<'_, S>| {
            span.extensions().get::<Recorded>().is_some()
        };
        if current::is_recording() && ctx.span(id).as_ref().is_some_and(is_recorded) {
            values.record(&mut Values);
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let Some(level) = level(metadata).filter(|_| current::is_recording()) else { return };
        let text = Text::of_event(event);
        current::with(|recorder, lane| {
            let message = recorder.name(&text);
            let location = location(recorder, metadata);
            recorder.push(Event::Log { lane, level, message, location });
        });
    }

    fn on_enter(&self, id: &Id, ctx: Context<'_, S>) {
        Self::tell(id, &ctx, |lane, span| Event::SpanEnter { lane, span });
    }

    fn on_exit(&self, id: &Id, ctx: Context<'_, S>) {
        Self::tell(id, &ctx, |lane, span| Event::SpanExit { lane, span });
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        Self::tell(&id, &ctx, |lane, span| Event::SpanClose { lane, span });
    }
}

//! In a page spans can be mirrored to DevTools, by `tracing-wasm`.
//!
//! Its layer marks each entry with the browser's `performance.mark` and measures each exit against that
//! mark; the performance panel draws them if it records. The browser keeps every mark and every measure for
//! as long as the page is open, so both are cleared as soon as they are made: the panel has them by then.

use std::sync::atomic::{AtomicBool, Ordering};

use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Level, Metadata, Subscriber, dispatcher};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, Layered};
use tracing_subscriber::prelude::*;
use tracing_wasm::{ConsoleConfig, WASMLayer, WASMLayerConfigBuilder};
use wasm_bindgen::JsCast;

use super::SpanLayer;

/// `tracing-wasm`'s layer behind a switch, for what is at least as loud as `INFO`.
pub(super) struct Mirror {
    layer: WASMLayer,
    is_on: AtomicBool,
}

pub(super) fn subscriber() -> Layered<Mirror, Layered<SpanLayer, Registry>> {
    let mut config = WASMLayerConfigBuilder::new();
    config.set_max_level(Level::INFO);
    // An event is a line in the console; as a measure it would have no length.
    config.set_report_logs_in_timings(false);
    config.set_console_config(ConsoleConfig::ReportWithoutConsoleColor);
    let mirror = Mirror { layer: WASMLayer::new(config.build()), is_on: AtomicBool::new(false) };
    tracing_subscriber::registry().with(SpanLayer).with(mirror)
}

pub(super) fn mirror(on: bool) -> bool {
    let switch = |dispatch: &Dispatch| {
        let mirror = dispatch.downcast_ref::<Mirror>();
        mirror.is_some_and(|mirror| {
            mirror.is_on.store(on, Ordering::Relaxed);
            on
        })
    };
    dispatcher::get_default(switch)
}

impl Mirror {
    fn hears(&self, metadata: &Metadata<'_>) -> bool {
        self.is_on.load(Ordering::Relaxed) && *metadata.level() <= Level::INFO
    }

    fn hears_of(&self, id: &Id, ctx: &Context<'_, impl for<'a> SpanLookup<'a>>) -> bool {
        ctx.metadata(id).is_some_and(|metadata| self.hears(metadata))
    }
}

/// What `tracing-wasm` needs of the subscriber around it.
pub(super) trait SpanLookup<'a>: Subscriber + tracing_subscriber::registry::LookupSpan<'a> {}
impl<'a, S: Subscriber + tracing_subscriber::registry::LookupSpan<'a>> SpanLookup<'a> for S {}

impl<S: for<'a> SpanLookup<'a>> Layer<S> for Mirror {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        if self.hears(attributes.metadata()) {
            self.layer.on_new_span(attributes, id, ctx);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        if self.hears_of(id, &ctx) {
            self.layer.on_record(id, values, ctx);
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, ctx: Context<'_, S>) {
        if self.hears(event.metadata()) {
            self.layer.on_event(event, ctx);
        }
    }

    fn on_enter(&self, id: &Id, ctx: Context<'_, S>) {
        if self.hears_of(id, &ctx) {
            self.layer.on_enter(id, ctx);
        }
    }

    fn on_exit(&self, id: &Id, ctx: Context<'_, S>) {
        if self.hears_of(id, &ctx) {
            self.layer.on_exit(id, ctx);
            if let Some(performance) = performance() {
                // The name that `tracing-wasm` gives a span's mark.
                performance.clear_marks_with_mark_name(&format!("t{:x}", id.into_u64()));
                performance.clear_measures();
            }
        }
    }
}

/// The page's clock with its marks, or that of the worker that this runs in.
fn performance() -> Option<web_sys::Performance> {
    js_sys::Reflect::get(&js_sys::global(), &"performance".into()).ok()?.dyn_into().ok()
}

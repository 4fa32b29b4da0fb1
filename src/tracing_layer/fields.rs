//! The fields of spans and events as text: `fetch id=3`.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::span::Attributes;

use crate::trace::current;

/// Collects fields behind a name or a message.
pub(super) struct Text {
    text: String,
}

impl Text {
    /// Returns a span's name with its fields.
    pub(super) fn of_span(attributes: &Attributes<'_>) -> String {
        let mut text = Self { text: attributes.metadata().name().to_owned() };
        attributes.record(&mut text);
        text.text
    }

    /// Returns an event's message with its other fields.
    pub(super) fn of_event(event: &tracing::Event<'_>) -> String {
        let mut text = Self { text: String::new() };
        event.record(&mut text);
        text.text
    }

    fn add(&mut self, name: &str, value: fmt::Arguments<'_>) {
        let before = std::mem::take(&mut self.text);
        // Writing to a string cannot fail.
        let _ = match (name, before.as_str()) {
            // The message comes first, wherever it was written.
            ("message", "") => write!(self.text, "{value}"),
            ("message", before) => write!(self.text, "{value} {before}"),
            (name, "") => write!(self.text, "{name}={value}"),
            (name, before) => write!(self.text, "{before} {name}={value}"),
        };
    }
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field.name(), format_args!("{value:?}"));
    }
}

/// Shows fields that a span is given after it was made, by their names.
pub(super) struct Values;

impl Visit for Values {
    fn record_str(&mut self, field: &Field, value: &str) {
        current::value(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        current::value(field.name(), format_args!("{value:?}"));
    }
}

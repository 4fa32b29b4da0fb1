//! The Trace Event Format as it is written: one event after another goes to the [`Collector`], so that the text is
//! never in memory a second time.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};

use super::collect::Collector;
use crate::formats::exact::Exact;
use crate::formats::import::json::{Scalar, Text};

/// An event of the format: what is of use in it.
#[derive(Default)]
pub(super) struct Raw<'a> {
    pub(super) phase: u8,
    pub(super) name: Scalar<'a>,
    pub(super) category: Scalar<'a>,
    pub(super) process: Scalar<'a>,
    pub(super) thread: Scalar<'a>,
    /// In microseconds.
    pub(super) time: Option<f64>,
    pub(super) duration: Option<f64>,
    pub(super) id: Scalar<'a>,
    /// Whether the id means the same in every process.
    pub(super) is_global: bool,
    /// The name in the arguments of an event that names something.
    pub(super) named: Scalar<'a>,
    pub(super) exact: Option<Exact>,
}

/// The whole file.
pub(super) struct File<'c>(pub(super) &'c mut Collector);

impl<'de> DeserializeSeed<'de> for File<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for File<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of events, or an object with `traceEvents`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        Events(self.0).visit_seq(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "traceEvents" => map.next_value_seed(Events(self.0))?,
                "format" => {
                    self.0.is_run_json |= map.next_value::<Scalar<'_>>()?.text() == Some("wakeline-run")
                }
                // What `wakeline run --format json` has around it.
                "recording" => {
                    map.next_value::<IgnoredAny>()?;
                    self.0.is_run_json = true;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

struct Events<'c>(&'c mut Collector);

impl<'de> DeserializeSeed<'de> for Events<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Events<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.0.has_events = true;
        while let Some(event) = list.next_element::<Raw<'_>>()? {
            self.0.take(event);
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EventVisitor)
    }
}

struct EventVisitor;

impl<'de> Visitor<'de> for EventVisitor {
    type Value = Raw<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event, which is an object")
    }

    // `null` after the last comma is what some writers end with.
    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Raw::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut event = Raw::default();
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "ph" => {
                    let phase = map.next_value::<Scalar<'_>>()?;
                    event.phase = phase.text().and_then(|text| text.bytes().next()).unwrap_or(0);
                }
                "name" => event.name = map.next_value()?,
                "cat" => event.category = map.next_value()?,
                "pid" => event.process = map.next_value()?,
                "tid" => event.thread = map.next_value()?,
                "ts" => event.time = map.next_value::<Scalar<'_>>()?.float(),
                "dur" => event.duration = map.next_value::<Scalar<'_>>()?.float(),
                "id" => event.id = map.next_value()?,
                "id2" => {
                    let Pair { global, value } = map.next_value_seed(PairSeed("global", "local"))?;
                    (event.is_global, event.id) = (global, value);
                }
                "args" => event.named = map.next_value_seed(PairSeed("name", "name"))?.value,
                "wakeline" => event.exact = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(event)
    }
}

/// One value of an object, and whether it stands under the first of two keys.
#[derive(Default)]
struct Pair<'a> {
    global: bool,
    value: Scalar<'a>,
}

/// Reads the value under either key, from whatever stands there.
struct PairSeed(&'static str, &'static str);

impl<'de> DeserializeSeed<'de> for PairSeed {
    type Value = Pair<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PairSeed {
    type Value = Pair<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pair = Pair::default();
        while let Some(Text(key)) = map.next_key::<Text<'de>>()? {
            if key == self.0 || key == self.1 {
                pair = Pair { global: key == self.0, value: map.next_value()? };
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(pair)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Pair::default())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Pair::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Pair::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Pair::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Pair::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Pair::default())
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        // Arguments that were cut out: `"__stripped__"`.
        let _ = Cow::Borrowed(text);
        Ok(Pair::default())
    }
}

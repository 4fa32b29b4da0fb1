//! What a page may say to Wakeline in a frame: one object with `wakeline: 1` and a `type`.
//!
//! ```
//! use wakeline::embed::message::{Message, parse};
//!
//! assert_eq!(parse(r#"{"wakeline": 1, "type": "play"}"#), Ok(Message::Play));
//! assert_eq!(parse(r#"{"wakeline": 1, "type": "seek", "order": 17}"#), Ok(Message::SeekOrder(17)));
//! ```
//!
//! Whoever can reach the frame's window can send anything, so nothing here is taken on trust: the length
//! is bounded, a key that is not known is ignored, and a value that is not understood is refused by name.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::app::theme::Theme;

/// The version of the protocol, which stands in every message.
pub const VERSION: u64 = 1;
/// How long a message may be, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;
/// How much of what was sent an error repeats, in characters.
const MAX_REPEATED: usize = 60;

/// The keys of `load` that are attributes of the element, too.
const ATTRIBUTES: [&str; 8] = ["pattern", "twin", "seed", "schedule", "clock", "speed", "theme", "controls"];

/// A message that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Asks whether anybody is there; the answer is `pong`.
    Ping,
    /// Shows another pattern, or the same otherwise: attributes of the element, by name.
    Load(Vec<(String, String)>),
    /// Moves the playhead to a time of the run.
    SeekNanos(u64),
    /// Moves the playhead to a step.
    SeekOrder(u32),
    /// Plays.
    Play,
    /// Pauses.
    Pause,
    /// Selects a lane by its number, or nothing.
    Select(Option<u32>),
    /// Chooses colours.
    Theme(Theme),
}

/// Why a message was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MessageError {
    /// It is meant for somebody else: windows are sent all kinds of things.
    #[error("the message is not for wakeline: give it `wakeline: {VERSION}`")]
    Foreign,
    /// It is too long.
    #[error("the message has {0} bytes: send at most {MAX_BYTES}")]
    TooLong(usize),
    /// It is of a version that is not spoken here.
    #[error("`wakeline` does not take `{0}`: use `{VERSION}`")]
    Version(String),
    /// Its type is not known.
    #[error("`type` does not take `{0}`: use `ping`, `load`, `seek`, `play`, `pause`, `select` or `theme`")]
    Type(String),
    /// A value is not one that its key takes.
    #[error("`{key}` does not take `{value}`: use {wants}")]
    Refused {
        /// The key.
        key: String,
        /// What was sent.
        value: String,
        /// What would have been taken.
        wants: &'static str,
    },
}

/// Reads a message from JSON.
///
/// # Errors
///
/// Whatever is no message to Wakeline is [`Foreign`](MessageError::Foreign) and best ignored; any other
/// error is to be told to the sender.
pub fn parse(json: &str) -> Result<Message, MessageError> {
    if json.len() > MAX_BYTES {
        return Err(MessageError::TooLong(json.len()));
    }
    let Ok(Value::Object(fields)) = serde_json::from_str(json) else { return Err(MessageError::Foreign) };
    let version = fields.get("wakeline").ok_or(MessageError::Foreign)?;
    if version.as_u64() != Some(VERSION) {
        return Err(MessageError::Version(repeated(version)));
    }
    let kind = fields.get("type").unwrap_or(&Value::Null);
    match kind.as_str() {
        Some("ping") => Ok(Message::Ping),
        Some("load") => load(&fields),
        Some("seek") => seek(&fields),
        Some("play") => Ok(Message::Play),
        Some("pause") => Ok(Message::Pause),
        Some("select") => select(&fields),
        Some("theme") => theme(&fields),
        _ => Err(MessageError::Type(repeated(kind))),
    }
}

fn load(fields: &Map<String, Value>) -> Result<Message, MessageError> {
    let mut attributes = Vec::new();
    for key in ATTRIBUTES {
        if let Some(value) = fields.get(key) {
            attributes.push((key.to_owned(), scalar(key, value)?));
        }
    }
    match fields.get("params") {
        None | Some(Value::Null) => {}
        Some(Value::Object(params)) => {
            for (name, value) in params {
                let key = format!("param-{name}");
                let value = scalar(&key, value)?;
                attributes.push((key, value));
            }
        }
        Some(other) => return Err(refused("params", other, "an object of names and values")),
    }
    Ok(Message::Load(attributes))
}

fn seek(fields: &Map<String, Value>) -> Result<Message, MessageError> {
    const WANTS: &str = "a whole number, in `nanos` or `order`";
    match (fields.get("nanos"), fields.get("order")) {
        (_, Some(order)) => {
            let number = order.as_u64().and_then(|number| u32::try_from(number).ok());
            number.map(Message::SeekOrder).ok_or_else(|| refused("order", order, WANTS))
        }
        (Some(nanos), None) => {
            nanos.as_u64().map(Message::SeekNanos).ok_or_else(|| refused("nanos", nanos, WANTS))
        }
        (None, None) => Err(refused("nanos", &Value::Null, WANTS)),
    }
}

fn select(fields: &Map<String, Value>) -> Result<Message, MessageError> {
    let lane = fields.get("lane").unwrap_or(&Value::Null);
    if lane.is_null() {
        return Ok(Message::Select(None));
    }
    let number = lane.as_u64().and_then(|number| u32::try_from(number).ok());
    let number = number.ok_or_else(|| refused("lane", lane, "the number of a lane, or `null` for none"))?;
    Ok(Message::Select(Some(number)))
}

fn theme(fields: &Map<String, Value>) -> Result<Message, MessageError> {
    let theme = fields.get("theme").unwrap_or(&Value::Null);
    let parsed = theme.as_str().and_then(Theme::parse);
    parsed.map(Message::Theme).ok_or_else(|| refused("theme", theme, "`auto`, `light` or `dark`"))
}

/// Returns a value as the text that an attribute would have.
fn scalar(key: &str, value: &Value) -> Result<String, MessageError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(refused(key, value, "text or a number")),
    }
}

fn refused(key: &str, value: &Value, wants: &'static str) -> MessageError {
    MessageError::Refused { key: key.chars().take(MAX_REPEATED).collect(), value: repeated(value), wants }
}

fn repeated(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(MAX_REPEATED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(json: &str) -> String {
        parse(json).expect_err("it is not a message").to_string()
    }

    #[test]
    fn every_type_is_read() {
        let read = |rest: &str| parse(&format!(r#"{{"wakeline":1,{rest}}}"#));
        assert_eq!(read(r#""type":"ping""#), Ok(Message::Ping));
        assert_eq!(read(r#""type":"play""#), Ok(Message::Play));
        assert_eq!(read(r#""type":"pause""#), Ok(Message::Pause));
        assert_eq!(read(r#""type":"seek","nanos":40000000"#), Ok(Message::SeekNanos(40_000_000)));
        assert_eq!(read(r#""type":"seek","order":3"#), Ok(Message::SeekOrder(3)));
        assert_eq!(read(r#""type":"select","lane":2"#), Ok(Message::Select(Some(2))));
        assert_eq!(read(r#""type":"select","lane":null"#), Ok(Message::Select(None)));
        assert_eq!(read(r#""type":"theme","theme":"dark""#), Ok(Message::Theme(Theme::Dark)));
        let load = read(r#""type":"load","pattern":"race","seed":7,"params":{"fast":40}"#);
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            load,
            Ok(Message::Load(vec![pair("pattern", "race"), pair("seed", "7"), pair("param-fast", "40")]))
        );
    }

    #[test]
    fn keys_that_are_not_known_are_ignored() {
        let json =
            r#"{"wakeline":1,"type":"load","pattern":"race","onclick":"x","__proto__":{},"later":[1]}"#;
        assert_eq!(parse(json), Ok(Message::Load(vec![("pattern".to_owned(), "race".to_owned())])));
    }

    #[test]
    fn what_is_for_somebody_else_is_told_from_what_is_wrong() {
        for json in ["", "PING", "[1]", "{}", "null", r#"{"type":"play"}"#, r#"{"source":"devtools"}"#] {
            assert_eq!(parse(json), Err(MessageError::Foreign), "{json}");
        }
        assert!(error(r#"{"wakeline":2,"type":"play"}"#).contains("does not take `2`: use `1`"));
        assert!(error(r#"{"wakeline":1,"type":"jump"}"#).contains("does not take `jump`: use `ping`"));
        assert!(error(r#"{"wakeline":1}"#).contains("does not take `null`"));
    }

    #[test]
    fn a_refused_value_is_named_with_the_remedy() {
        let refused = |rest: &str| error(&format!(r#"{{"wakeline":1,{rest}}}"#));
        assert!(refused(r#""type":"seek","nanos":-1"#).contains("`nanos` does not take `-1`: use a whole"));
        assert!(refused(r#""type":"seek","order":1.5"#).contains("`order` does not take `1.5`"));
        assert!(refused(r#""type":"seek""#).contains("`nanos`"));
        assert!(refused(r#""type":"select","lane":"main""#).contains("`lane` does not take `main`"));
        assert!(refused(r#""type":"theme","theme":"pink""#).contains("`pink`: use `auto`"));
        assert!(refused(r#""type":"load","seed":[1]"#).contains("`seed` does not take `[1]`"));
        assert!(refused(r#""type":"load","params":{"fast":{}}"#).contains("`param-fast` does not take"));
        assert!(refused(r#""type":"load","params":"fast""#).contains("`params` does not take `fast`"));
    }

    #[test]
    fn a_message_has_an_end() {
        let long = format!(r#"{{"wakeline":1,"type":"{}"}}"#, "x".repeat(MAX_BYTES));
        assert_eq!(parse(&long), Err(MessageError::TooLong(long.len())));
        let wide = format!(r#"{{"wakeline":1,"type":"{}"}}"#, "x".repeat(10_000));
        assert!(error(&wide).len() < 300, "an error repeats a part only");
    }
}

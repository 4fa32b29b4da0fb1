//! What stands in a block: TOML, with the keys that the element has as attributes, and the pattern's parameters.

use thiserror::Error;
use toml_edit::{DocumentMut, Item, Value};

use super::NAME;
use crate::app::state::SPEEDS;
use crate::app::theme::Theme;
use crate::cli::plan::chosen;
use crate::cli::suggest::nearest;
use crate::patterns::{Pattern, Twin, Values};
use crate::runtime::{Clock, Schedule};

/// The element's attributes, in the order in which they are written.
const ATTRIBUTES: [&str; 10] =
    ["pattern", "twin", "seed", "schedule", "clock", "speed", "theme", "controls", "height", "autoload"];
/// The key of a table of parameters.
const PARAMS: &str = "params";
/// How much of it a reader can change.
const CONTROLS: [&str; 3] = ["full", "compact", "none"];
const LENGTHS: [&str; 5] = ["px", "rem", "em", "dvh", "vh"];

/// A block that makes sense.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) pattern: &'static Pattern,
    pub(super) twin: Twin,
    pub(super) values: Values,
    pub(super) seed: u64,
    pub(super) schedule: Schedule,
    pub(super) theme: Theme,
    /// What the element is given: the attributes and the parameters that the block sets.
    pub(super) attributes: Vec<(String, String)>,
}

/// Why a block makes none.
#[derive(Debug, Error)]
pub(super) enum BlockError {
    #[error("{}", .0.to_string().trim_end())]
    Toml(#[from] toml_edit::TomlError),
    #[error("`{0}` is more than one pattern: write one after `{NAME}`, and everything else into the block")]
    Words(String),
    #[error("the block names two patterns, `{0}` in its first line and `{1}` below: leave one of them out")]
    TwoPatterns(String, String),
    #[error(
        "the block names no pattern: write one after `{NAME}`, as in `{NAME} race`, or `pattern = \"race\"` below"
    )]
    NoPattern,
    #[error("`{key}` does not take `{given}`: use {wants}")]
    Value { key: &'static str, given: String, wants: String },
    #[error("`{0}` has no single value: use a text in quotes, a number, `true` or `false`")]
    NoValue(String),
    #[error("`{0}` is set twice, once in `[{PARAMS}]`: leave one of them out")]
    Twice(String),
    #[error("{0}")]
    Setup(String),
}

impl Block {
    /// Reads a block; `words` is what follows the language in its first line.
    pub(super) fn parse(words: &str, body: &str) -> Result<Self, BlockError> {
        let document: DocumentMut = body.parse()?;
        let mut attributes: Vec<(&'static str, String)> = Vec::new();
        let mut settings: Vec<(String, String)> = Vec::new();
        for (key, item) in document.iter() {
            match (ATTRIBUTES.into_iter().find(|name| *name == key), item.as_table_like()) {
                (Some(name), _) => attributes.push((name, text_of(key, item)?)),
                (None, Some(table)) if key == PARAMS => {
                    for (key, item) in table.iter() {
                        settings.push((key.to_owned(), text_of(key, item)?));
                    }
                }
                (None, _) => settings.push((key.to_owned(), text_of(key, item)?)),
            }
        }
        for (at, (name, _)) in settings.iter().enumerate() {
            if settings[..at].iter().any(|(other, _)| other == name) {
                return Err(BlockError::Twice(name.clone()));
            }
        }
        let given =
            |name: &str| attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
        let id = pattern(words.trim(), given("pattern"))?;
        let twin: Twin = match given("twin") {
            Some(twin) => twin.parse().map_err(|_| refused("twin", twin, "`corrected` or `pitfall`"))?,
            None => Twin::Corrected,
        };
        let (pattern, values) = chosen(&id, twin, &settings).map_err(|error| {
            let meant = settings.iter().filter(|(name, _)| is_unknown(&id, name));
            let meant = meant.filter_map(|(name, _)| nearest(name, ATTRIBUTES)).next();
            let error = error.to_string().replace("\n\n  tip:", "\n  tip:");
            let hint = meant.filter(|_| !error.contains("tip:"));
            BlockError::Setup(
                hint.map_or(error.clone(), |meant| format!("{error}\n  tip: a similar one is `{meant}`")),
            )
        })?;
        let seed = match given("seed") {
            Some(seed) => seed.parse().map_err(|_| refused("seed", seed, "a whole number from 0 on"))?,
            None => 0,
        };
        let schedule = match given("schedule") {
            Some(name) => name.parse().map_err(|_| refused("schedule", name, "`fifo` or `random`"))?,
            None => Schedule::Fifo,
        };
        let theme = match given("theme") {
            Some(name) => {
                Theme::parse(name).ok_or_else(|| refused("theme", name, "`auto`, `light` or `dark`"))?
            }
            None => Theme::Auto,
        };
        let is_loaded = check_looks(given)?;
        let mut all = Vec::new();
        for name in ATTRIBUTES {
            match (name, given(name)) {
                ("pattern", _) => all.push((name.to_owned(), id.clone())),
                ("autoload", Some(_)) if is_loaded => all.push((name.to_owned(), String::new())),
                ("autoload", _) | (_, None) => {}
                (_, Some(value)) => all.push((name.to_owned(), value.to_owned())),
            }
        }
        all.extend(settings.into_iter().map(|(name, value)| (format!("param-{name}"), value)));
        Ok(Self { pattern, twin, values, seed, schedule, theme, attributes: all })
    }
}

/// Returns the one pattern that is named.
fn pattern(words: &str, key: Option<&str>) -> Result<String, BlockError> {
    match (words, key) {
        ("", None) => Err(BlockError::NoPattern),
        ("", Some(id)) => Ok(id.to_owned()),
        (id, _) if id.contains([' ', ',']) => Err(BlockError::Words(id.to_owned())),
        (id, Some(other)) if id != other => Err(BlockError::TwoPatterns(id.to_owned(), other.to_owned())),
        (id, _) => Ok(id.to_owned()),
    }
}

fn is_unknown(id: &str, param: &str) -> bool {
    crate::patterns::find(id).is_ok_and(|pattern| pattern.params.iter().all(|known| known.name != param))
}

/// Checks what does not change the run, and returns whether it is loaded at once.
fn check_looks<'a>(given: impl Fn(&str) -> Option<&'a str>) -> Result<bool, BlockError> {
    if let Some(clock) = given("clock") {
        clock.parse::<Clock>().map_err(|_| refused("clock", clock, "`virtual` or `real`"))?;
    }
    if let Some(speed) = given("speed") {
        let is_speed = speed.parse().is_ok_and(|speed: f64| (SPEEDS.0..=SPEEDS.1).contains(&speed));
        let wants = format!("a number from {} to {}", SPEEDS.0, SPEEDS.1);
        is_speed.then_some(()).ok_or_else(|| refused("speed", speed, &wants))?;
    }
    if let Some(controls) = given("controls").filter(|controls| !CONTROLS.contains(controls)) {
        return Err(refused("controls", controls, "`full`, `compact` or `none`"));
    }
    if let Some(height) = given("height") {
        let number = LENGTHS.iter().find_map(|unit| height.strip_suffix(unit)).unwrap_or(height);
        let is_length = number.chars().all(|char| char.is_ascii_digit() || char == '.')
            && number.parse().is_ok_and(|length: f64| length > 0.0);
        is_length
            .then_some(())
            .ok_or_else(|| refused("height", height, "pixels, or a length such as `\"30rem\"`"))?;
    }
    match given("autoload") {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(refused("autoload", other, "`true` or `false`")),
    }
}

fn refused(key: &'static str, given: &str, wants: &str) -> BlockError {
    BlockError::Value { key, given: given.to_owned(), wants: wants.to_owned() }
}

fn text_of(key: &str, item: &Item) -> Result<String, BlockError> {
    match item.as_value() {
        Some(Value::String(text)) => Ok(text.value().clone()),
        Some(Value::Integer(number)) => Ok(number.value().to_string()),
        Some(Value::Float(number)) => Ok(number.value().to_string()),
        Some(Value::Boolean(is_so)) => Ok(is_so.value().to_string()),
        _ => Err(BlockError::NoValue(key.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(words: &str, body: &str, expected: &[&str]) {
        let error = Block::parse(words, body).expect_err("it makes no sense").to_string();
        assert!(expected.iter().all(|part| error.contains(part)), "{error}");
    }

    fn attributes(words: &str, body: &str) -> Vec<(String, String)> {
        Block::parse(words, body).unwrap_or_else(|error| panic!("{error}")).attributes
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_pattern_is_named_in_the_first_line_or_below() {
        assert_eq!(attributes("race", ""), pairs(&[("pattern", "race")]));
        assert_eq!(attributes("", "pattern = \"race\""), pairs(&[("pattern", "race")]));
        assert_eq!(attributes("race", "pattern = \"race\""), pairs(&[("pattern", "race")]));
        refuses("", "seed = 7", &["names no pattern", "`pattern = \"race\"`"]);
        refuses("race mpsc", "", &["`race mpsc` is more than one pattern"]);
        refuses("race", "pattern = \"mpsc\"", &["two patterns, `race`", "`mpsc`"]);
        refuses("rase", "", &["unknown pattern `rase`", "a similar one is `race`"]);
    }

    #[test]
    fn what_is_set_becomes_attributes_in_a_fixed_order() {
        let body = "seed = 7\nspeed = 0.5\nheight = 420\nautoload = true\nschedule = \"random\"\nslow = 200\n\
                    [params]\nfast = \"45 ms\"\n";
        let expected = pairs(&[
            ("pattern", "race"),
            ("seed", "7"),
            ("schedule", "random"),
            ("speed", "0.5"),
            ("height", "420"),
            ("autoload", ""),
            ("param-slow", "200"),
            ("param-fast", "45 ms"),
        ]);
        assert_eq!(attributes("race", body), expected);
        let block = Block::parse("race", body).expect("it makes sense");
        assert_eq!((block.seed, block.schedule), (7, Schedule::Random));
        assert_eq!((block.values.number("fast"), block.values.number("slow")), (45, 200));
        assert_eq!(attributes("race", "autoload = false"), pairs(&[("pattern", "race")]));
    }

    #[test]
    fn every_mistake_is_named_with_what_would_be_right() {
        refuses("race", "fst = 3", &["no parameter `fst`", "`fast`"]);
        refuses("race", "hight = 3", &["no parameter `hight`", "a similar one is `height`"]);
        refuses("race", "fast = 9999", &["`fast` does not take `9999`", "from 0 to 2000"]);
        refuses("race", "seed = -1", &["`seed` does not take `-1`", "a whole number"]);
        refuses("race", "speed = 90", &["`speed` does not take `90`", "from 0.1 to 10"]);
        refuses("race", "height = \"tall\"", &["`height` does not take `tall`", "pixels"]);
        refuses("race", "height = \"e3px\"", &["`height` does not take `e3px`"]);
        refuses("race", "theme = \"pink\"", &["`theme` does not take `pink`", "`auto`, `light` or `dark`"]);
        refuses(
            "race",
            "controls = \"many\"",
            &["`controls` does not take `many`", "`full`, `compact` or `none`"],
        );
        refuses("race", "clock = \"wall\"", &["`clock` does not take `wall`"]);
        refuses("race", "schedule = \"lifo\"", &["`schedule` does not take `lifo`"]);
        refuses("race", "twin = \"evil\"", &["`twin` does not take `evil`"]);
        refuses("first-fetch", "twin = \"pitfall\"", &["`first-fetch`", "pitfall"]);
        refuses("race", "autoload = 3", &["`autoload` does not take `3`"]);
        refuses("race", "fast = [1]", &["`fast` has no single value"]);
        refuses("race", "fast = 1\n[params]\nfast = 2", &["`fast` is set twice"]);
        refuses("race", "fast = ", &["line 1", "fast = "]);
    }
}

//! The link to what is on the screen: `#race?fast=40&seed=7&at=41ms&step=17&lane=3`.
//!
//! Only what differs from the defaults stands in it. Reading never fails: what is damaged falls back
//! to its default, alone, and is named in [`Link::problems`].

use std::fmt::Write as _;

use super::engine::Setup;
use super::state::SPEEDS;
use super::theme::Theme;
use super::units::{parse_factor, parse_nanos, short_nanos};
use crate::patterns::{self, Twin, Values};

/// What a link says.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// What runs, and how.
    pub setup: Setup,
    /// How fast.
    pub speed: f64,
    /// The colours, if the link wants any.
    pub theme: Option<Theme>,
    /// The time at which the playhead is.
    pub at_nanos: Option<u64>,
    /// The step at which it is, which is more exact.
    pub step: Option<u32>,
    /// The selected lane.
    pub lane: Option<u32>,
    /// The step at which the lane is selected, if it is another one.
    pub on: Option<u32>,
    /// What was damaged, in words.
    pub problems: Vec<String>,
}

impl Link {
    /// Creates the link to the start of a run.
    pub fn new(setup: Setup) -> Self {
        Self {
            setup,
            speed: 1.0,
            theme: None,
            at_nanos: None,
            step: None,
            lane: None,
            on: None,
            problems: Vec::new(),
        }
    }

    /// Reads a URL's fragment, with or without its `#`.
    pub fn parse(fragment: &str) -> Self {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let (id, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let id = decode(id);
        let mut problems = Vec::new();
        let pattern = if id.is_empty() {
            patterns::catalogue()[0]
        } else {
            patterns::find(&id).unwrap_or_else(|error| {
                problems.push(format!("the link names an {error}"));
                patterns::catalogue()[0]
            })
        };
        let mut link = Self::new(Setup::new(pattern));
        // What belongs to another pattern would only be noise.
        if problems.is_empty() {
            for part in query.split('&').filter(|part| !part.is_empty()) {
                let (key, value) = part.split_once('=').unwrap_or((part, ""));
                if let Err(problem) = link.set(&decode(key), &decode(value)) {
                    problems.push(format!("in the link, {problem}"));
                }
            }
        }
        problems.truncate(4);
        link.problems = problems;
        link
    }

    /// Sets a part by the key that it has in the link.
    ///
    /// # Errors
    ///
    /// A value that the key does not take is refused, in words, and nothing is changed.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let refuse = |wants: &str| {
            let given: String = value.chars().take(60).collect();
            format!("`{key}` does not take `{given}`: use {wants}")
        };
        match key {
            "twin" => {
                let twin = value.parse::<Twin>().and_then(|twin| match twin {
                    Twin::Pitfall => self.setup.pattern.pitfall().map(|_| twin),
                    Twin::Corrected => Ok(twin),
                });
                self.setup.twin = twin.map_err(|error| error.to_string())?;
            }
            "seed" => self.setup.seed = value.parse().map_err(|_| refuse("a whole number"))?,
            "clock" => self.setup.clock = value.parse().map_err(|_| refuse("`virtual` or `real`"))?,
            "schedule" => self.setup.schedule = value.parse().map_err(|_| refuse("`fifo` or `random`"))?,
            "speed" => {
                let speed = parse_factor(value).filter(|speed| (SPEEDS.0..=SPEEDS.1).contains(speed));
                self.speed = speed.ok_or_else(|| refuse("a number from 0.1 to 10"))?;
            }
            "at" => self.at_nanos = Some(parse_nanos(value).ok_or_else(|| refuse("a time such as `41ms`"))?),
            "step" => self.step = Some(value.parse().map_err(|_| refuse("a whole number"))?),
            "lane" => self.lane = Some(value.parse().map_err(|_| refuse("a whole number"))?),
            "on" => self.on = Some(value.parse().map_err(|_| refuse("a whole number"))?),
            "theme" => {
                let theme = Theme::parse(value).ok_or_else(|| refuse("`auto`, `light` or `dark`"))?;
                self.theme = Some(theme);
            }
            _ => self.setup.values.set(key, value).map_err(|error| error.to_string())?,
        }
        Ok(())
    }

    /// Writes the fragment, without the `#`.
    pub fn to_fragment(&self) -> String {
        let setup = &self.setup;
        let mut out = setup.pattern.id.to_owned();
        let mut first = true;
        let mut add = |key: &str, value: &str| {
            let separator = if std::mem::take(&mut first) { '?' } else { '&' };
            write!(out, "{separator}{key}={}", encode(value)).expect("a string can be written to");
        };
        let defaults = Values::defaults(setup.pattern.params);
        for ((param, value), (_, default)) in setup.values.iter().zip(defaults.iter()) {
            if value != default {
                add(param.name, &value.to_string());
            }
        }
        let plain = Setup::new(setup.pattern);
        if setup.twin != plain.twin {
            add("twin", setup.twin.name());
        }
        if setup.seed != plain.seed {
            add("seed", &setup.seed.to_string());
        }
        if setup.clock != plain.clock {
            add("clock", setup.clock.name());
        }
        if setup.schedule != plain.schedule {
            add("schedule", setup.schedule.name());
        }
        if self.speed != 1.0 {
            add("speed", &self.speed.to_string());
        }
        if let Some(nanos) = self.at_nanos {
            add("at", &short_nanos(nanos));
        }
        for (key, number) in [("step", self.step), ("lane", self.lane), ("on", self.on)] {
            if let Some(number) = number {
                add(key, &number.to_string());
            }
        }
        if let Some(theme) = self.theme {
            add("theme", theme.name());
        }
        out
    }
}

/// Returns the address of the recording that a fragment names in place of a pattern: `#trace=https://…`.
pub fn recording_of(fragment: &str) -> Option<String> {
    let address = fragment.strip_prefix('#').unwrap_or(fragment).strip_prefix("trace=")?;
    Some(decode(address))
}

fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' => {
                out.push(char::from(byte));
            }
            _ => write!(out, "%{byte:02X}").expect("a string can be written to"),
        }
    }
    out
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped {
            Some(escaped) if byte == b'%' => {
                out.push(escaped);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Clock, Schedule};

    fn problem(fragment: &str) -> String {
        let link = Link::parse(fragment);
        assert_eq!(link.problems.len(), 1, "{:?}", link.problems);
        link.problems[0].clone()
    }

    #[test]
    fn no_fragment_is_the_first_pattern() {
        let link = Link::parse("");
        assert_eq!(link, Link::new(Setup::new(patterns::CATALOGUE[0])));
        assert_eq!(link.to_fragment(), patterns::CATALOGUE[0].id);
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let fragment = "#race?fast=55&seed=7&clock=real&schedule=random&speed=0.5&at=41ms&step=17&lane=3&on=12&theme=dark";
        let link = Link::parse(fragment);
        assert_eq!(link.problems, Vec::<String>::new());
        assert_eq!(link.setup.values.number("fast"), 55);
        assert_eq!((link.setup.clock, link.setup.schedule), (Clock::Real, Schedule::Random));
        assert_eq!(format!("#{}", link.to_fragment()), fragment);
    }

    #[test]
    fn any_text_survives_the_way() {
        let mut setup = Setup::new(patterns::find("first-fetch").unwrap());
        setup.values.set("url", "https://host/ä?a=1&b=%20#x").unwrap();
        let link = Link::new(setup);
        assert_eq!(Link::parse(&link.to_fragment()), link);
    }

    #[test]
    fn a_damaged_part_is_named_and_the_rest_holds() {
        let link = Link::parse("race?fast=lots&slow=70&speed=2");
        assert_eq!((link.setup.values.number("fast"), link.setup.values.number("slow")), (40, 70));
        assert_eq!(link.speed, 2.0);
        assert!(link.problems[0].contains("`fast` does not take `lots`"), "{:?}", link.problems);
        assert!(problem("race?speed=90").contains("`speed` does not take `90`: use a number from 0.1 to 10"));
        assert!(problem("race?colour=red").contains("no parameter `colour`"));
        assert!(problem("race?step").contains("`step` does not take ``"));
        assert!(problem("race?theme=pink").contains("`pink`"));
        assert!(problem("race?at=soon").contains("`soon`"));
        assert!(problem("nothing?fast=1&x=2").contains("unknown pattern `nothing`"));
        assert!(problem("%zz%").contains("unknown pattern `%zz%`"));
    }

    #[test]
    fn a_fragment_may_name_a_recording() {
        assert_eq!(recording_of("#trace=data/run.json").as_deref(), Some("data/run.json"));
        assert_eq!(recording_of("trace=https://host/a%20b").as_deref(), Some("https://host/a b"));
        assert_eq!(recording_of("#race?trace=1"), None);
    }

    #[test]
    fn no_parameter_has_a_reserved_name() {
        for pattern in patterns::CATALOGUE {
            for param in pattern.params {
                assert!(!patterns::RESERVED.contains(&param.name), "`{}` of `{}`", param.name, pattern.id);
            }
        }
    }
}

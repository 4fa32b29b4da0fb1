//! Which patterns there are: Wakeline's own, or those that a program has installed in their place.

use std::sync::OnceLock;

use thiserror::Error;

use super::{CATALOGUE, Kind, MAX_TEXT, Pattern};

/// The keys of a link that are not parameters of a pattern, so that no parameter may have these names.
pub const RESERVED: &[&str] =
    &["seed", "clock", "schedule", "speed", "at", "step", "lane", "on", "theme", "twin"];

static INSTALLED: OnceLock<&'static [&'static Pattern]> = OnceLock::new();

/// Returns the patterns that this program shows: [`CATALOGUE`], unless others are [`install`]ed.
///
/// The first call settles it.
pub fn catalogue() -> &'static [&'static Pattern] {
    INSTALLED.get_or_init(|| CATALOGUE)
}

/// Has this program show these patterns, in this order, and no others.
///
/// Call it first in `main`: the page and the worker in which a run lives are one program and run the same
/// `main`, so both know the same patterns. [`wakeline::main`](crate::main()) does this and starts what is to
/// be started.
///
/// # Errors
///
/// Fails when the catalogue was asked for before, and for patterns that could not be named in a link or on
/// the command line, or whose parameters have no valid values.
///
/// ```
/// use wakeline::patterns::{self, CATALOGUE};
///
/// // Two of Wakeline's own; more of one's own go the same way.
/// let chosen: Vec<_> = CATALOGUE.iter().copied().filter(|it| it.id.starts_with("stream-m")).collect();
/// patterns::install(chosen.leak())?;
/// assert_eq!(patterns::catalogue().len(), 2);
/// assert!(patterns::find("race").is_err());
/// # Ok::<(), patterns::InstallError>(())
/// ```
pub fn install(patterns: &'static [&'static Pattern]) -> Result<(), InstallError> {
    check(patterns)?;
    INSTALLED.set(patterns).map_err(|_| InstallError::TooLate)
}

/// Why patterns could not be installed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InstallError {
    /// There are none.
    #[error("no pattern was given: a catalogue needs at least one")]
    Empty,
    /// Somebody has seen the catalogue already.
    #[error("the catalogue is in use: install patterns once, first in `main`")]
    TooLate,
    /// The id is no word for links and the command line.
    #[error("`{id}` cannot be a pattern's id: use lower-case letters, digits and `-`, as in `two-readers`")]
    Id {
        /// The id.
        id: &'static str,
    },
    /// Two patterns have the same id.
    #[error("two patterns are called `{id}`: a link could not tell them apart")]
    SameId {
        /// The id.
        id: &'static str,
    },
    /// The name of a parameter is no word for links, or means something else there.
    #[error(
        "`{name}` cannot be a parameter of `{id}`: use lower-case letters, digits and `-`, and none of `{}`",
        RESERVED.join("`, `")
    )]
    Param {
        /// The pattern.
        id: &'static str,
        /// The parameter.
        name: &'static str,
    },
    /// Two parameters have the same name.
    #[error("two parameters of `{id}` are called `{name}`")]
    SameParam {
        /// The pattern.
        id: &'static str,
        /// The parameter.
        name: &'static str,
    },
    /// A parameter's first value is none that it takes.
    #[error("the parameter `{name}` of `{id}` does not take the value that it has at first: {wants}")]
    Default {
        /// The pattern.
        id: &'static str,
        /// The parameter.
        name: &'static str,
        /// What it takes.
        wants: String,
    },
}

fn check(patterns: &[&'static Pattern]) -> Result<(), InstallError> {
    if patterns.is_empty() {
        return Err(InstallError::Empty);
    }
    for (place, pattern) in patterns.iter().enumerate() {
        let id = pattern.id;
        if !is_word(id) {
            return Err(InstallError::Id { id });
        }
        if patterns[..place].iter().any(|before| before.id == id) {
            return Err(InstallError::SameId { id });
        }
        for (place, param) in pattern.params.iter().enumerate() {
            let name = param.name;
            if !is_word(name) || RESERVED.contains(&name) {
                return Err(InstallError::Param { id, name });
            }
            if pattern.params[..place].iter().any(|before| before.name == name) {
                return Err(InstallError::SameParam { id, name });
            }
            if let Err(wants) = check_default(&param.kind) {
                return Err(InstallError::Default { id, name, wants });
            }
        }
    }
    Ok(())
}

fn is_word(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_part)
}

fn check_default(kind: &Kind) -> Result<(), String> {
    match *kind {
        Kind::Count { min, max, default } | Kind::Millis { min, max, default }
            if !(min..=max).contains(&default) =>
        {
            Err(format!("`{default}` is not from {min} to {max}"))
        }
        Kind::Percent { default } if default > 100 => Err(format!("`{default}` is more than 100 %")),
        Kind::Choice { options: [] } => Err("there are no options".to_owned()),
        Kind::Text { default } if default.len() > MAX_TEXT => {
            Err(format!("it has {} bytes, {MAX_TEXT} are allowed", default.len()))
        }
        _ => Ok(()),
    }
}

/// No pattern has this id.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown pattern `{id}`: there is {known}")]
pub struct UnknownPattern {
    id: String,
    known: String,
}

/// Returns the pattern of the [`catalogue`] with this id.
///
/// # Errors
///
/// Fails for an id that no pattern has, and names those that there are.
pub fn find(id: &str) -> Result<&'static Pattern, UnknownPattern> {
    catalogue().iter().copied().find(|pattern| pattern.id == id).ok_or_else(|| {
        let known: Vec<_> = catalogue().iter().map(|pattern| format!("`{}`", pattern.id)).collect();
        UnknownPattern { id: id.chars().take(60).collect(), known: known.join(", ") }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::Param;

    fn like_race(change: impl FnOnce(&mut Pattern)) -> &'static Pattern {
        let race = CATALOGUE.iter().find(|pattern| pattern.id == "race").expect("it is in the catalogue");
        let mut pattern = Pattern { spelling: &[], ..**race };
        change(&mut pattern);
        Box::leak(Box::new(pattern))
    }

    fn with_param(name: &'static str, kind: Kind) -> &'static Pattern {
        like_race(|pattern| pattern.params = vec![Param { name, label: "", help: "", kind }].leak())
    }

    fn refused(patterns: &[&'static Pattern]) -> String {
        check(patterns).expect_err("it is refused").to_string()
    }

    #[test]
    fn wakelines_own_patterns_could_be_installed() {
        assert_eq!(check(CATALOGUE), Ok(()));
    }

    #[test]
    fn what_no_link_could_name_is_refused_and_named() {
        assert!(refused(&[]).contains("at least one"));
        for id in ["", "Race", "a race", "race?", "wettläufe"] {
            assert!(refused(&[like_race(|pattern| pattern.id = id)]).contains(&format!("`{id}`")));
        }
        assert!(refused(&[like_race(|_| ()), like_race(|_| ())]).contains("`race`"));
        for name in ["seed", "Fast", ""] {
            let text = refused(&[with_param(name, Kind::Percent { default: 0 })]);
            assert!(text.contains(&format!("`{name}`")) && text.contains("`race`"), "{text}");
        }
    }

    #[test]
    fn a_parameter_takes_the_value_that_it_has_at_first() {
        let kinds = [
            Kind::Count { min: 1, max: 3, default: 0 },
            Kind::Millis { min: 1, max: 3, default: 4 },
            Kind::Percent { default: 101 },
            Kind::Choice { options: &[] },
        ];
        for kind in kinds {
            let text = refused(&[with_param("many", kind)]);
            assert!(text.contains("`many`") && text.contains("at first"), "{text}");
        }
    }

    #[test]
    fn nobody_takes_patterns_away_that_were_seen() {
        assert_eq!(catalogue().len(), CATALOGUE.len());
        assert_eq!(install(CATALOGUE), Err(InstallError::TooLate));
    }
}

//! Which function goes where.

use std::collections::{BTreeMap, BTreeSet};

use crate::parts::{Ordinal, Plan};
use crate::profile::{Kind, Occasion, chapters_of, union};

/// What a page fetches before it is called.
pub const BEHIND: &str = "all else";
/// What a page has to have besides when it does not begin with the first pattern.
pub const VIEW: &str = "what other patterns show";

/// Keeps in the first module what ran when the page was opened, the first pattern was run, and somebody looked at
/// it closely. What other patterns, and the element, had the page do besides is a part; what else they had the engine
/// do is a part for each chapter, and one for what several chapters ran. All else comes together.
pub fn plan(functions: &[Ordinal], occasions: &[Occasion]) -> (Plan, BTreeMap<usize, String>) {
    let of = |kinds: &'static [Kind]| occasions.iter().filter(|occasion| kinds.contains(&occasion.kind));
    let opened = of(&[Kind::Opened, Kind::Looked]);
    let first = union(opened.flat_map(|occasion| [&occasion.page, &occasion.worker]));
    let view = union(of(&[Kind::Pattern, Kind::Embedded]).map(|occasion| &occasion.page));
    let chapters = chapters_of(occasions);
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut part_of = BTreeMap::new();
    for function in functions.iter().filter(|function| !first.contains(function)) {
        let none = BTreeSet::new();
        let chapters = chapters.get(function).unwrap_or(&none);
        let title = match (chapters.first(), chapters.len()) {
            _ if view.contains(function) => VIEW,
            (None, _) => BEHIND,
            (Some(chapter), 1) => chapter,
            (Some(_), _) => "what chapters share",
        };
        let next = numbers.len() + 1;
        part_of.insert(*function, *numbers.entry(title.to_owned()).or_insert(next));
    }
    (Plan { part_of }, numbers.into_iter().map(|(title, number)| (number, title)).collect())
}

//! What a pattern promises, tested natively: the same code, run in virtual time.

use wakeline::app::link::Link;
use wakeline::patterns::{self, Outcome, Scene, Twin, Values};
use wakeline::runtime::{self, Config, Run};
use wakeline::timeline::Model;

use super::two_readers::PATTERN;

fn run(settings: &[(&str, &str)]) -> (Outcome, Model) {
    let mut values = Values::defaults(PATTERN.params);
    for (name, value) in settings {
        values.set(name, value).expect("the parameter takes the value");
    }
    let scene = Scene { values, seed: 0, base: String::new() };
    let mut run = Run::new(Config::default(), || (PATTERN.start)(scene));
    let mut model = Model::new();
    runtime::block_on(&mut run, 10_000, |frame| {
        model.apply(&frame);
    });
    let output = run.output().expect("it ends").as_ref().expect("it does not panic");
    (output.clone().expect("it has no error"), model)
}

#[test]
fn the_quick_reader_does_more() {
    let (outcome, _) = run(&[]);
    assert_eq!((outcome.get("quick"), outcome.get("slow")), (Some("5"), Some("3")));
    let (outcome, _) = run(&[("slow", "10")]);
    assert_eq!((outcome.get("quick"), outcome.get("slow")), (Some("4"), Some("4")));
}

#[test]
fn what_is_recorded_is_tied_to_the_lines_that_are_shown() {
    let (_, model) = run(&[]);
    let (first, shown) = PATTERN.shown(Twin::Corrected).expect("its text is within the program");
    let lines = first..first + shown.lines().count() as u32;
    let places: Vec<_> = model.log_lines().filter_map(|line| line.place).collect();
    assert!(!places.is_empty());
    for place in places.iter().filter(|place| place.file.ends_with("two_readers.rs")) {
        assert_eq!(place.file, PATTERN.file);
        assert!(lines.contains(&place.line), "{place:?}");
    }
    assert!(places.iter().any(|place| place.file == PATTERN.file), "{places:?}");
}

#[test]
fn the_catalogue_is_this_programs_own() {
    patterns::install(super::PATTERNS).expect("the patterns are in order");
    assert!(patterns::find("two-readers").is_ok());
    let error = patterns::find("race").expect_err("it is Wakeline's").to_string();
    assert!(error.contains("`race`") && error.contains("`two-readers`"), "{error}");
    assert_eq!(Link::parse("").setup.pattern.id, "two-readers", "it is what the page opens with");
}

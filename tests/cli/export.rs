//! `wakeline export`: runs as pictures, HTML and text.

use roxmltree::Document;

use super::{ids, pitfalls, program, wakeline};

#[test]
fn every_pattern_becomes_a_picture_a_piece_of_a_page_and_a_text() {
    let pitfalls = pitfalls();
    for id in ids() {
        let twins: &[&str] = if pitfalls.contains(&id) { &["corrected", "pitfall"] } else { &["corrected"] };
        for twin in twins {
            let export =
                |format| wakeline(&["export", &id, "--format", format, "--twin", twin]).exits_with(0).out;
            for (format, root) in [("svg", "svg"), ("html", "figure")] {
                let text = export(format);
                let tree = Document::parse(&text).unwrap_or_else(|error| panic!("`{id}`, {format}: {error}"));
                assert_eq!(tree.root_element().tag_name().name(), root, "`{id}`");
                assert_eq!(text, export(format), "`{id}` differs from one time to the next");
            }
            let text = export("text");
            let html = export("html");
            let tree = Document::parse(&html).expect("it was read above");
            let pre = tree.descendants().find(|node| node.has_tag_name("pre")).expect("the text");
            let pre = pre.text().unwrap_or_default();
            let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
            assert_eq!(lines(pre), lines(&text), "`{id}`");
        }
    }
}

#[test]
fn what_is_set_is_what_is_drawn() {
    let args =
        ["export", "join-set", "--format", "svg", "--set", "tasks=7", "--seed", "3", "--schedule", "random"];
    let svg = wakeline(&args).exits_with(0);
    let svg = svg.says("fetch 7").says("join-set: virtual clock, random schedule, seed 3, tasks=7");
    assert_ne!(svg.out, wakeline(&["export", "join-set", "--format", "svg"]).out);
}

#[test]
fn a_run_that_goes_wrong_is_written_all_the_same() {
    let args = ["export", "lock-across-await", "--format", "svg", "--twin", "pitfall"];
    wakeline(&args).exits_with(0).says("found: deadlock").complains("it is stuck");
}

#[test]
fn a_file_gets_it_and_the_terminal_hears_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = program(&["export", "race", "--format", "html", "-o", "race.html"]);
    command.args(["--link", "https://example.org/wakeline/", "--set", "fast=55"]);
    let output = command.current_dir(folder.path()).output().expect("the program starts");
    let ended = super::Ended::from(output).exits_with(0).complains("wrote `race.html`");
    assert_eq!(ended.out, "");
    let html = std::fs::read_to_string(folder.path().join("race.html")).expect("the file");
    assert!(html.contains("<a href=\"https://example.org/wakeline/#race?fast=55\">"), "{html}");
}

#[test]
fn a_theme_that_is_chosen_is_the_only_one() {
    let themes = |theme| wakeline(&["export", "race", "--format", "svg", "--theme", theme]).exits_with(0).out;
    let (light, dark, auto) = (themes("light"), themes("dark"), themes("auto"));
    assert!(auto.contains("prefers-color-scheme"));
    assert!(!light.contains("prefers-color-scheme") && !dark.contains("prefers-color-scheme"));
    assert_ne!(light, dark);
}

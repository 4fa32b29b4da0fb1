//! Formats, files and widths.

use std::fs;

use serde_json::Value;

use super::{Ended, program, wakeline};

#[test]
fn each_format_goes_to_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["text", "json", "trace", "chrome"] {
        let path = folder.path().join(format);
        // What was there before, and was longer, is gone.
        fs::write(&path, vec![b'x'; 1 << 20]).expect("the folder can be written");
        let path_text = path.to_str().expect("UTF-8");
        let ended = wakeline(&["run", "race", "--format", format, "--out", path_text])
            .exits_with(0)
            .complains("`request fast` won")
            .complains(&format!("wrote `{path_text}`: "));
        assert_eq!(ended.out, "");
        let bytes = fs::read(&path).expect("it was written");
        match format {
            "text" => assert!(String::from_utf8_lossy(&bytes).contains("outcome: `request fast` won")),
            "trace" => {
                assert!(bytes.starts_with(b"\x1f\x8b"), "it is gzipped");
                wakeline(&["open", path_text]).exits_with(0).says("race, seed 0");
            }
            _ => assert!(serde_json::from_slice::<Value>(&bytes).expect("JSON").is_object()),
        }
    }
}

#[test]
fn formats_go_to_a_pipe() {
    let output =
        |format| program(&["run", "race", "--format", format]).output().expect("the program starts").stdout;
    assert!(output("trace").starts_with(b"\x1f\x8b"));
    let chrome: Value = serde_json::from_slice(&output("chrome")).expect("JSON");
    assert!(chrome["traceEvents"].as_array().is_some_and(|events| !events.is_empty()));
}

#[test]
fn a_failed_run_is_told_beside_a_file_for_programs() {
    wakeline(&["run", "future-lazy", "--set", "wake=never", "--format", "trace"])
        .exits_with(1)
        .complains("failed: it is stuck")
        .complains("`awaited` is idle");
    let run = super::run_json(&["future-lazy", "--set", "wake=never"], 1);
    assert_eq!(run["recording"]["run"]["end"], "stalled");
    assert!(run["waiting"][1].as_str().is_some_and(|text| text.starts_with("`awaited` is idle")), "{run:#}");
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing/race.json");
    let missing = missing.to_str().expect("UTF-8");
    let ended = wakeline(&["run", "race", "--out", missing]).exits_with(2);
    assert_eq!(ended.out, "");
    ended.complains(&format!("cannot write `{missing}`: No such file or directory"));
    let folder = folder.path().to_str().expect("UTF-8");
    wakeline(&["run", "race", "--out", folder])
        .exits_with(2)
        .complains(&format!("cannot write `{folder}`: Is a directory"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_is_named() {
    wakeline(&["run", "race", "--out", "/dev/full"])
        .exits_with(2)
        .complains("cannot write `/dev/full`: No space left");
}

/// The lines of the timeline: from its first lane to its legend.
fn chart(ended: &Ended) -> Vec<&str> {
    ended
        .out
        .lines()
        .skip_while(|line| !line.starts_with("main "))
        .take_while(|line| !line.is_empty())
        .collect()
}

#[test]
fn the_timeline_is_as_wide_as_the_terminal() {
    let widest = |columns: &str| {
        let mut command = program(&["run", "join-set", "--set", "failures=100"]);
        let ended: Ended = command.env("COLUMNS", columns).output().expect("the program starts").into();
        chart(&ended.exits_with(0)).iter().map(|line| line.chars().count()).max()
    };
    assert_eq!(widest("60"), Some(60));
    assert_eq!(widest("140"), Some(140));
    for nonsense in ["", "0", "wide"] {
        assert_eq!(widest(nonsense), Some(100), "{nonsense:?}");
    }
}

#[test]
fn a_terminal_without_unicode_gets_ascii() {
    let ascii = |mut command: std::process::Command| {
        let ended: Ended = command.output().expect("the program starts").into();
        let ended = ended.exits_with(0);
        assert!(chart(&ended).iter().all(|line| line.is_ascii()), "{}", ended.out);
        assert!(
            ended.out.contains("|- request fast") || ended.out.contains("|-request fast"),
            "{}",
            ended.out
        );
    };
    ascii(program(&["run", "race", "--ascii"]));
    let mut command = program(&["run", "race"]);
    command.env("LANG", "C");
    ascii(command);
}

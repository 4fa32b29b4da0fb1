//! Bad usage: exit code 2, nothing run, and a message with what would be right.

use super::{ids, wakeline};

/// Asserts that the arguments are refused with a message that has all of `words`.
#[track_caller]
fn refused(args: &[&str], words: &[&str]) {
    let ended = wakeline(args).exits_with(2);
    assert_eq!(ended.out, "", "nothing was run");
    words.iter().fold(ended, |ended, words| ended.complains(words));
}

#[test]
fn a_command_that_is_missing_or_unknown() {
    refused(&[], &["Usage: wakeline <COMMAND>", "list", "run"]);
    refused(&["rnu"], &["unrecognized subcommand 'rnu'", "Usage: wakeline <COMMAND>"]);
    refused(&["list", "--jsno"], &["'--jsno'", "'--json'"]);
}

#[test]
fn a_pattern_that_is_missing_or_unknown() {
    let all = ids().iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let all = all.as_str();
    refused(&["run"], &["no pattern given", all]);
    refused(&["run", "rase"], &["unknown pattern `rase`", all, "tip: a similar one is `race`"]);
    refused(&["run", "joinset"], &["tip: a similar one is `join-set`"]);
    refused(&["run", &"x".repeat(10_000)], &[all]);
}

#[test]
fn an_export_that_cannot_be_made() {
    refused(&["export", "rase", "--format", "svg"], &["unknown pattern `rase`", "a similar one is `race`"]);
    refused(&["export", "race"], &["--format <FORMAT>"]);
    refused(&["export", "race", "--format", "png"], &["'png'", "svg, html, text"]);
    refused(&["export", "race", "--format", "svg", "--set", "fst=3"], &["no parameter `fst`", "`fast`"]);
    refused(
        &["export", "race", "--format", "svg", "--set", "fast=x"],
        &["does not take `x`", "from 0 to 2000"],
    );
    refused(&["export", "race", "--format", "svg", "--twin", "pitfall"], &["pitfall"]);
    refused(&["export", "race", "--format", "svg", "--width", "10"], &["'10'", "320..=4096"]);
    refused(
        &["export", "join-set", "--format", "svg", "--set", "network=real"],
        &["`network=real` is different each time", "leave `network` out"],
    );
    refused(
        &["export", "race", "--format", "svg", "-o", "no/such/folder/race.svg"],
        &["cannot write `no/such/folder/race.svg`"],
    );
}

#[test]
fn a_parameter_that_is_unknown_or_has_no_value() {
    refused(
        &["run", "race", "--set", "fst=3"],
        &["no parameter `fst`", "`fast`, `slow`, `fails`", "tip: a similar one is `fast`"],
    );
    refused(&["run", "race", "--set", "fast"], &["'fast'", "write `name=value`"]);
    refused(&["run", "race", "--set", "=3"], &["there is no name before `=`"]);
}

#[test]
fn a_value_that_a_parameter_does_not_take() {
    for value in ["2001", "-1", "1.5", "", "many", "99999999999999999999"] {
        let expected = format!("parameter `fast` does not take `{value}`: use a whole number from 0 to 2000");
        refused(&["run", "race", "--set", &format!("fast={value}")], &[&expected]);
    }
    let options = "use one of `none`, `fast`, `slow`, `both`";
    refused(&["run", "race", "--set", "fails=fats"], &["does not take `fats`", options, "`fast`"]);
}

#[test]
fn an_option_that_is_out_of_range() {
    refused(&["run", "race", "--runtime", "tokyo"], &["'tokyo'", "sim, tokio"]);
    refused(&["run", "race", "--clock", "wall"], &["'wall'", "virtual, real"]);
    refused(&["run", "race", "--schedule", "lifo"], &["'lifo'", "fifo, random"]);
    refused(&["run", "race", "--format", "xml"], &["'xml'", "text, json, trace, chrome"]);
    refused(&["run", "race", "--seed", "-1"], &["'-1'"]);
    refused(&["run", "race", "--seed", "dice"], &["'dice'"]);
    refused(&["run", "race", "--max-polls", "0"], &["'0'"]);
    for threads in ["0", "257", "four"] {
        refused(&["run", "race", "--threads", threads], &[threads, "use a whole number from 1 to 256"]);
    }
}

#[test]
fn options_that_do_not_go_together() {
    refused(
        &["run", "race", "--runtime", "tokio", "--clock", "virtual", "--threads", "4"],
        &["`--threads 4`", "paused clock has one thread", "use `--clock real`"],
    );
    refused(
        &["run", "race", "--runtime", "sim", "--threads", "2"],
        &["`--threads 2` needs tokio", "use `--runtime tokio --threads 2`"],
    );
    refused(
        &["run", "race", "--runtime", "tokio", "--schedule", "random"],
        &["`--schedule random`", "tokio chooses by itself", "use `--runtime sim`"],
    );
    // One thread is what virtual time has.
    wakeline(&["run", "race", "--runtime", "tokio", "--clock", "virtual", "--threads", "1"]).exits_with(0);
    wakeline(&["run", "race", "--runtime", "sim", "--threads", "1"]).exits_with(0);
}

#[test]
fn a_real_request_without_a_place_to_start_from() {
    for id in ["first-fetch", "join-set", "timeout", "retry"] {
        refused(&["run", id, "--set", "network=real"], &["`data/", "add `--base http://"]);
    }
    refused(
        &["run", "first-fetch", "--base", "localhost"],
        &["'localhost'", "use an address such as `http://"],
    );
    refused(&["run", "first-fetch", "--base", "http://"], &["use an address such as `http://"]);
}

#[test]
fn tokio_console_needs_a_build_that_has_it_and_a_run_that_it_can_see() {
    for not_tokio in [&["--runtime", "sim"][..], &["--runtime", "tokio", "--clock", "virtual"]] {
        let args = [&["run", "race", "--console"], not_tokio].concat();
        wakeline(&args).exits_with(2).complains("`--console` shows the tasks of tokio in real time");
    }
    // Where it is built in, the run would stay until Ctrl-C.
    if !cfg!(all(feature = "console", tokio_unstable)) {
        wakeline(&["run", "race", "--console"])
            .exits_with(2)
            .complains("RUSTFLAGS=\"--cfg tokio_unstable\" cargo build --features console");
    }
}

//! Golden traces: the same pattern, parameters and seed give the same bytes, here and in the browser.
//!
//! Each file under `golden/` begins with the length and the checksum of the encoded trace; the events
//! follow as text, so that a difference can be read. After a change that is meant to change traces,
//! `WAKELINE_BLESS=1 cargo test --test golden` writes the files anew.

use crc::{CRC_32_ISO_HDLC, Crc, Table};
use wakeline::formats::text;
use wakeline::patterns::{self, Scene, Values};
use wakeline::runtime::{Config, Progress, Run, Schedule};
use wakeline::timeline::Model;
use wakeline::trace::Recorder;

const SEED: u64 = 7;
const CRC32: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

struct Case {
    /// The file's name without its ending.
    name: &'static str,
    pattern: &'static str,
    settings: &'static [(&'static str, &'static str)],
    schedule: Schedule,
    golden: &'static str,
}

macro_rules! cases {
    ($($schedule:ident $name:literal: $pattern:literal $($setting:literal = $value:literal)*;)*) => {
        &[$(Case {
            name: $name,
            pattern: $pattern,
            settings: &[$(($setting, $value)),*],
            schedule: Schedule::$schedule,
            golden: include_str!(concat!("golden/", $name, ".txt")),
        }),*]
    };
}

/// Every pattern as it is first shown, and what it is shown with besides. (A new case begins with an
/// empty file.)
const CASES: &[Case] = cases! {
    Fifo "future-lazy": "future-lazy";
    Fifo "future-lazy-at-once": "future-lazy" "wake" = "at once";
    Fifo "future-lazy-never": "future-lazy" "wake" = "never";
    Fifo "first-fetch": "first-fetch";
    Fifo "first-fetch-fails": "first-fetch" "failures" = "100";
    Fifo "first-fetch-unknown": "first-fetch" "url" = "data/9.json";
    Fifo "join-set": "join-set";
    Fifo "join-set-abort": "join-set" "abort" = "2" "failures" = "50";
    Fifo "join-set-enough": "join-set" "enough" = "2" "failures" = "0";
    Random "join-set-random": "join-set";
    Fifo "bounded": "bounded";
    Fifo "bounded-fails": "bounded" "failures" = "40" "limit" = "2";
    Fifo "bounded-no-room": "bounded" "limit" = "0";
    Fifo "race": "race";
    Fifo "race-tie": "race" "fast" = "50" "slow" = "50";
    Fifo "race-both-fail": "race" "fails" = "both";
    Fifo "typed-errors": "typed-errors";
    Fifo "typed-errors-database": "typed-errors" "fails" = "database";
    Fifo "typed-errors-timeout": "typed-errors" "limit" = "20";
    Fifo "context": "context";
    Fifo "context-second-step": "context" "fails" = "second step";
    Fifo "timeout": "timeout";
    Fifo "timeout-late": "timeout" "takes" = "101";
    Fifo "timeout-zero": "timeout" "limit" = "0";
    Fifo "retry": "retry";
    Fifo "retry-cancelled": "retry" "patience" = "200";
    Fifo "retry-for-good": "retry" "url" = "data/9.json";
    Fifo "repository": "repository";
    Fifo "repository-refused": "repository" "happens" = "refused";
    Fifo "repository-lost": "repository" "happens" = "lost after";
    Fifo "async-fn-in-trait": "async-fn-in-trait";
    Fifo "mpsc": "mpsc";
    Fifo "mpsc-left": "mpsc" "leave" = "3";
    Fifo "broadcast": "broadcast";
    Fifo "oneshot": "oneshot";
    Fifo "oneshot-aborted": "oneshot" "worker" = "is aborted";
    Fifo "watch": "watch";
    Fifo "actor": "actor";
    Fifo "actor-lock": "actor" "shape" = "shared lock";
    Fifo "actor-ends": "actor" "ends" = "2";
    Fifo "cancel-token": "cancel-token";
    Fifo "cancel-token-deaf": "cancel-token" "deaf" = "1";
    Fifo "shutdown-broadcast": "shutdown-broadcast";
    Fifo "shutdown-broadcast-missed": "shutdown-broadcast" "subscribes" = "when connected" "connect" = "300";
    Fifo "drain": "drain";
    Fifo "drain-deadline": "drain" "deadline" = "100";
    Fifo "instrument": "instrument";
    Fifo "instrument-callers": "instrument" "span" = "the caller's" "failures" = "50";
    Fifo "blocking": "blocking";
    Fifo "blocking-thread": "blocking" "how" = "on a thread";
    Fifo "lock-across-await": "lock-across-await";
    Fifo "lock-across-await-owner": "lock-across-await" "way" = "owner task" "transfers" = "1";
    Fifo "cancel-safety": "cancel-safety";
    Fifo "cancel-safety-receive": "cancel-safety" "way" = "cancel-safe receive";
    Fifo "ignored-errors": "ignored-errors";
    Fifo "ignored-errors-bank": "ignored-errors" "bank" = "fails";
    Fifo "send-bounds": "send-bounds";
    Fifo "structured": "structured";
    Fifo "structured-impatient": "structured" "fails" = "none" "patience" = "25";
    Fifo "unbounded-spawn": "unbounded-spawn";
    Fifo "unbounded-spawn-buffered": "unbounded-spawn" "way" = "buffer_unordered";
    Fifo "stream-source": "stream-source";
    Fifo "stream-map-filter": "stream-map-filter";
    Fifo "stream-chunks": "stream-chunks";
    Fifo "stream-chunks-patience": "stream-chunks" "patience" = "20";
    Fifo "stream-merge": "stream-merge";
    Fifo "stream-merge-stop": "stream-merge" "fails" = "left" "on-error" = "stop";
    Fifo "stream-buffer": "stream-buffer";
    Fifo "rwlock-cache": "rwlock-cache";
    Fifo "rwlock-cache-starved": "rwlock-cache" "lock" = "prefers readers";
    Fifo "semaphore-pool": "semaphore-pool";
    Random "semaphore-pool-random": "semaphore-pool";
    Fifo "pool-timeout": "pool-timeout";
    Fifo "pool-timeout-closed": "pool-timeout" "close" = "50";
};

/// Runs a case; returns what its file should hold.
fn run(case: &Case) -> String {
    let pattern = patterns::find(case.pattern).expect("the id is in the catalogue");
    let mut values = Values::defaults(pattern.params);
    for (name, text) in case.settings {
        values.set(name, text).expect("the setting is right");
    }
    let recorder = Recorder::new(1 << 20);
    let config = Config { recorder, seed: SEED, schedule: case.schedule, ..Config::default() };
    let scene = Scene { values, seed: SEED, base: String::new() };
    let mut run = Run::new(config, || (pattern.start)(scene));
    loop {
        match run.run(1000) {
            Progress::Ended(_) => break,
            Progress::Polled(_) => {}
            Progress::Waiting(_) => assert!(run.advance(), "only timers are waited for"),
        }
    }
    let bytes = run.take_frame().encode();
    let mut model = Model::new();
    model.apply_bytes(&bytes).expect("what was encoded can be decoded");
    format!("{} bytes, crc32 {:08x}\n\n{}", bytes.len(), CRC32.checksum(&bytes), text::events(&model))
}

/// Says where a trace and its file part, in a way that a person can use.
fn difference(case: &Case, found: &str) -> Option<String> {
    if found == case.golden {
        return None;
    }
    let (mut golden, mut now) = (case.golden.lines().skip(2), found.lines().skip(2));
    let mut before = Vec::new();
    let (golden, now) = loop {
        match (golden.next(), now.next()) {
            (Some(golden), Some(now)) if golden == now => before.push(now),
            (None, None) => break (case.golden.lines().next(), found.lines().next()),
            parted => break parted,
        }
    };
    let before = before[before.len().saturating_sub(5)..].join("\n   ");
    Some(format!(
        "`{}` is not what `tests/golden/{}.txt` says:\n   {before}\n-  {}\n+  {}\n",
        case.pattern,
        case.name,
        golden.unwrap_or("(nothing follows)"),
        now.unwrap_or("(nothing follows)"),
    ))
}

fn assert_all_as_they_were() {
    let differences: Vec<_> = CASES.iter().filter_map(|case| difference(case, &run(case))).collect();
    assert!(
        differences.is_empty(),
        "{}if that is meant, write the files anew: WAKELINE_BLESS=1 cargo test --test golden",
        differences.join("\n")
    );
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::*;

    #[test]
    fn traces_are_as_they_were() {
        if std::env::var_os("WAKELINE_BLESS").is_none() {
            return assert_all_as_they_were();
        }
        for case in CASES {
            let file = format!("{}/tests/golden/{}.txt", env!("CARGO_MANIFEST_DIR"), case.name);
            std::fs::write(&file, run(case)).unwrap_or_else(|error| panic!("cannot write `{file}`: {error}"));
        }
    }

    #[test]
    fn every_pattern_has_a_golden_trace() {
        for pattern in patterns::CATALOGUE {
            let is_there = CASES.iter().any(|case| case.pattern == pattern.id && case.settings.is_empty());
            assert!(is_there, "`{}` has no case with its defaults in `tests/golden.rs`", pattern.id);
        }
    }

    #[test]
    fn every_golden_file_belongs_to_a_case() {
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            assert!(
                CASES.iter().any(|case| format!("{}.txt", case.name) == file),
                "`{file}` belongs to no case"
            );
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn traces_are_as_they_are_natively() {
        super::assert_all_as_they_were();
    }
}

//! A Chrome trace of a run is one that others take whole: slices of a thread nest, and speedscope's own importer has
//! nothing to complain of.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

#[path = "support/ran.rs"]
mod ran;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use ran::{Case, case};
use serde_json::Value;
use wakeline::formats::chrome;
use wakeline::patterns::{CATALOGUE, Twin};
use wakeline::timeline::Model;

/// Every pattern and every pitfall in virtual time, and some on tokio, whose clock makes times of all kinds.
fn traces() -> Vec<(String, Value)> {
    let mut traces = Vec::new();
    let mut add = |name: String, model: &Model| {
        traces.push((name, serde_json::from_str(&chrome::to_string(model)).expect("it is JSON")));
    };
    for pattern in CATALOGUE {
        let twins = [Twin::Corrected, Twin::Pitfall]
            .into_iter()
            .filter(|twin| *twin == Twin::Corrected || pattern.pitfall.is_some());
        for twin in twins {
            let ran = Case { twin, ..case(pattern.id, &[]) }.run();
            add(format!("{}-{}", pattern.id, twin.name()), &ran.model);
        }
    }
    for id in ["mpsc", "join-set", "semaphore-pool"] {
        let runs = std::cell::RefCell::new(Vec::new());
        case(id, &[]).run_on_tokio(|ran| runs.borrow_mut().push(ran.model.clone()));
        (0..).zip(runs.into_inner()).for_each(|(number, model)| add(format!("{id}-tokio-{number}"), &model));
    }
    traces
}

fn slices(trace: &Value) -> impl Iterator<Item = &Value> {
    trace["traceEvents"].as_array().expect("a list").iter().filter(|event| event["ph"] == "X")
}

#[test]
fn slices_of_a_thread_nest_as_a_reader_adds_them_up() {
    for (name, trace) in traces() {
        let mut threads: BTreeMap<u64, Vec<(f64, f64)>> = BTreeMap::new();
        for slice in slices(&trace) {
            let begin = slice["ts"].as_f64().expect("a number");
            let end = begin + slice["dur"].as_f64().expect("a number");
            threads.entry(slice["tid"].as_u64().expect("a number")).or_default().push((begin, end));
        }
        for (thread, mut slices) in threads {
            slices.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
            for pair in slices.windows(2) {
                let [(_, end), (begin, next_end)] = pair[..] else { continue };
                assert!(begin >= end || next_end <= end, "{name}, thread {thread}: {pair:?}");
            }
        }
    }
}

#[test]
fn speedscope_takes_every_slice() {
    let Some(package) = std::env::var_os("WAKELINE_SPEEDSCOPE").map(PathBuf::from) else {
        eprintln!(
            "skipped: `WAKELINE_SPEEDSCOPE` names no speedscope; `cargo xtask test native` installs one"
        );
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let traces = traces();
    let files = traces.iter().map(|(name, trace)| {
        let path = folder.path().join(format!("{name}.json"));
        std::fs::write(&path, trace.to_string()).expect("the folder can be written");
        path
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/speedscope.mjs");
    let ran = Command::new("node").arg(script).arg(package).args(files).output().expect("node starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let lines: Vec<Value> = ran
        .stdout
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    assert_eq!(lines.len(), traces.len());
    for ((name, trace), line) in traces.iter().zip(lines) {
        assert_eq!(line["complaints"], serde_json::json!([]), "{name}");
        let shown = slices(trace).filter(|slice| slice["dur"] != 0.0);
        assert_eq!(line["slices"], shown.count(), "{name}: slices that are seen");
    }
}

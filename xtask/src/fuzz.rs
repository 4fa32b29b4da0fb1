//! Fuzzing: the targets in `fuzz/`, one after another.

use crate::machine::Machine;
use crate::process::{ask, show};
use crate::{Usage, report, setup};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// How long each target is tried unless something else is asked for.
const MINUTES: u64 = 10;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// One target; all where none is named.
    target: Option<String>,
    minutes: u64,
}

impl Options {
    pub fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self { target: None, minutes: MINUTES };
        let mut rest = arguments.iter();
        while let Some(&argument) = rest.next() {
            match argument {
                "--minutes" => {
                    let minutes =
                        rest.next().and_then(|text| text.parse().ok()).filter(|minutes| *minutes > 0);
                    options.minutes = minutes
                        .ok_or_else(|| Usage("`--minutes` needs a whole number from 1 on".to_owned()))?;
                }
                option if option.starts_with('-') => bail!(Usage(format!("`fuzz` does not know `{option}`"))),
                target if options.target.is_none() => options.target = Some(target.to_owned()),
                extra => {
                    bail!(Usage(format!("`{extra}` is not expected here: name one target, or none for all")))
                }
            }
        }
        Ok(options)
    }
}

pub fn run(machine: &mut Machine, options: &Options) -> Result<()> {
    let all = targets(&machine.root)?;
    let targets = match &options.target {
        None => all,
        Some(target) if all.contains(target) => vec![target.clone()],
        Some(target) => {
            bail!(Usage(format!("there is no target `{target}`; there are `{}`", all.join("`, `"))))
        }
    };
    setup::run(machine, setup::FUZZING)?;
    let has_nightly = ask(machine.native("rustup").args(["run", "nightly", "rustc", "--version"])).is_some();
    if !has_nightly {
        report::note("without a nightly toolchain the targets are built without the address sanitizer");
    }
    let mut failed = Vec::new();
    for target in targets {
        report::section(format!("\nFuzzing `{target}`, {} minutes", options.minutes));
        if !show(&mut command(machine, &target, options.minutes, has_nightly), |_| {})? {
            failed.push(target);
        }
    }
    if !failed.is_empty() {
        bail!("something was found by {}: what it was is in `fuzz/artifacts/`", failed.join(", "));
    }
    Ok(())
}

fn command(machine: &Machine, target: &str, minutes: u64, has_nightly: bool) -> Command {
    let mut command = machine.native("cargo");
    command.args(["fuzz", "run", target]);
    if has_nightly {
        command.env("RUSTUP_TOOLCHAIN", "nightly");
    } else {
        // Coverage is measured with what a stable compiler has, but keeps to itself.
        command.env("RUSTC_BOOTSTRAP", "1").args(["--sanitizer", "none"]);
    }
    let seconds = minutes * 60;
    command.args(["--", &format!("-max_total_time={seconds}"), "-timeout=30", "-max_len=65536"]);
    command
}

/// The targets, by the files they are in.
fn targets(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder).with_context(|| format!("failed to read `{}`", folder.display()))?;
    let mut targets = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            targets.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    targets.sort();
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_targets_are_tried_unless_one_is_named() {
        let parsed = |arguments: &[&str]| Options::parse(arguments).expect("valid");
        assert_eq!(parsed(&[]), Options { target: None, minutes: MINUTES });
        assert_eq!(
            parsed(&["frame", "--minutes", "3"]),
            Options { target: Some("frame".to_owned()), minutes: 3 }
        );
        for wrong in [&["--minutes"][..], &["--minutes", "0"], &["--fast"], &["frame", "link"]] {
            assert!(Options::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn each_target_has_a_file_an_entry_and_seeds() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the checkout");
        let manifest = fs::read_to_string(root.join("fuzz/Cargo.toml")).expect("it is in the checkout");
        for target in targets(root).expect("it is in the checkout") {
            assert!(
                manifest.contains(&format!("name = \"{target}\"")),
                "`{target}` is not in `fuzz/Cargo.toml`"
            );
            let seeds = fs::read_dir(root.join("fuzz/corpus").join(&target)).expect("it has seeds");
            assert!(seeds.count() > 0, "`{target}` has no seeds");
        }
    }
}

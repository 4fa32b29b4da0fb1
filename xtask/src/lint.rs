//! Formatting, clippy's advice, documentation: everything that is said without running anything.

use crate::machine::Machine;
use crate::process::{ask, show};
use crate::{report, setup};
use anyhow::{Context, Result, bail};
use std::process::Command;

const WASM: [&str; 2] = ["--target", crate::setup::TARGET];

pub fn run(machine: &mut Machine) -> Result<()> {
    setup::run(machine, setup::LINT)?;
    let mut failed = Vec::new();
    for (what, mut command) in checks(machine) {
        report::section(format!("\n{what}"));
        if !show(&mut command, |_| {})? {
            failed.push(what);
        }
    }
    if !has_no_known_faults(machine)? {
        failed.push("Known faults");
    }
    if !failed.is_empty() {
        bail!("not in order: {}", failed.join(", "));
    }
    println!("\nEverything is in order.");
    Ok(())
}

/// Asks the database of advisories, if it can be reached, whether anything depended on has a known fault.
fn has_no_known_faults(machine: &Machine) -> Result<bool> {
    report::section("\nKnown faults");
    let mut fetch = machine.native("cargo");
    fetch.args(["deny", "--log-level", "error", "fetch", "db"]);
    let fetched = fetch.output().context("failed to start `cargo deny`")?;
    if !fetched.status.success() {
        report::note("not looked up: the database of advisories cannot be reached from here");
        return Ok(true);
    }
    let mut check = machine.native("cargo");
    check.args(["deny", "--log-level", "error", "check", "--disable-fetch", "advisories"]);
    show(&mut check, |_| {})
}

fn checks(machine: &Machine) -> Vec<(&'static str, Command)> {
    let mut checks = Vec::new();
    let native = |arguments: &[&str]| {
        let mut command = machine.native("cargo");
        command.args(arguments);
        command
    };
    if ask(&mut native(&["fmt", "--version"])).is_some() {
        checks.push(("Formatting", native(&["fmt", "--all", "--check"])));
    } else {
        report::note("formatting is not checked: `rustup component add rustfmt` installs what is missing");
    }
    let has_clippy = ask(&mut native(&["clippy", "--version"])).is_some();
    if has_clippy {
        // The feature `e2e` includes `native`, so this sees every target.
        let arguments = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            "e2e,postgres,mdbook",
            "--",
            "-D",
            "warnings",
        ];
        checks.push(("Clippy", native(&arguments)));
    } else {
        report::note("clippy is not run: `rustup component add clippy` installs it");
    }
    if has_clippy && machine.wasm == machine.native {
        let mut command = machine.wasm("cargo");
        command.arg("clippy").args(WASM).args(["--lib", "--bins", "--tests", "--", "-D", "warnings"]);
        checks.push(("Clippy for wasm32", command));
    } else {
        // That compiler comes without clippy; its own warnings still count.
        let mut command = machine.wasm("cargo");
        command.arg("check").args(WASM).args(["--lib", "--bins", "--tests"]).env("RUSTFLAGS", "-Dwarnings");
        checks.push(("Warnings for wasm32", command));
    }
    // No advice is taken here from afar: that is a step of its own.
    let dependencies = ["deny", "--log-level", "error", "check", "bans", "licenses", "sources"];
    checks.push(("Dependencies", native(&dependencies)));
    let mut documentation = native(&["doc", "--no-deps", "--features", "mdbook"]);
    documentation.env("RUSTDOCFLAGS", "-Dwarnings");
    checks.push(("Documentation", documentation));
    // The manifest and its files, as the registry takes them; whether they build is for whoever publishes.
    let package = ["package", "--no-verify", "--allow-dirty", "--quiet", "--package", "wakeline"];
    checks.push(("What is published", native(&package)));
    checks
}

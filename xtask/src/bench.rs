//! The benchmarks: on this machine, and in Chromium with the code as the page runs it.

use crate::browser::Browser;
use crate::machine::Machine;
use crate::process::show;
use crate::setup::{self, TARGET};
use crate::{Usage, report};
use anyhow::{Result, bail};
use std::process::Command;

/// The file with the benchmarks that run in the browser.
const BROWSER_BENCH: &str = "browser";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    native: bool,
    chromium: bool,
    /// Handed to the benchmarks' own command line.
    filter: Vec<String>,
}

impl Options {
    pub fn parse(arguments: &[&str]) -> Result<Self> {
        let (place, filter) = match arguments.split_first() {
            Some((place @ (&"native" | &"chromium"), filter)) => (Some(*place), filter),
            _ => (None, arguments),
        };
        if let Some(option) = filter.iter().find(|word| word.starts_with('-')) {
            bail!(Usage(format!("`bench` does not know `{option}`")));
        }
        Ok(Self {
            native: place != Some("chromium"),
            chromium: place != Some("native"),
            filter: filter.iter().map(|&word| word.to_owned()).collect(),
        })
    }
}

pub fn run(machine: &mut Machine, options: &Options) -> Result<()> {
    let in_browser = machine.root.join("benches").join(format!("{BROWSER_BENCH}.rs"));
    if options.chromium {
        if !in_browser.is_file() {
            bail!("there is no `{}`", in_browser.display());
        }
        setup::run(machine, &[setup::BROWSER_TESTS, &[setup::Need::Browser(Browser::Chromium)]].concat())?;
    }
    let mut failed = Vec::new();
    if options.native {
        report::section("Benchmarks on this machine");
        let mut command = machine.native("cargo");
        command.args(["bench", "--features", "native", "--bench", "*"]);
        if !show(command.args(filter(options)), |_| {})? {
            failed.push("native");
        }
    }
    if options.chromium {
        report::section("\nBenchmarks in Chromium");
        if !show(in_chromium(machine).args(["--", "--nocapture"]).args(&options.filter), |_| {})? {
            failed.push("chromium");
        }
    }
    if !failed.is_empty() {
        bail!("benchmarks failed: {}", failed.join(", "));
    }
    Ok(())
}

fn filter(options: &Options) -> Vec<&str> {
    let words = options.filter.iter().map(String::as_str);
    if options.filter.is_empty() { Vec::new() } else { std::iter::once("--").chain(words).collect() }
}

/// The benchmarks in the browser, compiled with the profile that the page is compiled with.
fn in_chromium(machine: &Machine) -> Command {
    let mut command = machine.wasm("cargo");
    // Not `cargo bench`: its `--bench` makes the runner look for benchmarks of its own kind.
    command.args(["test", "--target", TARGET, "--profile", "wasm-release", "--bench", BROWSER_BENCH]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    command.env("WASM_BINDGEN_TEST_ONLY_WEB", "1");
    Browser::unchosen(&mut command);
    if let Some(driver) = machine.driver(Browser::Chromium) {
        command.env("CHROMEDRIVER", driver);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_places_are_measured_unless_one_is_named() {
        let parsed = |arguments: &[&str]| Options::parse(arguments).expect("valid");
        assert_eq!(parsed(&[]), Options { native: true, chromium: true, filter: vec![] });
        assert_eq!(
            parsed(&["native", "spawn"]),
            Options { native: true, chromium: false, filter: vec!["spawn".to_owned()] }
        );
        assert_eq!(parsed(&["chromium"]), Options { native: false, chromium: true, filter: vec![] });
        assert!(Options::parse(&["--release"]).is_err());
    }
}

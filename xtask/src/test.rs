//! The tests: on this machine, in the browser, and of the built page as a reader opens it.

use crate::machine::Machine;
use crate::process::show;
use crate::{Usage, dist, report, setup};
use anyhow::{Context, Result, bail};
use std::fs;
use std::ops::AddAssign;
use std::path::Path;
use std::time::{Duration, Instant};

/// A kind of test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Native,
    Wasm,
    EndToEnd,
}

impl Part {
    const ALL: [Self; 3] = [Self::Native, Self::Wasm, Self::EndToEnd];

    fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Wasm => "wasm",
            Self::EndToEnd => "e2e",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Native => "Tests on this machine",
            Self::Wasm => "Tests in the browser",
            Self::EndToEnd => "Tests of the built page",
        }
    }

    fn needs(self) -> &'static [setup::Need] {
        match self {
            Self::Native => setup::NATIVE_TESTS,
            Self::Wasm => setup::BROWSER_TESTS,
            Self::EndToEnd => setup::END_TO_END,
        }
    }
}

pub fn parts(arguments: &[&str]) -> Result<Vec<Part>> {
    let mut chosen = Vec::new();
    for argument in arguments {
        match Part::ALL.into_iter().find(|part| part.name() == *argument) {
            Some(part) if chosen.contains(&part) => {}
            Some(part) => chosen.push(part),
            None => {
                bail!(Usage(format!("`{argument}` is no kind of test; there are `native`, `wasm` and `e2e`")))
            }
        }
    }
    Ok(if chosen.is_empty() { Part::ALL.to_vec() } else { chosen })
}

pub fn run(machine: &mut Machine, parts: &[Part]) -> Result<()> {
    let mut needs = Vec::new();
    for need in parts.iter().flat_map(|part| part.needs()) {
        if !needs.contains(need) {
            needs.push(*need);
        }
    }
    setup::run(machine, &needs)?;

    let mut outcomes = Vec::new();
    for &part in parts {
        report::section(format!("\n{}", part.title()));
        let started = Instant::now();
        let mut counts = Counts::default();
        let passed = match run_part(machine, part, &mut counts) {
            Ok(passed) => passed,
            Err(error) => {
                println!("{error:#}");
                false
            }
        };
        outcomes.push(Outcome { part, passed, counts, took: started.elapsed() });
    }
    println!("\n{}", summary(&outcomes));
    let failed = outcomes.iter().filter(|outcome| !outcome.passed);
    let again: Vec<_> = failed.map(|outcome| outcome.part.name()).collect();
    if !again.is_empty() {
        bail!("tests failed; run them again with `cargo xtask test {}`", again.join(" "));
    }
    Ok(())
}

fn run_part(machine: &Machine, part: Part, counts: &mut Counts) -> Result<bool> {
    let mut command = match part {
        Part::Native => {
            let mut command = machine.native("cargo");
            command.args(["test", "--workspace", "--features", "native,postgres,mdbook", "--no-fail-fast"]);
            let postgres = machine.postgres.as_ref().context("the set-up has found no PostgreSQL")?;
            command.env("WAKELINE_POSTGRES", postgres);
            command
        }
        Part::Wasm => {
            let mut command = machine.wasm("wasm-pack");
            command.args(["test", "--headless", "--chrome"]);
            if let Some(driver) = &machine.chromedriver {
                command.arg("--chromedriver").arg(driver);
            }
            // The examples in the documentation run natively; rustdoc does not know of the page's own
            // standard library.
            command.arg("--lib");
            for test in browser_tests(&machine.root)? {
                command.arg("--test").arg(test);
            }
            command
        }
        Part::EndToEnd => {
            let page = dist::build(machine)?;
            let driver = machine.chromedriver.as_ref().context("the set-up has found no chromedriver")?;
            let mut command = machine.native("cargo");
            command.args(["test", "--features", "e2e", "--test", "e2e"]);
            command.env("WAKELINE_DIST", page).env("WAKELINE_CHROMEDRIVER", driver);
            command
        }
    };
    show(&mut command, |line| {
        if let Some(result) = Counts::in_result_line(line) {
            *counts += result;
        }
    })
}

/// The test files that have something for the browser.
fn browser_tests(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("tests");
    let mut tests = Vec::new();
    let entries = fs::read_dir(&folder).with_context(|| format!("failed to read `{}`", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let main = if path.is_dir() { path.join("main.rs") } else { path.clone() };
        let is_for_browser = fs::read_to_string(&main).is_ok_and(|text| text.contains("wasm_bindgen_test"));
        if let Some(name) = path.file_stem().filter(|_| is_for_browser) {
            tests.push(name.to_string_lossy().into_owned());
        }
    }
    tests.sort();
    Ok(tests)
}

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Counts {
    /// Reads the line with which a test harness closes: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn in_result_line(line: &str) -> Option<Self> {
        let (_, rest) = line.split_once("test result: ")?;
        let (_, rest) = rest.split_once(". ")?;
        let mut counts = Self::default();
        for part in rest.split("; ") {
            match part.split_once(' ') {
                Some((number, "passed")) => counts.passed = number.parse().ok()?,
                Some((number, "failed")) => counts.failed = number.parse().ok()?,
                Some((number, "ignored")) => counts.ignored = number.parse().ok()?,
                _ => {}
            }
        }
        Some(counts)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

struct Outcome {
    part: Part,
    passed: bool,
    counts: Counts,
    took: Duration,
}

fn summary(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    let mut total = Counts::default();
    for Outcome { part, passed, counts, took } in outcomes {
        let word = if *passed { "ok" } else { "FAILED" };
        text +=
            &format!("{:24} {word:7} {:>5} passed  {}\n", part.title(), counts.passed, report::spoken(*took));
        total += *counts;
    }
    let word = if outcomes.iter().all(|outcome| outcome.passed) { "ok" } else { "FAILED" };
    let Counts { passed, failed, ignored } = total;
    text + &format!("test result: {word}. {passed} passed; {failed} failed; {ignored} ignored")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_run_unless_some_are_named() {
        assert_eq!(parts(&[]).expect("valid"), Part::ALL);
        assert_eq!(parts(&["e2e", "native", "e2e"]).expect("valid"), [Part::EndToEnd, Part::Native]);
        let error = parts(&["unit"]).expect_err("no such kind").to_string();
        assert!(error.contains("`unit`") && error.contains("`native`"), "{error}");
    }

    #[test]
    fn closing_lines_of_both_harnesses_are_counted() {
        let cargo =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.31s";
        let browser = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out; finished in 1.22s";
        let mut counts = Counts::in_result_line(cargo).expect("a closing line");
        counts += Counts::in_result_line(browser).expect("a closing line");
        assert_eq!(counts, Counts { passed: 15, failed: 2, ignored: 1 });
        assert_eq!(Counts::in_result_line("test trace::decodes ... ok"), None);
    }

    #[test]
    fn a_part_that_did_not_even_build_fails_the_whole() {
        let outcome = |part, passed, number| Outcome {
            part,
            passed,
            counts: Counts { passed: number, ..Counts::default() },
            took: Duration::from_secs(3),
        };
        let text = summary(&[outcome(Part::Native, true, 40), outcome(Part::Wasm, false, 0)]);
        assert!(text.ends_with("test result: FAILED. 40 passed; 0 failed; 0 ignored"), "{text}");
    }
}

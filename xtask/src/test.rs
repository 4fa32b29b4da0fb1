//! The tests: on this machine, in the browser, and of the built page as a reader opens it.

use crate::browser::Browser;
use crate::machine::Machine;
use crate::process::show;
use crate::{Usage, dist, report, setup};
use anyhow::{Context, Result, bail};
use std::fs;
use std::ops::AddAssign;
use std::path::Path;
use std::process::Command;
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

    fn needs(self) -> &'static [setup::Need] {
        match self {
            Self::Native => setup::NATIVE_TESTS,
            Self::Wasm => setup::BROWSER_TESTS,
            Self::EndToEnd => setup::END_TO_END,
        }
    }
}

/// What is tested, and in which browsers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    parts: Vec<Part>,
    browsers: Vec<Browser>,
}

impl Options {
    pub fn parse(arguments: &[&str]) -> Result<Self> {
        let (mut parts, mut browsers) = (Vec::new(), None);
        let mut arguments = arguments.iter();
        while let Some(&argument) = arguments.next() {
            if let Some(names) = argument.strip_prefix("--browser=") {
                browsers = Some(Browser::list(names)?);
            } else if argument == "--browser" {
                let names = arguments.next().map_or("", |names| *names);
                browsers = Some(Browser::list(names)?);
            } else {
                match Part::ALL.into_iter().find(|part| part.name() == argument) {
                    Some(part) if parts.contains(&part) => {}
                    Some(part) => parts.push(part),
                    None => bail!(Usage(format!(
                        "`{argument}` is no kind of test; there are `native`, `wasm` and `e2e`"
                    ))),
                }
            }
        }
        Ok(Self {
            parts: if parts.is_empty() { Part::ALL.to_vec() } else { parts },
            browsers: browsers.map_or_else(Browser::usual, Ok)?,
        })
    }

    /// What is run, one after the other.
    fn suites(&self) -> Vec<Suite> {
        let mut suites = Vec::new();
        for &part in &self.parts {
            match part {
                Part::Native => suites.push(Suite { part, browser: None }),
                Part::Wasm | Part::EndToEnd => {
                    suites
                        .extend(self.browsers.iter().map(|&browser| Suite { part, browser: Some(browser) }));
                }
            }
        }
        suites
    }

    fn needs(&self) -> Vec<setup::Need> {
        let mut needs = Vec::new();
        let in_browsers =
            self.suites().into_iter().filter_map(|suite| suite.browser).map(setup::Need::Browser);
        for need in self.parts.iter().flat_map(|part| part.needs()).copied().chain(in_browsers) {
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
        needs
    }
}

/// A kind of test, in one browser if it needs one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Suite {
    part: Part,
    browser: Option<Browser>,
}

impl Suite {
    fn title(self) -> String {
        let what = match self.part {
            Part::Native => "Tests on this machine",
            Part::Wasm => "Tests",
            Part::EndToEnd => "Tests of the built page",
        };
        self.browser.map_or_else(|| what.to_owned(), |browser| format!("{what} in {}", browser.title()))
    }

    /// What runs it again, and nothing else.
    fn typed(self) -> String {
        let browser = self.browser.map(|browser| format!(" --browser {}", browser.name()));
        format!("cargo xtask test {}{}", self.part.name(), browser.unwrap_or_default())
    }
}

pub fn run(machine: &mut Machine, options: &Options) -> Result<()> {
    setup::run(machine, &options.needs())?;
    for left_out in Browser::ALL.into_iter().filter(|browser| !options.browsers.contains(browser)) {
        report::note(format!("nothing is tested in {}", left_out.title()));
    }

    let mut outcomes = Vec::new();
    for suite in options.suites() {
        report::section(format!("\n{}", suite.title()));
        let started = Instant::now();
        let mut counts = Counts::default();
        let passed = match run_suite(machine, suite, &mut counts) {
            Ok(passed) => passed,
            Err(error) => {
                println!("{error:#}");
                false
            }
        };
        outcomes.push(Outcome { suite, passed, counts, took: started.elapsed() });
    }
    println!("\n{}", summary(&outcomes));
    let failed = outcomes.iter().filter(|outcome| !outcome.passed);
    let again: Vec<_> = failed.map(|outcome| format!("`{}`", outcome.suite.typed())).collect();
    if !again.is_empty() {
        bail!("tests failed; run them again with {}", again.join(" and "));
    }
    Ok(())
}

fn run_suite(machine: &Machine, suite: Suite, counts: &mut Counts) -> Result<bool> {
    let mut command = match (suite.part, suite.browser) {
        (Part::Wasm, Some(browser)) => in_browser(machine, browser)?,
        (Part::EndToEnd, Some(browser)) => end_to_end(machine, browser)?,
        _ => {
            let mut command = machine.native("cargo");
            command.args(["test", "--workspace", "--features", "native,postgres,mdbook", "--no-fail-fast"]);
            let postgres = machine.postgres.as_ref().context("the set-up has found no PostgreSQL")?;
            command.env("WAKELINE_POSTGRES", postgres);
            if let Some(speedscope) = &machine.speedscope {
                command.env("WAKELINE_SPEEDSCOPE", speedscope);
            }
            command
        }
    };
    if suite.browser == Some(Browser::WebKit) {
        command = setup::webkit::on_screen(machine, &command);
    }
    show(&mut command, |line| {
        if let Some(result) = Counts::in_result_line(line) {
            *counts += result;
        }
    })
}

fn driver(machine: &Machine, browser: Browser) -> Result<&Path> {
    let driver = machine.driver(browser);
    driver.with_context(|| format!("the set-up has found no WebDriver server for {}", browser.title()))
}

fn in_browser(machine: &Machine, browser: Browser) -> Result<Command> {
    let mut command = machine.wasm("wasm-pack");
    Browser::unchosen(&mut command);
    // The runner knows WebKit's server by the name of Safari's, and talks to both alike.
    let [flag, driver_flag] = match browser {
        Browser::Chromium => ["--chrome", "--chromedriver"],
        Browser::Firefox => ["--firefox", "--geckodriver"],
        Browser::WebKit => ["--safari", "--safaridriver"],
    };
    command.args(["test", "--headless", flag, driver_flag]).arg(driver(machine, browser)?);
    if browser == Browser::WebKit {
        // Its interpreter of WebAssembly, as of 2.50, loses a panic on the way through code that is not
        // optimised; its compilers do not, and the built page is tested with all of them.
        command.env("JSC_useWasmIPInt", "0");
    }
    // The examples in the documentation run natively; rustdoc does not know of the page's own
    // standard library.
    command.arg("--lib");
    for test in browser_tests(&machine.root)? {
        command.arg("--test").arg(test);
    }
    Ok(command)
}

fn end_to_end(machine: &Machine, browser: Browser) -> Result<Command> {
    let page = dist::build(machine)?;
    let template = dist::build_template(machine)?;
    let mut command = machine.native("cargo");
    command.args(["test", "--features", "e2e", "--test", "e2e"]);
    command.env("WAKELINE_DIST", page).env("WAKELINE_TEMPLATE", template);
    command.env("WAKELINE_BROWSER", browser.name()).env("WAKELINE_WEBDRIVER", driver(machine, browser)?);
    Ok(command)
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
    suite: Suite,
    passed: bool,
    counts: Counts,
    took: Duration,
}

fn summary(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    let mut total = Counts::default();
    for Outcome { suite, passed, counts, took } in outcomes {
        let word = if *passed { "ok" } else { "FAILED" };
        let title = suite.title();
        text += &format!("{title:35} {word:7} {:>5} passed  {}\n", counts.passed, report::spoken(*took));
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
        let parts = |arguments: &[&str]| Options::parse(arguments).map(|options| options.parts);
        assert_eq!(parts(&[]).expect("valid"), Part::ALL);
        assert_eq!(parts(&["e2e", "native", "e2e"]).expect("valid"), [Part::EndToEnd, Part::Native]);
        let error = parts(&["unit"]).expect_err("no such kind").to_string();
        assert!(error.contains("`unit`") && error.contains("`native`"), "{error}");
    }

    #[test]
    fn what_needs_a_browser_is_run_in_each() {
        let options = Options::parse(&["native", "e2e", "--browser", "firefox,webkit"]).expect("valid");
        let titles: Vec<_> = options.suites().into_iter().map(Suite::title).collect();
        let page = "Tests of the built page in";
        assert_eq!(titles, ["Tests on this machine", &format!("{page} Firefox"), &format!("{page} WebKit")]);
        let needs = options.needs();
        assert!(needs.contains(&setup::Need::Browser(Browser::WebKit)), "{needs:?}");
        assert!(!needs.contains(&setup::Need::Browser(Browser::Chromium)), "{needs:?}");
        let again = options.suites()[2].typed();
        assert_eq!(again, "cargo xtask test e2e --browser webkit");
    }

    #[test]
    fn no_browser_is_looked_for_where_none_is_needed() {
        let needs = Options::parse(&["native", "--browser=webkit"]).expect("valid").needs();
        assert_eq!(needs, setup::NATIVE_TESTS);
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
            suite: Suite { part, browser: None },
            passed,
            counts: Counts { passed: number, ..Counts::default() },
            took: Duration::from_secs(3),
        };
        let text = summary(&[outcome(Part::Native, true, 40), outcome(Part::Wasm, false, 0)]);
        assert!(text.ends_with("test result: FAILED. 40 passed; 0 failed; 0 ignored"), "{text}");
    }
}

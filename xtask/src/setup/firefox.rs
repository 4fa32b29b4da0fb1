//! Firefox, and geckodriver, which drives any Firefox of the last years.

use super::{apt, cargo_tool};
use crate::browser::Browser;
use crate::machine::Machine;
use crate::process::ask;
use crate::report;
use crate::version::Version;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// In the order in which geckodriver looks for a browser.
const BROWSERS: [&str; 2] = ["firefox", "firefox-esr"];
const MAC_FIREFOX: &str = "/Applications/Firefox.app/Contents/MacOS/firefox";
const PACKAGE: &str = "firefox-esr";
/// The first that runs a module with exceptions in it.
const OLDEST: u32 = 100;

pub fn ensure(machine: &mut Machine) -> Result<()> {
    let mut browser = find(machine);
    if !is_recent(browser.as_ref()) && apt::is_here(machine) && apt::candidate(machine, PACKAGE)?.is_some() {
        apt::install(machine, &[PACKAGE]).with_context(|| Browser::Firefox.left_out())?;
        browser = find(machine);
    }
    let Some((_, version)) = browser.filter(|browser| is_recent(Some(browser))) else {
        bail!(
            "there is no Firefox from version {OLDEST} on; install it (https://www.mozilla.org/firefox), then run this \
             command again; {}",
            Browser::Firefox.left_out()
        );
    };
    let driver = driver(machine).with_context(|| Browser::Firefox.left_out())?;
    report::found("Firefox", format!("{version} and `{}`", driver.display()));
    machine.drivers.push((Browser::Firefox, driver));
    Ok(())
}

fn find(machine: &Machine) -> Option<(PathBuf, Version)> {
    let mac = Some(PathBuf::from(MAC_FIREFOX)).filter(|path| path.is_file());
    let browsers = BROWSERS.iter().filter_map(|name| machine.which(name)).chain(mac);
    browsers.into_iter().find_map(|path| Some((path.clone(), version(machine, &path)?)))
}

fn version(machine: &Machine, program: &Path) -> Option<Version> {
    Version::find_in(&ask(machine.native(program).arg("--version"))?)
}

fn is_recent(browser: Option<&(PathBuf, Version)>) -> bool {
    browser.is_some_and(|(_, version)| version.major >= OLDEST)
}

/// The geckodriver that was named, the one on the search path, or one that cargo builds: Debian has none.
fn driver(machine: &mut Machine) -> Result<PathBuf> {
    let named = std::env::var_os("GECKODRIVER").map(PathBuf::from).filter(|path| path.is_file());
    if let Some(named) = named {
        return Ok(named);
    }
    cargo_tool::ensure(machine, &cargo_tool::GECKODRIVER)?;
    machine.which("geckodriver").context("`geckodriver` was installed, and is nowhere on the search path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_firefox_that_cannot_run_the_page_will_not_do() {
        let firefox = |major| (PathBuf::from("/usr/bin/firefox"), Version::new(major, 0, 0));
        assert!(is_recent(Some(&firefox(140))));
        assert!(!is_recent(Some(&firefox(91))));
        assert!(!is_recent(None));
    }
}

//! Chromium or Chrome, and the chromedriver that belongs to it.

use super::apt;
use crate::browser::Browser;
use crate::machine::Machine;
use crate::process::ask;
use crate::report;
use crate::version::Version;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// In the order in which chromedriver looks for a browser.
const BROWSERS: [&str; 5] =
    ["google-chrome", "google-chrome-stable", "google-chrome-beta", "chromium", "chromium-browser"];
const MAC_CHROME: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

/// What there is on the machine.
#[derive(Debug, Default)]
struct Pair {
    browser: Option<(PathBuf, Version)>,
    driver: Option<(PathBuf, Version)>,
}

impl Pair {
    fn look(machine: &Machine) -> Self {
        let browsers = BROWSERS.iter().filter_map(|name| machine.which(name));
        let mac = Some(PathBuf::from(MAC_CHROME)).filter(|path| path.is_file());
        let named = std::env::var_os("CHROMEDRIVER").map(PathBuf::from).filter(|path| path.is_file());
        let mut drivers = named.into_iter().chain(machine.which("chromedriver"));
        Self {
            browser: browsers.chain(mac).find_map(|path| with_version(machine, path)),
            driver: drivers.find_map(|path| with_version(machine, path)),
        }
    }

    fn problem(&self) -> Option<String> {
        match (&self.browser, &self.driver) {
            (Some((_, browser)), Some((_, driver))) if browser.major == driver.major => None,
            (Some((path, browser)), Some((driver_path, driver))) => Some(format!(
                "`{}` is version {} and `{}` is version {}; they must be the same",
                path.display(),
                browser.major,
                driver_path.display(),
                driver.major
            )),
            (Some((_, browser)), None) => {
                Some(format!("there is no chromedriver for the browser, version {}", browser.major))
            }
            (None, Some(_)) => Some("there is a chromedriver, but no Chromium or Chrome".to_owned()),
            (None, None) => Some("there is neither Chromium nor Chrome".to_owned()),
        }
    }

    /// What to type where nothing can be installed for the person.
    fn remedy(&self) -> String {
        match &self.browser {
            Some((_, version)) => format!(
                "run `npx @puppeteer/browsers install chromedriver@{}` and set `CHROMEDRIVER` to the path it prints, \
                 then run this command again",
                version.major
            ),
            None => "install Chrome (https://www.google.com/chrome) or Chromium, and chromedriver; \
                     then run this command again"
                .to_owned(),
        }
    }
}

fn with_version(machine: &Machine, path: PathBuf) -> Option<(PathBuf, Version)> {
    let version = Version::find_in(&ask(machine.native(&path).arg("--version"))?)?;
    Some((path, version))
}

pub fn ensure(machine: &mut Machine) -> Result<()> {
    let mut pair = Pair::look(machine);
    let try_debian = pair.problem().is_some() && apt::is_here(machine) && debian_would_help(&pair);
    if try_debian && apt::candidate(machine, "chromium-driver")?.is_some() {
        apt::install(machine, &PACKAGES).with_context(|| Browser::Chromium.left_out())?;
        pair = Pair::look(machine);
    }
    if let Some(problem) = pair.problem() {
        bail!("{problem}; {}; {}", pair.remedy(), Browser::Chromium.left_out());
    }
    if let Pair { browser: Some((browser, version)), driver: Some((driver, _)) } = pair {
        report::found(name(&browser), format!("{} and chromedriver", version.major));
        machine.drivers.push((Browser::Chromium, driver));
        machine.browser = Some(browser);
    }
    Ok(())
}

/// Looks for a browser that can read the page while it is built. The page works without that.
pub fn ensure_reader(machine: &mut Machine) -> Result<()> {
    let mut pair = Pair::look(machine);
    if pair.browser.is_none() && apt::is_here(machine) && apt::candidate(machine, PACKAGES[0])?.is_some() {
        apt::install(machine, &PACKAGES[..1])?;
        pair = Pair::look(machine);
    }
    match pair.browser {
        Some((browser, version)) => {
            report::found(name(&browser), version.major);
            machine.browser = Some(browser);
        }
        None => report::note(
            "without Chromium or Chrome the page's code stays in one piece, and a reader waits for all of it",
        ),
    }
    Ok(())
}

/// Debian's driver is of Debian's Chromium, and no help to a Chrome, which chromedriver would prefer to it.
fn debian_would_help(pair: &Pair) -> bool {
    pair.browser.as_ref().is_none_or(|(path, _)| name(path).starts_with("chromium"))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(browser: Option<(&str, u32)>, driver: Option<u32>) -> Pair {
        Pair {
            browser: browser.map(|(path, major)| (PathBuf::from(path), Version::new(major, 0, 1))),
            driver: driver.map(|major| (PathBuf::from("/usr/bin/chromedriver"), Version::new(major, 0, 2))),
        }
    }

    #[test]
    fn the_same_major_version_will_do() {
        assert_eq!(pair(Some(("/usr/bin/chromium", 156)), Some(156)).problem(), None);
    }

    #[test]
    fn what_is_wrong_is_said_with_both_versions() {
        let problem = pair(Some(("/usr/bin/google-chrome", 140)), Some(156)).problem();
        let problem = problem.expect("the versions differ");
        assert!(problem.contains("140") && problem.contains("156"), "{problem}");
    }

    #[test]
    fn a_chrome_without_driver_gets_the_command_that_fetches_its_own() {
        let chrome = pair(Some(("/usr/bin/google-chrome", 140)), None);
        assert!(chrome.problem().is_some());
        assert!(chrome.remedy().contains("chromedriver@140"));
        assert!(!debian_would_help(&chrome));
    }

    #[test]
    fn debians_packages_help_where_there_is_no_chrome() {
        assert!(debian_would_help(&pair(None, None)));
        assert!(debian_would_help(&pair(Some(("/usr/bin/chromium", 150)), None)));
    }
}

//! The browsers that the page is tested in: one of each engine there is.

use crate::Usage;
use anyhow::{Result, bail};
use std::process::Command;

/// The person's own choice of a WebDriver server, which the runner of the tests in a browser would follow
/// whatever browser it is asked for.
const DRIVERS: [&str; 4] = ["GECKODRIVER", "SAFARIDRIVER", "CHROMEDRIVER", "MSEDGEDRIVER"];
/// Names the browsers where the command line does not.
const VARIABLE: &str = "WAKELINE_BROWSERS";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Or Chrome.
    Chromium,
    Firefox,
    /// The engine of Safari, in the small browser that it comes with on Linux.
    WebKit,
}

impl Browser {
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// What is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        }
    }

    /// Reads names with commas between them.
    pub fn list(names: &str) -> Result<Vec<Self>> {
        let mut chosen = Vec::new();
        for name in names.split(',').map(str::trim) {
            match Self::ALL.into_iter().find(|browser| browser.name() == name) {
                Some(browser) if chosen.contains(&browser) => {}
                Some(browser) => chosen.push(browser),
                None => bail!(Usage(format!(
                    "`{name}` is no browser that the tests know; there are `chromium`, `firefox` and `webkit`"
                ))),
            }
        }
        Ok(chosen)
    }

    /// The browsers that the environment names, or all.
    pub fn usual() -> Result<Vec<Self>> {
        match std::env::var(VARIABLE) {
            Ok(names) if !names.trim().is_empty() => Self::list(&names),
            _ => Ok(Self::ALL.to_vec()),
        }
    }

    /// Has `command` start the runner for the browser that it names, and no other.
    pub fn unchosen(command: &mut Command) {
        for variable in DRIVERS {
            command.env_remove(variable).env_remove(format!("{variable}_REMOTE"));
        }
    }

    /// How to do without this browser, for one who cannot have it.
    pub fn left_out(self) -> String {
        let others = Self::ALL.into_iter().filter(|browser| *browser != self);
        let others: Vec<_> = others.map(Self::name).collect();
        format!(
            "to test without {}, name the others: `--browser {}`, or set `{VARIABLE}` so",
            self.title(),
            others.join(",")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_with_commas_between_them() {
        let list = Browser::list("webkit, chromium,webkit").expect("both are known");
        assert_eq!(list, [Browser::WebKit, Browser::Chromium]);
        let error = Browser::list("firefox,opera").expect_err("it is not known").to_string();
        assert!(error.contains("`opera`") && error.contains("`webkit`"), "{error}");
    }

    #[test]
    fn what_to_type_without_a_browser_names_the_others() {
        assert!(Browser::WebKit.left_out().contains("`--browser chromium,firefox`"));
    }
}

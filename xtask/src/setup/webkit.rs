//! WebKit as Debian packages it for GTK: its WebDriver server, its small browser, and a screen that nobody sees.

use super::apt;
use crate::browser::Browser;
use crate::machine::Machine;
use crate::report;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

const DRIVER: &str = "WebKitWebDriver";
/// Runs a program on a virtual screen; WebKit's browser has no mode without one.
const SCREEN: &str = "xvfb-run";
const PACKAGES: [&str; 3] = ["webkit2gtk-driver", "xvfb", "xauth"];

pub fn ensure(machine: &mut Machine) -> Result<()> {
    let mut driver = find(machine);
    if driver.is_none() && apt::is_here(machine) && apt::candidate(machine, PACKAGES[0])?.is_some() {
        apt::install(machine, &PACKAGES).with_context(|| Browser::WebKit.left_out())?;
        driver = find(machine);
    }
    let Some(driver) = driver else {
        bail!(
            "there is no `{DRIVER}`, or no `{SCREEN}` to give it a screen, and they cannot be installed from here; \
             WebKit is tested on Linux, with Debian's packages {}; {}",
            PACKAGES.join(", "),
            Browser::WebKit.left_out()
        );
    };
    report::found("WebKit", format!("and `{}`", driver.display()));
    machine.drivers.push((Browser::WebKit, driver));
    Ok(())
}

fn find(machine: &Machine) -> Option<PathBuf> {
    machine.which(SCREEN)?;
    machine.which("xauth")?;
    machine.which(DRIVER)
}

/// Has `command` run on a screen of its own.
pub fn on_screen(machine: &Machine, command: &Command) -> Command {
    let mut on_screen = machine.native(SCREEN);
    on_screen.arg("--auto-servernum").arg("--server-args=-screen 0 1600x1200x24 -nolisten tcp");
    on_screen.arg(command.get_program()).args(command.get_args());
    crate::process::inherit(&mut on_screen, command);
    // The virtual screen, though the person may sit before a real one.
    on_screen.env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY");
    // Without a graphics card its compositor takes a sixth of a second for a frame; without the
    // compositor, it paints sixty frames a second.
    on_screen.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
    on_screen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_on_a_screen_is_the_same_command() {
        let machine = Machine::look().expect("the tests are started by cargo");
        let mut command = Command::new("cargo");
        command.arg("test").env("WAKELINE_BROWSER", "webkit");
        let on_screen = on_screen(&machine, &command);
        assert_eq!(on_screen.get_program(), SCREEN);
        let words: Vec<_> = on_screen.get_args().collect();
        assert_eq!(words[words.len() - 2..], ["cargo", "test"]);
        assert!(on_screen.get_envs().any(|(name, _)| name == "WAKELINE_BROWSER"));
    }
}

//! Debian's packages.

use crate::machine::Machine;
use crate::process::{ask, step};
use anyhow::{Context, Result, bail};
use std::process::Command;
use std::time::Duration;

/// Whether this machine has apt.
pub fn is_here(machine: &Machine) -> bool {
    cfg!(target_os = "linux") && machine.which("apt-get").is_some()
}

/// The version that would be installed of `package`; refreshes the lists of packages when they do not know it.
pub fn candidate(machine: &Machine, package: &str) -> Result<Option<String>> {
    if let Some(version) = known(machine, package) {
        return Ok(Some(version));
    }
    update(machine).context("run `sudo apt-get update`, then this command again")?;
    Ok(known(machine, package))
}

fn known(machine: &Machine, package: &str) -> Option<String> {
    candidate_in(&ask(&mut apt_cache(machine, &["policy", package]))?)
}

fn candidate_in(policy: &str) -> Option<String> {
    let version = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    (version != "(none)").then(|| version.to_owned())
}

/// The packages that `package` depends on.
pub fn depends(machine: &Machine, package: &str) -> Vec<String> {
    let printed = ask(&mut apt_cache(machine, &["depends", package])).unwrap_or_default();
    printed.lines().filter_map(|line| line.trim().strip_prefix("Depends: ")).map(str::to_owned).collect()
}

/// Whether `package` is installed.
pub fn has(machine: &Machine, package: &str) -> bool {
    ask(machine.native("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]))
        .is_some_and(|status| status == "installed")
}

/// Installs `packages`; where that takes rights that we do not have, says what to type.
pub fn install(machine: &Machine, packages: &[&str]) -> Result<()> {
    let missing: Vec<_> = packages.iter().copied().filter(|name| !has(machine, name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let label = format!("install Debian's {}", missing.join(", "));
    let attempt = || {
        let mut command = apt_get(machine)?;
        command.args(["install", "--yes", "--no-install-recommends"]).args(&missing);
        step(&label, &mut command, &machine.log("apt-install"), Some(Duration::from_secs(900)))
    };
    let remedy = format!(
        "run `{}apt-get install --no-install-recommends {}`, then this command again",
        if is_root(machine) { "" } else { "sudo " },
        missing.join(" ")
    );
    match attempt() {
        Ok(()) => Ok(()),
        Err(error) if error.is::<NotAllowed>() => {
            bail!("{} is needed, but {error}; {remedy}", missing.join(", "))
        }
        // The likeliest cause are lists so old that they name files which are gone.
        Err(_) => update(machine).and_then(|()| attempt()).context(remedy),
    }
}

fn update(machine: &Machine) -> Result<()> {
    let mut command = apt_get(machine)?;
    command.arg("update");
    step(
        "refresh the list of packages",
        &mut command,
        &machine.log("apt-update"),
        Some(Duration::from_secs(300)),
    )
}

fn apt_cache(machine: &Machine, arguments: &[&str]) -> Command {
    let mut command = machine.native("apt-cache");
    command.args(arguments).env("LC_ALL", "C.UTF-8");
    command
}

/// `apt-get` with the rights to install.
fn apt_get(machine: &Machine) -> Result<Command> {
    let mut command = as_root(machine, "env")?;
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]);
    command.args(["-o", "DPkg::Lock::Timeout=120"]);
    Ok(command)
}

#[derive(Debug)]
struct NotAllowed;

impl std::fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("you are not root, and sudo asks for a password")
    }
}

impl std::error::Error for NotAllowed {}

/// A command with root's rights: directly, or through a sudo that does not ask.
pub fn as_root(machine: &Machine, program: &str) -> Result<Command> {
    if is_root(machine) {
        return Ok(machine.native(program));
    }
    if ask(machine.native("sudo").args(["-n", "true"])).is_none() {
        bail!(NotAllowed);
    }
    let mut command = machine.native("sudo");
    command.args(["-n", program]);
    Ok(command)
}

fn is_root(machine: &Machine) -> bool {
    ask(machine.native("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_a_candidate_cannot_be_installed() {
        let policy = |candidate| format!("rustc-web:\n  Installed: (none)\n  Candidate: {candidate}\n");
        assert_eq!(candidate_in(&policy("1.96.0+dfsg1-1~deb12u2")), Some("1.96.0+dfsg1-1~deb12u2".into()));
        assert_eq!(candidate_in(&policy("(none)")), None);
        assert_eq!(candidate_in(""), None);
    }
}

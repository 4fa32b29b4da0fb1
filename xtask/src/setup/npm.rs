//! Packages that npm installs, each into a folder of its own.

use super::apt;
use crate::machine::Machine;
use crate::process::step;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::time::Duration;

/// Installs `package`, such as `binaryen@132`, for `tool`; installs npm first where the machine can.
pub fn install(machine: &Machine, tool: &str, package: &str, folder: &Path) -> Result<()> {
    let npm = || machine.which(if cfg!(windows) { "npm.cmd" } else { "npm" });
    if npm().is_none() && apt::is_here(machine) {
        apt::install(machine, &["npm"])
            .with_context(|| format!("{tool} is missing, and so is npm to install it with"))?;
    }
    let Some(npm) = npm() else {
        bail!("{tool} is missing, and there is no npm to install it with");
    };
    std::fs::create_dir_all(folder)?;
    let mut command = machine.native(npm);
    command.args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"]).arg(folder).arg(package);
    let label = format!("install {tool} (npm {package})");
    step(&label, &mut command, &machine.log(tool), Some(Duration::from_secs(180)))
}

//! esbuild, which takes from scripts and styles what only people read. The page works without it.

use super::npm;
use crate::machine::Machine;
use crate::process::ask;
use crate::report;
use crate::version::Version;
use anyhow::{Result, ensure};
use std::path::Path;

const PACKAGE: &str = "esbuild@0.25.12";

pub fn ensure(machine: &mut Machine) -> Result<()> {
    let folder = machine.cache.join("tools").join(PACKAGE.replace('@', "-"));
    let programs = folder.join("node_modules/.bin");
    let program = programs.join(if cfg!(windows) { "esbuild.cmd" } else { "esbuild" });
    if let Some(version) = version_at(machine, &program) {
        report::found("esbuild", format!("{version} (in `{}`)", folder.display()));
    } else if let Err(reason) = install(machine, &folder, &program) {
        report::note(format!("{reason:#}"));
        report::note("without esbuild the page's scripts and styles are somewhat larger");
        return Ok(());
    }
    machine.prefer(programs);
    Ok(())
}

fn install(machine: &Machine, folder: &Path, program: &Path) -> Result<()> {
    npm::install(machine, "esbuild", PACKAGE, folder)?;
    ensure!(version_at(machine, program).is_some(), "the installed esbuild does not start");
    Ok(())
}

fn version_at(machine: &Machine, program: &Path) -> Option<Version> {
    Version::find_in(&ask(machine.native(program).arg("--version"))?)
}

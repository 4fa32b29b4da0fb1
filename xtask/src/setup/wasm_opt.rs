//! `wasm-opt`, which makes the page's code smaller. The page works without it.

use super::npm;
use crate::machine::Machine;
use crate::process::ask;
use crate::report;
use crate::version::Version;
use anyhow::{Result, ensure};
use std::path::Path;

/// Older ones do not know the instructions that rustc emits by default.
const OLDEST: Version = Version::new(116, 0, 0);
const PACKAGE: &str = "binaryen@132";

pub fn ensure(machine: &mut Machine) -> Result<()> {
    let users = machine.which("wasm-opt").and_then(|path| version_at(machine, &path));
    if let Some(version) = users.filter(|version| *version >= OLDEST) {
        report::found("wasm-opt", version.major);
        machine.wasm_opt = true;
        return Ok(());
    }
    let folder = machine.cache.join("tools").join(PACKAGE.replace('@', "-"));
    let programs = folder.join("node_modules/.bin");
    let program = if cfg!(windows) { programs.join("wasm-opt.cmd") } else { programs.join("wasm-opt") };
    if let Some(version) = version_at(machine, &program) {
        report::found("wasm-opt", format!("{} (in `{}`)", version.major, folder.display()));
    } else if let Err(reason) = install(machine, &folder, &program) {
        report::note(format!("{reason:#}"));
        report::note(format!(
            "without wasm-opt {} or newer the page is built somewhat larger; \
             `npm install --global {PACKAGE}` installs it",
            OLDEST.major
        ));
        return Ok(());
    }
    machine.prefer(programs);
    machine.wasm_opt = true;
    Ok(())
}

fn install(machine: &Machine, folder: &Path, program: &Path) -> Result<()> {
    // Debian's own wasm-opt is too old, but its npm is not.
    npm::install(machine, "wasm-opt", PACKAGE, folder)?;
    ensure!(
        version_at(machine, program).is_some(),
        "the installed wasm-opt does not start; node may be too old for it"
    );
    Ok(())
}

fn version_at(machine: &Machine, program: &Path) -> Option<Version> {
    Version::find_in(&ask(machine.native(program).arg("--version"))?)
}

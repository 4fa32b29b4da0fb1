//! speedscope, whose importer a test asks about our Chrome traces. Everything else goes without it.

use super::npm;
use crate::machine::Machine;
use crate::report;
use anyhow::Result;

const PACKAGE: &str = "speedscope@1.25.0";

pub fn ensure(machine: &mut Machine) -> Result<()> {
    let folder = machine.cache.join("tools").join(PACKAGE.replace('@', "-"));
    let package = folder.join("node_modules/speedscope");
    if package.join("package.json").is_file() {
        report::found("speedscope", format!("1.25.0 (in `{}`)", folder.display()));
    } else if let Err(reason) = npm::install(machine, "speedscope", PACKAGE, &folder) {
        report::note(format!("{reason:#}"));
        report::note("without speedscope the test of its importer is left out");
        return Ok(());
    }
    machine.speedscope = Some(package);
    Ok(())
}

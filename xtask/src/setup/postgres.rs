//! PostgreSQL's programs. A test starts a server of its own with them; none is left running here.

use super::apt;
use crate::machine::Machine;
use crate::process::ask;
use crate::report;
use anyhow::{Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// What a test starts.
const PROGRAMS: [&str; 3] = ["initdb", "pg_ctl", "postgres"];
/// Debian keeps the programs of each version here, out of the search path.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Where Debian says whether to make a database, and to start a server for it, when the server is installed.
const CREATE_CLUSTER: &str = "/etc/postgresql-common/createcluster.conf";
const NO_CLUSTER: &str = "create_main_cluster = false # while Wakeline installs the programs alone";

pub fn ensure(machine: &mut Machine) -> Result<()> {
    let mut found = find(machine);
    if found.is_none() && apt::is_here(machine) && apt::candidate(machine, "postgresql")?.is_some() {
        install(machine)?;
        found = find(machine);
    }
    let Some(programs) = found else {
        bail!(
            "the native tests need PostgreSQL's `initdb`, and it cannot be installed from here; install PostgreSQL \
             (https://www.postgresql.org/download/), set `WAKELINE_POSTGRES` to the folder of `initdb` if it is \
             not on the search path, then run this command again"
        );
    };
    let version = ask(machine.native(programs.join("postgres")).arg("--version")).unwrap_or_default();
    report::found("PostgreSQL", version.split_whitespace().nth(2).unwrap_or("of an unknown version"));
    machine.postgres = Some(programs);
    Ok(())
}

/// The folder of the programs: the one that was named, the one on the search path, or Debian's newest.
fn find(machine: &Machine) -> Option<PathBuf> {
    let named = std::env::var_os("WAKELINE_POSTGRES").map(PathBuf::from);
    // What is on the search path may be a link to a program that looks for its own folder.
    let on_path = machine.which("initdb").and_then(|path| path.canonicalize().ok());
    let on_path = on_path.as_deref().and_then(Path::parent).map(Path::to_owned);
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten().map(|entry| entry.path());
    let debian = newest(versions.collect()).map(|version| version.join("bin"));
    [named, on_path, debian].into_iter().flatten().find(|folder| has_all(folder))
}

fn has_all(folder: &Path) -> bool {
    PROGRAMS.iter().all(|program| folder.join(program).is_file())
}

fn newest(versions: Vec<PathBuf>) -> Option<PathBuf> {
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    versions.into_iter().filter(|path| number(path).is_some()).max_by_key(number)
}

/// Installs the programs, and keeps Debian from making a database that nobody asked for.
fn install(machine: &Machine) -> Result<()> {
    apt::install(machine, &["postgresql-common"])?;
    let edit = |script: &str| {
        if let Ok(mut sed) = apt::as_root(machine, "sed") {
            ask(sed.args(["--in-place", script, CREATE_CLUSTER]));
        }
    };
    edit(&format!("$ a {NO_CLUSTER}"));
    let installed = apt::install(machine, &["postgresql"]);
    // Whoever installs another version later is served as usual.
    edit(&format!("/^{NO_CLUSTER}$/ d"));
    installed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers_and_the_newest_is_the_largest() {
        let paths = |names: &[&str]| names.iter().map(|name| Path::new(DEBIAN).join(name)).collect();
        assert_eq!(newest(paths(&["9", "17", "15", "common"])), Some(Path::new(DEBIAN).join("17")));
        assert_eq!(newest(paths(&["common"])), None);
    }

    #[test]
    fn a_folder_without_all_programs_will_not_do() {
        assert!(!has_all(Path::new("/nowhere")));
    }
}

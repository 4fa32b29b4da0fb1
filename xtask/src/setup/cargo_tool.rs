//! Programs that `cargo install` builds.

use crate::machine::{Machine, cargo_bin};
use crate::process::{ask, step};
use crate::report;
use crate::version::{Version, locked};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// A program, and which versions of it will do.
#[derive(Debug)]
pub struct CargoTool {
    krate: &'static str,
    program: &'static str,
    /// The version that is installed when none will do.
    version: Version,
    accept: Accept,
    /// Whether to build with the dependencies that the crate's own lock names.
    locked: bool,
    /// What is left out of it, and what is not.
    flags: &'static [&'static str],
    /// What to expect, for the one who waits.
    wait: &'static str,
}

#[derive(Clone, Copy, Debug)]
enum Accept {
    Exactly,
    From(Version),
}

pub const TRUNK: CargoTool = CargoTool {
    krate: "trunk",
    program: "trunk",
    version: Version::new(0, 21, 14),
    accept: Accept::From(Version::new(0, 21, 0)),
    locked: true,
    flags: &[],
    wait: "several minutes",
};

pub const WASM_PACK: CargoTool = CargoTool {
    krate: "wasm-pack",
    program: "wasm-pack",
    version: Version::new(0, 15, 1),
    accept: Accept::From(Version::new(0, 13, 0)),
    locked: true,
    flags: &[],
    wait: "a few minutes",
};

pub const MDBOOK: CargoTool = CargoTool {
    krate: "mdbook",
    program: "mdbook",
    version: Version::new(0, 5, 4),
    accept: Accept::From(Version::new(0, 5, 0)),
    locked: true,
    // Its server takes half of the time, and `xtask` builds the book without one.
    flags: &["--no-default-features", "--features", "search"],
    wait: "a few minutes",
};

pub const GECKODRIVER: CargoTool = CargoTool {
    krate: "geckodriver",
    program: "geckodriver",
    version: Version::new(0, 37, 1),
    accept: Accept::From(Version::new(0, 34, 0)),
    locked: true,
    flags: &[],
    wait: "a few minutes",
};

pub const DENY: CargoTool = CargoTool {
    krate: "cargo-deny",
    program: "cargo-deny",
    version: Version::new(0, 19, 0),
    accept: Accept::From(Version::new(0, 16, 0)),
    locked: true,
    flags: &[],
    wait: "several minutes",
};

pub const FUZZ: CargoTool = CargoTool {
    krate: "cargo-fuzz",
    program: "cargo-fuzz",
    version: Version::new(0, 13, 2),
    accept: Accept::From(Version::new(0, 12, 0)),
    locked: true,
    flags: &[],
    wait: "a minute",
};

/// `wasm-bindgen` as the lock wants it: its output format changes with every version.
pub fn bindgen(machine: &Machine) -> Result<CargoTool> {
    let lock = super::read(machine, "Cargo.lock")?;
    let version = locked(&lock, "wasm-bindgen")
        .context("`Cargo.lock` names no `wasm-bindgen`; restore it with `git checkout Cargo.lock`")?;
    Ok(CargoTool {
        krate: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version,
        accept: Accept::Exactly,
        // Its lock names versions that were withdrawn since.
        locked: false,
        flags: &[],
        wait: "a few minutes",
    })
}

/// What to do about a program.
#[derive(Debug, PartialEq, Eq)]
enum Plan {
    /// The user's own will do.
    Use(Version),
    /// Ours, installed earlier, will do.
    UseOurs,
    /// There is none: install where `cargo install` puts things.
    Install,
    /// The user has a version that will not do: leave it alone and install ours apart.
    InstallApart,
}

impl CargoTool {
    fn accepts(&self, found: Version) -> bool {
        match self.accept {
            Accept::Exactly => found == self.version,
            // Below 1.0 a new minor version may break, and these tools' configuration is ours to match.
            Accept::From(oldest) => found >= oldest && found.major == oldest.major,
        }
    }

    fn plan(&self, users: Option<Version>, ours: bool) -> Plan {
        match users {
            Some(version) if self.accepts(version) => Plan::Use(version),
            _ if ours => Plan::UseOurs,
            Some(_) => Plan::InstallApart,
            None => Plan::Install,
        }
    }

    /// A folder for this version alone, so that an old one of ours never shadows a newer one of the user's.
    fn private_root(&self, machine: &Machine) -> PathBuf {
        machine.cache.join("tools").join(format!("{}-{}", self.krate, self.version))
    }

    fn version_at(&self, machine: &Machine, program: &Path) -> Option<Version> {
        Version::find_in(&ask(machine.native(program).arg("--version"))?)
    }
}

pub fn ensure(machine: &mut Machine, tool: &CargoTool) -> Result<()> {
    let users = machine.which(tool.program).and_then(|path| tool.version_at(machine, &path));
    let apart = tool.private_root(machine);
    let ours = apart.join("bin").join(format!("{}{}", tool.program, std::env::consts::EXE_SUFFIX));
    let ours = tool.version_at(machine, &ours) == Some(tool.version);
    match tool.plan(users, ours) {
        Plan::Use(version) => report::found(tool.program, version),
        Plan::UseOurs => {
            report::found(tool.program, format!("{} (in `{}`)", tool.version, apart.display()));
            machine.prefer(apart.join("bin"));
        }
        Plan::Install => {
            install(machine, tool, None)?;
            if !std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
                .any(|folder| folder == cargo_bin())
            {
                report::note(format!(
                    "add `{}` to `PATH` to type `{}` yourself",
                    cargo_bin().display(),
                    tool.program
                ));
            }
        }
        Plan::InstallApart => {
            let users = users.map_or_else(String::new, |version| version.to_string());
            report::note(format!(
                "your {} is {users} and {} is needed; yours stays as it is, ours goes to `{}`",
                tool.program,
                tool.version,
                apart.display()
            ));
            install(machine, tool, Some(&apart))?;
            machine.prefer(apart.join("bin"));
        }
    }
    Ok(())
}

fn install(machine: &Machine, tool: &CargoTool, root: Option<&Path>) -> Result<()> {
    let mut command = machine.native("cargo");
    command.args(["install", &format!("{}@{}", tool.krate, tool.version)]);
    if tool.locked {
        command.arg("--locked");
    }
    command.args(tool.flags);
    if let Some(root) = root {
        command.arg("--root").arg(root);
    }
    // Many dependencies are common to all of them; outside the checkout, its settings do not apply.
    command.env("CARGO_TARGET_DIR", build_folder(machine)).current_dir(std::env::temp_dir());
    // They spend their time waiting for compilers, so what counts is how soon they are there: this
    // takes about half the time of their own release profiles.
    for (setting, value) in [("OPT_LEVEL", "1"), ("LTO", "off"), ("CODEGEN_UNITS", "16")] {
        command.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    let label = format!("install {} {} ({})", tool.krate, tool.version, tool.wait);
    step(&label, &mut command, &machine.log(tool.krate), None)
        .with_context(|| format!("install it with `{}`", crate::process::typed(&command)))
}

fn build_folder(machine: &Machine) -> PathBuf {
    machine.cache.join("build")
}

/// Removes what the installations were compiled in: more than a gigabyte that nothing needs again.
pub fn discard_build(machine: &Machine) {
    // That it stays behind harms nothing but the disk.
    let _ = fs::remove_dir_all(build_folder(machine));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exactly(version: Version) -> CargoTool {
        CargoTool { version, accept: Accept::Exactly, ..TRUNK }
    }

    #[test]
    fn nothing_is_installed_when_the_users_version_will_do() {
        let newer = Version::new(0, 21, 99);
        assert_eq!(TRUNK.plan(Some(newer), false), Plan::Use(newer));
        let tool = exactly(Version::new(0, 2, 130));
        assert_eq!(tool.plan(Some(tool.version), true), Plan::Use(tool.version));
    }

    #[test]
    fn a_users_version_that_will_not_do_is_left_alone() {
        assert_eq!(TRUNK.plan(Some(Version::new(0, 20, 3)), false), Plan::InstallApart);
        let tool = exactly(Version::new(0, 2, 130));
        assert_eq!(tool.plan(Some(Version::new(0, 2, 131)), false), Plan::InstallApart);
        assert_eq!(tool.plan(Some(Version::new(0, 2, 131)), true), Plan::UseOurs);
    }

    #[test]
    fn a_missing_program_goes_where_cargo_puts_programs() {
        assert_eq!(WASM_PACK.plan(None, false), Plan::Install);
        assert_eq!(WASM_PACK.plan(None, true), Plan::UseOurs);
    }
}

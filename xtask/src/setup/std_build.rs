//! The standard library for wasm32, built from its source so that panics unwind and sizes are small.
//!
//! The library that comes with a compiler aborts on a panic. Ours lies in a folder of Wakeline's own, a
//! sysroot that rustc is pointed to; nothing of the compiler's own is changed.

use super::target::{self, TARGET};
use crate::machine::Machine;
use crate::process::{ask, inherit, step};
use crate::web_rustc;
use anyhow::{Context, Result, bail, ensure};
use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

const MANIFEST: &str = "[package]\nname = \"wakeline-scratch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n";
/// Link-time optimisation reads the bitcode.
const FLAGS: [&str; 2] = ["-Cembed-bitcode=yes", "-Copt-level=z"];
const ARGUMENTS: [&str; 2] = [
    // `test` is what a test harness links; the panic runtime is chosen by whoever links.
    "-Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro",
    "-Zbuild-std-features=optimize_for_size",
];
/// For how many compilers libraries are kept; there is a release every six weeks.
const KEPT: usize = 3;

/// What a panic does in a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panics {
    /// It ends everything. That is the target's own way, and what cargo builds unless it is told otherwise.
    Abort,
    /// It can be caught. Only code that unwinds can be linked to such a library.
    Unwind,
}

/// A compiler of which the source of the standard library is here, or can be.
#[derive(Debug)]
pub struct Compiler {
    cargo: Command,
    rustc: Command,
    /// Its version in full.
    verbose: String,
}

impl Compiler {
    pub fn new(cargo: Command, rustc: Command) -> Result<Self> {
        let verbose = ask(again(&rustc).arg("-vV")).context("`rustc -vV` does not answer")?;
        Ok(Self { cargo, rustc, verbose })
    }

    /// Whether the standard library's source is here.
    pub fn has_source(&self) -> bool {
        let sysroot = ask(again(&self.rustc).args(["--print", "sysroot"])).unwrap_or_default();
        Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file()
    }

    /// Where its library belongs: another compiler's, or one built otherwise, is not found there.
    fn folder(&self, machine: &Machine) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        (&self.verbose, flags(Panics::Unwind), ARGUMENTS, web_rustc::VERSION).hash(&mut hasher);
        libraries_of_all(machine).join(format!("{:016x}", hasher.finish()))
    }

    /// The sysroot with its library, if that is built and can be linked.
    pub fn sysroot(&self, machine: &Machine) -> Option<PathBuf> {
        let folder = self.folder(machine);
        let mut rustc = again(&self.rustc);
        rustc.arg("--sysroot").arg(&folder);
        let is_complete = folder.is_dir() && target::links(rustc.arg("-Cpanic=unwind"));
        is_complete.then_some(folder)
    }

    /// Builds the library that unwinds and returns the sysroot.
    pub fn build(&self, machine: &Machine) -> Result<PathBuf> {
        self.with_library(machine, Panics::Unwind, |files| lay_out(files, &self.folder(machine)))?;
        discard_oldest(&libraries_of_all(machine));
        self.sysroot(machine).with_context(|| {
            format!("what was built does not link; see `{}`", machine.log("web-std").display())
        })
    }

    /// Builds a library and calls `with` with its files.
    pub fn with_library(
        &self,
        machine: &Machine,
        panics: Panics,
        with: impl FnOnce(&[PathBuf]) -> Result<()>,
    ) -> Result<()> {
        let scratch = machine.cache.join("web-std");
        with(&compile(machine, &scratch, &self.cargo, panics)?)?;
        // Some hundred megabytes that nothing needs again.
        let _ = fs::remove_dir_all(scratch);
        Ok(())
    }
}

fn flags(panics: Panics) -> Vec<&'static str> {
    let unwind = (panics == Panics::Unwind).then_some("-Cpanic=unwind");
    FLAGS.into_iter().chain(unwind).collect()
}

/// Where `sysroot` has the libraries of the target.
fn libraries_in(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

fn libraries_of_all(machine: &Machine) -> PathBuf {
    machine.data.join("std")
}

/// The same program with the same arguments in the same environment.
fn again(command: &Command) -> Command {
    let mut same = Command::new(command.get_program());
    same.args(command.get_args());
    inherit(&mut same, command);
    same
}

fn compile(machine: &Machine, scratch: &Path, cargo: &Command, panics: Panics) -> Result<Vec<PathBuf>> {
    let source = scratch.join("src");
    fs::create_dir_all(&source).with_context(|| format!("failed to create `{}`", source.display()))?;
    fs::write(scratch.join("Cargo.toml"), MANIFEST)?;
    fs::write(source.join("lib.rs"), "")?;
    let mut command = again(cargo);
    command
        .current_dir(scratch)
        .args(["build", "--release", "--target", TARGET])
        .args(ARGUMENTS)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", flags(panics).join(" "))
        .env("CARGO_TARGET_DIR", scratch.join("target"));
    for name in ["CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC_WRAPPER"] {
        command.env_remove(name);
    }
    let how = if panics == Panics::Unwind { " so that panics unwind" } else { "" };
    let label = format!("build the standard library for wasm32{how} (about a minute)");
    step(&label, &mut command, &machine.log("web-std"), None)?;
    libraries(&scratch.join("target").join(TARGET).join("release/deps"))
}

/// The libraries in a folder, but that of the crate that they were built for.
fn libraries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed to read `{}`", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.extension() == Some(OsStr::new("rlib")) && !name.starts_with("libwakeline_scratch") {
            found.push(path);
        }
    }
    ensure!(!found.is_empty(), "there are no libraries in `{}`", folder.display());
    Ok(found)
}

/// Puts the libraries in place all at once, so that nobody finds a part of them.
fn lay_out(libraries: &[PathBuf], folder: &Path) -> Result<()> {
    let unfinished = folder.with_extension(std::process::id().to_string());
    let goal = libraries_in(&unfinished);
    let lay = || -> Result<()> {
        fs::create_dir_all(&goal)?;
        for library in libraries {
            fs::copy(library, goal.join(library.file_name().unwrap_or_default()))?;
        }
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        Ok(fs::rename(&unfinished, folder)?)
    };
    if let Err(error) = lay() {
        let _ = fs::remove_dir_all(&unfinished);
        bail!("failed to put the standard library into `{}`: {error:#}", folder.display());
    }
    Ok(())
}

/// Removes what was built for compilers that have been replaced since.
fn discard_oldest(folder: &Path) {
    let mut all: Vec<(SystemTime, PathBuf)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            Some((entry.as_ref().ok()?.metadata().ok()?.modified().ok()?, entry.ok()?.path()))
        })
        .collect();
    all.sort();
    for (_, old) in &all[..all.len().saturating_sub(KEPT)] {
        // That it stays behind harms nothing but the disk.
        let _ = fs::remove_dir_all(old);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("wakeline-std-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        folder
    }

    #[test]
    fn only_the_libraries_are_laid_out_and_an_older_set_goes() {
        let folder = scratch("lay");
        for file in ["libcore-1.rlib", "libwakeline_scratch-2.rlib", "libcore-1.rmeta"] {
            fs::write(folder.join(file), file).expect("written");
        }
        let found = libraries(&folder).expect("one is there");
        assert_eq!(found, [folder.join("libcore-1.rlib")]);
        let sysroot = folder.join("sysroot");
        fs::create_dir_all(libraries_in(&sysroot)).expect("made");
        fs::write(libraries_in(&sysroot).join("libold.rlib"), "").expect("written");
        lay_out(&found, &sysroot).expect("laid out");
        assert_eq!(libraries(&libraries_in(&sysroot)).expect("laid out").len(), 1);
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn the_newest_libraries_are_kept() {
        let folder = scratch("old");
        for name in ["a", "b", "c", "d", "e"] {
            fs::create_dir(folder.join(name)).expect("made");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        discard_oldest(&folder);
        let left = |name: &str| folder.join(name).exists();
        assert!(!left("a") && !left("b") && left("c") && left("d") && left("e"));
        fs::remove_dir_all(folder).expect("removed");
    }
}

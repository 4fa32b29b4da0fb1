//! Debian's Rust as the compiler for wasm32, for machines where rustup cannot download the target.
//!
//! Debian packages the compiler and the standard library's source, but no library for wasm32, so that
//! is built from the source and put where the compiler looks for it too.

use super::std_build::{Compiler, Panics};
use super::{apt, target};
use crate::machine::Machine;
use crate::process::typed;
use crate::report;
use anyhow::{Context, Result, bail, ensure};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

pub const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";

pub fn install(machine: &Machine) -> Result<()> {
    // The second of them came later: where the lists do not know it yet, they are refreshed.
    if apt::candidate(machine, "rustc-web")?.is_none() || apt::candidate(machine, "rust-web-llvm")?.is_none()
    {
        bail!(
            "neither rustup nor this Debian can install a Rust for {target}; \
             run `rustup target add {target}` where rustup can download, then this command again",
            target = target::TARGET
        );
    }
    let linker = linker_package(&apt::depends(machine, "rust-web-llvm"))
        .context("Debian's `rust-web-llvm` no longer depends on an `llvm-NN` package")?;
    apt::install(machine, &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", &linker])?;
    target::new_enough(machine, RUSTC)?;
    compiler(machine)?.with_library(machine, Panics::Abort, |files| place(machine, files))?;
    // What was compiled against an earlier standard library cannot be used with this one.
    let built =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| machine.root.join("target"), PathBuf::from);
    let _ = fs::remove_dir_all(built.join(target::TARGET));
    Ok(())
}

/// Debian's compiler.
pub fn compiler(machine: &Machine) -> Result<Compiler> {
    let mut cargo = machine.command(CARGO, &None);
    // On the search path rustup's `rustc` may come first, and that is another compiler.
    cargo.env("RUSTC", RUSTC);
    Compiler::new(cargo, machine.command(RUSTC, &None))
}

/// The linker has to be of the LLVM that the compiler is built with: Debian's `rust-lld` is a link to it.
fn linker_package(depends: &[String]) -> Option<String> {
    let number = depends.iter().find_map(|name| name.strip_prefix("llvm-")?.parse::<u32>().ok())?;
    Some(format!("lld-{number}"))
}

fn place(machine: &Machine, libraries: &[PathBuf]) -> Result<()> {
    let goal = target::libraries(&machine.command(RUSTC, &None))
        .with_context(|| format!("`{RUSTC}` does not know {}", target::TARGET))?;
    let root = |program: &str, arguments: &[&OsStr]| -> Result<()> {
        let mut command = apt::as_root(machine, program)?;
        command.args(arguments);
        let done = command.status().with_context(|| format!("failed to start `{}`", typed(&command)))?;
        ensure!(done.success(), "`{}` failed", typed(&command));
        Ok(())
    };
    let put = || {
        root("mkdir", &["-p".as_ref(), goal.as_os_str()])?;
        // What an earlier compiler left there would be taken for this one's.
        root("find", &[goal.as_os_str(), "-name".as_ref(), "*.rlib".as_ref(), "-delete".as_ref()])?;
        let mut copied: Vec<_> = libraries.iter().map(|path| path.as_os_str()).collect();
        copied.push(goal.as_os_str());
        root("cp", &copied)
    };
    put().with_context(|| {
        format!(
            "failed to put the standard library in place; \
             run `sudo mkdir -p {goal} && sudo cp {built}/*.rlib {goal}`, then this command again",
            goal = goal.display(),
            built = libraries.first().and_then(|file| file.parent()).unwrap_or(Path::new("")).display(),
        )
    })?;
    report::note(format!("{} libraries are in `{}`", libraries.len(), goal.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linker_is_of_the_compilers_llvm() {
        let depends = ["libc6", "libgcc-s1", "llvm-22"].map(str::to_owned);
        assert_eq!(linker_package(&depends), Some("lld-22".to_owned()));
        assert_eq!(linker_package(&["libc6".to_owned()]), None);
    }
}

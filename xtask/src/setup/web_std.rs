//! Debian's Rust as the compiler for wasm32, for machines where rustup cannot download the target.
//!
//! Debian packages the compiler and the standard library's source, but no library for wasm32, so that
//! is built from the source and put where the compiler looks for it.

use super::{apt, target};
use crate::machine::Machine;
use crate::process::{step, typed};
use crate::report;
use anyhow::{Context, Result, bail, ensure};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

pub const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const MANIFEST: &str = "[package]\nname = \"wakeline-scratch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n";

pub fn install(machine: &Machine) -> Result<()> {
    if apt::candidate(machine, "rustc-web")?.is_none() {
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
    let folder = machine.cache.join("web-std");
    build(machine, &folder)?;
    place(machine, &folder)?;
    // What was compiled against an earlier standard library cannot be used with this one.
    let _ = fs::remove_dir_all(machine.root.join("target").join(target::TARGET));
    let _ = fs::remove_dir_all(folder);
    Ok(())
}

/// The linker has to be of the LLVM that the compiler is built with: Debian's `rust-lld` is a link to it.
fn linker_package(depends: &[String]) -> Option<String> {
    let number = depends.iter().find_map(|name| name.strip_prefix("llvm-")?.parse::<u32>().ok())?;
    Some(format!("lld-{number}"))
}

fn build(machine: &Machine, folder: &Path) -> Result<()> {
    let source = folder.join("src");
    fs::create_dir_all(&source).with_context(|| format!("failed to create `{}`", source.display()))?;
    fs::write(folder.join("Cargo.toml"), MANIFEST)?;
    fs::write(source.join("lib.rs"), "")?;
    let mut command = machine.command(CARGO, &None);
    command
        .current_dir(folder)
        .args(["build", "--release", "--target", target::TARGET])
        // `test` is what a test harness links; the panic runtimes are chosen by the profile.
        .arg("-Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro")
        // On the search path rustup's `rustc` may come first, and that is another compiler.
        .env("RUSTC", RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        // Link-time optimisation reads the bitcode.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", folder.join("target"));
    for name in ["CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC_WRAPPER"] {
        command.env_remove(name);
    }
    step(
        "build the standard library for wasm32 (one to two minutes)",
        &mut command,
        &machine.log("web-std"),
        None,
    )
}

fn place(machine: &Machine, folder: &Path) -> Result<()> {
    let built = folder.join("target").join(target::TARGET).join("release/deps");
    let goal = target::libraries(&machine.command(RUSTC, &None))
        .with_context(|| format!("`{RUSTC}` does not know {}", target::TARGET))?;
    let libraries = standard_libraries(&built)?;
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
            built = built.display(),
        )
    })?;
    report::note(format!("{} libraries are in `{}`", libraries.len(), goal.display()));
    Ok(())
}

fn standard_libraries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed to read `{}`", folder.display()))?;
    let mut libraries = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libwakeline_scratch") {
            libraries.push(path);
        }
    }
    Ok(libraries)
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

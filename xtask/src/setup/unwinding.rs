//! Has the tests and the page built so that a panic ends one task and not everything.

use super::std_build::Compiler;
use super::{apt, target, web_std};
use crate::machine::Machine;
use crate::process::step;
use crate::report;
use crate::web_rustc::Unwinding;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub fn ensure(machine: &mut Machine) -> Result<()> {
    let wrapper = std::env::current_exe().context("this program does not know where it is")?;
    match find_or_build(machine) {
        Ok(sysroot) => machine.unwinding = Some(Unwinding { sysroot, wrapper }),
        Err(error) => {
            report::note(format!("{error:#}"));
            report::note(
                "so a panic in a pattern ends the whole run in the browser, and the tests of panics are left out there; \
                 `rustup component add rust-src` where rustup can download, then this command again, mends that",
            );
        }
    }
    Ok(())
}

fn find_or_build(machine: &mut Machine) -> Result<PathBuf> {
    let compiler = compiler(machine)?;
    if let Some(sysroot) = compiler.sysroot(machine) {
        report::found("an unwinding standard library", format!("(in `{}`)", sysroot.display()));
        return Ok(sysroot);
    }
    if compiler.has_source() {
        return compiler.build(machine);
    }
    // Where Debian's compiler is laid out already, rustup had nothing to offer.
    if let Some(sysroot) = debians(machine) {
        return Ok(sysroot);
    }
    match add_source(machine) {
        Ok(()) => compiler.build(machine),
        Err(error) if !apt::is_here(machine) => Err(error),
        Err(_) => {
            report::note("rustup cannot download it here; Debian's own Rust will build for wasm32 instead");
            web_std::install(machine)?;
            let sysroot = web_std::compiler(machine)?.build(machine)?;
            target::use_debians(machine).map(|()| sysroot)
        }
    }
}

/// The compiler that builds for wasm32.
fn compiler(machine: &Machine) -> Result<Compiler> {
    if machine.wasm == machine.native {
        Compiler::new(machine.native("cargo"), machine.native("rustc"))
    } else {
        web_std::compiler(machine)
    }
}

/// Turns to Debian's compiler, if it is there with a library of ours; returns the sysroot.
fn debians(machine: &mut Machine) -> Option<PathBuf> {
    if !Path::new(web_std::RUSTC).exists() {
        return None;
    }
    let sysroot = web_std::compiler(machine).ok()?.sysroot(machine)?;
    target::use_debians(machine).ok()?;
    report::found("an unwinding standard library", format!("(in `{}`)", sysroot.display()));
    Some(sysroot)
}

/// Has rustup add the source of the standard library to the toolchain.
fn add_source(machine: &Machine) -> Result<()> {
    if machine.which("rustup").is_none() {
        bail!(
            "this Rust comes without the source of its standard library, so none that unwinds can be built"
        );
    }
    let mut command = machine.native("rustup");
    command.args(["component", "add", "rust-src"]);
    if let Some(toolchain) = &machine.native {
        command.args(["--toolchain", toolchain]);
    }
    let limit = Duration::from_secs(target::patience(machine));
    step("add rust-src with rustup", &mut command, &machine.log("rustup-source"), Some(limit))
}

//! A compiler for wasm32: the one in use, the one in use after `rustup target add`, or Debian's.

use super::{apt, toolchain, web_std};
use crate::machine::{Machine, Toolchain, WEB_TOOLCHAIN};
use crate::process::{ask, inherit, step, typed};
use crate::report;
use crate::version::Version;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub const TARGET: &str = "wasm32-unknown-unknown";

pub fn ensure(machine: &mut Machine) -> Result<()> {
    if builds(&machine.native("rustc")) {
        machine.wasm = machine.native.clone();
        report::found(TARGET, described(machine, &machine.wasm));
        return Ok(());
    }
    let web: Toolchain = Some(WEB_TOOLCHAIN.to_owned());
    let has_rustup = machine.which("rustup").is_some();
    if has_rustup && toolchain::linked_to(machine).is_some() && builds(&machine.command("rustc", &web)) {
        report::found(TARGET, described(machine, &web));
        machine.wasm = web;
        return toolchain::adopt(machine);
    }
    // Where Debian's compiler has been laid out already, rustup had nothing to offer.
    let debian = Path::new(web_std::RUSTC);
    if !(has_rustup && debian.exists() && builds(&machine.native(debian))) {
        if has_rustup {
            match add_with_rustup(machine) {
                Ok(()) => {
                    machine.wasm = machine.native.clone();
                    return Ok(());
                }
                Err(error) if !apt::is_here(machine) => return Err(error),
                Err(_) => report::note(
                    "rustup cannot download it here; Debian's own Rust will build for wasm32 instead",
                ),
            }
        } else if !apt::is_here(machine) {
            bail!(
                "this Rust has no {TARGET}; install it from where your Rust came from, or use https://rustup.rs"
            );
        }
        web_std::install(machine)?;
    }
    use_debians(machine)
}

/// Turns to Debian's compiler, which is installed, for what is built for wasm32.
pub fn use_debians(machine: &mut Machine) -> Result<()> {
    if machine.which("rustup").is_none() {
        return Ok(());
    }
    toolchain::adopt(machine)?;
    machine.wasm = Some(WEB_TOOLCHAIN.to_owned());
    let rustc = machine.wasm("rustc");
    if !builds(&rustc) {
        bail!(
            "`{}` still does not build for {TARGET}; see `{}`",
            typed(&rustc),
            machine.log("web-std").display()
        );
    }
    Ok(())
}

/// Where `rustc` keeps the libraries of the target, if it knows the target.
pub fn libraries(rustc: &Command) -> Option<PathBuf> {
    let printed = ask(again(rustc).args(["--print", "target-libdir", "--target", TARGET]))?;
    Some(PathBuf::from(printed.trim()))
}

/// Whether `rustc` can make a program and a test harness for the target.
///
/// It really links one: a missing linker, or libraries of another version, would not show otherwise.
pub fn builds(rustc: &Command) -> bool {
    let Some(folder) = libraries(rustc) else { return false };
    let names: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    let has = |library: &str| names.iter().any(|name| name.starts_with(library));
    has("libstd-") && has("libtest-") && links(again(rustc).arg("-Cpanic=abort"))
}

/// Whether `rustc`, with the arguments that it is given already, can make a program for the target.
pub fn links(rustc: &mut Command) -> bool {
    let folder = std::env::temp_dir().join(format!("wakeline-probe-{}", std::process::id()));
    let source = folder.join("probe.rs");
    let linked = fs::create_dir_all(&folder).is_ok()
        && fs::write(&source, "fn main() {}\n").is_ok()
        && ask(rustc.args(["--target", TARGET, "--out-dir"]).arg(&folder).arg(&source)).is_some();
    // A few kilobytes in the temporary folder at worst.
    let _ = fs::remove_dir_all(&folder);
    linked
}

/// The same program in the same environment, without arguments so far.
fn again(command: &Command) -> Command {
    let mut same = Command::new(command.get_program());
    inherit(&mut same, command);
    same
}

fn add_with_rustup(machine: &Machine) -> Result<()> {
    let mut command = machine.native("rustup");
    command.args(["target", "add", TARGET]);
    if let Some(toolchain) = &machine.native {
        command.args(["--toolchain", toolchain]);
    }
    let limit = patience(machine);
    let label = format!("add {TARGET} with rustup");
    step(&label, &mut command, &machine.log("rustup-target"), Some(Duration::from_secs(limit)))?;
    if !builds(&machine.native("rustc")) {
        bail!("rustup has added {TARGET}, yet rustc does not build for it");
    }
    Ok(())
}

/// For how long rustup may try, in seconds.
///
/// There is another way on Debian, so a network that swallows the request need not be waited out.
pub fn patience(machine: &Machine) -> u64 {
    if apt::is_here(machine) { 90 } else { 600 }
}

fn described(machine: &Machine, toolchain: &Toolchain) -> String {
    let printed = ask(machine.command("rustc", toolchain).arg("--version")).unwrap_or_default();
    let version = Version::find_in(&printed).map_or_else(String::new, |version| version.to_string());
    match toolchain {
        Some(name) => format!("in rustc {version} (toolchain `{name}`)"),
        None => format!("in rustc {version}"),
    }
}

/// Fails when the `rustc` in question is older than the manifest allows.
pub fn new_enough(machine: &Machine, rustc: &str) -> Result<()> {
    let needed = crate::version::rust_version(&super::read(machine, "Cargo.toml")?);
    let printed = ask(machine.native(rustc).arg("--version")).unwrap_or_default();
    let found = Version::find_in(&printed).with_context(|| format!("`{rustc} --version` does not answer"))?;
    if let Some(needed) = needed.filter(|needed| found < *needed) {
        bail!(
            "Debian's Rust is {found} and Wakeline needs {needed}; \
             run `rustup target add {TARGET}` where rustup can download, then this command again"
        );
    }
    Ok(())
}

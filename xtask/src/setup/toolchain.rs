//! Debian's compiler for wasm32 under rustup, so that `wasm-pack` and `cargo` typed in the checkout find it.
//!
//! The toolchain `web` is a folder whose `cargo` looks at what it is asked for: a build for wasm32 goes to
//! Debian's cargo, and everything else (native builds, clippy, fmt) to the toolchain that the person chose.
//! In the checkout, and there alone, `web` is made the toolchain in use by a rustup override.

use super::target::TARGET;
use crate::machine::{Machine, WEB_TOOLCHAIN};
use crate::process::ask;
use crate::report;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// What the native toolchain answers in the checkout.
const PASSED_ON: [&str; 5] = ["cargo-clippy", "cargo-fmt", "rustfmt", "clippy-driver", "rust-analyzer"];

/// The folder that rustup takes the toolchain from, if it knows the toolchain.
pub fn linked_to(machine: &Machine) -> Option<PathBuf> {
    listed(&ask(machine.native("rustup").args(["toolchain", "list", "--verbose"]))?)
}

fn listed(list: &str) -> Option<PathBuf> {
    let line = list.lines().find(|line| line.split_whitespace().next() == Some(WEB_TOOLCHAIN))?;
    // Between the two may stand remarks, such as `(active, default)`.
    let path = &line[line.find(std::path::MAIN_SEPARATOR)?..];
    Some(PathBuf::from(path.trim()))
}

/// Makes the toolchain, and the checkout use it.
pub fn adopt(machine: &Machine) -> Result<()> {
    let Some(native) = machine.native.as_deref().filter(|name| *name != WEB_TOOLCHAIN) else {
        bail!("rustup has no default toolchain; run `rustup default stable`, then this command again");
    };
    let folder = folder(machine);
    lay_out(&folder, native)?;
    let linked = linked_to(machine);
    if linked.as_deref() != Some(&folder) {
        // A link to Debian's compiler itself is what one makes by hand, and nothing of it is lost.
        if linked.is_some_and(|other| other != Path::new("/usr")) {
            bail!(
                "rustup has a toolchain `{WEB_TOOLCHAIN}` that is not Wakeline's; \
                 remove it with `rustup toolchain uninstall {WEB_TOOLCHAIN}`, then run this command again"
            );
        }
        let mut link = machine.native("rustup");
        link.args(["toolchain", "link", WEB_TOOLCHAIN]).arg(&folder);
        ask(&mut link).with_context(|| format!("failed to run `{}`", crate::process::typed(&link)))?;
        report::note(format!("rustup knows Debian's compiler for wasm32 as toolchain `{WEB_TOOLCHAIN}`"));
    }
    use_in_checkout(machine)
}

fn folder(machine: &Machine) -> PathBuf {
    machine.data.join("toolchain")
}

fn lay_out(folder: &Path, native: &str) -> Result<()> {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).with_context(|| format!("failed to create `{}`", bin.display()))?;
    fs::create_dir_all(folder.join("lib"))?;
    for program in ["rustc", "rustdoc"] {
        link(&Path::new("/usr/bin").join(program), &bin.join(program))?;
    }
    script(&bin.join("cargo"), &cargo_script(native))?;
    for program in PASSED_ON {
        script(&bin.join(program), &passing_script(native, program))?;
    }
    Ok(())
}

/// `CARGO` and its kin would make the one toolchain's tools start the other's.
const FORGET: &str = "unset CARGO RUSTC RUSTDOC";

fn cargo_script(native: &str) -> String {
    format!(
        "#!/bin/sh\n\
         # Builds for wasm32 go to Debian's cargo, everything else to `{native}`.\n\
         {FORGET}\n\
         case \" $CARGO_BUILD_TARGET $* \" in\n\
         *{TARGET}*) exec /usr/bin/cargo \"$@\" ;;\n\
         *) exec rustup run {native} cargo \"$@\" ;;\n\
         esac\n"
    )
}

fn passing_script(native: &str, program: &str) -> String {
    format!("#!/bin/sh\n{FORGET}\nexec rustup run {native} {program} \"$@\"\n")
}

#[cfg(unix)]
fn script(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("failed to write `{}`", path.display()))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(unix)]
fn link(to: &Path, path: &Path) -> Result<()> {
    if fs::read_link(path).is_ok_and(|there| there == to) {
        return Ok(());
    }
    // It may be there and lead elsewhere, or not be there at all.
    let _ = fs::remove_file(path);
    std::os::unix::fs::symlink(to, path).with_context(|| format!("failed to write `{}`", path.display()))
}

#[cfg(not(unix))]
fn script(_: &Path, _: &str) -> Result<()> {
    bail!("Debian's compiler exists on Debian only")
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Result<()> {
    bail!("Debian's compiler exists on Debian only")
}

fn use_in_checkout(machine: &Machine) -> Result<()> {
    let root = fs::canonicalize(&machine.root)?;
    let listed = ask(machine.native("rustup").args(["override", "list"])).unwrap_or_default();
    match overridden(&listed, &root) {
        Some(WEB_TOOLCHAIN) => return Ok(()),
        Some(other) => {
            report::note(format!(
                "the checkout has a rustup override, `{other}`, and keeps it; \
                 type `RUSTUP_TOOLCHAIN={WEB_TOOLCHAIN} wasm-pack …` for the tests in the browser"
            ));
            return Ok(());
        }
        None => {}
    }
    let mut set = machine.native("rustup");
    set.args(["override", "set", WEB_TOOLCHAIN, "--path"]).arg(&root);
    ask(&mut set).with_context(|| format!("failed to run `{}`", crate::process::typed(&set)))?;
    report::note(format!(
        "in this checkout rustup now uses `{WEB_TOOLCHAIN}` for wasm32 and `{}` for the rest; \
         `rustup override unset` takes that back",
        machine.native.as_deref().unwrap_or("the default toolchain")
    ));
    Ok(())
}

/// The toolchain that `rustup override list` gives for exactly `folder`.
fn overridden<'a>(list: &'a str, folder: &Path) -> Option<&'a str> {
    list.lines().find_map(|line| {
        let (path, toolchain) = line.trim_end().rsplit_once(char::is_whitespace)?;
        (Path::new(path.trim_end()) == folder).then_some(toolchain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_folder_of_the_toolchain() {
        let list = "stable-x86_64-unknown-linux-gnu (default) /home/a b/.rustup/toolchains/stable\n\
                    web (active) /home/a b/.local/share/wakeline/toolchain\n";
        assert_eq!(listed(list), Some(PathBuf::from("/home/a b/.local/share/wakeline/toolchain")));
        assert_eq!(listed("webby /usr\n"), None);
    }

    #[test]
    fn finds_the_checkouts_own_override() {
        let list = "/code/wakeline        \tweb\n/code/wakeline-other\tnightly-x86_64-unknown-linux-gnu\n";
        assert_eq!(overridden(list, Path::new("/code/wakeline")), Some("web"));
        assert_eq!(overridden(list, Path::new("/code")), None);
        assert_eq!(overridden("no overrides\n", Path::new("/code")), None);
    }

    #[cfg(unix)]
    #[test]
    fn only_builds_for_wasm32_leave_the_native_toolchain() {
        let script = cargo_script("stable").replace("exec ", "echo ");
        let asked = |arguments: &[&str]| {
            let mut command = std::process::Command::new("sh");
            command.args(["-c", &script, "cargo"]).args(arguments).env_remove("CARGO_BUILD_TARGET");
            ask(&mut command).expect("the script runs")
        };
        assert_eq!(asked(&["test", "--lib"]), "rustup run stable cargo test --lib\n");
        assert!(asked(&["build", "--target", TARGET]).starts_with("/usr/bin/cargo build"));
        assert!(asked(&["build", &format!("--target={TARGET}")]).starts_with("/usr/bin/cargo build"));
    }
}

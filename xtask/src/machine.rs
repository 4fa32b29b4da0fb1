//! Where things are on this machine, and the environment that the tools are started in.

use crate::browser::Browser;
use crate::process::ask;
use crate::web_rustc::Unwinding;
use anyhow::{Context, Result};
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The name under which the compiler for wasm32 is known to rustup where the default one lacks that target.
pub const WEB_TOOLCHAIN: &str = "web";

/// What `RUSTUP_TOOLCHAIN` is set to for a tool; `None` leaves the choice to rustup, or to a machine without it.
pub type Toolchain = Option<String>;

#[derive(Debug)]
pub struct Machine {
    /// The checkout.
    pub root: PathBuf,
    /// Where tools live that are ours alone; can be emptied at any time.
    pub cache: PathBuf,
    /// Where the toolchain lives that rustup is told of; rustup would miss it.
    pub data: PathBuf,
    /// The toolchain for native builds, clippy and fmt.
    pub native: Toolchain,
    /// The toolchain that builds for wasm32.
    pub wasm: Toolchain,
    /// How code for wasm32 is built that unwinds, where it can be.
    pub unwinding: Option<Unwinding>,
    /// Folders that go before `PATH`, found by the set-up.
    pub path_front: Vec<PathBuf>,
    /// The WebDriver servers for the browsers.
    pub drivers: Vec<(Browser, PathBuf)>,
    /// A Chromium or Chrome.
    pub browser: Option<PathBuf>,
    /// The folder of PostgreSQL's programs.
    pub postgres: Option<PathBuf>,
    /// The folder of the package speedscope.
    pub speedscope: Option<PathBuf>,
    /// Whether `wasm-opt` can be used.
    pub wasm_opt: bool,
}

impl Machine {
    pub fn look() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = manifest
            .as_deref()
            .and_then(Path::parent)
            .map(Path::to_owned)
            .context("not started through cargo; run `cargo xtask` in the checkout")?;
        let mut machine = Self {
            root,
            cache: home_folder("XDG_CACHE_HOME", ".cache", "Library/Caches")?,
            data: home_folder("XDG_DATA_HOME", ".local/share", "Library/Application Support")?,
            native: None,
            wasm: None,
            unwinding: None,
            path_front: Vec::new(),
            drivers: Vec::new(),
            browser: None,
            postgres: None,
            speedscope: None,
            wasm_opt: false,
        };
        let current = env::var("RUSTUP_TOOLCHAIN").ok();
        machine.native = if current.as_deref() == Some(WEB_TOOLCHAIN) {
            machine.default_toolchain().or(current)
        } else {
            current
        };
        machine.wasm = machine.native.clone();
        Ok(machine)
    }

    /// The toolchain that rustup uses where nothing else is asked for.
    fn default_toolchain(&self) -> Toolchain {
        let printed = ask(self.command("rustup", &None).arg("default"))?;
        let name = printed.split_whitespace().next()?;
        (name != WEB_TOOLCHAIN).then(|| name.to_owned())
    }

    pub fn native(&self, program: impl AsRef<OsStr>) -> Command {
        self.command(program, &self.native)
    }

    pub fn wasm(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.command(program, &self.wasm);
        if let Some(unwinding) = &self.unwinding {
            unwinding.apply(&mut command);
        }
        command
    }

    /// A command in the checkout, in the environment that the tools need.
    pub fn command(&self, program: impl AsRef<OsStr>, toolchain: &Toolchain) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.path());
        // cargo and rustup describe *this* program's toolchain and package to it; a child with
        // another toolchain would take them for its own.
        for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
            command.env_remove(name);
        }
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        if let Some(libraries) = env::var_os("LD_LIBRARY_PATH") {
            command.env("LD_LIBRARY_PATH", foreign_libraries(&libraries, &self.root));
        }
        if let Some(toolchain) = toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command
    }

    /// The search path of the tools: what the set-up chose, the user's own, cargo's folder of installed programs.
    pub fn path(&self) -> OsString {
        let own = env::var_os("PATH").unwrap_or_default();
        let folders = self.path_front.iter().cloned();
        let folders = folders.chain(env::split_paths(&own)).chain([cargo_bin()]);
        env::join_paths(folders).unwrap_or(own)
    }

    /// The first `program` on the search path.
    pub fn which(&self, program: &str) -> Option<PathBuf> {
        let file = format!("{program}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&self.path()).map(|folder| folder.join(&file)).find(|path| path.is_file())
    }

    /// The WebDriver server for `browser`.
    pub fn driver(&self, browser: Browser) -> Option<&Path> {
        self.drivers.iter().find(|(other, _)| *other == browser).map(|(_, path)| path.as_path())
    }

    /// Puts `folder` before everything else on the tools' search path.
    pub fn prefer(&mut self, folder: PathBuf) {
        if !self.path_front.contains(&folder) {
            self.path_front.insert(0, folder);
        }
    }

    /// Where the output of the step `name` is kept.
    pub fn log(&self, name: &str) -> PathBuf {
        self.root.join("target/xtask/logs").join(format!("{name}.log"))
    }
}

/// Where cargo puts the programs that it installs.
pub fn cargo_bin() -> PathBuf {
    let folder = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("CARGO_INSTALL_ROOT")
        .or_else(|| folder("CARGO_HOME"))
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .unwrap_or_default()
        .join("bin")
}

/// Our folder among the person's own: where `variable` says, or the usual place under the home folder.
fn home_folder(variable: &str, usual: &str, mac: &str) -> Result<PathBuf> {
    let folder = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = |usual| env::home_dir().map(|home| home.join(usual));
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home(mac)
    } else {
        folder(variable).or_else(|| home(usual))
    };
    Ok(base.context("no home folder to keep tools in; set `HOME`")?.join("wakeline"))
}

/// Keeps of a library search path what neither rustup nor cargo has put there.
fn foreign_libraries(path: &OsStr, root: &Path) -> OsString {
    let ours = |folder: &PathBuf| {
        folder.starts_with(root.join("target"))
            || folder.components().any(|part| part.as_os_str() == "toolchains")
            || folder.ends_with("debug/deps")
            || folder.components().any(|part| part.as_os_str() == "rustlib")
    };
    env::join_paths(env::split_paths(path).filter(|folder| !ours(folder))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toolchains_libraries_are_not_handed_to_another_toolchain() {
        let path = "/home/a/.rustup/toolchains/stable/lib:/opt/cuda/lib:/code/wakeline/target/debug/deps";
        let kept = foreign_libraries(OsStr::new(path), Path::new("/code/wakeline"));
        assert_eq!(kept, "/opt/cuda/lib");
    }
}

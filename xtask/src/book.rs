//! The book: `docs/`, with the player in it, as pages in `dist/book/`.

use crate::machine::Machine;
use crate::process::step;
use crate::setup::{self, Need};
use crate::{Usage, dist, report};
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// What can be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether the player is left out, which spares building it: words and pictures alone.
    pub is_still: bool,
}

impl Options {
    pub fn parse(arguments: &[&str]) -> Result<Self> {
        match arguments {
            [] => Ok(Self::default()),
            ["--still"] => Ok(Self { is_still: true }),
            [.., other] => bail!(Usage(format!("`book` does not take `{other}`: it takes `--still`"))),
        }
    }
}

pub fn run(machine: &mut Machine, options: Options) -> Result<()> {
    let needs = if options.is_still { vec![] } else { setup::DIST.to_vec() };
    setup::run(machine, &[needs, vec![Need::MdBook]].concat())?;
    if !options.is_still {
        dist::build(machine)?;
    }
    report::section("Book");
    let program = preprocessor(machine)?;
    // The book in `docs` has no code in it: what is built is a copy, with the player.
    let copy = machine.root.join("target/xtask/book");
    if copy.exists() {
        fs::remove_dir_all(&copy).with_context(|| format!("failed to empty `{}`", copy.display()))?;
    }
    copy_folder(&machine.root.join("docs"), &copy)?;
    if !options.is_still {
        let mut install = machine.native(&program);
        install.arg("install").arg(&copy).arg("--assets").arg(machine.root.join("dist/embed"));
        step("put the player into it", &mut install, &machine.log("book-install"), None)?;
    }
    let target = machine.root.join("dist/book");
    let mut mdbook = machine.native("mdbook");
    let folder = program.parent().map(Path::to_owned).unwrap_or_default();
    let path = env::join_paths([folder].into_iter().chain(env::split_paths(&machine.path())))?;
    mdbook.arg("build").arg(&copy).arg("--dest-dir").arg(&target).env("PATH", path);
    step("build it", &mut mdbook, &machine.log("book"), None)?;
    println!("\nThe book is in `{}`; it can be read from any static host.", target.display());
    Ok(())
}

/// Builds the preprocessor and returns where it is.
fn preprocessor(machine: &Machine) -> Result<PathBuf> {
    let mut cargo = machine.native("cargo");
    cargo.args(["build", "--features", "mdbook", "--bin", "mdbook-wakeline"]);
    step("build `mdbook-wakeline`", &mut cargo, &machine.log("mdbook-wakeline"), None)?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| machine.root.join("target"), PathBuf::from);
    Ok(target.join("debug").join(format!("mdbook-wakeline{}", env::consts::EXE_SUFFIX)))
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("failed to create `{}`", to.display()))?;
    let entries = fs::read_dir(from).with_context(|| format!("failed to list `{}`", from.display()))?;
    for entry in entries {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(|| format!("failed to copy `{}`", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_player_can_be_left_out_and_nothing_else() {
        assert!(Options::parse(&["--still"]).is_ok_and(|options| options.is_still));
        let error = Options::parse(&["--quick"]).expect_err("there is no such thing");
        assert!(error.to_string().contains("`book` does not take `--quick`"), "{error}");
    }
}

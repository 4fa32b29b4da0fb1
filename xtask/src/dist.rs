//! The page as it is put on a host: `dist/`, and what it weighs.

use crate::embed;
use crate::machine::Machine;
use crate::process::step;
use crate::report;
use crate::setup;
use anyhow::{Context, Result};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the code and styles may weigh that opening the page takes, compressed.
const BUDGET: u64 = 200_000;

/// What is said while the page is built.
pub const STEP: &str = "build the page (minutes at first, seconds later)";

/// How the page is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Small and fast, as readers get it.
    Release,
    /// The same in one piece, not optimised to the end.
    Whole,
    /// Compiled quickly, for one who changes it.
    Dev,
}

pub fn run(machine: &mut Machine) -> Result<()> {
    setup::run(machine, setup::DIST)?;
    let folder = build(machine)?;
    println!("\n{}", table(&weigh(machine, &folder)?));
    println!("\nThe page is in `{}`: copy the folder to any static host.", folder.display());
    println!("For pages of your own, `{}` has the element `<wake-line>`.", folder.join("embed").display());
    Ok(())
}

/// Builds `dist/` and returns where it is.
pub fn build(machine: &Machine) -> Result<PathBuf> {
    let folder = machine.root.join("dist");
    report::section("Page");
    let reader = machine.browser.as_deref().filter(|_| machine.wasm_opt);
    let Some(reader) = reader else {
        let mut command = trunk(machine, "build", &folder, Kind::Release)?;
        step(STEP, &mut command, &machine.log("page"), None)?;
        embed::write(&machine.root, &folder)?;
        return Ok(folder);
    };
    // As trunk leaves it the page is kept for the next time: what has not changed is not built again.
    let whole = machine.root.join("target/xtask/page");
    let mut command = trunk(machine, "build", &whole, Kind::Whole)?;
    step(STEP, &mut command, &machine.log("page"), None)?;
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("failed to empty `{}`", folder.display()))?;
    }
    copy(&whole, &folder)?;
    // The element is read too, and made anew of what comes out.
    embed::write(&machine.root, &folder)?;
    let mut split = machine.native("cargo");
    split.args(["run", "--quiet", "--release", "--package", "split", "--"]).arg(&folder);
    split.arg("--browser").arg(reader).arg("--cache").arg(machine.root.join("target/xtask/split"));
    let what = "split its code by what a reader needs first (minutes at first)";
    if let Err(error) = step(what, &mut split, &machine.log("split"), None) {
        // A browser that does not come to an end in time is no reason to have no page.
        report::note(format!("{error:#}"));
        report::note("the page's code stays in one piece, and a reader waits for all of it");
        fs::remove_dir_all(&folder).with_context(|| format!("failed to empty `{}`", folder.display()))?;
        let mut command = trunk(machine, "build", &folder, Kind::Release)?;
        step(STEP, &mut command, &machine.log("page"), None)?;
    } else {
        fs::remove_dir_all(folder.join("embed")).context("failed to empty `dist/embed`")?;
    }
    embed::write(&machine.root, &folder)?;
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for path in files(from)? {
        let goal = to.join(path.strip_prefix(from).unwrap_or(&path));
        let folder = goal.parent().unwrap_or(to);
        fs::create_dir_all(folder).with_context(|| format!("failed to create `{}`", folder.display()))?;
        fs::copy(&path, &goal).with_context(|| format!("failed to write `{}`", goal.display()))?;
    }
    Ok(())
}

/// Builds the template for patterns of one's own, with those in it that mean no good, and returns where it is:
/// by trunk and the usual compiler alone, as an author has them.
pub fn build_template(machine: &Machine) -> Result<PathBuf> {
    let folder = machine.root.join("target/own-pattern");
    fs::create_dir_all(&folder).with_context(|| format!("failed to create `{}`", folder.display()))?;
    report::section("Template for patterns of one's own");
    let mut command = machine.command("trunk", &machine.wasm);
    command.args(["build", "--skip-version-check", "--features", "hostile", "--dist"]).arg(&folder);
    command.current_dir(machine.root.join("examples/own-pattern")).env_remove("NO_COLOR");
    step(
        "build the template (minutes at first, seconds later)",
        &mut command,
        &machine.log("template"),
        None,
    )?;
    Ok(folder)
}

/// A trunk command that leaves the page in `folder`.
pub fn trunk(machine: &Machine, what: &str, folder: &Path, kind: Kind) -> Result<Command> {
    fs::create_dir_all(folder).with_context(|| format!("failed to create `{}`", folder.display()))?;
    let mut command = machine.wasm("trunk");
    command.args([what, "--skip-version-check"]).arg("--dist").arg(folder);
    match kind {
        Kind::Release if machine.wasm_opt => command.arg("--release"),
        // What trunk calls a release is the optimiser alone; the profile is in `Trunk.toml`.
        Kind::Release | Kind::Whole => &mut command,
        Kind::Dev => command.args(["--cargo-profile", "dev"]),
    };
    // Any value but `true` and `false` makes trunk refuse to start, and the usual one is `1`.
    command.env_remove("NO_COLOR");
    Ok(command)
}

/// A file of the page, and its size.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Weight {
    name: String,
    raw: u64,
    /// As a host sends it; `None` where there is no tool to compress with.
    brotli: Option<u64>,
}

impl Weight {
    /// Whether the budget is about this file.
    fn counts(&self) -> bool {
        [".wasm", ".js", ".css"].iter().any(|end| self.name.ends_with(end))
    }

    /// Whether this is code that comes when it is called: `wakeline-0a1b_2.wasm`.
    fn is_late(&self) -> bool {
        let stem = self.name.strip_suffix(".wasm").and_then(|name| name.rsplit_once('_'));
        stem.is_some_and(|(_, number)| number.parse::<u32>().is_ok())
    }
}

fn weigh(machine: &Machine, folder: &Path) -> Result<Vec<Weight>> {
    let mut weights = Vec::new();
    for path in files(folder)? {
        // The same code and styles once more, under other names; and sources, which are fetched one at a time.
        if ["embed", "patterns"].iter().any(|part| path.starts_with(folder.join(part))) {
            continue;
        }
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        let bytes = fs::read(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
        let brotli = brotli_size(machine, &bytes);
        weights.push(Weight { name, raw: bytes.len() as u64, brotli });
    }
    weights.sort_by_key(|weight| std::cmp::Reverse(weight.raw));
    Ok(weights)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("failed to read `{}`", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// The size after brotli's best compression, by node or by the `brotli` program.
fn brotli_size(machine: &Machine, bytes: &[u8]) -> Option<u64> {
    let script = "process.stdout.write(require('zlib').brotliCompressSync(require('fs').readFileSync(0)))";
    let mut node = machine.native("node");
    node.args(["-e", script]);
    let mut brotli = machine.native("brotli");
    brotli.args(["--best", "--stdout"]);
    [node, brotli].into_iter().find_map(|mut command| piped(&mut command, bytes))
}

fn piped(command: &mut Command, bytes: &[u8]) -> Option<u64> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut input = child.stdin.take()?;
    let output = std::thread::scope(|scope| {
        // Written from another thread, because a filter may answer before it has read everything.
        scope.spawn(move || input.write_all(bytes));
        child.wait_with_output().ok()
    })?;
    output.status.success().then_some(output.stdout.len() as u64)
}

fn table(weights: &[Weight]) -> String {
    let wide = weights.iter().map(|weight| weight.name.len()).max().unwrap_or(0).max(24);
    let brotli = |size: Option<u64>| size.map_or_else(|| "?".to_owned(), grouped);
    let mut text = format!("{:wide$}  {:>11}  {:>11}", "file", "bytes", "brotli");
    for weight in weights {
        text +=
            &format!("\n{:wide$}  {:>11}  {:>11}", weight.name, grouped(weight.raw), brotli(weight.brotli));
    }
    let mut total = |what: &str, counted: &dyn Fn(&&Weight) -> bool| {
        let counted = || weights.iter().filter(counted);
        let raw = counted().map(|weight| weight.raw).sum();
        let compressed: Option<u64> = counted().map(|weight| weight.brotli).sum();
        text += &format!("\n{what:wide$}  {:>11}  {:>11}", grouped(raw), brotli(compressed));
        compressed
    };
    total("wasm, js and css", &|weight| weight.counts());
    let opening = total("of it, to open the page", &|weight| weight.counts() && !weight.is_late());
    text += &match opening {
        Some(size) if size <= BUDGET => {
            format!("\nwithin the budget of {} bytes, compressed", grouped(BUDGET))
        }
        Some(size) => {
            format!(
                "\nOVER the budget of {} bytes, compressed, by {}",
                grouped(BUDGET),
                grouped(size - BUDGET)
            )
        }
        None => "\ncompressed sizes take node or the `brotli` program, and there is neither".to_owned(),
    };
    text
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(name: &str, raw: u64, brotli: Option<u64>) -> Weight {
        Weight { name: name.to_owned(), raw, brotli }
    }

    #[test]
    fn only_code_and_styles_count_against_the_budget() {
        let text = table(&[
            weight("wakeline_bg.wasm", 400_000, Some(150_000)),
            weight("wakeline.js", 40_000, Some(9_000)),
            weight("picture.png", 900_000, Some(900_000)),
        ]);
        assert!(text.contains("440,000      159,000"), "{text}");
        assert!(text.contains("within the budget of 200,000 bytes"), "{text}");
    }

    #[test]
    fn code_that_comes_when_it_is_called_is_no_part_of_opening_the_page() {
        let text = table(&[
            weight("wakeline-0a_bg.wasm", 500_000, Some(190_000)),
            weight("wakeline-0a_12.wasm", 400_000, Some(150_000)),
        ]);
        assert!(text.contains("900,000      340,000"), "{text}");
        assert!(text.contains("500,000      190,000"), "{text}");
        assert!(text.contains("within the budget of 200,000 bytes"), "{text}");
    }

    #[test]
    fn an_exceeded_budget_is_named_with_the_excess() {
        let text = table(&[weight("a.wasm", 900_000, Some(200_001))]);
        assert!(text.contains("OVER the budget of 200,000 bytes, compressed, by 1"), "{text}");
    }

    #[test]
    fn without_a_compressor_no_total_is_claimed() {
        let text = table(&[weight("a.wasm", 900, None), weight("a.css", 90, Some(9))]);
        assert!(text.contains("there is neither"), "{text}");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}

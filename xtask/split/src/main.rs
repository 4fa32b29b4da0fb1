//! Splits the code of a built page: what opening it takes comes first, and the rest when it is called.
//!
//! `split FOLDER --browser PROGRAM --cache FOLDER`: the first folder holds the page as trunk leaves it, its code
//! with names and not optimised, and `embed/` in it; the browser is a Chromium or Chrome. What was found out about
//! code is kept in the other, so that the same code is split at once. `wasm-opt` is looked for on the search path.

mod lean;
mod page;
mod parts;
mod plan;
mod profile;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};
use page::{Code, Page};

/// Small: functions side by side in the order of their names compress better, and nothing lies below 1024.
const SMALL: [&str; 4] = ["-Oz", "--low-memory-unused", "--reorder-locals", "--reorder-functions-by-name"];
/// Before it is known what goes where: names are kept, and functions stay as many as they are.
const WHOLE: [&str; 2] = ["--debuginfo", "--one-caller-inline-max-function-size=50"];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let [folder, "--browser", browser, "--cache", cache] = words[..] else {
        bail!("usage: split FOLDER --browser PROGRAM --cache FOLDER");
    };
    let page = Page::find(Path::new(folder))?;
    let cache = Path::new(cache);
    fs::create_dir_all(cache).with_context(|| format!("failed to create `{}`", cache.display()))?;
    let kept = cache.join(format!("{}.json", key(&page)?));
    let code = match fs::read(&kept).ok().and_then(|text| serde_json::from_slice(&text).ok()) {
        Some(code) => code,
        None => {
            let code = split(&page, Path::new(browser))?;
            // What was kept of other code is of no use any more.
            for old in fs::read_dir(cache)? {
                fs::remove_file(old?.path())?;
            }
            fs::write(&kept, serde_json::to_vec(&code)?)?;
            code
        }
    };
    page.replace(&code)
}

/// What the result depends on: the code, its bindings, and this program.
fn key(page: &Page) -> Result<String> {
    let program = fs::read(std::env::current_exe()?)?;
    Ok(page::hash(&[page.read(&page.code)?, page.read(&page.bindings)?, program].concat()))
}

fn split(page: &Page, browser: &Path) -> Result<Code> {
    let mut whole = parts::parse(&page.read(&page.code)?)?;
    lean::strip(&mut whole);
    let whole = optimized(&whole.emit_wasm(), &WHOLE)?;
    let occasions = profile::take(page, &whole, browser)?;
    let functions = parts::functions_of(&whole)?;
    let (plan, titles) = plan::plan(&functions, &occasions);
    let split = parts::split(&whole, &plan)?;
    let first = optimized(&split.first, &[])?;
    println!("{:>9} bytes: what opening the page takes", first.len());
    let mut parts = BTreeMap::new();
    for (number, part) in &split.parts {
        let part = optimized(part, &[])?;
        println!("{:>9} bytes: {}", part.len(), titles[number]);
        parts.insert(*number, part);
    }
    let number = |title: &str| {
        let found = titles.iter().find(|(_, other)| *other == title).map(|(number, _)| *number);
        found.with_context(|| format!("no function is of {title}: the page was not read as it should be"))
    };
    let (view, behind) = (number(plan::VIEW)?, number(plan::BEHIND)?);
    Ok(Code { first, parts, names: split.names, view, behind })
}

fn optimized(code: &[u8], flags: &[&str]) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let (from, to) = (folder.path().join("from.wasm"), folder.path().join("to.wasm"));
    fs::write(&from, code)?;
    let mut command = Command::new("wasm-opt");
    command.args(SMALL).args(flags).arg(&from).arg("-o").arg(&to);
    let output = command.output().context("failed to start `wasm-opt`")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`wasm-opt` failed: {}", said.trim());
    Ok(fs::read(&to)?)
}

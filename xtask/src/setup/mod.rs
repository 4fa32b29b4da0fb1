//! Installs what a command needs and this machine lacks; what is there already is only looked at.

mod apt;
mod cargo_tool;
mod chromium;
mod esbuild;
mod firefox;
mod npm;
mod postgres;
mod speedscope;
mod std_build;
mod target;
mod toolchain;
mod unwinding;
mod wasm_opt;
mod web_std;
pub mod webkit;

pub use target::TARGET;

use crate::browser::Browser;
use crate::machine::Machine;
use crate::report;
use anyhow::{Context, Result};
use std::fs;
use std::time::Instant;

/// A kind of thing to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A Rust compiler that builds for wasm32.
    Target,
    /// A standard library for wasm32 that lets a panic end one task; everything works without it but that.
    Unwinding,
    /// `wasm-bindgen` and its test runner, of exactly the version in `Cargo.lock`.
    Bindgen,
    /// The bundler of the page.
    Trunk,
    /// The runner of the tests in the browser.
    WasmPack,
    /// The optimiser of the page's code.
    WasmOpt,
    /// What makes scripts and styles smaller.
    Esbuild,
    /// A browser and the WebDriver server that drives it.
    Browser(Browser),
    /// A browser that reads the page, by which its code is split.
    Reader,
    /// The programs of a PostgreSQL server.
    Postgres,
    /// speedscope, which reads Chrome traces; one test is left out without it.
    Speedscope,
    /// What looks at the licences and the known faults of what is depended on.
    Deny,
    /// What builds and runs fuzz targets.
    Fuzz,
    /// The builder of books.
    MdBook,
}

/// To run the tests on this machine.
pub const NATIVE_TESTS: &[Need] = &[Need::Postgres, Need::Speedscope, Need::MdBook];
/// To build the page, in one piece.
pub const PAGE: &[Need] = &[Need::Target, Need::Unwinding, Need::Bindgen, Need::Trunk, Need::WasmOpt];
/// To build the page as readers get it.
pub const DIST: &[Need] =
    &[Need::Target, Need::Unwinding, Need::Bindgen, Need::Trunk, Need::WasmOpt, Need::Esbuild, Need::Reader];
/// To build the page and a book with it; the browsers are needs besides.
pub const END_TO_END: &[Need] =
    &[Need::Target, Need::Unwinding, Need::Bindgen, Need::Trunk, Need::WasmOpt, Need::Esbuild, Need::MdBook];
/// To run the tests in a browser, which is a need besides.
pub const BROWSER_TESTS: &[Need] = &[Need::Target, Need::Unwinding, Need::Bindgen, Need::WasmPack];
/// To fuzz.
pub const FUZZING: &[Need] = &[Need::Fuzz];
/// To lint.
pub const LINT: &[Need] = &[Need::Target, Need::Deny];
/// All of it, but for what only linting and fuzzing need.
pub const EVERYTHING: &[Need] = &[
    Need::Target,
    Need::Unwinding,
    Need::Bindgen,
    Need::Trunk,
    Need::WasmPack,
    Need::WasmOpt,
    Need::Esbuild,
    Need::Browser(Browser::Chromium),
    Need::Postgres,
    Need::Browser(Browser::Firefox),
    Need::Browser(Browser::WebKit),
    Need::Speedscope,
    Need::MdBook,
];

/// Sees to it that everything in `needs` is there, and tells `machine` where.
pub fn run(machine: &mut Machine, needs: &[Need]) -> Result<()> {
    if needs.is_empty() {
        return Ok(());
    }
    let started = Instant::now();
    report::section("Set-up");
    for need in needs {
        match need {
            Need::Target => target::ensure(machine),
            Need::Unwinding => unwinding::ensure(machine),
            Need::Bindgen => cargo_tool::ensure(machine, &cargo_tool::bindgen(machine)?),
            Need::Trunk => cargo_tool::ensure(machine, &cargo_tool::TRUNK),
            Need::WasmPack => cargo_tool::ensure(machine, &cargo_tool::WASM_PACK),
            Need::WasmOpt => wasm_opt::ensure(machine),
            Need::Esbuild => esbuild::ensure(machine),
            Need::Browser(Browser::Chromium) => chromium::ensure(machine),
            Need::Reader => chromium::ensure_reader(machine),
            Need::Browser(Browser::Firefox) => firefox::ensure(machine),
            Need::Browser(Browser::WebKit) => webkit::ensure(machine),
            Need::Postgres => postgres::ensure(machine),
            Need::Speedscope => speedscope::ensure(machine),
            Need::Deny => cargo_tool::ensure(machine, &cargo_tool::DENY),
            Need::Fuzz => cargo_tool::ensure(machine, &cargo_tool::FUZZ),
            Need::MdBook => cargo_tool::ensure(machine, &cargo_tool::MDBOOK),
        }?;
    }
    cargo_tool::discard_build(machine);
    report::section(format!("Set-up is complete, {}\n", report::spoken(started.elapsed())));
    Ok(())
}

fn read(machine: &Machine, file: &str) -> Result<String> {
    let path = machine.root.join(file);
    fs::read_to_string(&path).with_context(|| format!("failed to read `{}`", path.display()))
}

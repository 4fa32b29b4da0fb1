//! Wakeline's own commands: set up, build, serve, test, measure.

mod bench;
mod book;
mod browser;
mod dist;
mod embed;
mod fuzz;
mod lint;
mod machine;
mod process;
mod report;
mod serve;
mod setup;
mod test;
mod version;
mod web_rustc;

use anyhow::{Result, bail};
use machine::Machine;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  serve [--port N] [--open] [--dev]   build the page and serve it, rebuilding on every change
  test [native] [wasm] [e2e] [--browser NAME,...]
                                      run every test, or only the named kinds; those of the page run in
                                      chromium, firefox and webkit, or only in the named browsers
  build                               build the page that can be put on a host, into dist/
  book [--still]                      build the book into dist/book/; --still leaves the player out
  bench [native|chromium] [filter]    run the benchmarks
  fuzz [TARGET] [--minutes N]         feed what reads foreign bytes with what nobody would write
  lint                                check formatting, clippy's advice and the documentation
  setup                               only install what the other commands need

Each command first installs what it needs and what is missing, and says so.
";

fn main() -> ExitCode {
    if let Some(code) = web_rustc::run() {
        return code;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{USAGE}");
        return Ok(());
    };
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    if ["help", "--help", "-h"].contains(&command.as_str())
        || rest.contains(&"--help")
        || rest.contains(&"-h")
    {
        print!("{USAGE}");
        return Ok(());
    }
    match command.as_str() {
        "setup" => none_left(&rest).and_then(|()| setup::run(&mut Machine::look()?, setup::EVERYTHING)),
        "build" => none_left(&rest).and_then(|()| dist::run(&mut Machine::look()?)),
        "serve" => {
            let options = serve::Options::parse(&rest)?;
            serve::run(&mut Machine::look()?, &options)
        }
        "test" => {
            let options = test::Options::parse(&rest)?;
            test::run(&mut Machine::look()?, &options)
        }
        "book" => {
            let options = book::Options::parse(&rest)?;
            book::run(&mut Machine::look()?, options)
        }
        "bench" => {
            let options = bench::Options::parse(&rest)?;
            bench::run(&mut Machine::look()?, &options)
        }
        "fuzz" => {
            let options = fuzz::Options::parse(&rest)?;
            fuzz::run(&mut Machine::look()?, &options)
        }
        "lint" => none_left(&rest).and_then(|()| lint::run(&mut Machine::look()?)),
        other => bail!(Usage(format!("there is no command `{other}`"))),
    }
}

fn none_left(rest: &[&str]) -> Result<()> {
    match rest.first() {
        None => Ok(()),
        Some(extra) => bail!(Usage(format!("`{extra}` is not expected here"))),
    }
}

/// What was typed cannot be understood.
#[derive(Debug)]
struct Usage(String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n\n{USAGE}", self.0)
    }
}

impl std::error::Error for Usage {}

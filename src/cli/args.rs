//! What can be written on the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::patterns::Twin;
use crate::runtime::{Clock, Schedule};

/// Shows async Rust running: real futures, polled and woken, on Wakeline's executor or on tokio.
#[derive(Debug, Parser)]
#[command(name = "wakeline", version, max_term_width = 110)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lists the patterns with their parameters.
    List {
        /// Prints JSON instead of text.
        #[arg(long)]
        json: bool,
    },
    /// Runs a pattern in virtual time and writes its timeline as a picture, as HTML or as text.
    #[command(after_help = EXPORT_CODES)]
    Export(ExportArgs),
    /// Runs a pattern under many schedules, and names the first that goes wrong.
    #[command(after_help = EXPLORE_CODES)]
    Explore(ExploreArgs),
    /// Opens a recording and shows what happened: Wakeline's own, a Chrome or Perfetto trace, one of tokio-console.
    #[command(after_help = OPEN_CODES)]
    Open(OpenArgs),
    /// Runs a pattern and shows what happened.
    #[command(after_help = EXIT_CODES, override_usage = "wakeline run [OPTIONS] <ID>")]
    Run(RunArgs),
    /// Writes what a page needs besides its code, and the element `<wake-line>`.
    #[command(after_help = SITE_HELP)]
    Site(SiteArgs),
}

const SITE_HELP: &str = "\
A program with patterns of its own calls this from a `post_build` hook of trunk, which names the folder by
itself; see `docs/src/own-patterns.md`.

Exit codes:
  0    it is written
  2    the command line is wrong, or a file cannot be written";

#[derive(Args, Debug)]
pub(super) struct SiteArgs {
    /// Where to; within a hook of trunk, the page that is being built.
    pub(super) folder: Option<PathBuf>,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    the run ended as it should
  1    it did not: an error, a panic, a run that is stuck or never ends
  2    the command line is wrong, or a file cannot be written
  130  Ctrl-C stopped it; a run that listens shuts down by itself first, and a second one stops it
  143  SIGTERM, the same";

const EXPORT_CODES: &str = "\
Exit codes:
  0    it is written, whether the run that it shows ended as it should or not
  2    the command line is wrong, or a file cannot be written";

const EXPLORE_CODES: &str = "\
Exit codes:
  0    no schedule that was tried goes wrong
  1    one does: it is named, with the command that runs it
  2    the command line is wrong";

const OPEN_CODES: &str = "\
Exit codes:
  0    the recording was opened
  1    it cannot be: the message says what is wrong with it, and where
  2    the command line is wrong, or a file cannot be read or written";

#[derive(Args, Debug)]
pub(super) struct OpenArgs {
    /// The recording, gzipped or not; `-` is the standard input. Its format shows in what is in it.
    pub(super) file: PathBuf,
    /// What is printed: text to read, JSON, or a trace for Perfetto and Chrome.
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: OpenFormat,
    /// Writes to a file instead of the terminal.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Draws the timeline with ASCII alone.
    #[arg(long)]
    pub(super) ascii: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OpenFormat {
    /// A timeline, the log, what was left out
    Text,
    /// Everything, for programs
    Json,
    /// JSON for ui.perfetto.dev and chrome://tracing
    Chrome,
}

#[derive(Args, Debug)]
pub(super) struct ExploreArgs {
    /// The pattern; `wakeline list` has them all.
    pub(super) id: String,
    /// Sets a parameter of the pattern; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub(super) set: Vec<Setting>,
    /// The pattern itself, or the same as it is commonly written wrong.
    #[arg(long, default_value = "corrected")]
    #[arg(value_parser = one_of::<Twin>([Twin::Corrected.name(), Twin::Pitfall.name()]))]
    pub(super) twin: Twin,
    /// How many schedules are tried: first in, first out, and random ones with the seeds from 0 on.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) schedules: u64,
}

#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// The pattern; `wakeline list` has them all.
    pub(super) id: String,
    /// What is written: a picture, a piece of a page with the picture and its words, or text.
    #[arg(long, value_enum)]
    pub(super) format: ExportFormat,
    /// Writes to a file instead of the terminal.
    #[arg(short, long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Sets a parameter of the pattern; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub(super) set: Vec<Setting>,
    /// The pattern itself, or the same as it is commonly written wrong.
    #[arg(long, default_value = "corrected")]
    #[arg(value_parser = one_of::<Twin>([Twin::Corrected.name(), Twin::Pitfall.name()]))]
    pub(super) twin: Twin,
    /// Which ready task is polled next; `random` draws from the seed.
    #[arg(long, default_value = "fifo")]
    #[arg(value_parser = one_of::<Schedule>([Schedule::Fifo.name(), Schedule::Random.name()]))]
    pub(super) schedule: Schedule,
    /// What random choices are drawn from.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) seed: u64,
    /// How wide the picture is where there is room, in pixels.
    #[arg(long, value_name = "PX", default_value_t = 720, value_parser = clap::value_parser!(u32).range(320..=4096))]
    pub(super) width: u32,
    /// Light, dark, or as the reader's system or the page around it is.
    #[arg(long, value_enum, default_value = "auto")]
    pub(super) theme: ThemeArg,
    /// The address of a Wakeline page, to link from HTML to the same run there.
    #[arg(long, value_name = "URL")]
    pub(super) link: Option<String>,
    /// Gives up after this many polls.
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) max_polls: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// The timeline as a picture, for a README or print
    Svg,
    /// The picture with its title, and the same as text
    Html,
    /// The outcome, a timeline, the log
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ThemeArg {
    /// As the system or the page is
    Auto,
    /// Dark on light
    Light,
    /// Light on dark
    Dark,
}

#[derive(Args, Debug)]
pub(super) struct RunArgs {
    /// The pattern; `wakeline list` has them all.
    #[arg(required = false, default_value = "", hide_default_value = true)]
    pub(super) id: String,
    /// Sets a parameter of the pattern; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub(super) set: Vec<Setting>,
    /// The pattern itself, or the same as it is commonly written wrong.
    #[arg(long, default_value = "corrected")]
    #[arg(value_parser = one_of::<Twin>([Twin::Corrected.name(), Twin::Pitfall.name()]))]
    pub(super) twin: Twin,

    /// Wakeline's deterministic executor, or tokio [default: sim; tokio with several threads or `--console`].
    #[arg(long, value_enum)]
    pub(super) runtime: Option<RuntimeArg>,
    /// How many worker threads tokio has; from 1 to 256.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(super) threads: Option<usize>,
    /// Virtual time, which jumps to the next deadline, or the clock on the wall [default: virtual; real
    /// with several threads].
    #[arg(long, value_parser = one_of::<Clock>([Clock::Virtual.name(), Clock::Real.name()]))]
    pub(super) clock: Option<Clock>,
    /// Which ready task is polled next; `random` draws from the seed.
    #[arg(long, default_value = "fifo")]
    #[arg(value_parser = one_of::<Schedule>([Schedule::Fifo.name(), Schedule::Random.name()]))]
    pub(super) schedule: Schedule,
    /// What random choices are drawn from.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) seed: u64,
    /// What is printed: text to read, JSON, a Wakeline trace, or a trace for Perfetto and Chrome.
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
    /// Writes to a file instead of the terminal.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Writes a Wakeline trace besides, which `wakeline open` and the page read.
    #[arg(long, value_name = "FILE")]
    pub(super) trace: Option<PathBuf>,
    /// Where relative addresses of real requests start, such as `http://localhost:8080/`.
    #[arg(long, value_name = "URL", value_parser = base)]
    pub(super) base: Option<String>,
    /// Draws the timeline with ASCII alone.
    #[arg(long)]
    pub(super) ascii: bool,
    /// Prints the spans and events of `tracing` to the standard error, as they come.
    #[arg(long)]
    pub(super) tracing: bool,
    /// Lets tokio-console watch the run, on tokio in real time, and stays until Ctrl-C; needs feature `console`.
    #[arg(long)]
    pub(super) console: bool,
    /// Gives up after this many polls.
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) max_polls: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RuntimeArg {
    /// Wakeline's own executor: deterministic, one thread
    Sim,
    /// The real tokio
    Tokio,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The outcome, a timeline, the log
    Text,
    /// Everything, for programs
    Json,
    /// A Wakeline trace: everything that was recorded, in binary
    Trace,
    /// JSON for ui.perfetto.dev and chrome://tracing
    Chrome,
}

/// A parameter's name and its new value.
pub(crate) type Setting = (String, String);

fn setting(text: &str) -> Result<Setting, String> {
    match text.split_once('=') {
        Some(("", _)) => Err("there is no name before `=`: write `name=value`".to_owned()),
        Some((name, value)) => Ok((name.trim().to_owned(), value.to_owned())),
        None => Err("there is no value: write `name=value`".to_owned()),
    }
}

fn threads(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=256).contains(number));
    number.ok_or_else(|| "use a whole number from 1 to 256".to_owned())
}

fn base(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    match host {
        Some(host) if !host.is_empty() && !host.starts_with('/') => Ok(text.to_owned()),
        _ => Err("use an address such as `http://localhost:8080/`".to_owned()),
    }
}

/// Takes one of `names`, and lists them where it does not.
fn one_of<T>(names: [&'static str; 2]) -> impl TypedValueParser<Value = T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| name.parse::<T>())
}

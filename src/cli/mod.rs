//! The command line: lists the patterns, and runs them on Wakeline's own executor or on tokio.
//!
//! ```text
//!  arguments ──▶ Plan ──▶ Ran ──▶ text, JSON, trace      a recording ──▶ text, JSON
//!  (args)        (plan)   (execute)   (report)               (open)          (report)
//! ```
//!
//! Whatever is wrong with the arguments is found before anything runs; whatever is wrong with a run
//! is part of what is printed about it, and of the exit code.

mod args;
mod execute;
mod explore;
pub(crate) mod export;
pub(crate) mod interrupt;
mod list;
mod open;
mod output;
pub(crate) mod plan;
mod report;
pub(crate) mod suggest;
mod trace_file;
mod words;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use self::args::{Cli, Command, ExploreArgs, ExportArgs, Format, RunArgs, SiteArgs};
use self::execute::{Failure, Ran};
use self::interrupt::Interrupt;
use self::output::{OutputError, Target, say};
use self::plan::Plan;
use crate::formats;
use crate::patterns;
use crate::site::{self, SiteError};
use crate::tracing_layer::{self, Outputs};

/// What a command line that makes no sense exits with, as clap does by itself.
const BAD_USAGE: u8 = 2;

/// Runs the command that the program's arguments name, and returns what to exit with.
pub fn main() -> ExitCode {
    match parse() {
        Ok(Cli { command: Command::List { json } }) => list(json),
        Ok(Cli { command: Command::Run(args) }) => run(&args),
        Ok(Cli { command: Command::Explore(args) }) => look(&args),
        Ok(Cli { command: Command::Export(args) }) => draw(&args),
        Ok(Cli { command: Command::Open(args) }) => open::run(&args),
        Ok(Cli { command: Command::Site(args) }) => write_site(args),
        Err(error) => refuse(&error),
    }
}

fn parse() -> Result<Cli, clap::Error> {
    // A catalogue of somebody's own may be without the one that is a good start.
    let id = patterns::find("race").unwrap_or(patterns::catalogue()[0]).id;
    let command = Cli::command().after_help(format!("Try `wakeline run {id}`."));
    Cli::from_arg_matches(&command.try_get_matches()?)
}

fn write_site(args: SiteArgs) -> ExitCode {
    match site::write_here(args.folder) {
        Ok((folder, written)) => {
            say(format_args!("{}", site::told(&folder, &written)));
            ExitCode::SUCCESS
        }
        Err(error @ SiteError::NoFolder) => {
            refuse(&usage_error("site", ErrorKind::MissingRequiredArgument, &error))
        }
        Err(error) => {
            say(format_args!("error: {error}"));
            ExitCode::from(BAD_USAGE)
        }
    }
}

fn list(json: bool) -> ExitCode {
    let target = Target::Stdout;
    let text = if json { list::json() } else { list::text(target.width()) };
    match target.write(|out| out.write_all(text.as_bytes())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cannot_write(&error),
    }
}

fn look(args: &ExploreArgs) -> ExitCode {
    let explored = match explore::run(args) {
        Ok(explored) => explored,
        Err(error) => return refuse(&usage_error("explore", ErrorKind::ValueValidation, &error)),
    };
    match Target::Stdout.write(|out| out.write_all(explored.text.as_bytes())) {
        Ok(()) if explored.is_good => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(error) => cannot_write(&error),
    }
}

fn draw(args: &ExportArgs) -> ExitCode {
    let still = match export::still(args) {
        Ok(still) => still,
        Err(error) => return refuse(&usage_error("export", ErrorKind::ValueValidation, &error)),
    };
    let target = match Target::open(args.out.as_deref()) {
        Ok(target) => target,
        Err(error) => return cannot_write(&error),
    };
    let in_file = target.path().map(|path| path.display().to_string());
    let exported = match export::run(args, still, &Interrupt::listen()) {
        Ok(exported) => exported,
        Err(error) => {
            say(format_args!("error: {error}"));
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = target.write(|out| out.write_all(exported.text.as_bytes())) {
        return cannot_write(&error);
    }
    if let Some(failure) = exported.failure {
        say(format_args!("{failure}"));
    }
    if let Some(path) = in_file {
        say(format_args!("wrote `{path}`"));
    }
    ExitCode::SUCCESS
}

fn run(args: &RunArgs) -> ExitCode {
    let plan = match Plan::new(args) {
        Ok(plan) => plan,
        Err(error) => return refuse(&usage_error("run", ErrorKind::ValueValidation, &error)),
    };
    if args.format == Format::Trace && args.out.is_none() && output::is_terminal() {
        let remedy = format!(
            "a trace is binary and not for a terminal: write it to a file with `--trace {}.wakeline`",
            plan.pattern.id
        );
        return refuse(&usage_error("run", ErrorKind::ArgumentConflict, &remedy));
    }
    let target = match Target::open(args.out.as_deref()) {
        Ok(target) => target,
        Err(error) => return cannot_write(&error),
    };
    let trace = match args.trace.as_deref().map(|path| Target::open(Some(path))).transpose() {
        Ok(trace) => trace,
        Err(error) => return cannot_write(&error),
    };
    let outputs = Outputs { printed: args.tracing, console: args.console };
    if outputs != Outputs::default()
        && let Err(error) = tracing_layer::install_with(outputs)
    {
        return refuse(&usage_error("run", ErrorKind::ArgumentConflict, &error));
    }
    let ran = match execute::execute(&plan, &Interrupt::listen()) {
        Ok(ran) => ran,
        Err(error) => {
            say(format_args!("error: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let in_file = target.path().map(|path| path.display().to_string());
    let written = write(args, &plan, &ran, target);
    let written = written.and_then(|()| trace.map_or(Ok(()), |target| write_trace(&plan, &ran, target)));
    if let Err(error) = written {
        return cannot_write(&error);
    }
    tell(args, &ran, in_file.as_deref());
    if args.console {
        say(format_args!("the run is over; tokio-console can look at it until Ctrl-C"));
        loop {
            // A signal that no run attends to ends the program.
            std::thread::park();
        }
    }
    match ran.result {
        Ok(_) => ExitCode::SUCCESS,
        Err(Failure::Stopped(signal)) => ExitCode::from(signal.exit_code()),
        Err(_) => ExitCode::FAILURE,
    }
}

fn write(args: &RunArgs, plan: &Plan, ran: &Ran, target: Target) -> Result<(), OutputError> {
    let width = target.width();
    target.write(|mut out| match args.format {
        Format::Text => {
            let ascii = args.ascii || !output::takes_unicode();
            out.write_all(report::text(plan, ran, width, ascii).as_bytes())
        }
        Format::Json => report::json(plan, ran, out),
        Format::Trace => trace_file::write(plan, &ran.trace, out),
        Format::Chrome => formats::chrome::write(&ran.model, &mut out),
    })
}

/// Writes the trace that is wanted besides, and says so.
fn write_trace(plan: &Plan, ran: &Ran, target: Target) -> Result<(), OutputError> {
    let path = target.path().map(|path| path.display().to_string()).unwrap_or_default();
    target.write(|out| trace_file::write(plan, &ran.trace, out))?;
    say(format_args!(
        "wrote `{path}`: {} events; `wakeline open {path}` shows them",
        ran.model.event_count()
    ));
    Ok(())
}

/// Says beside the result how the run ended, where the result itself does not tell a person.
fn tell(args: &RunArgs, ran: &Ran, in_file: Option<&str>) {
    if in_file.is_some() || args.format != Format::Text {
        match &ran.result {
            Ok(outcome) if in_file.is_some() => say(format_args!("{}", words::one_line(&outcome.summary))),
            Ok(_) => {}
            Err(failure) => {
                say(format_args!("{}", report::failure_text(failure)));
                for line in report::waiting(&ran.model, failure) {
                    say(format_args!("  {line}"));
                }
            }
        }
    }
    let lost = ran.model.dropped();
    let lost = lost.events.saturating_add(lost.refused);
    if lost > 0 && args.format != Format::Text {
        say(format_args!("{lost} events are missing: the run was longer than what was kept"));
    }
    if let Some(path) = in_file {
        say(format_args!("wrote `{path}`: {} events", ran.model.event_count()));
    }
}

fn usage_error(command: &str, kind: ErrorKind, message: &dyn std::fmt::Display) -> clap::Error {
    let mut cli = Cli::command();
    cli.build();
    let command = cli.find_subcommand_mut(command).expect("it is a subcommand");
    command.error(kind, message)
}

fn refuse(error: &clap::Error) -> ExitCode {
    // A reader that is gone needs no message. Asking for help is no error; the code is clap's.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(BAD_USAGE))
}

fn cannot_write(error: &OutputError) -> ExitCode {
    say(format_args!("error: {error}"));
    ExitCode::from(BAD_USAGE)
}

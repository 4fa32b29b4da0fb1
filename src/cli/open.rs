//! Opens a recording that somebody made.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;
use std::process::ExitCode;

use super::args::{OpenArgs, OpenFormat};
use super::output::{Target, say, takes_unicode};
use super::{BAD_USAGE, cannot_write, report, trace_file};
use crate::formats;
use crate::formats::import::import;

pub(super) fn run(args: &OpenArgs) -> ExitCode {
    let name = args.file.display();
    let bytes = match read(&args.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            say(format_args!("error: cannot read `{name}`: {error}"));
            return ExitCode::from(BAD_USAGE);
        }
    };
    let imported = match import(&bytes) {
        Ok(imported) => imported,
        Err(error) => {
            say(format_args!("error: cannot open `{name}`: {error}"));
            return ExitCode::FAILURE;
        }
    };
    drop(bytes);
    let target = match Target::open(args.out.as_deref()) {
        Ok(target) => target,
        Err(error) => return cannot_write(&error),
    };
    let in_file = target.path().map(|path| path.display().to_string());
    let width = target.width();
    let written = target.write(|mut out| match args.format {
        OpenFormat::Text => {
            out.write_all(report::opened(&imported, width, args.ascii || !takes_unicode()).as_bytes())
        }
        OpenFormat::Json => report::opened_json(&imported, out),
        OpenFormat::Chrome => formats::chrome::write(&imported.model, &mut out),
    });
    if let Err(error) = written {
        return cannot_write(&error);
    }
    if args.format == OpenFormat::Chrome {
        imported.notes.iter().for_each(|note| say(format_args!("note: {note}")));
    }
    if let Some(path) = in_file {
        say(format_args!("wrote `{path}`: {} events", imported.model.event_count()));
    }
    ExitCode::SUCCESS
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") {
        return trace_file::read(io::stdin().lock());
    }
    trace_file::read(BufReader::new(File::open(path)?))
}

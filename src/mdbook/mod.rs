//! `mdbook-wakeline`: patterns in books.
//!
//! A fenced block names a pattern, and what differs from its defaults:
//!
//! ````text
//! ```wakeline race
//! slow = 200
//! seed = 7
//! ```
//! ````
//!
//! In the book it is an element that runs the pattern, and until a reader runs it, or where there are no scripts,
//! a picture of the run with the same as text. The run is drawn while the book is built: a block with a mistake in it
//! fails the build.
//!
//! ```text
//!  mdBook ──chapters──▶ chapter ──▶ block ──▶ element ──▶ chapters ──▶ mdBook
//!           (stdin)     (finds)    (reads)   (writes)     (stdout)
//! ```

mod block;
mod book;
mod chapter;
mod element;
mod install;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The name of the preprocessor, of its table in `book.toml`, and of the blocks.
const NAME: &str = "wakeline";
/// The folder of a book's sources that the player's files are in.
const FOLDER: &str = "wakeline";
/// The script that loads the player, beside `book.toml`.
const LOADER: &str = "wakeline-load.js";

/// Puts patterns of Wakeline into books of mdBook: run without a command, as mdBook does, it reads a book from the
/// standard input and writes it back with every `wakeline` block replaced.
#[derive(Debug, Parser)]
#[command(name = "mdbook-wakeline", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Says by its exit code whether a renderer is supported: every one is.
    Supports {
        /// The renderer.
        renderer: String,
    },
    /// Makes a book ready: copies the player's files into it and enters what is needed into its `book.toml`.
    Install {
        /// The folder of the book.
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Where the player's files are: the folder `embed` of a built Wakeline.
        #[arg(long, value_name = "FOLDER")]
        assets: PathBuf,
    },
}

/// Runs the program, and returns what to exit with.
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        // A renderer that runs nothing gets the picture alone.
        Some(Command::Supports { .. }) => Ok(()),
        Some(Command::Install { folder, assets }) => install::install(&folder, &assets)
            .map(|report| say(&report))
            .map_err(|error| format!("error: {error}\n")),
        None => book::run(io::stdin().lock(), io::stdout().lock(), say).map_err(|error| error.to_string()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say(&message);
            ExitCode::FAILURE
        }
    }
}

/// The standard output is mdBook's; people read the other one.
fn say(message: &str) {
    // Nobody may be listening, which changes nothing.
    let _ = writeln!(io::stderr(), "{}", message.trim_end());
}

//! Where results go: the terminal, a pipe, a file.

use std::env;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use terminal_size::{Width, terminal_size_of};
use thiserror::Error;

/// How wide text is where nothing says how wide the terminal is.
const USUAL_WIDTH: usize = 100;

/// Where a result is written.
#[derive(Debug)]
pub(super) enum Target {
    Stdout,
    File { file: File, path: PathBuf },
}

/// A result that could not be written.
#[derive(Debug, Error)]
pub(super) enum OutputError {
    #[error("cannot write `{}`: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error("cannot write to the standard output: {0}")]
    Stdout(io::Error),
}

impl Target {
    /// Opens the file, if there is to be one: before a run, so that none is in vain.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, OutputError> {
        match path {
            None => Ok(Self::Stdout),
            Some(path) => match File::create(path) {
                Ok(file) => Ok(Self::File { file, path: path.to_owned() }),
                Err(cause) => Err(OutputError::File { path: path.to_owned(), cause }),
            },
        }
    }

    /// Returns the file's path.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdout => None,
            Self::File { path, .. } => Some(path),
        }
    }

    /// Returns how many columns text may have.
    pub(super) fn width(&self) -> usize {
        let columns = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let terminal = || match self {
            Self::Stdout => terminal_size_of(io::stdout()).map(|(Width(width), _)| usize::from(width)),
            Self::File { .. } => None,
        };
        columns.filter(|width| *width > 0).or_else(terminal).unwrap_or(USUAL_WIDTH).clamp(40, 400)
    }

    /// Writes the result. Whoever reads a pipe may have seen enough, which is no error.
    pub(super) fn write(
        self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        match self {
            Self::Stdout => {
                let mut out = BufWriter::new(io::stdout().lock());
                match write(&mut out).and_then(|()| out.flush()) {
                    Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                        Err(OutputError::Stdout(error))
                    }
                    _ => Ok(()),
                }
            }
            Self::File { file, path } => {
                let mut out = BufWriter::new(file);
                let written = write(&mut out).and_then(|()| out.flush());
                written.map_err(|cause| OutputError::File { path, cause })
            }
        }
    }
}

/// Returns whether the standard output is a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Returns whether the locale says that a terminal takes more than ASCII. Many containers set none,
/// and their terminals do.
pub(super) fn takes_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.ends_with("utf-8") || locale.ends_with("utf8")
    })
}

/// Tells the person at the terminal something that is no part of the result.
pub(super) fn say(message: std::fmt::Arguments<'_>) {
    // Nobody may be listening, which changes nothing.
    let _ = writeln!(io::stderr(), "{message}");
}

//! `mdbook-wakeline` as the author of a book meets it: real books, built by the real mdBook.

mod books;
mod docs;
mod install;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A book in a folder of its own.
struct Book {
    folder: TempDir,
}

/// What a command came to.
#[derive(Debug)]
struct Ended {
    is_good: bool,
    err: String,
}

impl Ended {
    #[track_caller]
    fn succeeds(self) -> Self {
        assert!(self.is_good, "{}", self.err);
        self
    }

    #[track_caller]
    fn fails_with(self, words: &[&str]) {
        assert!(!self.is_good, "{}", self.err);
        words
            .iter()
            .for_each(|words| assert!(self.err.contains(words), "nothing of {words:?} in:\n{}", self.err));
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { is_good: output.status.success(), err: text(&output.stdout) + &text(&output.stderr) }
    }
}

impl Book {
    /// A book with these chapters, by their paths; all of them are in its summary.
    fn new(config: &str, chapters: &[(&str, &str)]) -> Self {
        let book = Self { folder: tempfile::tempdir().expect("a folder") };
        book.write("book.toml", &format!("[book]\ntitle = \"A book\"\n{config}"));
        let mut summary = String::from("# Summary\n\n");
        for (path, text) in chapters {
            summary += &format!("- [{path}]({path})\n");
            book.write(&format!("src/{path}"), text);
        }
        book.write("src/SUMMARY.md", &summary);
        book
    }

    /// One that was made ready, with something in place of the player.
    fn ready(chapters: &[(&str, &str)]) -> Self {
        let book = Self::new("", chapters);
        book.install(&assets()).succeeds();
        book
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    #[track_caller]
    fn read(&self, path: &str) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("`{}`: {error}", path.display()))
    }

    fn install(&self, assets: &TempDir) -> Ended {
        let mut command = Command::new(program());
        command.arg("install").arg(self.folder.path()).arg("--assets").arg(assets.path());
        command.output().expect("it starts").into()
    }

    fn build(&self) -> Ended {
        let folder = program().parent().expect("it is in a folder").to_owned();
        let own = env::var_os("PATH").unwrap_or_default();
        let path =
            env::join_paths([folder].into_iter().chain(env::split_paths(&own))).expect("a search path");
        let mut command = Command::new("mdbook");
        command.arg("build").arg(self.folder.path()).env("PATH", path);
        command.output().expect("mdBook is there; `cargo xtask setup` installs it").into()
    }
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_mdbook-wakeline"))
}

/// A folder like `dist/embed`.
fn assets() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("wakeline.js"), "// the player\n").expect("a file");
    fs::create_dir(folder.path().join("data")).expect("a folder");
    fs::write(folder.path().join("data/1.json"), "{}").expect("a file");
    folder
}

/// The part of a page that is its text.
#[track_caller]
fn content(page: &str) -> &str {
    let (_, rest) = page.split_once("<main>").expect("a page of mdBook");
    rest.split_once("</main>").expect("a page of mdBook").0
}

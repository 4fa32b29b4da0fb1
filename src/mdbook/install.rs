//! `mdbook-wakeline install`: what a book needs to run patterns, once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;
use toml_edit::{Array, DocumentMut, Item, Table, TomlError, Value};

use super::{FOLDER, LOADER, NAME};

/// The script that stands beside `book.toml`.
const LOADER_JS: &str = include_str!("load.js");
/// The module that the loader asks for.
const MODULE: &str = "wakeline.js";

/// Why a book was not made ready.
#[derive(Debug, Error)]
pub(super) enum InstallError {
    #[error("there is no book in `{}`: it has no `book.toml`; `mdbook init` makes a book", .0.display())]
    NoBook(PathBuf),
    #[error(
        "`{}` does not hold the player: it has no `{MODULE}`; give the folder `embed` of a built Wakeline, which \
         `cargo xtask build` writes as `dist/embed`",
        .0.display()
    )]
    NoAssets(PathBuf),
    #[error("cannot read `{}`: {cause}", path.display())]
    Read { path: PathBuf, cause: io::Error },
    #[error("cannot write `{}`: {cause}", path.display())]
    Write { path: PathBuf, cause: io::Error },
    #[error("`{}` is not what mdBook takes: {error}", path.display())]
    Toml { path: PathBuf, error: Box<TomlError> },
    #[error("in `{}`, `{key}` is no {wants}: mend it, and try again", path.display())]
    Shape { path: PathBuf, key: &'static str, wants: &'static str },
}

/// Makes the book in `folder` ready, and returns what was done. It can be done again, for newer files.
pub(super) fn install(folder: &Path, assets: &Path) -> Result<String, InstallError> {
    let path = folder.join("book.toml");
    if !path.is_file() {
        return Err(InstallError::NoBook(folder.to_owned()));
    }
    if !assets.join(MODULE).is_file() {
        return Err(InstallError::NoAssets(assets.to_owned()));
    }
    let text = fs::read_to_string(&path).map_err(|cause| InstallError::Read { path: path.clone(), cause })?;
    let mut book: DocumentMut =
        text.parse().map_err(|error| InstallError::Toml { path: path.clone(), error: Box::new(error) })?;
    let source = book.get("book").and_then(|book| book.get("src")).and_then(Item::as_str).unwrap_or("src");
    let target = folder.join(source).join(FOLDER);
    // Before anything is copied: what cannot be entered leaves the book as it was.
    enter(&mut book, &path)?;
    let files = copy(assets, &target)?;
    write(&folder.join(LOADER), LOADER_JS.as_bytes())?;
    let entered = book.to_string();
    if entered != text {
        write(&path, entered.as_bytes())?;
    }
    Ok(format!(
        "copied {files} files to `{}`\nwrote `{}`\n{} `{}`",
        target.display(),
        folder.join(LOADER).display(),
        if entered == text { "found all that is needed in" } else { "entered what is needed into" },
        path.display()
    ))
}

/// Enters the preprocessor and the script, and leaves alone whatever else there is.
fn enter(book: &mut DocumentMut, path: &Path) -> Result<(), InstallError> {
    let shape = |key, wants| InstallError::Shape { path: path.to_owned(), key, wants };
    let preprocessors =
        table(book.as_table_mut(), "preprocessor").ok_or_else(|| shape("preprocessor", "table"))?;
    table(preprocessors, NAME).ok_or_else(|| shape("preprocessor.wakeline", "table"))?.set_implicit(false);
    let outputs = table(book.as_table_mut(), "output").ok_or_else(|| shape("output", "table"))?;
    let html = table(outputs, "html").ok_or_else(|| shape("output.html", "table"))?;
    let scripts = html.entry("additional-js").or_insert(Item::Value(Value::Array(Array::new())));
    let scripts = scripts.as_array_mut().ok_or_else(|| shape("output.html.additional-js", "list"))?;
    let is_loader = |script: &Value| script.as_str().is_some_and(|script| script == LOADER);
    if !scripts.iter().any(is_loader) {
        scripts.push(LOADER);
    }
    Ok(())
}

/// Returns a table within another, and makes one where there is none.
fn table<'a>(parent: &'a mut Table, key: &str) -> Option<&'a mut Table> {
    let mut new = Table::new();
    new.set_implicit(true);
    parent.entry(key).or_insert(Item::Table(new)).as_table_mut()
}

/// Copies a folder and returns how many files it has.
fn copy(from: &Path, to: &Path) -> Result<usize, InstallError> {
    let unread = |cause| InstallError::Read { path: from.to_owned(), cause };
    fs::create_dir_all(to).map_err(|cause| InstallError::Write { path: to.to_owned(), cause })?;
    let mut files = 0;
    for entry in fs::read_dir(from).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            files += copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).map_err(|cause| InstallError::Write { path: target, cause })?;
            files += 1;
        }
    }
    Ok(files)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), InstallError> {
    fs::write(path, bytes).map_err(|cause| InstallError::Write { path: path.to_owned(), cause })
}

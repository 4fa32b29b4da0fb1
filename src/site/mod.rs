//! What a page with patterns needs besides its code: styles, scripts, the element `<wake-line>`.
//!
//! A program with patterns of its own is built by trunk, which makes the code and knows nothing of these
//! files. They are in the crate, and [`write()`] puts them beside the code; the program's own command `site`
//! calls it, and a hook of trunk calls that. Nothing is fetched, and nothing but cargo and trunk is needed.
//!
//! ```text
//! boot.js  start.js  engine.js      the page's scripts; `engine.js` starts the worker that runs live in
//! wakeline.css  icon.svg  data/     its styles, and what patterns fetch
//! embed/                            the element and the frame, for any page: copy the folder
//!   wakeline.js  mount.js           the element's shell, and what it loads when a reader presses Run
//!   player.js  player_bg.wasm       the program's code once more, under names that stay
//!   player.css  engine.js  iframe.* …
//! ```

mod files;
mod text;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use thiserror::Error;

use self::files::{DATA, ELEMENT, LICENSES, PAGE, STYLES};
use self::text::{for_element, without_comments};

/// The variable in which trunk tells its hooks where it puts a page together.
pub const FOLDER_VARIABLE: &str = "TRUNK_STAGING_DIR";
/// The end of the name of compiled code, as wasm-bindgen gives it.
const CODE: &str = "_bg.wasm";

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// How many files.
    pub files: usize,
    /// Whether the folder held a program's code, so that `embed/` is complete.
    pub has_player: bool,
}

/// Why the files of a page could not be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SiteError {
    /// A file or folder could not be read or written.
    #[error("cannot {act} `{}`: {cause}", path.display())]
    Io {
        /// `read` or `write`.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The code of more than one program is there.
    #[error(
        "`{}` holds the code of several programs: `{}`; build one page into one folder",
        folder.display(),
        names.join("`, `")
    )]
    Several {
        /// The folder.
        folder: PathBuf,
        /// The files with code.
        names: Vec<String>,
    },
    /// Code is there, but not the script that belongs to it.
    #[error("`{}` is missing: trunk makes it together with `{code}`", script.display())]
    NoScript {
        /// The script.
        script: PathBuf,
        /// The code.
        code: String,
    },
    /// Nothing says where to.
    #[error("where to? name a folder, as in `site dist`, or let a `post_build` hook of trunk call this")]
    NoFolder,
}

/// Writes everything that a page needs besides its code into a folder, and makes it when it is not there.
///
/// Where the folder holds what trunk has made of a program, `embed/` has that code as well.
///
/// # Errors
///
/// Fails when the folder cannot be written, or holds the code of several programs.
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let written = wakeline::site::write(folder.path())?;
/// assert!(folder.path().join("embed/wakeline.js").exists());
/// assert!(!written.has_player); // there is no code beside it
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(folder: &Path) -> Result<Written, SiteError> {
    let mut out = Out::default();
    let embed = folder.join("embed");
    for (name, text) in PAGE {
        out.save(folder, name, text)?;
    }
    // One sheet is of the element alone, and one of the page as a whole.
    let styles = STYLES.iter().filter(|(name, _)| *name != "embed.css");
    let styles: String = styles.map(|(_, css)| *css).collect();
    out.save(folder, "wakeline.css", styles)?;
    for folder in [folder, &embed] {
        for (name, json) in DATA {
            out.save(&folder.join("data"), name, json)?;
        }
    }

    let engine = PAGE.iter().filter(|(name, _)| *name == "engine.js");
    for (name, text) in ELEMENT.iter().chain(engine) {
        let text = text.replace("__VERSION__", env!("CARGO_PKG_VERSION"));
        out.save(&embed, name, if name.ends_with(".js") { without_comments(&text) } else { text })?;
    }
    let styles = STYLES.iter().filter(|(name, _)| *name != "layout.css");
    let styles: String = styles.map(|(_, css)| for_element(css)).collect();
    out.save(&embed, "player.css", styles)?;
    for (name, text) in LICENSES {
        out.save(&embed, name, text)?;
    }

    let code = code_in(folder)?;
    if let Some(code) = &code {
        let script = folder.join(code.replace(CODE, ".js"));
        if !script.exists() {
            return Err(SiteError::NoScript { script, code: code.clone() });
        }
        let glue = fs::read_to_string(&script).map_err(failed("read", &script))?;
        out.save(&embed, "player.js", renamed(&glue))?;
        let code = folder.join(code);
        let bytes = fs::read(&code).map_err(failed("read", &code))?;
        out.save(&embed, "player_bg.wasm", bytes)?;
    }
    Ok(Written { files: out.files, has_player: code.is_some() })
}

/// Writes into the folder that is named, or else into the one that trunk names.
pub(crate) fn write_here(folder: Option<PathBuf>) -> Result<(PathBuf, Written), SiteError> {
    let folder = folder.or_else(|| std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from));
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).ok_or(SiteError::NoFolder)?;
    let written = write(&folder)?;
    Ok((folder, written))
}

/// Returns what to say about it.
pub(crate) fn told(folder: &Path, written: &Written) -> String {
    let Written { files, has_player } = written;
    let folder = folder.display();
    if *has_player {
        format!("wrote {files} files to `{folder}`")
    } else {
        format!(
            "wrote {files} files to `{folder}`; its `embed` has no player, because there is no code of a program: \
             trunk makes it"
        )
    }
}

/// The command line of a program that was built without one: it knows `site` alone.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<_> = arguments.into_iter().collect();
    let done = match arguments.as_slice() {
        [command] if command == "site" => write_here(None),
        [command, folder] if command == "site" => write_here(Some(folder.into())),
        _ => {
            eprintln!(
                "this program was built without its command line, and knows `site [FOLDER]` alone; build it with \
                 `wakeline`'s feature `native`"
            );
            return ExitCode::from(2);
        }
    };
    match done {
        Ok((folder, written)) => {
            eprintln!("{}", told(&folder, &written));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

#[derive(Default)]
struct Out {
    files: usize,
}

impl Out {
    fn save(&mut self, folder: &Path, name: &str, contents: impl AsRef<[u8]>) -> Result<(), SiteError> {
        fs::create_dir_all(folder).map_err(failed("write", folder))?;
        let path = folder.join(name);
        fs::write(&path, contents).map_err(failed("write", &path))?;
        self.files += 1;
        Ok(())
    }
}

fn failed(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SiteError {
    let path = path.to_owned();
    move |cause| SiteError::Io { act, path, cause }
}

/// Returns the name of the file with code, if there is one.
fn code_in(folder: &Path) -> Result<Option<String>, SiteError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed("read", folder))? {
        let name = entry.map_err(failed("read", folder))?.file_name().to_string_lossy().into_owned();
        if name.ends_with(CODE) {
            names.push(name);
        }
    }
    names.sort();
    match names.len() {
        0 | 1 => Ok(names.pop()),
        _ => Err(SiteError::Several { folder: folder.to_owned(), names }),
    }
}

/// Calls the code by its new name where the script names it: a bundler looks for the file of that name.
fn renamed(glue: &str) -> String {
    let named = glue.match_indices(CODE).find_map(|(end, _)| {
        let start = glue[..end].rfind(['\'', '"'])? + 1;
        Some(&glue[start..end + CODE.len()])
    });
    match named {
        Some(named) => glue.replace(named, "player_bg.wasm"),
        None => glue.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_page_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
        let listed = |folder: &str, known: &[&[files::File]]| {
            let mut known: Vec<_> =
                known.iter().copied().flatten().map(|(name, _)| (*name).to_owned()).collect();
            let entries = fs::read_dir(root.join(folder)).expect("it can be listed");
            let entries = entries.map(|entry| entry.expect("it can be listed").path());
            let mut found: Vec<_> = entries
                .filter(|path| path.is_file())
                .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
                // These are of Wakeline's own page and package.
                .filter(|name| !["index.html", "README.md", "package.json"].contains(&name.as_str()))
                .collect();
            known.sort();
            found.sort();
            assert_eq!(found, known, "`static/{folder}`");
        };
        listed("", &[PAGE]);
        listed("styles", &[STYLES]);
        listed("embed", &[ELEMENT]);
        listed("data", &[DATA]);
    }

    #[test]
    fn the_page_loads_its_styles_in_the_same_order() {
        let page = include_str!("../../static/index.html");
        let places: Vec<_> = STYLES.iter().map(|(name, _)| page.find(&format!("styles/{name}"))).collect();
        let of_page: Vec<_> = places.iter().flatten().collect();
        assert!(of_page.is_sorted(), "{places:?}");
        // All but the element's own.
        assert_eq!(of_page.len(), STYLES.len() - 1);
    }

    #[test]
    fn a_programs_code_is_the_elements_player() {
        let folder = tempfile::tempdir().expect("there is room");
        let write_file = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
        write_file("mine-0a1b_bg.wasm", "code");
        let error = write(folder.path()).expect_err("its script is missing").to_string();
        assert!(error.contains("mine-0a1b.js"), "{error}");

        write_file("mine-0a1b.js", "new URL('mine_bg.wasm', import.meta.url)");
        assert!(write(folder.path()).expect("written").has_player);
        // A second time nothing is in the way.
        assert!(write(folder.path()).expect("written").has_player);
        let read = |name: &str| fs::read_to_string(folder.path().join("embed").join(name)).expect("written");
        assert_eq!(read("player.js"), "new URL('player_bg.wasm', import.meta.url)");
        assert_eq!(read("player_bg.wasm"), "code");
        assert!(read("iframe.js").contains(env!("CARGO_PKG_VERSION")));
        assert!(!read("engine.js").is_empty() && read("player.css").contains("@container wakeline"));

        write_file("other_bg.wasm", "code");
        let error = write(folder.path()).expect_err("whose code?").to_string();
        assert!(error.contains("`mine-0a1b_bg.wasm`, `other_bg.wasm`"), "{error}");
    }
}

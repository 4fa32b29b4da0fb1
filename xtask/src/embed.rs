//! The files for those who show a pattern in a page of their own: `dist/embed/`, with names that stay.
//!
//! The code is the page's own, copied: one build serves both.

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The library does the same for pages with patterns of their own; this program does not link it, because
/// that would take minutes before the first command.
#[path = "../../src/site/text.rs"]
mod text;

use text::{for_element, without_comments};

/// What a page may load before its reader clicks, in bytes, as it is served.
#[cfg(test)]
const SHELL_BUDGET: usize = 5_000;

/// The style sheets of the player, in their order; `layout.css` is of the page as a whole.
const STYLES: [&str; 9] =
    ["theme", "base", "controls", "transport", "timeline", "source", "panels", "overlays", "embed"];

/// Writes `embed/` into the built page and returns the folder.
pub fn write(root: &Path, dist: &Path) -> Result<PathBuf> {
    let (source, target) = (root.join("static/embed"), dist.join("embed"));
    fs::create_dir_all(&target).with_context(|| format!("failed to create `{}`", target.display()))?;
    let version = version(&read(&root.join("Cargo.toml"))?)?;
    for entry in fs::read_dir(&source).with_context(|| format!("failed to list `{}`", source.display()))? {
        let path = entry?.path();
        let text = read(&path)?.replace("__VERSION__", &version);
        let is_script = path.extension().is_some_and(|extension| extension == "js");
        let text = if is_script { without_comments(&text) } else { text };
        save(&target, path.file_name().unwrap_or_default(), text)?;
    }

    let (js, wasm) = (only(dist, ".js", "wakeline-")?, only(dist, "_bg.wasm", "wakeline-")?);
    // It is called by its address, and yet a bundler looks for the file of this name.
    let glue = read(&js)?;
    if !glue.contains("wakeline_bg.wasm") {
        bail!("`{}` does not name its wasm file as it did: see what wasm-bindgen writes now", js.display());
    }
    let glue = glue.replace("wakeline_bg.wasm", "player_bg.wasm");
    // The code and its parts have one name but for the ends.
    let name = wasm.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.trim_end_matches("_bg.wasm");
    save(&target, "player.js", glue.replace(&format!("{stem}_"), "player_"))?;
    for part in fs::read_dir(dist).with_context(|| format!("failed to list `{}`", dist.display()))? {
        let path = part?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(end) = name.strip_prefix(stem).filter(|end| end.ends_with(".wasm")) {
            let code = fs::read(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
            save(&target, format!("player{end}"), code)?;
        }
    }

    let mut styles = String::new();
    for name in STYLES {
        styles += &for_element(&read(&root.join(format!("static/styles/{name}.css")))?);
    }
    save(&target, "player.css", styles)?;
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        save(&target, name, read(&root.join(name))?)?;
    }
    // The worker in which runs live is started by a file that stands beside the player.
    save(&target, "engine.js", read(&root.join("static/engine.js"))?)?;
    copy_folder(&root.join("static/data"), &target.join("data"))?;
    // The player fetches the sources of patterns from beside it, as the page does.
    copy_folder(&dist.join("patterns"), &target.join("patterns"))?;
    save(&target, "integrity.txt", integrity(&target)?)?;
    Ok(target)
}

/// Returns the version of the crate from its manifest.
fn version(manifest: &str) -> Result<String> {
    let line = manifest.lines().find_map(|line| line.strip_prefix("version = \""));
    let version = line.and_then(|rest| rest.strip_suffix('"'));
    Ok(version.context("`Cargo.toml` has no `version` in a line of its own")?.to_owned())
}

/// Returns the hash of every file as `integrity` takes it, and how to write the element with one.
fn integrity(folder: &Path) -> Result<String> {
    let mut names: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_file()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| [".js", ".css", ".wasm"].iter().any(|end| name.ends_with(end)))
        .collect();
    names.sort();
    let mut text = String::new();
    let mut shell = String::new();
    for name in names {
        let path = folder.join(&name);
        let bytes = fs::read(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
        let hash = format!("sha384-{}", STANDARD.encode(Sha384::digest(&bytes)));
        writeln!(text, "{hash}  {name}")?;
        if name == "wakeline.js" {
            shell = hash;
        }
    }
    writeln!(
        text,
        "\n<script type=\"module\" src=\"wakeline.js\" integrity=\"{shell}\" crossorigin=\"anonymous\"></script>"
    )?;
    Ok(text)
}

/// Returns the one file of a folder with this beginning and end.
fn only(folder: &Path, end: &str, begin: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
    let mut found: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(begin) && name.ends_with(end)
        })
        .collect();
    match (found.pop(), found.len()) {
        (Some(path), 0) => Ok(path),
        _ => bail!("`{}` should hold one `{begin}…{end}`", folder.display()),
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("failed to create `{}`", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("failed to list `{}`", from.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            copy_folder(&path, &to.join(name))?;
        } else {
            save(to, name, read(&path)?)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("failed to read `{}`", path.display()))
}

fn save(folder: &Path, name: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> Result<()> {
    let path = folder.join(name);
    fs::write(&path, contents).with_context(|| format!("failed to write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it is in the workspace").to_owned()
    }

    #[test]
    fn what_a_page_loads_before_a_click_is_within_its_budget() {
        let shell = without_comments(&read(&root().join("static/embed/wakeline.js")).expect("it is there"));
        assert!(
            shell.len() <= SHELL_BUDGET,
            "`wakeline.js` has {} bytes, {SHELL_BUDGET} are allowed",
            shell.len()
        );
    }

    #[test]
    fn every_style_sheet_of_the_page_is_the_elements_but_the_layout() {
        let mut names: Vec<_> = fs::read_dir(root().join("static/styles"))
            .expect("it is there")
            .map(|entry| {
                entry.expect("it can be listed").path().file_stem().unwrap().to_string_lossy().into_owned()
            })
            .filter(|name| name != "layout")
            .collect();
        names.sort();
        let mut known = STYLES.map(str::to_owned).to_vec();
        known.sort();
        assert_eq!(names, known);
    }

    #[test]
    fn the_version_is_the_crates() {
        assert_eq!(version("[package]\nname = \"a\"\nversion = \"1.2.3\"\n").expect("it has one"), "1.2.3");
        assert!(version("[package]\n").is_err());
    }
}

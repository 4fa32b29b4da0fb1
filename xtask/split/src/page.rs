//! The built page as a folder of files: what there is of its code, and how another takes its place.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha384};

use crate::parts::LOAD;

const LOADER: &str = include_str!("loader.js");
/// What the bindings have at the head of the functions that the code imports.
const IMPORTS: &str = "const import0 = {\n        __proto__: null,\n";
/// The end of what they do at first where they can wait.
const START: &str = "    return __wbg_finalize_init(instance, module);\n}\n\nexport";

#[derive(Debug)]
pub struct Page {
    folder: PathBuf,
    /// The file of the code.
    pub code: String,
    /// The file of the script that binds it to the page.
    pub bindings: String,
}

impl Page {
    pub fn find(folder: &Path) -> Result<Self> {
        let code = only(folder, "_bg.wasm")?;
        let bindings = format!("{}.js", code.trim_end_matches("_bg.wasm"));
        ensure!(folder.join(&bindings).is_file(), "`{}` has no `{bindings}`", folder.display());
        Ok(Self { folder: folder.to_owned(), code, bindings })
    }

    pub fn read(&self, name: &str) -> Result<Vec<u8>> {
        ensure!(!name.split('/').any(|part| part == ".."), "`{name}` is not in the page");
        let path = self.folder.join(name);
        fs::read(&path).with_context(|| format!("failed to read `{}`", path.display()))
    }

    /// Puts the modules in the place of the one, and a script that loads them in the place of the bindings.
    pub fn replace(&self, code: &Code) -> Result<()> {
        let stem = format!("wakeline-{}", hash(&code.first));
        let (first, mut text) = (format!("{stem}_bg.wasm"), String::from_utf8(self.read(&self.bindings)?)?);
        ensure!(text.contains(IMPORTS), "wasm-bindgen writes its imports in another way than it did");
        for (long, short) in &code.names {
            let entry = format!("\n        {long}: ");
            ensure!(text.contains(&entry), "`{}` does not define `{long}`", self.bindings);
            text = text.replace(&entry, &format!("\n        {short}: "));
        }
        text = text.replace(IMPORTS, &format!("{IMPORTS}        {LOAD}: loadPart,\n"));
        let mut addresses = String::new();
        for number in code.parts.keys() {
            writeln!(addresses, "    {number}: new URL(\"{stem}_{number}.wasm\", import.meta.url).href,")?;
        }
        let loader = LOADER.replace("    /* parts */\n", &addresses);
        ensure!(text.contains(START), "wasm-bindgen starts the code in another way than it did");
        text = text.replace(START, &format!("    await addView(instance.exports);\n{START}"));
        let loader = loader.replace("/* view */", &code.view.to_string());
        text += &loader.replace("/* behind */", &code.behind.to_string());
        let text = minified(text, "js")?;
        let bindings = format!("wakeline-{}.js", hash(text.as_bytes()));

        let page = self.with_one_style(&String::from_utf8(self.read("index.html")?)?)?;
        let page = renamed(&page, (&self.code, &self.read(&self.code)?), (&first, &code.first));
        let page =
            renamed(&page, (&self.bindings, &self.read(&self.bindings)?), (&bindings, text.as_bytes()));
        for old in [&self.code, &self.bindings] {
            fs::remove_file(self.folder.join(old))?;
        }
        self.write(&first, &code.first)?;
        for (number, part) in &code.parts {
            self.write(&format!("{stem}_{number}.wasm"), part)?;
        }
        self.write(&bindings, text.as_bytes())?;
        self.write("index.html", page.as_bytes())
    }

    /// Puts the style sheets into one: what is alike in them compresses together.
    fn with_one_style(&self, page: &str) -> Result<String> {
        let (mut styles, mut links) = (String::new(), Vec::new());
        for line in page.lines().filter(|line| line.contains("rel=\"stylesheet\"")) {
            let (_, rest) = line.split_once("href=\"./").context("a style sheet has an address")?;
            let (name, _) = rest.split_once('"').context("an address ends")?;
            styles += &String::from_utf8(self.read(name)?)?;
            links.push((line, name));
        }
        let Some(((first, name), others)) = links.split_first() else { return Ok(page.to_owned()) };
        let old = self.read(name)?;
        let styles = minified(styles, "css")?;
        let one = format!("wakeline-{}.css", hash(styles.as_bytes()));
        let mut page = page.replace(first, &renamed(first, (name, &old), (&one, styles.as_bytes())));
        for (line, _) in others {
            page = page.replace(&format!("{line}\n"), "");
        }
        for (_, name) in &links {
            fs::remove_file(self.folder.join(name))?;
        }
        self.write(&one, styles.as_bytes())?;
        Ok(page)
    }

    fn write(&self, name: &str, contents: &[u8]) -> Result<()> {
        let path = self.folder.join(name);
        fs::write(&path, contents).with_context(|| format!("failed to write `{}`", path.display()))
    }
}

/// The code that takes the place of another.
#[derive(Debug, Deserialize, Serialize)]
pub struct Code {
    pub first: Vec<u8>,
    pub parts: BTreeMap<usize, Vec<u8>>,
    /// The long names of what it imports, and the short ones that it has now.
    pub names: BTreeMap<String, String>,
    /// The part without which only the first pattern is shown.
    pub view: usize,
    /// The part that a page fetches before it is called.
    pub behind: usize,
}

/// Takes from a script or a style sheet what only people read, where there is esbuild for it.
fn minified(text: String, kind: &str) -> Result<String> {
    let mut command = Command::new("esbuild");
    command.args(["--minify", "--legal-comments=inline"]).arg(format!("--loader={kind}"));
    if kind == "js" {
        // Its own names are nobody else's business.
        command.arg("--format=esm");
    }
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match child {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(text),
        other => other.context("failed to start `esbuild`")?,
    };
    let mut input = child.stdin.take().context("it takes text")?;
    let output = thread::scope(|scope| {
        // Written beside, because it may answer before it has read everything.
        scope.spawn(move || input.write_all(text.as_bytes()));
        child.wait_with_output()
    })?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`esbuild` failed: {}", said.trim());
    Ok(String::from_utf8(output.stdout)?)
}

/// Names another file in a page, and what it has to hold.
fn renamed(page: &str, (old, old_contents): (&str, &[u8]), (new, contents): (&str, &[u8])) -> String {
    page.replace(old, new).replace(&integrity(old_contents), &integrity(contents))
}

fn integrity(contents: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(contents)))
}

/// A name for contents: another when they are others.
pub fn hash(contents: &[u8]) -> String {
    Sha256::digest(contents).iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn only(folder: &Path, end: &str) -> Result<String> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let found: Vec<_> = names.filter(|name| name.ends_with(end)).collect();
    ensure!(found.len() == 1, "`{}` should hold one `…{end}`, and has {}", folder.display(), found.len());
    Ok(found.into_iter().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINDINGS: &str = "function imports() {
    const import0 = {
        __proto__: null,
        __wbg_tell_0a1b: function() {},
    };
}
async function init(instance, module) {
    return __wbg_finalize_init(instance, module);
}

export { init as default };
";

    fn built() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("there is room");
        let write =
            |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("it is written");
        write("wakeline-1_bg.wasm", "whole");
        write("wakeline-1.js", BINDINGS);
        write("a-1.css", ".a { color: red }\\n");
        write("b-1.css", ".b { color: blue }\\n");
        let link = |name: &str, text: &str| {
            format!("href=\"./{name}\" integrity=\"{}\"", integrity(text.as_bytes()))
        };
        let page = format!(
            "<link rel=\"stylesheet\" {}/>\n<link rel=\"stylesheet\" {}/>\n<link rel=\"modulepreload\" {}/>\n<link {}/>\n",
            link("a-1.css", ".a { color: red }\\n"),
            link("b-1.css", ".b { color: blue }\\n"),
            link("wakeline-1.js", BINDINGS),
            link("wakeline-1_bg.wasm", "whole"),
        );
        write("index.html", &page);
        folder
    }

    fn code(names: &[(&str, &str)]) -> Code {
        Code {
            first: b"first".to_vec(),
            parts: BTreeMap::from([(1, b"one".to_vec()), (2, b"two".to_vec())]),
            names: names.iter().map(|(long, short)| ((*long).to_owned(), (*short).to_owned())).collect(),
            view: 1,
            behind: 2,
        }
    }

    #[test]
    fn a_page_names_what_is_there_and_what_it_has_to_hold() {
        let folder = built();
        let page = Page::find(folder.path()).expect("it is a page");
        page.replace(&code(&[("__wbg_tell_0a1b", "i0")])).expect("it is split");
        let html = fs::read_to_string(folder.path().join("index.html")).expect("it is there");
        let named: Vec<_> = html.split("href=\"./").skip(1).collect();
        assert_eq!(named.len(), 3, "{html}");
        for link in named {
            let (name, rest) = link.split_once('"').expect("an address ends");
            let contents = fs::read(folder.path().join(name)).expect("it names a file that is there");
            assert!(rest.contains(&integrity(&contents)), "{link}");
        }
        let files = fs::read_dir(folder.path()).expect("it is there").count();
        assert_eq!(files, 6, "the page, a style sheet, the bindings, and three modules");
        let js = only(folder.path(), ".js").expect("it is there");
        let js = fs::read_to_string(folder.path().join(js)).expect("it is there");
        assert!(js.contains("i0") && !js.contains("__wbg_tell_0a1b"), "{js}");
        assert!(js.contains("_1.wasm") && js.contains("_2.wasm") && js.contains(LOAD), "{js}");
        assert!(!html.contains("b-1.css") && html.contains(".css"), "{html}");
    }

    #[test]
    fn bindings_that_are_written_in_another_way_are_refused() {
        let folder = built();
        let page = Page::find(folder.path()).expect("it is a page");
        let error = page.replace(&code(&[("__wbg_other_0a1b", "i0")])).expect_err("it has no such import");
        assert!(error.to_string().contains("`__wbg_other_0a1b`"), "{error}");
        assert_eq!(fs::read(folder.path().join("wakeline-1_bg.wasm")).expect("it is as it was"), b"whole");
    }

    #[test]
    fn nothing_outside_of_the_page_is_read() {
        let folder = built();
        let page = Page::find(folder.path()).expect("it is a page");
        assert!(page.read("../secret").is_err());
    }
}

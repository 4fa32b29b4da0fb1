//! The invariants of `src/README.md` that can be read off the sources.
#![cfg(not(target_arch = "wasm32"))]

use std::path::{Path, PathBuf};
use std::process::Command;

use wakeline::patterns::{CATALOGUE, Source, Twin};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the Rust files below a folder, with their text, by path from the root.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut folders = vec![root().join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is in the checkout") {
            let path: PathBuf = entry.expect("the folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source is text");
                let name = path.strip_prefix(root()).expect("it is below the root").display().to_string();
                files.push((name, text));
            }
        }
    }
    assert!(!files.is_empty(), "`{folder}` has no sources");
    files.sort();
    files
}

/// Returns the lines of code: no comments, no documentation.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.starts_with("//"))
}

fn assert_nothing(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

#[test]
fn pure_rooms_know_neither_the_page_nor_tokio() {
    let mut found = Vec::new();
    for room in ["src/trace", "src/timeline", "src/drawing", "src/formats", "src/patterns"] {
        for (file, text) in sources(room) {
            for (number, line) in code(&text) {
                for word in ["yew::", "web_sys", "js_sys", "wasm_bindgen", "gloo_", " tokio::", "crate::app"]
                {
                    let is_text = line.contains('"');
                    if line.contains(word) && !is_text {
                        found.push(format!("{file}:{number}: {line}"));
                    }
                }
            }
        }
    }
    assert_nothing(&found, "a pure room may not use these");
}

#[test]
fn targets_and_features_are_told_apart_in_few_places() {
    let allowed = ["src/lib.rs", "src/main.rs", "src/runtime/maybe_send.rs"];
    // Who else hears of a span differs: DevTools in a page, the standard error and tokio-console natively.
    let rooms =
        ["src/runtime/browser/", "src/runtime/tokio/", "src/net/", "src/stores/", "src/tracing_layer/"];
    let mut found = Vec::new();
    for (file, text) in sources("src") {
        if allowed.contains(&file.as_str()) || rooms.iter().any(|room| file.starts_with(room)) {
            continue;
        }
        for (number, line) in code(&text) {
            if line.contains("cfg") && (line.contains("target_arch") || line.contains("feature = ")) {
                found.push(format!("{file}:{number}: {line}"));
            }
        }
    }
    assert_nothing(&found, "a condition on the target or a feature belongs elsewhere");
}

#[test]
fn no_tokio_runtime_is_in_the_page() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let tree = Command::new(cargo)
        .args(["tree", "--offline", "--target", "wasm32-unknown-unknown", "--edges", "normal,features"])
        .args(["--package", "wakeline", "--prefix", "none"])
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    let text = String::from_utf8_lossy(&tree.stdout);
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let features = text.lines().filter(|line| line.starts_with("tokio feature"));
    // Its `default` is an empty feature, which those ask for who do not say otherwise.
    let allowed = |line: &str| line.contains("\"sync\"") || line.contains("\"default\"");
    let beyond: Vec<String> = features.filter(|line| !allowed(line)).map(str::to_owned).collect();
    assert_nothing(&beyond, "the page has more of tokio than `sync`");
}

#[test]
fn what_is_published_has_every_file_that_it_includes() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let list = Command::new(cargo)
        .args(["package", "--list", "--allow-dirty", "--offline", "--package", "wakeline"])
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    assert!(list.status.success(), "{}", String::from_utf8_lossy(&list.stderr));
    let list = String::from_utf8(list.stdout).expect("names are text");
    let listed: Vec<_> = list.lines().collect();
    let mut wanted = vec!["README.md".to_owned(), "LICENSE-MIT".to_owned(), "LICENSE-APACHE".to_owned()];
    for (file, text) in sources("src") {
        for (_, line) in code(&text) {
            let Some((_, rest)) = line.split_once("include_str!(\"") else { continue };
            let name = rest.split('"').next().unwrap_or_default();
            let path = root().join(&file).with_file_name(name).canonicalize();
            let path = path.unwrap_or_else(|error| panic!("`{file}` includes `{name}`: {error}"));
            wanted.push(path.strip_prefix(root()).expect("it is below the root").display().to_string());
        }
    }
    let scripts = std::fs::read_dir(root().join("static/embed")).expect("it is in the checkout");
    wanted.extend(scripts.map(|entry| {
        format!("static/embed/{}", entry.expect("it can be listed").file_name().to_string_lossy())
    }));
    wanted.retain(|file| !listed.contains(&file.as_str()));
    assert_nothing(&wanted, "`include` in `Cargo.toml` leaves these out");
    assert!(!listed.iter().any(|file| file.starts_with("tests/")), "tests need the whole repository");
}

#[test]
fn no_unsafe_code_is_ours() {
    for file in ["src/lib.rs", "src/main.rs", "examples/own-pattern/src/main.rs"] {
        let text = std::fs::read_to_string(root().join(file)).expect("the file is in the checkout");
        assert!(text.contains("#![forbid(unsafe_code)]"), "`{file}` does not forbid unsafe code");
    }
}

#[test]
fn the_code_shown_is_the_code_run() {
    for pattern in CATALOGUE {
        let text = std::fs::read_to_string(root().join(pattern.file));
        let text = text.unwrap_or_else(|error| panic!("`{}` names no file: {error}", pattern.file));
        assert_shows(&pattern.source, pattern.file, &text);
        if let Some(pitfall) = pattern.pitfall {
            let text = std::fs::read_to_string(root().join(pitfall.file));
            let text = text.unwrap_or_else(|error| panic!("`{}` names no file: {error}", pitfall.file));
            assert_shows(&pitfall.source, pitfall.file, &text);
            let (first, shown) = pattern.shown(Twin::Pitfall).expect("its text is within the program");
            assert!(first > 1 && !shown.is_empty(), "the pitfall of `{}` has no region to show", pattern.id);
        }
        let (first, shown) = pattern.shown(Twin::Corrected).expect("its text is within the program");
        assert!(first > 1 && !shown.is_empty(), "`{}` has no region to show", pattern.id);
        let line = text.lines().nth(first as usize - 1);
        assert_eq!(line, shown.lines().next(), "`{}` counts its lines wrong", pattern.id);
    }
}

/// Asserts that a source is a file's text, here and where a page fetches it.
fn assert_shows(source: &Source, file: &str, text: &str) {
    assert!(source.as_str() == Some(text), "`{file}` is shown as something else");
    let fetched = source.file().unwrap_or_else(|| panic!("`{file}` is not named by `source!`"));
    assert_eq!(format!("src/{}", fetched.address()), file, "the page would fetch another file");
    assert!(fetched.accept(text.as_bytes().to_vec()).as_deref() == Some(text), "the page refuses `{file}`");
    let another = text.replacen("async", "Async", 1).into_bytes();
    assert_eq!(fetched.accept(another), None, "the page takes another version of `{file}`");
    let (_, shown) = source.shown().expect("the text is here");
    assert_eq!(fetched.lines() as usize, shown.lines().count(), "`{file}`");
}

#[test]
fn a_file_is_one_idea() {
    let mut found = Vec::new();
    for (file, text) in
        ["src", "xtask/src", "xtask/split/src", "tests", "benches", "examples"].into_iter().flat_map(sources)
    {
        let lines = text.lines().count();
        if lines > 400 {
            found.push(format!("{file}: {lines} lines"));
        }
    }
    assert_nothing(&found, "a file of more than 400 lines is more than one idea");
}

#[test]
fn the_repository_names_no_machine() {
    let mut found = Vec::new();
    for (file, text) in
        ["src", "xtask/src", "xtask/split/src", "benches", "examples"].into_iter().flat_map(sources)
    {
        for (number, line) in text.lines().enumerate() {
            for path in ["/root/", "/Users/", "/work/"] {
                if line.contains(path) {
                    found.push(format!("{file}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert_nothing(&found, "a path of somebody's machine");
}

//! What the compiler refuses, and what it says: the message that a pattern shows is the compiler's own.
//!
//! The file is compiled by itself, with nothing but the standard library, so that no second build of the
//! dependencies is needed. Compilers word and draw their messages differently from version to version; what
//! must be the same is what is said and where. `WAKELINE_BLESS=1` keeps the message as it is now.
#![cfg(not(target_arch = "wasm32"))]

use std::path::Path;
use std::process::Command;

const REFUSED: &str = "src/patterns/practice/send_bounds_refused.rs";
const MESSAGE: &str = "src/patterns/practice/send_bounds_refused.stderr";

/// Compiles a file on its own; returns what the compiler says, or nothing if it is content.
fn compile(file: &Path) -> Option<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let out = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(rustc)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--color", "never"])
        .args(["-A", "warnings", "--out-dir"])
        .arg(out.path())
        .arg(file)
        .output()
        .expect("the compiler can be started");
    if output.status.success() {
        return None;
    }
    let text = String::from_utf8(output.stderr).expect("the compiler writes text").replace('\r', "");
    // The count of errors at the end says nothing of this one.
    let text = text.split("\nerror: aborting due to").next().unwrap_or_default();
    Some(format!("{}\n", text.trim_end()))
}

/// The lines that say something or name a place, without the drawing of the source.
fn essence(message: &str) -> Vec<&str> {
    let lines = message.lines().map(str::trim);
    let says =
        |line: &&str| ["error", "note", "help", "= ", "--> "].iter().any(|begin| line.starts_with(begin));
    lines.filter(says).map(|line| line.trim_start_matches("= ")).collect()
}

#[test]
fn the_message_that_is_shown_is_the_compilers() {
    let says = compile(Path::new(REFUSED)).expect("the compiler refuses it");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(MESSAGE);
    if std::env::var_os("WAKELINE_BLESS").is_some() {
        return std::fs::write(kept, says).expect("the message can be kept");
    }
    let kept = std::fs::read_to_string(kept).expect("there is a message");
    assert_eq!(
        essence(&kept),
        essence(&says),
        "the compiler says something else now: WAKELINE_BLESS=1 cargo test --test compile_fail keeps it"
    );
}

#[test]
fn the_message_says_what_the_explanation_points_at() {
    let says = compile(Path::new(REFUSED)).expect("the compiler refuses it");
    for part in [
        "error: future cannot be sent between threads safely",
        "the trait `Send` is not implemented for `Rc<[&str]>`",
        "future is not `Send` as this value is used across an await",
        "has type `Rc<[&str]>` which is not `Send`",
    ] {
        assert!(says.contains(part), "nothing of `{part}` in:\n{says}");
    }
}

#[test]
fn each_fix_is_all_that_is_needed() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(REFUSED)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let compiles = |fix: &str, from: &str, to: &str| {
        let file = folder.path().join("fixed.rs");
        std::fs::write(&file, text.replace(from, to)).unwrap();
        assert!(text.contains(from), "`{from}` is not in `{REFUSED}`");
        assert_eq!(compile(&file), None, "{fix}");
    };
    compiles("a type that is `Send`", "use std::rc::Rc;", "use std::sync::Arc as Rc;");
    // A block, and not `drop(words)`: what was borrowed counts as alive until its scope ends.
    let used = "let words: Rc<[&str]> = text.split_whitespace().collect();\n    publish(words.len()).await;\n    words.len()";
    let block = "let count = { let words: Rc<[&str]> = text.split_whitespace().collect(); words.len() };\n    publish(count).await;\n    count";
    compiles("dropped before", used, block);
}

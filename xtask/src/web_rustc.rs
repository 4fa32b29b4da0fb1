//! Builds for wasm32 in which a panic can be caught: what cargo is told, and a step between it and rustc.
//!
//! `wasm-bindgen`, where panics unwind, wants every closure that it is given to be `UnwindSafe`, and those
//! of the gloo crates and of yew do not say that they are. The bounds are a lint of sorts: nothing relies
//! on them. So the step compiles a copy of `wasm-bindgen` without them, which is otherwise the same; that
//! the closures are as unwind-safe as a page needs is our own concern: a fault outside of a task is shown
//! to the reader as the end of the page, whatever state it leaves behind.

use crate::setup::TARGET;
use anyhow::{Context, Result, ensure};
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Set where this program is to stand between cargo and rustc; holds the wrapper that it displaces, if any.
const STANDS_IN: &str = "WAKELINE_STANDS_IN_FOR_RUSTC_WRAPPER";
/// To be counted up when something else is changed on the way: nothing compiled before is used then.
pub const VERSION: u32 = 1;

/// How to build code that unwinds.
#[derive(Clone, Debug)]
pub struct Unwinding {
    /// Where the standard library is that does.
    pub sysroot: PathBuf,
    /// This program.
    pub wrapper: PathBuf,
}

impl Unwinding {
    /// Has the cargo that `command` starts, directly or not, build code that unwinds.
    pub fn apply(&self, command: &mut Command) {
        let mut sysroot = OsString::from("--sysroot=");
        sysroot.push(&self.sysroot);
        set_flags(command, &[sysroot, "-Cpanic=unwind".into()]);
        let displaced = env::var_os("RUSTC_WRAPPER").unwrap_or_default();
        command.env(STANDS_IN, displaced).env("RUSTC_WRAPPER", &self.wrapper);
    }
}

/// Adds to the flags for rustc that the person has set.
fn set_flags(command: &mut Command, flags: &[OsString]) {
    let encoded = env::var_os("CARGO_ENCODED_RUSTFLAGS");
    let plain =
        || env::var("RUSTFLAGS").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join("\x1f");
    let mut all = encoded.unwrap_or_else(|| plain().into());
    for flag in flags {
        if !all.is_empty() {
            all.push("\x1f");
        }
        all.push(flag);
    }
    // Encoded, because the folder may have a space in its name.
    command.env("CARGO_ENCODED_RUSTFLAGS", all).env_remove("RUSTFLAGS");
}

/// Does what cargo wants of rustc, if it is cargo that has started this program.
pub fn run() -> Option<ExitCode> {
    let displaced = env::var_os(STANDS_IN)?;
    let mut words = (!displaced.is_empty()).then_some(displaced).into_iter().chain(env::args_os().skip(1));
    let mut command = Command::new(words.next()?);
    Some(match changed(words.collect()) {
        Ok(arguments) => become_it(command.args(arguments)),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    })
}

/// The arguments for rustc as they have to be.
fn changed(mut arguments: Vec<OsString>) -> Result<Vec<OsString>> {
    let follows = |name: &str, value: &str| {
        arguments.windows(2).any(|pair| pair[0] == name && pair[1] == value)
            || arguments.iter().any(|word| *word == *format!("{name}={value}"))
    };
    if !follows("--target", TARGET) {
        return Ok(arguments);
    }
    // As cargo writes it for the page that readers get.
    if follows("--crate-name", "wakeline") && follows("-C", "opt-level=z") {
        arguments.extend(APART.map(OsString::from));
        return Ok(arguments);
    }
    if !follows("--crate-name", "wasm_bindgen") {
        return Ok(arguments);
    }
    let sysroot =
        arguments.iter().find_map(|word| word.to_str()?.strip_prefix("--sysroot=")).map(PathBuf::from);
    let root = arguments.iter_mut().find(|word| Path::new(word).ends_with("src/lib.rs"));
    if let (Some(sysroot), Some(root)) = (sysroot, root) {
        let source = Path::new(root).parent().and_then(Path::parent).context("a crate has a folder")?;
        *root = relaxed(source, &sysroot)?.join("src/lib.rs").into();
    }
    Ok(arguments)
}

/// Has functions of more than a few dozen instructions stay apart where they would be put into the one that calls
/// them. What runs first can then be told from what does not, and wasm-opt puts together what is left together.
///
/// LLVM takes the last call of a function for free, which is worth 15,000 of what costs 5 an instruction; the same
/// for 200 is 75 instructions. What else it weighs is in the same proportion as it was.
const APART: [&str; 3] = [
    "-Cllvm-args=-inline-instr-cost=200",
    "-Cllvm-args=-inline-call-penalty=1000",
    "-Cllvm-args=-inline-threshold=200",
];

/// What is written otherwise: the file, what stands there, what is put in its place.
const EDITS: [(&str, &str, &str); 2] = [
    (
        "src/rt/marker.rs",
        "impl<T: UnwindSafe + ?Sized> MaybeUnwindSafe for T {}",
        "impl<T: ?Sized> MaybeUnwindSafe for T {}",
    ),
    ("src/convert/closures.rs", "[T: core::panic::UnwindSafe,]", "[]"),
];

/// Makes the copy of the crate in `source` that asks nothing of closures, and returns its folder.
fn relaxed(source: &Path, sysroot: &Path) -> Result<PathBuf> {
    let name = source.file_name().context("a crate's folder has a name")?;
    let goal = sysroot.join(name);
    if goal.is_dir() {
        return Ok(goal);
    }
    let unfinished = sysroot.join(format!("unfinished-{}", std::process::id()));
    copy(source, &unfinished).with_context(|| format!("failed to copy `{}`", source.display()))?;
    for (file, stands, instead) in EDITS {
        let path = unfinished.join(file);
        let text =
            fs::read_to_string(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
        ensure!(
            text.contains(stands),
            "`{file}` of {} has no `{stands}`; bring `xtask/src/web_rustc.rs` up to date",
            name.display()
        );
        fs::write(&path, text.replace(stands, instead))?;
    }
    // Another cargo may have made it meanwhile, and it is the same.
    if fs::rename(&unfinished, &goal).is_err() {
        fs::remove_dir_all(&unfinished)?;
    }
    Ok(goal)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let goal = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &goal)?;
        } else {
            fs::write(goal, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn become_it(command: &mut Command) -> ExitCode {
    use std::os::unix::process::CommandExt;
    cannot_start(command.get_program().to_owned().as_ref(), &command.exec())
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> ExitCode {
    match command.status() {
        Ok(status) => ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)),
        Err(error) => cannot_start(command.get_program(), &error),
    }
}

fn cannot_start(program: &OsStr, error: &std::io::Error) -> ExitCode {
    eprintln!("error: failed to start `{}`: {error}", program.display());
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    fn folder(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("wakeline-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn source(folder: &Path, closures: &str) -> PathBuf {
        let source = folder.join("wasm-bindgen-0.2.1");
        fs::create_dir_all(source.join("src/rt")).expect("made");
        fs::create_dir_all(source.join("src/convert")).expect("made");
        fs::write(source.join("src/lib.rs"), "mod rt;").expect("written");
        fs::write(source.join("src/rt/marker.rs"), EDITS[0].1).expect("written");
        fs::write(source.join("src/convert/closures.rs"), closures).expect("written");
        source
    }

    #[test]
    fn wasm_bindgen_is_compiled_from_a_copy_that_asks_nothing_of_closures() {
        let folder = folder("relaxed");
        let source = source(&folder, "a [T: core::panic::UnwindSafe,] b");
        let sysroot = folder.join("sysroot");
        let line = |lib: &Path| {
            let (lib, sysroot) = (lib.join("src/lib.rs"), sysroot.display());
            format!("rustc --crate-name wasm_bindgen {} --target {TARGET} --sysroot={sysroot}", lib.display())
        };
        let copy = sysroot.join("wasm-bindgen-0.2.1");
        // The second time it is there.
        for _ in 0..2 {
            assert_eq!(changed(words(&line(&source))).expect("copied"), words(&line(&copy)));
        }
        let text = fs::read_to_string(copy.join("src/convert/closures.rs")).expect("copied");
        assert_eq!(text, "a [] b");
        assert_eq!(fs::read_to_string(copy.join("src/lib.rs")).expect("copied"), "mod rt;");
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn another_version_than_the_one_known_is_refused() {
        let folder = folder("unknown");
        let error = relaxed(&source(&folder, "nothing of the kind"), &folder.join("sysroot"));
        let error = error.expect_err("it is not as expected").to_string();
        assert!(error.contains("src/convert/closures.rs") && error.contains("web_rustc.rs"), "{error}");
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn other_crates_and_other_targets_are_left_alone() {
        for line in [
            "rustc --crate-name wasm_bindgen /a/wasm-bindgen/src/lib.rs --sysroot=/b",
            "rustc --crate-name js_sys /a/js-sys/src/lib.rs --target wasm32-unknown-unknown --sysroot=/b",
            "rustc -vV",
        ] {
            assert_eq!(changed(words(line)).expect("nothing to do"), words(line));
        }
    }
}

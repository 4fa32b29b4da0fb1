//! The command line as somebody at a terminal meets it: the real program, what it prints, and what it
//! exits with.

mod explore;
mod export;
mod interrupt;
mod list;
mod network;
mod open;
mod output;
mod runs;
mod server;
mod site;
mod usage;

use std::process::{Command, Output};

use serde_json::Value;

/// What a command came to.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ended {
    #[track_caller]
    fn exits_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    #[track_caller]
    fn says(self, words: &str) -> Self {
        assert!(self.out.contains(words), "the output says nothing of {words:?}: {self:#?}");
        self
    }

    #[track_caller]
    fn complains(self, words: &str) -> Self {
        assert!(self.err.contains(words), "the message says nothing of {words:?}: {self:#?}");
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("not JSON: {error}: {self:#?}"))
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

/// The program, untouched by the terminal that the tests run in.
fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wakeline"));
    command
        .args(args)
        .env_remove("COLUMNS")
        .env_remove("LC_ALL")
        .env_remove("LC_CTYPE")
        .env("LANG", "C.UTF-8");
    for proxy in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    command
}

fn wakeline(args: &[&str]) -> Ended {
    program(args).output().expect("the program starts").into()
}

/// Runs a pattern and reads the JSON that it gives.
#[track_caller]
fn run_json(args: &[&str], code: i32) -> Value {
    let mut all = vec!["run", "--format", "json"];
    all.extend(args);
    wakeline(&all).exits_with(code).json()
}

/// The ids of all patterns, as the program itself lists them.
fn ids() -> Vec<String> {
    let list = wakeline(&["list", "--json"]).json();
    let ids = list.as_array().expect("an array").iter().map(|pattern| pattern["id"].as_str().expect("an id"));
    ids.map(str::to_owned).collect()
}

/// The ids of the patterns that have a pitfall.
fn pitfalls() -> Vec<String> {
    let list = wakeline(&["list", "--json"]).json();
    let patterns = list.as_array().expect("an array").iter().filter(|pattern| pattern["pitfall"].is_string());
    patterns.map(|pattern| pattern["id"].as_str().expect("an id").to_owned()).collect()
}

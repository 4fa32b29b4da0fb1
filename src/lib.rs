//! Wakeline shows async Rust running. Real futures run in a browser's page (or natively, on the same
//! executor or on tokio), every poll and every wake is recorded, and a timeline is drawn from the
//! record while the run goes on.
//!
//! The library is what the page and the command line are made of. In the order in which one meets them:
//!
//! | module | what it is |
//! |---|---|
//! | [`runtime`] | what asynchronous code calls, in tokio's words, and what polls it |
//! | [`sync`] | what tasks share, in tokio's words: channels, locks, permits, tokens |
//! | [`patterns`] | the programs of the catalogue, and how to have one's own in their place |
//! | [`trace`] | what is recorded: the event vocabulary, its codec |
//! | [`timeline`] | what can be asked of a record: lanes, waits, wakes, what is wrong |
//! | [`formats`] | a record as a picture, as text, as JSON, as a file; and files of others opened |
//! | [`explore`] | a pattern under many schedules, until one goes wrong |
//! | [`net`], [`stores`] | the outside world, simulated and real |
//! | [`tracing_layer`] | the spans of `tracing`, in the same record |
//!
//! # Run a pattern
//!
//! A pattern is real code with parameters. What it comes to is an [`Outcome`](patterns::Outcome):
//!
//! ```
//! use wakeline::patterns::{self, Scene, Values};
//! use wakeline::runtime::{self, Config, Run};
//!
//! let race = patterns::find("race")?;
//! let mut values = Values::defaults(race.params);
//! values.set("slow", "200")?;
//! let scene = Scene { values, seed: 0, base: String::new() };
//!
//! let mut run = Run::new(Config::default(), || (race.start)(scene));
//! runtime::block_on(&mut run, 1_000, drop);
//! let outcome = run.take_output().expect("it has ended")??;
//! assert_eq!(outcome.get("winner"), Some("fast"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Look at code of your own
//!
//! Any future will do. What it does is recorded while it runs, frame by frame, and a
//! [`Model`](timeline::Model) is made of the frames. Time is virtual unless [`Config`](runtime::Config) says
//! otherwise: it jumps to the next deadline.
//!
//! ```
//! use std::time::Duration;
//! use wakeline::runtime::{self, Builder, Config, Run, sleep};
//! use wakeline::timeline::Model;
//!
//! let mut run = Run::new(Config::default(), || {
//!     Box::pin(async {
//!         let task = Builder::new().name("an hour").spawn(sleep(Duration::from_secs(3600)));
//!         task.await.expect("nobody aborts it");
//!     })
//! });
//! let mut model = Model::new();
//! // An hour of virtual time takes no time at all.
//! runtime::block_on(&mut run, 1_000, |frame| {
//!     model.apply(&frame);
//! });
//! assert_eq!(model.rows().len(), 2); // the first task and the one it spawned
//! assert_eq!(model.extent().end.nanos, 3_600_000_000_000);
//! ```
//!
//! # `sync` in place of `tokio::sync`
//!
//! Names, signatures, errors and fairness are tokio's, so the move is an import. Beside what tokio's do, these
//! tell the record who waits, who holds and what flows:
//!
//! ```
//! use wakeline::runtime::{self, Config, Run, spawn};
//! use wakeline::sync::{ResourceExt, mpsc}; // instead of `tokio::sync::mpsc`
//! use wakeline::timeline::Model;
//!
//! let mut run = Run::new(Config::default(), || {
//!     Box::pin(async {
//!         let (tx, mut rx) = mpsc::channel(1).named("numbers");
//!         spawn(async move {
//!             for number in 1..=3 {
//!                 tx.send(number).await.expect("the receiver is there");
//!             }
//!         });
//!         let mut sum = 0;
//!         while let Some(number) = rx.recv().await {
//!             sum += number;
//!         }
//!         assert_eq!(sum, 6);
//!     })
//! });
//! let mut model = Model::new();
//! runtime::block_on(&mut run, 1_000, |frame| {
//!     model.apply(&frame);
//! });
//! assert_eq!(model.shown_resources().len(), 1); // what is named has a row of its own
//! ```
//!
//! # Draw it, keep it, open it
//!
//! ```
//! use wakeline::formats::{import, svg, trace_file};
//! use wakeline::runtime::{self, Config, Run, yield_now};
//! use wakeline::timeline::Model;
//!
//! let mut run = Run::new(Config::default(), || Box::pin(async { yield_now().await }));
//! let (mut model, mut frames) = (Model::new(), Vec::new());
//! runtime::block_on(&mut run, 1_000, |frame| {
//!     frame.encode_into(&mut frames);
//!     model.apply(&frame);
//! });
//!
//! let picture = svg::picture(&model, &svg::Options { title: "A task that gives way", ..Default::default() });
//! assert!(picture.starts_with("<svg"));
//!
//! // What was recorded is a trace, and so is what Chrome, Perfetto and tokio-console have recorded.
//! let opened = import::import(&frames)?;
//! assert_eq!(opened.model.rows().len(), model.rows().len());
//! # Ok::<(), import::ImportError>(())
//! ```
//!
//! # Patterns of your own
//!
//! A crate with patterns of its own has a `main` of one line, [`wakeline::main`](main()), is built by
//! [trunk](https://trunkrs.dev), and is embedded in any page by the element `<wake-line>`. The guide is
//! `docs/src/own-patterns.md`, which is in the book as well, and `examples/own-pattern` in the repository is such a
//! crate. The book, in `docs/`, has a chapter for each pattern, in which it runs.
//!
//! # Features
//!
//! None is on by default: the library alone has the executor, `sync`, the model, the formats and the patterns.
//!
//! | feature | adds |
//! |---|---|
//! | `native` | the command line, the patterns on tokio, real HTTP, SQLite |
//! | `postgres` | `native`, and PostgreSQL as a store |
//! | `console` | `native`, and a run on tokio watched by tokio-console; needs `RUSTFLAGS="--cfg tokio_unstable"` |
//! | `mdbook` | `native`, and `mdbook-wakeline`, which puts patterns into books of mdBook |
//! | `separate-sources` | a page that fetches the sources of Wakeline's own patterns, from `patterns/` beside its script |
//!
//! The page is what the crate is for `wasm32-unknown-unknown`, with any features. `e2e` is of the tests of the
//! built page and nothing else.
//!
//! # Supported Rust
//!
//! Rust 1.88 and later. A later one is asked for by a minor version, not by a patch.
#![forbid(unsafe_code)]

#[cfg(target_arch = "wasm32")]
pub mod app;
/// The parts of the page that need no page: natively only their tests use them.
#[cfg(not(target_arch = "wasm32"))]
pub mod app {
    pub mod command;
    pub mod embedding;
    pub mod engine;
    pub mod highlight;
    pub mod keys;
    pub mod link;
    pub mod report;
    pub mod scale;
    pub mod share;
    pub mod sources;
    pub mod state;
    pub mod theme;
    /// The pure parts of the canvas.
    pub mod timeline {
        pub mod gesture;
        pub mod hit;
        pub mod telling;
    }
    pub mod units;
    pub mod view;
}
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub mod cli;
pub mod drawing;
#[cfg(target_arch = "wasm32")]
pub mod embed;
/// The parts of embedding that need no page.
#[cfg(not(target_arch = "wasm32"))]
pub mod embed {
    pub mod host;
    pub mod message;
    pub mod options;
}
#[cfg(all(test, not(target_arch = "wasm32")))]
#[path = "app/engine/wire_tests.rs"]
mod engine_wire_tests;
pub mod explore;
pub mod formats;
#[cfg(all(feature = "mdbook", not(target_arch = "wasm32")))]
pub mod mdbook;
pub mod net;
pub mod patterns;
pub mod runtime;
#[cfg(not(target_arch = "wasm32"))]
pub mod site;
pub mod stores;
pub mod sync;
pub mod timeline;
#[cfg(all(test, not(target_arch = "wasm32")))]
#[path = "timeline/properties.rs"]
mod timeline_properties;
pub mod trace;
pub mod tracing_layer;

/// Whether the page fetches the sources of Wakeline's patterns instead of carrying them.
pub(crate) const SEPARATE_SOURCES: bool = cfg!(all(feature = "separate-sources", target_arch = "wasm32"));

/// Shows patterns: in a browser it starts the page, natively the command line.
///
/// It is what `main` of a program with patterns of its own calls, and nothing else. The guide is
/// `docs/src/own-patterns.md`, and `examples/own-pattern/` in the repository is such a program.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     wakeline::main(wakeline::patterns::CATALOGUE)
/// }
/// ```
///
/// Natively, without the feature `native`, there is one command: `site`, which writes what the page needs
/// besides its code.
pub fn main(patterns: &'static [&'static patterns::Pattern]) -> std::process::ExitCode {
    start(patterns::install(patterns))
}

#[cfg(target_arch = "wasm32")]
fn start(installed: Result<(), patterns::InstallError>) -> std::process::ExitCode {
    if let Err(error) = installed {
        // Whoever loads the page's code shows it.
        wasm_bindgen::throw_str(&error.to_string());
    }
    app::start();
    std::process::ExitCode::SUCCESS
}

#[cfg(not(target_arch = "wasm32"))]
fn start(installed: Result<(), patterns::InstallError>) -> std::process::ExitCode {
    if let Err(error) = installed {
        eprintln!("error: {error}");
        return std::process::ExitCode::FAILURE;
    }
    #[cfg(feature = "native")]
    return cli::main();
    #[cfg(not(feature = "native"))]
    site::main(std::env::args_os().skip(1))
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

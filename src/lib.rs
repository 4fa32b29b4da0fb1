//! Wakeline shows async Rust running. Real futures run in a browser's page (or natively, on the same
//! executor or on tokio), every poll and every wake is recorded, and a timeline is drawn from the
//! record while the run goes on.
//!
//! The library is what the page and the command line are made of: [`runtime`] is what asynchronous
//! code calls and what polls it, [`trace`] is what is recorded, [`timeline`] is what can be asked of
//! the record, and [`patterns`] are the programs of the catalogue.
//!
//! ```
//! use std::time::Duration;
//! use wakeline::runtime::{self, Config, Run, sleep, spawn};
//! use wakeline::timeline::Model;
//!
//! let mut run = Run::new(Config::default(), || {
//!     Box::pin(async {
//!         let task = spawn(sleep(Duration::from_secs(3600)));
//!         task.await.expect("nobody aborts it");
//!     })
//! });
//! let mut model = Model::new();
//! // An hour of virtual time takes no time at all.
//! runtime::block_on(&mut run, 1_000, |frame| {
//!     model.apply(&frame);
//! });
//! assert_eq!(model.rows().len(), 2); // the first task and the one it spawned
//! ```
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
pub mod explore;
pub mod formats;
#[cfg(all(feature = "mdbook", not(target_arch = "wasm32")))]
pub mod mdbook;
pub mod net;
pub mod patterns;
pub mod runtime;
pub mod stores;
pub mod sync;
pub mod timeline;
#[cfg(all(test, not(target_arch = "wasm32")))]
#[path = "timeline/properties.rs"]
mod timeline_properties;
pub mod trace;
pub mod tracing_layer;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

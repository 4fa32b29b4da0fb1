//! Wakeline shows async Rust running.
#![forbid(unsafe_code)]

#[cfg(target_arch = "wasm32")]
pub mod app;
/// The parts of the page that need no page: natively only their tests use them.
#[cfg(not(target_arch = "wasm32"))]
pub mod app {
    pub mod command;
    pub mod theme;
    pub mod view;
}
pub mod net;
pub mod patterns;
pub mod runtime;
pub mod timeline;
pub mod trace;

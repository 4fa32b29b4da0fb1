//! Wakeline shows async Rust running.
#![forbid(unsafe_code)]

pub mod timeline;
pub mod trace;

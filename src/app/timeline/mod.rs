//! The timeline on canvas.
//!
//! ```text
//!  pointer, wheel ──gesture──▶ hit, layout ──▶ Command
//!                                 ▲
//!  View (model, look) ──rAF──▶ surface ──▶ paint ──▶ pen ──▶ canvas
//! ```
//!
//! What is drawn, and where, is [`crate::drawing`]'s. `hit`, `gesture` and `telling` know nothing of a browser
//! and are tested natively; the others draw and listen.

pub mod gesture;
pub mod hit;
pub mod listen;
mod panel;
pub mod pen;
mod pointer;
mod stage;
mod surface;
pub mod telling;
mod tip;

pub use panel::Timeline;

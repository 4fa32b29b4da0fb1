//! The timeline on canvas.
//!
//! ```text
//!  pointer, wheel ──gesture──▶ hit, layout ──▶ Command
//!                                 ▲
//!  View (model, look) ──rAF──▶ surface ──▶ paint ──▶ pen ──▶ canvas
//! ```
//!
//! `layout`, `hit`, `gesture`, `arrow`, `shapes`, `captions`, `telling` and `palette` know nothing of a browser
//! and are tested natively; the others draw and listen.

pub mod arrow;
pub mod captions;
pub mod gesture;
pub mod hit;
pub mod layout;
pub mod listen;
pub mod paint;
pub mod palette;
mod panel;
pub mod pen;
mod pointer;
pub mod shapes;
mod stage;
mod surface;
pub mod telling;
mod tip;

pub use panel::Timeline;

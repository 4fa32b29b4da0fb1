//! The timeline as a drawing: where things lie, in which shapes and colours, and in which order they are
//! drawn. Whatever has a [`pen::Pen`] can draw it, so the page's canvas and a picture in a file are the same.
//!
//! ```text
//!  Model, Sight ──▶ layout ──▶ paint ──▶ Pen ──┬─▶ the page's canvas
//!                                ▲             └─▶ SVG
//!            arrow, shapes, captions, palette
//! ```

pub mod arrow;
pub mod captions;
#[cfg(test)]
mod contrast;
pub mod layout;
pub mod paint;
pub mod palette;
pub mod pen;
pub mod shapes;
mod sight;
pub mod theme;

pub use sight::{Selection, Sight};

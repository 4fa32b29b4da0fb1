//! A run as a file: for a terminal, for other tools, for a test to compare.
//!
//! What is written for others is made from the model, so that every format says the same as the page.
//! Wakeline's own file holds what the model was made from: the frames of [`crate::trace::frame`] as they are.
//!
//! | file | for |
//! |---|---|
//! | [`text`] | a terminal and a person; golden traces |
//! | [`svg`] | a README, print: the timeline as a picture |
//! | [`html`] | a page without scripts: the picture with its words |
//! | [`chrome`] | Perfetto, speedscope, the Firefox Profiler; it reads back |
//! | [`json`] | programs that ask about a run |
//! | [`trace_file`] | Wakeline: everything, in the least room |
//! | [`import`](mod@import) | opening what Wakeline, Chrome, Perfetto and tokio-console have recorded |

pub mod chrome;
mod codes;
mod exact;
pub mod html;
pub mod import;
pub mod json;
pub mod svg;
pub(crate) mod svg_text;
pub mod text;
pub mod trace_file;
mod writer;

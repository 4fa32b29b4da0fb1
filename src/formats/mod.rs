//! A run as a file: for a terminal, for other tools, for a test to compare.
//!
//! The trace itself needs no format of its own here: a file of frames one after another, as
//! [`crate::trace::frame`] describes it, is what a run says about itself. What is in this folder is
//! made from the model, so that every format says the same as the page.
//!
//! | file | for |
//! |---|---|
//! | [`text`] | a terminal and a person; golden traces |
//! | [`svg`] | a README, print: the timeline as a picture |
//! | [`html`] | a page without scripts: the picture with its words |
//! | [`chrome`] | Perfetto, speedscope, the Firefox Profiler |
//! | [`json`] | programs that ask about a run |

pub mod chrome;
mod codes;
pub mod html;
pub mod json;
pub mod svg;
mod svg_text;
pub mod text;
mod writer;

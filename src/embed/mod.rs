//! Wakeline within somebody else's page.
//!
//! ```text
//!  <wake-line>, its shell ──attributes, messages──▶ Player ──Embedding──▶ app::Page
//!            ▲                                        │                     │
//!            └────────────────── events ──────────────┴─────────────────────┘
//! ```
//!
//! The element itself and its shell are scripts of a few kilobytes in `static/embed/`: a page with ten
//! elements loads this code once, when the first of them is run.

pub mod host;
pub mod message;
pub mod options;
pub mod player;
mod watch;

//! What the page is made of: one component a file.

pub mod button;
pub mod choice;
mod code;
pub mod details;
pub mod happening;
pub mod head;
pub mod icons;
pub mod knobs;
pub mod legend;
pub mod log;
pub mod outcome;
pub mod overlays;
pub mod panels;
pub mod param;
mod pulse;
pub mod seed;
pub mod share;
pub mod shared;
pub mod sidebar;
mod slice;
pub mod source;
pub mod source_lines;
pub mod tabs;
pub mod transport;
pub mod twin;
mod twin_events;
mod twin_lanes;
mod words;

use yew::{Callback, Properties};

pub use words::rich;

use super::{Command, ViewHandle};

/// What every component that looks at the run is given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ViewProps {
    /// What to show.
    pub view: ViewHandle,
    /// Where to send what the reader asks for.
    pub on_command: Callback<Command>,
}

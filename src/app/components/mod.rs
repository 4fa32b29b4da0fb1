//! What the page is made of: one component a file.

pub mod details;
pub mod legend;
mod pulse;
mod slice;
pub mod twin;
mod twin_events;
mod twin_lanes;
mod words;

use yew::{Callback, Properties};

use super::{Command, ViewHandle};

/// What every component that looks at the run is given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ViewProps {
    /// What to show.
    pub view: ViewHandle,
    /// Where to send what the reader asks for.
    pub on_command: Callback<Command>,
}

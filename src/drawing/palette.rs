//! The colours of a timeline, taken from the page's CSS custom properties.
//!
//! A host can set every one of them; the canvas reads them again when `Look::colours`
//! says that they may have changed.

/// The colours of the canvas, as CSS writes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Palette {
    /// The panel.
    pub surface: String,
    /// Words.
    pub text: String,
    /// Words that matter less.
    pub muted: String,
    /// The lines of the ruler.
    pub grid: String,
    /// What divides lanes.
    pub line: String,
    /// The now-line and its pill.
    pub accent: String,
    /// The pill's text.
    pub on_accent: String,
    /// A poll.
    pub polling: String,
    /// The dark stripe of what is scheduled.
    pub scheduled: String,
    /// Its light stripe.
    pub scheduled_light: String,
    /// What is idle.
    pub idle: String,
    /// The end of what completed.
    pub completed: String,
    /// The end of what failed or panicked.
    pub failed: String,
    /// The end of what was dropped.
    pub cancelled: String,
    /// What waits for a resource.
    pub resource: String,
    /// The arrow of a wake.
    pub wake: String,
    /// The slices of a line of the source.
    pub mark: String,
    /// The selected lane.
    pub row_selected: String,
}

impl Palette {
    /// Reads the colours; `get` returns a custom property by its name.
    pub fn read(get: impl Fn(&str) -> String) -> Self {
        Self {
            surface: get("--surface"),
            text: get("--text"),
            muted: get("--muted"),
            grid: get("--grid"),
            line: get("--line"),
            accent: get("--accent"),
            on_accent: get("--on-accent"),
            polling: get("--polling"),
            scheduled: get("--scheduled"),
            scheduled_light: get("--scheduled-2"),
            idle: get("--idle"),
            completed: get("--completed"),
            failed: get("--failed"),
            cancelled: get("--cancelled"),
            resource: get("--resource"),
            wake: get("--wake"),
            mark: get("--mark"),
            row_selected: get("--row-selected"),
        }
    }

    /// Returns the colour of a lane's end.
    pub fn end(&self, end: crate::trace::End) -> &str {
        use crate::trace::End;
        match end {
            End::Completed => &self.completed,
            End::Failed | End::Panicked => &self.failed,
            End::Cancelled | End::Dropped => &self.cancelled,
        }
    }
}

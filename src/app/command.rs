//! What a reader can ask for, as values.
//!
//! Every control, key, gesture and link ends in one of these; [`super::state::State::apply`] is the
//! one place that carries them out.

use super::share::{FileKind, Snippet};
use super::theme::Theme;
use crate::patterns::Twin;
use crate::runtime::{Clock, Schedule};

pub use crate::drawing::Selection;

/// The panels beside the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    /// The code, where it is one of the panels and not beside them.
    Code,
    /// What the selected lane does, and why.
    #[default]
    Details,
    /// What the tasks share, and who holds it.
    Shared,
    /// What the code wrote for the reader.
    Log,
    /// How the run ended.
    Outcome,
    /// Every lane in words: the timeline for those who read rather than look.
    Table,
}

/// One thing that a reader asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Opens a pattern with its defaults.
    Open {
        /// The pattern's name.
        id: &'static str,
    },
    /// Chooses the pattern itself, or the same as it is commonly written wrong.
    SetTwin(Twin),
    /// Sets a parameter from text.
    SetParam {
        /// The parameter's name.
        name: &'static str,
        /// What the reader gave.
        text: String,
    },
    /// Gives all parameters the values they have at first.
    ResetParams,
    /// Sets what random choices are drawn from.
    SetSeed(u64),
    /// Tells the reader about a seed that is none.
    RefuseSeed(String),
    /// Chooses virtual or real time.
    SetClock(Clock),
    /// Chooses which ready task is next.
    SetSchedule(Schedule),
    /// Tries many schedules, and shows the first that goes wrong.
    Explore,
    /// Sets how fast the playhead moves; 0.1 to 10.
    SetSpeed(f64),
    /// One notch slower.
    Slower,
    /// One notch faster.
    Faster,

    /// Plays: on from here, or from the start when the playhead is at the end.
    Run,
    /// Pauses.
    Pause,
    /// Plays or pauses.
    TogglePlay,
    /// Goes to the end of the next poll; at the frontier that poll is made now.
    StepForward,
    /// Goes to the end of the poll before.
    StepBack,
    /// Goes to the start.
    First,
    /// Goes to the end, running whatever is left.
    Last,
    /// Runs again from nothing.
    Restart,
    /// Asks the run to shut down, where its code listens; ends it where it does not, or was asked before:
    /// every future is dropped now.
    Stop,
    /// Moves the playhead to a place of the axis.
    Seek {
        /// The place.
        x: f64,
    },
    /// Moves the playhead to a time that the reader typed.
    SeekTime(String),
    /// Moves the playhead to a step of the order.
    SeekStep(u32),
    /// Moves the playhead to the next event.
    NextEvent,
    /// Moves the playhead to the event before.
    PreviousEvent,
    /// Moves the playhead to the next poll of the selected lane.
    NextPoll,
    /// Moves the playhead to the poll before of the selected lane.
    PreviousPoll,

    /// Selects a lane at a moment, or nothing.
    Select(Option<Selection>),
    /// Goes to a moment and selects a lane there.
    Visit(Selection),
    /// Selects the lane that is drawn above the selected one.
    SelectAbove,
    /// Selects the lane that is drawn below the selected one.
    SelectBelow,
    /// Goes to what woke the selected lane.
    FollowWakeBack,
    /// Goes to what the selected poll woke.
    FollowWakeForward,

    /// Zooms; a factor above 1 zooms in.
    ZoomAt {
        /// The place of the axis that stays where it is.
        x: f64,
        /// How much.
        factor: f64,
    },
    /// Zooms about the playhead, or the middle where that is not to be seen.
    Zoom {
        /// How much.
        factor: f64,
    },
    /// Moves the view; positive shows what is later.
    Pan {
        /// How far, in units of the axis.
        dx: f64,
    },
    /// Moves the view by a part of its width.
    PanBy {
        /// How far: 0.25 is a quarter of the view.
        widths: f64,
    },
    /// Shows the whole run.
    FitAll,
    /// Shows the selected span.
    FitSelection,
    /// Says how wide the part of the canvas is that shows time, in CSS pixels.
    Resize {
        /// The width.
        width_px: f64,
    },

    /// Marks the slices of a line of the source.
    HoverLine(Option<u32>),
    /// Shows a panel.
    Show(Panel),
    /// Chooses colours.
    SetTheme(Theme),
    /// Chooses the next theme.
    NextTheme,
    /// Fetches the shown source, which did not come, once more.
    FetchCode,
    /// Puts the shown source into the clipboard.
    CopyCode,
    /// Puts a link to what is on the screen into the clipboard.
    CopyLink,
    /// Opens or closes what there is to share.
    ToggleShare,
    /// Puts a text for somebody else's page into the clipboard.
    CopySnippet(Snippet),
    /// Saves the run as a file.
    Save(FileKind),
    /// Opens or closes the list of keys.
    ToggleHelp,
    /// Opens or closes the catalogue on narrow screens.
    ToggleDrawer,
    /// Puts the cursor into the catalogue's find box.
    Find,
    /// Says something to the reader.
    Notify(String),
    /// Closes the notice.
    DismissNotice,
    /// Closes what is open, clears the selection, or leaves.
    Escape,
}

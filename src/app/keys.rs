//! The keys: one table for the handler, the list that `?` opens, the tooltips and the docs.

use super::command::Command;

/// One key or a few that do the same.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Which keys, any of which will do.
    pub keys: &'static [Key],
    /// How the list shows them.
    pub shown: &'static [&'static str],
    /// What they do, in a few words.
    pub does: &'static str,
    /// The group in the list.
    pub group: Group,
    /// What they do.
    pub command: Command,
}

/// Groups of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Playing and stepping.
    Play,
    /// Zoom and pan.
    Look,
    /// Selecting and following.
    Select,
    /// The rest.
    Page,
}

impl Group {
    /// Every group, in order.
    pub const ALL: [Self; 4] = [Self::Play, Self::Select, Self::Look, Self::Page];

    /// Returns the heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Play => "Play",
            Self::Look => "Zoom and pan",
            Self::Select => "Select and follow",
            Self::Page => "Page",
        }
    }
}

/// A key as the browser tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// What it writes, wherever it is on the keyboard; with shift or without.
    Char(&'static str),
    /// Its name, without shift.
    Named(&'static str),
    /// Its name, with shift.
    Shift(&'static str),
    /// Its place on the keyboard, whatever it writes there.
    Place(&'static str),
}

/// A key press, without what would need a browser.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    /// What it writes, or its name.
    pub key: &'a str,
    /// Its place on the keyboard.
    pub code: &'a str,
    /// Whether shift is held.
    pub shift: bool,
    /// Whether control, alt or the command key is held: such presses are the browser's.
    pub modified: bool,
}

impl Key {
    fn is(self, press: &Press<'_>) -> bool {
        match self {
            Self::Char(key) => press.key.eq_ignore_ascii_case(key),
            Self::Named(key) => press.key == key && !press.shift,
            Self::Shift(key) => press.key == key && press.shift,
            Self::Place(code) => press.code == code && !press.shift,
        }
    }
}

macro_rules! bindings {
    ($($group:ident: [$($key:expr),+] [$($shown:literal),+] $does:literal => $command:expr;)+) => {
        &[$(Binding {
            keys: &[$($key),+],
            shown: &[$($shown),+],
            does: $does,
            group: Group::$group,
            command: $command,
        }),+]
    };
}

use Key::{Char, Named, Place, Shift};

/// Every key.
pub const BINDINGS: &[Binding] = bindings! {
    Play: [Named(" ")] ["Space"] "Run, pause or play on" => Command::TogglePlay;
    Play: [Named("ArrowRight")] ["→"] "To the next event" => Command::NextEvent;
    Play: [Named("ArrowLeft")] ["←"] "To the previous event" => Command::PreviousEvent;
    Play: [Named("Enter")] ["Enter"] "Step one poll" => Command::StepForward;
    Play: [Named("Backspace")] ["⌫"] "Step one poll back" => Command::StepBack;
    Play: [Named("Home")] ["Home"] "To the start" => Command::First;
    Play: [Named("End")] ["End"] "Run to the end" => Command::Last;
    Play: [Char("r")] ["R"] "Restart" => Command::Restart;
    Play: [Char("x")] ["X"] "Stop the run" => Command::Stop;
    Play: [Char(",")] [","] "Slower" => Command::Slower;
    Play: [Char(".")] ["."] "Faster" => Command::Faster;

    Select: [Named("ArrowUp")] ["↑"] "Select the lane above" => Command::SelectAbove;
    Select: [Named("ArrowDown")] ["↓"] "Select the lane below" => Command::SelectBelow;
    Select: [Shift("ArrowRight")] ["⇧ →"] "To the next poll of the selected lane" => Command::NextPoll;
    Select: [Shift("ArrowLeft")] ["⇧ ←"] "To the previous poll of the selected lane" => Command::PreviousPoll;
    Select: [Char("[")] ["["] "Follow the wake back to its cause" => Command::FollowWakeBack;
    Select: [Char("]")] ["]"] "Follow the wake forward" => Command::FollowWakeForward;

    Look: [Place("KeyW"), Char("+"), Char("=")] ["W", "+"] "Zoom in" => Command::Zoom { factor: 1.5 };
    Look: [Place("KeyS"), Char("-")] ["S", "−"] "Zoom out" => Command::Zoom { factor: 1.0 / 1.5 };
    Look: [Place("KeyA")] ["A"] "Pan to what was before" => Command::PanBy { widths: -0.2 };
    Look: [Place("KeyD")] ["D"] "Pan to what comes after" => Command::PanBy { widths: 0.2 };
    Look: [Char("0")] ["0"] "Fit the whole run" => Command::FitAll;
    Look: [Char("f")] ["F"] "Fit the selection" => Command::FitSelection;

    Page: [Char("/")] ["/"] "Find a pattern" => Command::Find;
    Page: [Char("c")] ["C"] "Copy the code" => Command::CopyCode;
    Page: [Char("l")] ["L"] "Copy a link to this moment" => Command::CopyLink;
    Page: [Char("t")] ["T"] "Theme: system, light, dark" => Command::NextTheme;
    Page: [Char("?")] ["?"] "This list" => Command::ToggleHelp;
    Page: [Named("Escape")] ["Esc"] "Close, clear the selection, leave" => Command::Escape;
};

/// Returns what a key press asks for.
pub fn command_of(press: &Press<'_>) -> Option<Command> {
    if press.modified {
        return None;
    }
    let binding = BINDINGS.iter().find(|binding| binding.keys.iter().any(|key| key.is(press)));
    binding.map(|binding| binding.command.clone())
}

/// Whether a command is for the page as a whole: where it stands within another page, there is no
/// catalogue, and the colours are those of the page around it.
pub fn is_of_whole_page(command: &Command) -> bool {
    matches!(
        command,
        Command::Find
            | Command::ToggleDrawer
            | Command::NextTheme
            | Command::Open { .. }
            | Command::ToggleShare
    )
}

/// Returns the first key of a command, for its tooltip.
pub fn key_of(command: &Command) -> Option<&'static str> {
    BINDINGS.iter().find(|binding| binding.command == *command).map(|binding| binding.shown[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press<'a>(key: &'a str, code: &'a str, shift: bool) -> Press<'a> {
        Press { key, code, shift, modified: false }
    }

    /// Some press that the key stands for.
    fn example(key: Key) -> Press<'static> {
        match key {
            Char(key) => press(key, "", matches!(key, "?" | "+")),
            Named(key) => press(key, "", false),
            Shift(key) => press(key, "", true),
            Place(code) => press(code.trim_start_matches("Key"), code, false),
        }
    }

    #[test]
    fn no_key_does_two_things() {
        for binding in BINDINGS {
            for key in binding.keys {
                let press = example(*key);
                let meant: Vec<_> =
                    BINDINGS.iter().filter(|other| other.keys.iter().any(|key| key.is(&press))).collect();
                assert_eq!(meant.len(), 1, "{key:?}: {meant:?}");
            }
        }
    }

    #[test]
    fn presses_with_control_are_the_browsers() {
        let press = Press { modified: true, ..press("c", "KeyC", false) };
        assert_eq!(command_of(&press), None);
    }

    #[test]
    fn zoom_keys_are_places_so_that_they_lie_alike_on_every_keyboard() {
        // On a French keyboard the key above S writes `z`.
        let command = command_of(&press("z", "KeyW", false));
        assert_eq!(command, Some(Command::Zoom { factor: 1.5 }));
    }

    #[test]
    fn shift_tells_events_from_polls() {
        assert_eq!(command_of(&press("ArrowRight", "ArrowRight", false)), Some(Command::NextEvent));
        assert_eq!(command_of(&press("ArrowRight", "ArrowRight", true)), Some(Command::NextPoll));
    }

    /// The table of `docs/src/keys.md`.
    fn documented() -> String {
        let mut text = String::new();
        for group in Group::ALL {
            text.push_str(&format!("\n## {}\n\n| key | does |\n|---|---|\n", group.title()));
            for binding in BINDINGS.iter().filter(|binding| binding.group == group) {
                let keys: Vec<_> = binding.shown.iter().map(|key| format!("`{key}`")).collect();
                text.push_str(&format!("| {} | {} |\n", keys.join(" or "), binding.does));
            }
        }
        text
    }

    #[test]
    fn the_documented_keys_are_these() {
        let documented = documented();
        let kept = include_str!("../../docs/src/keys.md");
        assert!(kept.ends_with(&documented), "`docs/src/keys.md` should end with:\n{documented}");
    }

    #[test]
    fn every_binding_is_shown_and_in_a_group() {
        for binding in BINDINGS {
            assert!(!binding.shown.is_empty() && !binding.does.is_empty());
            assert!(Group::ALL.contains(&binding.group));
        }
    }
}

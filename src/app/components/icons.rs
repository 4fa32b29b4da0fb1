//! Icons, drawn: many systems lack the characters.

use yew::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// To the start.
    First,
    /// One poll back.
    StepBack,
    /// Play.
    Play,
    /// Pause.
    Pause,
    /// One poll on.
    Step,
    /// To the end.
    Last,
    /// Again from nothing.
    Restart,
    /// End the run.
    Stop,
    /// The catalogue.
    Menu,
    /// Close.
    Close,
    /// A sun and its shadow: as the system has it.
    ThemeAuto,
    /// A sun.
    ThemeLight,
    /// A moon.
    ThemeDark,
    /// A link.
    Link,
    /// The keys.
    Keyboard,
    /// More behind it.
    Chevron,
    /// Done.
    Check,
    /// Gone wrong.
    Bang,
    /// Waits for ever.
    Stuck,
    /// Another seed.
    Dice,
    /// A clock.
    Parked,
    /// Woken.
    Woken,
}

impl Icon {
    /// Returns filled outlines, and lines.
    fn paths(self) -> (&'static str, &'static str) {
        match self {
            Self::First => ("M13 3v10L5.5 8z", "M3.5 3v10"),
            Self::StepBack => ("M10 3.5v9L4 8z", "M12.75 3.5v9"),
            Self::Play => ("M4.5 2.5v11l9-5.5z", ""),
            Self::Pause => ("M4 3h3v10H4zM9 3h3v10H9z", ""),
            Self::Step => ("M6 3.5v9L12 8z", "M3.25 3.5v9"),
            Self::Last => ("M3 3v10l7.5-5z", "M12.5 3v10"),
            Self::Restart => ("", "M13 8a5 5 0 1 1-1.5-3.55M13 2.2V5h-2.8"),
            Self::Stop => ("M3.5 3.5h9v9h-9z", ""),
            Self::Menu => ("", "M2.5 4.5h11M2.5 8h11M2.5 11.5h11"),
            Self::Close => ("", "M4 4l8 8M12 4l-8 8"),
            Self::ThemeAuto => {
                ("M8 2.5a5.5 5.5 0 0 1 0 11z", "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11z")
            }
            Self::ThemeLight => (
                "M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z",
                "M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
            ),
            Self::ThemeDark => ("M13.2 9.9A5.6 5.6 0 0 1 6.1 2.8a5.6 5.6 0 1 0 7.1 7.1z", ""),
            Self::Link => (
                "",
                "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.8.8M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 0 0 3.7 3.7l.8-.8",
            ),
            Self::Keyboard => ("", "M1.5 4h13v8h-13zM4 6.7h.01M6.7 6.7h.01M9.3 6.7h.01M12 6.7h.01M5 9.5h6"),
            Self::Chevron => ("", "M6 3.5L10.5 8 6 12.5"),
            Self::Check => ("", "M3 8.5l3.5 3.5L13 4.5"),
            Self::Bang => ("", "M8 2.5v7M8 13v.01"),
            Self::Stuck => ("", "M4 2.5h8M4 13.5h8M5 2.5c0 4 6 7 6 11M11 2.5c0 4-6 7-6 11"),
            Self::Dice => (
                "M5.4 4.5a.9.9 0 1 1 0 1.8.9.9 0 0 1 0-1.8zM10.6 9.7a.9.9 0 1 1 0 1.8.9.9 0 0 1 0-1.8zM8 7.1a.9.9 0 1 1 0 1.8.9.9 0 0 1 0-1.8z",
                "M2.5 4a1.5 1.5 0 0 1 1.5-1.5h8A1.5 1.5 0 0 1 13.5 4v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 12z",
            ),
            Self::Parked => ("", "M5.5 3.5v9M10.5 3.5v9"),
            Self::Woken => ("", "M3 12.5C8 12.5 8 5 12 4.5M9.5 2.5L12.5 4.5 10 7"),
        }
    }

    /// Draws it; what it means is said by the button around it.
    pub fn draw(self) -> Html {
        let (filled, lines) = self.paths();
        html! {
            <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
                if !filled.is_empty() {
                    <path d={filled} fill="currentColor" />
                }
                if !lines.is_empty() {
                    <path d={lines} fill="none" stroke="currentColor" stroke-width="1.6"
                        stroke-linecap="round" stroke-linejoin="round" />
                }
            </svg>
        }
    }
}

/// Draws the mark of Wakeline: a line that wakes.
pub fn mark() -> Html {
    html! {
        <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d="M1 10.5h4l2-6.5 4 12 2.5-8 1.5 2.5h4" fill="none" stroke="currentColor"
                stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
}

//! What the person at the terminal sees: one line a step, with the time it took.

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Prints a heading.
pub fn section(title: impl Display) {
    println!("{title}");
}

/// Prints that a thing is there already.
pub fn found(what: impl Display, detail: impl Display) {
    println!("  have {what} {detail}");
}

/// Prints a remark that belongs to the steps around it.
pub fn note(text: impl Display) {
    println!("  note: {text}");
}

/// Writes a duration as a person would say it.
pub fn spoken(time: Duration) -> String {
    let secs = time.as_secs_f64();
    if secs < 60.0 {
        format!("{secs:.1} s")
    } else {
        let whole = secs.round() as u64;
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

/// A step that is under way; its line is completed by [`Step::done`] or [`Step::failed`].
pub struct Step {
    label: String,
    started: Instant,
    live: bool,
}

impl Step {
    /// Prints what is about to be done.
    pub fn begin(label: impl Display) -> Self {
        let step =
            Self { label: label.to_string(), started: Instant::now(), live: std::io::stdout().is_terminal() };
        print!("  {} ... ", step.label);
        // A step can take minutes, so its line must be visible before it ends.
        let _ = std::io::stdout().flush();
        step
    }

    /// Shows the newest line of the tool's output on a terminal; elsewhere does nothing.
    pub fn progress(&self, newest: &str) {
        if !self.live {
            return;
        }
        let line = format!("  {} ... {} {}", self.label, spoken(self.started.elapsed()), newest.trim());
        // 79 columns fit the narrowest usual terminal; a longer line would wrap and could not be rewritten.
        let line: String = line.chars().filter(|c| !c.is_control()).take(79).collect();
        print!("\r\x1b[K{line}");
        let _ = std::io::stdout().flush();
    }

    /// Completes the line with the time that the step took.
    pub fn done(self) {
        self.end("done");
    }

    /// Completes the line of a step that went wrong.
    pub fn failed(self) {
        self.end("failed");
    }

    fn end(self, how: &str) {
        if self.live {
            print!("\r\x1b[K  {} ... ", self.label);
        }
        println!("{how}, {}", spoken(self.started.elapsed()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_readable_at_every_size() {
        assert_eq!(spoken(Duration::from_millis(340)), "0.3 s");
        assert_eq!(spoken(Duration::from_millis(59_900)), "59.9 s");
        assert_eq!(spoken(Duration::from_secs(251)), "4 min 11 s");
    }
}

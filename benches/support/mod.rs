//! What is measured natively and in the browser alike.
#![allow(dead_code, reason = "each place uses its own part")]

mod results;

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

pub use results::Results;

/// Wakes itself so many times, and is ready then: each time is one switch.
#[derive(Debug)]
pub struct Switch {
    pub left: u32,
}

impl Future for Switch {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.left == 0 {
            return Poll::Ready(());
        }
        self.left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// A row of the table: what was measured, its time, and what it is held against.
#[derive(Clone, Debug)]
pub struct Row {
    pub what: String,
    pub ours_nanos: f64,
    pub theirs: String,
    pub theirs_nanos: f64,
    /// The most that ours may take: a multiple of theirs, or so many nanoseconds more.
    pub budget: Budget,
}

#[derive(Clone, Copy, Debug)]
pub enum Budget {
    Ratio(f64),
    Extra(f64),
    /// Shown for comparison alone.
    None,
}

/// Prints rows as a table in Markdown, each miss named.
pub fn print_table(print: impl Fn(&str), rows: &[Row]) {
    print("| what | ours | held against | theirs | ratio | budget | |");
    print("|---|---:|---|---:|---:|---:|---|");
    for row in rows {
        let ratio = row.ours_nanos / row.theirs_nanos;
        let extra = row.ours_nanos - row.theirs_nanos;
        let (measured, budget, met) = match row.budget {
            Budget::Ratio(most) => (format!("{ratio:.2}"), format!("≤ {most:.2}"), Some(ratio <= most)),
            Budget::Extra(most) => {
                (format!("{extra:+.1} ns"), format!("≤ +{most:.0} ns"), Some(extra <= most))
            }
            Budget::None => (format!("{ratio:.2}"), "—".to_owned(), None),
        };
        let verdict = match met {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "",
        };
        print(&format!(
            "| {} | {:.1} ns | {} | {:.1} ns | {measured} | {budget} | {verdict} |",
            row.what, row.ours_nanos, row.theirs, row.theirs_nanos
        ));
    }
}

/// Counts down, and says when it is at zero.
#[derive(Clone, Debug, Default)]
pub struct Left(Rc<Cell<u32>>);

impl Left {
    pub fn new(count: u32) -> Self {
        Self(Rc::new(Cell::new(count)))
    }

    pub fn one_less(&self) -> bool {
        self.0.set(self.0.get() - 1);
        self.0.get() == 0
    }
}

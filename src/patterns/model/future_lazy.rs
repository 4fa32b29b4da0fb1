//! A future does nothing until it is polled.
//!
//! Two equal futures are made, and one of them is awaited. The one that is not never runs a line of
//! its code. The other shows the whole contract: `poll` answers `Pending` and leaves a waker behind,
//! whoever holds the waker asks for another poll, and at last `poll` answers `Ready`.

// region: shown
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::runtime::{FutureExt, Sleep, sleep};
use crate::trace::Level;
use crate::trace::current::{log, value};

pub async fn future_lazy(steps: u32, wake: Wake) -> u32 {
    // Calling makes a future. Not a line of it runs.
    let forgotten = Countdown::new(steps, wake).named("never awaited");
    let awaited = Countdown::new(steps, wake).named("awaited");
    log(Level::Info, "two futures are made, none is polled");

    let polls = awaited.await;
    drop(forgotten); // It ends as it began: with no poll at all.
    polls
}

/// A future written by hand: ready after `steps` wakes, with the number of its polls.
struct Countdown {
    steps: u32,
    wake: Wake,
    polls: u32,
    timer: Option<Sleep>,
}

impl Future for Countdown {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        self.polls += 1;
        value("polls", self.polls);
        if let Some(timer) = &mut self.timer {
            // Its own `Pending` is ours: the timer has the waker, so we may go to sleep.
            ready!(Pin::new(timer).poll(cx));
            self.timer = None;
        }
        if self.steps == 0 {
            return Poll::Ready(self.polls);
        }
        self.steps -= 1;
        match self.wake {
            // "Poll me again as soon as you can": the task goes to the end of the queue.
            Wake::AtOnce => cx.waker().wake_by_ref(),
            // The first poll of the timer gives it our waker.
            Wake::ByTimer(pause) => {
                let mut timer = sleep(pause);
                let pending = Pin::new(&mut timer).poll(cx).is_pending();
                self.timer = Some(timer);
                if !pending {
                    cx.waker().wake_by_ref();
                }
            }
            // The classic mistake: `Pending` is a promise to wake, and nobody keeps it.
            Wake::Never => log(Level::Warn, "returns `Pending` and gives its waker to nobody"),
        }
        Poll::Pending
    }
}

/// Who asks for the next poll.
#[derive(Clone, Copy)]
pub enum Wake {
    ByTimer(Duration),
    AtOnce,
    Never,
}
// endregion

impl Countdown {
    fn new(steps: u32, wake: Wake) -> Self {
        Self { steps, wake, polls: 0, timer: None }
    }
}

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, Scene};

/// The catalogue's entry.
///
/// # What it does
///
/// Calling an `async fn` builds a value, a future, and returns. Only `poll` moves it. `poll` answers `Ready`
/// with the output, or `Pending` after it has handed its waker to whoever will know when to ask again. Here
/// the future is written by hand, so that you can see both sides.
///
/// # When to use it
///
/// You rarely write `poll` yourself. You need the contract every day all the same: it says why an un-awaited
/// call does nothing, why `select!` can drop a future at any `.await`, and what a task that hangs is missing.
///
/// # What goes wrong without it
///
/// Code that forgets an `.await` compiles (with a warning, if you are lucky) and silently does nothing. A
/// hand-written future that returns `Pending` without keeping the waker sleeps for ever. Set who wakes it to
/// `never` and watch the run stall.
///
/// # What to watch
///
/// The lane `never awaited` has no block at all: no polls. On `awaited` each block is one poll, and the arrow
/// into it is the wake that asked for it: select a block, and follow the wake back.
pub const PATTERN: Pattern = Pattern {
    id: "future-lazy",
    chapter: Chapter::Model,
    title: "A future is lazy",
    summary: "Two equal futures are made and one is awaited. The other never runs a line of its code.",
    params: &[
        Param {
            name: "steps",
            label: "Pending answers",
            help: "How often the future answers `Pending` before it is ready.",
            kind: Kind::Count { min: 0, max: 50, default: 3 },
        },
        Param {
            name: "wake",
            label: "Woken",
            help: "Who asks for the next poll: a timer, the future itself at once, or nobody.",
            kind: Kind::Choice { options: &["by a timer", "at once", "never"] },
        },
        Param {
            name: "pause",
            label: "Timer",
            help: "How long the timer takes.",
            kind: Kind::Millis { min: 0, max: 1000, default: 20 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/model/future_lazy.rs",
    source: source!("model/future_lazy.rs"),
    spelling: &[
        ("runtime::sleep", "tokio::time::sleep"),
        ("runtime::Sleep", "tokio::time::Sleep (must be pinned there)"),
        (".named(…)", "nothing: it only draws a lane"),
        ("trace::current::log", "tracing::info!"),
    ],
    start: |scene| {
        Box::pin(async move { Ok(outcome(&scene, future_lazy(steps(&scene), wake(&scene)).await)) })
    },
    pitfall: None,
};

fn steps(scene: &Scene) -> u32 {
    scene.values.number("steps")
}

fn wake(scene: &Scene) -> Wake {
    match scene.values.text("wake") {
        "at once" => Wake::AtOnce,
        "never" => Wake::Never,
        _ => Wake::ByTimer(scene.values.millis("pause")),
    }
}

fn outcome(scene: &Scene, polls: u32) -> Outcome {
    let steps = steps(scene);
    Outcome::new(format!(
        "the awaited future was ready after {polls} polls: {steps} answered `Pending`, the last `Ready`"
    ))
    .fact("polls", polls)
}

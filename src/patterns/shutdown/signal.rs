//! Who asks a service to stop.

use std::future::pending;
use std::time::Duration;

use futures::{FutureExt as _, select_biased};

use crate::patterns::{Kind, Param, Values};
use crate::runtime::sleep;
use crate::trace::Level;
use crate::trace::current::log;

/// The parameter that says after how long a run asks itself to stop.
pub const STOP: Param = Param {
    name: "stop",
    label: "Stops after",
    help: "When a timer of this run asks to stop; you may be sooner.",
    kind: Kind::Millis { min: 0, max: 600_000, default: 200 },
};

/// The parameter that takes the timer away.
pub const ASKS: Param = Param {
    name: "asks",
    label: "Who asks",
    help: "A timer, or you alone: by Stop in the page, by Ctrl-C or SIGTERM at a terminal. You can in any case.",
    kind: Kind::Choice { options: &["a timer", "you"] },
};

/// How long it is until a run asks itself to stop; `None` where it waits for somebody to ask.
#[derive(Clone, Copy, Debug)]
pub struct Timer(Option<Duration>);

impl Timer {
    /// Reads it from the parameters.
    pub fn new(values: &Values) -> Self {
        Self((values.text("asks") != "you").then(|| values.millis("stop")))
    }
}

/// Waits for the signal or the timer, whichever is first.
pub async fn asked(signal: impl Future<Output = ()>, timer: Timer) {
    let timer = async {
        match timer.0 {
            Some(timer) => sleep(timer).await,
            None => pending().await,
        }
    };
    let who = select_biased! {
        () = signal.fuse() => "a signal",
        () = timer.fuse() => "the timer of this run",
    };
    log(Level::Info, format!("is asked to stop, by {who}"));
}

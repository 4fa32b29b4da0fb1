//! The same loop with the reading in a branch.

// region: shown
use std::pin::pin;
use std::time::Duration;

use futures::{FutureExt as _, select_biased};

use super::cancel_safety::{Batch, read};
use crate::net::Network;
use crate::runtime::{FutureExt, interval};
use crate::sync::mpsc::Receiver;

pub async fn in_a_branch(
    mut messages: Receiver<u32>,
    network: &Network,
    period: Duration,
    batch: &mut Batch,
) {
    let mut ticks = interval(period);
    loop {
        let mut reading = pin!(read(&mut messages, network).named("read").fuse());
        let mut tick = pin!(ticks.tick().fuse());
        select_biased! {
            message = reading => match message {
                Some(message) => batch.push(message),
                None => break,
            },
            // Here `reading` is dropped, wherever it is, and the next turn begins with another message.
            _ = tick => batch.flush(),
        }
    }
    batch.flush();
}
// endregion

use super::cancel_safety::sender;
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};

/// A future that is not cancel-safe, in the branch of a loop.
pub(super) const PITFALL: Pitfall = Pitfall {
    title: "A message is lost between two branches",
    explanation: "It reads as if each turn of the loop waited for whichever comes first, and then for the other. \
                  But the branch that loses is dropped, not put aside. As long as `read` waits for the \
                  channel that is harmless; once it has taken a message and waits for the look-up, the \
                  message is a local variable of a future that a tick throws away. Most ticks come \
                  while nothing is half read, so tests pass, and the loss grows with the load. Watch `read` \
                  end in `╳` at the instant of a tick, with the number of the message that went with it. It \
                  is written this way because `recv` alone would be right here: the second `.await` was added \
                  later, in another file.",
    file: "src/patterns/practice/cancel_safety_pitfall.rs",
    source: source!("practice/cancel_safety_pitfall.rs"),
    start: |scene| Box::pin(run(scene)),
};

/// Messages were sent and taken, and did not arrive.
#[derive(Debug, thiserror::Error)]
#[error("`{lost}` of `{sent}` messages are lost: number {numbers}")]
struct Lost {
    lost: usize,
    sent: u32,
    numbers: String,
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let (network, period) = (scene.network(), scene.values.millis("period"));
    let (receiver, sender) = sender(&scene);
    let mut batch = Batch::default();
    in_a_branch(receiver, &network, period, &mut batch).await;
    sender.await.map_err(|error| PatternError::new(&error))?;
    let sent = scene.values.number("messages");
    let lost: Vec<_> = (1..=sent).filter(|number| !batch.flushed().contains(number)).collect();
    if lost.is_empty() {
        return Ok(batch.outcome(sent));
    }
    let numbers = lost.iter().map(|number| format!("`{number}`")).collect::<Vec<_>>().join(", ");
    Err(PatternError::new(&Lost { lost: lost.len(), sent, numbers }))
}

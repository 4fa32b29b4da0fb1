//! A slow receiver takes its lag for the end of the channel and goes quietly.

// region: shown
use crate::runtime::Builder;
use crate::sync::{ResourceExt, broadcast};

pub async fn market(plan: Plan) -> Report {
    let (prices, _) = broadcast::channel::<Price>(plan.buffer).named("prices");
    let spawn = |number| {
        let subscriber = follow(plan.desk(number), prices.subscribe());
        Builder::new().name(format!("subscriber {number}")).spawn(subscriber)
    };
    let subscribers: Vec<_> = (1..=plan.subscribers).map(spawn).collect();

    let mut report = publish(plan, prices).await;
    for subscriber in subscribers {
        report.followed.push(subscriber.await.expect("a subscriber neither panics nor is aborted"));
    }
    report
}

async fn follow(desk: Desk, mut prices: broadcast::Receiver<Price>) -> Followed {
    let mut followed = Followed::default();
    // There are two errors, and only one of them is the end.
    while let Ok(price) = prices.recv().await {
        desk.act_on(&price).await;
        followed.seen += 1;
    }
    followed
}
// endregion

use super::broadcast::{Desk, Followed, Plan, Price, Report, outcome, publish};
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};
use crate::runtime::FutureExt;
use crate::trace::Level;
use crate::trace::current::log;

/// The subscriber that goes quietly.
pub const PITFALL: Pitfall = Pitfall {
    title: "A lag taken for the end",
    explanation: "`while let Ok(price)` ends at the first error, whichever it is. `Lagged` is an error too, so the \
                  first time that a receiver is too slow its loop is over, for good and without a word. It works \
                  in every test, because tests are small; in production it is the one busy client that goes \
                  deaf, hours after the start. Match the error: `Lagged` says how much was missed and the loop \
                  goes on, `Closed` is the end. A stream has the same trap: with `BroadcastStream` the lag \
                  is an item.",
    file: "src/patterns/channels/broadcast_pitfall.rs",
    source: source!("channels/broadcast_pitfall.rs"),
    start: |scene| Box::pin(run(scene).record_err()),
};

/// A subscriber stopped, and neither it nor anybody else knows of it.
#[derive(Debug, thiserror::Error)]
#[error(
    "`subscriber {subscriber}` stopped after `{seen}` of `{sent}` prices, and the channel was not closed"
)]
struct Deaf {
    subscriber: usize,
    seen: u64,
    sent: u64,
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let report = market(Plan::new(&scene)).await;
    let deaf =
        (1..).zip(&report.followed).find(|(_, followed)| followed.seen + followed.missed < report.sent);
    match deaf {
        Some((subscriber, followed)) => {
            let deaf = Deaf { subscriber, seen: followed.seen, sent: report.sent };
            log(Level::Error, &deaf);
            Err(PatternError::new(&deaf))
        }
        None => Ok(outcome(&report)),
    }
}

//! The same transfers with the locks held while they wait.

// region: shown
use super::lock_across_await::{Account, Fraud, Refused};

pub async fn transfer(from: &Account, to: &Account, amount: i64, fraud: &Fraud) -> Result<(), Refused> {
    // So that the balance cannot change between the question and the transfer. It seems careful.
    let mut from = from.balance.lock().await;
    if *from < amount {
        return Err(Refused::Short { balance: *from });
    }
    fraud.approves().await?; // Everybody else waits for this answer too,
    let mut to = to.balance.lock().await; // and whoever came from there waits for us, while we wait for them.
    *from -= amount;
    *to += amount;
    Ok(())
}
// endregion

use std::sync::Arc;

use super::lock_across_await::{accounts, settle};
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};

/// Two locks in opposite orders, held across an await.
pub(super) const PITFALL: Pitfall = Pitfall {
    title: "Two tasks wait for each other",
    explanation: "Each line is right by itself. But `a to b` holds `a` while it waits for the network and then \
                  for `b`, and `b to a` holds `b` and wants `a`: neither can go on, and everybody who comes \
                  later queues behind them. No task panics and no error is returned; the process sits \
                  there, healthy by every metric but its throughput. An async lock makes it no safer than a \
                  blocking one: it only keeps the thread free while its tasks are stuck. Watch the locks: \
                  each has a holder, and each holder waits for the other. With a latency of 0 every transfer \
                  is over in one poll and nothing goes wrong, until the service is slow for the first time.",
    file: "src/patterns/practice/lock_across_await_pitfall.rs",
    source: source!("practice/lock_across_await_pitfall.rs"),
    start: |scene| Box::pin(run(scene)),
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let amount = i64::from(scene.values.number("amount"));
    let (a, b) = accounts();
    let settled = settle(&scene, |from_a, fraud| {
        let (from, to) = if from_a { (&a, &b) } else { (&b, &a) };
        let (from, to) = (Arc::clone(from), Arc::clone(to));
        Box::pin(async move { transfer(&from, &to, amount, &fraud).await })
    });
    let settled = settled.await;
    let sum = *a.balance.lock().await + *b.balance.lock().await;
    Ok(settled.outcome(sum))
}

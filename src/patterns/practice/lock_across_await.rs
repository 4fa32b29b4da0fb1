//! Transfers between two accounts, each behind a lock, with a slow question to ask before each.
//!
//! A guard that lives across an `.await` is held for as long as the world takes to answer. Two of them,
//! taken in opposite orders, are held for ever.

// region: shown
use std::sync::Arc;

use crate::net::{FetchError, Network};
use crate::sync::{Mutex, mpsc, oneshot};

/// Asks first and locks then, one lock at a time, each for a few instructions.
pub async fn transfer(from: &Account, to: &Account, amount: i64, fraud: &Fraud) -> Result<(), Refused> {
    fraud.approves().await?; // The slow part: nobody waits for us meanwhile.
    {
        let mut balance = from.balance.lock().await;
        if *balance < amount {
            return Err(Refused::Short { balance: *balance });
        }
        *balance -= amount;
    } // The guard ends with the block, so it cannot be held by accident further down.
    *to.balance.lock().await += amount; // A guard of one statement.
    Ok(())
}

/// The other way: nobody locks, because one task owns both balances and takes orders one by one.
pub async fn owner(mut a: i64, mut b: i64, mut orders: mpsc::Receiver<Order>) -> i64 {
    while let Some(Order { amount, from_a, done }) = orders.recv().await {
        let (from, to) = if from_a { (&mut a, &mut b) } else { (&mut b, &mut a) };
        let result = if *from < amount {
            Err(Refused::Short { balance: *from })
        } else {
            *from -= amount;
            *to += amount; // Both or none: between them there is no point at which anybody could look.
            Ok(())
        };
        let _ = done.send(result); // Whoever asked may have gone. The order stands.
    }
    a + b
}

pub async fn order(
    orders: mpsc::Sender<Order>,
    amount: i64,
    from_a: bool,
    fraud: &Fraud,
) -> Result<(), Refused> {
    fraud.approves().await?;
    let (done, result) = oneshot::channel();
    orders.send(Order { amount, from_a, done }).await.map_err(|_| Refused::Closed)?;
    result.await.map_err(|_| Refused::Closed)?
}
// endregion

/// An account.
#[derive(Debug)]
pub struct Account {
    /// What is in it.
    pub balance: Mutex<i64>,
}

impl Account {
    /// Creates an account, and gives its lock a name.
    pub fn new(name: &str, balance: i64) -> Arc<Self> {
        Arc::new(Self { balance: Mutex::new(balance).named(name) })
    }
}

/// The service that is asked before each transfer.
#[derive(Debug)]
pub struct Fraud {
    network: Network,
    transfer: String,
}

impl Fraud {
    /// Asks whether the transfer may be made.
    pub async fn approves(&self) -> Result<(), FetchError> {
        self.network.get(&format!("data/2.json?transfer={}", self.transfer)).await.map(|_| ())
    }
}

/// What the owner is asked for.
#[derive(Debug)]
pub struct Order {
    amount: i64,
    from_a: bool,
    done: oneshot::Sender<Result<(), Refused>>,
}

/// Why there was no transfer.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is not enough in the account.
    #[error("only `{balance}` left")]
    Short {
        /// What there is.
        balance: i64,
    },
    /// The fraud service did not answer.
    #[error("not approved")]
    NotApproved(#[from] FetchError),
    /// The owner is gone.
    #[error("the bank has closed")]
    Closed,
}

use super::lock_across_await_pitfall;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::{BoxFuture, Builder, FutureExt, JoinSet};
use crate::sync::ResourceExt;

/// What is in each account at first.
const FUNDS: i64 = 100;

/// The catalogue's entry.
///
/// # What it does
///
/// Two ways to share state without holding a lock while waiting. Narrow the scope: do what is slow first,
/// then lock, change, unlock, with no other `.await` within. Or give the state to one task and send it
/// messages: it handles one at a time, so whatever it does between two `recv`s is atomic without any lock.
///
/// # When to use it
///
/// Always narrow; and with a scope without an `.await` in it `std::sync::Mutex` will do, which is faster and
/// whose guard is not `Send`, so that the compiler keeps watch. An owner task is better as soon as the change
/// itself must wait, such as for a connection that can do one thing at a time. Where two locks must be held
/// at once, take them in one order everywhere.
///
/// # What goes wrong without it
///
/// Everybody who wants the lock waits for the slowest answer of the network, so throughput falls to one
/// request at a time. If the awaited future takes a lock too, there may be a circle; a `std::sync` guard
/// blocks the whole thread besides. Clippy's `await_holding_lock` finds the guards of `std`, but not those of
/// async locks.
///
/// # What to watch
///
/// All transfers wait for the fraud service at the same time, and each lock is held within one poll. With
/// `owner task`, orders queue in the channel and their replies go back. The sum of both accounts is what it
/// was. Then the pitfall: each of two transfers holds what the other wants, and the run is stuck; with a
/// latency of 0 it works, as it did in the tests.
pub const PATTERN: Pattern = Pattern {
    id: "lock-across-await",
    chapter: Chapter::Practice,
    title: "Don't hold a lock across an await",
    summary: "Transfers between two accounts go both ways at once. They ask the slow service before they lock, or \
              leave the balances to one task that owns them; with the lock held meanwhile they wait for each \
              other for ever.",
    params: &[
        Param {
            name: "way",
            label: "Way",
            help: "Locks that are held briefly, or a task that owns both balances.",
            kind: Kind::Choice { options: &["narrow scope", "owner task"] },
        },
        Param {
            name: "transfers",
            label: "Transfers",
            help: "How many go each way.",
            kind: Kind::Count { min: 1, max: 100, default: 2 },
        },
        Param {
            name: "amount",
            label: "Amount",
            help: "How much each transfer moves; there is 100 in each account.",
            kind: Kind::Count { min: 1, max: 1000, default: 10 },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long the fraud service takes to answer.",
            kind: Kind::Millis { min: 0, max: 5000, default: 30 },
        },
        Param {
            name: "failures",
            label: "Failures",
            help: "How many of the questions the service does not answer.",
            kind: Kind::Percent { default: 0 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/practice/lock_across_await.rs",
    source: source!("practice/lock_across_await.rs"),
    spelling: &[
        ("sync::Mutex", "tokio::sync::Mutex"),
        ("sync::mpsc, sync::oneshot", "tokio::sync::{mpsc, oneshot}"),
        ("fraud.approves()", "reqwest::get(url)"),
        (".named(…)", "nothing: it only gives a lock its name on the timeline"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: Some(&lock_across_await_pitfall::PITFALL),
};

/// What the transfers came to.
#[derive(Debug, Default)]
pub(super) struct Settled {
    done: usize,
    refused: usize,
}

/// A transfer that can be spawned.
pub(super) type Transfer = BoxFuture<'static, Result<(), Refused>>;

/// Runs transfers both ways at once, as `make` makes them from whether they start at `a`.
pub(super) async fn settle(scene: &Scene, make: impl Fn(bool, Fraud) -> Transfer) -> Settled {
    let mut transfers = JoinSet::new();
    for number in 1..=scene.values.number("transfers") {
        for (from_a, way) in [(true, "a to b"), (false, "b to a")] {
            let name = format!("{way}, {number}");
            let fraud = Fraud { network: scene.network(), transfer: name.replace([',', ' '], "-") };
            transfers.build_task().name(name).spawn(make(from_a, fraud).record_err());
        }
    }
    let mut settled = Settled::default();
    while let Some(joined) = transfers.join_next().await {
        match joined {
            Ok(Ok(())) => settled.done += 1,
            _ => settled.refused += 1,
        }
    }
    settled
}

impl Settled {
    /// Says what they came to, and what is in both accounts together.
    pub(super) fn outcome(&self, sum: i64) -> Outcome {
        Outcome::new(format!("{} transfers are done, and the sum is {sum}", self.done))
            .fact("done", self.done)
            .fact("refused", self.refused)
            .fact("sum", sum)
    }
}

/// Creates both accounts.
pub(super) fn accounts() -> (Arc<Account>, Arc<Account>) {
    (Account::new("a", FUNDS), Account::new("b", FUNDS))
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let amount = i64::from(scene.values.number("amount"));
    if scene.values.text("way") == "owner task" {
        let (sender, receiver) = mpsc::channel(4).named("orders");
        let owner = Builder::new().name("owner").spawn(owner(FUNDS, FUNDS, receiver));
        let settled = settle(&scene, |from_a, fraud| {
            let sender = sender.clone();
            Box::pin(async move { order(sender, amount, from_a, &fraud).await })
        });
        let settled = settled.await;
        drop(sender); // The owner ends when nobody can order any more.
        let sum = owner.await.map_err(|error| PatternError::new(&error))?;
        return Ok(settled.outcome(sum));
    }
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

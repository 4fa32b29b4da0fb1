//! State with one owner, a task that others ask; and beside it the same state behind a lock.
//!
//! The owner takes one request after another, so between two of its awaits nobody else can have touched
//! the state, and no lock is held while it waits for others. Each request brings the channel for its reply.

// region: shown
use crate::runtime::{Builder, JoinHandle, timeout};
use crate::sync::{Mutex, ResourceExt, mpsc, oneshot};
use crate::trace::Level;
use crate::trace::current::{log, value};

/// What askers have: the way to the owner, and nothing of the state.
#[derive(Clone, Debug)]
pub struct OfficeHandle {
    requests: mpsc::Sender<Request>,
}

#[derive(Debug)]
struct Request {
    buyer: usize,
    reply: oneshot::Sender<Result<Seat, BuyError>>,
}

impl OfficeHandle {
    /// Spawns the owner. It ends when the last handle is gone.
    pub fn spawn(office: Office, mailbox: usize) -> (Self, JoinHandle<Office>) {
        let (requests, receiver) = mpsc::channel(mailbox).named("requests");
        let owner = Builder::new().name("owner").spawn(own(office, receiver));
        (Self { requests }, owner)
    }

    pub async fn buy(&self, buyer: usize) -> Result<Seat, BuyError> {
        let (reply, answer) = oneshot::channel().named(format!("reply {buyer}"));
        // Two ways to learn that the owner has ended: it was gone before the request came to its mailbox …
        self.requests.send(Request { buyer, reply }).await.map_err(|_| BuyError::Closed)?;
        // … or with the request in it. Then `reply` is dropped unused, and nobody waits for ever.
        answer.await.map_err(|_| BuyError::Closed)?
    }
}

async fn own(mut office: Office, mut requests: mpsc::Receiver<Request>) -> Office {
    while let Some(Request { buyer, reply }) = requests.recv().await {
        // `&mut`, across an await and without a lock: this task is the only one that has it.
        let seat = office.sell(buyer).await;
        if let Err(Ok(seat)) = reply.send(seat) {
            log(Level::Warn, format!("buyer {buyer} has left: seat {seat} is for sale again"));
            office.take_back(seat);
        }
        if office.closes() {
            break;
        }
    }
    office // Out of scope go the mailbox, the requests in it, and their reply channels.
}

/// The same behind a lock. It is held across an await: whoever comes meanwhile queues at the lock.
pub async fn buy_with_lock(office: &Mutex<Office>, buyer: usize) -> Result<Seat, BuyError> {
    office.lock().await.sell(buyer).await
}

impl Office {
    async fn sell(&mut self, buyer: usize) -> Result<Seat, BuyError> {
        let seat = self.free.pop().ok_or(BuyError::SoldOut)?;
        // Here a second buyer must not find the same seat.
        match self.bank.get(&format!("data/1.json?buyer={buyer}&seat={seat}")).await {
            Ok(_receipt) => {
                value("free seats", self.free.len());
                Ok(seat)
            }
            Err(error) => {
                self.take_back(seat);
                Err(BuyError::Payment(error))
            }
        }
    }
}

async fn visit(buyer: usize, office: AnyOffice, patience: Duration) -> Result<Seat, BuyError> {
    let seat = match &office {
        AnyOffice::Owned(handle) => timeout(patience, handle.buy(buyer)).await,
        AnyOffice::Locked(office) => timeout(patience, buy_with_lock(office, buyer)).await,
    };
    seat.unwrap_or(Err(BuyError::TooLate { patience }))
}
// endregion

/// The state: seats, and the bank that is asked for each.
#[derive(Debug)]
pub struct Office {
    free: Vec<Seat>,
    bank: Network,
    /// How many requests are left until it closes, if it does.
    closes_in: Option<u32>,
}

type Seat = u32;

impl Office {
    fn take_back(&mut self, seat: Seat) {
        self.free.push(seat);
    }

    /// Counts a request; returns whether it was the last one.
    fn closes(&mut self) -> bool {
        self.closes_in = self.closes_in.map(|left| left.saturating_sub(1));
        self.closes_in == Some(0)
    }
}

/// The office in one of its two shapes.
#[derive(Clone, Debug)]
enum AnyOffice {
    Owned(OfficeHandle),
    Locked(Arc<Mutex<Office>>),
}

/// Why there is no seat.
#[derive(Debug, thiserror::Error)]
pub enum BuyError {
    /// None is left.
    #[error("sold out")]
    SoldOut,
    /// The owner has ended.
    #[error("the office has closed: its owner has ended")]
    Closed,
    /// The buyer would not wait any longer.
    #[error("left after `{}` ms", patience.as_millis())]
    TooLate {
        /// How long it waited.
        patience: Duration,
    },
    /// The bank refused.
    #[error("the payment failed")]
    Payment(#[source] FetchError),
}

use std::sync::Arc;
use std::time::Duration;

use crate::net::{FetchError, Network};
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::{FutureExt, JoinSet};

/// The catalogue's entry.
///
/// # What it does
///
/// An actor is a task that owns state and takes requests from an `mpsc` channel, each with a `oneshot` for
/// its reply; a handle with async methods hides both. It needs no library. It ends when the last handle is
/// dropped, and hands its state to whoever joins it.
///
/// # When to use it
///
/// When an operation on the state awaits something, such as a connection, a file, another service: the owner
/// can, and no lock is held. When order matters, or batching: the mailbox is a queue to look into. For state
/// that is only read and written in memory a `std::sync::Mutex` is simpler and faster; not every map wants a
/// task of its own.
///
/// # What goes wrong without it
///
/// A lock that is held across an await serves one at a time as well, but whoever holds it may be cancelled
/// half-way through, its order cannot be seen, and two of them taken in two orders deadlock. An actor has one
/// trap of that kind: two actors that ask each other with full mailboxes wait for ever. Let requests flow in
/// one direction.
///
/// # What to watch
///
/// Requests queue in the mailbox; each reply is an arrow from `owner` to the buyer who asked. Switch to the
/// shared lock: no owner, and the buyers queue at `office` instead. Let the owner end after 2 requests: those
/// in the mailbox and those to come learn it at once. Set the patience to 50 ms: the actor still serves those
/// who left and takes their seats back; behind the lock they leave the queue, and one who leaves while it
/// pays takes its seat along.
pub const PATTERN: Pattern = Pattern {
    id: "actor",
    chapter: Chapter::Channels,
    title: "Actor or shared lock",
    summary: "The seats of a theatre have one owner, a task with a mailbox. Buyers send a request with a channel \
              for the reply, and nobody shares anything. A parameter shows the same with a lock.",
    params: &[
        Param {
            name: "shape",
            label: "Shape",
            help: "An owner task with a mailbox, or state behind a lock.",
            kind: Kind::Choice { options: &["actor", "shared lock"] },
        },
        Param {
            name: "buyers",
            label: "Buyers",
            help: "How many tasks ask for a seat.",
            kind: Kind::Count { min: 0, max: 1000, default: 4 },
        },
        Param {
            name: "seats",
            label: "Seats",
            help: "How many there are.",
            kind: Kind::Count { min: 0, max: 1000, default: 3 },
        },
        Param {
            name: "mailbox",
            label: "Mailbox",
            help: "How many requests the owner's channel holds.",
            kind: Kind::Count { min: 1, max: 1000, default: 2 },
        },
        Param {
            name: "latency",
            label: "Payment",
            help: "How long the bank takes.",
            kind: Kind::Millis { min: 0, max: 5000, default: 20 },
        },
        Param {
            name: "failures",
            label: "Failures",
            help: "How many of a hundred payments fail.",
            kind: Kind::Percent { default: 0 },
        },
        Param {
            name: "patience",
            label: "Patience",
            help: "How long a buyer waits before it leaves.",
            kind: Kind::Millis { min: 0, max: 60_000, default: 1000 },
        },
        Param {
            name: "ends",
            label: "Owner ends after",
            help: "After how many requests the owner ends; 0 for never. A lock has no owner to end.",
            kind: Kind::Count { min: 0, max: 1000, default: 0 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/channels/actor.rs",
    source: source!("channels/actor.rs"),
    spelling: &[
        ("sync::{mpsc, oneshot, Mutex}", "tokio::sync::{mpsc, oneshot, Mutex}"),
        ("runtime::Builder::new().name(…).spawn(…)", "tokio::spawn(…)"),
        ("runtime::timeout", "tokio::time::timeout"),
        (".named(…)", "nothing: it only names a lane"),
        ("trace::current::log", "tracing::warn!"),
    ],
    start: |scene| Box::pin(run(scene)),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let values = &scene.values;
    let seats = values.number("seats");
    let office = Office {
        free: (1..=seats).rev().collect(),
        bank: scene.network(),
        closes_in: Some(values.number("ends")).filter(|ends| *ends > 0),
    };
    let (shared, owner) = match values.text("shape") {
        "shared lock" => (AnyOffice::Locked(Arc::new(Mutex::new(office).named("office"))), None),
        _ => {
            let (handle, owner) = OfficeHandle::spawn(office, values.count("mailbox"));
            (AnyOffice::Owned(handle), Some(owner))
        }
    };
    let mut buyers = JoinSet::new();
    for buyer in 1..=values.count("buyers") {
        let visit = visit(buyer, shared.clone(), values.millis("patience"));
        buyers.build_task().name(format!("buyer {buyer}")).spawn(visit.record_err());
    }
    let [mut sold, mut sold_out, mut closed, mut left, mut failed] = [0; 5];
    while let Some(bought) = buyers.join_next().await {
        match bought.expect("a buyer neither panics nor is aborted") {
            Ok(_) => sold += 1,
            Err(BuyError::SoldOut) => sold_out += 1,
            Err(BuyError::Closed) => closed += 1,
            Err(BuyError::TooLate { .. }) => left += 1,
            Err(BuyError::Payment(_)) => failed += 1,
        }
    }
    let free = match (shared, owner) {
        (AnyOffice::Owned(handle), Some(owner)) => {
            drop(handle); // The last one, so the owner ends and gives its state back.
            owner.await.expect("the owner neither panics nor is aborted").free.len()
        }
        (AnyOffice::Locked(office), _) => office.lock().await.free.len(),
        (AnyOffice::Owned(_), None) => unreachable!("an owned office has an owner"),
    };
    Ok(Outcome::new(format!("{sold} of {seats} seats were sold, {free} are free"))
        .fact("sold", sold)
        .fact("sold out", sold_out)
        .fact("closed", closed)
        .fact("left", left)
        .fact("failed", failed)
        .fact("free", free)
        .fact("lost", seats as usize - sold - free))
}

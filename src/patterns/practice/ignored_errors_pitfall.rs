//! The same orders with nobody to hear of an error.

// region: shown
use super::ignored_errors::{Books, enter, pay};
use crate::net::Network;
use crate::runtime::{Builder, FutureExt};

pub async fn place(id: u32, bank: &Network, books: &Books) {
    // In the background: the handle is dropped at the end of this line, and the error with it.
    Builder::new().name(format!("books {id}")).spawn(enter(id, books.clone()).record_err());
    // The compiler warned of an unused `Result`, so now it does not.
    let _ = pay(id, bank).await;
}
// endregion

use super::ignored_errors::bank;
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};
use crate::trace::Level;
use crate::trace::current::log;

/// Handles and results that are dropped.
pub(super) const PITFALL: Pitfall = Pitfall {
    title: "An error that nobody sees",
    explanation: "`spawn` starts the task whether or not its handle is kept, so nothing seems to be missing. But \
                  the output of a task goes to its handle, and to nobody else: drop that and an `Err` is \
                  dropped the moment it is returned. `let _ =` does the same for the payment. \
                  Everything looks placed. Watch the tasks of the books: they end in `!`, and nobody joins them; the \
                  last may still be running when the run ends, and is cut off without having written \
                  anything. Only the count at the end, which no real service makes, shows what is missing.",
    file: "src/patterns/practice/ignored_errors_pitfall.rs",
    source: source!("practice/ignored_errors_pitfall.rs"),
    start: |scene| Box::pin(run(scene)),
};

/// Orders are missing, and nobody was told.
#[derive(Debug, thiserror::Error)]
#[error("`{orders}` orders are placed, `{entries}` are in the books, and nobody was told of the difference")]
struct Unseen {
    orders: u32,
    entries: u32,
}

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let (bank, books) = (bank(&scene), Books::new(&scene));
    let orders = scene.values.number("orders");
    for id in 1..=orders {
        place(id, &bank, &books).await;
    }
    let entries = books.entries();
    if entries == orders {
        return Ok(Outcome::new("nobody noticed anything wrong").fact("in the books", entries));
    }
    let error = Unseen { orders, entries };
    log(Level::Error, &error);
    Err(PatternError::new(&error))
}

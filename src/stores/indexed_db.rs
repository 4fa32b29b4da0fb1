//! IndexedDB, the browser's own database.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, LocalBoxFuture, select};
use idb::event::VersionChangeEvent;
use idb::{Database, DatabaseEvent as _, Error, Factory, ObjectStore, ObjectStoreParams, Transaction};
use idb::{Query, TransactionMode};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::boxed::boxed;
use super::{Article, StoreError, indexed_db_value, lane};
use crate::runtime::io;

const STORE: &str = "articles";

/// What is done with the store in a transaction.
type Work = Box<dyn FnOnce(ObjectStore) -> LocalBoxFuture<'static, Result<(), Error>>>;

/// Articles in a database of the page's origin. A call is one transaction.
#[derive(Clone, Debug)]
pub struct IndexedDb(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    database: Database,
    /// The transactions under way, by number, to be aborted by.
    under_way: RefCell<Vec<(u32, Transaction)>>,
    begun: Cell<u32>,
}

impl Inner {
    fn new(database: Database) -> Self {
        Self { database, under_way: RefCell::default(), begun: Cell::new(0) }
    }

    fn begins(&self, transaction: Transaction) -> u32 {
        self.begun.set(self.begun.get().wrapping_add(1));
        self.under_way.borrow_mut().push((self.begun.get(), transaction));
        self.begun.get()
    }

    fn ends(&self, number: u32) -> Option<Transaction> {
        let mut under_way = self.under_way.borrow_mut();
        let place = under_way.iter().position(|(begun, _)| *begun == number)?;
        Some(under_way.remove(place).1)
    }
}

impl IndexedDb {
    pub(super) const NAME: &'static str = "indexeddb";

    /// Opens the database `wakeline`.
    ///
    /// # Errors
    ///
    /// As [`IndexedDb::open`].
    pub async fn open_default() -> Result<Self, StoreError> {
        Self::open("wakeline").await
    }

    /// Opens the database with this name; makes it if it is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when the browser does not let this page keep anything.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        let (name, (reply, answer)) = (name.to_owned(), oneshot::channel());
        spawn_local(async move {
            // Nobody may be there to take it, which is fine.
            let _ = reply.send(open(&name).await);
        });
        let unavailable = |why| StoreError::Unavailable { store: Self::NAME, why };
        match io("indexeddb open", answer).await {
            Ok(Ok(database)) => Ok(Self(Rc::new(Inner::new(database)))),
            Ok(Err(error)) => Err(unavailable(error.to_string())),
            Err(_) => Err(unavailable("the browser gave no answer".to_owned())),
        }
    }

    /// Aborts what is under way: the calls end in [`StoreError::Lost`] and nothing of them is written. A
    /// browser does the same when it takes a page's storage away.
    pub fn abort(&self) {
        // One that has just ended cannot be aborted any more, nor need it be.
        self.0.under_way.take().into_iter().for_each(|(_, transaction)| drop(transaction.abort()));
    }

    /// Closes the database when what is under way is done; later calls end in [`StoreError::Lost`].
    pub fn close(&self) {
        self.0.database.close();
    }

    /// Reads an article; see [`Repository::get`](super::Repository::get).
    #[track_caller]
    pub fn get(&self, id: u32) -> impl Future<Output = Result<Article, StoreError>> + '_ {
        let value = self.transact("get", TransactionMode::ReadOnly, async move |store| {
            store.get(Query::from(JsValue::from(id)))?.await
        });
        lane(Self::NAME, "get", async move {
            match value.await? {
                Some(value) => indexed_db_value::article(id, &value).ok_or_else(no_article),
                None => Err(StoreError::Missing { store: Self::NAME, id }),
            }
        })
    }

    /// Inserts or replaces an article; see [`Repository::save`](super::Repository::save).
    #[track_caller]
    pub fn save<'a>(&'a self, article: &'a Article) -> impl Future<Output = Result<u32, StoreError>> + 'a {
        let article = article.clone();
        let revision = self.transact("save", TransactionMode::ReadWrite, async move |store| {
            let key = JsValue::from(article.id);
            let before = store.get(Query::from(key.clone()))?.await?;
            let before = before.and_then(|value| indexed_db_value::article(article.id, &value));
            let revision = before.map_or(0, |before| before.revision) + 1;
            let value = indexed_db_value::value(&Article { revision, ..article });
            store.put(&value, Some(&key))?.await?;
            Ok(revision)
        });
        lane(Self::NAME, "save", revision)
    }

    /// Removes an article; see [`Repository::delete`](super::Repository::delete).
    #[track_caller]
    pub fn delete(&self, id: u32) -> impl Future<Output = Result<(), StoreError>> + '_ {
        let was_there = self.transact("delete", TransactionMode::ReadWrite, async move |store| {
            let key = || Query::from(JsValue::from(id));
            let before = store.get_key(key())?.await?;
            store.delete(key())?.await?;
            Ok(before.is_some())
        });
        lane(Self::NAME, "delete", async move {
            match was_there.await? {
                true => Ok(()),
                false => Err(StoreError::Missing { store: Self::NAME, id }),
            }
        })
    }

    /// Does work in a transaction; dropping what this returns aborts it.
    ///
    /// The work is a task of the browser's own. A transaction commits by itself as soon as the event loop
    /// comes round with no request open; a run that the reader pauses would lose it between two requests.
    #[track_caller]
    fn transact<T: 'static>(
        &self,
        call: &'static str,
        mode: TransactionMode,
        work: impl AsyncFnOnce(ObjectStore) -> Result<T, Error> + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + 'static {
        let output = Rc::new(Cell::new(None));
        let result = Rc::clone(&output);
        let work = move |store| -> LocalBoxFuture<'static, Result<(), Error>> {
            Box::pin(async move {
                result.set(Some(work(store).await?));
                Ok(())
            })
        };
        let ended = self.begin(call, mode, Box::new(work));
        async move {
            ended.await?;
            Ok(output.take().expect("work that has succeeded leaves its output"))
        }
    }

    /// As [`transact`](Self::transact), whatever comes of the work: compiled once, and not for every output.
    #[track_caller]
    fn begin(
        &self,
        call: &'static str,
        mode: TransactionMode,
        work: Work,
    ) -> impl Future<Output = Result<(), StoreError>> + 'static {
        let inner = Rc::clone(&self.0);
        io(&format!("{} {call}", Self::NAME), async move {
            let (mut reply, answer) = oneshot::channel();
            spawn_local(async move {
                let result = transact(&inner, mode, work, &mut reply).await;
                // Nobody may be there to take it, which is fine.
                let _ = reply.send(result);
            });
            answer.await.unwrap_or_else(|_| Err(lost("the browser gave no answer")))
        })
    }
}

async fn open(name: &str) -> Result<Database, Error> {
    let mut request = Factory::new()?.open(name, Some(1))?;
    request.on_upgrade_needed(|event: VersionChangeEvent| {
        // Without its store every transaction is refused, with a message that says so.
        let _ =
            event.database().map(|database| database.create_object_store(STORE, ObjectStoreParams::new()));
    });
    let mut database = request.await?;
    // Another page wants to change or delete the database, and waits until this one lets go of it.
    database.on_version_change(|event| {
        if let Some(Ok(database)) = event.target().map(Database::try_from) {
            database.close();
        }
    });
    Ok(database)
}

async fn transact(
    inner: &Inner,
    mode: TransactionMode,
    work: Work,
    reply: &mut oneshot::Sender<Result<(), StoreError>>,
) -> Result<(), StoreError> {
    let refused = |error: Error| match &error {
        // The only state in which a database begins no transaction is a closed one.
        Error::TransactionOpenFailed(_) => lost(&error),
        _ => failed(&error),
    };
    let mut transaction = inner.database.transaction(&[STORE], mode).map_err(refused)?;
    let end = end(&mut transaction);
    let store = transaction.object_store(STORE).map_err(refused)?;
    let number = inner.begins(store.transaction());
    // The requests are not dropped when the caller goes away: their callbacks will be called in any case.
    let work = std::pin::pin!(async {
        let result = work(store).await;
        (result, end.await == Ok(true))
    });
    let (result, committed) = match select(work, reply.cancellation()).await {
        Either::Left((ended, _)) => ended,
        Either::Right(((), work)) => {
            drop(inner.ends(number).map(Transaction::abort));
            work.await
        }
    };
    inner.ends(number);
    match (result, transaction.error()) {
        (Ok(()), _) if committed => Ok(()),
        // No reason: it was told to. This one: the browser has closed the database.
        (_, None) => Err(lost("the transaction was aborted")),
        (_, Some(error)) if error.name() == "AbortError" => Err(lost(error.message())),
        (_, Some(error)) => Err(failed(format!("{}: {}", error.name(), error.message()))),
    }
}

/// Returns what will tell whether the transaction is committed (`true`) or aborted.
fn end(transaction: &mut Transaction) -> oneshot::Receiver<bool> {
    let (sender, end) = oneshot::channel();
    let sender = Rc::new(Cell::new(Some(sender)));
    let ended = move |committed| {
        let sender = Rc::clone(&sender);
        move |_| {
            if let Some(sender) = sender.take() {
                // The other end is awaited until it has come.
                let _ = sender.send(committed);
            }
        }
    };
    transaction.on_complete(ended(true));
    transaction.on_abort(ended(false));
    end
}

fn lost(why: impl ToString) -> StoreError {
    StoreError::Lost { store: IndexedDb::NAME, why: why.to_string() }
}

fn failed(why: impl ToString) -> StoreError {
    StoreError::Failed { store: IndexedDb::NAME, why: why.to_string() }
}

fn no_article() -> StoreError {
    failed("what is kept under this id is no article")
}

boxed!(IndexedDb);

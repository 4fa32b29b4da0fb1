//! IndexedDB, the real one, does what a repository must.
#![cfg(target_arch = "wasm32")]

#[path = "support/conformance.rs"]
mod conformance;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use conformance::{Fixture, PROPERTIES};
use futures::channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use idb::{Factory, Query, TransactionMode};
use wakeline::patterns::{self, Outcome, PatternError, Scene, Values};
use wakeline::runtime::browser::{drive, time_source};
use wakeline::runtime::{BoxFuture, Clock, Config, Instant, MaybeSend, Run, io};
use wakeline::stores::{Article, Fault, Faulty, IndexedDb, Repository, StoreError, open};
use wakeline::timeline::Model;
use wakeline::trace::RunEnd;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Runs a program on the page's event loop.
async fn run<T: MaybeSend + 'static>(
    config: Config,
    start: impl FnOnce() -> BoxFuture<'static, T>,
) -> (T, Model) {
    let run = Rc::new(RefCell::new(Run::new(config, start)));
    let model = RefCell::new(Model::new());
    let end = drive(Rc::clone(&run), |run| {
        model.borrow_mut().apply(&run.take_frame());
        true
    });
    assert_eq!(end.await, Some(RunEnd::Finished));
    let output = run.borrow_mut().take_output().expect("a finished run has an output");
    (output.expect("nobody aborts the first task"), model.into_inner())
}

/// A database, and the same behind faults that can be planned.
type Opened = (IndexedDb, Arc<Faulty<Box<dyn Repository>>>);

/// A database of the test's own, and what it does behind the back of those that it tests.
struct InIndexedDb {
    name: String,
    opened: RefCell<Vec<Opened>>,
    hold: RefCell<Option<Hold>>,
}

/// A transaction that keeps others from the articles until it is told to let go.
struct Hold {
    lets_go: Rc<Cell<bool>>,
    gone: oneshot::Receiver<()>,
}

impl InIndexedDb {
    fn new(name: &str) -> Self {
        Self { name: format!("wakeline test {name}"), opened: RefCell::default(), hold: RefCell::default() }
    }

    /// Deletes the database once nobody has it open any more.
    async fn clean_up(&self) {
        self.opened.take().iter().for_each(|(store, _)| store.close());
        Factory::new().unwrap().delete(&self.name).unwrap().await.unwrap();
    }
}

async fn keep_others_out(name: String, lets_go: Rc<Cell<bool>>, begun: oneshot::Sender<()>) {
    let database = Factory::new().unwrap().open(&name, Some(1)).unwrap().await.unwrap();
    let transaction = database.transaction(&["articles"], TransactionMode::ReadWrite).unwrap();
    let store = transaction.object_store("articles").unwrap();
    let mut begun = Some(begun);
    // A transaction lasts as long as it has requests.
    while !lets_go.get() {
        store.get(Query::from(JsValue::from(0))).unwrap().await.unwrap();
        begun.take().map(|begun| begun.send(()));
    }
    transaction.await.unwrap();
    database.close();
}

impl Fixture for InIndexedDb {
    fn open(&self) -> BoxFuture<'_, Arc<dyn Repository>> {
        Box::pin(async {
            let store = IndexedDb::open(&self.name).await.unwrap();
            let inner: Box<dyn Repository> = Box::new(store.clone());
            let faulty = Arc::from(Box::new(Faulty::new(inner, Fault::Refused)));
            self.opened.borrow_mut().push((store, Arc::clone(&faulty)));
            faulty as Arc<dyn Repository>
        })
    }

    fn refuse(&self, refuse: bool) -> BoxFuture<'_, ()> {
        self.opened.borrow().iter().for_each(|(_, faulty)| faulty.arm(0, if refuse { 2 } else { 0 }));
        Box::pin(async {})
    }

    fn hold(&self) -> BoxFuture<'_, ()> {
        let (lets_go, (begun, begins)) = (Rc::new(Cell::new(false)), oneshot::channel());
        let (going, gone) = oneshot::channel();
        let work = keep_others_out(self.name.clone(), Rc::clone(&lets_go), begun);
        spawn_local(async move {
            work.await;
            going.send(()).unwrap();
        });
        self.hold.replace(Some(Hold { lets_go, gone }));
        Box::pin(async { io("the test", begins).await.unwrap() })
    }

    fn held(&self) -> BoxFuture<'_, ()> {
        Box::pin(io("the test", TimeoutFuture::new(30)))
    }

    fn cut(&self) -> BoxFuture<'_, bool> {
        self.opened.borrow().iter().for_each(|(store, _)| store.abort());
        Box::pin(async { true })
    }

    fn release(&self) -> BoxFuture<'_, ()> {
        let hold = self.hold.take().expect("there is something to release");
        hold.lets_go.set(true);
        Box::pin(async { io("the test", hold.gone).await.unwrap() })
    }

    fn pause(&self, step: u32) -> BoxFuture<'_, ()> {
        match step {
            0 => Box::pin(async {}),
            _ => Box::pin(io("the test", TimeoutFuture::new(step * step / 20))),
        }
    }
}

/// Counts what is thrown where nobody catches it, such as a callback that was dropped too early.
struct Thrown {
    count: Rc<Cell<u32>>,
    listener: Closure<dyn FnMut(JsValue)>,
}

impl Thrown {
    fn listen() -> Self {
        let count = Rc::new(Cell::new(0));
        let counter = Rc::clone(&count);
        let listener = Closure::new(move |_| counter.set(counter.get() + 1));
        let window = web_sys::window().unwrap();
        window.add_event_listener_with_callback("error", listener.as_ref().unchecked_ref()).unwrap();
        Self { count, listener }
    }
}

impl Drop for Thrown {
    fn drop(&mut self) {
        let window = web_sys::window().unwrap();
        let listener = self.listener.as_ref().unchecked_ref();
        window.remove_event_listener_with_callback("error", listener).unwrap();
    }
}

#[wasm_bindgen_test]
async fn indexed_db_conforms() {
    let thrown = Thrown::listen();
    for (name, property) in PROPERTIES {
        for clock in [Clock::Virtual, Clock::Real] {
            let fixture = Rc::new(InIndexedDb::new(name));
            let config = Config { clock, time_source: time_source(), ..Config::default() };
            let tested = Rc::clone(&fixture);
            run(config, || Box::pin(async move { property(&*tested).await })).await;
            fixture.clean_up().await;
        }
        assert_eq!(thrown.count.get(), 0, "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_closed_database_says_so() {
    let fixture = InIndexedDb::new("closed");
    let store = IndexedDb::open(&fixture.name).await.unwrap();
    store.close();
    let error = store.save(&Article::new(1, "late", &[])).await.unwrap_err();
    assert!(matches!(error, StoreError::Lost { store: "indexeddb", .. }), "{error:?}");
    fixture.clean_up().await;
}

#[wasm_bindgen_test]
async fn what_others_have_put_there_is_an_error_and_can_be_replaced() {
    let fixture = InIndexedDb::new("others");
    let store = IndexedDb::open(&fixture.name).await.unwrap();
    let database = Factory::new().unwrap().open(&fixture.name, Some(1)).unwrap().await.unwrap();
    let transaction = database.transaction(&["articles"], TransactionMode::ReadWrite).unwrap();
    let articles = transaction.object_store("articles").unwrap();
    articles.put(&"a string".into(), Some(&JsValue::from(1))).unwrap().await.unwrap();
    transaction.await.unwrap();
    database.close();

    let error = store.get(1).await.unwrap_err().to_string();
    assert_eq!(error, "`indexeddb` refused: what is kept under this id is no article");
    assert_eq!(store.save(&Article::new(1, "news", &[])).await, Ok(1));
    assert_eq!(store.get(1).await.unwrap().title, "news");
    store.close();
    fixture.clean_up().await;
}

#[wasm_bindgen_test]
async fn virtual_time_waits_for_the_browser() {
    let (nanos, model) = run(Config::default(), || {
        Box::pin(async {
            let store = open("").await.unwrap();
            store.save(&Article::new(9, "news", &[])).await.unwrap();
            store.delete(9).await.unwrap();
            Instant::now().as_nanos()
        })
    })
    .await;
    assert_eq!(nanos, 0);
    let names: Vec<_> = model.lanes().iter().skip(1).map(|lane| &*lane.name).collect();
    assert_eq!(names, ["indexeddb save", "indexeddb delete"]);
}

async fn pattern(id: &str, settings: &[(&str, &str)]) -> (Result<Outcome, PatternError>, Model) {
    let pattern = patterns::find(id).unwrap();
    let mut values = Values::defaults(pattern.params);
    settings.iter().for_each(|(name, text)| values.set(name, text).unwrap());
    let scene = Scene { values, seed: 7, base: String::new() };
    run(Config::default(), || (pattern.start)(scene)).await
}

#[wasm_bindgen_test]
async fn the_patterns_run_on_it() {
    for id in ["repository", "async-fn-in-trait"] {
        let (outcome, model) = pattern(id, &[("store", "real")]).await;
        assert_eq!(outcome.unwrap().get("saves"), Some("5"), "{id}");
        let count = |name: &str| model.lanes().iter().filter(|lane| &*lane.name == name).count();
        assert_eq!([count("indexeddb get"), count("indexeddb save"), count("indexeddb delete")], [2, 5, 1]);
    }
    let (outcome, _) = pattern("repository", &[("store", "real"), ("happens", "lost after")]).await;
    assert_eq!(outcome.unwrap().get("saves"), Some("5"));
}

#[wasm_bindgen_test]
async fn an_address_of_a_server_is_refused_with_the_remedy() {
    let refusal = async |url| {
        let (outcome, _) = pattern("repository", &[("store", "real"), ("url", url)]).await;
        outcome.unwrap_err().to_string()
    };
    assert_eq!(
        refusal("postgres://me:secret@host/db").await,
        "cannot open `postgres`: a page cannot open a connection to it; run the pattern on the command line"
    );
    assert_eq!(
        refusal("sqlite:articles.db").await,
        "cannot open `sqlite`: a page has IndexedDB in its place; leave the address empty"
    );
}

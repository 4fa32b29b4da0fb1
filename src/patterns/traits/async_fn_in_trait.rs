//! The same service, generic over a trait with `async fn`: no `dyn`, no box.
//!
//! Each store's futures are types of their own, known to the compiler, and the service is compiled once for
//! each store. What a caller needs to know of those types, above all whether they are `Send`, the trait has
//! to say.

// region: shown
use std::sync::Arc;

use crate::runtime::{FutureExt, JoinSet, MaybeSend, MaybeSync};
use crate::stores::{Article, Memory, StoreError};
use crate::trace::Level;
use crate::trace::current::log;

/// `async fn get(&self, id: u32) -> Result<…>`, spelled out in order to add one promise: the future is `Send`.
/// (`MaybeSend` is `Send` natively and nothing in a page, where a future may hold JavaScript values.)
pub trait Articles: MaybeSend + MaybeSync + 'static {
    fn get(&self, id: u32) -> impl Future<Output = Result<Article, StoreError>> + MaybeSend;
    fn save(&self, article: &Article) -> impl Future<Output = Result<u32, StoreError>> + MaybeSend;
    fn delete(&self, id: u32) -> impl Future<Output = Result<(), StoreError>> + MaybeSend;
}

/// An implementation keeps the promise by plain `async fn`. Hold an `Rc` or the guard of a `std` mutex
/// across an await in here, and the compiler complains in this place, not at a distant `spawn`.
impl Articles for Memory {
    async fn get(&self, id: u32) -> Result<Article, StoreError> {
        Memory::get(self, id).await
    }

    async fn save(&self, article: &Article) -> Result<u32, StoreError> {
        Memory::save(self, article).await
    }

    async fn delete(&self, id: u32) -> Result<(), StoreError> {
        Memory::delete(self, id).await
    }
}

/// A store around any other, as a type: `Audited<Memory>`. The calls within can be inlined.
pub struct Audited<S>(pub S);

impl<S: Articles> Articles for Audited<S> {
    async fn get(&self, id: u32) -> Result<Article, StoreError> {
        self.0.get(id).await
    }

    async fn save(&self, article: &Article) -> Result<u32, StoreError> {
        let revision = self.0.save(article).await?;
        log(Level::Info, format!("article {} is at revision {revision}", article.id));
        Ok(revision)
    }

    async fn delete(&self, id: u32) -> Result<(), StoreError> {
        self.0.delete(id).await?;
        log(Level::Info, format!("article {id} is gone"));
        Ok(())
    }
}

/// One source, and a compiled copy for each store that it is used with.
pub async fn edit<S: Articles>(store: S, plan: Plan) -> Result<Edited, StoreError> {
    let store = Arc::new(Audited(store));
    let first = store.save(&plan.draft).await?;
    rename(&*store, plan.renamed, "Pinning").record_err().named("rename").await?;
    save_at_once(&store, plan.revised).await?;
    let last = store.get(plan.draft.id).await?;
    store.delete(last.id).await?;
    Ok(Edited { saves: last.revision - first + 1, last })
}

async fn rename<S: Articles>(store: &S, id: u32, title: &str) -> Result<u32, StoreError> {
    let mut article = store.get(id).await?;
    article.title = title.to_owned();
    store.save(&article).await
}

/// Here the promise is called in. `S` is any store, and the task may move between threads at every await:
/// without `Send` in the trait this does not compile, whatever the stores in use are like.
async fn save_at_once<S: Articles>(store: &Arc<S>, drafts: Vec<Article>) -> Result<(), StoreError> {
    let mut editors = JoinSet::new();
    for draft in drafts {
        let store = Arc::clone(store);
        editors.build_task().name(draft.title.clone()).spawn(async move { store.save(&draft).await });
    }
    while let Some(saved) = editors.join_next().await {
        saved.expect("an editor neither panics nor is aborted")?;
    }
    Ok(())
}
// endregion

/// What is to be done.
#[derive(Debug)]
pub struct Plan {
    draft: Article,
    /// The id of the article that gets a new title.
    renamed: u32,
    /// What the editors save, each one.
    revised: Vec<Article>,
}

/// What was done.
#[derive(Debug)]
pub struct Edited {
    /// How many saves the store counted.
    pub saves: u32,
    /// The article as the last one left it.
    pub last: Article,
}

use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::stores::Embedded;

impl Articles for Embedded {
    async fn get(&self, id: u32) -> Result<Article, StoreError> {
        Embedded::get(self, id).await
    }

    async fn save(&self, article: &Article) -> Result<u32, StoreError> {
        Embedded::save(self, article).await
    }

    async fn delete(&self, id: u32) -> Result<(), StoreError> {
        Embedded::delete(self, id).await
    }
}

/// The catalogue's entry.
///
/// # What it does
///
/// Since Rust 1.75 a trait may have `async fn`: each implementation returns a future of its own type, as
/// `impl Future` in return position does. Such a trait has no `dyn`. And nobody can say from outside that
/// this unnamed type be `Send`, so a library declares `fn save(…) -> impl Future<Output = …> + Send` and
/// implements it by `async fn`. The crate `trait_variant` writes that second, `Send` trait from the first
/// one; return-type notation, `S: Articles<save(..): Send>`, will let the caller ask for it, and is not
/// stable yet.
///
/// # When to use it
///
/// For generic code with one or two stores per program, for calls that are short and many, without an
/// allocator, and for a trait of your own crate whose implementations you know. Use `dyn` (`repository`) when
/// the choice falls at run time, for collections of different stores, and to keep compile times and binaries
/// small. The two combine: a generic store, boxed at the edge.
///
/// # What goes wrong without it
///
/// With bare `async fn` in a public trait everything compiles until the first generic `spawn`: `future cannot
/// be sent between threads safely`, for a type that nobody can name; the lint `async_fn_in_trait` warns of
/// it. The promise has a price as well: no implementation may hold an `Rc`, a `RefCell`'s guard or a
/// JavaScript value across an await, not even for users with one thread.
///
/// # What to watch
///
/// The same lanes as in `repository`, but the editors are tasks now, in parallel on tokio with 4 threads.
/// Choose the real store: the program has a second copy of every function here, and the choice is a `match`
/// with both of them written out. Let the id be missing and follow the error through `rename`.
pub const PATTERN: Pattern = Pattern {
    id: "async-fn-in-trait",
    chapter: Chapter::Traits,
    title: "async fn in a trait",
    summary: "The repository once more, with native `async fn` and generics: nothing is boxed, each store has its own \
              copy of the service, and the trait has to promise `Send`.",
    params: &[
        Param {
            name: "store",
            label: "Store",
            help: "In memory, or real: IndexedDB in a page, SQLite natively.",
            kind: Kind::Choice { options: &["memory", "real"] },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long a call of the store in memory takes.",
            kind: Kind::Millis { min: 0, max: 5000, default: 20 },
        },
        Param {
            name: "editors",
            label: "Editors",
            help: "How many tasks save the article at once.",
            kind: Kind::Count { min: 0, max: 500, default: 3 },
        },
        Param {
            name: "happens",
            label: "What happens",
            help: "All is well, or the article to rename is not there.",
            kind: Kind::Choice { options: &["all is well", "missing id"] },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/traits/async_fn_in_trait.rs",
    source: source!("traits/async_fn_in_trait.rs"),
    spelling: &[
        ("runtime::MaybeSend, runtime::MaybeSync", "Send, Sync"),
        ("runtime::JoinSet", "tokio::task::JoinSet"),
        (".build_task().name(…).spawn(…)", ".spawn(…)"),
        ("trace::current::log", "tracing::info!"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

const ID: u32 = 1;

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let values = &scene.values;
    let editors = (1..=values.number("editors")).map(|number| format!("editor {number}"));
    let plan = Plan {
        draft: Article::new(ID, "Draft", &["async"]),
        renamed: if values.text("happens") == "missing id" { 404 } else { ID },
        revised: editors.map(|editor| Article::new(ID, &*editor, &[&editor])).collect(),
    };
    // Chosen at run time all the same: by a `match`, with a copy of everything in each arm.
    let edited = match values.text("store") {
        "real" => match Embedded::open_default().await {
            Ok(store) => edit(store, plan).await,
            Err(error) => Err(error),
        },
        _ => edit(Memory::new(values.millis("latency")), plan).await,
    };
    let Edited { saves, last } = edited.map_err(|error| PatternError::new(&error))?;
    Ok(Outcome::new(format!("the store put {saves} saves in a row, the last one by `{}`", last.title))
        .fact("saves", saves)
        .fact("title", last.title))
}

//! A service that knows one trait, `&dyn Repository`, and a store behind it that is chosen at run time.
//!
//! In memory for a test, IndexedDB in a page, SQLite or PostgreSQL on a server: the code in between is the
//! same, compiled once. The price is a box for the future of each call, which next to real input and output
//! is nothing.

// region: shown
use futures::future::try_join_all;

use crate::runtime::{BoxFuture, FutureExt};
use crate::stores::{Article, Repository, StoreError};
use crate::trace::Level;
use crate::trace::current::log;

/// The service. It knows the trait, and none of the stores.
pub async fn edit(store: &dyn Repository, plan: &Plan) -> Result<Edited, StoreError> {
    let first = store.save(&plan.draft).await?;
    if plan.saves_twice {
        store.save(&plan.draft).await?; // Replaces it: an upsert has no duplicates.
    }
    rename(store, plan.renamed, "Pinning").record_err().named("rename").await?;
    save_at_once(store, &plan.revised).await?;
    let last = store.get(plan.draft.id).await?;
    store.delete(last.id).await?;
    Ok(Edited { saves: last.revision - first + 1, last })
}

/// Two calls, and between them others may save too. Whoever cannot accept that the last one wins compares
/// the revision within the store's own statement; a lock around these lines would only hold for one process.
pub async fn rename(store: &dyn Repository, id: u32, title: &str) -> Result<u32, StoreError> {
    let mut article = store.get(id).await?;
    article.title = title.to_owned();
    save_or_look(store, &article).await
}

/// A lost connection leaves a question: was the answer lost, or the save? Saving again blindly may undo
/// what somebody else has done since. So look.
async fn save_or_look(store: &dyn Repository, article: &Article) -> Result<u32, StoreError> {
    match store.save(article).await {
        Err(error @ StoreError::Lost { .. }) => {
            log(Level::Warn, format!("{error}: is it there?"));
            let found = store.get(article.id).await?;
            let is_ours = (&found.title, &found.tags) == (&article.title, &article.tags);
            if is_ours { Ok(found.revision) } else { Err(error) }
        }
        saved => saved,
    }
}

/// They all borrow one store, and none of them locks it: it is the store that puts saves in a row.
pub async fn save_at_once(store: &dyn Repository, drafts: &[Article]) -> Result<Vec<u32>, StoreError> {
    let saves = drafts.iter().map(|draft| {
        let editor = draft.tags.first().cloned().unwrap_or_default();
        store.save(draft).record_err().named(editor)
    });
    try_join_all(saves).await
}

/// A store around any other. Each layer is one more `impl`, and the service does not notice.
pub struct Audited<'a>(pub &'a dyn Repository);

impl Repository for Audited<'_> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn get(&self, id: u32) -> BoxFuture<'_, Result<Article, StoreError>> {
        self.0.get(id) // Handed on as it is: no second box.
    }

    // What `#[async_trait] async fn save(&self, article: &Article)` expands to. The one lifetime says that
    // the future borrows both the store and the article.
    fn save<'a>(&'a self, article: &'a Article) -> BoxFuture<'a, Result<u32, StoreError>> {
        Box::pin(async move {
            let revision = self.0.save(article).await?;
            log(Level::Info, format!("article {} is at revision {revision}", article.id));
            Ok(revision)
        })
    }

    fn delete(&self, id: u32) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.0.delete(id).await?;
            log(Level::Info, format!("article {id} is gone"));
            Ok(())
        })
    }
}
// endregion

/// What is to be done.
#[derive(Debug)]
pub struct Plan {
    draft: Article,
    saves_twice: bool,
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
use crate::stores::{Fault, Faulty, Memory, open};

/// The catalogue's entry.
///
/// # What it does
///
/// A trait whose methods return `BoxFuture` can be a trait object: `&dyn Repository`, `Arc<dyn Repository>`.
/// The crate `async-trait` writes the same from `async fn`. Its `save` is an upsert that happens as a whole
/// or not at all, although in SQL it is three statements in a transaction. The boxed future is `Send`
/// natively, so it can be spawned anywhere, and the trait says `Sync`, because a `&dyn Repository` is held
/// across awaits.
///
/// # When to use it
///
/// When the store is a matter of configuration, when stores are stacked (auditing, caching, faults for
/// tests), when a plugin brings one, and when a generic parameter would spread through every type of the
/// program. A box costs some tens of nanoseconds; a query costs a hundred microseconds and more. In a hot
/// loop over things in memory use generics: `async-fn-in-trait`.
///
/// # What goes wrong without it
///
/// The service calls `sqlx` itself, so its tests need a database, and the day on which it needs a second
/// store it is written a second time. Where every store also has errors of its own, every caller learns all
/// of them: translate at the boundary, as `StoreError` does, and keep apart what callers treat apart:
/// missing, refused, lost.
///
/// # What to watch
///
/// Each call is a lane with the store's name inside the one that made it. The editors' saves overlap, and the
/// revisions show that the store put them in a row. Let the connection be lost after the save: `rename`
/// looks, finds its title there and goes on; lost before, it fails and nothing is written. Switch the store
/// to real: the lanes say `indexeddb` in a page and `sqlite` in a terminal, and virtual time stands still
/// while they wait.
pub const PATTERN: Pattern = Pattern {
    id: "repository",
    chapter: Chapter::Traits,
    title: "Repository behind dyn",
    summary: "An article is saved, renamed, saved by several editors at once and deleted, through an object-safe \
              async trait. The store behind it is memory, or a real database.",
    params: &[
        Param {
            name: "store",
            label: "Store",
            help: "In memory, or real: IndexedDB in a page, SQLite natively.",
            kind: Kind::Choice { options: &["memory", "real"] },
        },
        Param {
            name: "url",
            label: "Database",
            help: "Where a real store is; only on the command line: `sqlite:articles.db`, or `postgres://…` in a \
                   build with feature `postgres`, best without the password, which is taken from \
                   `PGPASSWORD` too. Empty for a SQLite database in memory.",
            kind: Kind::Text { default: "" },
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
            help: "How many save the article at once.",
            kind: Kind::Count { min: 0, max: 500, default: 3 },
        },
        Param {
            name: "happens",
            label: "What happens",
            help: "All is well, or: the article to rename is not there, the draft is saved twice, the store refuses \
                   the rename, or the connection is lost before or after it is saved.",
            kind: Kind::Choice {
                options: &[
                    "all is well",
                    "missing id",
                    "duplicate save",
                    "refused",
                    "lost before",
                    "lost after",
                ],
            },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/traits/repository.rs",
    source: source!("traits/repository.rs"),
    spelling: &[
        ("runtime::BoxFuture", "futures::future::BoxFuture, or #[async_trait]"),
        ("stores::Sqlite, stores::Postgres", "sqlx::SqlitePool, sqlx::PgPool"),
        (".named(…), .record_err()", "nothing: they only draw a lane and its failure"),
        ("trace::current::log", "tracing::info!"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

const ID: u32 = 1;

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let (values, happens) = (&scene.values, scene.values.text("happens"));
    let store: Box<dyn Repository> = match values.text("store") {
        "real" => open(values.text("url")).await.map_err(|error| PatternError::new(&error))?,
        _ => Box::new(Memory::new(values.millis("latency"))),
    };
    let (fault, faults) = match happens {
        "lost before" => (Fault::LostBefore, 1),
        "lost after" => (Fault::LostAfter, 1),
        "refused" => (Fault::Refused, 1),
        _ => (Fault::Refused, 0),
    };
    let store = Faulty::new(store, fault);
    store.arm(1, faults); // The draft is saved, the rename is not.
    let editors = (1..=values.number("editors")).map(|number| format!("editor {number}"));
    let plan = Plan {
        draft: Article::new(ID, "Draft", &["async"]),
        saves_twice: happens == "duplicate save",
        renamed: if happens == "missing id" { 404 } else { ID },
        revised: editors.map(|editor| Article::new(ID, &*editor, &[&editor])).collect(),
    };
    let edited = edit(&Audited(&store), &plan).await;
    let Edited { saves, last } = edited.map_err(|error| PatternError::new(&error))?;
    let name = store.name();
    Ok(Outcome::new(format!("`{name}` put {saves} saves in a row, the last one by `{}`", last.title))
        .fact("store", name)
        .fact("saves", saves)
        .fact("title", last.title))
}

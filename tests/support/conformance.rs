//! What every store must do, as programs that are given a store and faults to go with it.
//!
//! A title and all tags of an article here are the same word, so that a mixture of two saves, or half of
//! one, is seen for what it is.

use std::sync::Arc;

use futures::future::{Either, join, join_all, select};
use wakeline::runtime::{BoxFuture, MaybeSend, MaybeSync, spawn};
use wakeline::stores::{Article, Repository, StoreError};

/// A store that a test opens, and whose data and saves it can get hold of from behind.
pub trait Fixture: MaybeSend + MaybeSync {
    /// Opens the store; each time the same data.
    fn open(&self) -> BoxFuture<'_, Arc<dyn Repository>>;

    /// Lets saves fail in their middle from now on, or no more.
    fn refuse(&self, refuse: bool) -> BoxFuture<'_, ()>;

    /// Holds saves in their middle from now on.
    fn hold(&self) -> BoxFuture<'_, ()>;

    /// Waits until a save is being held.
    fn held(&self) -> BoxFuture<'_, ()>;

    /// Cuts the connection that is being held; returns `false` where there is none that could be.
    fn cut(&self) -> BoxFuture<'_, bool>;

    /// Holds nothing any more.
    fn release(&self) -> BoxFuture<'_, ()>;

    /// Waits for a while that grows with `step`: from nothing, at 0, to longer than a save takes, at 29.
    fn pause(&self, step: u32) -> BoxFuture<'_, ()>;
}

/// A property of a store.
pub type Property = for<'a> fn(&'a dyn Fixture) -> BoxFuture<'a, ()>;

macro_rules! properties {
    ($($name:ident),* $(,)?) => {
        /// All of them, with their names.
        pub const PROPERTIES: &[(&str, Property)] = &[$((stringify!($name), |fixture| Box::pin($name(fixture)))),*];
    };
}

properties!(
    what_is_saved_is_read,
    saving_again_replaces_all_of_it,
    what_is_missing_is_an_error,
    what_is_deleted_is_gone,
    saves_at_once_are_serialised,
    saves_of_different_articles_leave_each_other_alone,
    a_refused_save_writes_nothing,
    a_save_dropped_in_its_middle_is_whole_or_not_there,
    a_save_dropped_at_any_moment_is_whole_or_not_there,
    a_connection_cut_in_the_middle_of_a_save_is_an_error,
    what_is_saved_is_there_when_opened_again,
);

/// An article whose parts can be told to belong together.
fn uniform(id: u32, word: &str) -> Article {
    Article::new(id, word, &[word; 40])
}

/// Returns the word of an article, after making sure that all of it says the same.
#[track_caller]
fn word(article: &Article) -> &str {
    let Article { id, title, tags, .. } = article;
    let is_whole = tags.len() == 40 && tags.iter().all(|tag| tag == title);
    let (last, count) = (tags.last(), tags.len());
    assert!(
        is_whole,
        "half an article `{id}`: titled `{title}`, with {count} tags, the last of them {last:?}"
    );
    title
}

async fn what_is_saved_is_read(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let many: Vec<String> = (0..500).map(|number| format!("tag {number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let articles = [
        Article::new(0, "", &[]),
        Article::new(
            1,
            "Robert'); DROP TABLE wakeline_articles; --",
            &["\"", "'", "$1", "?", "\\", "{}", "[1]"],
        ),
        Article::new(2, "Überläufer 🦀 \u{202e}", &["日本", "", " ", "a\nb", "e\u{301}"]),
        Article::new(3, "Order", &["z", "a", "z", "m"]),
        Article::new(u32::MAX, "Many", &many),
    ];
    for article in &articles {
        assert_eq!(store.save(article).await, Ok(1));
    }
    for article in articles {
        assert_eq!(store.get(article.id).await, Ok(Article { revision: 1, ..article }));
    }
}

async fn saving_again_replaces_all_of_it(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    for (revision, tags) in [(1, &["a", "b", "c"][..]), (2, &["d"]), (3, &[]), (4, &["a", "b"])] {
        // What the article says of its revision is what was read, not what will be.
        let article = Article { revision: 77, ..Article::new(10, format!("{revision} times"), tags) };
        assert_eq!(store.save(&article).await, Ok(revision));
        assert_eq!(store.get(10).await, Ok(Article { revision, ..article }));
    }
}

async fn what_is_missing_is_an_error(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let missing = StoreError::Missing { store: store.name(), id: 404 };
    assert_eq!(missing.to_string(), format!("`{}` has no article `404`", store.name()));
    assert_eq!(store.get(404).await, Err(missing.clone()));
    assert_eq!(store.delete(404).await, Err(missing));
}

async fn what_is_deleted_is_gone(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let missing = Err(StoreError::Missing { store: store.name(), id: 20 });
    for article in [20, 21].map(|id| uniform(id, "first")) {
        assert_eq!(store.save(&article).await, Ok(1));
    }
    assert_eq!(store.delete(20).await, Ok(()));
    assert_eq!(store.get(20).await, missing);
    assert_eq!(store.delete(20).await, missing.map(|_| ()));
    assert_eq!(word(&store.get(21).await.unwrap()), "first");

    // Its tags are gone too, and so is the count of its revisions.
    let again = Article::new(20, "again", &[]);
    assert_eq!(store.save(&again).await, Ok(1));
    assert_eq!(store.get(20).await, Ok(Article { revision: 1, ..again }));
}

async fn saves_at_once_are_serialised(fixture: &dyn Fixture) {
    const WRITERS: u32 = 24;
    let stores = [fixture.open().await, fixture.open().await];
    let store_of = |number: u32| Arc::clone(&stores[number as usize % stores.len()]);
    let writers = (0..WRITERS).map(|number| {
        let store = store_of(number);
        spawn(async move { store.save(&uniform(30, &format!("writer {number}"))).await.unwrap() })
    });
    let readers = (0..WRITERS).map(|number| {
        let store = store_of(number);
        spawn(async move {
            match store.get(30).await {
                Ok(article) => drop(word(&article).len()),
                Err(error) => assert!(matches!(error, StoreError::Missing { .. }), "{error}"),
            }
        })
    });
    let (writers, readers): (Vec<_>, Vec<_>) = (writers.collect(), readers.collect());
    let (revisions, readers) = join(join_all(writers), join_all(readers)).await;
    readers.into_iter().for_each(|reader| reader.unwrap());
    let revisions: Vec<u32> = revisions.into_iter().map(|revision| revision.unwrap()).collect();

    let last = revisions.iter().position(|revision| *revision == WRITERS).expect("none is lost");
    let kept = stores[0].get(30).await.unwrap();
    assert_eq!((word(&kept), kept.revision), (format!("writer {last}").as_str(), WRITERS));
    let mut sorted = revisions.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=WRITERS).collect::<Vec<_>>(), "each has a revision of its own");
}

async fn saves_of_different_articles_leave_each_other_alone(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let articles: Vec<Article> = (40..60).map(|id| uniform(id, &format!("article {id}"))).collect();
    let revisions = join_all(articles.iter().map(|article| store.save(article))).await;
    assert!(revisions.iter().all(|revision| *revision == Ok(1)), "{revisions:?}");
    for article in articles {
        assert_eq!(store.get(article.id).await, Ok(Article { revision: 1, ..article }));
    }
}

async fn a_refused_save_writes_nothing(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store.save(&uniform(70, "old")).await.unwrap();
    fixture.refuse(true).await;
    for id in [70, 71] {
        let error = store.save(&uniform(id, "new")).await.expect_err("it is refused");
        assert!(matches!(error, StoreError::Failed { .. }), "{error:?}");
        assert!(error.to_string().contains("a planned fault"), "{error}");
    }
    fixture.refuse(false).await;
    assert_eq!(store.get(70).await, Ok(Article { revision: 1, ..uniform(70, "old") }));
    assert_eq!(store.get(71).await, Err(StoreError::Missing { store: store.name(), id: 71 }));
    assert_eq!(store.save(&uniform(70, "new")).await, Ok(2));
}

async fn a_save_dropped_in_its_middle_is_whole_or_not_there(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store.save(&uniform(80, "old")).await.unwrap();
    for id in [80, 81] {
        fixture.hold().await;
        let article = uniform(id, "new");
        match select(store.save(&article), fixture.held()).await {
            Either::Left((result, _)) => panic!("it was not held: {result:?}"),
            Either::Right(((), save)) => drop(save),
        }
        fixture.release().await;
        assert_old_or_new(&*store, id, (id == 80).then_some("old")).await;
    }
}

async fn a_save_dropped_at_any_moment_is_whole_or_not_there(fixture: &dyn Fixture) {
    const SAVES: u32 = 60;
    let store = fixture.open().await;
    store.save(&uniform(90, "0")).await.unwrap();
    let mut last = 0;
    let mut written = 0;
    for number in 1..=SAVES {
        let article = uniform(90, &number.to_string());
        if let Either::Left((saved, _)) = select(store.save(&article), fixture.pause(number % 30)).await {
            saved.unwrap();
        }
        let article = store.get(90).await.unwrap();
        let found: u32 = word(&article).parse().unwrap();
        // A commit that was on its way when its save was dropped may still arrive, after this `get` even.
        // What never happens is that an older save is seen after a newer one.
        assert!((last..=number).contains(&found), "{found} after {last}");
        written += u32::from(found != last);
        last = found;
    }
    // The moments were well chosen if some came too early and some too late.
    assert!((1..SAVES).contains(&written), "{written} of {SAVES} saves were written");
}

async fn a_connection_cut_in_the_middle_of_a_save_is_an_error(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store.save(&uniform(100, "old")).await.unwrap();
    for id in [100, 101] {
        let store = fixture.open().await;
        fixture.hold().await;
        let article = uniform(id, "new");
        let meanwhile = async {
            fixture.held().await;
            let is_cut = fixture.cut().await;
            fixture.release().await;
            is_cut
        };
        let (saved, is_cut) = join(store.save(&article), meanwhile).await;
        if !is_cut {
            return;
        }
        let error = saved.expect_err("the connection was cut");
        assert!(matches!(error, StoreError::Lost { .. }), "{error:?}");
        assert!(
            error.to_string().starts_with(&format!("lost the connection to `{}`: ", store.name())),
            "{error}"
        );
        assert_old_or_new(&*fixture.open().await, id, (id == 100).then_some("old")).await;
    }
}

async fn what_is_saved_is_there_when_opened_again(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store.save(&uniform(110, "kept")).await.unwrap();
    drop(store);
    assert_eq!(word(&fixture.open().await.get(110).await.unwrap()), "kept");
}

/// Asserts that a save of `new` over `old` was done as a whole or not at all, and that all is well since.
async fn assert_old_or_new(store: &dyn Repository, id: u32, old: Option<&str>) {
    match (store.get(id).await, old) {
        (Ok(article), Some(old)) => assert!([old, "new"].contains(&word(&article)), "{article:?}"),
        (Ok(article), None) => assert_eq!(word(&article), "new"),
        (Err(StoreError::Missing { .. }), None) => {}
        (result, _) => panic!("article {id} is gone: {result:?}"),
    }
    store.save(&uniform(id, "after")).await.unwrap();
    assert_eq!(word(&store.get(id).await.unwrap()), "after");
}

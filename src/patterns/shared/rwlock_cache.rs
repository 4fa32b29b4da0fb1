//! A cache behind a lock that many may read at once, and one alone may write.
//!
//! Readers overlap. What a writer has to wait for depends on the lock: on a fair one for those who read
//! already, on one that prefers readers for the first moment at which nobody does, which may never come.

// region: shown
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::net::FetchError;
use crate::runtime::{Instant, sleep};
use crate::sync::{Notify, RwLock, RwLockReadGuard, RwLockWriteGuard};

impl Cache {
    /// Answers a client with an article: from here, or else from the origin.
    pub async fn get(&self, key: usize, client: &Client) -> Result<(), FetchError> {
        let articles = self.read().await;
        if let Some(article) = articles.get(&key) {
            // The answer is sent under the lock. Other readers do not mind; a writer waits for it.
            return client.send(key, article).await;
        }
        // A task that asks to write while it reads waits for itself, for ever.
        drop(articles);
        // Nobody is kept out meanwhile. Two who miss the same key fetch it twice, which is harmless here.
        let article = self.origin.fetch(key).await?;
        self.write().await.insert(key, article.clone());
        client.send(key, &article).await
    }

    pub async fn set(&self, key: usize, article: String) -> Result<(), FetchError> {
        let mut articles = self.write().await;
        self.journal.append(key).await?; // Nobody reads what the journal does not have.
        articles.insert(key, article);
        Ok(())
    }

    /// tokio's lock is fair: a writer stands in the queue, and whoever comes to read after it waits behind it.
    async fn write(&self) -> Writing<'_> {
        let asked = Instant::now();
        let Some(freed) = &self.prefers_readers else {
            let guard = self.articles.write().await;
            self.measured.write_after(asked.elapsed());
            return Writing { guard, _freed: Freed(None) };
        };
        // A lock that prefers readers, as `pthread_rwlock_t` of glibc does unless told otherwise: the writer
        // is in no queue, it only looks in whenever somebody leaves.
        loop {
            let somebody_leaves = freed.notified(); // Before the look, or a reader may leave unheard after it.
            if let Ok(guard) = self.articles.try_write() {
                self.measured.write_after(asked.elapsed());
                return Writing { guard, _freed: Freed(Some(freed)) };
            }
            somebody_leaves.await;
        }
    }

    async fn read(&self) -> Reading<'_> {
        let asked = Instant::now();
        let guard = self.articles.read().await;
        let reader = self.measured.read_after(asked.elapsed());
        Reading { guard, _reader: reader, _freed: Freed(self.prefers_readers.as_ref()) }
    }
}

pub async fn reader(cache: Arc<Cache>, client: Client, reads: usize) -> Result<(), FetchError> {
    for read in 0..reads {
        cache.get((client.number + read) % cache.keys + 1, &client).await?;
    }
    Ok(())
}

/// Keeps the articles fresh, one after the other.
pub async fn writer(cache: Arc<Cache>, writes: usize, every: Duration) -> Result<(), FetchError> {
    for write in 0..writes {
        sleep(every).await;
        cache.set(write % cache.keys + 1, format!("edition {}", write + 2)).await?;
    }
    Ok(())
}
// endregion

/// Articles by number, kept from an origin that is slow.
#[derive(Debug)]
pub struct Cache {
    articles: RwLock<BTreeMap<usize, String>>,
    /// Where a writer is in no queue: told by whoever lets go of the lock.
    prefers_readers: Option<Notify>,
    keys: usize,
    origin: Origin,
    journal: Journal,
    measured: Measured,
}

struct Reading<'a> {
    guard: RwLockReadGuard<'a, BTreeMap<usize, String>>,
    _reader: Counted<'a>,
    // Behind the guard: fields are dropped in their order, and the lock is free when it is told.
    _freed: Freed<'a>,
}

struct Writing<'a> {
    guard: RwLockWriteGuard<'a, BTreeMap<usize, String>>,
    _freed: Freed<'a>,
}

struct Freed<'a>(Option<&'a Notify>);

impl Drop for Freed<'_> {
    fn drop(&mut self) {
        if let Some(freed) = self.0 {
            freed.notify_waiters();
        }
    }
}

impl Deref for Reading<'_> {
    type Target = BTreeMap<usize, String>;

    fn deref(&self) -> &Self::Target {
        &self.guard
    }
}

impl Deref for Writing<'_> {
    type Target = BTreeMap<usize, String>;

    fn deref(&self) -> &Self::Target {
        &self.guard
    }
}

impl DerefMut for Writing<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.guard
    }
}

/// Somebody who wants articles, at the end of a line.
#[derive(Clone, Debug)]
pub struct Client {
    number: usize,
    line: Network,
}

impl Client {
    #[track_caller]
    fn send(&self, key: usize, article: &str) -> impl Future<Output = Result<(), FetchError>> + use<> {
        let (client, length) = (self.number, article.len());
        let sent = self.line.get(&format!("data/{key}.json?client={client}&length={length}"));
        async move { sent.await.map(drop) }
    }
}

#[derive(Debug)]
struct Origin {
    network: Network,
    fetched: AtomicUsize,
}

impl Origin {
    #[track_caller]
    fn fetch(&self, key: usize) -> impl Future<Output = Result<String, FetchError>> + use<> {
        self.fetched.fetch_add(1, Ordering::Relaxed);
        let document = self.network.get(&format!("data/{key}.json"));
        async move { Ok(document.await?.title().unwrap_or_default()) }
    }
}

#[derive(Debug)]
struct Journal(Network);

impl Journal {
    #[track_caller]
    fn append(&self, key: usize) -> impl Future<Output = Result<(), FetchError>> + use<> {
        let appended = self.0.get(&format!("data/{key}.json?append"));
        async move { appended.await.map(drop) }
    }
}

/// What the lock was like for those who used it; atomic, because on tokio tasks move between threads.
#[derive(Debug, Default)]
struct Measured {
    longest_write_wait_ms: AtomicU64,
    longest_read_wait_ms: AtomicU64,
    readers: AtomicUsize,
    most_readers: AtomicUsize,
    writes: AtomicUsize,
}

struct Counted<'a>(&'a Measured);

impl Measured {
    fn write_after(&self, wait: Duration) {
        self.writes.fetch_add(1, Ordering::Relaxed);
        let millis = wait.as_millis() as u64;
        if millis > self.longest_write_wait_ms.fetch_max(millis, Ordering::Relaxed) {
            value("longest wait to write", format!("{millis} ms"));
        }
    }

    fn read_after(&self, wait: Duration) -> Counted<'_> {
        self.longest_read_wait_ms.fetch_max(wait.as_millis() as u64, Ordering::Relaxed);
        let readers = self.readers.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_readers.fetch_max(readers, Ordering::Relaxed);
        Counted(self)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.readers.fetch_sub(1, Ordering::Relaxed);
    }
}

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::net::Network;
use crate::patterns::{Chapter, EVERYWHERE, Kind, Outcome, Param, Pattern, PatternError, Scene};
use crate::runtime::{FutureExt, JoinSet};
use crate::sync::ResourceExt;
use crate::trace::current::value;

/// The catalogue's entry.
///
/// # What it does
///
/// `get` reads under the shared lock; a miss lets go of it, fetches, and writes under the exclusive one. The
/// reader's and the writer's guards are never held by one task together. tokio's lock is fair: who comes
/// first is served first, so readers that come after a waiting writer wait too.
///
/// # When to use it
///
/// When reads are many, and *long* enough to overlap. For a look-up of nanoseconds a `Mutex` is as good or
/// better: an `RwLock` writes to a shared counter for each reader, which costs as much as the lock it saves.
/// For data that is replaced as a whole keep an `Arc` in a lock (or `arc-swap`), clone it out and let go at
/// once: here that would be `hold` = 0.
///
/// # What goes wrong without it
///
/// With one `Mutex` the clients are served one by one, each at the speed of its own line. With a lock that
/// prefers readers the cache goes stale under load, exactly when it matters: it needs two clients only, who
/// take turns in never both being gone. Fairness has its own trap: a task that takes the read lock twice,
/// with a writer come in between, waits for ever.
///
/// # What to watch
///
/// The readers' bars on `articles` overlap; `writer` waits for those who read, and then nobody else is in.
/// Read `longest wait to write`: at most one answer long. Set the lock to `prefers readers`: the writer waits
/// until the readers have stopped. Give them 20 reads, and it waits for all of them. Set `hold` to 0 and
/// nobody waits for anybody.
pub const PATTERN: Pattern = Pattern {
    id: "rwlock-cache",
    chapter: Chapter::Shared,
    title: "Cache behind a read-write lock",
    summary: "Many tasks read a cache at once, and a writer keeps it fresh. How long the writer has to wait is \
              measured, under a fair lock and under one that prefers readers.",
    params: &[
        Param {
            name: "lock",
            label: "Lock",
            help: "`fair` is tokio's; under `prefers readers` a writer waits until nobody reads.",
            kind: Kind::Choice { options: &["fair", "prefers readers"] },
        },
        Param {
            name: "readers",
            label: "Readers",
            help: "How many tasks read.",
            kind: Kind::Count { min: 0, max: 100, default: 3 },
        },
        Param {
            name: "reads",
            label: "Reads",
            help: "How often each does, without a pause.",
            kind: Kind::Count { min: 0, max: 1000, default: 4 },
        },
        Param {
            name: "hold",
            label: "Hold",
            help: "How long it takes at least to send an answer, under the lock; up to half as much is added.",
            kind: Kind::Millis { min: 0, max: 1000, default: 20 },
        },
        Param {
            name: "writes",
            label: "Writes",
            help: "How often the writer freshens an article.",
            kind: Kind::Count { min: 0, max: 1000, default: 2 },
        },
        Param {
            name: "every",
            label: "Every",
            help: "How long the writer rests before each write.",
            kind: Kind::Millis { min: 0, max: 5000, default: 45 },
        },
        Param {
            name: "journal",
            label: "Journal",
            help: "How long a write takes, under the lock.",
            kind: Kind::Millis { min: 0, max: 1000, default: 10 },
        },
        Param {
            name: "keys",
            label: "Articles",
            help: "How many there are.",
            kind: Kind::Count { min: 1, max: 5, default: 1 },
        },
        Param {
            name: "latency",
            label: "Latency",
            help: "How long it takes to fetch one from the origin.",
            kind: Kind::Millis { min: 0, max: 5000, default: 10 },
        },
    ],
    runtimes: EVERYWHERE,
    file: "src/patterns/shared/rwlock_cache.rs",
    source: source!("shared/rwlock_cache.rs"),
    spelling: &[
        ("sync::RwLock", "tokio::sync::RwLock"),
        ("sync::Notify", "tokio::sync::Notify"),
        ("runtime::Instant", "tokio::time::Instant"),
        ("runtime::JoinSet", "tokio::task::JoinSet"),
        ("origin.fetch(key)", "reqwest::get(url)"),
    ],
    start: |scene| Box::pin(run(scene).record_err()),
    pitfall: None,
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let values = &scene.values;
    let network = |latency: u32, spread: u32| Network::simulated(scene.seed, latency, spread, 0);
    let prefers_readers = values.text("lock") == "prefers readers";
    let cache = Arc::new(Cache {
        articles: RwLock::new(BTreeMap::new()).named("articles"),
        prefers_readers: prefers_readers.then(|| Notify::new().named("freed")),
        keys: values.count("keys"),
        origin: Origin { network: network(values.number("latency"), 0), fetched: AtomicUsize::new(0) },
        journal: Journal(network(values.number("journal"), 0)),
        measured: Measured::default(),
    });
    let line = network(values.number("hold"), values.number("hold") / 2);
    let mut tasks = JoinSet::new();
    for number in 1..=values.count("readers") {
        let client = Client { number, line: line.clone() };
        let reader = reader(Arc::clone(&cache), client, values.count("reads"));
        tasks.build_task().name(format!("reader {number}")).spawn(reader.record_err());
    }
    let writer = writer(Arc::clone(&cache), values.count("writes"), values.millis("every"));
    tasks.build_task().name("writer").spawn(writer.record_err());
    while let Some(joined) = tasks.join_next().await {
        let done = joined.map_err(|error| PatternError::new(&error))?;
        done.map_err(|error| PatternError::new(&error))?;
    }
    let read = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    let longest = cache.measured.longest_write_wait_ms.load(Ordering::Relaxed);
    let reads = values.count("readers") * values.count("reads");
    let (fetched, writes) = (read(&cache.origin.fetched), read(&cache.measured.writes));
    Ok(Outcome::new(format!(
        "{reads} reads, {fetched} of them fetched, and {writes} writes; the longest wait to write was {longest} ms"
    ))
    .fact("hits", reads - fetched)
    .fact("misses", fetched)
    .fact("writes", writes)
    .fact("longest wait to write ms", longest)
    .fact("longest wait to read ms", cache.measured.longest_read_wait_ms.load(Ordering::Relaxed))
    .fact("most readers at once", read(&cache.measured.most_readers)))
}

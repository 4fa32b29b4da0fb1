//! The same page with children that nobody holds.

// region: shown
use futures::future::{try_join, try_join_all};

use super::structured::{Census, Site, part};
use crate::net::FetchError;
use crate::runtime::{BoxFuture, Builder, FutureExt};

/// Spawns children and waits for all of them, or for the first error.
pub async fn scope(
    children: Vec<(&str, BoxFuture<'static, Result<usize, FetchError>>)>,
) -> Result<Vec<usize>, FetchError> {
    let spawn = |(name, child): (&str, BoxFuture<'static, Result<usize, FetchError>>)| {
        let handle = Builder::new().name(name).spawn(child.record_err());
        async move { handle.await.expect("no child panics") }
    };
    // The first error drops the other handles, and a task without a handle goes on.
    try_join_all(children.into_iter().map(spawn)).await
}

pub async fn page(site: Site, census: Census) -> Result<usize, FetchError> {
    let words = scope(vec![
        ("text", Box::pin(part(site.clone(), "text", census.enters()))),
        ("author", Box::pin(part(site.clone(), "author", census.enters()))),
        ("comments", Box::pin(comments(site, census))),
    ]);
    Ok(words.await?.into_iter().sum())
}

async fn comments(site: Site, census: Census) -> Result<usize, FetchError> {
    let first = part(site.clone(), "first comment", census.enters()).named("first comment");
    let second = part(site, "second comment", census.enters()).named("second comment");
    let (first, second) = try_join(first, second).await?;
    Ok(first + second)
}
// endregion

use super::structured::build;
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};
use crate::trace::Level;
use crate::trace::current::log;

/// A join of handles in place of a scope.
pub(super) const PITFALL: Pitfall = Pitfall {
    title: "Children outlive their scope",
    explanation: "`try_join_all` is right for futures: at the first error it drops the others, and a dropped \
                  future is gone. Here it holds handles, and to drop a handle is to detach its task. The caller has \
                  its error and goes on, and `text` and the comments go on too: they use its connections, \
                  write for a request that has failed, and meet their own retry. Nobody can wait for them or \
                  stop them any more. Watch the bars that go on to the right of the end of `scope`. Without \
                  a failure both twins do the same, which is why it is found late.",
    file: "src/patterns/practice/structured_pitfall.rs",
    source: source!("practice/structured_pitfall.rs"),
    start: |scene| Box::pin(run(scene)),
};

/// Somebody was still at work.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` children were still at work when their scope had ended")]
struct Outlived(usize);

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let built = build(&scene, page).await;
    if built.outlived == 0 {
        return Ok(built.outcome());
    }
    let error = Outlived(built.outlived);
    log(Level::Error, &error);
    Err(PatternError::new(&error))
}

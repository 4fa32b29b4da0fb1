//! A task that the compiler refuses. This file is in no crate: a test compiles it, and keeps what it gets.

// region: shown
use std::rc::Rc;

async fn report(text: String) -> usize {
    let words: Rc<[&str]> = text.split_whitespace().collect();
    publish(words.len()).await;
    words.len() // Used after the await, so it is kept in the future while that waits.
}

pub fn start() {
    spawn(report("A pinned future stays where it is.".to_owned()));
}

/// What `tokio::spawn` asks for: any worker thread may poll the future next.
fn spawn<F>(_future: F)
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
}

async fn publish(_words: usize) {}
// endregion

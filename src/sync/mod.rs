//! What tasks share, in tokio's words.

pub use tokio::sync::*;

/// Gives what tasks share a name.
pub trait ResourceExt: Sized {
    /// Gives it a name, shown on its lane.
    fn named(self, _name: &str) -> Self {
        self
    }
}

impl<A, B> ResourceExt for (A, B) {}
impl<T> ResourceExt for Mutex<T> {}
impl ResourceExt for Semaphore {}

//! Chapter 7: what several tasks use at once.

pub(super) mod pool_timeout;
pub(super) mod rwlock_cache;
pub(super) mod semaphore_pool;
mod semaphore_pool_pitfall;

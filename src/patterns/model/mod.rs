//! Chapter 0: what a future is.

pub(super) mod first_fetch;
pub(super) mod future_lazy;

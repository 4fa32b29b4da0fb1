//! Chapter 5: one interface to several stores.

pub(super) mod async_fn_in_trait;
pub(super) mod repository;

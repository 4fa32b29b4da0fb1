//! Chapter 3: how failures travel, and what is done about them.

pub(super) mod context;
pub(super) mod retry;
pub(super) mod timeout;
pub(super) mod typed_errors;

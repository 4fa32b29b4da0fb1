//! Chapter 6: values over time.

pub(super) mod buffer;
pub(super) mod chunks;
pub(super) mod map_filter;
pub(super) mod merge;
pub(super) mod source;

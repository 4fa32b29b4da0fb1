//! Chapter 1: tasks that run at the same time.

pub(super) mod bounded;
pub(super) mod join_set;
pub(super) mod race;

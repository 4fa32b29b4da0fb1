//! Chapter 2: how tasks talk to each other.

pub(super) mod actor;
pub(super) mod broadcast;
mod broadcast_pitfall;
pub(super) mod mpsc;
mod mpsc_pitfall;
pub(super) mod oneshot;
pub(super) mod watch;
mod watch_pitfall;

//! Chapter 8: finding out what goes on, and what not to do.

pub(super) mod blocking;
mod blocking_pitfall;
pub(super) mod cancel_safety;
mod cancel_safety_pitfall;
pub(super) mod ignored_errors;
mod ignored_errors_pitfall;
pub(super) mod instrument;
mod instrument_pitfall;
pub(super) mod lock_across_await;
mod lock_across_await_pitfall;
pub(super) mod send_bounds;
pub(super) mod structured;
mod structured_pitfall;
pub(super) mod unbounded_spawn;
mod unbounded_spawn_pitfall;

//! Debugging and practice: every pattern does what its page says, and every pitfall goes wrong as it says.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

#[path = "practice/blocking.rs"]
mod blocking;
#[path = "practice/cancel_safety.rs"]
mod cancel_safety;
#[path = "practice/ignored_errors.rs"]
mod ignored_errors;
#[path = "practice/instrument.rs"]
mod instrument;
#[path = "practice/locks.rs"]
mod locks;
#[path = "practice/seen.rs"]
mod seen;
#[path = "practice/send_bounds.rs"]
mod send_bounds;
#[path = "practice/structured.rs"]
mod structured;
#[path = "practice/unbounded_spawn.rs"]
mod unbounded_spawn;

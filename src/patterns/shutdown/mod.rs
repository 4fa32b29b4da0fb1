//! Chapter 4: how a program stops without losing what it does.

pub(super) mod broadcast;
pub(super) mod cancel_token;
mod cancel_token_pitfall;
mod clients;
pub(super) mod drain;
mod drain_pitfall;
mod signal;
mod workers;

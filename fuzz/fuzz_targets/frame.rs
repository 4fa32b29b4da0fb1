//! Frames: whatever the bytes are, reading them neither panics nor runs away, what was read is written the same,
//! and a model takes it and can be asked everything.
#![no_main]

#[path = "../../tests/support/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| readers::frame(bytes));

//! Recordings: whatever the bytes are, each reader says what is wrong with them, or gives a model that can be shown.
#![no_main]

#[path = "../../tests/support/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| readers::import(bytes));

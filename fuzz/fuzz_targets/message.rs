//! Messages to a frame: whatever a window is sent is read or refused.
#![no_main]

#[path = "../../tests/support/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &str| readers::message(json));

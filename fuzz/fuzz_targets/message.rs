//! Messages: whatever another window sends, it is understood or refused, and what is said of it is short.
#![no_main]

#[path = "../../tests/support/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &str| readers::message(json));

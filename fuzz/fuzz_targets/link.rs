//! Links: any fragment is read, and what is written of it reads the same.
#![no_main]

#[path = "../../tests/support/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|fragment: &str| readers::link(fragment));

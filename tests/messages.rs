//! Whatever a window is sent, the reader of messages survives it.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/readers.rs"]
mod readers;

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_sent_breaks_it(json in ".{0,200}") {
        readers::message(&json);
    }

    #[test]
    fn no_value_of_a_known_key_breaks_it(
        kind in "ping|load|seek|play|pause|select|theme|",
        key in "pattern|seed|params|nanos|order|lane|theme",
        value in "-?[0-9]{1,30}|\"[a-z?=&%]{0,9}\"|\\[\\]|\\{\\}|\\{\"fast\":1\\}|null|1e999",
    ) {
        readers::message(&format!(r#"{{"wakeline":1,"type":"{kind}","{key}":{value}}}"#));
    }
}

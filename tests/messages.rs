//! Whatever a window is sent, the reader of messages survives it.
#![cfg(not(target_arch = "wasm32"))]

use proptest::prelude::*;
use wakeline::embed::message::parse;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_sent_breaks_it(json in ".{0,200}") {
        drop(parse(&json));
    }

    #[test]
    fn no_value_of_a_known_key_breaks_it(
        kind in "ping|load|seek|play|pause|select|theme|",
        key in "pattern|seed|params|nanos|order|lane|theme",
        value in "-?[0-9]{1,30}|\"[a-z]{0,9}\"|\\[\\]|\\{\\}|null|1e999",
    ) {
        if let Err(error) = parse(&format!(r#"{{"wakeline":1,"type":"{kind}","{key}":{value}}}"#)) {
            // What is told to the sender says what to do, at a length that can be read.
            let text = error.to_string();
            prop_assert!(text.len() < 300, "{}", text);
            prop_assert!(text.contains("use ") || text.contains("give it"), "{}", text);
        }
    }
}

//! `wakeline list`.

use wakeline::patterns::CATALOGUE;

use super::{ids, program, wakeline};

#[test]
fn text_names_every_pattern_and_every_parameter() {
    let list = wakeline(&["list", "--json"]).exits_with(0).json();
    let mut text = wakeline(&["list"]).exits_with(0);
    for pattern in list.as_array().expect("an array") {
        text = text.says(&format!(
            "{}: {}",
            pattern["id"].as_str().unwrap(),
            pattern["title"].as_str().unwrap()
        ));
        for param in pattern["params"].as_array().expect("parameters") {
            text = text.says(&format!("{}=", param["name"].as_str().unwrap()));
        }
    }
}

#[test]
fn json_says_what_each_parameter_takes() {
    let list = wakeline(&["list", "--json"]).exits_with(0).json();
    assert_eq!(ids(), CATALOGUE.iter().map(|pattern| pattern.id).collect::<Vec<_>>());
    for pattern in list.as_array().expect("an array") {
        assert!(pattern["chapter"].is_string() && pattern["title"].is_string());
        assert_eq!(pattern["runtimes"], serde_json::json!(["browser", "virtual", "tokio"]));
        for param in pattern["params"].as_array().expect("parameters") {
            let default = &param["default"];
            assert!(param["name"].is_string() && param["help"].is_string());
            match param["kind"].as_str() {
                Some("count" | "millis" | "percent") => {
                    let (min, max) = (param["range"]["min"].as_u64(), param["range"]["max"].as_u64());
                    assert!(min <= default.as_u64() && default.as_u64() <= max, "{param}");
                }
                Some("choice") => assert!(param["options"].as_array().unwrap().contains(default), "{param}"),
                Some("text") => assert!(default.is_string(), "{param}"),
                _ => panic!("unknown kind: {param}"),
            }
        }
    }
}

#[test]
fn every_value_in_the_list_is_taken() {
    let list = wakeline(&["list", "--json"]).json();
    for pattern in list.as_array().expect("an array") {
        let mut args = vec!["run".to_owned(), pattern["id"].as_str().unwrap().to_owned()];
        for param in pattern["params"].as_array().expect("parameters") {
            let value = param["default"].as_str().map_or_else(|| param["default"].to_string(), str::to_owned);
            args.extend(["--set".to_owned(), format!("{}={value}", param["name"].as_str().unwrap())]);
        }
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        wakeline(&args).exits_with(0);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    for args in [&["list"][..], &["list", "--json"], &["run", "race"], &["run", "race", "--format", "json"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = program(args).stdout(writer).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
}

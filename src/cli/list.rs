//! `wakeline list`: the catalogue.

use std::fmt::Write;

use serde_json::{Value as Json, json};

use super::words::wrap;
use crate::patterns::{Kind, Param, Pattern, Value, catalogue};

/// Returns the catalogue as text, by chapter.
pub(super) fn text(width: usize) -> String {
    let mut out = String::new();
    let mut chapter = None;
    for pattern in catalogue() {
        if chapter.replace(pattern.chapter) != Some(pattern.chapter) {
            let _ = writeln!(out, "{}\n", pattern.chapter.title());
        }
        let _ = writeln!(out, "  {}: {}", pattern.id, pattern.title);
        wrap(&mut out, 4, width, pattern.summary);
        if let Some(pitfall) = pattern.pitfall {
            let _ = writeln!(out, "      --twin pitfall  {}", pitfall.title);
        }
        for param in pattern.params {
            let default = param.kind.default_value();
            let quote = if default.to_string().contains(' ') { "'" } else { "" };
            let setting = format!("{quote}{}={default}{quote}", param.name);
            let _ = writeln!(out, "      --set {setting:28} {}", takes(&param.kind));
        }
        out.push('\n');
    }
    out.push_str("`wakeline run <id>` runs one; each parameter is shown as it is unless it is set.\n");
    out
}

fn takes(kind: &Kind) -> String {
    match kind {
        Kind::Choice { options } => options.join(" | "),
        Kind::Text { .. } => "text".to_owned(),
        Kind::Count { .. } | Kind::Millis { .. } | Kind::Percent { .. } => {
            let (min, max) = kind.range().unwrap_or_default();
            let unit = match kind {
                Kind::Millis { .. } => " ms",
                Kind::Percent { .. } => " %",
                _ => "",
            };
            format!("{min} to {max}{unit}")
        }
    }
}

/// Returns the catalogue as JSON.
pub(super) fn json() -> String {
    let patterns: Vec<_> = catalogue().iter().map(|pattern| pattern_json(pattern)).collect();
    let mut text = serde_json::to_string_pretty(&patterns).expect("a value of strings and numbers is JSON");
    text.push('\n');
    text
}

fn pattern_json(pattern: &Pattern) -> Json {
    json!({
        "id": pattern.id,
        "chapter": pattern.chapter.title(),
        "title": pattern.title,
        "summary": pattern.summary,
        "pitfall": pattern.pitfall.map(|pitfall| pitfall.title),
        "runtimes": pattern.runtimes.iter().map(|runtime| runtime.name()).collect::<Vec<_>>(),
        "params": pattern.params.iter().map(param_json).collect::<Vec<_>>(),
    })
}

fn param_json(param: &Param) -> Json {
    let mut json = json!({
        "name": param.name,
        "kind": param.kind.name(),
        "help": param.help,
        "default": value_json(&param.kind.default_value()),
    });
    if let Some((min, max)) = param.kind.range() {
        json["range"] = json!({ "min": min, "max": max });
    }
    if let Kind::Choice { options } = param.kind {
        json["options"] = json!(options);
    }
    json
}

/// Returns a parameter's value as JSON.
pub(super) fn value_json(value: &Value) -> Json {
    match value {
        Value::Number(number) => json!(number),
        Value::Text(text) => json!(text),
    }
}

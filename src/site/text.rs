//! What becomes of scripts and style sheets on their way into a site.
//!
//! This file knows nothing of Wakeline: what builds Wakeline's own page is another program, and has it too.

use std::fmt::Write as _;

/// Takes from a script what is for its readers alone: comments that are lines of their own, and the margin.
pub fn without_comments(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let lines: Vec<_> = lines.filter(|line| !line.is_empty() && !line.starts_with("//")).collect();
    lines.join("\n") + "\n"
}

/// Rewrites what asks how wide the window is so that it asks how wide the element is: an element in a column
/// of text is narrow in the widest window. What asks for a finger or for a narrow window asks for the finger
/// alone. Comments go.
pub fn for_element(css: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        out += before;
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out += rest;
    let mut text = String::new();
    for line in out.lines().map(str::trim).filter(|line| !line.is_empty()) {
        // Writing into a string does not fail.
        let _ = match line.strip_prefix("@media ").and_then(|query| query.strip_suffix(" {")) {
            Some(query) => writeln!(text, "{}", of_element(query)),
            None => writeln!(text, "{line}"),
        };
    }
    text
}

fn of_element(query: &str) -> String {
    let (wide, other): (Vec<_>, Vec<_>) = query
        .split(", ")
        .partition(|part| part.starts_with("(max-width:") || part.starts_with("(min-width:"));
    match (wide.as_slice(), other.as_slice()) {
        ([width], []) => format!("@container wakeline {width} {{"),
        (_, other) => format!("@media {} {{", other.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_scripts_go_and_addresses_stay() {
        let script = "// What it is.\nconst a = \"https://x\";\n\n  // Why.\n  run(a); // here\n";
        assert_eq!(without_comments(script), "const a = \"https://x\";\nrun(a); // here\n");
    }

    #[test]
    fn narrow_is_told_from_the_element() {
        let css = "/* a */\n@media (max-width: 760px) {\n  .a {\n    b: c;\n  }\n}\n";
        assert_eq!(for_element(css), "@container wakeline (max-width: 760px) {\n.a {\nb: c;\n}\n}\n");
        let css =
            "@media (pointer: coarse), (max-width: 760px) {\n}\n@media (prefers-color-scheme: dark) {\n}\n";
        assert_eq!(
            for_element(css),
            "@media (pointer: coarse) {\n}\n@media (prefers-color-scheme: dark) {\n}\n"
        );
    }
}

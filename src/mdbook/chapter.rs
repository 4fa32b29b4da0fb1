//! Finds the blocks of a chapter, as mdBook itself would read them: what stands in another block, in a comment or in
//! a paragraph is none.

use std::fmt;
use std::ops::Range;

use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use super::NAME;
use super::block::Block;
use super::element::{Output, replacement};

/// How many lines of a block are shown with what is wrong with it.
const SHOWN_LINES: usize = 6;

/// A fenced block as it stands in the chapter.
#[derive(Debug)]
struct Fence {
    range: Range<usize>,
    /// What follows the language.
    words: String,
    body: String,
}

/// What is wrong with a block, and where it is.
#[derive(Debug)]
pub(super) struct Mistake {
    chapter: String,
    line: usize,
    block: String,
    error: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: chapter `{}`, the block at line {}: {}", self.chapter, self.line, self.error)?;
        let lines = self.block.lines().count();
        for line in self.block.lines().take(SHOWN_LINES) {
            writeln!(f, "  | {line}")?;
        }
        if lines > SHOWN_LINES { writeln!(f, "  | …") } else { Ok(()) }
    }
}

/// Replaces the blocks of a chapter; `path` is what to call it. Returns the text and how many blocks there were.
pub(super) fn replace(
    text: &str,
    path: &str,
    output: Output,
    page: Option<&str>,
) -> Result<(String, usize), Vec<Mistake>> {
    let fences = fences(text);
    let mut out = String::with_capacity(text.len());
    let mut mistakes = Vec::new();
    let mut done = 0;
    for (number, fence) in (1..).zip(&fences) {
        let id = id(path, number);
        let block = Block::parse(&fence.words, &fence.body).map_err(|error| error.to_string());
        match block.and_then(|block| replacement(block, &id, output, page)) {
            Ok(element) => {
                out.push_str(&text[done..fence.range.start]);
                put(&mut out, &element);
                done = fence.range.end;
            }
            Err(error) => mistakes.push(Mistake {
                chapter: path.to_owned(),
                line: text[..fence.range.start].lines().count().max(1)
                    + usize::from(text[..fence.range.start].ends_with('\n')),
                block: text[fence.range.clone()].to_owned(),
                error,
            }),
        }
    }
    out.push_str(&text[done..]);
    if mistakes.is_empty() { Ok((out, fences.len())) } else { Err(mistakes) }
}

/// Appends an element where a block was. Its further lines stand in the same list or quotation.
fn put(out: &mut String, element: &str) {
    let line = out.rfind('\n').map_or(0, |at| at + 1);
    let margin: String = out[line..].chars().map(|char| if char == '>' { '>' } else { ' ' }).collect();
    for (at, part) in element.lines().enumerate() {
        if at > 0 {
            out.push('\n');
            out.push_str(&margin);
        }
        out.push_str(part);
    }
    // What follows is no part of it: an empty line ends it, whose end is that of the block's last line.
    out.push('\n');
    out.push_str(margin.trim_end());
}

/// What every id of a picture begins with: no other of the book is the same, because a book can be printed as one page.
fn id(path: &str, number: usize) -> String {
    let path = path.strip_suffix(".md").unwrap_or(path);
    let path: String =
        path.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '-' }).collect();
    format!("wl-{path}-{number}")
}

fn fences(text: &str) -> Vec<Fence> {
    let mut fences: Vec<Fence> = Vec::new();
    let mut is_inside = false;
    for (event, range) in new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let info = info.trim();
                let (language, words) = info.split_once([' ', ',']).unwrap_or((info, ""));
                is_inside = language == NAME;
                if is_inside {
                    let words = words.trim().to_owned();
                    fences.push(Fence { range, words, body: String::new() });
                }
            }
            Event::Text(part) if is_inside => {
                if let Some(fence) = fences.last_mut() {
                    fence.body.push_str(&part);
                }
            }
            Event::End(TagEnd::CodeBlock) => is_inside = false,
            _ => {}
        }
    }
    fences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        replace(text, "guide/a.md", Output::Html, None).unwrap_or_else(|mistakes| panic!("{}", mistakes[0])).0
    }

    #[test]
    fn only_what_markdown_takes_for_a_block_is_one() {
        for text in [
            "````text\n```wakeline race\n```\n````\n",
            "<!--\n```wakeline race\n```\n-->\n",
            "    ```wakeline race\n    ```\n",
            "Write `` ```wakeline race `` for one.\n",
            "```rust\nlet wakeline = 1;\n```\n",
            "```wakelines race\n```\n",
            "~~~toml\n```wakeline nothing\n```\n~~~\n",
        ] {
            assert_eq!(html(text), text);
        }
        let text = "Before.\n\n```wakeline race\nslow = 70\n```\n\nAfter.\n";
        let out = html(text);
        assert!(out.starts_with("Before.\n\n<div class=\"wl-block\"><figure"), "{out}");
        assert!(out.ends_with("</figure></div>\n\n\nAfter.\n"), "{out}");
        assert!(html("~~~ wakeline race\n~~~\n").starts_with("<div"));
    }

    #[test]
    fn a_block_in_a_list_or_a_quotation_stays_in_it() {
        for (text, margin) in [
            ("- One:\n\n  ```wakeline race\n  slow = 70\n  ```\n\n  more\n- two\n", "  "),
            ("> Say:\n>\n> ```wakeline race\n> slow = 70\n> ```\n>\n> more\n", "> "),
        ] {
            let out = html(text);
            let line = out.lines().find(|line| line.contains("<figure")).expect("a picture");
            assert!(line.starts_with(&format!("{margin}<div")), "{line}");
            assert!(out.contains("slow=70"), "the margin is no part of the TOML");
            let events = new_cmark_parser(&out, &MarkdownOptions::default());
            let depth = events.fold((0, None), |(depth, found), event| match event {
                Event::Start(Tag::Item | Tag::BlockQuote(_)) => (depth + 1, found),
                Event::End(TagEnd::Item | TagEnd::BlockQuote(_)) => (depth - 1, found),
                Event::Html(html) if html.contains("<figure") => (depth, Some(depth)),
                _ => (depth, found),
            });
            assert_eq!(depth.1, Some(1), "{out}");
        }
        let text = replace("> ```wakeline race\n> ```\n", "a.md", Output::Text, None).expect("it is right").0;
        assert!(text.lines().all(|line| line.is_empty() || line.starts_with('>')), "{text}");
        assert!(text.starts_with("> ```text\n> race: "), "{text}");
    }

    #[test]
    fn no_two_pictures_of_a_book_share_an_id() {
        let two = html("```wakeline race\n```\n\n```wakeline race\n```\n");
        assert!(two.contains("id=\"wl-guide-a-1-title\"") && two.contains("id=\"wl-guide-a-2-title\""));
    }

    #[test]
    fn every_mistake_of_a_chapter_is_told_with_its_place() {
        let text = "One.\n\n```wakeline rase\n```\n\nTwo.\n\n```wakeline race\nfst = 1\n```\n";
        let mistakes = replace(text, "guide/a.md", Output::Html, None).expect_err("two are wrong");
        let told: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2);
        assert!(
            told[0].starts_with("error: chapter `guide/a.md`, the block at line 3: unknown pattern `rase`")
        );
        assert!(told[0].contains("  | ```wakeline rase\n"), "{}", told[0]);
        assert!(told[1].contains("at line 8: ") && told[1].contains("no parameter `fst`"), "{}", told[1]);
    }
}

//! A book on its way through the preprocessor.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::{MDBOOK_VERSION, PreprocessorContext, parse_input};
use thiserror::Error;

use super::chapter::{Mistake, replace};
use super::element::Output;
use super::{LOADER, NAME};

/// The renderer whose pages can run something.
const HTML: &str = "html";
/// What mdBook itself reads of a preprocessor's table.
const OF_MDBOOK: [&str; 6] = ["command", "renderer", "renderers", "before", "after", "optional"];

/// Why there is no book.
#[derive(Debug, Error)]
pub(super) enum BookError {
    #[error(
        "error: this is no book: {0:#}\nmdBook calls `mdbook-wakeline` by itself; `mdbook-wakeline install` makes a \
         book ready for it"
    )]
    Input(String),
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Mistakes(Vec<Mistake>),
    #[error("error: in `book.toml`, `[preprocessor.{NAME}]`: {0}")]
    Config(String),
    #[error("error: cannot write the book: {0}")]
    Write(String),
}

/// What `[preprocessor.wakeline]` says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Config {
    /// The address of a Wakeline page, where what the book shows can be played.
    link: Option<String>,
    /// What renderers get that run nothing.
    fallback: Option<Output>,
}

/// Reads a book, replaces its blocks and writes it; what somebody should know is said to `warn`.
pub(super) fn run(input: impl Read, mut output: impl Write, warn: impl Fn(&str)) -> Result<(), BookError> {
    let (context, mut book) = parse_input(input).map_err(|error| BookError::Input(format!("{error:#}")))?;
    if minor(&context.mdbook_version) != minor(MDBOOK_VERSION) {
        warn(&format!(
            "warning: mdBook is {}, and `mdbook-wakeline` was made for {MDBOOK_VERSION}: what it reads may have changed",
            context.mdbook_version
        ));
    }
    let blocks = transform(&context, &mut book)?;
    if blocks > 0 && context.renderer == HTML && !has_loader(&context) {
        warn(&format!(
            "warning: the book has {blocks} `{NAME}` blocks, and nothing on its pages loads what runs them; \
             `mdbook-wakeline install --assets FOLDER` enters `{LOADER}` as `additional-js`"
        ));
    }
    serde_json::to_writer(&mut output, &book).map_err(|error| BookError::Write(error.to_string()))?;
    output.flush().map_err(|error| BookError::Write(error.to_string()))
}

/// Replaces the blocks of all chapters, and returns how many there were.
fn transform(context: &PreprocessorContext, book: &mut Book) -> Result<usize, BookError> {
    let config = config(context)?;
    let output = match context.renderer.as_str() {
        HTML => Output::Element,
        _ => config.fallback.unwrap_or(Output::Html),
    };
    let mut blocks = 0;
    let mut mistakes = Vec::new();
    book.for_each_mut(|item| {
        let BookItem::Chapter(chapter) = item else { return };
        let path = chapter.source_path.as_ref().or(chapter.path.as_ref());
        let path =
            path.map_or_else(|| chapter.name.clone(), |path| path.display().to_string().replace('\\', "/"));
        match replace(&chapter.content, &path, output, config.link.as_deref()) {
            Ok((content, found)) => {
                chapter.content = content;
                blocks += found;
            }
            Err(found) => mistakes.extend(found),
        }
    });
    if mistakes.is_empty() { Ok(blocks) } else { Err(BookError::Mistakes(mistakes)) }
}

fn config(context: &PreprocessorContext) -> Result<Config, BookError> {
    let table: Option<BTreeMap<String, serde_json::Value>> = context
        .config
        .get(&format!("preprocessor.{NAME}"))
        .map_err(|error| BookError::Config(format!("{error:#}")))?;
    let mut config = Config::default();
    for (key, value) in table.unwrap_or_default() {
        match (key.as_str(), value.as_str()) {
            (key, _) if OF_MDBOOK.contains(&key) => {}
            ("link", Some(link)) => config.link = Some(link.to_owned()),
            ("fallback", Some("html")) => config.fallback = Some(Output::Html),
            ("fallback", Some("text")) => config.fallback = Some(Output::Text),
            ("fallback", _) => {
                let error = format!("`fallback` does not take `{value}`: use `\"html\"` or `\"text\"`");
                return Err(BookError::Config(error));
            }
            ("link", None) => {
                return Err(BookError::Config(format!(
                    "`link` does not take `{value}`: use an address in quotes"
                )));
            }
            (key, _) => {
                return Err(BookError::Config(format!(
                    "there is no setting `{key}`: there are `link` and `fallback`"
                )));
            }
        }
    }
    Ok(config)
}

fn has_loader(context: &PreprocessorContext) -> bool {
    let html = context.config.html_config().unwrap_or_default();
    html.additional_js.iter().any(|path| path.file_name().is_some_and(|name| name == LOADER))
}

/// The part of a version in which a change may break something.
fn minor(version: &str) -> &str {
    let end = version.match_indices('.').nth(1).map_or(version.len(), |(at, _)| at);
    &version[..end]
}

//! What a block becomes.

use std::fmt::Write;

use super::block::Block;
use crate::app::theme::Theme;
use crate::cli::export::{ExportFormat, Options, Still, export, in_earnest};
use crate::cli::interrupt::Interrupt;
use crate::formats::svg::Colours;
use crate::formats::svg_text::escaped;

/// How wide a picture is: a little less than the column of text in mdBook's own theme.
const WIDTH_PX: u32 = 720;

/// How many polls a run may have that nobody is there to stop.
const MAX_POLLS: u64 = 1_000_000;

/// What the book is made into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// Pages that can run it.
    Element,
    /// Something that takes HTML and runs nothing.
    Html,
    /// Something that takes Markdown alone.
    Text,
}

/// Returns what stands in place of the block, on one line, so that it can stand in a list or a quotation; a text is
/// several lines of a fenced block.
pub(super) fn replacement(
    block: Block,
    id: &str,
    output: Output,
    page: Option<&str>,
) -> Result<String, String> {
    let attributes = attributes(&block);
    let html = fallback(block, id, output, page)?;
    // Only line breaks between elements are left: Markdown takes a `<div>` to end at an empty line, and the rest of
    // such a line to be HTML as it is.
    let html = if output == Output::Text { html } else { html.replace('\n', "") };
    Ok(match output {
        Output::Element => format!("<div class=\"wl-block\"><wake-line{attributes}>{html}</wake-line></div>"),
        Output::Html => format!("<div class=\"wl-block\">{html}</div>"),
        Output::Text => format!("```text\n{}\n```", html.trim_end()),
    })
}

fn attributes(block: &Block) -> String {
    block.attributes.iter().fold(String::new(), |mut out, (name, value)| {
        let _ = match value.as_str() {
            "" => write!(out, " {name}"),
            value => write!(out, " {name}=\"{}\"", escaped(value)),
        };
        out
    })
}

/// What is there before anything runs, and where nothing can.
fn fallback(block: Block, id: &str, output: Output, page: Option<&str>) -> Result<String, String> {
    let Block { pattern, twin, mut values, seed, schedule, theme, .. } = block;
    // What is drawn does not come from a network or a disk: a book is the same wherever it is built.
    let real: Vec<_> = in_earnest(&values).collect();
    for name in real {
        let param = pattern.params.iter().find(|param| param.name == name);
        let usual = param.map(|param| param.kind.default_value().to_string()).unwrap_or_default();
        values.set(name, &usual).map_err(|error| error.to_string())?;
    }
    let options = Options {
        format: if output == Output::Text { ExportFormat::Text } else { ExportFormat::Html },
        id,
        width_px: WIDTH_PX,
        colours: match theme {
            Theme::Auto => Colours::Host,
            Theme::Light => Colours::Light,
            Theme::Dark => Colours::Dark,
        },
        page,
    };
    let run = Still { pattern, twin, values, seed, schedule };
    let exported = export(run, MAX_POLLS, &Interrupt::default(), &options);
    exported
        .map(|exported| exported.text)
        .map_err(|error| format!("`{}` cannot be drawn: {error}", pattern.id))
}

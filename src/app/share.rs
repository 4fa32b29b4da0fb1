//! What a reader takes along: the text to put a run into somebody else's page.

use super::engine::Setup;
use super::link::Link;
use crate::embed::options::attribute_of;
use crate::formats::svg_text::escaped;
use crate::patterns::{Twin, Values};

/// A way to show a run elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Snippet {
    /// A link to what is on the screen.
    Link,
    /// The element, for a page that may have scripts.
    Element,
    /// A frame, for a page that may not.
    Frame,
    /// A block of mdBook.
    MdBook,
    /// Markdown with the picture, for where nothing runs.
    Markdown,
}

impl Snippet {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Link, Self::Element, Self::Frame, Self::MdBook, Self::Markdown];

    /// Returns what to call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Link => "Link to this moment",
            Self::Element => "Element",
            Self::Frame => "Frame",
            Self::MdBook => "mdBook",
            Self::Markdown => "Markdown with a picture",
        }
    }

    /// Returns where it is of use.
    pub fn about(self) -> &'static str {
        match self {
            Self::Link => "Opens the page as it is now, paused at the same step.",
            Self::Element => {
                "For any page of HTML, rustdoc or Docusaurus. The code is loaded when somebody presses Run."
            }
            Self::Frame => "For a page that allows no scripts of others.",
            Self::MdBook => {
                "With the preprocessor `mdbook-wakeline`, which draws a picture for readers without scripts."
            }
            Self::Markdown => "For a README. Save the picture beside it.",
        }
    }

    /// Returns its short name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Element => "element",
            Self::Frame => "frame",
            Self::MdBook => "mdbook",
            Self::Markdown => "markdown",
        }
    }

    /// Writes it for a link; `page` is the address of the page, without its fragment.
    pub fn text(self, link: &Link, page: &str) -> String {
        let (setup, fragment) = (&link.setup, link.to_fragment());
        let folder = &page[..page.rfind('/').map_or(page.len(), |slash| slash + 1)];
        let title = setup.pattern.title;
        match self {
            Self::Link => format!("{page}#{fragment}"),
            Self::Element => {
                let attributes: String = settings(link)
                    .into_iter()
                    .map(|(name, value)| format!(" {name}=\"{}\"", escaped(&value)))
                    .collect();
                format!(
                    "<script type=\"module\" src=\"{folder}embed/wakeline.js\"></script>\n\
                     <wake-line{attributes}></wake-line>"
                )
            }
            Self::Frame => format!(
                "<iframe src=\"{folder}embed/iframe.html#{}\" title=\"{}\" width=\"100%\" height=\"560\" \
                 loading=\"lazy\"></iframe>",
                escaped(&fragment),
                escaped(title)
            ),
            Self::MdBook => {
                let lines: String = settings(link)
                    .into_iter()
                    .map(|(name, value)| {
                        let is_bare = value.parse::<f64>().is_ok() && !name.starts_with("pattern");
                        if is_bare {
                            format!("{name} = {value}\n")
                        } else {
                            format!("{name} = {}\n", quoted(&value))
                        }
                    })
                    .collect();
                format!("```wakeline\n{lines}```")
            }
            Self::Markdown => format!("[![{title}]({}.svg)]({page}#{fragment})", file_name(setup)),
        }
    }
}

/// A file to save.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// The whole run as a picture of lines, light and dark.
    Svg,
    /// What is on the screen as a picture of points.
    Png,
    /// Everything that was recorded, to be opened here again.
    Trace,
    /// The same for Perfetto, speedscope and the Firefox Profiler.
    Chrome,
}

impl FileKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Svg, Self::Png, Self::Trace, Self::Chrome];

    /// Returns what to call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Svg => "SVG",
            Self::Png => "PNG",
            Self::Trace => "Trace",
            Self::Chrome => "Chrome trace",
        }
    }

    /// Returns what it is for.
    pub fn about(self) -> &'static str {
        match self {
            Self::Svg => "The run so far as a picture, light and dark",
            Self::Png => "The timeline as it is on the screen",
            Self::Trace => "All that was recorded, to be opened here again",
            Self::Chrome => "The same for Perfetto, speedscope and the Firefox Profiler",
        }
    }

    /// Returns the ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Trace => "wktrace.gz",
            Self::Chrome => "json",
        }
    }

    /// Returns its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Trace => "application/gzip",
            Self::Chrome => "application/json",
        }
    }
}

/// Returns what a file with the run is called, without its ending.
pub fn file_name(setup: &Setup) -> String {
    let pitfall = if setup.twin == Twin::Pitfall { "-pitfall" } else { "" };
    format!("{}{pitfall}", setup.pattern.id)
}

/// What differs from the defaults, by the names that the element's attributes have.
fn settings(link: &Link) -> Vec<(String, String)> {
    let setup = &link.setup;
    let plain = Setup::new(setup.pattern);
    let mut all = vec![("pattern".to_owned(), setup.pattern.id.to_owned())];
    let mut add = |name: &str, value: String, is_plain: bool| {
        if !is_plain {
            all.push((name.to_owned(), value));
        }
    };
    add("twin", setup.twin.name().to_owned(), setup.twin == plain.twin);
    add("seed", setup.seed.to_string(), setup.seed == plain.seed);
    add("clock", setup.clock.name().to_owned(), setup.clock == plain.clock);
    add("schedule", setup.schedule.name().to_owned(), setup.schedule == plain.schedule);
    add("speed", link.speed.to_string(), link.speed == 1.0);
    let defaults = Values::defaults(setup.pattern.params);
    for ((param, value), (_, default)) in setup.values.iter().zip(defaults.iter()) {
        add(&attribute_of(param.name), value.to_string(), value == default);
    }
    all
}

/// A string as TOML has it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            char if char.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(char))),
            char => out.push(char),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::options::Options;
    use crate::patterns::CATALOGUE;

    const PAGE: &str = "https://example.org/wakeline/";

    #[test]
    fn each_way_names_what_runs() {
        let link = Link::parse("race?fast=50&seed=7&at=41ms&step=17");
        let text = |snippet: Snippet| snippet.text(&link, PAGE);
        assert_eq!(text(Snippet::Link), format!("{PAGE}#race?fast=50&seed=7&at=41ms&step=17"));
        assert_eq!(
            text(Snippet::Element),
            "<script type=\"module\" src=\"https://example.org/wakeline/embed/wakeline.js\"></script>\n\
             <wake-line pattern=\"race\" seed=\"7\" fast=\"50\"></wake-line>"
        );
        assert!(text(Snippet::Frame).contains("embed/iframe.html#race?fast=50&amp;seed=7&amp;at=41ms"));
        assert_eq!(text(Snippet::MdBook), "```wakeline\npattern = \"race\"\nseed = 7\nfast = 50\n```");
        assert!(text(Snippet::Markdown).starts_with("[![Race"));
    }

    #[test]
    fn the_element_reads_what_is_written_for_it() {
        for pattern in CATALOGUE {
            let mut link = Link::new(Setup::new(pattern));
            link.setup.seed = 3;
            let attributes = settings(&link);
            let read = Options::parse(&attributes);
            assert_eq!(
                (read.problems.as_slice(), &read.link.setup),
                (&[][..], &link.setup),
                "{}",
                pattern.id
            );
        }
    }

    #[test]
    fn what_a_reader_typed_cannot_end_the_snippet() {
        let link = Link::parse("first-fetch?url=data/%22%3E%3Cscript%3E.json");
        assert_eq!(link.problems, Vec::<String>::new());
        assert!(Snippet::Element.text(&link, PAGE).contains("url=\"data/&quot;&gt;&lt;script&gt;.json\""));
        assert!(Snippet::MdBook.text(&link, PAGE).contains(r#"url = "data/\"><script>.json""#));
    }

    #[test]
    fn a_link_stays_short() {
        for pattern in CATALOGUE {
            let mut link = Link::new(Setup::new(pattern));
            (link.at_nanos, link.step, link.lane, link.on) =
                (Some(41_500_000), Some(117), Some(3), Some(112));
            link.setup.seed = 7;
            assert!(link.to_fragment().len() < 120, "{}", link.to_fragment());
        }
    }
}

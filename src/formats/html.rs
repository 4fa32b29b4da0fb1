//! A run as a piece of a page: the picture, what it is about, and the same as text.
//!
//! It is one `<figure>` and needs no script and no style sheet, so it can stand wherever HTML is allowed: in a page
//! of mdBook, in rustdoc, as what is there before a widget is loaded. No line of it is empty, because that is where
//! Markdown takes HTML to end, and its line breaks can be left out.

use super::svg;
use super::svg_text::escaped;
use crate::timeline::{Model, backticked};

/// What stands around a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// The picture; its title is the caption's, and what it is about follows.
    pub picture: svg::Options<'a>,
    /// The same as text.
    pub text: &'a str,
    /// Where it can be played, if anywhere.
    pub link: Option<&'a str>,
}

/// Returns the piece.
pub fn fragment(model: &Model, options: &Options<'_>) -> String {
    let picture = &options.picture;
    let link =
        options.link.map_or(String::new(), |link| format!(" <a href=\"{}\">Play it</a>", escaped(link)));
    let about = if picture.about.is_empty() { String::new() } else { format!(" {}", code(picture.about)) };
    format!(
        "<figure class=\"wl-figure\">\n<div class=\"wl-scroll\" role=\"group\" aria-label=\"Timeline\" tabindex=\"0\">\n{}</div>\n<figcaption><strong>{}</strong>.{about}{link}</figcaption>\n\
         <details><summary>The same as text</summary>\n<pre>{}</pre>\n</details>\n</figure>\n",
        svg::picture(model, picture),
        code(picture.title),
        escaped(options.text.trim_end())
    )
}

/// Text in which what stands in backticks is code.
fn code(text: &str) -> String {
    let piece = |(piece, is_code)| match escaped(piece) {
        piece if is_code => format!("<code>{piece}</code>"),
        piece => piece,
    };
    backticked(text).map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::script::Script;

    #[test]
    fn words_in_backticks_are_code_and_nothing_is_markup() {
        assert_eq!(code("`select!` & <b>"), "<code>select!</code> &amp; &lt;b&gt;");
        assert_eq!(code("a ` b"), "a ` b");
    }

    #[test]
    fn a_piece_is_well_formed_has_no_empty_line_and_says_it_all() {
        let mut script = Script::new();
        script.spawns("outside", "a<b> & \"c\"").begins("a<b> & \"c\"").ends("a<b> & \"c\"");
        let picture = svg::Options { title: "</figure><script>", about: "Two `a<b>`.", ..Default::default() };
        let options = Options { picture, text: "one\n\n<two>\n", link: Some("x?a=1&b=\"2\"") };
        let html = fragment(&script.model(), &options);
        let tree = roxmltree::Document::parse(&html).unwrap_or_else(|error| panic!("{error}: {html}"));
        assert!(html.lines().all(|line| !line.trim().is_empty()), "{html}");
        let text = |tag: &str| {
            let node = tree.descendants().find(|node| node.has_tag_name(tag));
            let node = node.unwrap_or_else(|| panic!("no <{tag}>"));
            node.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect::<String>()
        };
        assert_eq!(text("pre"), "one\n\n<two>");
        assert_eq!(text("figcaption"), "</figure><script>. Two a<b>. Play it");
        let link = tree.descendants().find_map(|node| node.attribute("href"));
        assert_eq!(link, Some("x?a=1&b=\"2\""));
        assert!(tree.descendants().all(|node| !node.has_tag_name("script")));
    }
}

//! Whole books.

use super::{Book, content};

const RACE: &str = "# Race\n\nBefore.\n\n```wakeline\npattern = \"race\"\nseed = 7\nspeed = 0.5\nheight = 420\n\
                    [params]\nslow = 200\n```\n\nAfter.\n";

#[test]
fn a_block_becomes_an_element_with_a_picture_in_it() {
    let book = Book::ready(&[
        ("race.md", RACE),
        ("deep/er/mpsc.md", "# M\n\n```wakeline mpsc\ntwin = \"pitfall\"\n```\n"),
    ]);
    let said = book.build().succeeds().err;
    assert!(!said.contains("warning"), "{said}");
    let page = book.read("book/race.html");
    let text = content(&page);
    let element = "<wake-line pattern=\"race\" seed=\"7\" speed=\"0.5\" height=\"420\" param-slow=\"200\">";
    assert!(text.contains(element), "{text}");
    let (_, rest) = text.split_once(element).expect("it is there");
    let (fallback, after) = rest.split_once("</wake-line>").expect("it ends");
    assert!(after.contains("<p>After.</p>"), "{after}");
    // mdBook writes the names of elements and attributes small; to a browser it is the same.
    for words in [
        "<svg ",
        "viewbox=\"0 0 720 ",
        "</clippath>",
        "request slow",
        "<details>",
        "seed 7, slow=200",
        "</pre>",
    ] {
        assert!(fallback.contains(words), "nothing of {words:?} in:\n{fallback}");
    }
    assert!(!fallback.contains("<p>"), "Markdown was read where there is HTML: {fallback}");
    let lines = fallback.split_once("<pre>").expect("a text").1.split_once("</pre>").expect("it ends").0;
    assert!(lines.lines().count() > 10, "{lines}");
    let deep = book.read("book/deep/er/mpsc.html");
    assert!(content(&deep).contains("<wake-line pattern=\"mpsc\" twin=\"pitfall\">"));
    // Everything is found from where the page is, and in the book.
    for (page, root) in [(&page, ""), (&deep, "../../"), (&book.read("book/print.html"), "")] {
        let script =
            page.split("<script src=\"").find(|part| part.starts_with(&format!("{root}wakeline-load")));
        let script = script.unwrap_or_else(|| panic!("no loader in {page}"));
        let script = script.split('"').next().expect("it ends").trim_start_matches("../");
        assert!(book.path(&format!("book/{script}")).is_file(), "{script}");
    }
    assert!(book.path("book/wakeline/wakeline.js").is_file());
    assert!(book.path("book/wakeline/data/1.json").is_file());
}

#[test]
fn the_picture_in_the_page_is_the_one_that_was_drawn() {
    let book = Book::ready(&[("a.md", "# A\n\n```wakeline join-set\n```\n")]);
    book.build().succeeds();
    let page = book.read("book/a.html");
    let begin = page.find("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"wl-svg\"").expect("a picture");
    let end = page[begin..].find("</svg>").expect("it ends") + "</svg>".len();
    let svg = &page[begin..begin + end];
    let tree = roxmltree::Document::parse(svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    let drawn = std::process::Command::new(env!("CARGO_BIN_EXE_wakeline"))
        .args(["export", "join-set", "--format", "svg"])
        .output()
        .expect("it starts");
    let drawn = String::from_utf8(drawn.stdout).expect("a text");
    let drawn = roxmltree::Document::parse(&drawn).expect("a picture");
    let paths = |tree: &roxmltree::Document<'_>| {
        let data = tree.descendants().filter_map(|node| node.attribute("d").map(str::to_owned));
        data.collect::<Vec<_>>()
    };
    assert_eq!(paths(&tree), paths(&drawn));
}

#[test]
fn what_is_no_block_stays_as_it_is() {
    let text = "# A\n\n````text\n```wakeline race\n```\n````\n\n<!--\n```wakeline nothing\n```\n-->\n\n    ```wakeline x\n";
    let book = Book::ready(&[("a.md", text)]);
    book.build().succeeds();
    let page = book.read("book/a.html");
    assert!(!content(&page).contains("<wake-line"), "{}", content(&page));
    assert!(content(&page).contains("```wakeline race"), "{}", content(&page));
}

#[test]
fn a_mistake_fails_the_build_and_says_where_and_what_to_do() {
    let chapters = [
        ("guide/race.md", "# R\n\n```wakeline rase\n```\n"),
        ("b.md", "# B\n\ntext\n\n```wakeline race\nfast = 9999\n```\n\n```wakeline race\nfast = \n```\n"),
    ];
    Book::ready(&chapters).build().fails_with(&[
        "chapter `guide/race.md`, the block at line 3: unknown pattern `rase`",
        "a similar one is `race`",
        "chapter `b.md`, the block at line 5: ",
        "`fast` does not take `9999`: use a whole number from 0 to 2000",
        "  | ```wakeline race\n  | fast = 9999\n",
        "chapter `b.md`, the block at line 9: TOML parse error",
    ]);
    let book = Book::new("[preprocessor.wakeline]\nlinc = \"x\"\n", &[("a.md", RACE)]);
    book.build()
        .fails_with(&["`[preprocessor.wakeline]`: there is no setting `linc`", "`link` and `fallback`"]);
}

#[test]
fn a_book_that_would_run_nothing_is_built_with_a_warning() {
    let book = Book::new("[preprocessor.wakeline]\n", &[("race.md", RACE)]);
    let ended = book.build().succeeds();
    assert!(ended.err.contains("nothing on its pages loads"), "{}", ended.err);
    assert!(content(&book.read("book/race.html")).contains("<svg "));
}

#[test]
fn other_renderers_get_the_picture_or_the_text_alone() {
    let book = Book::new(
        "[preprocessor.wakeline]\nlink = \"https://example.org/\"\n[output.markdown]\n",
        &[("race.md", RACE)],
    );
    book.build().succeeds();
    let text = book.read("book/race.md");
    assert!(text.contains("<svg ") && !text.contains("<wake-line") && text.contains("Before."), "{text}");
    assert!(text.contains("<a href=\"https://example.org/#race?slow=200&amp;seed=7\">"), "{text}");
    let config = "[preprocessor.wakeline]\nfallback = \"text\"\n[output.markdown]\n";
    let book = Book::new(config, &[("race.md", RACE)]);
    book.build().succeeds();
    let text = book.read("book/race.md");
    assert!(text.contains("```text\nrace: ") && !text.contains("<svg"), "{text}");
}

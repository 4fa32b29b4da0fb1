//! `mdbook-wakeline install`, and what the program says of itself.

use std::process::Command;

use super::{Book, Ended, assets, program};

#[test]
fn a_book_is_made_ready_once_and_its_author_s_words_stay() {
    let config = "# ours\nsrc = \"text\"\n\n[output.html]\nadditional-js = [\"own.js\"] # and one of ours\n";
    let book = Book::new(config, &[("a.md", "# A\n")]);
    book.install(&assets()).succeeds();
    let toml = book.read("book.toml");
    for words in
        ["# ours", "# and one of ours", "\"own.js\", \"wakeline-load.js\"", "[preprocessor.wakeline]"]
    {
        assert!(toml.contains(words), "nothing of {words:?} in:\n{toml}");
    }
    assert!(book.path("text/wakeline/wakeline.js").is_file());
    assert!(book.path("text/wakeline/data/1.json").is_file());
    assert!(book.read("wakeline-load.js").contains("wakeline/wakeline.js"));
    let again = book.install(&assets()).succeeds();
    assert!(again.err.contains("found all that is needed"), "{}", again.err);
    assert_eq!(book.read("book.toml"), toml);
}

#[test]
fn what_cannot_be_made_ready_is_left_as_it_was() {
    let book = Book::new("", &[]);
    let empty = tempfile::tempdir().expect("a folder");
    book.install(&empty).fails_with(&["does not hold the player", "no `wakeline.js`", "`dist/embed`"]);
    let odd = Book::new("[output]\nhtml = 3\n", &[]);
    odd.install(&assets()).fails_with(&["`output.html` is no table"]);
    assert!(!odd.path("src/wakeline").exists());
    let broken = Book::new("[output\n", &[]);
    broken.install(&assets()).fails_with(&["is not what mdBook takes", "line 3"]);
    std::fs::remove_file(book.path("book.toml")).expect("it was there");
    book.install(&assets()).fails_with(&["there is no book in", "`mdbook init`"]);
}

#[test]
fn every_renderer_is_supported() {
    for renderer in ["html", "markdown", "typst-pdf"] {
        let status = Command::new(program()).args(["supports", renderer]).status().expect("it starts");
        assert!(status.success(), "{renderer}");
    }
}

#[test]
fn whoever_runs_it_by_hand_is_told_what_it_is_for() {
    let mut command = Command::new(program());
    command.stdin(std::process::Stdio::null());
    let ended: Ended = command.output().expect("it starts").into();
    ended.fails_with(&["this is no book", "`mdbook-wakeline install`"]);
}

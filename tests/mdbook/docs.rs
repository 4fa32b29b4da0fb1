//! The book in `docs/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use wakeline::patterns::CATALOGUE;

use super::{Book, assets, content};

/// The book as `cargo xtask book` builds it, with something in place of the player, and its pages by their paths.
fn built() -> (Book, BTreeMap<String, String>) {
    let book = Book { folder: tempfile::tempdir().expect("a folder") };
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs"), book.folder.path());
    book.install(&assets()).succeeds();
    let said = book.build().succeeds().err;
    assert!(!said.contains("warning"), "{said}");
    let root = book.path("book");
    let mut pages = BTreeMap::new();
    for path in files(&root).into_iter().filter(|path| path.extension().is_some_and(|end| end == "html")) {
        let name = path.strip_prefix(&root).expect("it is in the book").display().to_string();
        pages.insert(name, fs::read_to_string(&path).expect("a page"));
    }
    (book, pages)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        // What somebody has built there is no part of it.
        if path.is_dir() && path != Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/book") {
            copy(&path, &target);
        } else if path.is_file() {
            fs::copy(&path, &target).expect("a file");
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The values of an attribute in the tags of a page; what is shown as code has none.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    let tags = page.split('<').skip(1).filter_map(|part| part.split('>').next());
    tags.filter_map(|tag| tag.split_once(&start)?.1.split('"').next()).collect()
}

#[test]
fn every_pattern_and_every_twin_runs_in_the_book() {
    let (_book, pages) = built();
    let elements: BTreeSet<(&str, bool)> = pages
        .iter()
        .filter(|(path, _)| path.as_str() != "print.html")
        .flat_map(|(_, page)| page.split_inclusive('>').filter(|part| part.contains("<wake-line ")))
        .filter_map(|tag| Some((*attributes(tag, "pattern").first()?, tag.contains("twin=\"pitfall\""))))
        .collect();
    for pattern in CATALOGUE {
        assert!(elements.contains(&(pattern.id, false)), "`{}` is not in the book", pattern.id);
        let has_twin = elements.contains(&(pattern.id, true));
        assert_eq!(has_twin, pattern.pitfall.is_some(), "the pitfall of `{}` in the book", pattern.id);
    }
}

#[test]
fn every_chapter_of_the_catalogue_has_one_in_the_book() {
    let summary = include_str!("../../docs/src/SUMMARY.md");
    for pattern in CATALOGUE {
        let title = pattern.chapter.title();
        assert!(summary.contains(&format!("[{title}]")), "there is no chapter {title:?}");
    }
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src")) {
        let name =
            path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src")).expect("it is there");
        let name = name.display().to_string();
        let is_listed = summary.contains(&format!("({name})"));
        assert!(is_listed || name == "SUMMARY.md", "`{name}` is not in the summary");
    }
}

#[test]
fn every_link_within_the_book_leads_somewhere() {
    let (book, pages) = built();
    let mut broken = Vec::new();
    let mut followed = 0;
    for (path, page) in &pages {
        let here = Path::new(path).parent().expect("it is in a folder");
        let text = if path == "toc.html" || path == "404.html" { continue } else { content(page) };
        for link in attributes(text, "href").into_iter().chain(attributes(text, "src")) {
            if link.contains("://") || link.starts_with("data:") {
                continue;
            }
            followed += 1;
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { normal(&here.join(file)) };
            let target = if path == "print.html" && file.is_empty() { path.clone() } else { target };
            let is_there = book.path(&format!("book/{target}")).is_file();
            let has_place = fragment.is_empty()
                || pages.get(&target).is_some_and(|page| attributes(page, "id").contains(&fragment));
            if !is_there || !has_place {
                broken.push(format!("{path}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "these lead nowhere:\n{}", broken.join("\n"));
    assert!(followed > 40, "hardly any link was looked at: {followed}");
}

/// Takes `..` out of a path.
fn normal(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => drop(parts.pop()),
            part => parts.push(part.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts.join("/")
}

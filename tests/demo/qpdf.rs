//! The PDFs before qpdf.

use std::fs;
use std::path::Path;

use bookplate::demo::books;
use bookplate::inspection::pdf::first_pages;
use bookplate::inspection::{Limits, inspect};

use crate::tools;

#[test]
fn qpdf_finds_nothing_wrong_with_any_pdf() {
    let folder = tempfile::tempdir().unwrap();
    for book in books::all().unwrap() {
        let files = [("whole", book.pdf().unwrap()), ("sample", book.sample_pdf().unwrap())];
        for (kind, bytes) in files {
            let path = folder.path().join(format!("{}-{kind}.pdf", book.slug));
            fs::write(&path, bytes).unwrap();
            let said = tools::run("qpdf", "Debian's `qpdf`", &[Path::new("--check"), &path]);
            assert!(said.success && !said.text.contains("WARNING"), "{} ({kind}): {}", book.slug, said.text);
            let pages = tools::run("qpdf", "Debian's `qpdf`", &[Path::new("--show-npages"), &path]);
            let pages: u32 = pages.text.trim().parse().unwrap();
            let found = inspect(&path, "book.pdf", &Limits::default()).unwrap();
            assert!(found.is_sound() && !found.outline.is_empty(), "{}: {:?}", book.slug, found.problems);
            assert_eq!(found.pages, Some(pages));
            // A sample's title says so behind the book's.
            assert!(found.metadata.title.starts_with(&book.title), "{}", found.metadata.title);
            let cut = folder.path().join("cut.pdf");
            first_pages(&path, 3, 1 << 24, &Limits::default(), fs::File::create(&cut).unwrap()).unwrap();
            let said = tools::run("qpdf", "Debian's `qpdf`", &[Path::new("--check"), &cut]);
            assert!(
                said.success && !said.text.contains("WARNING"),
                "{} ({kind}), cut: {}",
                book.slug,
                said.text
            );
            assert!(pages >= if kind == "whole" { 8 } else { 4 }, "{} ({kind}) has {pages} pages", book.slug);
        }
    }
}

//! What holds for every book of the demo.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use bookplate::demo::books::{self, CATEGORIES, DemoBook, Role, SERIES};
use bookplate::demo::covers;

fn all() -> Vec<DemoBook> {
    books::all().unwrap()
}

#[test]
fn the_demo_has_twelve_titles_on_four_full_shelves() {
    let books = all();
    assert!(books.len() >= 12);
    for category in CATEGORIES {
        let here = books.iter().filter(|book| book.category == category.slug).count();
        assert!(here >= 3, "{} has {here} books", category.name);
    }
    let slugs: BTreeSet<_> = books.iter().map(|book| &book.slug).collect();
    assert_eq!(slugs.len(), books.len());
}

#[test]
fn every_series_counts_from_one_without_a_gap() {
    for series in SERIES {
        let mut positions: Vec<u32> = all()
            .iter()
            .filter_map(|book| book.series)
            .filter(|(s, _)| s.slug == series.slug)
            .map(|s| s.1)
            .collect();
        positions.sort_unstable();
        assert_eq!(positions, [1, 2, 3], "{}", series.name);
    }
}

#[test]
fn every_title_is_complete() {
    for book in all() {
        assert!(!book.authors().is_empty(), "{}", book.slug);
        assert!(book.subtitle.len() > 5 && book.description.len() > 150, "{}", book.slug);
        assert!(book.chapters.len() >= 4, "{}", book.slug);
        for chapter in &book.chapters {
            let words: usize = chapter
                .blocks
                .iter()
                .flat_map(|b| &b.runs)
                .map(|run| run.text.split_whitespace().count())
                .sum();
            assert!(words >= 200, "{}: “{}” has {words} words", book.slug, chapter.title);
        }
    }
    let roles: BTreeSet<_> =
        all().iter().flat_map(|book| book.contributors.clone()).map(|person| person.role.relator()).collect();
    assert_eq!(
        roles,
        [Role::Author, Role::Editor, Role::Illustrator, Role::Translator].map(Role::relator).into()
    );
    assert!(
        all().iter().any(|book| book.price == 0) && all().iter().any(|book| (1..100).contains(&book.price))
    );
}

#[test]
fn the_files_are_the_same_each_time() {
    for book in [all().remove(0), all().remove(7)] {
        assert!(book.pdf().unwrap() == book.pdf().unwrap(), "{}", book.slug);
        assert!(book.sample_epub().unwrap() == book.sample_epub().unwrap(), "{}", book.slug);
    }
}

#[test]
fn a_sample_is_smaller_than_its_book() {
    let book = all().remove(3);
    assert!(book.sample_pdf().unwrap().len() < book.pdf().unwrap().len());
    assert!(book.sample_epub().unwrap().len() < book.epub().unwrap().len());
}

#[test]
fn an_epub_begins_with_its_stored_mimetype() {
    let epub = all().remove(0).sample_epub().unwrap();
    assert_eq!(&epub[30..58], b"mimetypeapplication/epub+zip");
    let mut archive = zip::ZipArchive::new(Cursor::new(epub)).unwrap();
    let mut first = archive.by_index(0).unwrap();
    assert_eq!(first.name().unwrap(), "mimetype");
    assert_eq!(first.compression(), zip::CompressionMethod::Stored);
    let mut text = String::new();
    first.read_to_string(&mut text).unwrap();
    assert_eq!(text, "application/epub+zip");
}

#[test]
fn a_cover_is_a_jpeg_two_wide_and_three_high() {
    for book in all() {
        let cover = covers::jpeg(&book, covers::WIDTHS[0]).unwrap();
        let image = image::load_from_memory_with_format(&cover, image::ImageFormat::Jpeg).unwrap();
        assert_eq!((image.width(), image.height()), (240, 360), "{}", book.slug);
    }
}

#[test]
fn no_two_covers_are_alike() {
    let covers: BTreeSet<Vec<u8>> = all().iter().map(|book| covers::jpeg(book, 240).unwrap()).collect();
    assert_eq!(covers.len(), all().len());
}

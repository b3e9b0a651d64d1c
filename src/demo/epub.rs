//! A book as EPUB 3: the container. What is in the entries, `epub_package` and `epub_pages` say.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::books::{DemoBook, Extent};
use super::{DemoError, colophon, epub_package, epub_pages};

/// What every EPUB says first (EPUB 3.3, OCF §4.3).
const MIMETYPE: &str = "application/epub+zip";

const CONTAINER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles>
    <rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"#;

/// Writes the EPUB of as much of `book` as `extent` says, with `cover` (a JPEG) before it; the same bytes each time.
///
/// # Errors
/// [`DemoError::Epub`] and [`DemoError::Write`].
pub fn write(book: &DemoBook, extent: Extent, cover: &[u8]) -> Result<Vec<u8>, DemoError> {
    let words = colophon::words(&book.language);
    let chapters = extent.of(book);
    let mut entries: Vec<(String, Vec<u8>)> = vec![
        ("META-INF/container.xml".to_owned(), CONTAINER.into()),
        ("EPUB/package.opf".to_owned(), epub_package::package(book, extent).into()),
        ("EPUB/nav.xhtml".to_owned(), epub_pages::navigation(book, extent, words).into()),
        ("EPUB/style.css".to_owned(), epub_pages::STYLE.into()),
        ("EPUB/cover.xhtml".to_owned(), epub_pages::cover(book, words).into()),
        ("EPUB/title.xhtml".to_owned(), epub_pages::title(book, extent, words).into()),
    ];
    for (number, chapter) in (1..).zip(chapters) {
        let page = epub_pages::chapter(book, chapter, number);
        entries.push((format!("EPUB/{}", epub_package::chapter_file(number)), page.into()));
    }
    entries.push(("EPUB/colophon.xhtml".to_owned(), epub_pages::colophon(book, extent, words).into()));

    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = options(CompressionMethod::Stored);
    zip.start_file("mimetype", stored)?;
    zip.write_all(MIMETYPE.as_bytes())?;
    for (name, bytes) in entries {
        zip.start_file(name, options(CompressionMethod::Deflated))?;
        zip.write_all(&bytes)?;
    }
    zip.start_file("EPUB/cover.jpg", stored)?;
    zip.write_all(cover)?;
    Ok(zip.finish()?.into_inner())
}

/// Every entry has the same date, so that the archive does not depend on the day.
fn options(method: CompressionMethod) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
}

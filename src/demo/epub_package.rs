//! An EPUB's package document: metadata, manifest and reading order (EPUB 3.3 §5).

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::books::{DemoBook, Extent, Role};
use super::colophon::{self, IMPRINT};
use super::epub_pages::escape;
use super::text;

/// The name of a chapter's file; chapters count from 1.
pub fn chapter_file(number: usize) -> String {
    format!("chapter-{number}.xhtml")
}

/// The package document.
pub fn package(book: &DemoBook, extent: Extent) -> String {
    let mut out = String::from(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    let language = escape(&book.language);
    line(
        &mut out,
        &format!(
            r#"
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">"#
        ),
    );
    metadata(&mut out, book, extent);
    line(&mut out, "</metadata>\n<manifest>");
    manifest(&mut out, book, extent);
    line(&mut out, "</manifest>\n<spine>");
    line(&mut out, "<itemref idref=\"cover-page\" linear=\"no\"/>\n<itemref idref=\"title-page\"/>");
    for number in 1..=extent.of(book).len() {
        line(&mut out, &format!("<itemref idref=\"chapter-{number}\"/>"));
    }
    line(
        &mut out,
        "<itemref idref=\"colophon\"/>\n<itemref idref=\"nav\" linear=\"no\"/>\n</spine>\n</package>",
    );
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn metadata(out: &mut String, book: &DemoBook, extent: Extent) {
    let title = match extent {
        Extent::Whole => book.title.clone(),
        Extent::Sample => format!("{} ({})", book.title, colophon::words(&book.language).sample),
    };
    line(out, &format!(r#"<dc:identifier id="id">urn:uuid:{}</dc:identifier>"#, identifier(book, extent)));
    line(out, &format!(r#"<dc:title id="title">{}</dc:title>"#, escape(&title)));
    line(out, r##"<meta refines="#title" property="title-type">main</meta>"##);
    line(out, &format!(r#"<dc:title id="subtitle">{}</dc:title>"#, escape(&book.subtitle)));
    line(out, r##"<meta refines="#subtitle" property="title-type">subtitle</meta>"##);
    line(out, &format!("<dc:language>{}</dc:language>", escape(&book.language)));
    for (number, person) in (1..).zip(&book.contributors) {
        let element = if person.role == Role::Author { "creator" } else { "contributor" };
        let name = escape(&person.name);
        line(out, &format!(r#"<dc:{element} id="person-{number}">{name}</dc:{element}>"#));
        let role = person.role.relator();
        line(
            out,
            &format!(
                r##"<meta refines="#person-{number}" property="role" scheme="marc:relators">{role}</meta>"##
            ),
        );
    }
    line(out, &format!("<dc:publisher>{}</dc:publisher>", escape(IMPRINT)));
    line(out, &format!("<dc:date>{}</dc:date>", book.published));
    line(out, &format!("<dc:description>{}</dc:description>", escape(&text::plain(&book.description))));
    for keyword in &book.keywords {
        line(out, &format!("<dc:subject>{}</dc:subject>", escape(keyword)));
    }
    line(out, "<dc:rights>MIT OR Apache-2.0</dc:rights>");
    if let Some((series, position)) = book.series {
        let name = escape(series.name);
        line(out, &format!(r#"<meta property="belongs-to-collection" id="series">{name}</meta>"#));
        line(out, r##"<meta refines="#series" property="collection-type">series</meta>"##);
        line(out, &format!(r##"<meta refines="#series" property="group-position">{position}</meta>"##));
    }
    line(out, &format!(r#"<meta property="dcterms:modified">{}T09:00:00Z</meta>"#, book.published));
    accessibility(out);
}

/// What the files truly offer to readers who don't read with their eyes.
fn accessibility(out: &mut String) {
    let facts = [
        ("schema:accessMode", "textual"),
        ("schema:accessMode", "visual"),
        ("schema:accessModeSufficient", "textual"),
        ("schema:accessibilityFeature", "alternativeText"),
        ("schema:accessibilityFeature", "displayTransformability"),
        ("schema:accessibilityFeature", "readingOrder"),
        ("schema:accessibilityFeature", "structuralNavigation"),
        ("schema:accessibilityFeature", "tableOfContents"),
        ("schema:accessibilityHazard", "none"),
        (
            "schema:accessibilitySummary",
            "Text with headings and a described cover; nothing needs to be seen.",
        ),
    ];
    for (property, value) in facts {
        line(out, &format!(r#"<meta property="{property}">{value}</meta>"#));
    }
}

fn manifest(out: &mut String, book: &DemoBook, extent: Extent) {
    let page = |id: &str, file: &str| {
        format!(r#"<item id="{id}" href="{file}" media-type="application/xhtml+xml"/>"#)
    };
    line(
        out,
        r#"<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="style.css" media-type="text/css"/>
<item id="cover" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>"#,
    );
    line(out, &page("cover-page", "cover.xhtml"));
    line(out, &page("title-page", "title.xhtml"));
    for number in 1..=extent.of(book).len() {
        line(out, &page(&format!("chapter-{number}"), &chapter_file(number)));
    }
    line(out, &page("colophon", "colophon.xhtml"));
}

/// A UUID (RFC 9562, version 8) made from the book's name: the same for every run, another for the sample.
fn identifier(book: &DemoBook, extent: Extent) -> String {
    let digest = Sha256::digest(format!("bookplate demo {} {extent:?}", book.slug));
    let mut hex = String::new();
    for (position, byte) in digest.iter().take(16).enumerate() {
        let byte = match position {
            6 => (byte & 0x0f) | 0x80,
            8 => (byte & 0x3f) | 0x80,
            _ => *byte,
        };
        let dash = if matches!(position, 4 | 6 | 8 | 10) { "-" } else { "" };
        // Writing to a String does not fail.
        let _ = write!(hex, "{dash}{byte:02x}");
    }
    hex
}

//! What a title lacks before it can be published, and what would do it good.

use diesel::prelude::*;

use crate::catalog::{Book, BookFile, Credit, Edition, FileReport};
use crate::db::Conn;
use crate::db::schema::{book_categories, book_files, covers, editions};

/// How much a point matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Without it nothing comes out.
    Must,
    /// Readers would miss it.
    Should,
}

/// Something that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// How much it matters.
    pub weight: Weight,
    /// What to do, in a sentence.
    pub sentence: &'static str,
}

/// The language of a title of which nobody has said it: BCP 47's "undetermined".
pub const NO_LANGUAGE: &str = "und";

/// What a title lacks; `draft` is its edition in preparation.
///
/// # Errors
/// When the database fails.
pub fn of(conn: &mut Conn, book: &Book, draft: Option<&Edition>) -> QueryResult<Vec<Point>> {
    let mut points = Vec::new();
    let mut must = |sentence| points.push(Point { weight: Weight::Must, sentence });
    if book.language.is_empty() || book.language == NO_LANGUAGE {
        must("Say in which language the book is.");
    }
    let files = match draft {
        Some(edition) => BookFile::of_edition(conn, edition.id)?,
        None => Vec::new(),
    };
    let is_out = editions::table
        .inner_join(book_files::table)
        .filter(editions::book_id.eq(book.id).and(editions::published_at.is_not_null()))
        .filter(book_files::is_sample.eq(false));
    let is_out: bool = diesel::select(diesel::dsl::exists(is_out)).get_result(conn)?;
    let readable = files.iter().any(|file| !file.is_sample);
    match draft {
        Some(_) if !readable => must("Add at least one file to read, for example an EPUB or a PDF."),
        None if !is_out => must("Begin an edition and add at least one file to read."),
        _ => {}
    }
    if let Some(edition) = draft
        && FileReport::has_errors(conn, edition.id)?
    {
        must("Remove or replace the file that has errors: buyers couldn't read it.");
    }
    let mut should = |sentence| points.push(Point { weight: Weight::Should, sentence });
    if book.description.trim().is_empty() {
        should("Say what the book is about: readers look for a description first.");
    }
    if Credit::of_books(conn, &[book.id])?.is_empty() {
        should("Name who wrote it.");
    }
    let on_shelf = book_categories::table.filter(book_categories::book_id.eq(book.id));
    if !diesel::select(diesel::dsl::exists(on_shelf)).get_result::<bool>(conn)? {
        should("Choose a category, so that readers find it on a shelf.");
    }
    let cover = covers::table.filter(covers::book_id.eq(book.id));
    if !diesel::select(diesel::dsl::exists(cover)).get_result::<bool>(conn)? {
        should("Add a cover; until then its title stands on plain cloth.");
    }
    if let Some(edition) = draft {
        if !files.iter().any(|file| file.is_sample) {
            should("Add a sample: readers buy more easily what they could look into.");
        }
        if edition.number > 1 && edition.release_notes.trim().is_empty() {
            should("Say what is new in this edition.");
        }
        if edition.number > 1 && is_same_as_before(conn, book, &files)? {
            should("No file of this edition differs from the last one.");
        }
    }
    Ok(points)
}

fn is_same_as_before(conn: &mut Conn, book: &Book, files: &[BookFile]) -> QueryResult<bool> {
    let Some(before) = Edition::newest(conn, book.id)? else { return Ok(false) };
    let before = BookFile::of_edition(conn, before.id)?;
    let bytes = |files: &[BookFile]| -> Vec<(String, bool, String)> {
        files.iter().map(|file| (file.format.clone(), file.is_sample, file.sha256.clone())).collect()
    };
    Ok(bytes(&before) == bytes(files))
}

//! Editions in preparation: begun from the last one, changed, given up.

pub mod forms;
pub mod routes;

use diesel::prelude::*;

use super::release::draft_edition;
use crate::catalog::{Book, BookFile, Edition, PublishError};
use crate::db::schema::{book_files, editions, reviews};
use crate::db::{Conn, Timestamp};

/// The most that release notes may hold, in characters.
pub const NOTES: usize = 10_000;

/// Begins the next edition with the files of the last one, so that what is not replaced is there. One that was begun
/// already goes on.
///
/// # Errors
/// When the database fails.
pub fn begin(conn: &mut Conn, book: &Book, now: Timestamp) -> QueryResult<Edition> {
    if let Some(draft) = draft_edition(conn, book.id)? {
        return Ok(draft);
    }
    let last = Edition::newest(conn, book.id)?;
    let edition = Edition::begin(conn, book.id, "", now)?;
    if let Some(last) = last {
        BookFile::copy_all(conn, last.id, edition.id, now)?;
    }
    Ok(edition)
}

/// Says what is new in an edition, in Markdown. It may be said better after the edition is out, too.
///
/// # Errors
/// When the database fails.
pub fn set_notes(conn: &mut Conn, book: &Book, number: i32, notes: &str) -> QueryResult<bool> {
    let edition = editions::table.filter(editions::book_id.eq(book.id).and(editions::number.eq(number)));
    Ok(diesel::update(edition).set(editions::release_notes.eq(notes.trim())).execute(conn)? == 1)
}

/// Gives up the edition in preparation with its files.
///
/// # Errors
/// [`PublishError::Gone`] when there is none, [`PublishError::InReview`], or the database's.
pub fn give_up(conn: &mut Conn, book: &Book) -> Result<(), PublishError> {
    let draft = draft_edition(conn, book.id)?.ok_or(PublishError::Gone)?;
    let asked = reviews::table
        .filter(reviews::edition_id.eq(draft.id).and(reviews::status.eq_any(["open", "approved"])));
    if diesel::select(diesel::dsl::exists(asked)).get_result::<bool>(conn)? {
        return Err(PublishError::InReview);
    }
    for file in BookFile::of_edition(conn, draft.id)? {
        file.remove(conn)?;
    }
    super::Plan::cancel(conn, book.id)?;
    diesel::delete(editions::table.find(draft.id)).execute(conn)?;
    Ok(())
}

/// Takes one file out of the edition in preparation.
///
/// # Errors
/// [`PublishError::Gone`] when it is no file of this book, or why it must stay.
pub fn remove_file(conn: &mut Conn, book: &Book, file: &str) -> Result<BookFile, PublishError> {
    let file: BookFile = book_files::table
        .filter(book_files::public_id.eq(file).and(book_files::book_id.eq(book.id)))
        .select(BookFile::as_select())
        .first(conn)
        .optional()?
        .ok_or(PublishError::Gone)?;
    file.remove(conn)?;
    Ok(file)
}

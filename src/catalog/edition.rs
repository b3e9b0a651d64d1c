//! One published state of a book's files.

use diesel::prelude::*;

use super::BookId;
use crate::db::schema::editions;
use crate::db::{Conn, Timestamp, row_id};

row_id!(
    /// The row of an edition.
    EditionId
);

/// One published state of a book's files, numbered from 1.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = editions)]
pub struct Edition {
    /// The row.
    pub id: EditionId,
    /// Whose edition.
    pub book_id: BookId,
    /// 1, 2, ….
    pub number: i32,
    /// What changed, in Markdown.
    pub release_notes: String,
    /// When readers got it; before that it is being prepared.
    pub published_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Edition {
    /// The newest published edition of a book, if it has one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn newest(conn: &mut Conn, book: BookId) -> QueryResult<Option<Self>> {
        editions::table
            .filter(editions::book_id.eq(book).and(editions::published_at.is_not_null()))
            .order(editions::number.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()
    }
}

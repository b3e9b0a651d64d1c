//! One format of one edition.

use diesel::prelude::*;

use super::{BookId, EditionId};
use crate::db::schema::book_files;
use crate::db::{Conn, Timestamp, row_id};

row_id!(
    /// The row of a book file.
    BookFileId
);

/// One format (PDF, EPUB, …) of one edition, or a sample that anyone may have.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = book_files)]
pub struct BookFile {
    /// The row.
    pub id: BookFileId,
    /// The id in its download's address.
    pub public_id: String,
    /// Whose file.
    pub book_id: BookId,
    /// Of which edition.
    pub edition_id: EditionId,
    /// `pdf`, `epub`, …: the file name's extension in lower case.
    pub format: String,
    /// Whether anyone may have it.
    pub is_sample: bool,
    /// The name that readers save it under; only ever data.
    pub file_name: String,
    /// The media type as at the upload.
    pub media_type: String,
    /// Its length in bytes.
    pub byte_length: i64,
    /// The SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// The name of the bytes in the store.
    pub storage_key: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl BookFile {
    /// The file of a download's address, whatever its book's status.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_public_id(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Self>> {
        book_files::table
            .filter(book_files::public_id.eq(public_id))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The files of an edition, samples last, then by format.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_edition(conn: &mut Conn, edition: EditionId) -> QueryResult<Vec<Self>> {
        book_files::table
            .filter(book_files::edition_id.eq(edition))
            .order((book_files::is_sample.asc(), book_files::format.asc()))
            .select(Self::as_select())
            .load(conn)
    }
}

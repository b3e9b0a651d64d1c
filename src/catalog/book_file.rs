//! One format of one edition.

use diesel::prelude::*;

use super::publishing::PublishError;
use super::{BookId, EditionId, FileReport, file_checks};
use crate::db::schema::{book_files, downloads, editions, reviews};
use crate::db::{Conn, Timestamp, row_id};
use crate::storage::Stored;

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

/// A file that is to be added to an edition in preparation.
#[derive(Debug, Clone, Copy)]
pub struct NewBookFile<'a> {
    /// The edition.
    pub edition: EditionId,
    /// Whether anyone may have it.
    pub is_sample: bool,
    /// The name that readers save it under; its extension is the format.
    pub file_name: &'a str,
    /// The media type that the format was checked to be.
    pub media_type: &'a str,
    /// The bytes, as the store keeps them.
    pub stored: &'a Stored,
}

impl BookFile {
    /// Adds one format, or one sample, to an edition in preparation.
    ///
    /// # Errors
    /// [`PublishError::EditionIsOut`], [`PublishError::InReview`], [`PublishError::Gone`], or the database's: it has at
    /// most one file of a format, and one sample of a format.
    pub fn add(conn: &mut Conn, new: &NewBookFile<'_>, now: Timestamp) -> Result<Self, PublishError> {
        let edition: Option<(BookId, Option<Timestamp>)> = editions::table
            .find(new.edition)
            .select((editions::book_id, editions::published_at))
            .first(conn)
            .optional()?;
        let (book, published_at) = edition.ok_or(PublishError::Gone)?;
        if published_at.is_some() {
            return Err(PublishError::EditionIsOut);
        }
        if is_in_review(conn, new.edition)? {
            return Err(PublishError::InReview);
        }
        let sha256 = crate::ids::hex(&new.stored.sha256);
        if let Some(crc32) = new.stored.crc32 {
            file_checks::keep(conn, &sha256, crc32)?;
        }
        let id: BookFileId = diesel::insert_into(book_files::table)
            .values((
                book_files::public_id.eq(crate::ids::public_id()),
                book_files::book_id.eq(book),
                book_files::edition_id.eq(new.edition),
                book_files::format.eq(format_of(new.file_name)),
                book_files::is_sample.eq(new.is_sample),
                book_files::file_name.eq(new.file_name),
                book_files::media_type.eq(new.media_type),
                book_files::byte_length.eq(i64::try_from(new.stored.length).unwrap_or(i64::MAX)),
                book_files::sha256.eq(sha256),
                book_files::storage_key.eq(new.stored.key.as_str()),
                book_files::created_at.eq(now),
            ))
            .returning(book_files::id)
            .get_result(conn)?;
        Ok(book_files::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// Adds one format, or one sample, to an edition in preparation, in place of the one that it has.
    ///
    /// # Errors
    /// As [`BookFile::add`].
    pub fn put(conn: &mut Conn, new: &NewBookFile<'_>, now: Timestamp) -> Result<Self, PublishError> {
        let format = format_of(new.file_name);
        for file in Self::of_edition(conn, new.edition)? {
            if file.format == format && file.is_sample == new.is_sample {
                file.remove(conn)?;
            }
        }
        Self::add(conn, new, now)
    }

    /// Whether the files of an edition in preparation stay as they are, because an admin looks at them or has said yes.
    ///
    /// # Errors
    /// When the database fails.
    pub fn are_frozen(conn: &mut Conn, edition: EditionId) -> QueryResult<bool> {
        is_in_review(conn, edition)
    }

    /// Takes a file out of an edition in preparation. Its bytes stay in the store: another edition may have the same.
    ///
    /// # Errors
    /// [`PublishError::EditionIsOut`], [`PublishError::InReview`], [`PublishError::Gone`], or the database's.
    pub fn remove(&self, conn: &mut Conn) -> Result<(), PublishError> {
        let published_at: Option<Option<Timestamp>> =
            editions::table.find(self.edition_id).select(editions::published_at).first(conn).optional()?;
        if published_at.ok_or(PublishError::Gone)?.is_some() {
            return Err(PublishError::EditionIsOut);
        }
        if is_in_review(conn, self.edition_id)? {
            return Err(PublishError::InReview);
        }
        // Nobody but its publisher and admins could have it: their own looks at it are no sale's history.
        diesel::delete(downloads::table.filter(downloads::file_id.eq(self.id))).execute(conn)?;
        diesel::delete(book_files::table.find(self.id)).execute(conn)?;
        Ok(())
    }

    /// Gives an edition in preparation the files of another one: the same bytes under addresses of their own.
    ///
    /// # Errors
    /// When the database fails.
    pub fn copy_all(conn: &mut Conn, from: EditionId, to: EditionId, now: Timestamp) -> QueryResult<()> {
        for file in Self::of_edition(conn, from)? {
            let copy: BookFileId = diesel::insert_into(book_files::table)
                .values((
                    book_files::public_id.eq(crate::ids::public_id()),
                    book_files::book_id.eq(file.book_id),
                    book_files::edition_id.eq(to),
                    book_files::format.eq(&file.format),
                    book_files::is_sample.eq(file.is_sample),
                    book_files::file_name.eq(&file.file_name),
                    book_files::media_type.eq(&file.media_type),
                    book_files::byte_length.eq(file.byte_length),
                    book_files::sha256.eq(&file.sha256),
                    book_files::storage_key.eq(&file.storage_key),
                    book_files::created_at.eq(now),
                ))
                .returning(book_files::id)
                .get_result(conn)?;
            FileReport::copy(conn, file.id, copy)?;
        }
        Ok(())
    }

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

/// Whether an admin looks at the edition, or has said yes to it as it is: then its files stay.
fn is_in_review(conn: &mut Conn, edition: EditionId) -> QueryResult<bool> {
    let asked = reviews::table
        .filter(reviews::edition_id.eq(edition).and(reviews::status.eq_any(["open", "approved"])));
    diesel::select(diesel::dsl::exists(asked)).get_result(conn)
}

/// The format that a file name tells: its extension in lower case, or `file` without one.
fn format_of(file_name: &str) -> String {
    match file_name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && !extension.is_empty() => extension.to_lowercase(),
        _ => "file".to_owned(),
    }
}

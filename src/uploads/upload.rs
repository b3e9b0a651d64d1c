//! One file on its way to a title.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::accounts::AccountId;
use crate::catalog::{BookFileId, BookId};
use crate::db::schema::uploads;
use crate::db::{Conn, Timestamp, row_id, text_enum};

row_id!(
    /// The row of an upload.
    UploadId
);

text_enum! {
    /// Where an upload is.
    pub enum UploadStatus {
        /// Bytes are awaited; or all are there, and the shop has not looked at them yet.
        Receiving = "receiving",
        /// The title has the file.
        Done = "done",
        /// The file could not be used; its bytes are gone.
        Refused = "refused",
    }
}

/// One file on its way to a title.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = uploads)]
pub struct Upload {
    /// The row.
    pub id: UploadId,
    /// The id that shows, and the name of its part in the store.
    pub public_id: String,
    /// Which title.
    pub book_id: BookId,
    /// Who brings it.
    pub account_id: AccountId,
    /// The name that readers will save it under; cleaned.
    pub file_name: String,
    /// Whether it is a sample.
    pub is_sample: bool,
    /// How many bytes it will have.
    pub byte_length: i64,
    /// How many of them are durable and acknowledged.
    pub received: i64,
    /// The state of their SHA-256; see [`crate::storage::Part::state`].
    pub hash_state: String,
    /// Where it is.
    pub status: UploadStatus,
    /// Why it was refused: sentences, one a line.
    pub refusal: String,
    /// The name under which the store keeps it, or is about to; empty before.
    pub storage_key: String,
    /// The title's file that came of it.
    pub file_id: Option<BookFileId>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

/// An upload that begins.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// The id that shows.
    pub public_id: String,
    /// Which title.
    pub book: BookId,
    /// Who brings it.
    pub account: AccountId,
    /// The cleaned name.
    pub file_name: String,
    /// Whether it is a sample.
    pub is_sample: bool,
    /// How many bytes it will have.
    pub byte_length: i64,
    /// How many are there already.
    pub received: i64,
    /// The state of their hash.
    pub hash_state: String,
    /// When it is forgotten without another byte.
    pub expires_at: Timestamp,
}

impl Upload {
    /// Begins an upload.
    ///
    /// # Errors
    /// When the database fails.
    pub fn create(conn: &mut Conn, new: &NewUpload, now: Timestamp) -> QueryResult<Self> {
        diesel::insert_into(uploads::table)
            .values((
                uploads::public_id.eq(&new.public_id),
                uploads::book_id.eq(new.book),
                uploads::account_id.eq(new.account),
                uploads::file_name.eq(&new.file_name),
                uploads::is_sample.eq(new.is_sample),
                uploads::byte_length.eq(new.byte_length),
                uploads::received.eq(new.received),
                uploads::hash_state.eq(&new.hash_state),
                uploads::status.eq(UploadStatus::Receiving),
                uploads::created_at.eq(now),
                uploads::updated_at.eq(now),
                uploads::expires_at.eq(new.expires_at),
            ))
            .execute(conn)?;
        let row = uploads::table.filter(uploads::public_id.eq(&new.public_id));
        row.select(Self::as_select()).first(conn)
    }

    /// The upload of a public id to a title, wherever it is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, book: BookId, public_id: &str) -> QueryResult<Option<Self>> {
        uploads::table
            .filter(uploads::public_id.eq(public_id).and(uploads::book_id.eq(book)))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The upload of a row, as it is now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn reload(conn: &mut Conn, id: UploadId) -> QueryResult<Option<Self>> {
        uploads::table.find(id).select(Self::as_select()).first(conn).optional()
    }

    /// What a title's page shows: unfinished and refused uploads, the oldest first, at most a hundred.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_title(conn: &mut Conn, book: BookId, now: Timestamp) -> QueryResult<Vec<Self>> {
        uploads::table
            .filter(uploads::book_id.eq(book).and(uploads::expires_at.gt(now)))
            .filter(uploads::status.eq_any([UploadStatus::Receiving, UploadStatus::Refused]))
            .order(uploads::id)
            .limit(100)
            .select(Self::as_select())
            .load(conn)
    }

    /// Notes how many bytes are durable; whether the upload still goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn acknowledge(
        conn: &mut Conn,
        id: UploadId,
        (received, hash_state): (i64, &str),
        expires_at: Timestamp,
        now: Timestamp,
    ) -> QueryResult<bool> {
        let changed = diesel::update(uploads::table.find(id))
            .filter(uploads::status.eq(UploadStatus::Receiving))
            .set((
                uploads::received.eq(received),
                uploads::hash_state.eq(hash_state),
                uploads::updated_at.eq(now),
                uploads::expires_at.eq(expires_at),
            ))
            .execute(conn)?;
        Ok(changed == 1)
    }

    /// Notes under which name the store is about to keep it; whether the upload still goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn reserve(conn: &mut Conn, id: UploadId, storage_key: &str) -> QueryResult<bool> {
        let changed = diesel::update(uploads::table.find(id))
            .filter(uploads::status.eq(UploadStatus::Receiving))
            .set(uploads::storage_key.eq(storage_key))
            .execute(conn)?;
        Ok(changed == 1)
    }

    /// Ends it: with the title's file that came of it, or with why it could not be used. Whether it was still going on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end(
        conn: &mut Conn,
        id: UploadId,
        outcome: Result<BookFileId, &str>,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> QueryResult<bool> {
        let status = if outcome.is_ok() { UploadStatus::Done } else { UploadStatus::Refused };
        let changed = diesel::update(uploads::table.find(id))
            .filter(uploads::status.eq(UploadStatus::Receiving))
            .set((
                uploads::status.eq(status),
                uploads::file_id.eq(outcome.ok()),
                uploads::refusal.eq(outcome.err().unwrap_or_default()),
                uploads::hash_state.eq(""),
                uploads::storage_key.eq(""),
                uploads::updated_at.eq(now),
                uploads::expires_at.eq(expires_at),
            ))
            .execute(conn)?;
        Ok(changed == 1)
    }

    /// Forgets it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove(conn: &mut Conn, id: UploadId) -> QueryResult<()> {
        diesel::delete(uploads::table.find(id)).execute(conn).map(drop)
    }

    /// Uploads whose bytes are all there and that nobody has looked at yet, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn whole(conn: &mut Conn, limit: i64) -> QueryResult<Vec<Self>> {
        uploads::table
            .filter(uploads::status.eq(UploadStatus::Receiving))
            .filter(uploads::received.eq(uploads::byte_length))
            .order(uploads::id)
            .limit(limit)
            .select(Self::as_select())
            .load(conn)
    }

    /// Uploads whose time is over, the oldest first. One whose bytes are all there is not among them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn expired(conn: &mut Conn, limit: i64, now: Timestamp) -> QueryResult<Vec<Self>> {
        let is_whole =
            uploads::status.eq(UploadStatus::Receiving).and(uploads::received.eq(uploads::byte_length));
        uploads::table
            .filter(uploads::expires_at.le(now))
            .filter(diesel::dsl::not(is_whole))
            .order((uploads::expires_at, uploads::id))
            .limit(limit)
            .select(Self::as_select())
            .load(conn)
    }

    /// Those of these public ids whose bytes are awaited.
    ///
    /// # Errors
    /// When the database fails.
    pub fn receiving(conn: &mut Conn, public_ids: &[String]) -> QueryResult<HashSet<String>> {
        let rows: Vec<String> = uploads::table
            .filter(uploads::public_id.eq_any(public_ids.to_vec()))
            .filter(uploads::status.eq(UploadStatus::Receiving))
            .select(uploads::public_id)
            .load(conn)?;
        Ok(rows.into_iter().collect())
    }

    /// How many bytes it will have.
    #[must_use]
    pub fn length(&self) -> u64 {
        u64::try_from(self.byte_length).unwrap_or_default()
    }

    /// How many bytes a client may take as sent.
    #[must_use]
    pub fn offset(&self) -> u64 {
        match self.status {
            UploadStatus::Receiving => u64::try_from(self.received).unwrap_or_default(),
            UploadStatus::Done | UploadStatus::Refused => self.length(),
        }
    }
}

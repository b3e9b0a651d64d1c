//! The rows of canaries.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::db::schema::{canaries, canary_marks};
use crate::db::{Conn, Timestamp, insert_once, row_id};
use crate::ids::Token;

row_id!(
    /// The row of a canary.
    CanaryId
);

/// How long the permission lasts.
const LASTS: TimeDelta = TimeDelta::minutes(5);

/// One file that may be fetched.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CanaryFile {
    /// The name in its address.
    pub name: String,
    /// Its key in the store.
    pub key: String,
    /// Its length in bytes.
    pub length: u64,
    /// The file name that it leaves under.
    pub file_name: String,
}

/// A permission to fetch a few files that are nobody's book.
#[derive(Debug, Clone)]
pub struct Canary {
    /// The row.
    pub id: CanaryId,
    /// What it opens.
    pub files: Vec<CanaryFile>,
}

impl Canary {
    /// Lets whoever has `token` fetch `files` for the next minutes.
    ///
    /// # Errors
    /// When the database fails.
    pub fn release(
        conn: &mut Conn,
        token: &Token,
        files: &[CanaryFile],
        now: Timestamp,
    ) -> QueryResult<CanaryId> {
        diesel::insert_into(canaries::table)
            .values((
                canaries::token_hash.eq(token.hash().as_str()),
                canaries::files.eq(serde_json::json!(files).to_string()),
                canaries::created_at.eq(now),
                canaries::expires_at.eq(now + LASTS),
            ))
            .returning(canaries::id)
            .get_result(conn)
    }

    /// The one that `token` opens, if it is still good.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, token: &Token, now: Timestamp) -> QueryResult<Option<Self>> {
        let found: Option<(CanaryId, String)> = canaries::table
            .filter(canaries::token_hash.eq(token.hash().as_str()))
            .filter(canaries::expires_at.gt(now))
            .select((canaries::id, canaries::files))
            .first(conn)
            .optional()?;
        Ok(found.map(Self::from))
    }

    /// Those whose time is over: an examination was cut off before its end.
    ///
    /// # Errors
    /// When the database fails.
    pub fn expired(conn: &mut Conn, now: Timestamp) -> QueryResult<Vec<Self>> {
        let rows: Vec<(CanaryId, String)> = canaries::table
            .filter(canaries::expires_at.le(now))
            .order(canaries::id)
            .select((canaries::id, canaries::files))
            .load(conn)?;
        Ok(rows.into_iter().map(Self::from).collect())
    }

    /// Notes that something has reached the shop; a second time changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn mark(conn: &mut Conn, id: CanaryId, name: &str, now: Timestamp) -> QueryResult<()> {
        let row = (canary_marks::canary_id.eq(id), canary_marks::name.eq(name), canary_marks::at.eq(now));
        insert_once!(conn, canary_marks::table, row).map(|_| ())
    }

    /// Whether this has reached the shop.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_marked(conn: &mut Conn, id: CanaryId, name: &str) -> QueryResult<bool> {
        let mark =
            canary_marks::table.filter(canary_marks::canary_id.eq(id).and(canary_marks::name.eq(name)));
        diesel::select(diesel::dsl::exists(mark)).get_result(conn)
    }

    /// Ends the permission.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end(conn: &mut Conn, id: CanaryId) -> QueryResult<()> {
        diesel::delete(canaries::table.filter(canaries::id.eq(id))).execute(conn).map(|_| ())
    }

    /// The file of this name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&CanaryFile> {
        self.files.iter().find(|file| file.name == name)
    }
}

impl From<(CanaryId, String)> for Canary {
    fn from((id, files): (CanaryId, String)) -> Self {
        // What can't be read opens nothing.
        Self { id, files: serde_json::from_str(&files).unwrap_or_default() }
    }
}

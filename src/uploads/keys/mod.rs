//! Keys with which a program brings files to one title.

mod pages;
pub mod routes;

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::accounts::{Account, AccountId, Role};
use crate::catalog::BookId;
use crate::db::schema::{accounts, upload_keys};
use crate::db::{Conn, Timestamp, row_id};
use crate::ids::{Token, TokenHash};

/// How many keys a title may have.
pub const AT_MOST: i64 = 20;

row_id!(
    /// The row of a key.
    UploadKeyId
);

/// A key with which a program brings files to one title, in the name of the account that made it. It ends with that
/// account's right to the title, and when somebody at the title's desk revokes it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = upload_keys)]
pub struct UploadKey {
    /// The row.
    pub id: UploadKeyId,
    /// The id that shows.
    pub public_id: String,
    /// Which title.
    pub book_id: BookId,
    /// Whose name it goes by.
    pub account_id: AccountId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the hour; never before.
    pub used_at: Option<Timestamp>,
}

impl UploadKey {
    /// Makes a key; nothing when the title has [`AT_MOST`]. The secret is shown once, and not kept.
    ///
    /// # Errors
    /// When the database fails.
    pub fn create(
        conn: &mut Conn,
        book: BookId,
        account: AccountId,
        now: Timestamp,
    ) -> QueryResult<Option<Token>> {
        let there: i64 = upload_keys::table.filter(upload_keys::book_id.eq(book)).count().get_result(conn)?;
        if there >= AT_MOST {
            return Ok(None);
        }
        let token = Token::new();
        diesel::insert_into(upload_keys::table)
            .values((
                upload_keys::public_id.eq(crate::ids::public_id()),
                upload_keys::key_hash.eq(token.hash().as_str()),
                upload_keys::book_id.eq(book),
                upload_keys::account_id.eq(account),
                upload_keys::created_at.eq(now),
            ))
            .execute(conn)?;
        Ok(Some(token))
    }

    /// The keys of a title, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_title(conn: &mut Conn, book: BookId) -> QueryResult<Vec<Self>> {
        upload_keys::table
            .filter(upload_keys::book_id.eq(book))
            .order(upload_keys::id)
            .select(Self::as_select())
            .load(conn)
    }

    /// The key of a secret, with the account whose name it goes by; none when that may not publish any more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, hash: &TokenHash) -> QueryResult<Option<(Self, Account)>> {
        let found: Option<(Self, Account)> = upload_keys::table
            .inner_join(accounts::table)
            .filter(upload_keys::key_hash.eq(hash.as_str()))
            .select((Self::as_select(), Account::as_select()))
            .first(conn)
            .optional()?;
        Ok(found.filter(|(_, account)| {
            account.may_sign_in() && matches!(account.role, Role::Publisher | Role::Admin)
        }))
    }

    /// Whether its use is to be noted: once an hour is enough.
    #[must_use]
    pub fn is_due_for_touch(&self, now: Timestamp) -> bool {
        self.used_at.is_none_or(|used| used + TimeDelta::hours(1) <= now)
    }

    /// Notes that it is used.
    ///
    /// # Errors
    /// When the database fails.
    pub fn touch(conn: &mut Conn, id: UploadKeyId, now: Timestamp) -> QueryResult<()> {
        diesel::update(upload_keys::table.find(id)).set(upload_keys::used_at.eq(now)).execute(conn).map(drop)
    }

    /// Revokes a title's key; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revoke(conn: &mut Conn, book: BookId, public_id: &str) -> QueryResult<bool> {
        let key = upload_keys::table
            .filter(upload_keys::public_id.eq(public_id).and(upload_keys::book_id.eq(book)));
        Ok(diesel::delete(key).execute(conn)? == 1)
    }
}

//! An admin's yes or no for one account and one book: a copy given, a book closed. It goes before order history.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::accounts::{Account, AccountId};
use crate::catalog::BookId;
use crate::db::schema::{access_overrides, accounts, books};
use crate::db::statement::Statement;
use crate::db::{Conn, Timestamp};

/// An admin's yes or no, with whom and what it is about.
#[derive(Debug, Clone, Queryable)]
pub struct Override {
    /// The account's public id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// Its address.
    pub email: String,
    /// The book's public id.
    pub book: String,
    /// Its title.
    pub title: String,
    /// Yes or no.
    pub allowed: bool,
    /// Why.
    pub reason: String,
    /// Who said it; nobody's account any more, if it is gone.
    pub author: Option<AccountId>,
    /// Since when.
    pub created_at: Timestamp,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Says yes or no, instead of what was said before; returns that.
///
/// # Errors
/// When the database fails.
pub fn say(
    conn: &mut Conn,
    account: AccountId,
    book: BookId,
    allowed: bool,
    reason: &str,
    author: AccountId,
    now: Timestamp,
) -> QueryResult<Option<bool>> {
    let before = lift(conn, account, book)?;
    diesel::insert_into(access_overrides::table)
        .values((
            access_overrides::book_id.eq(book),
            access_overrides::account_id.eq(account),
            access_overrides::allowed.eq(allowed),
            access_overrides::reason.eq(reason),
            access_overrides::author_id.eq(author),
            access_overrides::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(before)
}

/// Lets the orders decide again; returns what was said.
///
/// # Errors
/// When the database fails.
pub fn lift(conn: &mut Conn, account: AccountId, book: BookId) -> QueryResult<Option<bool>> {
    let said = access_overrides::table
        .filter(access_overrides::account_id.eq(account).and(access_overrides::book_id.eq(book)));
    let before = said.select(access_overrides::allowed).first(conn).optional()?;
    diesel::delete(said).execute(conn)?;
    Ok(before)
}

/// All of an account, the newest first.
///
/// # Errors
/// When the database fails.
pub fn of_account(conn: &mut Conn, account: AccountId) -> QueryResult<Vec<Override>> {
    let ids: Vec<i64> = access_overrides::table
        .filter(access_overrides::account_id.eq(account))
        .select(access_overrides::id)
        .load(conn)?;
    load(conn, ids)
}

/// How many have `search` in the person's address or name, the title or the reason.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut Conn, search: &str) -> QueryResult<i64> {
    narrowed("SELECT COUNT(*) AS count", search).count(conn)
}

/// A page of those, the newest first.
///
/// # Errors
/// When the database fails.
pub fn page(conn: &mut Conn, search: &str, offset: i64, limit: i64) -> QueryResult<Vec<Override>> {
    let mut statement = narrowed("SELECT o.id", search);
    statement.page("o.created_at DESC, o.id DESC", offset, limit);
    let ids = statement.load::<IdRow>(conn)?.into_iter().map(|row| row.id).collect();
    load(conn, ids)
}

/// Who said these, by row.
///
/// # Errors
/// When the database fails.
pub fn authors(conn: &mut Conn, found: &[Override]) -> QueryResult<Vec<Account>> {
    let ids: Vec<AccountId> = found.iter().filter_map(|said| said.author).collect();
    accounts::table.filter(accounts::id.eq_any(ids)).select(Account::as_select()).load(conn)
}

fn narrowed(select: &str, search: &str) -> Statement {
    let mut statement = Statement::new(format!(
        "{select} FROM access_overrides o JOIN accounts a ON a.id = o.account_id JOIN books b ON b.id = o.book_id"
    ));
    statement.search(search, &["a.email_key"], &["a.name", "b.title", "o.reason"]);
    statement
}

fn load(conn: &mut Conn, ids: Vec<i64>) -> QueryResult<Vec<Override>> {
    access_overrides::table
        .inner_join(accounts::table.on(accounts::id.eq(access_overrides::account_id)))
        .inner_join(books::table.on(books::id.eq(access_overrides::book_id)))
        .filter(access_overrides::id.eq_any(ids))
        .order((access_overrides::created_at.desc(), access_overrides::id.desc()))
        .select((
            accounts::public_id,
            accounts::name,
            accounts::email,
            books::public_id,
            books::title,
            access_overrides::allowed,
            access_overrides::reason,
            access_overrides::author_id,
            access_overrides::created_at,
        ))
        .load(conn)
}

/// What an admin said about this account and book.
///
/// # Errors
/// When the database fails.
pub fn of(conn: &mut Conn, account: AccountId, book: BookId) -> QueryResult<Option<bool>> {
    access_overrides::table
        .filter(access_overrides::account_id.eq(account).and(access_overrides::book_id.eq(book)))
        .select(access_overrides::allowed)
        .first(conn)
        .optional()
}

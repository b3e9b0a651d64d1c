//! All that the shop knows of one account.

use diesel::prelude::*;

use crate::accounts::{Account, AccountId, Session};
use crate::admin::act::Act;
use crate::db::schema::{accounts, book_files, books, downloads, gifts, orders};
use crate::db::{Conn, Timestamp};
use crate::orders::history::{self, Entry};
use crate::permission::overrides::{self, Override};

/// How many of each are listed; the newest ones.
pub const SHOWN: i64 = 20;

/// All that the shop knows of one account.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The account.
    pub account: Account,
    /// The browsers that are signed in, the last used first.
    pub sessions: Vec<Session>,
    /// The newest orders, with their titles.
    pub orders: Vec<Entry>,
    /// How many orders there are.
    pub order_count: i64,
    /// The newest gifts that it keeps.
    pub gifts: Vec<GiftRow>,
    /// The newest lines of the ledger.
    pub downloads: Vec<DownloadRow>,
    /// How many lines there are.
    pub download_count: i64,
    /// What admins said about single books.
    pub overrides: Vec<Override>,
    /// What admins did to it, the newest first.
    pub acts: Vec<Act>,
}

/// A gift that the account keeps.
#[derive(Debug, Clone, Queryable)]
pub struct GiftRow {
    /// The public id of its order.
    pub order: String,
    /// The order's number.
    pub number: String,
    /// Who gave it.
    pub giver: String,
    /// Since when the account keeps it.
    pub claimed_at: Option<Timestamp>,
}

/// A line of the ledger.
#[derive(Debug, Clone, Queryable)]
pub struct DownloadRow {
    /// When.
    pub at: Timestamp,
    /// The book.
    pub title: String,
    /// The file's name.
    pub file: String,
    /// Whether it was handed out.
    pub allowed: bool,
    /// Why, or why not.
    pub reason: String,
    /// Which part of it was asked for.
    pub range: Option<String>,
}

impl Dossier {
    /// Loads it, if there is such an account; the number of queries does not grow with it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, public_id: &str, now: Timestamp) -> QueryResult<Option<Self>> {
        let Some(account) = find(conn, public_id)? else { return Ok(None) };
        let id = account.id;
        let ledger = || downloads::table.filter(downloads::account_id.eq(id));
        Ok(Some(Self {
            sessions: Session::all_of(conn, id, now)?,
            orders: history::page(conn, id, 0, SHOWN)?,
            order_count: history::count(conn, id)?,
            gifts: gifts_of(conn, id)?,
            downloads: ledger()
                .inner_join(book_files::table)
                .inner_join(books::table.on(books::id.eq(downloads::book_id)))
                .order(downloads::id.desc())
                .limit(SHOWN)
                .select((
                    downloads::at,
                    books::title,
                    book_files::file_name,
                    downloads::allowed,
                    downloads::reason,
                    downloads::range,
                ))
                .load(conn)?,
            download_count: ledger().count().get_result(conn)?,
            overrides: overrides::of_account(conn, id)?,
            acts: Act::about(conn, &account.email, SHOWN)?,
            account,
        }))
    }
}

/// The account of a public id, if it is there.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Account>> {
    accounts::table
        .filter(accounts::public_id.eq(public_id))
        .select(Account::as_select())
        .first(conn)
        .optional()
}

fn gifts_of(conn: &mut Conn, account: AccountId) -> QueryResult<Vec<GiftRow>> {
    gifts::table
        .inner_join(orders::table)
        .filter(gifts::claimed_by.eq(account))
        .order(gifts::id.desc())
        .limit(SHOWN)
        .select((orders::public_id, orders::number, gifts::giver_name, gifts::claimed_at))
        .load(conn)
}

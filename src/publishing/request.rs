//! An account's wish to become a publisher, and what an admin says to it.

use diesel::prelude::*;

use crate::accounts::{Account, AccountId, Role};
use crate::catalog::{Book, BookId, BookStatus};
use crate::db::schema::{accounts, books, publisher_requests, release_plans, reviews};
use crate::db::{Conn, Timestamp, insert_once, row_id, text_enum};

use super::release::take_back;
use super::{ReleaseError, ReviewStatus};

row_id!(
    /// The row of a wish.
    RequestId
);

text_enum! {
    /// Where a wish is.
    pub enum RequestStatus {
        /// An admin is asked.
        Open = "open",
        /// The account became a publisher.
        Approved = "approved",
        /// An admin said no.
        Declined = "declined",
        /// Its account took it back.
        Withdrawn = "withdrawn",
    }
}

/// An account's wish to become a publisher.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = publisher_requests)]
pub struct PublisherRequest {
    /// The row.
    pub id: RequestId,
    /// The id that shows.
    pub public_id: String,
    /// Whose wish.
    pub account_id: AccountId,
    /// What they say; plain text.
    pub words: String,
    /// Where it is.
    pub status: RequestStatus,
    /// What the admin said; plain text, may be empty.
    pub answer: String,
    /// When it was said.
    pub created_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
}

impl PublisherRequest {
    /// Asks; `false` when an open wish of the account is there already.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ask(conn: &mut Conn, account: AccountId, words: &str, now: Timestamp) -> QueryResult<bool> {
        insert_once!(
            conn,
            publisher_requests::table,
            (
                publisher_requests::public_id.eq(crate::ids::public_id()),
                publisher_requests::account_id.eq(account),
                publisher_requests::words.eq(words),
                publisher_requests::status.eq(RequestStatus::Open),
                publisher_requests::created_at.eq(now),
            )
        )
    }

    /// The newest wish of an account.
    ///
    /// # Errors
    /// When the database fails.
    pub fn newest(conn: &mut Conn, account: AccountId) -> QueryResult<Option<Self>> {
        publisher_requests::table
            .filter(publisher_requests::account_id.eq(account))
            .order(publisher_requests::id.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The wish of a public id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Self>> {
        publisher_requests::table
            .filter(publisher_requests::public_id.eq(public_id))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The open wishes with their accounts, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open(conn: &mut Conn, limit: i64) -> QueryResult<Vec<(Self, Account)>> {
        publisher_requests::table
            .inner_join(accounts::table.on(accounts::id.eq(publisher_requests::account_id)))
            .filter(publisher_requests::status.eq(RequestStatus::Open))
            .order((publisher_requests::created_at, publisher_requests::id))
            .limit(limit)
            .select((Self::as_select(), Account::as_select()))
            .load(conn)
    }

    /// How many are open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count_open(conn: &mut Conn) -> QueryResult<i64> {
        publisher_requests::table
            .filter(publisher_requests::status.eq(RequestStatus::Open))
            .count()
            .get_result(conn)
    }

    /// Answers it, or takes it back; `false` when it is open no more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn turn(
        &self,
        conn: &mut Conn,
        to: RequestStatus,
        answer: &str,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> QueryResult<bool> {
        let open = publisher_requests::table
            .find(self.id)
            .filter(publisher_requests::status.eq(RequestStatus::Open));
        let changed = diesel::update(open)
            .set((
                publisher_requests::status.eq(to),
                publisher_requests::answer.eq(answer),
                publisher_requests::answered_by.eq(by),
                publisher_requests::answered_at.eq(now),
            ))
            .execute(conn)?;
        Ok(changed == 1)
    }
}

/// A publisher with how many titles they have.
#[derive(Debug, Clone)]
pub struct PublisherRow {
    /// The account.
    pub account: Account,
    /// How many titles are theirs.
    pub titles: i64,
    /// How many of these are for sale.
    pub for_sale: i64,
}

/// How many publishers there are.
///
/// # Errors
/// When the database fails.
pub fn count_publishers(conn: &mut Conn) -> QueryResult<i64> {
    accounts::table.filter(accounts::role.eq(Role::Publisher)).count().get_result(conn)
}

/// A page of the publishers, by name.
///
/// # Errors
/// When the database fails.
pub fn publishers(conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<PublisherRow>> {
    let found: Vec<Account> = accounts::table
        .filter(accounts::role.eq(Role::Publisher))
        .order((accounts::name, accounts::id))
        .offset(offset)
        .limit(limit)
        .select(Account::as_select())
        .load(conn)?;
    let ids: Vec<AccountId> = found.iter().map(|account| account.id).collect();
    let counts: Vec<(AccountId, BookStatus, i64)> = books::table
        .filter(books::publisher_id.eq_any(ids))
        .group_by((books::publisher_id, books::status))
        .select((books::publisher_id, books::status, diesel::dsl::count_star()))
        .load(conn)?;
    let row = |account: Account| {
        let theirs = || counts.iter().filter(|(publisher, ..)| *publisher == account.id);
        PublisherRow {
            titles: theirs().map(|(.., count)| count).sum(),
            for_sale: theirs()
                .filter(|(_, status, _)| *status == BookStatus::Published)
                .map(|(.., count)| count)
                .sum(),
            account,
        }
    };
    Ok(found.into_iter().map(row).collect())
}

/// A publisher is none any more: what waits for review or for its time goes back to a draft, and with `archive` the
/// titles that are for sale leave the shelves. Whoever bought a book keeps it. How many titles left the shelves.
///
/// # Errors
/// Those of the titles; then nothing has changed.
pub fn end(
    conn: &mut Conn,
    account: &Account,
    archive: bool,
    by: AccountId,
    now: Timestamp,
) -> Result<usize, ReleaseError> {
    account.set_role(conn, Role::Customer, now)?;
    let theirs: Vec<Book> =
        books::table.filter(books::publisher_id.eq(account.id)).select(Book::as_select()).load(conn)?;
    let ids: Vec<BookId> = theirs.iter().map(|book| book.id).collect();
    let asked: Vec<BookId> = reviews::table
        .filter(reviews::book_id.eq_any(ids.clone()))
        .filter(reviews::status.eq_any([ReviewStatus::Open, ReviewStatus::Approved]))
        .select(reviews::book_id)
        .distinct()
        .load(conn)?;
    let mut archived = 0;
    for book in &theirs {
        if asked.contains(&book.id) {
            match take_back(conn, book, by, now) {
                Ok(()) | Err(ReleaseError::Answered) => {}
                Err(error) => return Err(error),
            }
        }
        if archive && book.status == BookStatus::Published {
            Book::archive(conn, book.id, now)?;
            archived += 1;
        }
    }
    diesel::delete(release_plans::table.filter(release_plans::book_id.eq_any(ids))).execute(conn)?;
    Ok(archived)
}

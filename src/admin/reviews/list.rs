//! The reviews, open or answered, paged in the database.

use diesel::prelude::*;

use crate::accounts::Account;
use crate::catalog::{Book, Edition};
use crate::db::Conn;
use crate::db::schema::{accounts, books, editions, reviews};
use crate::publishing::{Review, ReviewStatus};

/// A review with its title.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The review.
    pub review: Review,
    /// Its title.
    pub book: Book,
    /// Who asks; nobody when the account is gone.
    pub publisher: Option<Account>,
    /// The edition it is about.
    pub edition: Option<Edition>,
}

/// How many are open, or answered.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut Conn, answered: bool) -> QueryResult<i64> {
    match answered {
        true => reviews::table.filter(reviews::status.ne(ReviewStatus::Open)).count().get_result(conn),
        false => Review::count_open(conn),
    }
}

/// A page of them: the open ones with the oldest first, the answered ones with the newest first.
///
/// # Errors
/// When the database fails.
pub fn page(conn: &mut Conn, answered: bool, offset: i64, limit: i64) -> QueryResult<Vec<Entry>> {
    let query = reviews::table
        .inner_join(books::table)
        .select((Review::as_select(), Book::as_select()))
        .offset(offset)
        .limit(limit);
    let rows: Vec<(Review, Book)> = match answered {
        true => query.filter(reviews::status.ne(ReviewStatus::Open)).order(reviews::id.desc()).load(conn)?,
        false => query.filter(reviews::status.eq(ReviewStatus::Open)).order(reviews::id.asc()).load(conn)?,
    };
    entries(conn, rows)
}

/// The review of a public id with its title.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Entry>> {
    let Some(review) = Review::find(conn, public_id)? else { return Ok(None) };
    let Some(book) = Book::find(conn, review.book_id)? else { return Ok(None) };
    Ok(entries(conn, vec![(review, book)])?.pop())
}

fn entries(conn: &mut Conn, rows: Vec<(Review, Book)>) -> QueryResult<Vec<Entry>> {
    let asked: Vec<_> = rows.iter().filter_map(|(review, _)| review.asked_by).collect();
    let publishers: Vec<Account> =
        accounts::table.filter(accounts::id.eq_any(asked)).select(Account::as_select()).load(conn)?;
    let about: Vec<_> = rows.iter().filter_map(|(review, _)| review.edition_id).collect();
    let of_reviews: Vec<Edition> =
        editions::table.filter(editions::id.eq_any(about)).select(Edition::as_select()).load(conn)?;
    let entry = |(review, book): (Review, Book)| Entry {
        publisher: publishers.iter().find(|account| Some(account.id) == review.asked_by).cloned(),
        edition: of_reviews.iter().find(|edition| Some(edition.id) == review.edition_id).cloned(),
        review,
        book,
    };
    Ok(rows.into_iter().map(entry).collect())
}

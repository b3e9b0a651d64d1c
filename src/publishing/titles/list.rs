//! The titles of a desk, narrowed and paged in the database.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::accounts::AccountId;
use crate::catalog::words::sort_key;
use crate::catalog::{Book, BookId, BookStatus, Brief};
use crate::db::Conn;
use crate::db::schema::{accounts, books, editions};
use crate::publishing::{Plan, Review, Who};

/// Which titles.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Where they are; nothing for all.
    pub status: Option<BookStatus>,
    /// A part of the title; empty for all.
    pub search: String,
}

/// A title in the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// The title.
    pub book: Book,
    /// It in few words.
    pub brief: Option<Brief>,
    /// Who sells it.
    pub publisher: String,
    /// The number of the newest published edition; 0 without one.
    pub newest: i32,
    /// The number of the edition in preparation; 0 without one.
    pub draft: i32,
    /// When it comes out by itself.
    pub plan: Option<Plan>,
    /// Whether an admin is asked about it.
    pub in_review: bool,
}

/// How many titles the filter's search finds in each state.
///
/// # Errors
/// When the database fails.
pub fn counts(conn: &mut Conn, who: Who, search: &str) -> QueryResult<Vec<(BookStatus, i64)>> {
    let mut query = books::table
        .filter(books::sort_title.like(pattern(search)))
        .group_by(books::status)
        .select((books::status, diesel::dsl::count_star()))
        .into_boxed();
    if !who.is_admin {
        query = query.filter(books::publisher_id.eq(who.id));
    }
    query.load(conn)
}

/// A page of titles, those last changed first.
///
/// # Errors
/// When the database fails.
pub fn page(conn: &mut Conn, who: Who, filter: &Filter, offset: i64, limit: i64) -> QueryResult<Vec<Row>> {
    let mut query = books::table
        .filter(books::sort_title.like(pattern(&filter.search)))
        .select(Book::as_select())
        .into_boxed();
    if !who.is_admin {
        query = query.filter(books::publisher_id.eq(who.id));
    }
    if let Some(status) = filter.status {
        query = query.filter(books::status.eq(status));
    }
    let found: Vec<Book> =
        query.order((books::updated_at.desc(), books::id.desc())).offset(offset).limit(limit).load(conn)?;
    let ids: Vec<BookId> = found.iter().map(|book| book.id).collect();
    let sellers: Vec<AccountId> = found.iter().map(|book| book.publisher_id).collect();
    let names: HashMap<AccountId, (String, String)> = accounts::table
        .filter(accounts::id.eq_any(sellers))
        .select((accounts::id, (accounts::name, accounts::email)))
        .load(conn)?
        .into_iter()
        .collect();
    let numbers = numbers(conn, &ids)?;
    let mut briefs = Brief::of(conn, &ids)?;
    let mut plans = Plan::of_books(conn, &ids)?;
    let in_review = Review::open_of(conn, &ids)?;
    let row = |book: Book| Row {
        brief: briefs.remove(&book.id),
        publisher: names.get(&book.publisher_id).map_or_else(String::new, |(name, email)| {
            if name.trim().is_empty() { email.clone() } else { name.clone() }
        }),
        newest: numbers.get(&book.id).map_or(0, |(newest, _)| *newest),
        draft: numbers.get(&book.id).map_or(0, |(_, draft)| *draft),
        plan: plans.remove(&book.id),
        in_review: in_review.contains(&book.id),
        book,
    };
    Ok(found.into_iter().map(row).collect())
}

/// The newest published edition of each title, and the one in preparation.
fn numbers(conn: &mut Conn, ids: &[BookId]) -> QueryResult<HashMap<BookId, (i32, i32)>> {
    let of_titles = || editions::table.filter(editions::book_id.eq_any(ids.to_vec()));
    let number = diesel::dsl::max(editions::number);
    let newest: Vec<(BookId, Option<i32>)> = of_titles()
        .filter(editions::published_at.is_not_null())
        .group_by(editions::book_id)
        .select((editions::book_id, number))
        .load(conn)?;
    let drafts: Vec<(BookId, Option<i32>)> = of_titles()
        .filter(editions::published_at.is_null())
        .group_by(editions::book_id)
        .select((editions::book_id, number))
        .load(conn)?;
    let mut numbers: HashMap<BookId, (i32, i32)> = HashMap::new();
    for (book, number) in newest {
        numbers.entry(book).or_default().0 = number.unwrap_or(0);
    }
    for (book, number) in drafts {
        numbers.entry(book).or_default().1 = number.unwrap_or(0);
    }
    Ok(numbers)
}

/// What a title that holds `search` is like; signs that mean something to the database are left out.
fn pattern(search: &str) -> String {
    let bare: String =
        sort_key(search).chars().filter(|sign| !matches!(sign, '%' | '_' | '\\' | '\0')).collect();
    format!("%{bare}%")
}

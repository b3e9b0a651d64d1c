//! Which book an admin means.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::catalog::{Book, BookId};
use crate::db::Conn;
use crate::db::schema::books;
use crate::db::statement::Statement;

/// How many books are offered when a part of a title fits several.
const OFFERED: i64 = 12;

/// The books that fit.
#[derive(Debug, Clone)]
pub enum Pick {
    /// None.
    None,
    /// This one.
    One(Box<Book>),
    /// These, and perhaps more.
    Several(Vec<Book>),
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: BookId,
}

/// The book of this public id, name in addresses or whole title; or else those that have it in their title.
///
/// # Errors
/// When the database fails.
pub fn book(conn: &mut Conn, typed: &str) -> QueryResult<Pick> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Pick::None);
    }
    let exact: Vec<Book> = books::table
        .filter(books::public_id.eq(typed).or(books::slug.eq(typed)).or(books::title.eq(typed)))
        .order(books::id)
        .limit(OFFERED)
        .select(Book::as_select())
        .load(conn)?;
    if !exact.is_empty() {
        return Ok(pick(exact));
    }
    let mut statement = Statement::new("SELECT b.id FROM books b");
    statement.search(typed, &["b.slug"], &["b.title"]);
    statement.page("b.sort_title, b.id", 0, OFFERED);
    let ids: Vec<BookId> = statement.load::<IdRow>(conn)?.into_iter().map(|row| row.id).collect();
    let found = books::table
        .filter(books::id.eq_any(ids))
        .order((books::sort_title, books::id))
        .select(Book::as_select())
        .load(conn)?;
    Ok(pick(found))
}

fn pick(mut found: Vec<Book>) -> Pick {
    match found.len() {
        0 => Pick::None,
        1 => found.pop().map_or(Pick::None, |book| Pick::One(Box::new(book))),
        _ => Pick::Several(found),
    }
}

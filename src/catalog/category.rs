//! A shelf of the shop.

use diesel::prelude::*;

use super::grouping::MOST_CATEGORIES;
use super::slug::{is_slug, slug};
use crate::db::schema::{book_categories, categories};
use crate::db::{Conn, insert_once, row_id};

use super::BookId;

row_id!(
    /// The row of a category.
    CategoryId
);

/// A shelf of the shop.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = categories)]
pub struct Category {
    /// The row.
    pub id: CategoryId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// A sentence about it; may be empty.
    pub description: String,
    /// Its place among the others.
    pub position: i32,
}

impl Category {
    /// All categories, in the shop's order: as many as a shop may have.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all(conn: &mut Conn) -> QueryResult<Vec<Self>> {
        Self::first(conn, MOST_CATEGORIES)
    }

    /// The first categories in the shop's order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn first(conn: &mut Conn, limit: i64) -> QueryResult<Vec<Self>> {
        categories::table
            .order((categories::position.asc(), categories::name.asc()))
            .limit(limit)
            .select(Self::as_select())
            .load(conn)
    }

    /// The category of an address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_slug(conn: &mut Conn, slug: &str) -> QueryResult<Option<Self>> {
        if !is_slug(slug) {
            return Ok(None);
        }
        categories::table.filter(categories::slug.eq(slug)).select(Self::as_select()).first(conn).optional()
    }

    /// The category of this name; made at this place if there is none. An existing one stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_or_create(
        conn: &mut Conn,
        name: &str,
        description: &str,
        position: i32,
    ) -> QueryResult<Self> {
        let slug = slug(name);
        insert_once!(
            conn,
            categories::table,
            (
                categories::slug.eq(&slug),
                categories::name.eq(name.trim()),
                categories::description.eq(description),
                categories::position.eq(position),
            )
        )?;
        categories::table.filter(categories::slug.eq(&slug)).select(Self::as_select()).first(conn)
    }

    /// The categories of a book, in the shop's order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_book(conn: &mut Conn, book: BookId) -> QueryResult<Vec<Self>> {
        book_categories::table
            .inner_join(categories::table)
            .filter(book_categories::book_id.eq(book))
            .order((categories::position.asc(), categories::name.asc()))
            .select(Self::as_select())
            .load(conn)
    }
}

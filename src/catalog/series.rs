//! Books that belong together, in an order.

use diesel::prelude::*;

use super::slug::{is_slug, slug};
use super::{BookId, search};
use crate::db::schema::{books, series};
use crate::db::{Conn, insert_once, row_id};

row_id!(
    /// The row of a series.
    SeriesId
);

/// Books that belong together, in an order.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = series)]
pub struct Series {
    /// The row.
    pub id: SeriesId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

impl Series {
    /// The series with this row id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, id: SeriesId) -> QueryResult<Option<Self>> {
        series::table.find(id).select(Self::as_select()).first(conn).optional()
    }

    /// The series of an address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_slug(conn: &mut Conn, slug: &str) -> QueryResult<Option<Self>> {
        if !is_slug(slug) {
            return Ok(None);
        }
        series::table.filter(series::slug.eq(slug)).select(Self::as_select()).first(conn).optional()
    }

    /// The series of this name; made if there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_or_create(conn: &mut Conn, name: &str) -> QueryResult<Self> {
        let slug = slug(name);
        insert_once!(conn, series::table, (series::slug.eq(&slug), series::name.eq(name.trim())))?;
        series::table.filter(series::slug.eq(&slug)).select(Self::as_select()).first(conn)
    }

    /// Gives the series another name; its address stays. The search finds its books by the new name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn rename(conn: &mut Conn, id: SeriesId, name: &str) -> QueryResult<()> {
        diesel::update(series::table.find(id)).set(series::name.eq(name.trim())).execute(conn)?;
        let books: Vec<BookId> = books::table.filter(books::series_id.eq(id)).select(books::id).load(conn)?;
        books.into_iter().try_for_each(|book| search::index(conn, book))
    }
}

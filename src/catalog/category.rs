//! A shelf of the shop.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::categories;

/// A shelf of the shop.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = categories)]
pub struct Category {
    /// The row.
    pub id: i64,
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
    /// All categories, in the shop's order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all(conn: &mut Conn) -> QueryResult<Vec<Self>> {
        categories::table
            .order((categories::position.asc(), categories::name.asc()))
            .select(Self::as_select())
            .load(conn)
    }
}

//! Finding orders among many.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::schema::orders;
use crate::db::{Conn, Statement};
use crate::orders::history::{self, Entry};
use crate::orders::{Order, OrderId, OrderStatus};

/// Which orders.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words of a number, an e-mail address or a title; empty for all.
    pub search: String,
    /// Where they are.
    pub status: Option<OrderStatus>,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: OrderId,
}

impl Filter {
    /// How many orders fit.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(&self, conn: &mut Conn) -> QueryResult<i64> {
        let mut statement = Statement::new("SELECT COUNT(*) AS count FROM orders o");
        self.narrow(&mut statement);
        statement.count(conn)
    }

    /// The orders that fit, the newest first, with their titles.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(&self, conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<Entry>> {
        let mut statement = Statement::new("SELECT o.id FROM orders o");
        self.narrow(&mut statement);
        statement.page("o.created_at DESC, o.id DESC", offset, limit);
        let ids: Vec<OrderId> = statement.load::<IdRow>(conn)?.into_iter().map(|row| row.id).collect();
        let found: Vec<Order> = orders::table
            .filter(orders::id.eq_any(ids))
            .order((orders::created_at.desc(), orders::id.desc()))
            .select(Order::as_select())
            .load(conn)?;
        history::with_titles(conn, found)
    }

    /// Narrows a statement about orders `o` to those that fit.
    pub fn narrow(&self, statement: &mut Statement) {
        if let Some(status) = self.status {
            statement.condition("o.status = ");
            statement.text(status.as_str());
        }
        statement.search_within(
            &self.search,
            &["o.email_key"],
            &["o.number"],
            "EXISTS (SELECT 1 FROM line_items i WHERE i.order_id = o.id AND ({}))",
            &["i.title"],
        );
    }
}

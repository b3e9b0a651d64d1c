//! One book in an order.

use diesel::prelude::*;

use super::OrderId;
use crate::catalog::{BookId, EditionId};
use crate::db::schema::line_items;
use crate::db::{Conn, Timestamp, row_id};

row_id!(
    /// The row of a line item.
    LineItemId
);

/// One book in an order, with its title and price as at the sale.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = line_items)]
pub struct LineItem {
    /// The row.
    pub id: LineItemId,
    /// In which order.
    pub order_id: OrderId,
    /// Which book.
    pub book_id: BookId,
    /// The newest edition at the sale.
    pub edition_id: Option<EditionId>,
    /// The title at the sale.
    pub title: String,
    /// The price at the sale, in minor units of the order's currency.
    pub price_minor: i64,
    /// What was taken off it.
    pub discount_minor: i64,
    /// What went back of it.
    pub refunded_minor: i64,
    /// Since when the buyer may no longer read it, if so.
    pub refunded_at: Option<Timestamp>,
}

impl LineItem {
    /// What was paid for it, without a tax that the gateway put on top, in minor units of the order's currency.
    #[must_use]
    pub const fn paid(&self) -> i64 {
        self.price_minor - self.discount_minor
    }

    /// The line items of an order, as they were put in.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_order(conn: &mut Conn, order: OrderId) -> QueryResult<Vec<Self>> {
        line_items::table
            .filter(line_items::order_id.eq(order))
            .order(line_items::id.asc())
            .select(Self::as_select())
            .load(conn)
    }
}

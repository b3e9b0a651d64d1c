//! The orders of an account, newest first.

use std::collections::HashMap;

use diesel::prelude::*;

use super::papers::Paper;
use super::{Order, OrderId};
use crate::accounts::AccountId;
use crate::db::Conn;
use crate::db::schema::{line_items, orders};

/// An order with the titles in it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The order.
    pub order: Order,
    /// What it holds, as at the sale.
    pub titles: Vec<String>,
    /// Whether there is an invoice.
    pub has_invoice: bool,
}

/// How many orders an account has.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut Conn, account: AccountId) -> QueryResult<i64> {
    orders::table.filter(orders::account_id.eq(account)).count().get_result(conn)
}

/// A page of them, in three queries.
///
/// # Errors
/// When the database fails.
pub fn page(conn: &mut Conn, account: AccountId, offset: i64, limit: i64) -> QueryResult<Vec<Entry>> {
    let found: Vec<Order> = orders::table
        .filter(orders::account_id.eq(account))
        .order((orders::created_at.desc(), orders::id.desc()))
        .offset(offset)
        .limit(limit)
        .select(Order::as_select())
        .load(conn)?;
    with_titles(conn, found)
}

/// These orders, each with what it holds, in one query more.
///
/// # Errors
/// When the database fails.
pub fn with_titles(conn: &mut Conn, found: Vec<Order>) -> QueryResult<Vec<Entry>> {
    let ids: Vec<OrderId> = found.iter().map(|order| order.id).collect();
    let invoiced = Paper::invoiced(conn, &ids)?;
    let rows: Vec<(OrderId, String)> = line_items::table
        .filter(line_items::order_id.eq_any(ids))
        .order((line_items::order_id, line_items::id))
        .select((line_items::order_id, line_items::title))
        .load(conn)?;
    let mut titles: HashMap<OrderId, Vec<String>> = HashMap::new();
    for (order, title) in rows {
        titles.entry(order).or_default().push(title);
    }
    let entries = found.into_iter().map(|order| {
        let titles = titles.remove(&order.id).unwrap_or_default();
        let has_invoice = invoiced.contains(&order.id);
        Entry { order, titles, has_invoice }
    });
    Ok(entries.collect())
}

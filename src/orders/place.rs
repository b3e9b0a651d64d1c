//! Placing an order: what was in the cart is frozen, with prices as they are at this moment.

use diesel::prelude::*;

use super::{LineItemId, Order, OrderStatus};
use crate::accounts::{AccountId, email_key};
use crate::catalog::BookId;
use crate::db::schema::{editions, line_items, orders};
use crate::db::{Conn, Timestamp, insert_once};
use crate::ids;
use crate::money::Money;
use crate::pricing::reduction::Reduction;

/// An order to be placed.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// Who buys, if signed in.
    pub account: Option<AccountId>,
    /// Where the receipt goes.
    pub email: String,
    /// What is bought: title and price as they are now.
    pub lines: Vec<NewLine>,
    /// The sum of the prices, computed by the shop.
    pub subtotal: Money,
    /// What is to be paid: the subtotal less what is taken off the lines.
    pub total: Money,
    /// Who takes the money.
    pub gateway: String,
    /// Whether it is real.
    pub livemode: bool,
    /// What the cart held.
    pub cart_fingerprint: String,
    /// Until when it waits to be paid.
    pub expires_at: Timestamp,
}

/// A book to be bought.
#[derive(Debug, Clone)]
pub struct NewLine {
    /// Which.
    pub book: BookId,
    /// Its title now.
    pub title: String,
    /// Its price now, in minor units of the order's currency.
    pub price_minor: i64,
    /// What is taken off it, and why.
    pub reduction: Reduction,
}

/// How often a number that is taken is drawn again.
const DRAWS: usize = 8;

impl Order {
    /// Writes the order and its line items.
    ///
    /// # Errors
    /// When the database fails.
    pub fn place(conn: &mut Conn, new: &NewOrder, now: Timestamp) -> QueryResult<Self> {
        let order = insert(conn, new, now)?;
        for line in &new.lines {
            let edition: Option<i64> = editions::table
                .filter(editions::book_id.eq(line.book).and(editions::published_at.is_not_null()))
                .order(editions::number.desc())
                .select(editions::id)
                .first(conn)
                .optional()?;
            let item: LineItemId = diesel::insert_into(line_items::table)
                .values((
                    line_items::order_id.eq(order.id),
                    line_items::book_id.eq(line.book),
                    line_items::edition_id.eq(edition),
                    line_items::title.eq(line.title.as_str()),
                    line_items::price_minor.eq(line.price_minor),
                    line_items::discount_minor.eq(line.reduction.total_minor()),
                ))
                .returning(line_items::id)
                .get_result(conn)?;
            line.reduction.record(conn, item)?;
        }
        Ok(order)
    }
}

fn insert(conn: &mut Conn, new: &NewOrder, now: Timestamp) -> QueryResult<Order> {
    for _ in 0..DRAWS {
        let public_id = ids::public_id();
        let is_new = insert_once!(
            conn,
            orders::table,
            (
                orders::public_id.eq(public_id.as_str()),
                orders::number.eq(number(now)),
                orders::account_id.eq(new.account),
                orders::email.eq(new.email.as_str()),
                orders::email_key.eq(email_key(&new.email)),
                orders::currency.eq(new.total.currency.code()),
                orders::subtotal_minor.eq(new.subtotal.minor),
                orders::discount_minor.eq(new.subtotal.minor - new.total.minor),
                orders::total_minor.eq(new.total.minor),
                orders::status.eq(OrderStatus::Pending),
                orders::gateway.eq(new.gateway.as_str()),
                orders::livemode.eq(new.livemode),
                orders::cart_fingerprint.eq(new.cart_fingerprint.as_str()),
                orders::created_at.eq(now),
                orders::updated_at.eq(now),
                orders::expires_at.eq(new.expires_at),
            )
        )?;
        if is_new {
            return Order::find_by_public_id(conn, &public_id)?.ok_or(diesel::result::Error::NotFound);
        }
    }
    Err(diesel::result::Error::QueryBuilderError("no order number was free".into()))
}

/// A number that people can read out: the day, and five letters or digits of which no two look alike.
fn number(now: Timestamp) -> String {
    let tail: String = ids::public_id().chars().take(5).collect();
    format!("{}-{}", now.format("%Y%m%d"), tail.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn an_order_number_says_the_day_and_can_be_read_out() {
        let now = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap().and_hms_opt(9, 0, 0).unwrap();
        let number = number(now);
        assert!(number.starts_with("20261122-") && number.len() == 14, "{number}");
        assert!(!number.contains(['I', 'L', 'O', 'U']), "{number}");
    }
}

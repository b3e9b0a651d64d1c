//! What the demo's customer bought last spring, so that their library isn't empty.

use diesel::prelude::*;

use super::SeedError;
use crate::accounts::Account;
use crate::catalog::slug::slug;
use crate::catalog::{Book, Edition};
use crate::db::schema::{line_items, orders, payments};
use crate::db::{Conn, Db};
use crate::ids::public_id;
use crate::orders::{OrderId, OrderStatus};

/// The number of the order, by which a second run knows it.
const NUMBER: &str = "DEMO-0001";
/// What was bought.
const BOUGHT: [&str; 2] = ["The Third Bell", "Lighthouses, Lit and Unlit"];

/// Records the order unless it is there.
pub(super) fn seed(db: &Db, customer: Account) -> Result<(), SeedError> {
    Ok(db.write_blocking(move |conn| record(conn, &customer))?)
}

fn record(conn: &mut Conn, customer: &Account) -> QueryResult<()> {
    let there = orders::table.filter(orders::number.eq(NUMBER)).count().get_result::<i64>(conn)?;
    if there > 0 {
        return Ok(());
    }
    let mut books = Vec::new();
    for title in BOUGHT {
        // An operator who took one of them off the demo's shelves has no use for its sale.
        books.extend(Book::find_by_slug(conn, &slug(title))?);
    }
    let total: i64 = books.iter().map(|book| book.price_minor).sum();
    let then = super::people::opening() + chrono::TimeDelta::days(700);
    let order: OrderId = diesel::insert_into(orders::table)
        .values((
            (
                orders::public_id.eq(public_id()),
                orders::number.eq(NUMBER),
                orders::account_id.eq(customer.id),
                orders::email.eq(&customer.email),
                orders::email_key.eq(&customer.email_key),
                orders::currency.eq("EUR"),
                orders::subtotal_minor.eq(total),
                orders::total_minor.eq(total),
            ),
            (
                orders::status.eq(OrderStatus::Paid),
                orders::gateway.eq("sandbox"),
                orders::livemode.eq(false),
                orders::cart_fingerprint.eq(""),
                orders::created_at.eq(then),
                orders::updated_at.eq(then),
                orders::paid_at.eq(then),
                orders::receipt_sent_at.eq(then),
            ),
        ))
        .returning(orders::id)
        .get_result(conn)?;
    for book in books {
        let edition = Edition::newest(conn, book.id)?.map(|edition| edition.id);
        diesel::insert_into(line_items::table)
            .values((
                line_items::order_id.eq(order),
                line_items::book_id.eq(book.id),
                line_items::edition_id.eq(edition),
                line_items::title.eq(book.title),
                line_items::price_minor.eq(book.price_minor),
            ))
            .execute(conn)?;
    }
    diesel::insert_into(payments::table)
        .values((
            payments::order_id.eq(order),
            payments::gateway.eq("sandbox"),
            payments::gateway_id.eq("demo-payment-0001"),
            payments::status.eq("succeeded"),
            payments::amount_minor.eq(total),
            payments::currency.eq("EUR"),
            payments::created_at.eq(then),
            payments::updated_at.eq(then),
            payments::settled_at.eq(then),
        ))
        .execute(conn)?;
    Ok(())
}

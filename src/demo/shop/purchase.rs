//! What the demo's customer bought last spring, so that their library isn't empty.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::SeedError;
use crate::accounts::Account;
use crate::catalog::Book;
use crate::catalog::slug::slug;
use crate::db::schema::{orders, payments};
use crate::db::{Conn, Db};
use crate::money::{Currency, Money};
use crate::orders::payment::{Payment, PaymentState};
use crate::orders::place::{NewLine, NewOrder};
use crate::orders::{Order, OrderStatus};
use crate::pricing::reduction::Reduction;

/// The payment's id at the sandbox, by which a second run knows the order.
const PAYMENT: &str = "demo_payment_1";
/// What was bought.
const BOUGHT: [&str; 2] = ["The Third Bell", "Lighthouses, Lit and Unlit"];

/// Records the order unless it is there.
pub(super) fn seed(db: &Db, customer: Account) -> Result<(), SeedError> {
    Ok(db.write_blocking(move |conn| record(conn, &customer))?)
}

fn record(conn: &mut Conn, customer: &Account) -> QueryResult<()> {
    let there = payments::table.filter(payments::gateway_id.eq(PAYMENT)).count().get_result::<i64>(conn)?;
    if there > 0 {
        return Ok(());
    }
    let mut lines = Vec::new();
    for title in BOUGHT {
        if let Some(book) = Book::find_by_slug(conn, &slug(title))? {
            lines.push(NewLine {
                book: book.id,
                title: book.title,
                price_minor: book.price_minor,
                reduction: Reduction::default(),
            });
        }
    }
    let total = lines.iter().map(|line| line.price_minor).sum();
    let then = super::people::opening() + TimeDelta::days(700) + TimeDelta::hours(19);
    let new = NewOrder {
        account: Some(customer.id),
        email: customer.email.clone(),
        lines,
        subtotal: Money::new(total, Currency::EUR),
        total: Money::new(total, Currency::EUR),
        gateway: "sandbox".to_owned(),
        livemode: false,
        cart_fingerprint: String::new(),
        expires_at: then + TimeDelta::hours(1),
    };
    let order = Order::place(conn, &new, then)?;
    Payment::record(conn, &order, PAYMENT, PaymentState::Succeeded, (total, "EUR"), then)?;
    // Paid long ago: no letter goes out today.
    diesel::update(orders::table.find(order.id))
        .set((
            orders::status.eq(OrderStatus::Paid),
            orders::paid_at.eq(then),
            orders::receipt_sent_at.eq(then),
        ))
        .execute(conn)?;
    Ok(())
}

//! What the buyer is told of an order's money, each once, in the transaction that makes it due.

use diesel::prelude::*;

use super::payment::Payment;
use super::refund::Purpose;
use super::standing::Due;
use super::{LineItem, Order, OrderStatus};
use crate::checkout::Till;
use crate::db::schema::{line_items, payments, refund_items, refunds};
use crate::db::{Conn, Timestamp};
use crate::mail::messages::{Letter, LetterError};
use crate::mail::order_messages::{
    Dispute, DisputeNews, PaidTwice, PaymentFailed, Refund, RefundFailed, Review,
};
use crate::mail::{Message, outbox};

/// Writes the letters that are due and were not written. Receipts are written with the purchase, not here.
///
/// # Errors
/// When the database fails. A letter that can't be written is logged: the money counts, with or without it.
pub(crate) fn send(
    conn: &mut Conn,
    till: &Till,
    order: &Order,
    due: &[Due],
    now: Timestamp,
) -> QueryResult<()> {
    for due in due {
        let Some((key, after)) = key(due) else { continue };
        if outbox::is_written(conn, &key)? {
            continue;
        }
        if let Some(after) = after
            && !outbox::is_written(conn, &after)?
        {
            continue;
        }
        match write(conn, till, order, due, now)? {
            Ok(message) => {
                outbox::enqueue(conn, &message, Some(&key), now)?;
            }
            Err(error) => tracing::error!(%error, key, "a letter could not be written"),
        }
    }
    Ok(())
}

/// The key under which a letter is written once, and that of the letter without which it would make no sense.
fn key(due: &Due) -> Option<(String, Option<String>)> {
    Some(match due {
        Due::Receipt => return None,
        Due::PaymentFailed(id) => (format!("payment-failed/{id}"), None),
        Due::Review(id) => (format!("review/{id}"), None),
        Due::Refund(id) => (format!("refund/{id}"), None),
        Due::RefundFailed(id) => (format!("refund-failed/{id}"), Some(format!("refund/{id}"))),
        Due::DisputeOpened(id) => (format!("dispute/{id}/opened"), None),
        Due::DisputeWon(id) => (format!("dispute/{id}/won"), Some(format!("dispute/{id}/opened"))),
        Due::DisputeLost(id) => (format!("dispute/{id}/lost"), None),
        Due::PaidTwice(id) => (format!("paid-twice/{id}"), None),
    })
}

fn write(
    conn: &mut Conn,
    till: &Till,
    order: &Order,
    due: &Due,
    now: Timestamp,
) -> QueryResult<Result<Message, LetterError>> {
    let token = Order::new_token(conn, order.id, now)?;
    let receipt_url = till.base_url.join(&format!("/orders/open/{}", token.secret()));
    let (shop_name, base_url) = (till.sender().shop_name, till.sender().base_url);
    let (number, sandbox) = (order.number.clone(), !order.livemode);
    let to = order.email.as_str();
    let dispute = |news: DisputeNews| Dispute {
        shop_name: shop_name.clone(),
        base_url: base_url.clone(),
        number: number.clone(),
        news,
        receipt_url: receipt_url.clone(),
        sandbox,
    };
    Ok(match due {
        Due::Receipt => return Err(diesel::result::Error::NotFound),
        Due::PaymentFailed(_) => {
            let amount = order.shown(order.total_minor);
            PaymentFailed { shop_name, base_url, number, amount, receipt_url, sandbox }.to(to)
        }
        Due::Review(_) => Review { shop_name, base_url, number, receipt_url, sandbox }.to(to),
        Due::Refund(id) => {
            let refund = Told::load(conn, order, id)?;
            let closed = if order.status == OrderStatus::Refunded {
                "The books of this order can no longer be downloaded."
            } else if refund.has_items {
                "What was refunded can no longer be downloaded. The rest of the order stays open."
            } else {
                "All its books stay open."
            };
            Refund {
                shop_name,
                base_url,
                number,
                books: refund.books,
                amount: refund.amount,
                closed: closed.to_owned(),
                receipt_url,
                sandbox,
            }
            .to(to)
        }
        Due::RefundFailed(id) => {
            let refund = Told::load(conn, order, id)?;
            let (books, amount) = (refund.books, refund.amount);
            RefundFailed { shop_name, base_url, number, books, amount, receipt_url, sandbox }.to(to)
        }
        Due::DisputeOpened(_) => dispute(DisputeNews::Opened).to(to),
        Due::DisputeWon(_) => dispute(DisputeNews::Won).to(to),
        Due::DisputeLost(_) => dispute(DisputeNews::Lost).to(to),
        Due::PaidTwice(id) => {
            let payment = Payment::find(conn, &order.gateway, id)?;
            let amount = payment.map(|payment| payment.shown(payment.amount_minor)).unwrap_or_default();
            PaidTwice { shop_name, base_url, number, amount, receipt_url, sandbox }.to(to)
        }
    })
}

/// A refund in words.
struct Told {
    books: String,
    amount: String,
    has_items: bool,
}

impl Told {
    fn load(conn: &mut Conn, order: &Order, public_id: &str) -> QueryResult<Self> {
        let (payment, minor, purpose): (Payment, i64, Purpose) = refunds::table
            .inner_join(payments::table)
            .filter(refunds::public_id.eq(public_id))
            .select((Payment::as_select(), refunds::amount_minor, refunds::purpose))
            .first(conn)?;
        let mut titles: Vec<String> = refund_items::table
            .inner_join(refunds::table)
            .inner_join(line_items::table)
            .filter(refunds::public_id.eq(public_id))
            .order(line_items::id)
            .select(line_items::title)
            .load(conn)?;
        let has_items = !titles.is_empty();
        if titles.is_empty() && order.status == OrderStatus::Refunded && purpose != Purpose::Amount {
            titles = LineItem::of_order(conn, order.id)?.into_iter().map(|item| item.title).collect();
        }
        let books = match titles.as_slice() {
            [] => format!("order {}", order.number),
            [only] => format!("“{only}”"),
            several => format!("{} books", several.len()),
        };
        Ok(Self { books, amount: payment.shown(minor), has_items })
    }
}

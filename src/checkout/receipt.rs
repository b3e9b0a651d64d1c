//! The receipt, written in the transaction that makes it due.

use diesel::prelude::*;

use super::Till;
use crate::db::schema::orders;
use crate::db::{Conn, Timestamp};
use crate::gifts::Gift;
use crate::mail::messages::Letter;
use crate::mail::order_messages::{MailLine, Receipt};
use crate::mail::outbox;
use crate::orders::billing::OrderTax;
use crate::orders::papers::Paper;
use crate::orders::waiver::Waiver;
use crate::orders::{LineItem, Order, OrderStatus};
use crate::pricing::reduction::Reduction;
use crate::web::show;

/// The receipt with the order's access link; once for each order.
pub(super) fn send(conn: &mut Conn, till: &Till, order: &Order, now: Timestamp) -> QueryResult<()> {
    write(conn, till, order, &format!("receipt/{}", order.public_id), now)
}

/// The receipt once more, with a new access link; once in a minute, so that a second click sends no second mail.
///
/// # Errors
/// When the database fails.
pub fn send_again(conn: &mut Conn, till: &Till, order: &Order, now: Timestamp) -> QueryResult<()> {
    let key = format!("receipt/{}/{}", order.public_id, now.format("%Y%m%d%H%M"));
    write(conn, till, order, &key, now)?;
    let unsent = orders::table.find(order.id).filter(orders::receipt_sent_at.is_null());
    diesel::update(unsent).set(orders::receipt_sent_at.eq(now)).execute(conn)?;
    Ok(())
}

fn write(conn: &mut Conn, till: &Till, order: &Order, key: &str, now: Timestamp) -> QueryResult<()> {
    let items = LineItem::of_order(conn, order.id)?;
    let token = Order::new_token(conn, order.id, now)?;
    let opening = till.base_url.join(&format!("/orders/open/{}", token.secret()));
    let is_guest = order.account_id.is_none();
    let reductions = Reduction::of_order(conn, order.id)?;
    let lines = items.into_iter().map(|item| {
        let (price, singly) = (order.shown(item.paid()), order.shown(item.price_minor));
        let because = reductions.get(&item.id).map(Reduction::because).unwrap_or_default();
        let price =
            if because.is_empty() { price } else { format!("{price} (instead of {singly}: {because})") };
        MailLine { price, title: item.title }
    });
    let invoice = Paper::of_order(conn, order.id)?.into_iter().next();
    let waiver = Waiver::of(conn, order.id)?;
    let tax = OrderTax::of(conn, order.id)?.filter(|_| order.total_minor > 0).unwrap_or_default();
    let letter = Receipt {
        shop_name: till.sender().shop_name,
        base_url: till.sender().base_url,
        number: order.number.clone(),
        placed: order.created_at.format("%-d %B %Y").to_string(),
        lines: lines.collect(),
        total: order.shown(order.total_minor + tax.added_tax_minor),
        tax: tax.in_words(order),
        library_url: if is_guest { opening.clone() } else { till.base_url.join("/library") },
        receipt_url: opening,
        invoice: invoice.map(|paper| paper.number).unwrap_or_default(),
        waiver: waiver.map(|waiver| waiver.confirmation()).unwrap_or_default(),
        guest: is_guest,
        closed: !OrderStatus::ENTITLING.contains(&order.status),
        sandbox: !order.livemode,
        gift: gift(conn, order, now)?,
    };
    enqueue(conn, &letter, &order.email, key, now)
}

/// For whom a gift is and when it goes out, as a sentence; empty for an order that is none.
fn gift(conn: &mut Conn, order: &Order, now: Timestamp) -> QueryResult<String> {
    let Some(gift) = Gift::of_order(conn, order.id)? else { return Ok(String::new()) };
    let (name, address) = (&gift.recipient_name, &gift.recipient_email);
    let whom = if name.is_empty() { address.clone() } else { format!("{name} ({address})") };
    Ok(if gift.deliver_at > now {
        format!("Your gift for {whom} goes out in the morning of {} (8:00 UTC).", show::date(gift.deliver_at))
    } else {
        format!("Your gift for {whom} is on its way.")
    })
}

fn enqueue(
    conn: &mut Conn,
    letter: &impl Letter,
    email: &str,
    unique_key: &str,
    now: Timestamp,
) -> QueryResult<()> {
    match letter.to(email) {
        Ok(message) => outbox::enqueue(conn, &message, Some(unique_key), now).map(|_| ()),
        Err(error) => {
            // The money counts, with or without a letter about it.
            tracing::error!(%error, unique_key, "a letter could not be written");
            Ok(())
        }
    }
}

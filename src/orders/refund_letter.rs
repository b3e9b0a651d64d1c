//! What the buyer is told when money goes back.

use diesel::QueryResult;

use super::{LineItem, LineItemId, Order};
use crate::checkout::Till;
use crate::db::{Conn, Timestamp};
use crate::mail::messages::Letter as _;
use crate::mail::order_messages::Refund;
use crate::mail::outbox;

/// Writes the letter about a refund, once.
pub(super) fn send(
    conn: &mut Conn,
    till: &Till,
    order: &Order,
    refund: &str,
    items: &[LineItemId],
    amount_minor: i64,
    now: Timestamp,
) -> QueryResult<()> {
    let refunded = LineItem::of_order(conn, order.id)?;
    let titles: Vec<String> =
        refunded.into_iter().filter(|item| items.contains(&item.id)).map(|item| item.title).collect();
    let books = match titles.as_slice() {
        [only] => format!("“{only}”"),
        several => format!("{} books", several.len()),
    };
    let token = Order::new_token(conn, order.id, now)?;
    let letter = Refund {
        shop_name: till.sender.shop_name.clone(),
        base_url: till.sender.base_url.clone(),
        number: order.number.clone(),
        books,
        amount: order.shown(amount_minor),
        receipt_url: till.base_url.join(&format!("/orders/open/{}", token.secret())),
    };
    match letter.to(&order.email) {
        Ok(message) => outbox::enqueue(conn, &message, Some(&format!("refund/{refund}")), now).map(|_| ()),
        Err(error) => {
            tracing::error!(%error, "a letter about a refund could not be written");
            Ok(())
        }
    }
}

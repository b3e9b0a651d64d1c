//! The mails about gifts: each goes out once, in the transaction that notes it.

use std::time::Duration;

use diesel::prelude::*;

use super::{Gift, GiftId};
use crate::catalog::{BookId, Brief};
use crate::checkout::Till;
use crate::db::schema::{gifts, orders};
use crate::db::{Conn, Timestamp};
use crate::jobs::{Task, TaskResult};
use crate::mail::gift_messages::{GiftBook, GiftLetter, GiftWithdrawn};
use crate::mail::{Letter as _, outbox};
use crate::orders::{LineItem, Order, OrderId, OrderStatus};

/// The task's name.
pub const TASK: &str = "gifts";

/// How many gifts one look takes up; the rest comes with the next.
const AT_ONCE: i64 = 100;

/// The task that sends gifts which are paid and whose day has come, and tells recipients of gifts that were undone.
#[must_use]
pub fn task(till: &Till) -> Task {
    let till = till.clone();
    Task::new(TASK, Duration::from_secs(15), move || {
        let till = till.clone();
        async move { run(&till).await }
    })
}

async fn run(till: &Till) -> TaskResult {
    let now = till.clock.now();
    let (due, undone) = till.db.read(move |conn| QueryResult::Ok((due(conn, now)?, undone(conn)?))).await?;
    for (gift, order) in due {
        let writing = till.clone();
        let sent = till.db.write(move |conn| deliver(conn, &writing, gift, order)).await;
        if let Err(error) = sent {
            // One that can't be sent shall not hold up the others.
            tracing::error!(%error, gift = gift.0, "a gift could not be sent; it is tried again");
        }
    }
    for (gift, order) in undone {
        let writing = till.clone();
        let told = till.db.write(move |conn| withdraw(conn, &writing, gift, order)).await;
        if let Err(error) = told {
            tracing::error!(%error, gift = gift.0, "a recipient could not be told; it is tried again");
        }
    }
    Ok(())
}

fn due(conn: &mut Conn, now: Timestamp) -> QueryResult<Vec<(GiftId, OrderId)>> {
    gifts::table
        .inner_join(orders::table)
        .filter(gifts::sent_at.is_null().and(gifts::deliver_at.le(now)))
        .filter(orders::status.eq_any(OrderStatus::ENTITLING))
        .order((gifts::deliver_at, gifts::id))
        .limit(AT_ONCE)
        .select((gifts::id, gifts::order_id))
        .load(conn)
}

/// The order and its gift, locked, so that a refund and a delivery come one after the other.
pub(super) fn lock(conn: &mut Conn, gift: GiftId, order: OrderId) -> QueryResult<Option<(Order, Gift)>> {
    let Some(order) = Order::lock(conn, order)? else { return Ok(None) };
    let gift: Option<Gift> = gifts::table.find(gift).select(Gift::as_select()).first(conn).optional()?;
    Ok(gift.map(|gift| (order, gift)))
}

/// Sends a gift that is due, unless something has come in between.
fn deliver(conn: &mut Conn, till: &Till, gift: GiftId, order: OrderId) -> QueryResult<()> {
    let now = till.clock.now();
    let Some((order, gift)) = lock(conn, gift, order)? else { return Ok(()) };
    let is_due = gift.sent_at.is_none() && gift.deliver_at <= now;
    if !is_due || !OrderStatus::ENTITLING.contains(&order.status) {
        return Ok(());
    }
    send(conn, till, &gift, now)
}

/// Writes the gift's mail with a new link, and opens the gift to its recipient. Wants the order locked.
///
/// # Errors
/// When the database fails.
pub(super) fn send(conn: &mut Conn, till: &Till, gift: &Gift, now: Timestamp) -> QueryResult<()> {
    let number = gift.sendings + 1;
    diesel::update(gifts::table.find(gift.id))
        .set((
            gifts::sendings.eq(number),
            gifts::sent_at.eq(gift.sent_at.unwrap_or(now)),
            gifts::updated_at.eq(now),
        ))
        .execute(conn)?;
    gift.keep_by_address(conn, now)?;
    let token = gift.new_token(conn, now)?;
    let letter = GiftLetter {
        shop_name: till.sender().shop_name,
        base_url: till.sender().base_url,
        giver: gift.giver_name.clone(),
        recipient: gift.recipient_name.clone(),
        message: gift.message.clone(),
        books: books(conn, gift)?,
        link: till.base_url.join(&format!("/gifts/open/{}", token.secret())),
    };
    match letter.to(&gift.recipient_email) {
        Ok(message) => outbox::enqueue(conn, &message, Some(&key(gift, number)), now).map(drop),
        Err(error) => {
            tracing::error!(%error, "a gift's letter could not be written");
            Err(diesel::result::Error::RollbackTransaction)
        }
    }
}

/// Under which key the outbox has the mail of this number.
pub(super) fn key(gift: &Gift, number: i64) -> String {
    format!("gift/{}/{number}", gift.public_id)
}

/// The books that are still part of the gift: one that was refunded before is none.
fn books(conn: &mut Conn, gift: &Gift) -> QueryResult<Vec<GiftBook>> {
    let items = LineItem::of_order(conn, gift.order_id)?;
    let items: Vec<LineItem> = items.into_iter().filter(|item| item.refunded_at.is_none()).collect();
    let ids: Vec<BookId> = items.iter().map(|item| item.book_id).collect();
    let mut briefs = Brief::of(conn, &ids)?;
    let books = items.into_iter().map(|item| {
        let by = briefs.remove(&item.book_id).map(|book| book.contributors).unwrap_or_default();
        GiftBook { title: item.title, by }
    });
    Ok(books.collect())
}

/// Gifts whose recipients were told of them, and whose money went back since.
fn undone(conn: &mut Conn) -> QueryResult<Vec<(GiftId, OrderId)>> {
    orders::table
        .inner_join(gifts::table)
        .filter(orders::status.eq_any([OrderStatus::Refunded, OrderStatus::ChargedBack]))
        .filter(gifts::sent_at.is_not_null().and(gifts::withdrawn_at.is_null()))
        .order(gifts::id)
        .limit(AT_ONCE)
        .select((gifts::id, gifts::order_id))
        .load(conn)
}

/// Tells the recipient of a gift that is gone, once, in a few words and without a word about money. A dispute that is
/// still open closes the gift, too, but may end well: nobody is told before it has.
fn withdraw(conn: &mut Conn, till: &Till, gift: GiftId, order: OrderId) -> QueryResult<()> {
    let now = till.clock.now();
    let Some((order, gift)) = lock(conn, gift, order)? else { return Ok(()) };
    let is_gone = matches!(order.status, OrderStatus::Refunded | OrderStatus::ChargedBack);
    if !is_gone || gift.sent_at.is_none() || gift.withdrawn_at.is_some() {
        return Ok(());
    }
    diesel::update(gifts::table.find(gift.id))
        .set((gifts::withdrawn_at.eq(now), gifts::updated_at.eq(now)))
        .execute(conn)?;
    if outbox::withdraw(conn, &key(&gift, gift.sendings), now)? && gift.sendings == 1 {
        // The first mail had not left yet: there is nothing to take back.
        return Ok(());
    }
    let letter = GiftWithdrawn {
        shop_name: till.sender().shop_name,
        base_url: till.sender().base_url,
        giver: gift.giver_name.clone(),
        recipient: gift.recipient_name.clone(),
    };
    match letter.to(&gift.recipient_email) {
        Ok(message) => {
            let key = format!("gift-withdrawn/{}", gift.public_id);
            outbox::enqueue(conn, &message, Some(&key), now).map(drop)
        }
        Err(error) => {
            tracing::error!(%error, "a letter about a gift could not be written");
            Ok(())
        }
    }
}

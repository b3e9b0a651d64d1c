//! What a buyer may still change about a gift.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Gift, deliver, wishes};
use crate::accounts::email_key;
use crate::checkout::Till;
use crate::db::Conn;
use crate::db::schema::{downloads, gifts};
use crate::mail::outbox;
use crate::orders::{Order, OrderStatus};
use crate::web::Errors;

/// What was typed about a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeText {
    /// The recipient's name.
    pub name: String,
    /// The recipient's address.
    pub email: String,
    /// The day, as `2026-12-24`; empty for as soon as possible.
    pub date: String,
}

/// What a gift shall be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The recipient's name; may be empty.
    pub name: String,
    /// The recipient's address.
    pub email: String,
    /// The day, in UTC; none for as soon as possible.
    pub day: Option<NaiveDate>,
}

impl ChangeText {
    /// The change, if what was typed can be kept. `buyer` is the buyer's own address.
    ///
    /// # Errors
    /// A sentence for each field that can't be used.
    pub fn check(&self, buyer: &str, today: NaiveDate) -> Result<Change, Errors> {
        let mut errors = Errors::none();
        let name = wishes::name(&self.name).map_err(|sentence| errors.add("gift.name", sentence));
        let email =
            wishes::recipient(&self.email, buyer).map_err(|sentence| errors.add("gift.email", sentence));
        let day = wishes::day(&self.date, today).map_err(|sentence| errors.add("gift.date", sentence));
        match (name, email, day) {
            (Ok(name), Ok(email), Ok(day)) => Ok(Change { name, email, day }),
            _ => Err(errors),
        }
    }
}

/// Why a gift can't be changed or sent again. The sentences are for the buyer.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The order is no gift, or is gone.
    #[error("There is no such gift.")]
    Gone,
    /// The order is not paid, or not any more.
    #[error("This order isn’t paid, so its gift can’t be changed.")]
    NotPaid,
    /// The recipient has it.
    #[error("The gift has been opened, so it can’t go to another address any more.")]
    Opened,
    /// It waits for its day.
    #[error("The gift hasn’t been sent yet; it goes out on its day.")]
    NotSent,
    /// It could not be read or written.
    #[error("The gift can’t be changed just now.")]
    Database(#[from] diesel::result::Error),
}

impl Gift {
    /// Whether the recipient has seen it: on its page, or by downloading a book from their library.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_opened(&self, conn: &mut Conn) -> QueryResult<bool> {
        if self.opened_at.is_some() {
            return Ok(true);
        }
        // The buyer can't download: whoever did is the recipient.
        let read =
            downloads::table.filter(downloads::order_id.eq(self.order_id).and(downloads::allowed.eq(true)));
        diesel::select(diesel::dsl::exists(read)).get_result(conn)
    }
}

/// The gift of an order, with the order locked, if it can be changed at all.
fn locked(conn: &mut Conn, order: &Order) -> Result<(Order, Gift), ChangeError> {
    let gift = Gift::of_order(conn, order.id)?.ok_or(ChangeError::Gone)?;
    let (order, gift) = deliver::lock(conn, gift.id, order.id)?.ok_or(ChangeError::Gone)?;
    let is_alive = OrderStatus::ENTITLING.contains(&order.status)
        || matches!(order.status, OrderStatus::Pending | OrderStatus::Processing | OrderStatus::NeedsReview);
    if is_alive { Ok((order, gift)) } else { Err(ChangeError::NotPaid) }
}

/// Changes where the gift goes, and when; one that went to another address is taken back from there, its links with it,
/// and goes out anew. Answers whether the mail that was sent is void now.
///
/// # Errors
/// When the recipient has it already, the order is undone, or the database fails.
pub fn change(conn: &mut Conn, till: &Till, order: &Order, change: &Change) -> Result<bool, ChangeError> {
    let now = till.clock.now();
    let (_, gift) = locked(conn, order)?;
    let is_elsewhere = email_key(&change.email) != gift.email_key;
    let row = gifts::table.find(gift.id);
    if gift.sent_at.is_some() && !is_elsewhere {
        diesel::update(row)
            .set((gifts::recipient_name.eq(&change.name), gifts::updated_at.eq(now)))
            .execute(conn)?;
        return Ok(false);
    }
    if gift.sent_at.is_some() {
        if gift.is_opened(conn)? {
            return Err(ChangeError::Opened);
        }
        gift.revoke_tokens(conn, now)?;
        outbox::withdraw(conn, &deliver::key(&gift, gift.sendings), now)?;
    }
    // Who opens it at this very moment was faster.
    let rows = diesel::update(row.filter(gifts::opened_at.is_null()))
        .set((
            gifts::recipient_name.eq(&change.name),
            gifts::recipient_email.eq(&change.email),
            gifts::email_key.eq(email_key(&change.email)),
            gifts::deliver_at.eq(wishes::moment(change.day, now)),
            gifts::sent_at.eq(None::<crate::db::Timestamp>),
            gifts::claimed_by.eq(None::<crate::accounts::AccountId>),
            gifts::claimed_at.eq(None::<crate::db::Timestamp>),
            gifts::updated_at.eq(now),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Err(ChangeError::Opened);
    }
    Ok(gift.sent_at.is_some())
}

/// Sends the mail of a gift that was sent before once more, with a new link; the earlier ones still count.
///
/// # Errors
/// When it was not sent yet, the order is undone, or the database fails.
pub fn send_again(conn: &mut Conn, till: &Till, order: &Order) -> Result<(), ChangeError> {
    let (order, gift) = locked(conn, order)?;
    if !OrderStatus::ENTITLING.contains(&order.status) {
        return Err(ChangeError::NotPaid);
    }
    if gift.sent_at.is_none() {
        return Err(ChangeError::NotSent);
    }
    Ok(deliver::send(conn, till, &gift, till.clock.now())?)
}

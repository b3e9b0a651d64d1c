//! What an admin decides about an order whose money does not fit: take it as it is, or send it back.

use diesel::prelude::*;

use super::refund::{self, Items, RefundError};
use super::{Finding, FindingKind, OrderId, OrderStatus};
use crate::accounts::AccountId;
use crate::checkout::Till;
use crate::checkout::fulfil::{self, SyncError};
use crate::db::Conn;
use crate::db::schema::{orders, payment_facts, payments};
use crate::orders::payment::{PaymentId, PaymentState};

/// Why a decision could not be carried out. The sentences are for the back office.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// Nothing is being looked at.
    #[error("This order isn't waiting for a decision.")]
    Nothing,
    /// Without a reason nobody will know later why.
    #[error("Please say why: it is kept with the order.")]
    NoReason,
    /// Test money for a real order, or the other way round.
    #[error("This payment is in the other mode (test or live) than the order. It can't pay for it.")]
    OtherMode,
    /// The refund.
    #[error(transparent)]
    Refund(#[from] RefundError),
    /// The order could not be brought to where it belongs.
    #[error("The order can't be changed just now.")]
    Sync(#[from] SyncError),
    /// The shop's own data.
    #[error("The order can't be changed just now.")]
    Database(#[from] diesel::result::Error),
}

/// Takes the money of an order as it is: from now on it counts as what was to be paid. Returns where the order is then.
///
/// # Errors
/// When nothing is being looked at, no reason is given, the money is of the other mode, or the database fails.
pub async fn accept(
    till: &Till,
    order: OrderId,
    by: AccountId,
    reason: &str,
) -> Result<OrderStatus, ReviewError> {
    let (reason, writing) = (reason.trim().to_owned(), till.clone());
    if reason.is_empty() {
        return Err(ReviewError::NoReason);
    }
    till.db.write(move |conn| accept_in(conn, &writing, order, by, &reason)).await
}

fn accept_in(
    conn: &mut Conn,
    till: &Till,
    order: OrderId,
    by: AccountId,
    reason: &str,
) -> Result<OrderStatus, ReviewError> {
    let now = till.clock.now();
    let order = fulfil::lock_with_cart(conn, order)?.ok_or(ReviewError::Nothing)?;
    let open: Vec<(PaymentId, String, String)> = payment_facts::table
        .inner_join(payments::table)
        .filter(payments::order_id.eq(order.id).and(payments::status.ne(PaymentState::Failed)))
        .filter(payment_facts::mismatch.ne("").and(payment_facts::accepted_at.is_null()))
        .select((payments::id, payments::gateway_id, payment_facts::mismatch))
        .load(conn)?;
    if open.is_empty() {
        return Err(ReviewError::Nothing);
    }
    if order.livemode != till.gateway.livemode() || open.iter().any(|(_, _, text)| text.contains("livemode"))
    {
        return Err(ReviewError::OtherMode);
    }
    for (payment, subject, _) in open {
        diesel::update(payment_facts::table.find(payment))
            .set((
                payment_facts::accepted_at.eq(now),
                payment_facts::accepted_by.eq(by),
                payment_facts::accepted_reason.eq(reason),
            ))
            .execute(conn)?;
        Finding::resolve(conn, FindingKind::Mismatch, &subject, Some(by), reason, now)?;
    }
    let note = if order.note.is_empty() { String::new() } else { format!("{}\n", order.note) };
    diesel::update(orders::table.find(order.id))
        .set(orders::note.eq(format!("{note}taken as it is: {reason}")))
        .execute(conn)?;
    Ok(fulfil::follow_books(conn, till, order, now)?)
}

/// Sends all money back that does not fit the order. Returns where the order is then.
///
/// # Errors
/// As [`refund::refund`].
pub async fn refund_all(
    till: &Till,
    order: OrderId,
    by: AccountId,
    reason: &str,
) -> Result<OrderStatus, ReviewError> {
    let status = till
        .db
        .read(move |conn| {
            orders::table.find(order).select(orders::status).first::<OrderStatus>(conn).optional()
        })
        .await?;
    if status != Some(OrderStatus::NeedsReview) {
        return Err(ReviewError::Nothing);
    }
    tracing::info!(order = order.0, account = by.0, "an admin sends an order's money back");
    Ok(refund::refund(till, order, Items::All, reason).await?)
}

//! From what the gateway says to what the buyer has: the only writer of an order's payment state.
//!
//! [`sync`] asks the gateway and computes the order's state from its answer alone. It may be called twice, at once and
//! in any order, by the webhook's worker, the return page and the reconciler: the outcome is the same, with one receipt.

use diesel::prelude::*;

use super::attempt::Attempt;
use super::cart::{self, Owner};
use super::fingerprint::Fingerprint;
use super::{Till, receipt};
use crate::catalog::BookId;
use crate::db::schema::orders;
use crate::db::{Conn, Timestamp};
use crate::orders::payment::{Payment, PaymentState};
use crate::orders::{InvalidTransition, LineItem, Order, OrderStatus};
use crate::payments::{CheckoutFacts, CheckoutStatus, GatewayError, PaymentStatus};

/// What a synchronisation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synced {
    /// The order is where it was.
    Unchanged(OrderStatus),
    /// The order has moved.
    Moved(OrderStatus),
    /// The gateway's checkout is none of this shop's.
    Unknown,
}

/// Why a synchronisation failed; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The gateway.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The shop's own data.
    #[error("the order could not be written: {0}")]
    Database(#[from] diesel::result::Error),
    /// A move that the rules forbid: a fault of ours.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
}

/// Asks the gateway what became of a checkout, and brings its order to where it belongs.
///
/// # Errors
/// When the gateway does not answer or the database fails; then nothing has changed.
pub async fn sync(till: &Till, checkout_id: &str) -> Result<Synced, SyncError> {
    let facts = till.gateway.fetch_checkout(checkout_id).await?;
    let writing = till.clone();
    till.db.write(move |conn| settle(conn, &writing, &facts)).await
}

/// What `facts` mean for their order, in the caller's transaction.
fn settle(conn: &mut Conn, till: &Till, facts: &CheckoutFacts) -> Result<Synced, SyncError> {
    let now = till.clock.now();
    let Some(attempt) = Attempt::find(conn, till.gateway.name(), &facts.id)? else {
        tracing::warn!(checkout = %facts.id, "the gateway spoke of a checkout that is not in our books");
        return Ok(Synced::Unknown);
    };
    let Some(order) = lock_with_cart(conn, &attempt)? else { return Ok(Synced::Unknown) };
    attempt.follow(conn, facts.status.into(), now)?;
    let has_money = matches!(facts.payment_status, PaymentStatus::Paid | PaymentStatus::Processing);
    if has_money && let Some(mismatch) = mismatch(&order, facts, till) {
        return review(conn, &order, &mismatch, now);
    }
    // Any attempt may say that there is money, only the newest that there is none.
    let is_newest = Attempt::newest(conn, order.id)?.is_some_and(|newest| newest.id == attempt.id);
    match facts.payment_status {
        PaymentStatus::Paid => paid(conn, till, order, facts, now),
        PaymentStatus::Processing => processing(conn, &order, facts, now),
        PaymentStatus::Failed if is_newest => failed(conn, till, &order, facts, now),
        PaymentStatus::Unpaid if is_newest && facts.status == CheckoutStatus::Expired => {
            moved(conn, &order, order.status.expire(), now)
        }
        PaymentStatus::Failed | PaymentStatus::Unpaid => Ok(Synced::Unchanged(order.status)),
    }
}

/// The order of an attempt, locked after the cart it came from: every transaction that wants both takes them in this
/// order, so that none waits for another in a circle.
fn lock_with_cart(conn: &mut Conn, attempt: &Attempt) -> QueryResult<Option<Order>> {
    let Some(order) = Order::find(conn, attempt.order_id)? else { return Ok(None) };
    if let Some(cart) = Fingerprint::cart_of(&order.cart_fingerprint) {
        cart::lock_row(conn, cart)?;
    }
    Order::lock(conn, attempt.order_id)
}

/// What of the gateway's facts does not fit the order, in words for an admin.
fn mismatch(order: &Order, facts: &CheckoutFacts, till: &Till) -> Option<String> {
    let mut wrong = Vec::new();
    if facts.amount_minor != order.total_minor {
        wrong.push(format!("amount {} instead of {}", facts.amount_minor, order.total_minor));
    }
    if facts.currency != order.currency {
        wrong.push(format!("currency {} instead of {}", facts.currency, order.currency));
    }
    if facts.reference != order.public_id {
        wrong.push("the reference of another order".to_owned());
    }
    if facts.livemode != order.livemode || facts.livemode != till.gateway.livemode() {
        wrong.push(format!("livemode {} instead of {}", facts.livemode, order.livemode));
    }
    (!wrong.is_empty()).then(|| format!("checkout {}: {}", facts.id, wrong.join(", ")))
}

/// The gateway's facts do not fit: nobody gets anything before an admin has looked. What was settled by facts that
/// fitted stays settled.
fn review(conn: &mut Conn, order: &Order, mismatch: &str, now: Timestamp) -> Result<Synced, SyncError> {
    if order.note.contains(mismatch) {
        return Ok(Synced::Unchanged(order.status));
    }
    tracing::error!(order = %order.number, %mismatch, "the gateway's facts do not fit the order: please look at it");
    order.add_note(conn, mismatch)?;
    if order.status.pay().is_err() || order.status == OrderStatus::Paid {
        return Ok(Synced::Unchanged(order.status));
    }
    let moved = order.move_to(conn, order.status.review(), now)?;
    Ok(Synced::Moved(moved.status))
}

fn paid(
    conn: &mut Conn,
    till: &Till,
    order: Order,
    facts: &CheckoutFacts,
    now: Timestamp,
) -> Result<Synced, SyncError> {
    let gateway_id = facts.payment_id.as_deref().unwrap_or(&facts.id);
    let other = Payment::settled_of(conn, order.id)?.filter(|payment| payment.gateway_id != gateway_id);
    Payment::record(conn, &order, gateway_id, PaymentState::Succeeded, facts.amount_minor, now)?;
    if other.is_some() {
        let note = format!("paid twice: also by {gateway_id}; the second payment is to be refunded");
        if !order.note.contains(&note) {
            tracing::error!(order = %order.number, payment = gateway_id, "an order was paid twice: refund the second payment");
            order.add_note(conn, &note)?;
        }
    }
    match order.status.pay() {
        Ok(to) if to != order.status => {
            let order = complete(conn, till, order, to, now)?;
            Ok(Synced::Moved(order.status))
        }
        // Old news about an order that has moved on: refunds and disputes are not undone by the payment they followed.
        _ => Ok(Synced::Unchanged(order.status)),
    }
}

fn processing(
    conn: &mut Conn,
    order: &Order,
    facts: &CheckoutFacts,
    now: Timestamp,
) -> Result<Synced, SyncError> {
    if let Some(gateway_id) = &facts.payment_id {
        Payment::record(conn, order, gateway_id, PaymentState::Processing, facts.amount_minor, now)?;
    }
    let synced = moved(conn, order, order.status.process(), now)?;
    if matches!(synced, Synced::Moved(_)) {
        empty_cart(conn, order, now)?;
    }
    Ok(synced)
}

fn failed(
    conn: &mut Conn,
    till: &Till,
    order: &Order,
    facts: &CheckoutFacts,
    now: Timestamp,
) -> Result<Synced, SyncError> {
    if let Some(gateway_id) = &facts.payment_id {
        Payment::record(conn, order, gateway_id, PaymentState::Failed, facts.amount_minor, now)?;
    }
    let was_promised = order.status == OrderStatus::Processing;
    let synced = moved(conn, order, order.status.fail(), now)?;
    if was_promised && matches!(synced, Synced::Moved(_)) {
        receipt::payment_failed(conn, till, order, now)?;
    }
    Ok(synced)
}

/// Makes a move if it is possible and one at all; news that come too late move nothing.
fn moved(
    conn: &mut Conn,
    order: &Order,
    to: Result<OrderStatus, InvalidTransition>,
    now: Timestamp,
) -> Result<Synced, SyncError> {
    match to {
        Ok(to) if to != order.status => {
            order.move_to(conn, to, now)?;
            Ok(Synced::Moved(to))
        }
        _ => Ok(Synced::Unchanged(order.status)),
    }
}

/// Settles an order that costs nothing, in the transaction that placed it.
///
/// # Errors
/// When it costs something after all, or the database fails.
pub(super) fn without_money(
    conn: &mut Conn,
    till: &Till,
    order: Order,
    now: Timestamp,
) -> Result<Order, super::start::StartError> {
    let to = order.status.pay()?;
    if order.total_minor != 0 {
        return Err(super::start::StartError::NotPayable);
    }
    Ok(complete(conn, till, order, to, now)?)
}

/// The books are the buyer's: the move, the receipt, and the cart without them, all or nothing.
fn complete(
    conn: &mut Conn,
    till: &Till,
    order: Order,
    to: OrderStatus,
    now: Timestamp,
) -> QueryResult<Order> {
    let order = order.move_to(conn, to, now)?;
    receipt::send(conn, till, &order, now)?;
    diesel::update(orders::table.find(order.id))
        .set((orders::paid_at.eq(now), orders::receipt_sent_at.eq(now)))
        .execute(conn)?;
    empty_cart(conn, &order, now)?;
    Order::find(conn, order.id)?.ok_or(diesel::result::Error::NotFound)
}

/// Takes what was bought out of the carts it may lie in.
fn empty_cart(conn: &mut Conn, order: &Order, now: Timestamp) -> QueryResult<()> {
    let bought: Vec<BookId> =
        LineItem::of_order(conn, order.id)?.into_iter().map(|item| item.book_id).collect();
    if let Some(cart) = Fingerprint::cart_of(&order.cart_fingerprint) {
        cart::take_out(conn, cart, &bought, now)?;
    }
    if order.account_id.is_some()
        && let Some(cart) = Owner::new(order.account_id, None).cart(conn)?
    {
        cart::take_out(conn, cart, &bought, now)?;
    }
    Ok(())
}

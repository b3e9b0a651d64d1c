//! Giving money back, for a whole order, for some of its books, or an amount.
//!
//! The row comes first, then the gateway under a key of that row, then the order, by the same way as all news of money:
//! a crash at any point leaves a row that is brought to its end, and the money goes back once. Access ends with the
//! gateway's yes, for exactly the items that the refund names, and comes back if the refund fails later.
//!
//! What goes back for an item is its share of what was charged: its price less its discount, and its part of a tax that
//! the gateway put on top. The shares add up to the charge; what is left of a unit is the last item's.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::payment::{Payment, PaymentId};
use super::refund_wish::{Requested, request};
use super::{InvalidTransition, LineItemId, Order, OrderId, OrderStatus};
use crate::checkout::Till;
use crate::checkout::fulfil::{self, SyncError};
use crate::db::schema::{checkouts, payment_facts, payments, refunds};
use crate::db::{Conn, Timestamp, row_id, text_enum};
use crate::ids;
use crate::jobs::TaskResult;
use crate::payments::{GatewayError, RefundRequest};

row_id!(
    /// The row of a refund.
    RefundId
);

text_enum! {
    /// Where a refund is.
    pub enum RefundStatus {
        /// The gateway was asked for it, or is about to be.
        Requested = "requested",
        /// The gateway has it on its way.
        Pending = "pending",
        /// The money went back.
        Succeeded = "succeeded",
        /// It did not.
        Failed = "failed",
        /// It was called off.
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// What a refund is for.
    pub enum Purpose {
        /// The items that it names.
        Items = "items",
        /// An amount; no item is closed by it.
        Amount = "amount",
        /// It was made at the gateway's own site.
        Outside = "outside",
        /// It sends back a payment that came a second time.
        SecondPayment = "second_payment",
    }
}

/// The name of the task that carries refunds out which the shop decided on by itself.
pub const TASK: &str = "refunds";

/// How long an answer of the gateway is awaited before it is asked again.
const REST: TimeDelta = TimeDelta::minutes(2);

/// For how long a gateway knows a key; later the same key would be a new wish.
const KEY_LIFE: TimeDelta = TimeDelta::hours(24);

/// What of an order the money is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Items {
    /// All that is left of it: every item is closed.
    All,
    /// These items: they are closed, the others stay open.
    These(Vec<LineItemId>),
    /// So many minor units, for no item in particular: none is closed.
    Amount(i64),
}

/// Money that goes back.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = refunds)]
pub struct Refund {
    /// The row.
    pub id: RefundId,
    /// The shop's own id, which the gateway is told.
    pub public_id: String,
    /// Of which order.
    pub order_id: OrderId,
    /// From which payment.
    pub payment_id: PaymentId,
    /// Where it is.
    pub status: RefundStatus,
    /// What it is for.
    pub purpose: Purpose,
    /// How much, in minor units of the payment's currency.
    pub amount_minor: i64,
    /// Why, in the words of who asked for it.
    pub reason: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Why no money went back. The sentences are for the back office.
#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    /// Nothing was paid, or nothing is left.
    #[error("There is nothing to refund in this order.")]
    Nothing,
    /// Some of it is refunded, or about to be.
    #[error("Some of these books are refunded already.")]
    Already,
    /// More than is left.
    #[error("Only {0} of this order can still be refunded.")]
    TooMuch(String),
    /// Less than one minor unit for each of the items.
    #[error("The refund is too small for so many books.")]
    TooSmall,
    /// There is no such refund, or it names its items already.
    #[error("This refund says already which books it is for.")]
    Assigned,
    /// The move is impossible.
    #[error("An order in this state can't be refunded.")]
    Transition(#[from] InvalidTransition),
    /// The gateway did not answer; the refund is noted and goes on by itself.
    #[error("The payment provider doesn't answer just now. The refund is noted and goes on by itself.")]
    Waiting(#[source] GatewayError),
    /// The gateway said no.
    #[error("The payment provider refused the refund: {0}.")]
    Refused(#[source] GatewayError),
    /// What the gateway said could not be taken over; it is tried again.
    #[error(
        "The refund is made, but what the payment provider says of it can't be read just now. It goes on by itself."
    )]
    Sync(#[from] SyncError),
    /// The shop's own data.
    #[error("The refund can't be written down just now.")]
    Database(#[from] diesel::result::Error),
}

pub use super::refund_wish::{assign, preview};

/// Gives the money for `items` of an order back and ends access to them; returns where the order is then.
///
/// # Errors
/// When there is nothing to give back, the gateway says no or does not answer, or the database fails.
pub async fn refund(
    till: &Till,
    order: OrderId,
    items: Items,
    reason: &str,
) -> Result<OrderStatus, RefundError> {
    let (reason, writing) = (reason.to_owned(), till.clone());
    let requested = till.db.write(move |conn| request(conn, &writing, order, &items, &reason)).await?;
    match requested {
        Requested::Ask(refund) => carry_out(till, refund).await,
        Requested::Done(status) => Ok(status),
    }
}

/// Brings refunds to their end whose answer was not heard, last touched before `before`. The gateway's own list is
/// asked first: an answer that was lost is found there.
///
/// # Errors
/// When the database fails; a gateway that does not answer is asked again at the next turn.
pub(crate) async fn resume_all(till: &Till, before: Timestamp) -> TaskResult {
    resume(till, waiting_since(till, before).await?).await
}

/// Carries out what the shop decided on by itself and has not asked for yet, and what rested long enough.
///
/// # Errors
/// When the database fails.
pub(crate) async fn run(till: &Till) -> TaskResult {
    let mut due = waiting_since(till, till.clock.now()).await?;
    let rested = till.clock.now() - REST;
    due.retain(|refund| {
        refund.updated_at <= rested
            || (refund.purpose == Purpose::SecondPayment && refund.updated_at == refund.created_at)
    });
    resume(till, due).await
}

async fn waiting_since(till: &Till, before: Timestamp) -> QueryResult<Vec<Refund>> {
    let gateway = till.gateway.name();
    till.db
        .read(move |conn| {
            refunds::table
                .filter(refunds::status.eq(RefundStatus::Requested).and(refunds::gateway.eq(gateway)))
                .filter(refunds::updated_at.le(before))
                .order((refunds::updated_at, refunds::id))
                .limit(100)
                .select(Refund::as_select())
                .load(conn)
        })
        .await
}

async fn resume(till: &Till, open: Vec<Refund>) -> TaskResult {
    for refund in open {
        let number = refund.public_id.clone();
        if let Err(error) = take_up(till, refund).await {
            tracing::warn!(refund = %number, %error, "a refund could not be brought to its end yet");
        }
    }
    Ok(())
}

async fn take_up(till: &Till, refund: Refund) -> Result<(), RefundError> {
    sync_payment(till, refund.payment_id).await?;
    let id = refund.id;
    let is_open = till.db.read(move |conn| status_of(conn, id)).await? == RefundStatus::Requested;
    if is_open {
        carry_out(till, refund).await?;
    }
    Ok(())
}

fn status_of(conn: &mut Conn, refund: RefundId) -> QueryResult<RefundStatus> {
    refunds::table.find(refund).select(refunds::status).first(conn)
}

/// Writes down that so much of a payment shall go back; the gateway is asked afterwards.
pub(crate) fn insert(
    conn: &mut Conn,
    payment: PaymentId,
    purpose: Purpose,
    amount_minor: i64,
    reason: &str,
    now: Timestamp,
) -> QueryResult<Refund> {
    let payment: Payment = payments::table.find(payment).select(Payment::as_select()).first(conn)?;
    let id: RefundId = diesel::insert_into(refunds::table)
        .values((
            refunds::public_id.eq(ids::public_id()),
            refunds::order_id.eq(payment.order_id),
            refunds::payment_id.eq(payment.id),
            refunds::gateway.eq(payment.gateway.as_str()),
            refunds::status.eq(RefundStatus::Requested),
            refunds::purpose.eq(purpose),
            refunds::amount_minor.eq(amount_minor),
            refunds::currency.eq(payment.currency.as_str()),
            refunds::reason.eq(reason),
            refunds::created_at.eq(now),
            refunds::updated_at.eq(now),
        ))
        .returning(refunds::id)
        .get_result(conn)?;
    refunds::table.find(id).select(Refund::as_select()).first(conn)
}

/// Asks the gateway, and brings the order to what it says then.
async fn carry_out(till: &Till, refund: Refund) -> Result<OrderStatus, RefundError> {
    let (id, payment_id, now) = (refund.id, refund.payment_id, till.clock.now());
    let number = refund.public_id.clone();
    let payment: Payment = till
        .db
        .write(move |conn| {
            diesel::update(refunds::table.find(id))
                .set(refunds::updated_at.eq(now.max(refund.updated_at + TimeDelta::microseconds(1))))
                .execute(conn)?;
            payments::table.find(payment_id).select(Payment::as_select()).first(conn)
        })
        .await?;
    let amount = payment.money(refund.amount_minor).ok_or(RefundError::Nothing)?;
    let lives = (now - refund.created_at).num_seconds() / KEY_LIFE.num_seconds();
    let request = RefundRequest {
        payment_id: payment.gateway_id.clone(),
        amount,
        reference: refund.public_id.clone(),
        // A key that the gateway has forgotten is not used again: its list was asked before.
        idempotency_key: match lives {
            ..=0 => format!("rf/{}", refund.public_id),
            lives => format!("rf/{}/{lives}", refund.public_id),
        },
    };
    let refused = match till.gateway.refund(request).await {
        Ok(facts) => {
            let gateway_id = facts.id;
            till.db
                .write(move |conn| {
                    let new = refunds::table.find(id).filter(refunds::gateway_id.is_null());
                    diesel::update(new).set(refunds::gateway_id.eq(gateway_id)).execute(conn)
                })
                .await?;
            None
        }
        // What is not understood may have been done.
        Err(error @ (GatewayError::Unreachable(_) | GatewayError::Failing(_) | GatewayError::Unclear(_))) => {
            return Err(RefundError::Waiting(error));
        }
        Err(error) => Some(error),
    };
    let synced = sync_payment(till, payment_id).await;
    let Some(error) = refused else {
        synced?;
        return Ok(till.db.read(move |conn| order_of(conn, refund.order_id)).await?.status);
    };
    if let Err(unheard) = synced {
        tracing::warn!(refund = %refund.public_id, %unheard, "a refused refund could not be looked up");
    }
    let writing = till.clone();
    match till.db.write(move |conn| refuse(conn, &writing, &refund)).await? {
        Some(status) => Ok(status),
        None => {
            tracing::error!(refund = %number, %error, "the gateway refused a refund");
            Err(RefundError::Refused(error))
        }
    }
}

/// The gateway said no: the refund is over, unless it was made by an earlier wish after all; then this says where the
/// order is.
fn refuse(conn: &mut Conn, till: &Till, refund: &Refund) -> Result<Option<OrderStatus>, RefundError> {
    let now = till.clock.now();
    let order = fulfil::lock_with_cart(conn, refund.order_id)?.ok_or(RefundError::Nothing)?;
    if status_of(conn, refund.id)? != RefundStatus::Requested {
        return Ok(Some(order.status));
    }
    let failed = (refunds::status.eq(RefundStatus::Failed), refunds::updated_at.eq(now));
    diesel::update(refunds::table.find(refund.id)).set(failed).execute(conn)?;
    fulfil::follow_books(conn, till, order, now)?;
    Ok(None)
}

/// Takes over what the gateway says of a payment, if it came through a checkout that is known.
async fn sync_payment(till: &Till, payment: PaymentId) -> Result<(), RefundError> {
    let checkout: Option<Option<String>> = till
        .db
        .read(move |conn| {
            payment_facts::table
                .inner_join(checkouts::table)
                .filter(payment_facts::payment_id.eq(payment))
                .select(checkouts::gateway_id)
                .first(conn)
                .optional()
        })
        .await?;
    if let Some(checkout) = checkout.flatten() {
        fulfil::sync(till, &checkout).await?;
    }
    Ok(())
}

fn order_of(conn: &mut Conn, order: OrderId) -> QueryResult<Order> {
    Order::find(conn, order)?.ok_or(diesel::result::Error::NotFound)
}

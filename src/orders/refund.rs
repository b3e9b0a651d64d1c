//! Giving money back, for a whole order or for some of its books.
//!
//! The row comes first, then the gateway under a key of that row, then the order: a crash at any point leaves a row that
//! the reconciler brings to its end, and the money goes back once. Access ends with the gateway's yes, for exactly the
//! items that the refund names.

use diesel::prelude::*;

use super::payment::{Payment, PaymentId};
use super::refund_letter;
use super::{InvalidTransition, LineItem, LineItemId, Order, OrderId, OrderStatus};
use crate::checkout::Till;
use crate::db::schema::{line_items, payments, refund_items, refunds};
use crate::db::{Conn, Timestamp, row_id, text_enum};
use crate::ids;
use crate::jobs::TaskResult;
use crate::payments::{GatewayError, RefundFacts, RefundRequest, RefundState};

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

/// Which books of an order the money is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Items {
    /// All that are not refunded yet.
    All,
    /// These.
    These(Vec<LineItemId>),
}

/// Money that goes back.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = refunds)]
struct Refund {
    id: RefundId,
    public_id: String,
    order_id: OrderId,
    payment_id: PaymentId,

    amount_minor: i64,
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
    /// The move is impossible.
    #[error("An order in this state can't be refunded.")]
    Transition(#[from] InvalidTransition),
    /// The gateway did not answer; the refund is noted and goes on by itself.
    #[error("The payment provider doesn't answer just now. The refund is noted and goes on by itself.")]
    Waiting(#[source] GatewayError),
    /// The gateway said no.
    #[error("The payment provider refused the refund.")]
    Refused(#[source] GatewayError),
    /// The shop's own data.
    #[error("The refund can't be written down just now.")]
    Database(#[from] diesel::result::Error),
}

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
    let requested =
        till.db.write(move |conn| request(conn, order, &items, &reason, writing.clock.now())).await?;
    match requested {
        Requested::Ask(refund) => carry_out(till, refund).await,
        Requested::Done(status) => Ok(status),
    }
}

/// Brings refunds to their end whose answer was not heard, last touched before `before`.
///
/// # Errors
/// When the database fails; a gateway that does not answer is asked again at the next turn.
pub(crate) async fn resume_all(till: &Till, before: Timestamp) -> TaskResult {
    let gateway = till.gateway.name();
    let open: Vec<Refund> = till
        .db
        .read(move |conn| {
            refunds::table
                .filter(refunds::status.eq(RefundStatus::Requested).and(refunds::gateway.eq(gateway)))
                .filter(refunds::updated_at.le(before))
                .order(refunds::id)
                .limit(100)
                .select(Refund::as_select())
                .load(conn)
        })
        .await?;
    for refund in open {
        let number = refund.public_id.clone();
        if let Err(error) = carry_out(till, refund).await {
            tracing::warn!(refund = %number, %error, "a refund could not be brought to its end yet");
        }
    }
    Ok(())
}

/// What is to be done after a wish was written down.
enum Requested {
    /// The gateway is to be asked.
    Ask(Refund),
    /// Nothing: the items cost nothing, and are closed.
    Done(OrderStatus),
}

/// Writes down what shall go back.
fn request(
    conn: &mut Conn,
    order: OrderId,
    items: &Items,
    reason: &str,
    now: Timestamp,
) -> Result<Requested, RefundError> {
    let order = Order::lock(conn, order)?.ok_or(RefundError::Nothing)?;
    order.status.refund(true)?;
    let all = LineItem::of_order(conn, order.id)?;
    let chosen: Vec<LineItem> = match items {
        Items::All => all.into_iter().filter(|item| item.refunded_at.is_none()).collect(),
        Items::These(ids) => all.into_iter().filter(|item| ids.contains(&item.id)).collect(),
    };
    if chosen.is_empty() {
        return Err(RefundError::Nothing);
    }
    let chosen_ids: Vec<LineItemId> = chosen.iter().map(|item| item.id).collect();
    if chosen.iter().any(|item| item.refunded_at.is_some()) || is_under_way(conn, &chosen_ids)? {
        return Err(RefundError::Already);
    }
    let amount: i64 = chosen.iter().map(LineItem::refundable).sum();
    if amount == 0 {
        close_items(conn, &chosen_ids, now)?;
        return Ok(Requested::Done(follow_items(conn, &order, now)?));
    }
    let payment = Payment::settled_of(conn, order.id)?.ok_or(RefundError::Nothing)?;
    let id: RefundId = diesel::insert_into(refunds::table)
        .values((
            refunds::public_id.eq(ids::public_id()),
            refunds::order_id.eq(order.id),
            refunds::payment_id.eq(payment.id),
            refunds::gateway.eq(payment.gateway.as_str()),
            refunds::status.eq(RefundStatus::Requested),
            refunds::amount_minor.eq(amount),
            refunds::currency.eq(order.currency.as_str()),
            refunds::reason.eq(reason),
            refunds::created_at.eq(now),
            refunds::updated_at.eq(now),
        ))
        .returning(refunds::id)
        .get_result(conn)?;
    for item in chosen.iter().filter(|item| item.refundable() > 0) {
        diesel::insert_into(refund_items::table)
            .values((
                refund_items::refund_id.eq(id),
                refund_items::line_item_id.eq(item.id),
                refund_items::amount_minor.eq(item.refundable()),
            ))
            .execute(conn)?;
    }
    Ok(Requested::Ask(refunds::table.find(id).select(Refund::as_select()).first(conn)?))
}

/// Whether another refund for one of these items is on its way.
fn is_under_way(conn: &mut Conn, items: &[LineItemId]) -> QueryResult<bool> {
    let others = refund_items::table
        .inner_join(refunds::table)
        .filter(refund_items::line_item_id.eq_any(items.to_vec()))
        .filter(refunds::status.eq_any([RefundStatus::Requested, RefundStatus::Pending]));
    diesel::select(diesel::dsl::exists(others)).get_result(conn)
}

/// Asks the gateway and takes over its answer.
async fn carry_out(till: &Till, refund: Refund) -> Result<OrderStatus, RefundError> {
    let reading = refund.clone();
    let (payment, order) = till
        .db
        .read(move |conn| {
            let payment: Payment =
                payments::table.find(reading.payment_id).select(Payment::as_select()).first(conn)?;
            let order = Order::find(conn, reading.order_id)?.ok_or(diesel::result::Error::NotFound)?;
            Ok::<_, diesel::result::Error>((payment, order))
        })
        .await?;
    let amount = order.money(refund.amount_minor).ok_or(RefundError::Nothing)?;
    let request = RefundRequest {
        payment_id: payment.gateway_id,
        amount,
        reference: refund.public_id.clone(),
        idempotency_key: format!("rf/{}", refund.public_id),
    };
    let asked = till.gateway.refund(request).await;
    let (writing, now) = (till.clone(), till.clock.now());
    match asked {
        Ok(facts) => till.db.write(move |conn| take_over(conn, &writing, &refund, &facts, now)).await,
        Err(error @ GatewayError::Unreachable(_)) => Err(RefundError::Waiting(error)),
        Err(error) => {
            tracing::error!(order = %order.number, %error, "the gateway refused a refund");
            let failed = refunds::table.find(refund.id);
            till.db
                .write(move |conn| {
                    diesel::update(failed)
                        .set((refunds::status.eq(RefundStatus::Failed), refunds::updated_at.eq(now)))
                        .execute(conn)
                })
                .await?;
            Err(RefundError::Refused(error))
        }
    }
}

/// What the gateway's answer means for the order: taking it over twice changes nothing the second time.
fn take_over(
    conn: &mut Conn,
    till: &Till,
    refund: &Refund,
    facts: &RefundFacts,
    now: Timestamp,
) -> Result<OrderStatus, RefundError> {
    let order = Order::lock(conn, refund.order_id)?.ok_or(RefundError::Nothing)?;
    let to = match facts.state {
        RefundState::Pending | RefundState::Unclear => RefundStatus::Pending,
        RefundState::Succeeded => RefundStatus::Succeeded,
        RefundState::Failed => RefundStatus::Failed,
        RefundState::Cancelled => RefundStatus::Cancelled,
    };
    let requested = refunds::table.find(refund.id).filter(refunds::status.eq(RefundStatus::Requested));
    let is_first = diesel::update(requested)
        .set((refunds::status.eq(to), refunds::gateway_id.eq(facts.id.as_str()), refunds::updated_at.eq(now)))
        .execute(conn)?
        == 1;
    if !is_first || !facts.state.takes_money() {
        return Ok(order.status);
    }
    let items: Vec<(LineItemId, i64)> = refund_items::table
        .filter(refund_items::refund_id.eq(refund.id))
        .select((refund_items::line_item_id, refund_items::amount_minor))
        .load(conn)?;
    for (item, amount) in &items {
        diesel::update(line_items::table.find(item))
            .set(line_items::refunded_minor.eq(line_items::refunded_minor + *amount))
            .execute(conn)?;
    }
    let ids: Vec<LineItemId> = items.into_iter().map(|(id, _)| id).collect();
    close_items(conn, &ids, now)?;
    let status = follow_items(conn, &order, now)?;
    refund_letter::send(conn, till, &order, &refund.public_id, &ids, refund.amount_minor, now)?;
    Ok(status)
}

/// Ends access to these items.
fn close_items(conn: &mut Conn, items: &[LineItemId], now: Timestamp) -> QueryResult<()> {
    let open = line_items::table
        .filter(line_items::id.eq_any(items.to_vec()).and(line_items::refunded_at.is_null()));
    diesel::update(open).set(line_items::refunded_at.eq(now)).execute(conn)?;
    Ok(())
}

/// The order follows its items: refunded when no item that cost something is left.
fn follow_items(conn: &mut Conn, order: &Order, now: Timestamp) -> Result<OrderStatus, RefundError> {
    let items = LineItem::of_order(conn, order.id)?;
    let open = |item: &&LineItem| item.refunded_at.is_none();
    let costs_something = order.total_minor > 0;
    let all = !items.iter().filter(open).any(|item| !costs_something || item.refundable() > 0);
    if all {
        let rest: Vec<LineItemId> = items.iter().filter(open).map(|item| item.id).collect();
        close_items(conn, &rest, now)?;
    }
    let to = order.status.refund(all)?;
    if to != order.status {
        order.move_to(conn, to, now)?;
    }
    Ok(to)
}

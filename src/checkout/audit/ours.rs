//! What the shop's books say of a checkout.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::compare::Difference;
use crate::checkout::attempt::{Attempt, AttemptStatus};
use crate::db::schema::{checkouts, disputes, findings, orders, payment_facts, payments, refunds};
use crate::db::{Conn, Timestamp};
use crate::orders::payment::{Payment, PaymentState};
use crate::orders::refund::RefundStatus;
use crate::orders::{FindingKind, Order, OrderId};
use crate::payments::{CheckoutFacts, DisputeState};

/// What the shop's books say of a checkout.
#[derive(Debug, Clone)]
pub struct Ours {
    /// Its order.
    pub order: OrderId,
    /// The order's number.
    pub number: String,
    /// Its payment, if one is written down.
    pub payment: Option<OursPayment>,
}

/// A payment in the shop's books.
#[derive(Debug, Clone)]
pub struct OursPayment {
    /// Where it is.
    pub state: PaymentState,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// What went back, as far as the gateway has an id for it.
    pub refunds: Vec<OursRefund>,
    /// What was asked back.
    pub disputes: Vec<(String, DisputeState)>,
}

/// A refund in the shop's books.
#[derive(Debug, Clone)]
pub struct OursRefund {
    /// The gateway's id.
    pub gateway_id: String,
    /// Where it is.
    pub status: RefundStatus,
    /// How much, in minor units.
    pub amount_minor: i64,
}

impl Ours {
    /// What the books say of the checkout that `facts` are about; nothing when it is in none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_checkout(conn: &mut Conn, gateway: &str, facts: &CheckoutFacts) -> QueryResult<Option<Self>> {
        let Some(attempt) = Attempt::find(conn, gateway, &facts.id)? else { return Ok(None) };
        let Some(order) = Order::find(conn, attempt.order_id)? else { return Ok(None) };
        let id = facts.payment_id.as_deref().unwrap_or(&facts.id);
        let payment = match Payment::find(conn, gateway, id)? {
            Some(payment) => Some(OursPayment::load(conn, payment)?),
            None => None,
        };
        Ok(Some(Self { order: order.id, number: order.number, payment }))
    }
}

impl OursPayment {
    fn load(conn: &mut Conn, payment: Payment) -> QueryResult<Self> {
        let refunds: Vec<(Option<String>, RefundStatus, i64)> = refunds::table
            .filter(refunds::payment_id.eq(payment.id).and(refunds::gateway_id.is_not_null()))
            .order(refunds::id)
            .select((refunds::gateway_id, refunds::status, refunds::amount_minor))
            .load(conn)?;
        let disputes = disputes::table
            .filter(disputes::payment_id.eq(payment.id))
            .order(disputes::id)
            .select((disputes::gateway_id, disputes::state))
            .load(conn)?;
        let refunds = refunds.into_iter().filter_map(|(id, status, amount_minor)| {
            Some(OursRefund { gateway_id: id?, status, amount_minor })
        });
        Ok(Self {
            state: payment.status,
            amount_minor: payment.amount_minor,
            currency: payment.currency,
            refunds: refunds.collect(),
            disputes,
        })
    }
}

/// The checkouts through which these payments came, as far as they are ours.
pub(super) fn checkouts_of_payments(
    conn: &mut Conn,
    gateway: &str,
    ids: BTreeSet<String>,
) -> QueryResult<Vec<String>> {
    let mut found = Vec::new();
    // In pieces: a statement takes only so many parameters.
    let ids: Vec<String> = ids.into_iter().collect();
    for piece in ids.chunks(500) {
        let rows: Vec<Option<String>> = payment_facts::table
            .inner_join(payments::table)
            .inner_join(checkouts::table)
            .filter(payments::gateway.eq(gateway).and(payments::gateway_id.eq_any(piece.to_vec())))
            .select(checkouts::gateway_id)
            .load(conn)?;
        found.extend(rows.into_iter().flatten());
    }
    Ok(found)
}

/// The checkouts that were gone through since `since` by our books, and those of every payment of these days.
pub(super) fn checkouts_since(conn: &mut Conn, gateway: &str, since: Timestamp) -> QueryResult<Vec<String>> {
    let paid = payments::table
        .filter(payments::gateway.eq(gateway).and(payments::created_at.ge(since)))
        .select(payments::order_id);
    let gone_through = checkouts::status.eq(AttemptStatus::Complete).and(checkouts::created_at.ge(since));
    let rows: Vec<Option<String>> = checkouts::table
        .filter(checkouts::gateway.eq(gateway).and(checkouts::gateway_id.is_not_null()))
        .filter(gone_through.or(checkouts::order_id.eq_any(paid)))
        .order(checkouts::id)
        .select(checkouts::gateway_id)
        .load(conn)?;
    Ok(rows.into_iter().flatten().collect())
}

/// The order of a checkout, if it is in one.
pub(super) fn order_of(conn: &mut Conn, gateway: &str, checkout: &str) -> QueryResult<Option<Order>> {
    match Attempt::find(conn, gateway, checkout)? {
        Some(attempt) => Order::find(conn, attempt.order_id),
        None => Ok(None),
    }
}

/// The checkouts of an order.
pub(super) fn checkouts_of(conn: &mut Conn, gateway: &str, order: OrderId) -> QueryResult<Vec<String>> {
    let rows: Vec<Option<String>> = checkouts::table
        .filter(checkouts::gateway.eq(gateway).and(checkouts::gateway_id.is_not_null()))
        .filter(checkouts::order_id.eq(order))
        .order(checkouts::attempt)
        .select(checkouts::gateway_id)
        .load(conn)?;
    Ok(rows.into_iter().flatten().collect())
}

/// The checkouts that the audit's open findings are about, by their orders or by themselves.
pub(super) fn checkouts_of_findings(conn: &mut Conn, gateway: &str) -> QueryResult<Vec<String>> {
    let open: Vec<(FindingKind, String, Option<OrderId>)> = findings::table
        .filter(findings::resolved_at.is_null().and(findings::kind.eq_any(super::KINDS)))
        .select((findings::kind, findings::subject, findings::order_id))
        .load(conn)?;
    let mut found = Vec::new();
    for (kind, subject, order) in open {
        match order {
            Some(order) => found.extend(checkouts_of(conn, gateway, order)?),
            None if kind == FindingKind::PaymentUnknown => found.push(subject),
            None => {}
        }
    }
    Ok(found)
}

/// Our books have a checkout that the gateway does not know: a difference if it counts as paid.
pub(super) fn without_checkout(conn: &mut Conn, gateway: &str, id: &str) -> QueryResult<Vec<Difference>> {
    let rows: Vec<(OrderId, String, String)> = payment_facts::table
        .inner_join(payments::table.inner_join(orders::table))
        .inner_join(checkouts::table)
        .filter(checkouts::gateway.eq(gateway).and(checkouts::gateway_id.eq(id)))
        .filter(payments::status.eq(PaymentState::Succeeded))
        .select((orders::id, orders::number, payments::gateway_id))
        .load(conn)?;
    let difference = |(order, number, subject): (OrderId, String, String)| Difference {
        kind: FindingKind::PaymentMissing,
        detail: format!(
            "Our books say that {subject} was paid; the gateway does not know its checkout ({id})."
        ),
        subject,
        order: Some(order),
        number,
    };
    Ok(rows.into_iter().map(difference).collect())
}

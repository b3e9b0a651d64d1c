//! The shop's books of an order's money: what the gateway said is written down here, and read again as one [`Case`].
//!
//! Answers of a gateway may overtake each other: one that was asked for first can come last. So news that go back (a
//! refund that succeeded is pending again) are not written at once: they are asked for again, and believed when the
//! gateway says the same after what we know was written.

use diesel::prelude::*;

use super::payment::{Payment, PaymentId, PaymentState};
use super::refund::{Purpose, RefundId, RefundStatus};
use super::standing::{AttemptEnd, Case, Charge, Claim, Item, Return};
use super::{LineItem, LineItemId, Order};
use crate::checkout::attempt::{Attempt, AttemptId, AttemptStatus};
use crate::db::schema::{closed_items, disputes, payment_facts, refund_items, refunds};
use crate::db::{Conn, Timestamp, insert_once};
use crate::ids;
use crate::payments::{CheckoutFacts, DisputeFacts, DisputeState, PaymentStatus, RefundFacts, RefundState};

/// What became of an answer of the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is in the books.
    Written,
    /// It goes back behind what the books say: ask again, and bring this along.
    Doubtful(Books),
}

/// What the books say of one payment: for telling whether they changed while the gateway was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books {
    refunds: Vec<(String, RefundStatus)>,
    disputes: Vec<(String, DisputeState)>,
    payment: Option<PaymentState>,
}

/// Writes down what the gateway said of one attempt to pay, and what of it does not fit the order. Wants the order
/// locked. `believed` is what the books said when the gateway was asked again.
///
/// # Errors
/// When the database fails.
pub fn write_down(
    conn: &mut Conn,
    order: &Order,
    attempt: AttemptId,
    facts: &CheckoutFacts,
    mismatch: &str,
    believed: Option<&Books>,
    now: Timestamp,
) -> QueryResult<Taken> {
    let gateway_id = facts.payment_id.as_deref().unwrap_or(&facts.id);
    let known = match Payment::find(conn, &order.gateway, gateway_id)? {
        // Until it had an id of its own, it went by that of its checkout.
        None if gateway_id != facts.id => Payment::rename(conn, &order.gateway, &facts.id, gateway_id)?,
        known => known,
    };
    let books = Books::of(conn, known.as_ref())?;
    if books.is_ahead_of(facts) && believed != Some(&books) {
        return Ok(Taken::Doubtful(books));
    }
    let state = match facts.payment_status {
        PaymentStatus::Paid => Some(PaymentState::Succeeded),
        PaymentStatus::Processing => Some(PaymentState::Processing),
        PaymentStatus::Failed => Some(PaymentState::Failed),
        PaymentStatus::Unpaid => None,
    };
    let currency = if facts.currency.len() == 3 { &facts.currency } else { &order.currency };
    let payment = match (state, known) {
        (Some(state), _) => {
            let amount = (facts.amount_minor, currency.as_str());
            let payment = Payment::record(conn, order, gateway_id, state, amount, now)?;
            note_facts(conn, payment.id, attempt, facts, mismatch)?;
            payment
        }
        (None, Some(known)) => known,
        (None, None) => return Ok(Taken::Written),
    };
    for refund in &facts.refunds {
        write_refund(conn, &payment, refund, now)?;
    }
    for dispute in &facts.disputes {
        write_dispute(conn, &payment, dispute, now)?;
    }
    Ok(Taken::Written)
}

impl Books {
    fn of(conn: &mut Conn, payment: Option<&Payment>) -> QueryResult<Self> {
        let Some(payment) = payment else { return Ok(Self::default()) };
        let refunds: Vec<(Option<String>, RefundStatus)> = refunds::table
            .filter(refunds::payment_id.eq(payment.id).and(refunds::gateway_id.is_not_null()))
            .order(refunds::id)
            .select((refunds::gateway_id, refunds::status))
            .load(conn)?;
        let disputes = disputes::table
            .filter(disputes::payment_id.eq(payment.id))
            .order(disputes::id)
            .select((disputes::gateway_id, disputes::state))
            .load(conn)?;
        let refunds = refunds.into_iter().filter_map(|(id, status)| Some((id?, status)));
        Ok(Self { refunds: refunds.collect(), disputes, payment: Some(payment.status) })
    }

    /// Whether the books say something later than `facts`. That money came is not among it: it is never unsaid.
    fn is_ahead_of(&self, facts: &CheckoutFacts) -> bool {
        let unsaid = self.payment == Some(PaymentState::Failed)
            && matches!(facts.payment_status, PaymentStatus::Processing | PaymentStatus::Unpaid);
        let refunds = facts.refunds.iter().any(|refund| {
            let (new, mut known) = (status_of(refund.state), self.refunds.iter());
            known.any(|(id, old)| {
                *id == refund.id && *old != new && stage_of_refund(new) <= stage_of_refund(*old)
            })
        });
        let disputes = facts.disputes.iter().any(|dispute| {
            let (new, mut known) = (dispute.state, self.disputes.iter());
            known.any(|(id, old)| {
                *id == dispute.id && *old != new && stage_of_dispute(new) <= stage_of_dispute(*old)
            })
        });
        unsaid || refunds || disputes
    }
}

/// How far a refund is on its way; equal ones exclude each other.
const fn stage_of_refund(status: RefundStatus) -> u8 {
    match status {
        RefundStatus::Requested => 0,
        RefundStatus::Pending => 1,
        RefundStatus::Succeeded => 2,
        RefundStatus::Failed | RefundStatus::Cancelled => 3,
    }
}

/// How far a dispute is on its way; equal ones exclude each other.
const fn stage_of_dispute(state: DisputeState) -> u8 {
    match state {
        DisputeState::Inquiry => 0,
        DisputeState::InquiryClosed => 1,
        DisputeState::Open | DisputeState::Unclear => 2,
        DisputeState::Won | DisputeState::Lost => 3,
    }
}

const fn status_of(state: RefundState) -> RefundStatus {
    match state {
        RefundState::Pending | RefundState::Unclear => RefundStatus::Pending,
        RefundState::Succeeded => RefundStatus::Succeeded,
        RefundState::Failed => RefundStatus::Failed,
        RefundState::Cancelled => RefundStatus::Cancelled,
    }
}

/// What was said beside the amount. Facts that fit otherwise than when an admin took them are to be looked at again.
fn note_facts(
    conn: &mut Conn,
    payment: PaymentId,
    attempt: AttemptId,
    facts: &CheckoutFacts,
    mismatch: &str,
) -> QueryResult<()> {
    let is_new = insert_once!(
        conn,
        payment_facts::table,
        (
            payment_facts::payment_id.eq(payment),
            payment_facts::checkout_id.eq(attempt),
            payment_facts::added_tax_minor.eq(facts.added_tax_minor),
            payment_facts::mismatch.eq(mismatch),
        )
    )?;
    if is_new {
        return Ok(());
    }
    let known = payment_facts::table.find(payment);
    diesel::update(known)
        .set((
            payment_facts::checkout_id.eq(attempt),
            payment_facts::added_tax_minor.eq(facts.added_tax_minor),
        ))
        .execute(conn)?;
    diesel::update(known.filter(payment_facts::mismatch.ne(mismatch)))
        .set((
            payment_facts::mismatch.eq(mismatch),
            payment_facts::accepted_at.eq(None::<Timestamp>),
            payment_facts::accepted_by.eq(None::<i64>),
            payment_facts::accepted_reason.eq(""),
        ))
        .execute(conn)?;
    Ok(())
}

/// Our own row by the gateway's id or by our reference; a new one for what was done at the gateway's own site.
fn write_refund(conn: &mut Conn, payment: &Payment, facts: &RefundFacts, now: Timestamp) -> QueryResult<()> {
    if facts.amount_minor <= 0 {
        return Ok(());
    }
    let by_id = refunds::table
        .filter(refunds::gateway.eq(&payment.gateway).and(refunds::gateway_id.eq(&facts.id)))
        .select(refunds::id)
        .first::<RefundId>(conn)
        .optional()?;
    let known = match (by_id, &facts.reference) {
        (None, Some(reference)) => refunds::table
            .filter(refunds::payment_id.eq(payment.id).and(refunds::public_id.eq(reference)))
            .filter(refunds::gateway_id.is_null())
            .select(refunds::id)
            .first::<RefundId>(conn)
            .optional()?,
        _ => by_id,
    };
    let (status, is_unclear) = (status_of(facts.state), facts.state == RefundState::Unclear);
    let Some(known) = known else {
        diesel::insert_into(refunds::table)
            .values((
                refunds::public_id.eq(ids::public_id()),
                refunds::order_id.eq(payment.order_id),
                refunds::payment_id.eq(payment.id),
                refunds::gateway.eq(&payment.gateway),
                refunds::gateway_id.eq(&facts.id),
                refunds::status.eq(status),
                refunds::is_unclear.eq(is_unclear),
                refunds::purpose.eq(Purpose::Outside),
                refunds::amount_minor.eq(facts.amount_minor),
                refunds::currency.eq(&payment.currency),
                refunds::reason.eq("at the payment provider"),
                refunds::created_at.eq(facts.created),
                refunds::updated_at.eq(now),
            ))
            .execute(conn)?;
        return Ok(());
    };
    let changed = refunds::table.find(known).filter(
        refunds::status
            .ne(status)
            .or(refunds::gateway_id.is_null())
            .or(refunds::is_unclear.ne(is_unclear))
            .or(refunds::amount_minor.ne(facts.amount_minor)),
    );
    diesel::update(changed)
        .set((
            refunds::gateway_id.eq(&facts.id),
            refunds::status.eq(status),
            refunds::is_unclear.eq(is_unclear),
            refunds::amount_minor.eq(facts.amount_minor),
            refunds::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

fn write_dispute(
    conn: &mut Conn,
    payment: &Payment,
    facts: &DisputeFacts,
    now: Timestamp,
) -> QueryResult<()> {
    let status = match facts.state {
        DisputeState::Inquiry => "inquiry",
        DisputeState::Open | DisputeState::Unclear => "open",
        DisputeState::Won | DisputeState::InquiryClosed => "won",
        DisputeState::Lost => "lost",
    };
    let is_new = insert_once!(
        conn,
        disputes::table,
        (
            disputes::order_id.eq(payment.order_id),
            disputes::payment_id.eq(payment.id),
            disputes::gateway.eq(&payment.gateway),
            disputes::gateway_id.eq(&facts.id),
            disputes::status.eq(status),
            disputes::state.eq(facts.state),
            disputes::reason.eq(&facts.reason),
            disputes::amount_minor.eq(facts.amount_minor.max(0)),
            disputes::currency.eq(&payment.currency),
            disputes::created_at.eq(facts.created),
            disputes::updated_at.eq(now),
        )
    )?;
    if !is_new {
        let changed = disputes::table
            .filter(disputes::gateway.eq(&payment.gateway).and(disputes::gateway_id.eq(&facts.id)))
            .filter(disputes::state.ne(facts.state).or(disputes::amount_minor.ne(facts.amount_minor.max(0))));
        diesel::update(changed)
            .set((
                disputes::status.eq(status),
                disputes::state.eq(facts.state),
                disputes::reason.eq(&facts.reason),
                disputes::amount_minor.eq(facts.amount_minor.max(0)),
                disputes::updated_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// All that the books say of an order's money.
///
/// # Errors
/// When the database fails.
pub fn case(conn: &mut Conn, order: &Order) -> QueryResult<Case> {
    let newest = Attempt::newest(conn, order.id)?;
    let items = LineItem::of_order(conn, order.id)?;
    let ids: Vec<LineItemId> = items.iter().map(|item| item.id).collect();
    let closed: Vec<LineItemId> = closed_items::table
        .filter(closed_items::line_item_id.eq_any(ids))
        .select(closed_items::line_item_id)
        .load(conn)?;
    let items =
        items.into_iter().map(|item| Item { is_closed_by_hand: closed.contains(&item.id), id: item.id });
    let mut payments = Vec::new();
    for payment in Payment::of_order(conn, order.id)? {
        payments.push(charge(conn, &payment, newest.as_ref())?);
    }
    Ok(Case {
        was: order.status,
        items: items.collect(),
        newest: newest.map(|attempt| match attempt.status {
            AttemptStatus::Creating | AttemptStatus::Open => AttemptEnd::Open,
            AttemptStatus::Complete => AttemptEnd::Complete,
            AttemptStatus::Expired => AttemptEnd::Expired,
        }),
        payments,
    })
}

fn charge(conn: &mut Conn, payment: &Payment, newest: Option<&Attempt>) -> QueryResult<Charge> {
    let facts: Option<(Option<AttemptId>, String, Option<Timestamp>)> = payment_facts::table
        .find(payment.id)
        .select((payment_facts::checkout_id, payment_facts::mismatch, payment_facts::accepted_at))
        .first(conn)
        .optional()?;
    let (attempt, mismatch, accepted_at) = facts.unwrap_or_default();
    let disputes: Vec<(String, DisputeState)> = disputes::table
        .filter(disputes::payment_id.eq(payment.id))
        .order(disputes::id)
        .select((disputes::gateway_id, disputes::state))
        .load(conn)?;
    let disputes = disputes.into_iter().map(|(subject, state)| Claim { subject, state });
    Ok(Charge {
        id: payment.id,
        subject: payment.gateway_id.clone(),
        state: payment.status,
        amount_minor: payment.amount_minor,
        is_newest: attempt.is_none() || attempt == newest.map(|newest| newest.id),
        mismatch: if accepted_at.is_some() { String::new() } else { mismatch },
        refunds: returns(conn, payment.id)?,
        disputes: disputes.collect(),
    })
}

/// A refund's row, as far as it decides.
type Row = (RefundId, String, Option<String>, RefundStatus, bool, Purpose, i64);

fn returns(conn: &mut Conn, payment: PaymentId) -> QueryResult<Vec<Return>> {
    let rows: Vec<Row> = refunds::table
        .filter(refunds::payment_id.eq(payment))
        .order(refunds::id)
        .select((
            refunds::id,
            refunds::public_id,
            refunds::gateway_id,
            refunds::status,
            refunds::is_unclear,
            refunds::purpose,
            refunds::amount_minor,
        ))
        .load(conn)?;
    let mut returns = Vec::new();
    for (id, public_id, gateway_id, status, is_unclear, purpose, amount_minor) in rows {
        let items = refund_items::table
            .filter(refund_items::refund_id.eq(id))
            .order(refund_items::line_item_id)
            .select((refund_items::line_item_id, refund_items::amount_minor))
            .load(conn)?;
        let subject = gateway_id.unwrap_or_else(|| public_id.clone());
        returns.push(Return { subject, public_id, status, is_unclear, purpose, amount_minor, items });
    }
    Ok(returns)
}

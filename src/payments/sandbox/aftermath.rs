//! What becomes of a payment in the sandbox afterwards: refunds, by the shop or as from a gateway's own site, refunds that
//! fail, and disputes.

use diesel::prelude::*;

use super::super::{
    DisputeFacts, DisputeState, GatewayError, PaymentStatus, RefundFacts, RefundRequest, RefundState,
};
use super::books::{self, SandboxCheckout};
use crate::db::schema::{sandbox_checkouts, sandbox_disputes, sandbox_refunds};
use crate::db::{Conn, Timestamp, insert_once};
use crate::ids;

/// What the sandbox's dashboard can do with a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Afterwards {
    /// Give so many minor units back; all that is left where none are named.
    Refund(Option<i64>),
    /// Let this refund fail after all.
    FailRefund(String),
    /// The bank does this.
    Dispute(DisputeState),
}

pub(super) fn refunds_of(conn: &mut Conn, checkout: &SandboxCheckout) -> QueryResult<Vec<RefundFacts>> {
    let rows: Vec<(String, Option<String>, RefundState, i64, Timestamp)> = sandbox_refunds::table
        .filter(sandbox_refunds::checkout_id.eq(checkout.id))
        .order(sandbox_refunds::id)
        .select((
            sandbox_refunds::public_id,
            sandbox_refunds::reference,
            sandbox_refunds::state,
            sandbox_refunds::amount_minor,
            sandbox_refunds::created_at,
        ))
        .load(conn)?;
    let facts = rows.into_iter().map(|(id, reference, state, amount_minor, created)| RefundFacts {
        id,
        payment_id: checkout.payment_id.clone().unwrap_or_default(),
        state,
        amount_minor,
        currency: checkout.currency.clone(),
        reference,
        created,
    });
    Ok(facts.collect())
}

pub(super) fn disputes_of(conn: &mut Conn, checkout: &SandboxCheckout) -> QueryResult<Vec<DisputeFacts>> {
    let rows: Vec<(String, DisputeState, i64, Timestamp)> = sandbox_disputes::table
        .filter(sandbox_disputes::checkout_id.eq(checkout.id))
        .order(sandbox_disputes::id)
        .select((
            sandbox_disputes::public_id,
            sandbox_disputes::state,
            sandbox_disputes::amount_minor,
            sandbox_disputes::created_at,
        ))
        .load(conn)?;
    let facts = rows.into_iter().map(|(id, state, amount_minor, created)| DisputeFacts {
        id,
        payment_id: checkout.payment_id.clone().unwrap_or_default(),
        state,
        amount_minor,
        currency: checkout.currency.clone(),
        reason: "as chosen in the sandbox".to_owned(),
        created,
    });
    Ok(facts.collect())
}

/// Gives money back that was never there, for the shop.
pub(super) fn refund(
    conn: &mut Conn,
    request: &RefundRequest,
    now: Timestamp,
) -> Result<RefundFacts, GatewayError> {
    let checkout: SandboxCheckout = sandbox_checkouts::table
        .filter(sandbox_checkouts::payment_id.eq(request.payment_id.as_str()))
        .select(SandboxCheckout::as_select())
        .first(conn)
        .optional()?
        .ok_or_else(|| GatewayError::Unknown("such payment".to_owned()))?;
    let reference = Some(request.reference.as_str());
    give_back(conn, &checkout, &request.idempotency_key, reference, request.amount.minor, now)?;
    refunds_of(conn, &checkout)?
        .into_iter()
        .rfind(|refund| refund.reference.as_deref() == reference)
        .ok_or_else(|| GatewayError::Refused("the key was used before, for something else".to_owned()))
}

fn give_back(
    conn: &mut Conn,
    checkout: &SandboxCheckout,
    key: &str,
    reference: Option<&str>,
    amount_minor: i64,
    now: Timestamp,
) -> Result<(), GatewayError> {
    let taken = [DisputeState::Open, DisputeState::Lost];
    if disputes_of(conn, checkout)?.iter().any(|dispute| taken.contains(&dispute.state)) {
        return Err(GatewayError::Refused("the payment is disputed".to_owned()));
    }
    let is_new = insert_once!(
        conn,
        sandbox_refunds::table,
        (
            sandbox_refunds::public_id.eq(format!("sbx_re_{}", ids::public_id())),
            sandbox_refunds::idempotency_key.eq(key),
            sandbox_refunds::reference.eq(reference),
            sandbox_refunds::checkout_id.eq(checkout.id),
            sandbox_refunds::amount_minor.eq(amount_minor),
            sandbox_refunds::created_at.eq(now),
        )
    )?;
    if !is_new {
        return Ok(());
    }
    // The condition is in the statement, so that two refunds at once can't give back more than came.
    let room = sandbox_checkouts::table
        .find(checkout.id)
        .filter(sandbox_checkouts::payment_status.eq(PaymentStatus::Paid))
        .filter((sandbox_checkouts::refunded_minor + amount_minor).le(sandbox_checkouts::amount_minor));
    let changed = diesel::update(room)
        .set(sandbox_checkouts::refunded_minor.eq(sandbox_checkouts::refunded_minor + amount_minor))
        .execute(conn)?;
    if changed == 0 {
        return Err(GatewayError::Refused("more would go back than came".to_owned()));
    }
    Ok(())
}

/// Does what the dashboard's visitor chose; returns what to ring with.
///
/// # Errors
/// `Refused` with a sentence when the payment is not where that can be done.
pub(super) fn act(
    conn: &mut Conn,
    id: &str,
    what: &Afterwards,
    now: Timestamp,
) -> Result<&'static str, GatewayError> {
    let checkout = books::find(conn, id)?;
    if checkout.payment_status != PaymentStatus::Paid {
        return Err(GatewayError::Refused("nothing was paid".to_owned()));
    }
    match what {
        Afterwards::Refund(amount) => {
            let amount = amount.unwrap_or(checkout.amount_minor - checkout.refunded_minor);
            if amount <= 0 {
                return Err(GatewayError::Refused("there is nothing to give back".to_owned()));
            }
            give_back(conn, &checkout, &format!("site/{}", ids::public_id()), None, amount, now)?;
            Ok("refund.created")
        }
        Afterwards::FailRefund(refund) => fail(conn, &checkout, refund),
        Afterwards::Dispute(state) => dispute(conn, &checkout, *state, now),
    }
}

fn fail(conn: &mut Conn, checkout: &SandboxCheckout, refund: &str) -> Result<&'static str, GatewayError> {
    let row = sandbox_refunds::table
        .filter(sandbox_refunds::public_id.eq(refund).and(sandbox_refunds::checkout_id.eq(checkout.id)))
        .filter(sandbox_refunds::state.eq_any([RefundState::Pending, RefundState::Succeeded]));
    let amount: i64 = row
        .select(sandbox_refunds::amount_minor)
        .first(conn)
        .optional()?
        .ok_or_else(|| GatewayError::Refused("there is no such refund under way".to_owned()))?;
    diesel::update(sandbox_refunds::table.filter(sandbox_refunds::public_id.eq(refund)))
        .set(sandbox_refunds::state.eq(RefundState::Failed))
        .execute(conn)?;
    diesel::update(sandbox_checkouts::table.find(checkout.id))
        .set(sandbox_checkouts::refunded_minor.eq(sandbox_checkouts::refunded_minor - amount))
        .execute(conn)?;
    Ok("refund.failed")
}

/// A payment has one dispute; the bank's steps lead from one state to the next.
fn dispute(
    conn: &mut Conn,
    checkout: &SandboxCheckout,
    to: DisputeState,
    now: Timestamp,
) -> Result<&'static str, GatewayError> {
    let known = disputes_of(conn, checkout)?.pop();
    if !steps(known.as_ref().map(|dispute| dispute.state)).contains(&to) {
        return Err(GatewayError::Refused("the bank can't do that now".to_owned()));
    }
    match known {
        Some(known) => {
            diesel::update(sandbox_disputes::table.filter(sandbox_disputes::public_id.eq(known.id)))
                .set(sandbox_disputes::state.eq(to))
                .execute(conn)?;
        }
        None => {
            diesel::insert_into(sandbox_disputes::table)
                .values((
                    sandbox_disputes::public_id.eq(format!("sbx_dp_{}", ids::public_id())),
                    sandbox_disputes::checkout_id.eq(checkout.id),
                    sandbox_disputes::state.eq(to),
                    sandbox_disputes::amount_minor.eq(checkout.amount_minor),
                    sandbox_disputes::created_at.eq(now),
                ))
                .execute(conn)?;
        }
    }
    Ok(match to {
        DisputeState::Won | DisputeState::Lost | DisputeState::InquiryClosed => "dispute.closed",
        DisputeState::Inquiry | DisputeState::Open | DisputeState::Unclear => "dispute.opened",
    })
}

/// What the bank can do next.
#[must_use]
pub const fn steps(from: Option<DisputeState>) -> &'static [DisputeState] {
    match from {
        None => &[DisputeState::Inquiry, DisputeState::Open],
        Some(DisputeState::Inquiry) => &[DisputeState::InquiryClosed, DisputeState::Open],
        Some(DisputeState::InquiryClosed) => &[DisputeState::Open],
        Some(DisputeState::Open | DisputeState::Unclear) => &[DisputeState::Won, DisputeState::Lost],
        Some(DisputeState::Won | DisputeState::Lost) => &[],
    }
}

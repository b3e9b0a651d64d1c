//! The sandbox's own books: what a real gateway would keep on its side.

use diesel::prelude::*;

use super::super::{
    CheckoutFacts, CheckoutLine, CheckoutRequest, CheckoutStatus, DisputeFacts, GatewayBook, GatewayError,
    PaymentStatus, RefundFacts,
};
use super::{Outcome, aftermath};
use crate::db::schema::sandbox_checkouts;
use crate::db::{Conn, Timestamp, insert_once};
use crate::ids;
use crate::money;

/// A checkout in the sandbox's books.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sandbox_checkouts)]
pub struct SandboxCheckout {
    pub(super) id: i64,
    /// The id that the shop knows.
    pub public_id: String,
    /// The shop's reference.
    pub reference: String,
    /// The buyer's address.
    pub email: String,
    /// ISO 4217 code.
    pub currency: String,
    /// What is to be paid, in minor units.
    pub amount_minor: i64,
    lines: String,
    /// Where the buyer goes after paying.
    pub success_url: String,
    /// Where the buyer goes without.
    pub cancel_url: String,
    status: CheckoutStatus,
    /// Where the money would be.
    pub payment_status: PaymentStatus,
    pub(super) payment_id: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
    settles_as: PaymentStatus,
    /// What went back, in minor units.
    pub refunded_minor: i64,
}

impl SandboxCheckout {
    /// Where it is at `now`: one that nobody paid in time is expired without being told so.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> CheckoutStatus {
        match self.status {
            CheckoutStatus::Open if self.expires_at <= now => CheckoutStatus::Expired,
            status => status,
        }
    }

    /// What is bought.
    #[must_use]
    pub fn lines(&self) -> Vec<CheckoutLine> {
        serde_json::from_str(&self.lines).unwrap_or_default()
    }

    /// `minor` units of the checkout's currency, for people.
    #[must_use]
    pub fn shown(&self, minor: i64) -> String {
        money::shown(minor, &self.currency)
    }

    fn facts(&self, refunds: Vec<RefundFacts>, disputes: Vec<DisputeFacts>, now: Timestamp) -> CheckoutFacts {
        CheckoutFacts {
            id: self.public_id.clone(),
            status: self.status(now),
            payment_status: self.payment_status,
            payment_id: self.payment_id.clone(),
            amount_minor: self.amount_minor,
            currency: self.currency.clone(),
            reference: self.reference.clone(),
            livemode: false,
            created: self.created_at,
            tax_minor: 0,
            added_tax_minor: 0,
            billing: None,
            refunds,
            disputes,
        }
    }
}

/// What the sandbox says of a checkout at `now`.
pub(super) fn facts(conn: &mut Conn, id: &str, now: Timestamp) -> Result<CheckoutFacts, GatewayError> {
    let checkout = find(conn, id)?;
    let refunds = aftermath::refunds_of(conn, &checkout)?;
    let disputes = aftermath::disputes_of(conn, &checkout)?;
    Ok(checkout.facts(refunds, disputes, now))
}

/// The sandbox's books since `since`.
pub(super) fn book(conn: &mut Conn, since: Timestamp, now: Timestamp) -> Result<GatewayBook, GatewayError> {
    let rows: Vec<SandboxCheckout> = sandbox_checkouts::table
        .filter(sandbox_checkouts::created_at.ge(since))
        .filter(sandbox_checkouts::status.eq(CheckoutStatus::Complete))
        .order(sandbox_checkouts::id)
        .select(SandboxCheckout::as_select())
        .load(conn)?;
    let mut book = GatewayBook::default();
    for row in rows {
        let (refunds, disputes) = (aftermath::refunds_of(conn, &row)?, aftermath::disputes_of(conn, &row)?);
        book.refunds.extend(refunds.iter().cloned());
        book.disputes.extend(disputes.iter().cloned());
        book.checkouts.push(row.facts(refunds, disputes, now));
    }
    Ok(book)
}

pub(super) fn create(
    conn: &mut Conn,
    request: &CheckoutRequest,
    lines: &str,
    now: Timestamp,
) -> Result<SandboxCheckout, GatewayError> {
    insert_once!(
        conn,
        sandbox_checkouts::table,
        (
            sandbox_checkouts::public_id.eq(format!("sbx_co_{}", ids::public_id())),
            sandbox_checkouts::idempotency_key.eq(request.idempotency_key.as_str()),
            sandbox_checkouts::reference.eq(request.reference.as_str()),
            sandbox_checkouts::email.eq(request.email.as_str()),
            sandbox_checkouts::currency.eq(request.total.currency.code()),
            sandbox_checkouts::amount_minor.eq(request.total.minor),
            sandbox_checkouts::lines.eq(lines),
            sandbox_checkouts::success_url.eq(request.success_url.as_str()),
            sandbox_checkouts::cancel_url.eq(request.cancel_url.as_str()),
            sandbox_checkouts::status.eq(CheckoutStatus::Open),
            sandbox_checkouts::payment_status.eq(PaymentStatus::Unpaid),
            sandbox_checkouts::created_at.eq(now),
            sandbox_checkouts::expires_at.eq(request.expires_at),
        )
    )?;
    let checkout: SandboxCheckout = sandbox_checkouts::table
        .filter(sandbox_checkouts::idempotency_key.eq(request.idempotency_key.as_str()))
        .select(SandboxCheckout::as_select())
        .first(conn)?;
    if checkout.reference != request.reference
        || checkout.amount_minor != request.total.minor
        || checkout.lines != lines
    {
        return Err(GatewayError::Refused("the key was used before, for something else".to_owned()));
    }
    Ok(checkout)
}

pub(super) fn find(conn: &mut Conn, id: &str) -> Result<SandboxCheckout, GatewayError> {
    sandbox_checkouts::table
        .filter(sandbox_checkouts::public_id.eq(id))
        .select(SandboxCheckout::as_select())
        .first(conn)
        .optional()?
        .ok_or_else(|| GatewayError::Unknown("such checkout".to_owned()))
}

/// Closes a checkout that is still open; one that is over stays as it is.
pub(super) fn expire(conn: &mut Conn, id: &str) -> QueryResult<()> {
    let open = sandbox_checkouts::table
        .filter(sandbox_checkouts::public_id.eq(id))
        .filter(sandbox_checkouts::status.eq(CheckoutStatus::Open));
    diesel::update(open).set(sandbox_checkouts::status.eq(CheckoutStatus::Expired)).execute(conn)?;
    Ok(())
}

/// Ends an open checkout; nothing when it was over already.
pub(super) fn end(
    conn: &mut Conn,
    id: &str,
    outcome: Outcome,
    now: Timestamp,
    settles_at: Timestamp,
) -> Result<Option<SandboxCheckout>, GatewayError> {
    let open = sandbox_checkouts::table
        .filter(sandbox_checkouts::public_id.eq(id))
        .filter(sandbox_checkouts::status.eq(CheckoutStatus::Open))
        .filter(sandbox_checkouts::expires_at.gt(now));
    let (payment_status, settles_at) = match outcome {
        Outcome::Pay => (PaymentStatus::Paid, None),
        Outcome::Later | Outcome::FailLater => (PaymentStatus::Processing, Some(settles_at)),
        Outcome::Decline => (PaymentStatus::Failed, None),
    };
    let settles_as = if outcome == Outcome::FailLater { PaymentStatus::Failed } else { PaymentStatus::Paid };
    let changed = diesel::update(open)
        .set((
            sandbox_checkouts::status.eq(CheckoutStatus::Complete),
            sandbox_checkouts::payment_status.eq(payment_status),
            sandbox_checkouts::payment_id.eq(format!("sbx_pay_{}", ids::public_id())),
            sandbox_checkouts::settles_at.eq(settles_at),
            sandbox_checkouts::settles_as.eq(settles_as),
        ))
        .execute(conn)?;
    let checkout = find(conn, id)?;
    Ok((changed == 1).then_some(checkout))
}

/// The delayed payments whose time has come, a batch of them.
pub(super) fn due(conn: &mut Conn, now: Timestamp) -> QueryResult<Vec<String>> {
    sandbox_checkouts::table
        .filter(sandbox_checkouts::settles_at.le(now))
        .filter(sandbox_checkouts::payment_status.eq(PaymentStatus::Processing))
        .order(sandbox_checkouts::settles_at)
        .select(sandbox_checkouts::public_id)
        .limit(100)
        .load(conn)
}

/// Settles these payments as their buyers chose; returns those that this call settled and how, so that each rings once.
pub(super) fn settle(conn: &mut Conn, due: &[String]) -> Result<Vec<(String, PaymentStatus)>, GatewayError> {
    let mut settled = Vec::new();
    for id in due {
        let checkout = find(conn, id)?;
        let waiting = sandbox_checkouts::table
            .find(checkout.id)
            .filter(sandbox_checkouts::payment_status.eq(PaymentStatus::Processing));
        let changed = diesel::update(waiting)
            .set((
                sandbox_checkouts::payment_status.eq(checkout.settles_as),
                sandbox_checkouts::settles_at.eq(None::<Timestamp>),
            ))
            .execute(conn)?;
        if changed == 1 {
            settled.push((id.clone(), checkout.settles_as));
        }
    }
    Ok(settled)
}

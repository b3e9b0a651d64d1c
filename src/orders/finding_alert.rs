//! New findings go to the admins by mail: each once, all of one moment in one mail.

use diesel::prelude::*;

use super::finding::FindingId;
use super::{Finding, FindingKind, Order};
use crate::accounts::Role;
use crate::checkout::Till;
use crate::db::schema::{accounts, findings};
use crate::db::{Conn, Timestamp};
use crate::jobs::TaskResult;
use crate::mail::messages::{Letter as _, LetterError};
use crate::mail::order_messages::{FindingAlert, FoundLine};
use crate::mail::outbox;

/// The task's name.
pub const TASK: &str = "finding alerts";

/// How many findings a mail names; the others are counted.
const NAMED: usize = 20;

/// Writes to every admin about the findings that nobody was told of. A shop without an admin keeps them for its first.
///
/// # Errors
/// When the database fails, or the letter can't be written.
pub async fn run(till: &Till) -> TaskResult {
    let is_any = till.db.read(|conn| Ok::<_, diesel::result::Error>(!unheard(conn)?.is_empty())).await?;
    if is_any {
        let writing = till.clone();
        till.db.write(move |conn| tell(conn, &writing)).await?;
    }
    Ok(())
}

/// Why the admins could not be told.
#[derive(Debug, thiserror::Error)]
enum AlertError {
    #[error(transparent)]
    Letter(#[from] LetterError),
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
}

fn unheard(conn: &mut Conn) -> QueryResult<Vec<Finding>> {
    findings::table
        .filter(findings::resolved_at.is_null().and(findings::alerted_at.is_null()))
        .order(findings::id)
        .select(Finding::as_select())
        .load(conn)
}

fn tell(conn: &mut Conn, till: &Till) -> Result<(), AlertError> {
    let now = till.clock.now();
    let admins: Vec<String> = accounts::table
        .filter(accounts::role.eq(Role::Admin).and(accounts::blocked_at.is_null()))
        .order(accounts::id)
        .select(accounts::email)
        .load(conn)?;
    if admins.is_empty() {
        tracing::warn!("something needs an admin's eye, and this shop has no admin");
        return Ok(());
    }
    let found = unheard(conn)?;
    let lines =
        found.iter().take(NAMED).map(|finding| line(conn, finding)).collect::<QueryResult<Vec<_>>>()?;
    let letter = FindingAlert {
        shop_name: till.sender().shop_name,
        base_url: till.sender().base_url,
        more: more(found.len().saturating_sub(lines.len())),
        count: found.len(),
        lines,
        findings_url: till.base_url.join("/admin/findings"),
        sandbox: !till.gateway.livemode(),
    };
    for address in &admins {
        outbox::enqueue(conn, &letter.to(address)?, None, now)?;
    }
    let ids: Vec<FindingId> = found.iter().map(|finding| finding.id).collect();
    mark(conn, &ids, now)?;
    Ok(())
}

fn more(count: usize) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

fn mark(conn: &mut Conn, told: &[FindingId], now: Timestamp) -> QueryResult<()> {
    // Another process may have told them meanwhile; then there are two mails, and nothing else is wrong.
    diesel::update(findings::table.filter(findings::id.eq_any(told.to_vec())))
        .set(findings::alerted_at.eq(now))
        .execute(conn)?;
    Ok(())
}

fn line(conn: &mut Conn, finding: &Finding) -> QueryResult<FoundLine> {
    let order = match finding.order_id {
        Some(order) => Order::find(conn, order)?.map(|order| order.number).unwrap_or_default(),
        None => String::new(),
    };
    Ok(FoundLine { what: name(finding.kind), order, detail: finding.detail.clone() })
}

/// What a finding is called in a mail.
const fn name(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Mismatch => "A payment doesn’t fit its order",
        FindingKind::PaidTwice => "An order was paid twice",
        FindingKind::RefundFailed => "A refund didn’t work",
        FindingKind::RefundUnassigned => "A refund doesn’t say for which books",
        FindingKind::Inquiry => "A buyer’s bank asks about a payment",
        FindingKind::Disputed => "A payment is disputed",
        FindingKind::DisputeLost => "A dispute was lost",
        FindingKind::Unclear => "The payment provider isn’t understood",
        FindingKind::PaymentUnknown => "Money without an order",
        FindingKind::PaymentMissing => "A paid order without its money",
        FindingKind::RefundDiffers => "Refunds differ",
        FindingKind::DisputeDiffers => "Disputes differ",
        FindingKind::ReceiptMissing => "A receipt is missing",
        FindingKind::Stuck => "An order is stuck",
        FindingKind::Withdrawal => "A buyer withdrew from the contract",
    }
}

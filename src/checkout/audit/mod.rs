//! The audit: the gateway's book against the shop's, in both directions.
//!
//! What asking again can heal is healed: the order is brought to the gateway's facts and compared once more. What stays
//! is a finding, with a repair in the back office. A finding of the audit that is no longer so is closed by it.

mod compare;
mod ours;
mod shop;

use std::collections::{BTreeSet, HashSet};

use chrono::{TimeDelta, Timelike as _};
use diesel::prelude::*;

pub use compare::{Difference, compare};
pub use ours::Ours;

use super::Till;
use super::fulfil::{self, SyncError};
use super::mark::{self, What};
use crate::db::{Conn, Timestamp};
use crate::jobs::{TaskError, TaskResult};
use crate::orders::{Finding, FindingKind, OrderId};
use crate::payments::{CheckoutFacts, GatewayError, PaymentStatus};

/// The task's name.
pub const TASK: &str = "audit";

/// How far back a nightly audit looks.
pub const WINDOW: TimeDelta = TimeDelta::days(35);

/// At which hour of the night, in UTC.
const HOUR: u32 = 3;

/// The kinds that the audit sees to: what is no longer so is closed by it.
pub const KINDS: [FindingKind; 6] = [
    FindingKind::PaymentUnknown,
    FindingKind::PaymentMissing,
    FindingKind::RefundDiffers,
    FindingKind::DisputeDiffers,
    FindingKind::ReceiptMissing,
    FindingKind::Stuck,
];

/// What an audit came to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How many checkouts of the gateway were compared.
    pub checkouts: usize,
    /// How many orders of the shop were looked at.
    pub orders: usize,
    /// What was put right by asking again, in words.
    pub healed: Vec<String>,
    /// What stays.
    pub differences: Vec<Difference>,
    /// How many findings were closed.
    pub closed: usize,
}

/// Why an audit did not come to its end. Half an audit says nothing: it is made again.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The gateway.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// An order could not be brought to the gateway's facts.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The shop's own data.
    #[error("the shop's books could not be read: {0}")]
    Database(#[from] diesel::result::Error),
}

/// Makes the audit if the last one was before this night's hour: at a start after an outage, too, and from then on.
///
/// # Errors
/// When it did not come to its end; the next turn makes it again.
pub async fn run_when_due(till: &Till) -> TaskResult {
    let (now, gateway) = (till.clock.now(), till.gateway.name());
    let last = till.db.read(move |conn| mark::until(conn, gateway, What::Audit)).await?;
    if last.is_some_and(|last| last >= last_night(now)) {
        return Ok(());
    }
    // After an outage of months the audit looks back to where the last one was.
    let since = last.map_or(now - WINDOW, |last| (last - TimeDelta::days(2)).min(now - WINDOW));
    let report = run(till, since, false).await.map_err(TaskError::from)?;
    tracing::info!(
        checkouts = report.checkouts,
        orders = report.orders,
        healed = report.healed.len(),
        differences = report.differences.len(),
        "the gateway's book was compared with the shop's"
    );
    Ok(())
}

/// The newest moment at or before `now` at which an audit is due.
fn last_night(now: Timestamp) -> Timestamp {
    let hour = now.date().and_hms_opt(HOUR, 0, 0).unwrap_or(now);
    if now.hour() >= HOUR { hour } else { hour - TimeDelta::days(1) }
}

/// Compares everything since `since`. With `dry_run` nothing is healed, raised or closed.
///
/// # Errors
/// When the gateway's book can't be read to its end, or the database fails.
pub async fn run(till: &Till, since: Timestamp, dry_run: bool) -> Result<Report, AuditError> {
    let now = till.clock.now();
    let book = till.gateway.book(since).await?;
    let mut audit = Audit { till, dry_run, report: Report::default(), seen: HashSet::new() };
    for facts in &book.checkouts {
        audit.compare(facts).await?;
    }
    for (checkout, what) in &book.unclear {
        audit.note_unclear(checkout, what).await?;
    }
    // Refunds and disputes of these days may be about payments of long ago.
    let payments: BTreeSet<String> = book
        .refunds
        .iter()
        .map(|refund| refund.payment_id.clone())
        .chain(book.disputes.iter().map(|dispute| dispute.payment_id.clone()))
        .collect();
    let gateway = till.gateway.name();
    let older = till.db.read(move |conn| ours::checkouts_of_payments(conn, gateway, payments)).await?;
    // And the other way round: what our books say of these days, and of findings that are open.
    let ours = till
        .db
        .read(move |conn| {
            let mut all = ours::checkouts_since(conn, gateway, since)?;
            all.extend(ours::checkouts_of_findings(conn, gateway)?);
            Ok::<_, diesel::result::Error>(all)
        })
        .await?;
    for checkout in older.into_iter().chain(ours) {
        audit.ask(&checkout).await?;
    }
    let found = audit.till.db.read(move |conn| shop::orders_to_look_at(conn, gateway, since)).await?;
    audit.report.orders = found.len();
    for order in found {
        audit.look_at(order).await?;
    }
    let stuck = audit.till.db.read(move |conn| shop::stuck(conn, gateway, now)).await?;
    audit.report.differences.extend(stuck);
    audit.finish(Scope::All, now).await
}

/// Compares one order with the gateway once more, after something was done about it.
///
/// # Errors
/// When the gateway does not answer, or the database fails.
pub async fn order(till: &Till, order: OrderId) -> Result<Report, AuditError> {
    let (now, gateway) = (till.clock.now(), till.gateway.name());
    let mut audit = Audit { till, dry_run: false, report: Report::default(), seen: HashSet::new() };
    for checkout in till.db.read(move |conn| ours::checkouts_of(conn, gateway, order)).await? {
        audit.ask(&checkout).await?;
    }
    audit.look_at(order).await?;
    let stuck = till.db.read(move |conn| shop::stuck(conn, gateway, now)).await?;
    audit.report.differences.extend(stuck.into_iter().filter(|one| one.order == Some(order)));
    audit.finish(Scope::Order(order), now).await
}

/// Compares one checkout of the gateway once more that is in no order.
///
/// # Errors
/// When the gateway does not answer, or the database fails.
pub async fn checkout(till: &Till, id: &str) -> Result<(), AuditError> {
    let mut audit = Audit { till, dry_run: false, report: Report::default(), seen: HashSet::new() };
    audit.ask(id).await?;
    audit.finish(Scope::Checkout, till.clock.now()).await?;
    Ok(())
}

/// What waits longer than it should.
///
/// # Errors
/// When the database fails.
pub fn stuck(conn: &mut Conn, gateway: &str, now: Timestamp) -> QueryResult<Vec<Difference>> {
    shop::stuck(conn, gateway, now)
}

/// What was looked at: only about that can be said that it is no longer so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Everything of some days, and whatever a finding is about.
    All,
    /// One order.
    Order(OrderId),
    /// A checkout that is in no order.
    Checkout,
}

struct Audit<'t> {
    till: &'t Till,
    dry_run: bool,
    report: Report,
    /// The gateway's ids of checkouts that were compared.
    seen: HashSet<String>,
}

impl Audit<'_> {
    /// Compares what the gateway says of a checkout with the shop's books, and heals what it can.
    async fn compare(&mut self, facts: &CheckoutFacts) -> Result<(), AuditError> {
        if !self.seen.insert(facts.id.clone()) {
            return Ok(());
        }
        self.report.checkouts += 1;
        let first = self.differences(facts).await?;
        if first.is_empty() || self.dry_run {
            self.report.differences.extend(first);
            return Ok(());
        }
        fulfil::sync(self.till, &facts.id).await?;
        let fresh = match self.till.gateway.fetch_checkout(&facts.id).await {
            Ok(fresh) => fresh,
            Err(GatewayError::Unclear(what)) => return self.note_unclear(&facts.id, &what).await,
            Err(error) => return Err(error.into()),
        };
        let left = self.differences(&fresh).await?;
        let is_healed = |difference: &&Difference| !left.iter().any(|other| other.kind == difference.kind);
        self.report.healed.extend(first.iter().filter(is_healed).map(Difference::words));
        self.report.differences.extend(left);
        Ok(())
    }

    async fn differences(&self, facts: &CheckoutFacts) -> Result<Vec<Difference>, AuditError> {
        let (gateway, facts) = (self.till.gateway.name(), facts.clone());
        let read = self.till.db.read(move |conn| {
            let ours = Ours::of_checkout(conn, gateway, &facts)?;
            Ok::<_, diesel::result::Error>(compare(&facts, ours.as_ref()))
        });
        Ok(read.await?)
    }

    /// Asks the gateway for a checkout of our books, and compares.
    async fn ask(&mut self, checkout: &str) -> Result<(), AuditError> {
        if self.seen.contains(checkout) {
            return Ok(());
        }
        match self.till.gateway.fetch_checkout(checkout).await {
            Ok(facts) => self.compare(&facts).await,
            Err(GatewayError::Unknown(_)) => {
                self.seen.insert(checkout.to_owned());
                let (gateway, id) = (self.till.gateway.name(), checkout.to_owned());
                let lost = self.till.db.read(move |conn| ours::without_checkout(conn, gateway, &id)).await?;
                self.report.differences.extend(lost);
                Ok(())
            }
            Err(GatewayError::Unclear(what)) => self.note_unclear(checkout, &what).await,
            Err(error) => Err(error.into()),
        }
    }

    /// Notes that what the gateway says of a checkout is not understood, and goes on.
    async fn note_unclear(&mut self, checkout: &str, what: &str) -> Result<(), AuditError> {
        self.seen.insert(checkout.to_owned());
        let (gateway, id) = (self.till.gateway.name(), checkout.to_owned());
        let order = self.till.db.read(move |conn| ours::order_of(conn, gateway, &id)).await?;
        self.report.differences.push(Difference {
            kind: FindingKind::Unclear,
            subject: checkout.to_owned(),
            order: order.as_ref().map(|order| order.id),
            number: order.map(|order| order.number).unwrap_or_default(),
            detail: what.to_owned(),
        });
        Ok(())
    }

    /// Looks at one order of the shop: its payment, its rights and its receipt.
    async fn look_at(&mut self, order: OrderId) -> Result<(), AuditError> {
        let known = self.till.db.read(move |conn| shop::differences(conn, order)).await?;
        if known.is_empty() {
            return Ok(());
        }
        let is_about_rights =
            |found: &[Difference]| found.iter().any(|one| one.kind == FindingKind::RefundDiffers);
        if self.dry_run || !is_about_rights(&known) {
            self.report.differences.extend(known);
            return Ok(());
        }
        let writing = self.till.clone();
        let healed = self
            .till
            .db
            .write(move |conn| match fulfil::lock_with_cart(conn, order)? {
                Some(found) => fulfil::follow_books(conn, &writing, found, writing.clock.now()).map(|_| ()),
                None => Ok(()),
            })
            .await;
        if let Err(error) = healed {
            tracing::warn!(order = order.0, %error, "an order could not be brought to where its books put it");
        }
        let left = self.till.db.read(move |conn| shop::differences(conn, order)).await?;
        if !is_about_rights(&left) {
            let mended = known.iter().filter(|one| one.kind == FindingKind::RefundDiffers);
            self.report.healed.extend(mended.map(Difference::words));
        }
        self.report.differences.extend(left);
        Ok(())
    }

    /// Raises what stays, and closes what is no longer so.
    async fn finish(mut self, scope: Scope, now: Timestamp) -> Result<Report, AuditError> {
        let mut told = HashSet::new();
        self.report.differences.retain(|one| told.insert((one.kind, one.subject.clone())));
        if self.dry_run {
            return Ok(self.report);
        }
        let (gateway, seen, differences) =
            (self.till.gateway.name(), self.seen, self.report.differences.clone());
        self.report.closed = self
            .till
            .db
            .write(move |conn| {
                for one in &differences {
                    Finding::raise(conn, one.kind, &one.subject, one.order, &one.detail, now)?;
                }
                let closed = close(conn, &differences, &seen, scope, now)?;
                if scope == Scope::All {
                    mark::note(conn, gateway, What::Audit, now, now)?;
                }
                Ok::<_, diesel::result::Error>(closed)
            })
            .await?;
        Ok(self.report)
    }
}

/// Closes the audit's open findings that were looked at again and are no longer so.
fn close(
    conn: &mut Conn,
    differences: &[Difference],
    seen: &HashSet<String>,
    scope: Scope,
    now: Timestamp,
) -> QueryResult<usize> {
    let mut closed = 0;
    for open in Finding::open(conn, None)? {
        let is_still = differences.iter().any(|one| one.kind == open.kind && one.subject == open.subject);
        // One without an order is about the gateway's own: only what was in its book was looked at.
        let was_looked_at = match (open.order_id, scope) {
            (Some(_), Scope::All) => true,
            (Some(order), Scope::Order(only)) => order == only,
            (Some(_), Scope::Checkout) => false,
            (None, _) => seen.contains(&open.subject),
        };
        if KINDS.contains(&open.kind) && !is_still && was_looked_at {
            Finding::resolve(conn, open.kind, &open.subject, None, "It is no longer so.", now)?;
            closed += 1;
        }
    }
    Ok(closed)
}

/// Whether there is money at the gateway, or on its way.
const fn has_money(status: PaymentStatus) -> bool {
    matches!(status, PaymentStatus::Paid | PaymentStatus::Processing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_begins_at_three() {
        let day = |day: u32, hour: u32| {
            chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap().and_hms_opt(hour, 0, 0).unwrap()
        };
        assert_eq!(last_night(day(2, 2)), day(1, 3));
        assert_eq!(last_night(day(2, 3)), day(2, 3));
        assert_eq!(last_night(day(2, 23)), day(2, 3));
    }
}

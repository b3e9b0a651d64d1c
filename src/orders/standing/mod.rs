//! Where an order stands, computed from what the gateway said of its money: never from the order in which it was said.
//!
//! [`of`] looks at all payments of an order with their refunds and disputes, and answers with the status, with what is
//! closed, and with what an admin has to look at. It reads no clock and no table, and the same facts give the same
//! answer, however often and in whatever order they were heard.
//!
//! - The order rests on one payment: the first that came, fits, and is still ours. What becomes of another one (it came
//!   a second time) moves nothing; it is sent back.
//! - Money that came counts, whatever our own clock or the buyer had decided before.
//! - Nothing is fulfilled for money that does not fit, unless an admin took it as it is.

use super::finding::FindingKind;
use super::payment::{PaymentId, PaymentState};
use super::refund::{Purpose, RefundStatus};
use super::{LineItemId, OrderStatus};
use crate::payments::DisputeState;

/// All that decides.
#[derive(Debug, Clone)]
pub struct Case {
    /// Where the order was. It decides only while there is no money.
    pub was: OrderStatus,
    /// What was bought.
    pub items: Vec<Item>,
    /// How the newest attempt to pay ended, if there was one.
    pub newest: Option<AttemptEnd>,
    /// Every payment, in the order in which they came.
    pub payments: Vec<Charge>,
}

/// Where an attempt to pay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptEnd {
    /// It can be paid.
    Open,
    /// The buyer went through it: its payment says what came of it.
    Complete,
    /// It can no longer be paid.
    Expired,
}

/// One thing that was bought.
#[derive(Debug, Clone)]
pub struct Item {
    /// Which.
    pub id: LineItemId,
    /// Whether it was taken back without money, since it cost nothing.
    pub is_closed_by_hand: bool,
}

/// One payment and what became of it.
#[derive(Debug, Clone)]
pub struct Charge {
    /// The row.
    pub id: PaymentId,
    /// The gateway's id.
    pub subject: String,
    /// Where the money is.
    pub state: PaymentState,
    /// How much was charged, in minor units.
    pub amount_minor: i64,
    /// Whether it belongs to the newest attempt.
    pub is_newest: bool,
    /// What does not fit the order, in words; empty when all fits, or an admin took it as it is.
    pub mismatch: String,
    /// What went back.
    pub refunds: Vec<Return>,
    /// What the bank asked back.
    pub disputes: Vec<Claim>,
}

/// One refund.
#[derive(Debug, Clone)]
pub struct Return {
    /// The gateway's id, or the shop's own while there is none.
    pub subject: String,
    /// The shop's own id.
    pub public_id: String,
    /// Where it is.
    pub status: RefundStatus,
    /// Whether the gateway's word for that was not understood.
    pub is_unclear: bool,
    /// What it is for.
    pub purpose: Purpose,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// For which items, and how much of each.
    pub items: Vec<(LineItemId, i64)>,
}

/// One dispute.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The gateway's id.
    pub subject: String,
    /// Where it is.
    pub state: DisputeState,
}

/// Where the order stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its status.
    pub status: OrderStatus,
    /// The payment that it rests on.
    pub rests_on: Option<PaymentId>,
    /// Each item: what went back of it, and whether it is closed.
    pub items: Vec<ItemStanding>,
    /// Payments that came a second time and are ours still: to be sent back.
    pub to_send_back: Vec<PaymentId>,
    /// What an admin has to look at; whatever is not here is not to be looked at any more.
    pub findings: Vec<Found>,
    /// What the buyer has to be told, each once.
    pub letters: Vec<Due>,
}

/// Where an item stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemStanding {
    /// Which.
    pub id: LineItemId,
    /// What went back for it, in minor units.
    pub refunded_minor: i64,
    /// Whether the buyer may no longer read it.
    pub is_closed: bool,
}

/// Something for an admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub kind: FindingKind,
    /// About what: the gateway's id.
    pub subject: String,
    /// In words.
    pub detail: String,
}

/// Something that the buyer has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// The books are theirs.
    Receipt,
    /// A payment was promised, and takes its time.
    OnItsWay(PaymentId),
    /// A promised payment did not come (the gateway's id).
    PaymentFailed(String),
    /// A payment is being looked at (the gateway's id).
    Review(String),
    /// Money went back (the refund's own id).
    Refund(String),
    /// It did not, after we said it would.
    RefundFailed(String),
    /// The payment is disputed (the gateway's id).
    DisputeOpened(String),
    /// The dispute is over, and access is back.
    DisputeWon(String),
    /// The dispute is over, and access is gone.
    DisputeLost(String),
    /// A second payment came, and is on its way back (the gateway's id).
    PaidTwice(String),
}

impl Return {
    /// Whether its money has left or is about to, as the gateway says.
    fn takes_money(&self) -> bool {
        matches!(self.status, RefundStatus::Pending | RefundStatus::Succeeded)
    }

    /// Whether it is on its way or done, as far as we know: asked for counts.
    fn is_under_way(&self) -> bool {
        self.takes_money() || self.status == RefundStatus::Requested
    }
}

impl Charge {
    fn fits(&self) -> bool {
        self.mismatch.is_empty()
    }

    /// What went back, in minor units.
    #[must_use]
    pub fn returned(&self) -> i64 {
        self.refunds.iter().filter(|refund| refund.takes_money()).map(|refund| refund.amount_minor).sum()
    }

    /// What can still go back: nothing that is on its way or asked for.
    #[must_use]
    pub fn left(&self) -> i64 {
        let gone: i64 =
            self.refunds.iter().filter(|refund| refund.is_under_way()).map(|r| r.amount_minor).sum();
        (self.amount_minor - gone).max(0)
    }

    fn is_disputed(&self) -> bool {
        self.disputes.iter().any(|claim| matches!(claim.state, DisputeState::Open | DisputeState::Unclear))
    }

    fn is_lost(&self) -> bool {
        self.disputes.iter().any(|claim| claim.state == DisputeState::Lost)
    }

    /// Whether the money is ours: it came, it is not wholly on its way back, and no dispute took it.
    fn is_ours(&self) -> bool {
        let sent_back = self.refunds.iter().any(|refund| refund.purpose == Purpose::SecondPayment);
        self.state == PaymentState::Succeeded
            && self.returned() < self.amount_minor
            && !self.is_lost()
            && !sent_back
    }
}

/// Where an order stands by these facts.
#[must_use]
pub fn of(case: &Case) -> Standing {
    let came = |charge: &&Charge| charge.state == PaymentState::Succeeded && charge.fits();
    let rests_on = case.payments.iter().filter(came).find(|charge| charge.is_ours()).or_else(|| {
        // All of it went back: the order rests on what was not sent back as a second payment.
        let sent_back =
            |charge: &&Charge| charge.refunds.iter().any(|one| one.purpose == Purpose::SecondPayment);
        let mut all = case.payments.iter().filter(came);
        all.clone().find(|charge| !sent_back(charge)).or_else(|| all.next())
    });
    let status = match rests_on {
        Some(charge) => with_money(case, charge),
        None => without_fitting_money(case),
    };
    let items = items(case, rests_on, status);
    let rests_on_id = rests_on.map(|charge| charge.id);
    let second = |charge: &&Charge| came(charge) && Some(charge.id) != rests_on_id;
    let to_send_back =
        case.payments.iter().filter(second).filter(|charge| charge.is_ours()).map(|charge| charge.id);
    Standing {
        status,
        rests_on: rests_on_id,
        items,
        to_send_back: to_send_back.collect(),
        findings: findings(case, rests_on_id),
        letters: letters(case, rests_on, status),
    }
}

/// The status by the payment that an order rests on.
fn with_money(case: &Case, charge: &Charge) -> OrderStatus {
    let returned = charge.returned();
    let is_any_closed = case.items.iter().any(|item| item.is_closed_by_hand);
    if charge.is_lost() {
        OrderStatus::ChargedBack
    } else if charge.is_disputed() {
        OrderStatus::Disputed
    } else if returned >= charge.amount_minor && charge.amount_minor > 0 {
        OrderStatus::Refunded
    } else if returned > 0 || is_any_closed {
        OrderStatus::PartiallyRefunded
    } else {
        OrderStatus::Paid
    }
}

/// The status while no money came that fits.
fn without_fitting_money(case: &Case) -> OrderStatus {
    let mut unfitting = case
        .payments
        .iter()
        .filter(|charge| !charge.fits() && charge.state != PaymentState::Failed)
        .peekable();
    if unfitting.peek().is_some() {
        let all_back = unfitting.all(|charge| {
            charge.state == PaymentState::Succeeded
                && charge.amount_minor > 0
                && charge.returned() >= charge.amount_minor
        });
        return if all_back { OrderStatus::Refunded } else { OrderStatus::NeedsReview };
    }
    if case.payments.iter().any(|charge| charge.state == PaymentState::Processing) {
        return OrderStatus::Processing;
    }
    without_money(case)
}

/// The status while there is no money at all: here, and only here, our own clock and the buyer's wish count.
fn without_money(case: &Case) -> OrderStatus {
    use OrderStatus::*;
    let has_failed =
        case.payments.iter().any(|charge| charge.is_newest && charge.state == PaymentState::Failed);
    let closed = case.items.iter().filter(|item| item.is_closed_by_hand).count();
    match case.was {
        Paid | PartiallyRefunded if closed > 0 && closed == case.items.len() => Refunded,
        Paid | PartiallyRefunded if closed > 0 => PartiallyRefunded,
        // There is nothing that could have moved these back; an order that costs nothing is paid without a payment.
        Paid | PartiallyRefunded | Refunded | Disputed | ChargedBack | Cancelled | Expired => case.was,
        _ if has_failed => Failed,
        _ if case.newest == Some(AttemptEnd::Expired) => Expired,
        Failed => Failed,
        Processing if case.newest == Some(AttemptEnd::Complete) => Processing,
        Pending | Processing | NeedsReview => Pending,
    }
}

/// What is closed: all of it when all money went back, else what the refunds name.
fn items(case: &Case, rests_on: Option<&Charge>, status: OrderStatus) -> Vec<ItemStanding> {
    let refunds: Vec<&Return> = rests_on
        .map(|charge| charge.refunds.iter().filter(|one| one.takes_money()).collect())
        .unwrap_or_default();
    let items = case.items.iter().map(|item| {
        let parts = refunds.iter().flat_map(|refund| &refund.items).filter(|(id, _)| *id == item.id);
        let (count, refunded_minor) = parts.fold((0, 0), |(count, sum), (_, part)| (count + 1, sum + part));
        let is_closed = status == OrderStatus::Refunded || count > 0 || item.is_closed_by_hand;
        ItemStanding { id: item.id, refunded_minor, is_closed }
    });
    items.collect()
}

/// What an admin has to look at.
fn findings(case: &Case, rests_on: Option<PaymentId>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut add = |kind, subject: &str, detail: String| {
        found.push(Found { kind, subject: subject.to_owned(), detail });
    };
    for charge in &case.payments {
        let has_money = charge.state != PaymentState::Failed;
        if !charge.fits() && has_money && charge.returned() < charge.amount_minor {
            add(FindingKind::Mismatch, &charge.subject, charge.mismatch.clone());
        }
        let is_second =
            charge.fits() && charge.state == PaymentState::Succeeded && Some(charge.id) != rests_on;
        if is_second && rests_on.is_some() && charge.returned() < charge.amount_minor {
            let detail = "A second payment for an order that is paid. It is sent back by itself.";
            add(FindingKind::PaidTwice, &charge.subject, detail.to_owned());
        }
        for refund in &charge.refunds {
            if refund.is_unclear {
                let detail =
                    "A refund in a state that this version does not know. It counts as money that left.";
                add(FindingKind::Unclear, &refund.subject, detail.to_owned());
            }
            let whole = charge.returned() >= charge.amount_minor;
            if refund.takes_money() && refund.purpose == Purpose::Outside && refund.items.is_empty() && !whole
            {
                let detail = "Money went back at the gateway's own site. Nobody has said for which books; all are open.";
                add(FindingKind::RefundUnassigned, &refund.subject, detail.to_owned());
            }
            if matches!(refund.status, RefundStatus::Failed | RefundStatus::Cancelled) && !whole {
                let detail = if refund.purpose == Purpose::SecondPayment {
                    "The second payment of an order could not be sent back."
                } else {
                    "A refund did not work. The money is still ours, and what it was for is open again."
                };
                add(FindingKind::RefundFailed, &refund.subject, detail.to_owned());
            }
        }
        for claim in &charge.disputes {
            let is_ours = Some(charge.id) == rests_on;
            let (kind, detail) = match claim.state {
                DisputeState::Inquiry => {
                    (FindingKind::Inquiry, "The buyer's bank asks about the payment. No money has moved.")
                }
                DisputeState::Open if is_ours => (
                    FindingKind::Disputed,
                    "The buyer's bank asks for the money back. Access is closed meanwhile.",
                ),
                DisputeState::Open => (
                    FindingKind::Disputed,
                    "The buyer's bank asks back a payment that the order does not rest on. Access stays.",
                ),
                DisputeState::Lost if is_ours => {
                    (FindingKind::DisputeLost, "The dispute was lost. Access is closed.")
                }
                DisputeState::Lost => (
                    FindingKind::DisputeLost,
                    "The dispute about a payment that the order does not rest on was lost. Access stays.",
                ),
                DisputeState::Unclear => (
                    FindingKind::Unclear,
                    "A dispute in a state that this version does not know. It counts as open.",
                ),
                DisputeState::Won | DisputeState::InquiryClosed => continue,
            };
            add(kind, &claim.subject, detail.to_owned());
        }
    }
    found
}

/// What the buyer has to be told.
fn letters(case: &Case, rests_on: Option<&Charge>, status: OrderStatus) -> Vec<Due> {
    let mut due = Vec::new();
    let entitles = OrderStatus::ENTITLING.contains(&status);
    // Who paid gets a receipt, even if the first that was heard of the money is that it went back.
    if rests_on.is_some() && status != OrderStatus::NeedsReview {
        due.push(Due::Receipt);
    }
    if status == OrderStatus::Processing {
        let promised = case.payments.iter().rfind(|charge| charge.state == PaymentState::Processing);
        due.extend(promised.map(|charge| Due::OnItsWay(charge.id)));
    }
    if status == OrderStatus::Failed && case.was == OrderStatus::Processing {
        let failed = case.payments.iter().rfind(|charge| charge.state == PaymentState::Failed);
        due.extend(failed.map(|charge| Due::PaymentFailed(charge.subject.clone())));
    }
    if status == OrderStatus::NeedsReview {
        let unfitting =
            case.payments.iter().find(|charge| !charge.fits() && charge.state != PaymentState::Failed);
        due.extend(unfitting.map(|charge| Due::Review(charge.subject.clone())));
    }
    for claim in rests_on.map(|charge| charge.disputes.as_slice()).unwrap_or_default() {
        let subject = claim.subject.clone();
        match claim.state {
            DisputeState::Open | DisputeState::Unclear if status == OrderStatus::Disputed => {
                due.push(Due::DisputeOpened(subject));
            }
            DisputeState::Lost => due.push(Due::DisputeLost(subject)),
            DisputeState::Won | DisputeState::InquiryClosed if entitles => due.push(Due::DisputeWon(subject)),
            _ => {}
        }
    }
    for charge in &case.payments {
        for refund in &charge.refunds {
            let id = refund.public_id.clone();
            match (refund.purpose, refund.status) {
                (Purpose::SecondPayment, _) => due.push(Due::PaidTwice(charge.subject.clone())),
                (_, RefundStatus::Pending | RefundStatus::Succeeded) => due.push(Due::Refund(id)),
                (_, RefundStatus::Failed | RefundStatus::Cancelled) => due.push(Due::RefundFailed(id)),
                (_, RefundStatus::Requested) => {}
            }
        }
    }
    due
}

#[cfg(test)]
mod tests;

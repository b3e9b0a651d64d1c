//! One payment: what the gateway says of it, and what the shop's books say.

use super::has_money;
use super::ours::{Ours, OursPayment};
use crate::money::shown;
use crate::orders::payment::PaymentState;
use crate::orders::refund::RefundStatus;
use crate::orders::{FindingKind, OrderId};
use crate::payments::{CheckoutFacts, DisputeState, PaymentStatus};

/// A difference between two books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is.
    pub kind: FindingKind,
    /// About what: the gateway's id, or an order's public id.
    pub subject: String,
    /// In which order, if in one.
    pub order: Option<OrderId>,
    /// The order's number; empty without one.
    pub number: String,
    /// What differs, in words.
    pub detail: String,
}

impl Difference {
    /// In one line.
    #[must_use]
    pub fn words(&self) -> String {
        match self.number.as_str() {
            "" => format!("{}: {}", self.subject, self.detail),
            number => format!("order {number}: {}", self.detail),
        }
    }
}

/// Compares the gateway's facts with what the shop has; nothing for what agrees.
#[must_use]
pub fn compare(facts: &CheckoutFacts, ours: Option<&Ours>) -> Vec<Difference> {
    let Some(ours) = ours else { return unknown(facts) };
    let difference = |kind, subject: &str, detail: String| Difference {
        kind,
        subject: subject.to_owned(),
        order: Some(ours.order),
        number: ours.number.clone(),
        detail,
    };
    let mut found = Vec::new();
    let id = facts.payment_id.as_deref().unwrap_or(&facts.id);
    let held = shown(facts.amount_minor, &facts.currency);
    let paid = facts.payment_status == PaymentStatus::Paid;
    match &ours.payment {
        None if has_money(facts.payment_status) => found.push(difference(
            FindingKind::PaymentUnknown,
            &facts.id,
            format!("The gateway holds {held} for this order ({id}); the order knows nothing of it."),
        )),
        Some(payment) if paid && payment.state != PaymentState::Succeeded => found.push(difference(
            FindingKind::PaymentUnknown,
            &facts.id,
            format!("The gateway has {held} for this order ({id}); our books say that it is not there yet."),
        )),
        Some(payment) if !paid && payment.state == PaymentState::Succeeded => found.push(difference(
            FindingKind::PaymentMissing,
            id,
            format!("Our books say that {id} was paid; the gateway says that it was not."),
        )),
        Some(payment)
            if paid && (payment.amount_minor, &payment.currency) != (facts.amount_minor, &facts.currency) =>
        {
            let known = shown(payment.amount_minor, &payment.currency);
            let detail = format!("Our books have {known} for {id}, the gateway {held}.");
            found.push(difference(FindingKind::PaymentMissing, id, detail));
        }
        _ => {}
    }
    if let Some(payment) = &ours.payment {
        let details = refunds(facts, payment);
        if !details.is_empty() {
            found.push(difference(FindingKind::RefundDiffers, id, details.join(" ")));
        }
        let details = disputes(facts, payment);
        if !details.is_empty() {
            found.push(difference(FindingKind::DisputeDiffers, id, details.join(" ")));
        }
    }
    found
}

/// Money for a checkout that the shop never made, or has forgotten; none that went back wholly.
fn unknown(facts: &CheckoutFacts) -> Vec<Difference> {
    if !has_money(facts.payment_status) || facts.left_minor() <= 0 {
        return Vec::new();
    }
    let left = shown(facts.left_minor(), &facts.currency);
    let detail = format!(
        "The gateway holds {left} for a checkout that is in none of our orders. Its reference is {}.",
        if facts.reference.is_empty() { "empty" } else { &facts.reference }
    );
    vec![Difference {
        kind: FindingKind::PaymentUnknown,
        subject: facts.id.clone(),
        order: None,
        number: String::new(),
        detail,
    }]
}

fn refunds(facts: &CheckoutFacts, payment: &OursPayment) -> Vec<String> {
    let mut details = Vec::new();
    let amount = |minor: i64| shown(minor, &facts.currency);
    let has_left = |status: RefundStatus| matches!(status, RefundStatus::Pending | RefundStatus::Succeeded);
    for theirs in &facts.refunds {
        let (id, sum) = (&theirs.id, amount(theirs.amount_minor));
        match payment.refunds.iter().find(|known| known.gateway_id == *id) {
            None if theirs.state.takes_money() => {
                details.push(format!("The gateway gave {sum} back ({id}); our books don’t have it."));
            }
            None => {}
            Some(known) if known.amount_minor != theirs.amount_minor => {
                let ours = amount(known.amount_minor);
                details.push(format!("The refund {id} is {sum} at the gateway and {ours} in our books."));
            }
            Some(known) if has_left(known.status) != theirs.state.takes_money() => {
                let words = if theirs.state.takes_money() { "left" } else { "did not leave" };
                details.push(format!("The money of {id} {words} by the gateway; our books say otherwise."));
            }
            Some(_) => {}
        }
    }
    for known in payment.refunds.iter().filter(|known| has_left(known.status)) {
        if !facts.refunds.iter().any(|theirs| theirs.id == known.gateway_id) {
            let (id, sum) = (&known.gateway_id, amount(known.amount_minor));
            details.push(format!("Our books gave {sum} back ({id}); the gateway knows nothing of it."));
        }
    }
    details
}

fn disputes(facts: &CheckoutFacts, payment: &OursPayment) -> Vec<String> {
    let mut details = Vec::new();
    let is_over = |state: DisputeState| matches!(state, DisputeState::InquiryClosed | DisputeState::Won);
    for theirs in &facts.disputes {
        let id = &theirs.id;
        match payment.disputes.iter().find(|(known, _)| known == id) {
            None if !is_over(theirs.state) => {
                details.push(format!("The gateway has the dispute {id}; our books don’t."));
            }
            Some((_, state)) if *state != theirs.state => {
                details.push(format!(
                    "The dispute {id} is “{}” at the gateway and “{state}” in our books.",
                    theirs.state
                ));
            }
            _ => {}
        }
    }
    for (id, _) in &payment.disputes {
        if !facts.disputes.iter().any(|theirs| theirs.id == *id) {
            details.push(format!("Our books have the dispute {id}; the gateway doesn’t."));
        }
    }
    details
}

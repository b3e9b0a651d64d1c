//! From Stripe's objects to the gateway's facts.

use std::collections::HashMap;

use stripe_shared::{
    CheckoutSession, CheckoutSessionPaymentStatus, CheckoutSessionStatus, Dispute, DisputeStatus,
    PaymentIntentStatus, PaymentPagesCheckoutSessionCustomerDetails, Refund,
};

use super::super::{
    Billing, CheckoutFacts, CheckoutStatus, DisputeFacts, DisputeState, GatewayError, PaymentStatus,
    RefundFacts, RefundState,
};
use super::amount;
use super::checkout::{ORDER, SHOP};
use super::refund::REFUND;
use crate::db::Timestamp;

/// A moment of Stripe's: seconds since 1970.
pub(super) fn time(seconds: i64) -> Result<Timestamp, GatewayError> {
    let time = chrono::DateTime::from_timestamp(seconds, 0).map(|time| time.naive_utc());
    time.ok_or_else(|| GatewayError::Unclear(format!("the time {seconds}")))
}

/// Whether an object carries this shop's id.
pub(super) fn is_of(metadata: Option<&HashMap<String, String>>, shop: &str) -> bool {
    metadata.and_then(|metadata| metadata.get(SHOP)).is_some_and(|of| of == shop)
}

/// The payment of a session, once there is one.
pub(super) fn payment_of(session: &CheckoutSession) -> Option<String> {
    session.payment_intent.as_ref().map(|intent| intent.id().to_string())
}

/// What a session, whose payment intent was asked for with it, and what went back of its money mean.
pub(super) fn of_session(
    session: &CheckoutSession,
    refunds: Vec<RefundFacts>,
    disputes: Vec<DisputeFacts>,
) -> Result<CheckoutFacts, GatewayError> {
    let unclear = |what: &str| GatewayError::Unclear(format!("{what} of the session {}", session.id));
    let status = match &session.status {
        Some(CheckoutSessionStatus::Open) => CheckoutStatus::Open,
        Some(CheckoutSessionStatus::Complete) => CheckoutStatus::Complete,
        Some(CheckoutSessionStatus::Expired) => CheckoutStatus::Expired,
        _ => return Err(unclear("the status")),
    };
    let total = session.amount_total.ok_or_else(|| unclear("the total"))?;
    let details = session.total_details.as_ref();
    let tax = details.map_or(0, |details| details.amount_tax);
    // With tax within the prices this comes to nothing: the subtotal holds it then.
    let discount = details.map_or(0, |details| details.amount_discount);
    let added = session.amount_subtotal.map_or(0, |subtotal| total - (subtotal - discount));
    Ok(CheckoutFacts {
        id: session.id.to_string(),
        status,
        payment_status: payment_status(session, status)?,
        payment_id: payment_of(session),
        amount_minor: total,
        currency: session.currency.as_ref().map(amount::code).ok_or_else(|| unclear("the currency"))?,
        reference: reference(session),
        livemode: session.livemode,
        created: time(session.created)?,
        tax_minor: tax,
        added_tax_minor: added.clamp(0, tax.max(0)),
        billing: session.customer_details.as_ref().map(billing),
        refunds,
        disputes,
    })
}

/// The order; nothing where Stripe's two notes of it do not agree, which fits no order.
fn reference(session: &CheckoutSession) -> String {
    let noted = session.metadata.as_ref().and_then(|metadata| metadata.get(ORDER));
    match (&session.client_reference_id, noted) {
        (Some(reference), Some(noted)) if reference == noted => reference.clone(),
        _ => String::new(),
    }
}

fn payment_status(session: &CheckoutSession, status: CheckoutStatus) -> Result<PaymentStatus, GatewayError> {
    match &session.payment_status {
        CheckoutSessionPaymentStatus::Paid | CheckoutSessionPaymentStatus::NoPaymentRequired => {
            Ok(PaymentStatus::Paid)
        }
        // While it is open, a refused card is no news: the buyer may try another.
        CheckoutSessionPaymentStatus::Unpaid if status != CheckoutStatus::Complete => {
            Ok(PaymentStatus::Unpaid)
        }
        CheckoutSessionPaymentStatus::Unpaid => delayed(session),
        _ => Err(GatewayError::Unclear(format!("the payment's status of the session {}", session.id))),
    }
}

/// The buyer went through it, and the money is not there: a method that settles later.
fn delayed(session: &CheckoutSession) -> Result<PaymentStatus, GatewayError> {
    let intent = session.payment_intent.as_ref().and_then(|intent| intent.as_object());
    let Some(intent) = intent else { return Ok(PaymentStatus::Processing) };
    match &intent.status {
        // Asked a moment later, when the money has come: the next look shows it in the session, too.
        PaymentIntentStatus::Processing
        | PaymentIntentStatus::RequiresAction
        | PaymentIntentStatus::RequiresConfirmation
        | PaymentIntentStatus::RequiresCapture
        | PaymentIntentStatus::Succeeded => Ok(PaymentStatus::Processing),
        PaymentIntentStatus::RequiresPaymentMethod | PaymentIntentStatus::Canceled => {
            Ok(PaymentStatus::Failed)
        }
        _ => Err(GatewayError::Unclear(format!("the status of the payment {}", intent.id))),
    }
}

fn billing(details: &PaymentPagesCheckoutSessionCustomerDetails) -> Billing {
    let text = |value: &Option<String>| value.clone().unwrap_or_default().trim().to_owned();
    let name = [&details.business_name, &details.name, &details.individual_name];
    let name = name.into_iter().map(text).find(|name| !name.is_empty()).unwrap_or_default();
    let mut lines = Vec::new();
    let mut country = String::new();
    if let Some(address) = &details.address {
        country = text(&address.country).to_ascii_uppercase();
        let place = format!("{} {}", text(&address.postal_code), text(&address.city));
        lines =
            vec![text(&address.line1), text(&address.line2), place.trim().to_owned(), text(&address.state)];
        lines.retain(|line| !line.is_empty());
    }
    let vat_id = details.tax_ids.iter().flatten().find_map(|id| id.value.clone()).unwrap_or_default();
    Billing { name, country, address: lines, vat_id }
}

/// What a refund of `payment` means.
pub(super) fn of_refund(refund: &Refund, payment: &str) -> Result<RefundFacts, GatewayError> {
    Ok(RefundFacts {
        id: refund.id.to_string(),
        payment_id: payment.to_owned(),
        state: match refund.status.as_deref() {
            Some("pending" | "requires_action") => RefundState::Pending,
            Some("succeeded") => RefundState::Succeeded,
            Some("failed") => RefundState::Failed,
            Some("canceled") => RefundState::Cancelled,
            _ => RefundState::Unclear,
        },
        amount_minor: refund.amount,
        currency: amount::code(&refund.currency),
        reference: refund.metadata.as_ref().and_then(|metadata| metadata.get(REFUND)).cloned(),
        created: time(refund.created)?,
    })
}

/// What a dispute about `payment` means.
pub(super) fn of_dispute(dispute: &Dispute, payment: &str) -> Result<DisputeFacts, GatewayError> {
    Ok(DisputeFacts {
        id: dispute.id.to_string(),
        payment_id: payment.to_owned(),
        state: match &dispute.status {
            DisputeStatus::WarningNeedsResponse | DisputeStatus::WarningUnderReview => DisputeState::Inquiry,
            DisputeStatus::WarningClosed => DisputeState::InquiryClosed,
            DisputeStatus::NeedsResponse | DisputeStatus::UnderReview => DisputeState::Open,
            DisputeStatus::Won => DisputeState::Won,
            // Prevented: the network gave the money back before it came to a dispute.
            DisputeStatus::Lost | DisputeStatus::Prevented => DisputeState::Lost,
            _ => DisputeState::Unclear,
        },
        amount_minor: dispute.amount,
        currency: amount::code(&dispute.currency),
        reason: dispute.reason.clone(),
        created: time(dispute.created)?,
    })
}

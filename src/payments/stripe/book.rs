//! Stripe's books: what was paid, what went back, and what Stripe could not tell us.

use std::collections::HashSet;

use chrono::TimeDelta;
use miniserde::json::Value;
use stripe_checkout::checkout_session::ListCheckoutSession;
use stripe_core::dispute::ListDispute;
use stripe_core::event::ListEvent;
use stripe_core::refund::ListRefund;
use stripe_shared::CheckoutSessionStatus;
use stripe_shared::PaymentIntent;
use stripe_types::{Expandable, RangeQueryTs};

use super::super::{GatewayBook, GatewayError, GatewayEvent};
use super::client::{Client, all_pages};
use super::event::EVENT_KINDS;
use super::facts;
use crate::db::Timestamp;

/// A session is paid within a day of its making, and lists go by the making.
const LONGEST_SESSION: TimeDelta = TimeDelta::hours(25);

fn after(since: Timestamp) -> RangeQueryTs {
    RangeQueryTs::gte(since.and_utc().timestamp())
}

/// The sessions that were gone through since `since`, with their refunds and disputes.
pub(super) async fn book(client: &Client, shop: &str, since: Timestamp) -> Result<GatewayBook, GatewayError> {
    let begin = since - LONGEST_SESSION;
    let intents = || ["data.payment_intent".to_owned()];
    let sessions = ListCheckoutSession::new()
        .status(CheckoutSessionStatus::Complete)
        .created(after(begin))
        .expand(intents());
    let mut sessions = all_pages!(client, get_patiently, sessions);
    sessions.retain(|session| facts::is_of(session.metadata.as_ref(), shop));
    let ours: HashSet<String> = sessions.iter().filter_map(facts::payment_of).collect();
    let is_ours = |intent: &Option<Expandable<PaymentIntent>>| {
        let intent = intent.as_ref()?;
        let id = intent.id().to_string();
        let marked = intent.as_object().is_some_and(|intent| facts::is_of(Some(&intent.metadata), shop));
        (marked || ours.contains(&id)).then_some(id)
    };
    let mut book = GatewayBook::default();
    let refunds = ListRefund::new().created(after(begin)).expand(intents());
    for refund in &all_pages!(client, get_patiently, refunds) {
        if let Some(payment) = is_ours(&refund.payment_intent) {
            book.refunds.push(facts::of_refund(refund, &payment)?);
        }
    }
    let disputes = ListDispute::new().created(after(begin)).expand(intents());
    for dispute in &all_pages!(client, get_patiently, disputes) {
        if let Some(payment) = is_ours(&dispute.payment_intent) {
            book.disputes.push(facts::of_dispute(dispute, &payment)?);
        }
    }
    for session in &sessions {
        let payment = facts::payment_of(session).unwrap_or_default();
        let refunds = book.refunds.iter().filter(|refund| refund.payment_id == payment).cloned();
        let disputes = book.disputes.iter().filter(|dispute| dispute.payment_id == payment).cloned();
        match facts::of_session(session, refunds.collect(), disputes.collect()) {
            Ok(facts) => book.checkouts.push(facts),
            // One odd object is no reason not to look at the others.
            Err(GatewayError::Unclear(what)) => book.unclear.push((session.id.to_string(), what)),
            Err(error) => return Err(error),
        }
    }
    Ok(book)
}

/// The events that Stripe could not deliver, the oldest first. Stripe keeps them for 30 days.
pub(super) async fn undelivered(
    client: &Client,
    since: Timestamp,
) -> Result<Vec<GatewayEvent>, GatewayError> {
    let asked =
        ListEvent::new().types(EVENT_KINDS.map(str::to_owned)).delivery_success(false).created(after(since));
    let mut events = Vec::new();
    for event in all_pages!(client, get_patiently, asked) {
        let object_id = match &event.data.object {
            Value::Object(object) => match object.get("id") {
                Some(Value::String(id)) => id.clone(),
                _ => continue,
            },
            _ => continue,
        };
        events.push(GatewayEvent {
            id: event.id.to_string(),
            kind: event.type_.to_string(),
            object_id,
            livemode: event.livemode,
            created: facts::time(event.created)?,
            api_version: event.api_version.unwrap_or_default(),
        });
    }
    events.reverse();
    Ok(events)
}
